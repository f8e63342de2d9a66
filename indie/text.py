"""Words about plain text: one line of it, an excerpt, what two texts have in common."""

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Controls, zero width (but for the joiners that emoji need) and the marks that turn text around."""


def one_line(text: str, limit: int = 100) -> str:
    """A name as it may stand in a heading: one line, no unseen characters, at most `limit` long."""
    return excerpt(_UNSEEN.sub("", text), limit)


def printable(text: str) -> str:
    """Foreign words as a terminal may show them: nothing in them moves the cursor; lines stay lines."""
    return _UNSEEN.sub("", "\n".join(text.splitlines()))


def excerpt(text: str, limit: int) -> str:
    """
    The beginning of a text, in one line, cut between words and marked with “…”.

    limit: in characters. A text without spaces is cut between graphemes.
    """
    line = _SPACE.sub(" ", text).strip()
    if len(line) <= limit:
        return line
    cut = line.rfind(" ", limit // 2, limit)
    end = cut if cut > 0 else _grapheme_start(line, limit - 1)
    return line[:end].rstrip() + "…"


def fold(text: str) -> str:
    """Letters and digits of every script, without case, spaces and punctuation: for comparing two texts."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if character.isalnum())


def initial(name: str) -> str:
    """The letter that stands for a face: the first of the name, in upper case; "?" if there is none."""
    return next((character.upper() for character in name if character.isalnum()), "?")


def _grapheme_start(text: str, index: int) -> int:
    """The nearest place at or before `index` where a cut splits no accent and no joined emoji."""
    while index > 1 and (_joins(text[index]) or text[index - 1] == "\u200d"):
        index -= 1
    return index


def _joins(character: str) -> bool:
    skin_tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return unicodedata.category(character) in ("Mn", "Mc", "Me") or character == "\u200d" or skin_tone
