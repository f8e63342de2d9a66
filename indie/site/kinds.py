"""What the kinds of posts have beside words and pictures: dates, places, ratings, and what has no place of its own."""

from collections.abc import Iterator
from typing import Any

from indie import text
from indie.mf2.item import Item, nested
from indie.posts import tags
from indie.posts.compose import ABOUT
from indie.posts.content import CONTEXTS
from indie.posts.post import Post
from indie.site import films
from indie.site import nested as items
from indie.site.views import Fact

ROOTS = ("h-entry", "h-event", "h-review")
"""The types whose properties the theme knows; a post of any other type is shown as an h-entry with a list."""

_WHOLE = (*CONTEXTS, "category", "checkin", "location")
"""Properties of which every value is shown."""

_LINKED = ("photo", "syndication")
"""Properties of which every value with an http URL is shown."""

_OURS = ("comment", "like", "repost", "bookmark", "mention", "deleted")
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
    found = (items.fact("item", one) for one in item.properties.get("item", []))
    return tuple(fact for fact in found if fact), item.text("rating"), item.text("best")


def people(item: Item) -> tuple[Fact, ...]:
    """Those who are tagged, with their card or by their URL."""
    found = (items.fact("category", one) for one in item.properties.get("category", []) if tags.is_person(one))
    return tuple(fact for fact in found if fact)


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
    if name in _WHOLE:
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
        "read-status": bool(item.properties.get("read-of")),
        "featured": bool(item.images("featured")),
        "start": start is not None,
        "end": end is not None,
        **dict.fromkeys(("item", "rating", "best"), root(item) == "h-review"),
        **dict.fromkeys(("name", "content", "summary"), True),
    }
    return {name for name, has_place in shown.items() if has_place}


def _first(item: Item, name: str) -> Any:
    return next(iter(item.properties.get(name, [])), None)
