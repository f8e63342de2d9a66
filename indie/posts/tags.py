"""What a post is about: its categories that are words, the #tags of its text, and the page that each of them has."""

from typing import Any
from urllib.parse import quote

from indie.mf2.item import Item, nested
from indie.posts import content, words
from indie.preferences import Syntax

FOLDER = "tags/"
"""Below the site's address."""

_LONGEST = 200
"""Of a key, in characters."""


def of(item: Item, syntax: Syntax = "text") -> tuple[str, ...]:
    """
    Every tag of a post, as it was written: first its categories, then the #tags of its text, each once by its `key`.

    syntax: what the content is written in. HTML has no #tags.
    """
    said = item.content()
    found: dict[str, str] = {}
    for tag in (*categories(item), *(content.tags(said, syntax) if said else ())):
        found.setdefault(key(tag), tag)
    return tuple(found.values())


def categories(item: Item) -> tuple[str, ...]:
    """The categories that are words, not people."""
    named = [one for one in item.properties.get("category", []) if not is_person(one)]
    return tuple(Item(item.type, {"category": named}).texts("category"))


def is_person(category: Any) -> bool:
    """Whether a category is somebody who is tagged: by a card, or by a URL."""
    return nested(category) is not None or Item(("h-entry",), {"category": [category]}).url("category") is not None


def key(tag: str) -> str:
    """
    What the spellings of one tag have in common; it makes one segment of a path, never empty.

    Why no slashes and no dots alone: servers and browsers take such segments for folders, also when they are escaped.
    """
    plain = words.fold(tag).replace("/", "-")[:_LONGEST].strip()
    return plain if plain.strip(".") else "-"


def url(site: str, tag: str) -> str:
    """The page of a tag, one for all its spellings. site: its address, with the final slash."""
    return f"{site}{FOLDER}{quote(key(tag), safe='')}/"
