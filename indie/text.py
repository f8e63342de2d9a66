"""Words about plain text: one line of it, an excerpt, what two texts have in common, a single emoji, its words."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import regex

_SPACE = re.compile(r"\s+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff]"
)
"""Controls, zero width (but for the joiners that emoji need), blank letters and the marks that turn text around."""

_ACCENT = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_PILED = re.compile(rf"({_ACCENT}{{4}}){_ACCENT}+")
"""More accents on one letter than any script has: they reach into the lines above and below."""

# Unicode Technical Standard 51, §1.4.9 and ED-16; bounded, as nothing in use is longer.
_FLAG = r"\p{Regional_Indicator}{2}"
_ELEMENT = r"\p{Emoji}(?:\p{Emoji_Modifier}|\ufe0f\u20e3?|\u20e3|[\U000e0020-\U000e007e]{1,8}\U000e007f)?"
_EMOJI = regex.compile(rf"{_FLAG}|{_ELEMENT}(?:\u200d(?:{_FLAG}|{_ELEMENT})){{0,8}}")
_PLAIN = regex.compile(r"[0-9#*]\ufe0f?|\p{Regional_Indicator}")

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u3005\u3006\u30fc\uff70"
"""Scripts whose words stand together, with nothing between them."""
_WORD = regex.compile(
    rf"(?P<run>[{_UNSPACED}][{_UNSPACED}\p{{M}}\uff9e\uff9f]*)"
    rf"|(?P<word>[[\p{{L}}\p{{N}}]--[{_UNSPACED}]][[\p{{L}}\p{{N}}\p{{M}}\xad\u200d]--[{_UNSPACED}]]*)"
    rf"|{_FLAG}|\p{{Extended_Pictographic}}",
    regex.VERSION1,
)
_LETTER = regex.compile(r".[\p{M}\uff9e\uff9f]*", regex.DOTALL)
_LONGEST_WORD = 64
_OF_A_LETTER = 10
"""
Marks of a lower combining class make another letter, in kana and the scripts of India; from here on they are accents,
and the vowels that Arabic and Hebrew may have or leave out.
"""


class Word(NamedTuple):
    """
    A word of a text. term: how it is compared; start, end: where it stands.

    whole: False of two letters of a script that writes words together, or of the last one there.
    """

    term: str
    start: int
    end: int
    whole: bool = True


def is_emoji(text: str) -> bool:
    """
    Whether a text is exactly one emoji: with skin tone, joined, a flag or a keycap too.

    Private use is none: it looks another way in each font. Webmention spec §3.2.
    """
    return _EMOJI.fullmatch(text) is not None and _PLAIN.fullmatch(text) is None


def one_line(text: str, limit: int = 100) -> str:
    """A name as it may stand in a heading: one line, no unseen characters, at most `limit` long; "" if none is seen."""
    line = excerpt(_PILED.sub(r"\1", _UNSEEN.sub("", text)), limit)
    return line if any(unicodedata.category(character)[0] not in "CMZ" for character in line) else ""


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


def words(text: str) -> Iterator[Word]:
    """
    The words of a text in any script, and its emoji, without case, width and accents.

    Where words are written together (Japanese, Chinese, Thai) each letter makes one with the next, and the last stands
    alone: so whatever is looked for is found by its pairs of letters.
    Limit: 東京都 is also found where 東京 and 京都 are.
    """
    for found in _WORD.finditer(text):
        if found["run"]:
            yield from _pairs(found["run"], found.start())
        # Why an emoji as it stands: ‼ is two signs to NFKC, of which no engine makes a word.
        elif term := _term(found[0]) or ("" if found["word"] else found[0]):
            yield Word(term, *found.span())


def _pairs(run: str, start: int) -> Iterator[Word]:
    letters = [(letter, *found.span()) for found in _LETTER.finditer(run) if (letter := _term(found[0]))]
    for (one, begin, _), (two, _, end) in pairwise(letters):
        yield Word(one + two, start + begin, start + end, whole=False)
    for letter, begin, end in letters[-1:]:
        yield Word(letter, start + begin, start + end, whole=False)


def _term(word: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    # Why: U+0640 only makes Arabic words longer.
    plain = "".join(one for one in apart if unicodedata.combining(one) < _OF_A_LETTER and one != "\u0640")
    return "".join(
        one for one in unicodedata.normalize("NFC", plain) if unicodedata.category(one)[0] in "LMN"
    )[:_LONGEST_WORD]


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
