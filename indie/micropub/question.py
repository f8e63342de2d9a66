"""What a query asks: the arguments of its URL, however a client writes them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from indie.errors import InvalidRequest
from indie.micropub import forms

T = TypeVar("T")

MOST = 100
"""Arguments in one question, and posts on one page of an answer."""

_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Question:
    """values: of each argument, in order, each once, without the empty ones. `a`, `a[]` and `a[0]` are one argument."""

    values: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, arguments: Sequence[tuple[str, str]]) -> "Question":
        """
        Read the (name, value) of a query string.

        Raises InvalidRequest for brackets that do not pair, a NUL, and more arguments than anybody needs.
        """
        if len(arguments) > MOST:
            raise InvalidRequest(f"This is more than {MOST} arguments; ask for less at once.")
        values: dict[str, dict[str, None]] = {}
        for name, value in arguments:
            if "\0" in name or "\0" in value:
                raise InvalidRequest("There is a NUL character in the question, which belongs in no text.")
            if value:
                values.setdefault(forms.key(name)[0], {})[value] = None
        return cls({name: tuple(each) for name, each in values.items()})

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of an argument."""
        return tuple(self.values.get(name, ()))

    def one(self, name: str) -> str:
        """The value of an argument that has one; "" where it is not there. Raises InvalidRequest for two."""
        values = self.all(name)
        if len(values) > 1:
            raise InvalidRequest(f"“{name}” is asked for twice, with different values; send it once.")
        return values[0] if values else ""

    def words(self, name: str, known: Sequence[str]) -> tuple[str, ...]:
        """The values of an argument that knows only these words. Raises InvalidRequest for any other."""
        values = self.all(name)
        if not set(values) <= set(known):
            raise InvalidRequest(f"{name}: ask for {', '.join(known[:-1])} or {known[-1]}.")
        return values

    def number(self, name: str, usual: int, least: int = 0) -> int:
        """A whole number; `usual` where it is not there. Raises InvalidRequest."""
        value = self.one(name)
        if not value:
            return usual
        if not _NUMBER.fullmatch(value) or int(value) < least:
            raise InvalidRequest(f"{name}: send a whole number, {least} or more.")
        return int(value)

    def limit(self, usual: int) -> int:
        """How many posts are wanted on a page: `limit`, but never more than MOST."""
        return min(self.number("limit", usual, least=1), MOST)

    def page(self, things: Sequence[T]) -> list[T]:
        """The part of a whole list that `limit` and `offset` ask for; all of it where neither is there."""
        offset = self.number("offset", 0)
        return list(things[offset : offset + self.number("limit", len(things), least=1)])
