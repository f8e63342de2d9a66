"""What this server can do, told to clients: `q=config` and its parts (`micropub.md` §3)."""

from dataclasses import asdict
from typing import Any

from indie.posts.post import VISIBILITIES
from indie.preferences import Preferences, Target

QUERIES = ("config", "source", "syndicate-to", "category", "channel", "contact", "geo", "post-types")

EXTENSIONS = ("post-status", "visibility", "post-list", "media-source", "media-delete")

COMMON = ("category", "published", "mp-slug", "mp-channel", "mp-syndicate-to", "post-status", "visibility")
"""What every post may have, beside the properties of its type."""

POST_TYPES: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("note", "Note", "entry", ("content", "photo", "location"), ("content",)),
    ("article", "Article", "entry", ("name", "content", "summary", "photo", "location"), ("name", "content")),
    ("photo", "Photo", "entry", ("photo", "content", "name", "location"), ("photo",)),
    ("video", "Video", "entry", ("video", "content", "name", "location"), ("video",)),
    ("audio", "Audio", "entry", ("audio", "content", "name"), ("audio",)),
    ("reply", "Reply", "entry", ("in-reply-to", "content", "photo"), ("in-reply-to", "content")),
    ("like", "Like", "entry", ("like-of", "content"), ("like-of",)),
    ("repost", "Repost", "entry", ("repost-of", "content"), ("repost-of",)),
    ("bookmark", "Bookmark", "entry", ("bookmark-of", "name", "content"), ("bookmark-of",)),
    ("rsvp", "RSVP", "entry", ("in-reply-to", "rsvp", "content"), ("in-reply-to", "rsvp")),
    ("checkin", "Check-in", "entry", ("checkin", "content", "photo", "location"), ("checkin",)),
    ("read", "Read", "entry", ("read-of", "read-status", "content"), ("read-of",)),
    ("listen", "Listen", "entry", ("listen-of", "content"), ("listen-of",)),
    ("watch", "Watch", "entry", ("watch-of", "content"), ("watch-of",)),
    ("jam", "Jam", "entry", ("jam-of", "content"), ("jam-of",)),
    ("food", "Food", "entry", ("ate", "content", "photo", "location"), ("ate",)),
    ("drink", "Drink", "entry", ("drank", "content", "photo", "location"), ("drank",)),
    ("event", "Event", "event", ("name", "start", "end", "location", "content", "photo"), ("name", "start")),
    ("review", "Review", "review", ("item", "name", "rating", "best", "content", "photo"), ("item", "rating")),
)
"""(type, name, h, properties, required properties) of what the pages know how to show."""


def config(me: str, preferences: Preferences) -> dict[str, Any]:
    """All of it. No key without a value: a client may trip over null."""
    return {
        "media-endpoint": f"{me}micropub/media",
        **syndicate_to(preferences),
        **channels(preferences),
        "visibility": list(VISIBILITIES),
        **post_types(),
        "q": list(QUERIES),
        "mp": ["slug", "syndicate-to", "channel", "photo-alt"],
        "properties": ["post-status", "visibility", "location-visibility"],
        "extensions": list(EXTENSIONS),
    }


def syndicate_to(preferences: Preferences) -> dict[str, Any]:
    """Where copies of a post may go. They are the same for every post type."""
    return {"syndicate-to": [_target(target) for target in preferences.syndicate_to]}


def channels(preferences: Preferences) -> dict[str, Any]:
    """The lists that a post may be put on."""
    return {"channels": [asdict(channel) for channel in preferences.channels]}


def post_types() -> dict[str, Any]:
    """What can be posted, with the fields of a form for it."""
    return {
        "post-types": [
            {
                "type": kind,
                "name": name,
                "h": h,
                "properties": [*properties, *COMMON],
                "required-properties": list(required),
            }
            for kind, name, h, properties, required in POST_TYPES
        ]
    }


def _target(target: Target) -> dict[str, Any]:
    known: dict[str, Any] = {"uid": target.uid, "name": target.name, "checked": target.checked}
    if target.service:
        known["service"] = {name: value for name, value in asdict(target.service).items() if value}
    return known
