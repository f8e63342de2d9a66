"""The words of a post by which it is found, and those of a search."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator

from indie import text as plain
from indie.mf2.item import Item
from indie.posts import content
from indie.preferences import Syntax
from indie.text import Word

SEARCHED = ("name", "summary", "category")
"""Properties whose words count beside those of the content, and of what is to be seen on pictures."""

LONGEST = 200
"""Characters of a search that are looked at."""
MOST = 10
"""Words that are looked for."""

_BEGINS = "*"
_SHORTEST = 3
"""A word of so many bytes is also found where it begins a longer one: three letters of ours, one of Korea's."""
_ROOM = 250_000
"""Limit: bytes of the different words of one post by which it is found. PostgreSQL takes a megabyte, with its own."""

Part = tuple[str, bool]
"""Some of a text, and whether it is what was looked for."""


def texts(item: Item, syntax: Syntax = "text") -> list[str]:
    """What a post says: its title, summary and categories, what is on its pictures, its content without markup."""
    said, found = item.content(), [text for name in SEARCHED for text in item.texts(name)]
    found += [image.alt for image in item.images() if image.alt]
    return [*found, content.to_text(said, syntax)] if said else found


def folded(said: Iterable[str]) -> str:
    """These texts, folded, a line each."""
    return "\n".join(map(fold, said))


def terms(said: Iterable[str]) -> str:
    """Every word of these texts (`text.words`) once, with a space between them."""
    found, room = dict[str, None](), _ROOM
    for text in said:
        for word in plain.words(text):
            if word.term not in found:
                room -= len(word.term.encode()) + 1
                if room < 0:
                    return " ".join(found)
                found[word.term] = None
    return " ".join(found)


def sought(text: str) -> tuple[str, ...]:
    """
    The words that a post must have to be found, with a `*` behind those that may also begin a longer one.

    Whatever the text is, there is nothing in it but words; more of them than MOST are passed over.
    """
    found = list(plain.words(text[:LONGEST]))
    asked = (_asked(word, before) for word, before in zip(found, [None, *found], strict=False))
    return tuple(dict.fromkeys(term for term in asked if term))[:MOST]


def _asked(word: Word, before: Word | None) -> str:
    if word.whole:
        return word.term + (_BEGINS if len(word.term.encode()) >= _SHORTEST else "")
    last = len(word.term) == 1
    if last and before and not before.whole and before.end == word.end:
        return ""  # the letter behind its pair, which says more
    return word.term + (_BEGINS if last else "")


def pattern(terms: Collection[str], each: str, beginning: str, between: str) -> str:
    """The words of `sought` as a database asks for them. each, beginning: of a word, with `{}` where it stands."""
    return between.join(
        (beginning if term.endswith(_BEGINS) else each).format(term.removesuffix(_BEGINS)) for term in terms
    )


def marked(text: str, terms: Collection[str]) -> list[Part]:
    """A text in parts: what was looked for, and what stands between."""
    parts, done = list[Part](), 0
    for start, end in _places(text, terms):
        if start > done:
            parts.append((text[done:start], False))
        if done > start and parts:  # it overlaps the one before, as pairs of letters do
            parts[-1] = (parts[-1][0] + text[done:end], True)
        else:
            parts.append((text[start:end], True))
        done = max(done, end)
    return [*parts, (text[done:], False)] if done < len(text) else parts


def snippet(text: str, terms: Collection[str], length: int = 240) -> list[Part]:
    """About so many characters of a text in one line, around the first word that was looked for; marked."""
    line = " ".join(text.split())
    first = next(_places(line, terms), (0, 0))[0]
    begin = max(0, first - length // 3)
    if begin:
        begin = next((at + 1 for at in range(begin, first) if line[at] == " "), begin)
    cut = plain.excerpt(line[begin:], length)
    return marked(("…" if begin else "") + cut, terms)


def _places(text: str, terms: Collection[str]) -> Iterator[tuple[int, int]]:
    whole = {term for term in terms if not term.endswith(_BEGINS)}
    begun = tuple(term.removesuffix(_BEGINS) for term in terms if term.endswith(_BEGINS))
    for word in plain.words(text):
        if word.term in whole or (word.whole and word.term.startswith(begun)):
            yield word.start, word.end
        elif not word.whole and word.term[0] in begun:
            yield word.start, word.start + 1


def fold(text: str) -> str:
    """Text as it is compared: without case and width (`STRASSE` is `Straße`), one space between words."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())
