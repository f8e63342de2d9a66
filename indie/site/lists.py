"""
Every list of posts, one mechanism: an address, a title, the posts that are wanted, and a cursor.

    /                 what the owner wants on the home page
    /all/             everything
    /notes/ …         a kind (KINDS)
    /tags/TAG/        a tag, of any kind
    /channels/UID/    a channel of the owner's
    /2026/ /2026/07/ /2026/07/23/    home, by the date that a post shows
    /on-this-day/07-23/              home, of that day in every year

Behind each stands `before/CURSOR` for older pages, which stay the same when posts come; for its feed
`.rss`, `.atom` or `.json` takes the place of the last slash (home: `/feed.rss`); `archive/2026-07` before
those is its feed of a month (RFC 5005 §4).

    /search?q=WORDS   what has these words (`site.search`); older pages at `&before=CURSOR`, feeds at /search.rss?q=…
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote, urlencode

from indie import languages
from indie import text as plain
from indie.languages import ENGLISH, Language
from indie.posts import tags, topics, words
from indie.posts.topics import FORMS, KINDS
from indie.preferences import Preferences
from indie.store import Store
from indie.store.finding import Filter, Position
from indie.store.posts import TAG

ON_THIS_DAY = "on-this-day/"

_CURSOR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)-(\d{1,18})", re.ASCII)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_YEARS = range(2, 9999)
"""Of those beyond, some days are no dates in other offsets."""

Days = tuple[date, date]
"""The first and the last day, as posts show them."""


@dataclass(frozen=True)
class Place:
    """
    What an address asks for.

    names: the folders of the list, decoded: none for home, ("tags", "indieweb").
    form: one of FORMS, or "" for the page.
    before: where the page begins.
    month: the one of which the archive is wanted; "" for the list itself.
    """

    names: tuple[str, ...]
    form: str = ""
    before: Position | None = None
    month: str = ""


@dataclass(frozen=True)
class Listing:
    """
    A list.

    path: below the site's address, as it stands in a URL; "" for home, else with its final slash.
    title: "" for home.
    days: only posts that show one of these, the newest first; None for all.
    grid: whether pictures are what it is looked at for.
    query: what is searched for; "" for a list that is always there.
    """

    path: str
    title: str
    wanted: Filter
    days: tuple[Days, ...] | None = None
    grid: bool = False
    query: str = ""

    @property
    def followed(self) -> bool:
        """Whether hubs are told when it changes, and archives are kept of it: not of whatever is searched for."""
        return not self.query

    def url(self, me: str, before: Position | None = None) -> str:
        """Where it begins, or where it goes on. me: the site's address."""
        if self.query:
            return f"{me}{self.path}?{self._asked(before)}"
        return f"{me}{self.path}" + (f"before/{cursor(before)}" if before else "")

    def feed(self, me: str, form: str, before: Position | None = None, month: str = "") -> str:
        """The feed of one of its pages, or of a month."""
        if self.query:
            return f"{me}{self.path}.{form}?{self._asked(before)}"
        page = self.url(me)
        if month:
            page += f"archive/{month}/"
        if before:
            page += f"before/{cursor(before)}"
        return me + topics.feed(page.removeprefix(me), form)

    def _asked(self, before: Position | None) -> str:
        asked = {"q": self.query} | ({"before": cursor(before)} if before else {})
        return urlencode(asked, quote_via=quote)


def cursor(place: Position) -> str:
    """A place of a list as it stands in an address."""
    return f"{place[0]}-{place[1]}"


def place(text: str) -> Position | None:
    """The place that `cursor` wrote; None for anything else."""
    match = _CURSOR.fullmatch(text)
    return (match[1], int(match[2])) if match else None


def parse(path: str) -> Place | None:
    """What an address asks for, if it may be that of a list. path: decoded, without the slash that it begins with."""
    stem, form = path.removesuffix("/"), ""
    for known in FORMS:
        if path.endswith(f".{known}"):
            stem, form = path.removesuffix(f".{known}"), known
    if form and stem == "feed":
        stem = ""
    elif form and stem.rpartition("/")[2] == "":
        return None
    names, before, month = stem.split("/") if stem else [], None, ""
    if names[-2:-1] == ["before"]:
        before, names = place(names[-1]), names[:-2]
        if before is None:
            return None
    if names[-2:-1] == ["archive"] and form in ("rss", "atom") and _MONTH.fullmatch(names[-1]):
        month, names = names[-1], names[:-2]
    return Place(tuple(names), form, before, month) if _may_be(tuple(names)) else None


def find(store: Store, names: tuple[str, ...]) -> Listing | None:
    """The list of these folders; None if there is none. Of a tag that no public post has there is none."""
    preferences = store.preferences.get()
    match names:
        case ():
            return home(preferences)
        case ("all",):
            return everything(languages.of(preferences.language))
        case ("tags", tag):
            return _of_tag(store, tags.key(tag))
        case ("channels", uid):
            return next((one for one in channels(preferences) if one.path == topics.channel(uid)), None)
        case ("on-this-day", day):
            return _on_this_day(store, preferences, day)
        case (folder,) if folder in KINDS:
            return of_kind(folder, languages.of(preferences.language))
    return of_days(preferences, names)


