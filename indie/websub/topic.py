"""
A topic of ours, as it is at this moment: the site is asked in this process, as any visitor asks it.

What a topic is, its own answer tells: it names our hub, and itself, in its `Link` header. So
nothing here knows what lists and feeds there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from indie import notices, urls
from indie.errors import Unavailable
from indie.fetch.fetched import Fetched
from indie.mf2.rels import parse_link_header
from indie.store.topics import Version

Render = Callable[[str], Fetched]
"""What a GET of one of our addresses answers, without a way over the network."""

MOVES = 3
"""How many permanent redirects are followed."""

_MOVED = (301, 308)


@dataclass(frozen=True)
class Topic:
    """url: what it calls itself (rel=self)."""

    url: str
    version: Version


def read(render: Render, me: str, url: str) -> Topic | None:
    """
    The topic at an address of ours, letter for letter; None where there is none, or none any more.

    me: the site's address. Where it has moved for good, whoever followed it there is told of the new one (WH-11).
    Raises Unavailable where the site itself is in trouble: that says nothing about the topic.
    """
    answer = _visit(render, me, url, MOVES)
    if answer is None or not answer.ok:
        return None
    links = parse_link_header(answer.headers.get_all("link"), answer.url)
    selves = [link.href for link in links if "self" in link.rel]
    hubs = [link.href for link in links if "hub" in link.rel]
    if len(selves) != 1 or me + notices.HUB not in hubs:
        return None
    kind = answer.headers.get("content-type") or ""
    return Topic(selves[0], Version(sha256(f"{kind}\n".encode() + answer.body).hexdigest(), kind, answer.body))


def _visit(render: Render, me: str, url: str, moves: int) -> Fetched | None:
    if not url.startswith(me):
        return None
    answer = render(url)
    if answer.status >= 500:
        raise Unavailable(f"The site answers {answer.status} at {url}; try again in a moment.")
    if answer.status in _MOVED and moves:
        return _visit(render, me, urls.resolve(url, answer.headers.get("location") or "") or "", moves - 1)
    return answer
