"""What the kinds of posts have beside words and pictures: dates, places, ratings, and what has no place of its own."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from indie import text
from indie.mf2.item import Item, nested
from indie.posts import tags
from indie.posts.compose import ABOUT
from indie.posts.content import CONTEXTS
from indie.posts.post import Post
from indie.site import films
from indie.site import nested as items
from indie.site.views import Fact, Link

ROOTS = ("h-entry", "h-event", "h-review")
"""The types whose properties the theme knows; a post of any other type is shown as an h-entry with a list."""

_WHOLE = (*CONTEXTS, "category", "checkin", "location")
"""Properties of which every value is shown."""

_LINKED = ("photo", "syndication", "license")
"""Properties of which every value with an http URL is shown."""

_CREATIVE_COMMONS = re.compile(r"//creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)")
_CC0 = re.compile(r"//creativecommons\.org/publicdomain/zero/")

_OURS = ("comment", "like", "repost", "bookmark", "mention", "deleted", "name", "content", "summary")
"""Properties that the page itself has; what a client calls so is listed as words."""


def root(item: Item) -> str:
    """The root class of the post on its page."""
    return next((kind for kind in item.type if kind in ROOTS), ROOTS[0])


def moments(item: Item) -> tuple[Fact | None, Fact | None]:
    """When an event begins and ends."""
    if root(item) != "h-event":
        return None, None
    start = items.moment("start", _first(item, "start"))
    return start, items.moment("end", _first(item, "end"), start)


def places(item: Item, name: str) -> tuple[Fact, ...]:
    """
    The values of `location` or `checkin`.

    `location-visibility` holds for the location: private is not shown, protected without its point.
    """
    visibility = (item.text("location-visibility") or "public").lower() if name == "location" else "public"
    if visibility not in ("public", "protected"):
        return ()
    found = (items.place(name, one, exactly=visibility == "public") for one in item.properties.get(name, []))
    return tuple(fact for fact in found if fact)


def review(item: Item) -> tuple[tuple[Fact, ...], str | None, str | None]:
    """What a review is about, its rating, and the best that could be had."""
    if root(item) != "h-review":
        return (), None, None
    return _facts("item", item.properties.get("item", [])), item.text("rating"), item.text("best")


def read_status(item: Item) -> str | None:
    """How far what is read has been read; None where nothing is."""
    named = any(items.readable(value).strip() for value in item.properties.get("read-of", []))
    return item.text("read-status") if named else None


def licenses(item: Item, preferred: str) -> tuple[Link, ...]:
    """What the post is licensed under; where it does not say, what the owner prefers ("" for nothing)."""
    found = item.urls("license") or ([preferred] if preferred else [])
    return tuple(Link(url, _license_name(url)) for url in found)


def people(item: Item) -> tuple[Fact, ...]:
    """Those who are tagged, with their card or by their URL."""
    return _facts("category", (one for one in item.properties.get("category", []) if tags.is_person(one)))


def attendees(item: Item) -> tuple[Fact, ...]:
    """Who comes to an event, as the client says."""
    return _facts("attendee", item.properties.get("attendee", [])) if root(item) == "h-event" else ()


def others(post: Post, me: str) -> Iterator[tuple[str, str | Fact]]:
    """Everything that has no place of its own on the page, by name: words, or an item with its markup."""
    for name, values in post.item.properties.items():
        for number, value in enumerate(values):
            if _has_place(post, me, name, number, value):
                continue
            item = nested(value)
            made = items.fact(name, value) if item and name not in _OURS else None
            yield name, made if made and made.item else text.excerpt(items.readable(value), items.LONGEST)


def _has_place(post: Post, me: str, name: str, number: int, value: Any) -> bool:
    item = post.item
    alone = Item(item.type, {name: [value]})
    if name in ABOUT or name == "author" or (name in items.POINT and item.has("location-visibility")):
        return True
    if name in _WHOLE or (name == "attendee" and root(item) == "h-event"):
        return True
    if name in _LINKED:
        return alone.url(name) is not None
    if name in (*films.PROPERTIES, films.TRANSCRIPT):
        return films.has_place(item, me, name, value)
    return number == 0 and name in _once(post)


def _once(post: Post) -> set[str]:
    """The properties of which one value is shown."""
    item = post.item
    start, end = moments(item)
    shown = {
        "rsvp": post.kind == "rsvp",
        "read-status": read_status(item) is not None,
        "featured": bool(item.images("featured")),
        "start": start is not None,
        "end": end is not None,
        **dict.fromkeys(("item", "rating", "best"), root(item) == "h-review"),
        **dict.fromkeys(("name", "content", "summary"), True),
    }
    return {name for name, has_place in shown.items() if has_place}


def _facts(name: str, values: Iterable[Any]) -> tuple[Fact, ...]:
    return tuple(fact for fact in (items.fact(name, value) for value in values) if fact)


def _license_name(url: str) -> str:
    """`CC BY-SA 4.0`, where it is one of Creative Commons; else the address."""
    match = _CREATIVE_COMMONS.search(url)
    return f"CC {match[1].upper()} {match[2]}" if match else "CC0" if _CC0.search(url) else items.urls_label(url)


def _first(item: Item, name: str) -> Any:
    return next(iter(item.properties.get(name, [])), None)