def home(preferences: Preferences) -> Listing:
    """What the owner wants on the home page."""
    return Listing("", "", _public(not_kinds=preferences.quiet_kinds))


def everything(language: Language = ENGLISH) -> Listing:
    """All public posts. language: of the title."""
    return Listing("all/", language.gettext("Everything"), _public())


def of_kind(folder: str, language: Language = ENGLISH) -> Listing:
    """A kind of post. folder: its name in KINDS. language: of the title."""
    kind, title = KINDS[folder]
    called = language.pgettext(topics.TITLE, title)
    return Listing(f"{folder}/", called, _public(kinds=(kind,)), grid=kind == "photo")


def of_tag(key: str, title: str = "") -> Listing:
    """A tag. key: as `posts.tags` makes it; title: how it is spelled."""
    path = tags.url("", key)
    return Listing(path, f"#{title or key}", _public(values=((TAG, key),)))


def search(text: str) -> Listing | None:
    """What has all these words; None where there is no word in them. What is no word is passed over."""
    query = " ".join(plain.printable(text[: words.LONGEST]).split())
    terms = words.sought(query)
    return Listing("search", f"“{query}”", _public(terms=terms), query=query) if terms else None


def channels(preferences: Preferences) -> list[Listing]:
    """The channels of the owner's."""
    return [
        Listing(topics.channel(one.uid), one.name, _public(channels=(one.uid,)))
        for one in preferences.channels
    ]


def of_days(preferences: Preferences, names: tuple[str, ...]) -> Listing | None:
    """Home, of a year, a month or a day. names: its digits, ("2026", "07"); None if that is no date."""
    days = _days(names)
    if days is None:
        return None
    first, language = days[0], languages.of(preferences.language)
    title = (f"{first.year}", language.month(first), language.day(first))[len(names) - 1]
    return Listing("".join(f"{name}/" for name in names), title, home(preferences).wanted, (days,))


def _may_be(names: tuple[str, ...]) -> bool:
    """Whether these are folders that a list may have; posts have none of them."""
    match names:
        case () | ("all",):
            return True
        case ("tags" | "channels" | "on-this-day", name):
            return bool(name)
        case (folder,) if folder in KINDS:
            return True
    return _days(names) is not None


def _public(**conditions: tuple[object, ...]) -> Filter:
    return Filter(visibilities=("public",), unseen=False, **conditions)  # type: ignore[arg-type]

def _of_tag(store: Store, key: str) -> Listing | None:
    newest = store.finding.posts(of_tag(key).wanted, 1)
    if not newest:
        return None
    spellings = (one for one in tags.of(newest[0].item, newest[0].syntax) if tags.key(one) == key)
    return of_tag(key, plain.one_line(next(spellings, key)))


def _days(names: tuple[str, ...]) -> Days | None:
    """The days of `2026`, `2026/07` or `2026/07/23`."""
    digits = "/".join(names)
    if not re.fullmatch(r"\d{4}(/\d\d){0,2}", digits, re.ASCII) or int(names[0]) not in _YEARS:
        return None
    year, month, day = (*map(int, names), *(0, 0))[:3]
    try:
        first = date(year, month if len(names) > 1 else 1, day if len(names) > 2 else 1)
    except ValueError:
        return None
    if len(names) == 3:
        return first, first
    behind = date(year + 1, 1, 1) if len(names) == 1 else (first + timedelta(31)).replace(day=1)
    return first, behind - timedelta(1)


def _on_this_day(store: Store, preferences: Preferences, day: str) -> Listing | None:
    """Home, of one day in every year from the first post on. day: `07-23`."""
    wanted = home(preferences).wanted
    try:
        # Why 2000: it has a 29th of February.
        shown = date.fromisoformat(f"2000-{day}") if re.fullmatch(r"\d\d-\d\d", day, re.ASCII) else None
    except ValueError:
        shown = None
    if shown is None:
        return None
    last, first = store.finding.posts(wanted, 1), store.finding.posts(wanted, 1, newer=("", 0))
    # Why one more on either side: they stand in the order of UTC, and may show a day before or after.
    years = range(last[0].published.year + 1, first[0].published.year - 2, -1) if last else ()
    days = tuple((one, one) for year in years for one in _in_year(shown, year))
    language = languages.of(preferences.language)
    title = language.gettext("On this day, %(day)s") % {"day": language.day_of_year(shown)}
    return Listing(f"{ON_THIS_DAY}{day}/", title, wanted, days)


def _in_year(day: date, year: int) -> Iterator[date]:
    with suppress(ValueError):
        yield day.replace(year=year)
