"""What becomes a link in words that nobody marked up: URLs, #tags, @mentions."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from linkify_it import LinkifyIt

from indie.mf2 import links

_LONGEST_TAG = 100
"""In characters."""

_BESIDE_LINKS = re.compile("([“”„‟‘’‚‛«»‹›—…、。「」『』【】（），！？：；])")
"""
Why: linkify-it takes these into a URL that they only stand beside. Browsers
write them with escapes when an address is copied, so one that is bare is prose.
"""

_LINKIFY = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
_SIGN = re.compile("[#@]")
_NICKNAME = re.compile(r"\w(?:[\w.-]{0,98}\w)?(?:@[\w.-]{0,98}\w)?")
_NO_WORD_BEFORE = frozenset("/@#&=.~+%$-_")
_JOINERS = "\u200c\u200d"

Piece = tuple[str, str | None]
"""Words as they are shown, and the absolute URL that they lead to, if any."""


@dataclass(frozen=True)
class Signs:
    """
    What # and @ mean to one who writes here.

    people: from a nickname in lower case ("ann", "ann@social.example") to the person's URL.
    tag: from a tag, as it was written, to the URL of its page; None where tags have none.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    tag: Callable[[str], str] | None = None


def pieces(text: str, base: str, signs: Signs) -> Iterator[Piece]:
    """
    The whole text, piece by piece, in order.

    Links are http and https URLs, #tags, and @mentions of people who are known.
    base: what relative URLs of people and tags are relative to.
    """
    for part in _BESIDE_LINKS.split(text):
        done = 0
        for match in _LINKIFY.match(part) or ():
            shown = match.raw.rstrip(":*_~")
            end = match.index + len(shown)
            yield from _signed(part, done, match.index, base, signs)
            # Why: linkify-it also finds ftp:, mailto: and // (no http URL), and takes passwords in URLs.
            yield shown, links.absolute("", shown)
            done = end
        yield from _signed(part, done, len(part), base, signs)


def nicknames(text: str) -> frozenset[str]:
    """Every nickname that may be mentioned in a text, in lower case; some may be no more than part of a URL."""
    found = (_NICKNAME.match(text, sign.end()) for sign in _SIGN.finditer(text) if sign[0] == "@")
    return frozenset(match[0].lower() for match in found if match)


def _signed(text: str, start: int, end: int, base: str, signs: Signs) -> Iterator[Piece]:
    """The #tags and @mentions of text[start:end], where no URL is."""
    done = start
    for sign in _SIGN.finditer(text, start, end):
        at = sign.start()
        if at < done or (at and _belongs_to_a_word(text[at - 1])):
            continue
        word, url = (_tagged if sign[0] == "#" else _mentioned)(text, at + 1, end, signs)
        href = links.absolute(base, url) if url else None
        if href:
            yield text[done:at], None
            yield sign[0] + word, href
            done = at + 1 + len(word)
    yield text[done:end], None


def _tagged(text: str, at: int, end: int, signs: Signs) -> tuple[str, str | None]:
    word = "".join(takewhile(_is_of_a_tag, text[at : min(end, at + _LONGEST_TAG + 1)]))
    # Why: #1 is the first of something, not what a text is about.
    is_tag = len(word) <= _LONGEST_TAG and any(map(str.isalpha, word))
    return word, signs.tag(word) if signs.tag and is_tag else None


def _mentioned(text: str, at: int, end: int, signs: Signs) -> tuple[str, str | None]:
    match = _NICKNAME.match(text, at, end)
    return (match[0], signs.people.get(match[0].lower())) if match else ("", None)


def _belongs_to_a_word(character: str) -> bool:
    return character in _NO_WORD_BEFORE or _is_of_a_tag(character)


def _is_of_a_tag(character: str) -> bool:
    """Letters, the marks on them, digits: `str.isalnum` alone would cut words of Hindi at their vowels."""
    return unicodedata.category(character)[0] in "LMN" or character == "_" or character in _JOINERS
