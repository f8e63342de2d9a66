"""A post as its page tells it, beside the post as it is stored: field by field."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from indie import text, times, urls
from indie.mf2 import sanitize
from indie.mf2.item import Item, nested
from indie.posts import content
from indie.posts.content import CONTEXTS
from indie.posts.post import Post
from indie.site import kinds

_OURS = {"url", "uid", "author", "published", "updated", "summary", "license"} | {
    *("comment", "like", "repost", "bookmark", "mention")
}
"""What a page may say of a post that nobody sent."""


def differences(item: Item, post: Post, url: str, *, is_listed: bool = False) -> list[str]:
    """
    What a page says otherwise than the post, a sentence a field.

    item: the post as a parser found it on the page. url: the page, whose host is ours. is_listed: whether it is a list.
    Values that no page has a place for (an rsvp that is none, say) are listed in words, and not looked for.
    """
    told = dict(_told(item))
    # Why: a list may show the beginning alone (pages §2.3); then what it does say has to be true.
    is_teaser = is_listed and not item.has("content") and item.has("summary")
    found = [
        f"{post.path}: the page has the {name} {told.get(name)!r:.200}; stored is {stored!r:.200}."
        for name, stored in _stored(post, url)
        if not _same(stored, told.get(name)) and not (is_teaser and (name == "summary" or not told.get(name)))
    ]
    called = {_words(_called(one)) for one in item.properties.get("category", [])}
    tags = map(_called, post.item.properties.get("category", []))
    missing = [tag for tag in tags if _words(tag) and _words(tag) not in called and not is_teaser]
    found += [f"{post.path}: the page has no category “{tag}”." for tag in missing]
    # Why a location: where somebody is who checks in is where the post was made (pages §2.5).
    known = {*_OURS, *(["location"] if post.item.properties.get("checkin") else [])}
    made_up = item.properties.keys() - post.item.properties.keys() - known
    return found + [f"{post.path}: the page has a {name}, which is not stored." for name in sorted(made_up)]


def _stored(post: Post, url: str) -> Iterator[tuple[str, Any]]:
    """What is to be read on the page, by the name of its property."""
    item = post.item
    written = item.content()
    named = item.text("name") if post.kind != "note" or not (written or item.has("summary")) else None
    yield "type", kinds.root(item)
    yield "name", text.one_line(named, 300) if named else None
    yield "content", _words(content.to_text(written, post.syntax)) if written else ""
    yield "published", post.published.replace(microsecond=0)
    if post.updated and post.updated > post.published:
        yield "updated", post.updated.replace(microsecond=0)
    for name in ("photo", "featured"):
        yield name, [image.alt or "" for image in item.images(name)][: 1 if name == "featured" else None]
    for name in (*CONTEXTS, "syndication"):
        # Why: what is neither an address nor an item is shown in words, whose beginning may look like an address.
        values = [(value, Item(item.type, {name: [value]})) for value in item.properties.get(name, [])]
        if all(isinstance(value, dict) or alone.url(name) for value, alone in values):
            yield name, item.urls(name)
    if item.urls("license"):  # else it may be that of the site
        yield "license", item.urls("license")
    for name in ("video", "audio"):
        yield name, [one for one in item.urls(name) if urls.same_site(one, url)]
    yield from _spoken(post)


def _spoken(post: Post) -> Iterator[tuple[str, Any]]:
    """What only some kinds have, where they have it in words that count."""
    item = post.item
    if summary := item.text("summary"):  # else a theme may have a sentence of its own
        yield "summary", _words(summary)
    for name, moment in zip(("start", "end"), kinds.moments(item), strict=True):
        if moment:
            yield name, times.parse(moment.value)
    if post.kind == "rsvp":
        yield "rsvp", (item.text("rsvp") or "").lower()
    if status := kinds.read_status(item):
        yield "read-status", status
    _, rating, best = kinds.review(item)
    yield from (one for one in (("rating", rating), ("best", best)) if one[1])


def _told(item: Item) -> Iterator[tuple[str, Any]]:
    """The same, as the page has it."""
    said = item.content()
    yield "type", item.type[0]
    yield "name", item.text("name")
    yield "content", _words(sanitize.to_text(said.html or "")) if said else ""
    yield "summary", _words(item.text("summary") or "")
    for name in ("published", "updated", "start", "end"):
        yield name, _moment(item.text(name))
    for name in ("photo", "featured"):
        yield name, [image.alt for image in item.images(name)]
    for name in (*CONTEXTS, "syndication", "license", "video", "audio"):
        yield name, item.urls(name)
    for name in ("rsvp", "read-status", "rating", "best"):
        yield name, item.text(name)


def _same(stored: Any, told: Any) -> bool:
    """Whether the page says what is stored. Of a picture that could not be had it has the address alone (§2.1)."""
    if isinstance(stored, list) and isinstance(told, list):
        return len(stored) == len(told) and all(one in (None, other) for one, other in zip(told, stored, strict=True))
    return bool(stored == told)


def _called(value: Any) -> str:  # any JSON
    """A value of a property by what people know it by: its name, else its address, else itself."""
    alone = Item(("h-entry",), {"it": [value]})
    item = nested(value)
    return (item.text("name") if item else None) or alone.url("it") or alone.text("it") or ""


def _words(said: str) -> str:
    """A text without its white space, which every parser puts elsewhere, and without NUL, for which HTML has U+FFFD."""
    return "".join(said.replace("\0", "").replace("\ufffd", "").split())


def _moment(date: str | None) -> datetime | None:
    """The moment; None for what is no date."""
    try:
        return times.parse(date) if date else None
    except ValueError:
        return None
