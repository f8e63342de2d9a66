"""
The keys of forms and queries, and the values that they stand for.

Pure. They follow what clients send, which is PHP's grammar: `a`, `a[]`, `a[0]`,
`a[word]`, and any depth of these (Micropub §3.3; `micropub.md` §0.7–0.8).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from indie.errors import InvalidRequest

DEEPEST = 8
"""How many brackets a key may have."""

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_NUMBER = re.compile(r"[0-9]{1,6}")
_EMPTY: tuple[Any, ...] = ("", None, [], {})


def key(name: str | None) -> tuple[str, tuple[str, ...]]:
    """
    Take a key of a form, a query or a file apart: `a[b][]` is `("a", ("b", ""))`.

    name: None for a part of a multipart body that has none.
    Raises InvalidRequest for that, and for brackets that do not pair or are too many.
    """
    name = name or ""
    match = _KEY.fullmatch(name)
    if match is None:
        raise InvalidRequest(f"The field name “{name[:60]}” cannot be read; write it as name, name[] or name[part].")
    parts = tuple(part.rstrip("]") for part in match[2].split("[")[1:])
    if len(parts) > DEEPEST:
        raise InvalidRequest(f"The field name “{name[:60]}” is nested deeper than {DEEPEST}.")
    return match[1], parts


def values(fields: Iterable[tuple[str | None, str]]) -> dict[str, list[Any]]:
    """
    What the (name, value) of a form say together, by the first word of their keys, in the order sent.

    Empty texts stay; below `properties` they are dropped.
    Raises InvalidRequest as `key` does.
    """
    root = _Node()
    for name, value in fields:
        first, rest = key(name)
        _put(root, (first, *rest), value)
    return {name: _values(node) for name, node in root.named.items()}


def told(sent: Iterable[Any]) -> list[Any]:
    """Without what says nothing: clients send every field of their form, also the empty ones."""
    return [value for value in sent if value not in _EMPTY]


@dataclass
class _Node:
    """
    What stands below one key of a form, before it is known whether that is a list or an object.

    end: the number that the next `[]` takes.
    """

    values: list[str] = field(default_factory=list)
    numbered: dict[int, "_Node"] = field(default_factory=dict)
    named: dict[str, "_Node"] = field(default_factory=dict)
    end: int = 0


def _put(node: _Node, path: Sequence[str], value: str) -> None:
    """Put a value where its key says; `a[][b]` begins a new element each time, as in PHP."""
    for number, part in enumerate(path):
        if number and part == "" and number == len(path) - 1:
            break
        if number and (part == "" or _NUMBER.fullmatch(part)):
            place = int(part) if part else node.end
            node.end = max(node.end, place + 1)
            node = node.numbered.setdefault(place, _Node())
        else:
            node = node.named.setdefault(part, _Node())
    node.values.append(value)


def _values(node: _Node) -> list[Any]:
    """The values of a property, in order."""
    values: list[Any] = list(node.values)
    for _, below in sorted(node.numbered.items()):
        values.extend(_values(below))
    if node.named:
        values.append(_object(node))
    return values


def _object(node: _Node) -> dict[str, Any]:
    """`checkin[type]`, `checkin[properties][name]` are an item; `content[html]`, `photo[alt]` an object of texts."""
    if "properties" in node.named:
        given = {name: _values(below) for name, below in node.named["properties"].named.items()}
        properties = {name: kept for name, values in given.items() if (kept := told(values))}
        kinds = told(_values(node.named.get("type", _Node())))
        return {"type": kinds or ["h-item"], "properties": properties}
    objects = {name: _values(below) for name, below in node.named.items()}
    return {name: values[0] if len(values) == 1 else values for name, values in objects.items()}
