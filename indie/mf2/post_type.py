"""Post Type Discovery (W3C Note): what kind of post the properties make."""

from indie.mf2 import geo
from indie.mf2.item import Item

RSVPS = frozenset({"yes", "no", "maybe", "interested"})

_TYPES = {"h-card": "card", "h-event": "event", "h-recipe": "recipe", "h-review": "review"}

# In this order: the first that holds wins. The Note has the first four and the last three (without audio).
_ANSWERS = {
    "repost-of": "repost",
    "like-of": "like",
    "in-reply-to": "reply",
    "bookmark-of": "bookmark",
    "follow-of": "follow",
}
_EXPERIENCES = {
    "checkin": "checkin",
    "read-of": "read",
    "listen-of": "listen",
    "watch-of": "watch",
    "jam-of": "jam",
    "ate": "food",
    "drank": "drink",
}
_IN_WORDS = ("ate", "drank")
_MEDIA = {"video": "video", "audio": "audio", "photo": "photo"}


def discover(item: Item) -> str:
    """
    The kind of a post: "note", "article", "photo", "reply", "rsvp", "event" and so on.

    A property counts only with a value that can be used: an http URL, or for places, books,
    films and food an item too, for a place a geo URI, for food its name; an rsvp one of the four words.
    """
    for root in item.type:
        if root in _TYPES:
            return _TYPES[root]
    if any(text.lower() in RSVPS for text in item.texts("rsvp")):
        return "rsvp"
    for name, kind in _ANSWERS.items():
        if item.urls(name):
            return kind
    for name, kind in _EXPERIENCES.items():
        texts = item.texts(name)
        if item.urls(name) or item.items(name) or any(map(geo.parse, texts)) or (name in _IN_WORDS and texts):
            return kind
    for name, kind in _MEDIA.items():
        if item.urls(name):
            return kind
    return "article" if has_title(item) else "note"


def has_title(item: Item) -> bool:
    """Whether the name is a title: more than the beginning of the content, spaces aside (§4, steps 12-17)."""
    content = item.content() or item.content("summary")
    name = " ".join((item.text("name") or "").split())
    return bool(name) and content is not None and not " ".join(content.text.split()).startswith(name)
