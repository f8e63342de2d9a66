"""What is to be followed at an address: the feed, its topic and its hub (WebSub §4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from indie import urls
from indie.errors import FetchFailed
from indie.feeds import reader
from indie.feeds.feed import Feed
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched
from indie.fetch.limits import FEED
from indie.mf2.rels import parse_link_header
from indie.mf2.sandbox import Parser

ACCEPT = (
    "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json,"
    " application/json;q=0.9, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
TRIED = 4
"""How many of the feeds that a page names are looked at."""

NOTHING: Mapping[str, str] = MappingProxyType({})

_VALIDATOR = re.compile(r"[\x20-\x7e]{1,200}")


class NoFeed(FetchFailed):
    """There is nothing to follow at the address."""

    code = "no_feed"


class FeedGone(FetchFailed):
    """The feed is not there any more, and never will be (410)."""

    code = "gone"


@dataclass(frozen=True)
class Found:
    """
    One document that can be followed.

    url: where it was found, after redirects. topic: what it calls itself, else its url. hub: "" if it names none.
    etag, modified: its validators.
    """

    url: str
    topic: str
    hub: str
    feed: Feed
    etag: str
    modified: str


def discover(fetcher: Fetcher, parser: Parser, url: str, now: datetime) -> Found:
    """
    The feed at an address, or the first that can be read of those that the page there names.

    Raises NoFeed, FeedGone or another FetchFailed.
    """
    found = look(fetcher, parser, url, now)
    assert found is not None
    if found.feed.items or (found.feed.kind not in ("", "h-feed")):
        return found
    for elsewhere in found.feed.elsewhere[:TRIED]:
        try:
            other = look(fetcher, parser, elsewhere, now)
        except FetchFailed:
            continue
        if other and other.feed.kind and (other.feed.items or other.feed.kind != "h-feed"):
            return other
    # Why all the same where there is a hub: what it pushes may be a feed, though nothing is in it yet.
    if found.feed.kind or found.hub:
        return found
    why = found.feed.refused or "neither h-feed nor Atom, RSS or JSON Feed, and none is named there"
    raise NoFeed(f"there is no feed at {url}: {why}")


def look(
    fetcher: Fetcher, parser: Parser, url: str, now: datetime, conditions: Mapping[str, str] = NOTHING
) -> Found | None:
    """
    One document, whatever it is; None where it has not changed (304).

    conditions: the headers that ask so. Raises FetchFailed.
    """
    fetched = fetcher.get(url, FEED, ACCEPT, conditions).unless_busy()
    if fetched.status == 304 and conditions:
        return None
    if fetched.status == 410:
        raise FeedGone(f"{urls.host(url)} says that the feed is gone (410)")
    if not fetched.ok:
        raise FetchFailed(f"{urls.host(url)} answered {fetched.status}")
    feed = reader.read(parser, fetched.body, fetched.url, fetched.media_type, fetched.charset, now)
    # Why the header first: who writes the body need not be who owns the server (WebSub §4).
    links = parse_link_header(fetched.headers.get_all("link"), fetched.url)
    hubs, selves = (
        [link.href for link in links if rel in link.rel and urls.is_http(link.href)] or list(named)
        for rel, named in (("hub", feed.hubs), ("self", feed.selves))
    )
    topic = next(iter(selves), urls.without_fragment(fetched.url))
    return Found(fetched.url, topic, next(iter(hubs), ""), feed, *_validators(fetched))


def conditions(etag: str, modified: str) -> dict[str, str]:
    """The headers that ask for a document only if it has changed."""
    asked = {"If-None-Match": etag, "If-Modified-Since": modified}
    return {name: value for name, value in asked.items() if value}


def _validators(fetched: Fetched) -> tuple[str, str]:
    etag, modified = ((fetched.headers.get(name) or "").strip() for name in ("ETag", "Last-Modified"))
    return etag if _VALIDATOR.fullmatch(etag) else "", modified if _VALIDATOR.fullmatch(modified) else ""
