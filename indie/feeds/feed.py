"""What a feed says, whatever it was written in."""

from dataclasses import dataclass, field
from typing import Any

MOST_ITEMS = 200
"""How many items of one document are read, from its beginning."""

Author = dict[str, str]
"""`type` ("card"), and of `name`, `url`, `photo` those that are known."""


@dataclass(frozen=True)
class Feed:
    """
    A document as a reader of feeds sees it.

    kind: h-feed, atom, rss, json; "" where it is no feed.
    home: the page that the feed belongs to. author: who writes it where an item does not say.
    hubs, selves: what the body names (WebSub §4), absolute http URLs in its order.
    elsewhere: the feeds that it names in its place, a page that is none itself.
    items: strict jf2 (`item.shaped`), in the order of the document.
    refused: why it was not read, for a person.
    """

    kind: str = ""
    title: str = ""
    home: str = ""
    author: Author = field(default_factory=dict)
    hubs: tuple[str, ...] = ()
    selves: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    items: tuple[dict[str, Any], ...] = ()
    refused: str | None = None
