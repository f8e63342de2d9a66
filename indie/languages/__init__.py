"""
The languages of the interface: words by gettext, dates by Babel (CLDR). What people write keeps its own.

English is what the code and the templates say. Every other language is a file beside this one, `de.po`, read when
a site first needs it (`indie/docs/languages.md` tells how one is added).
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
"""Where the catalogues are."""

ENGLISH_TAG = "en"

TOLD = "told"
"""The gettext context of sentences that come with their values in them already (`Language.told`)."""

DEEPEST = 4
"""Limit: so many sentences within one another are translated; what strangers write could have any number of them."""

_COUNTRIES = {ENGLISH_TAG: "GB"}
"""Whose dates are written, where it is not the country that CLDR takes for a language: 23 July, not July 23."""

_PLACE = re.compile(r"%\((\w+)\)s")


class Language:
    """
    A language of the interface.

    tag: as in `lang` (BCP 47). dir: `ltr` or `rtl`. locale: `de_DE`, as OpenGraph has it.
    gettext, ngettext, pgettext: the standard library's, of its catalogue.
    """

    def __init__(self, tag: str, catalogue: Catalog | None = None) -> None:
        """catalogue: its words; None for English."""
        self.tag = tag
        self._cldr = Locale.parse(tag, sep="-")
        country = self._cldr.territory or _COUNTRIES.get(tag)
        if country:
            self._cldr = Locale(self._cldr.language, country, self._cldr.script)
        likely = str(get_global("likely_subtags").get(str(self._cldr), self._cldr))
        self.locale = f"{self._cldr.language}_{country or likely.rpartition('_')[2]}"
        self.dir = self._cldr.text_direction
        words = GNUTranslations(_compiled(catalogue)) if catalogue is not None else NullTranslations()
        self.gettext, self.ngettext, self.pgettext = words.gettext, words.ngettext, words.pgettext
        self._patterns = tuple(_patterns(catalogue)) if catalogue is not None else ()

    def told(self, sentence: str, depth: int = DEEPEST) -> str:
        """
        A sentence of ours that was made in English, with its values in it, in this language.

        Why: errors, and what became of a webmention, are told to programs, logs and pages by one sentence, some of
        it stored. What no catalogue knows stays English.
        """
        if not sentence:  # to gettext that is the head of the catalogue
            return sentence
        known = self.gettext(sentence)
        if known != sentence:
            return known
        for pattern, msgid in self._patterns:
            if depth and (found := pattern.fullmatch(sentence)):
                values = {name: self.told(value, depth - 1) for name, value in found.groupdict().items()}
                return self.pgettext(TOLD, msgid) % values
        return sentence

    def human(self, moment: datetime) -> str:
        """`23 July 2026, 17:00`, in the offset that the moment carries."""
        return f"{self.day(moment)}, {self.clock(moment)}"

    def day(self, day: date) -> str:
        """`23 July 2026`, in the offset that the moment carries."""
        return _day(self._cldr, day.year, day.month, day.day)

    def clock(self, moment: datetime) -> str:
        """`17:00`."""
        return _clock(self._cldr, moment.hour, moment.minute)

    def month(self, day: date) -> str:
        """`July 2026`."""
        return format_skeleton("yMMMM", day, locale=self._cldr)

    def day_of_year(self, day: date) -> str:
        """`23 July`."""
        return format_skeleton("MMMMd", day, locale=self._cldr)


def N_(words: str, _context: str = "") -> str:  # noqa: N802  # gettext's own name
    """
    Mark words that are translated where they are shown, by `told` or, with a context, by `pgettext`.

    An f-string may be marked too; it is for `told`.
    """
    return words


def known() -> tuple[str, ...]:
    """The tags of all languages that there are."""
    return (ENGLISH_TAG, *sorted(path.stem for path in FOLDER.glob("*.po")))


@cache
def of(tag: str) -> Language:
    """The language of this tag, one of `known`. About 50 ms at the first call, and nothing after that."""
    if tag == ENGLISH_TAG:
        return ENGLISH
    with (FOLDER / f"{tag}.po").open("rb") as file:
        return Language(tag, read_po(file, locale=tag.replace("-", "_")))


def _compiled(catalogue: Catalog) -> BytesIO:
    """The catalogue as gettext reads it. Why here: no binary lies about that could be older than the text."""
    file = BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return file


def _patterns(catalogue: Catalog) -> Iterator[tuple[re.Pattern[str], str]]:
    """Each sentence with values, the most particular first, as the pattern that finds those values in it."""
    sentences = [str(message.id) for message in catalogue if message.context == TOLD]
    for sentence in sorted(sentences, key=lambda one: -len(_PLACE.sub("", one))):
        yield _pattern(sentence), sentence


def _pattern(sentence: str) -> re.Pattern[str]:
    """
    Each value but the last ends where the words behind it stand first.

    Why atomic: strangers choose some of the values, and with several of them it would be tried for ever where they end.
    """
    begin, *rest = _PLACE.split(sentence)
    parts = [(name, re.escape(words)) for name, words in zip(rest[::2], rest[1::2], strict=True)]
    firsts = "".join(f"(?>(?P<{name}>.*?){words})" for name, words in parts[:-1])
    return re.compile(f"{re.escape(begin)}{firsts}(?P<{parts[-1][0]}>.*?){parts[-1][1]}", re.DOTALL)


# Why kept: a conversation has hundreds of dates, of few days.
@lru_cache(4096)
def _day(cldr: Locale, year: int, month: int, day: int) -> str:
    return format_date(date(year, month, day), "long", cldr)


@lru_cache(4096)
def _clock(cldr: Locale, hour: int, minute: int) -> str:
    return format_time(time(hour, minute), "short", locale=cldr)


ENGLISH = Language(ENGLISH_TAG)
