"""From a client's command to a post: what is checked, what is filled in, where it will stand."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from indie import times
from indie.errors import InvalidRequest
from indie.mf2 import post_type
from indie.mf2.item import Item
from indie.posts import commands as asked
from indie.posts import slug
from indie.posts.post import SCHEDULED, STATUSES, VISIBILITIES, Post
from indie.preferences import DEFAULT, Preferences

OURS = ("url", "uid")
"""Properties of an h-entry that only the site can know; a client's are dropped."""

ABOUT = ("published", "updated", "post-status", "visibility", "location-visibility", "comment-status")
"""Properties that say something about a post, and nothing in it."""


def compose(  # everything that a post depends on, handed down
    item: Item,
    commands: Mapping[str, list[Any]],
    now: datetime,
    taken: Callable[[str], bool],
    *,
    preferences: Preferences = DEFAULT,
    draft_only: bool = False,
    client_id: str = "",
) -> Post:
    """
    Make a post of an item.

    commands: the `mp-…` of the request, never stored.
    now: on the owner's clock; its offset is that of a post without date, and of a date without offset.
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
    updated = _date(properties, "updated", now)
    if draft_only:
        properties["post-status"] = ["draft"]
    status = _status(properties, published, now)
    visibility = _one_of(VISIBILITIES, properties, "visibility")
    _describe_photos(properties, commands.get("mp-photo-alt", []))
    whole = replace(item, properties=properties)
    syntax = preferences.syntax(client_id)
    return Post(
        path=slug.choose(whole, _slug(commands), published, taken, syntax),
        item=whole,
        kind=post_type.discover(whole),
        status=status,
        visibility=visibility,
        updated=updated,
        client_id=client_id,
        syntax=syntax,
        channels=asked.channels(commands, preferences),
        syndicate_to=asked.syndicate_to(commands, preferences),
    )


def recompose(
    post: Post,
    item: Item,
    commands: Mapping[str, list[Any]],
    now: datetime,
    taken: Callable[[str], bool],
    *,
    published_before: bool,
    preferences: Preferences = DEFAULT,
) -> Post:
    """
    The post with another item in it; equal to `post` where that changes nothing.

    The path stays, whatever the post becomes, unless `mp-slug` asks for another.
    `updated` becomes now, unless the item brings a new one. A draft that is published
    for the first time is dated now, unless the item brings a new date.
    taken: whether a path was ever given to another post.
    published_before: whether an earlier version stood on the page.
    Raises InvalidRequest for a date, a status or a visibility that is none.
    """
    properties = {name: list(values) for name, values in item.properties.items()}
    _describe_photos(properties, commands.get("mp-photo-alt", []))
    status = _status(properties, _published(properties, now), now)
    first = status == STATUSES[0] != post.status and not published_before
    if first and post.status == "draft" and _is_old("published", properties, post):
        properties["published"] = [times.rfc3339(now)]
    wanted = _slug(commands)
    changed = replace(
        post,
        path=slug.change(post.path, wanted, taken) if wanted else post.path,
        item=replace(item, properties=properties),
        status=status,
        visibility=_one_of(VISIBILITIES, properties, "visibility"),
        channels=asked.channels(commands, preferences, post.channels),
        syndicate_to=asked.syndicate_to(commands, preferences, post.syndicate_to),
    )
    if replace(changed, item=post.item) == post and _words(changed.item) == _words(post.item):
        return post
    updated = _date(properties, "updated", now)
    if _is_old("updated", properties, post):
        # Why none at first: nobody has seen what was there before.
        updated = None if first else now
        properties.pop("updated", None)
        if updated:
            properties["updated"] = [times.rfc3339(updated)]
    return replace(changed, kind=post_type.discover(changed.item), updated=updated)


def _is_old(name: str, properties: Mapping[str, list[Any]], post: Post) -> bool:
    """Whether the property says nothing that the post did not say before."""
    return properties.get(name) in (None, post.item.properties.get(name))


def _words(item: Item) -> str:
    """
    What an item says, apart from what is compared by its meaning: to say “public” of a public post says nothing.

    As JSON, because 1 and true are equal to Python and to nobody else.
    """
    said = {name: values for name, values in item.properties.items() if name not in ("post-status", "visibility")}
    return json.dumps(replace(item, properties=said).to_json(), sort_keys=True)


def _slug(commands: Mapping[str, list[Any]]) -> str | None:
    """The first slug that is asked for."""
    return next((value for value in commands.get("mp-slug", []) if isinstance(value, str)), None)


def _status(properties: Mapping[str, list[Any]], published: datetime, now: datetime) -> str:
    status = _one_of(STATUSES, properties, "post-status")
    return SCHEDULED if status == STATUSES[0] and published > now else status


def _published(properties: dict[str, list[Any]], now: datetime) -> datetime:
    """When the post is published; written into the properties where the client left it out."""
    sent = _date(properties, "published", now)
    if sent is None:
        properties["published"] = [times.rfc3339(now)]
    return sent or now


def _date(properties: dict[str, list[Any]], name: str, now: datetime) -> datetime | None:
    """
    The date that a property holds; None where it is not sent.

    One without offset gets that of the owner's clock, also in the properties: it must not
    come to mean something else when he moves.
    """
    if name not in properties:
        return None
    sent = properties[name][0]
    if not isinstance(sent, str):
        raise InvalidRequest(f"{name}: give one date such as 2026-07-23T17:00:00+02:00.")
    try:
        moment = times.parse(sent, now.tzinfo or UTC)
    except ValueError as error:
        raise InvalidRequest(f"{name}: {error}.") from None
    if datetime.fromisoformat(sent.strip()).tzinfo is None:
        properties[name] = [moment.isoformat()]
    return moment


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
