"""
`q=source` without a URL: the posts of the site, newest first (`micropub.md` §3, post list).

The cursors in `paging` say where a page ends, not how many posts come before it:
so no post is shown twice or missed when others are made meanwhile.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from typing import Any

from indie.errors import InvalidRequest
from indie.indieauth import scopes
from indie.micropub import source
from indie.micropub.question import Question
from indie.posts.post import SCHEDULED, VISIBILITIES
from indie.store import Store
from indie.store.finding import DELETED, Filter, Position, position
from indie.store.posts import ANSWERS

LENGTH = 20
"""Posts on a page, unless the client asks for more or fewer."""

STATUSES = {"published": ("published", SCHEDULED), "draft": ("draft",), SCHEDULED: (SCHEDULED,), DELETED: (DELETED,)}
"""What `post-status` finds. What is scheduled says of itself that it is published, so it is found as such."""

LONGEST = 200
"""Characters of a `filter`."""

PROPERTY = "property-"
SHORT = (*ANSWERS, "follow-of", "syndication")
"""Properties that may be asked for by their own names: `like-of=URL`, “have I liked this?”"""

_POSITION = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (\d{1,18})")


def answer(store: Store, me: str, scope: Collection[str], question: Question) -> dict[str, Any]:
    """
    The posts that are asked for: `items` and `paging`.

    scope: of the token; without update, draft or delete only posts that everybody may see are found.
    paging: `after` finds the next, older page and is not there on the last one; `before` the same for newer ones.
    Raises InvalidRequest, and InsufficientScope where unseen posts are asked for by name.
    """
    wanted = _filter(question, scope)
    after, before = (_position(question.one(name)) for name in ("after", "before"))
    offset = question.number("offset", 0)
    posts = store.finding.posts(wanted, question.limit(LENGTH), older=after, newer=before, offset=offset)
    paging = {}
    if posts:
        first, last = position(posts[0]), position(posts[-1])
        if store.finding.posts(wanted, 1, older=last):
            paging["after"] = cursor(last)
        if store.finding.posts(wanted, 1, newer=first):
            paging["before"] = cursor(first)
    properties = question.all("properties")
    return {"items": [source.shown(post, me, properties) for post in posts], "paging": paging}


def cursor(place: Position) -> str:
    """A place in the list, in letters that need no escape in a URL."""
    return urlsafe_b64encode(f"{place[0]} {place[1]}".encode()).decode().rstrip("=")


def _position(text: str) -> Position | None:
    """The place that `cursor` wrote; None for "". Raises InvalidRequest."""
    if not text:
        return None
    try:
        match = _POSITION.fullmatch(urlsafe_b64decode(f"{text}===").decode("ascii"))
    except ValueError:
        match = None
    if match is None:
        raise InvalidRequest("after and before take what “paging” gave; begin again without them.")
    return match[1], int(match[2])


def _filter(question: Question, scope: Collection[str]) -> Filter:
    unseen = scopes.opens("query unseen", scope)
    asked = question.words("post-status", tuple(STATUSES))
    visibilities = question.words("visibility", VISIBILITIES)
    if {*asked, *visibilities} & {"draft", SCHEDULED, DELETED, "private"}:
        scopes.require("query unseen", scope)
    text = question.one("filter")
    if len(text) > LONGEST:
        raise InvalidRequest(f"filter: send at most {LONGEST} characters.")
    values = [(name.removeprefix(PROPERTY), name) for name in question.values if name.startswith(PROPERTY)]
    values += [(name, name) for name in SHORT]
    return Filter(
        kinds=question.all("post-type"),
        statuses=tuple(status for word in asked for status in STATUSES[word]),
        visibilities=visibilities,
        channels=question.all("mp-channel"),
        exists=question.all("exists"),
        not_exists=question.all("not-exists"),
        values=tuple((name, value) for name, argument in values for value in question.all(argument)),
        text=text,
        unseen=unseen,
    )
