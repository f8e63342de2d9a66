"""What the rooms of a conversation hand each other: something said, and somebody who is not here."""

from dataclasses import dataclass
from datetime import datetime

from indie.responses.response import Alias, Response

_TREE = ("reply", "rsvp")

FACES = ("like", "repost", "bookmark", "follow", "read", "listen", "watch", "invite")
"""The kinds of which the face alone is shown, in this order; words that came with one stay on its page."""


@dataclass(frozen=True)
class Said:
    """
    Something in the conversation: a stranger's response, or the owner's own post that answers.

    anchor: its place on our page and its only identity here: `c-3` (response 3), `p-12` (own post 12).
    received: with an offset.
    is_author: the owner's own post.
    under: the anchor of what it was sent to, where that is not the root: an own post, a comment's permalink.
    keys: further names by which it may be answered, beside the aliases of the response.
    quoted: only another site shows it (`responses.quoted`): its names are claims, and whatever came
        here itself by one of them stands in its place.
    deleted: it is gone. It stands in the tree only while others stand under it, without words or author
        (`Response.without_words`).
    also: where the same person did the same elsewhere; only on a face, which stands for all of it.
    """

    anchor: str
    response: Response
    received: datetime
    is_author: bool = False
    under: str | None = None
    keys: tuple[Alias, ...] = ()
    quoted: bool = False
    deleted: bool = False
    also: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[datetime, datetime, int, str]:
        """Sorts by time of publication (where unknown: of arrival), then arrival, then anchor."""
        return (self.response.published or self.received, self.received, len(self.anchor), self.anchor)

    @property
    def is_reply(self) -> bool:
        """Whether it has a place in the tree whatever it answers."""
        return self.response.kind in _TREE

    @property
    def may_nest(self) -> bool:
        """Whether it can stand in the tree: a reply does, a mention or a reacji may."""
        return self.response.kind not in FACES

    @property
    def at_home(self) -> bool:
        """Whether its author's own site vouches for it."""
        return self.is_author or (self.response.author.url is not None and self.response.via is None)


@dataclass(frozen=True)
class Missing:
    """
    What a reply answers and is not here.

    url: an http URL; "" if only a nickname is known.
    label: words for it: `@pratik`, or `a post on pratik.example`.
    """

    url: str
    label: str
