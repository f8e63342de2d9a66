"""From a client's command to a post: what is checked, what is filled in, where it will stand."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from indie import times
from indie.errors import InvalidRequest
from indie.mf2 import post_type
from indie.mf2.item import Item
from indie.posts import slug
from indie.posts.post import STATUSES, VISIBILITIES, Post

OURS = ("url", "uid")
"""Properties of an h-entry that only the site can know; a client's are dropped."""

ABOUT = ("published", "updated", "post-status", "visibility")
"""Properties that say something about a post, and nothing in it."""


def compose(  # everything that a post depends on, handed down
    item: Item,
    commands: Mapping[str, list[Any]],
    now: datetime,
    taken: Callable[[str], bool],
    *,
    draft_only: bool = False,
    client_id: str = "",
) -> Post:
    """
    Make a post of an item.

    commands: the `mp-…` of the request, never stored.
    taken: whether a path belongs to a post already.
    draft_only: the token may make drafts and nothing else.
    Raises InvalidRequest for a date, a status or a visibility that is none, and for a post without anything in it.
    """
    properties = {name: values for name, values in item.properties.items() if values}
    if "h-entry" in item.type:
        properties = {name: values for name, values in properties.items() if name not in OURS}
    if not any(item.has(name) for name in properties if name not in ABOUT):
        raise InvalidRequest("There is nothing to post: give at least a content, a name or a photo.")
    published = _published(properties, now)
    updated = _date(properties, "updated")
    if draft_only:
        properties["post-status"] = ["draft"]
    status = _one_of(STATUSES, properties, "post-status")
    visibility = _one_of(VISIBILITIES, properties, "visibility")
    _describe_photos(properties, commands.get("mp-photo-alt", []))
    whole = replace(item, properties=properties)
    wanted = [value for value in commands.get("mp-slug", []) if isinstance(value, str)]
    return Post(
        path=slug.choose(whole, wanted[0] if wanted else None, published, taken),
        item=whole,
        kind=post_type.discover(whole),
        status=status,
        visibility=visibility,
        updated=updated,
        client_id=client_id,
    )


def _published(properties: dict[str, list[Any]], now: datetime) -> datetime:
    """When the post is published; written into the properties where the client left it out."""
    sent = _date(properties, "published")
    if sent is None:
        properties["published"] = [times.rfc3339(now)]
    return sent or now


def _date(properties: Mapping[str, list[Any]], name: str) -> datetime | None:
    """The date that a property holds; None where it is not sent."""
    if name not in properties:
        return None
    sent = properties[name][0]
    if not isinstance(sent, str):
        raise InvalidRequest(f"{name}: give one date such as 2026-07-23T17:00:00+02:00.")
    try:
        return times.parse(sent)
    except ValueError as error:
        raise InvalidRequest(f"{name}: {error}.") from None


def _one_of(words: tuple[str, ...], properties: Mapping[str, list[Any]], name: str) -> str:
    """The value of a property that knows only these words; the first of them where it is not sent."""
    value = properties.get(name, [words[0]])[0]
    if value not in words:
        raise InvalidRequest(f"{name}: give one of {', '.join(words)}.")
    return str(value)


def _describe_photos(properties: dict[str, list[Any]], alts: list[Any]) -> None:
    """
    Join `mp-photo-alt` with the photos it describes.

    Limit: only where there is one for each photo; a client that leaves out the
    empty ones would have the wrong picture described (`micropub.md` §4, micro.blog).
    """
    photos = properties.get("photo", [])
    if not alts or len(alts) != len(photos):
        return
    properties["photo"] = [
        {"value": photo, "alt": alt} if isinstance(photo, str) and isinstance(alt, str) and alt else photo
        for photo, alt in zip(photos, alts, strict=True)
    ]
