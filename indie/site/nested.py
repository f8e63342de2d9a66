"""From an item within a post (a place, a book, a person, a measure) to what the templates show of it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from indie import text, times, urls
from indie.languages import N_
from indie.mf2 import geo
from indie.mf2.item import Item, nested
from indie.site.views import Fact, Nested

LONGEST = 500
"""How many characters of one value are shown."""

DEEPEST = 6
"""Limit: what is nested deeper is shown as words."""

POINT = ("latitude", "longitude", "altitude")
ADDRESS = (
    *("street-address", "extended-address", "post-office-box", "locality", "region", "postal-code", "country-name"),
)

_URLS = frozenset({"url", "uid", "photo", "logo", "video", "audio", "featured", "syndication", "sound", "key"})
_DATES = frozenset({"published", "updated", "start", "end", "accessed", "bday", "departure", "arrival"})
_BEFORE = {"author": N_(" by "), "num": " ", "unit": " "} | dict.fromkeys(ADDRESS, ", ")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ROOT = re.compile(r"h-[a-z0-9]+(-[a-z0-9]+)*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s,]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def of(item: Item, depth: int = 1) -> Nested:
    """The item: its name and page, then its other values, each a fact."""
    name, url = item.text("name"), item.url("url")
    facts = [fact for part, value in _values(item) for fact in _facts(part, value, depth)]
    alone = not (name or url or any(fact.text or fact.item for fact in facts))
    if alone:
        # Why seen here alone: beside a name they tell the eye nothing.
        facts = [replace(fact, text=fact.value, before=", ") if _is_of_point(fact) else fact for fact in facts]
    if facts and not (name or url):
        facts[0] = replace(facts[0], before="")
    root = next((kind for kind in item.type if _ROOT.fullmatch(kind)), "h-item")
    return Nested(root, text.one_line(name, 300) if name else None, url, tuple(facts))


def fact(name: str, value: Any, depth: int = 0) -> Fact | None:  # any JSON
    """One value of a property as a fact; None where nothing of it can be seen."""
    item = nested(value) if _NAME.fullmatch(name) else None
    if item and depth < DEEPEST:
        return _item(name, of(item, depth + 1))
    alone = Item(("h-entry",), {name: [value]})
    url = alone.url(name)
    if url:
        return Fact(f"u-{name}", urls_label(url), url)
    words = text.excerpt(readable(value), LONGEST)
    return Fact(f"p-{name}", words) if words else None


def place(name: str, value: Any, *, exactly: bool = True) -> Fact | None:  # any JSON
    """
    A place: an item, a geo URI, a page or words.

    exactly: with its point; without it only what it is called and where it lies.
    """
    point = geo.parse(value) if isinstance(value, str) else None
    item = point.to_item() if point else nested(value)
    if item is None:
        return fact(name, value)
    if not exactly:
        item = replace(item, properties={part: item.properties[part] for part in item.properties if _is_vague(part)})
    found = of(item)
    return _item(name, found) if item.properties else None


def moment(name: str, value: Any, after: Fact | None = None) -> Fact | None:  # any JSON
    """A date as it was sent, in words for the eye; None for what is none. after: the date it is read behind."""
    if not isinstance(value, str) or not _DATE.match(value.strip()):
        return None
    try:
        when = times.parse(value)
    except ValueError:
        return None
    sent = value.strip()
    if _DATE.fullmatch(sent):
        return Fact(f"dt-{name}", times.day(when), sent, when=when, shows="day")
    if after and after.value[:10] == sent[:10]:
        return Fact(f"dt-{name}", f"{when:%H:%M}", sent, when=when, shows="clock")
    return Fact(f"dt-{name}", times.human(when), sent, when=when)


def readable(value: Any) -> str:  # any JSON
    """A value that we have no markup for, in words."""
    if isinstance(value, dict):
        inner = value.get("properties", value)
        if isinstance(inner, dict):
            parts = (f"{name}: {readable(one)}" for name, one in inner.items() if name != "type")
            return ", ".join(parts)
    if isinstance(value, list):
        return ", ".join(readable(one) for one in value)
    return str(value)


def urls_label(url: str) -> str:
    """A URL as people write it."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/") or urls.host(url)


def _values(item: Item) -> Iterator[tuple[str, Any]]:
    """What stands beside name and page: first who made it and where it lies, then everything else as it came."""
    order = ("author", "num", "unit", *ADDRESS)
    names = sorted(item.properties, key=lambda name: order.index(name) if name in order else len(order))
    for name in names:
        values = item.properties[name]
        taken = {"name": item.text("name"), "url": item.url("url")}.get(name)
        for value in values:
            alone = Item(item.type, {name: [value]})
            if taken is not None and taken in (alone.text(name), alone.url(name)):
                taken = None
                continue
            yield name, value


def _facts(name: str, value: Any, depth: int) -> Iterator[Fact]:
    before = _BEFORE.get(name, f", {name}: ")
    if not _NAME.fullmatch(name):
        words = text.excerpt(readable(value), LONGEST)
        yield Fact("", words, before=before)
        return
    item = nested(value)
    if item and depth < DEEPEST:
        yield Fact(f"p-{name}", item=of(item, depth + 1), before=_BEFORE.get(name, ", "))
        return
    words = readable(value.get("value", value) if isinstance(value, dict) else value).strip()
    date = moment(name, value) if name in _DATES else None
    if date:
        yield replace(date, before=before)
    elif name in _URLS and _SCHEME.match(words):
        yield Fact(f"u-{name}", value=words)
    elif name in POINT:
        yield Fact(f"p-{name}", value=words)
    elif words:
        yield Fact(f"p-{name}", text.excerpt(words, LONGEST), before=before)


def _item(name: str, item: Nested) -> Fact:
    """
    A property that holds an item: its value is a text, but for these two (pages §2.5).

    Why not of an item without an address: parsers would make one of its words (§2.1).
    """
    return Fact(f"u-{name}" if name in ("checkin", "category") and item.url else f"p-{name}", item=item)


def _is_of_point(found: Fact) -> bool:
    return found.property.removeprefix("p-") in POINT


def _is_vague(name: str) -> bool:
    return name not in (*POINT, "geo")
