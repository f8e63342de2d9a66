"""
Atom and RSS, in every version that is out there. The only module that knows feedparser.

It is handed a stream and never bytes or text: those it takes for the name of a file or
an address first, and opens it. Its own cleaning is left off: ours has the last word.
"""

import io
import re
from calendar import timegm
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import feedparser

from indie import text, urls
from indie.feeds.feed import MOST_ITEMS, Author, Feed
from indie.feeds.item import Draft, card, shaped, string
from indie.mf2 import links, sanitize

_HTML = ("text/html", "application/xhtml+xml")
_ITEM = re.compile(rb"<(?:item|entry)[\s>]")
_ENDS = {b"<rss": b"</channel></rss>", b"<feed": b"</feed>", b"<rdf:RDF": b"</rdf:RDF>"}
_ROOT = re.compile(b"|".join(_ENDS))


def read(body: bytes, url: str, charset: str | None, now: datetime) -> Feed:
    """The feed in a body; one of no kind where there is none."""
    # Why not its own type: without a charset in it `text/xml` would be ASCII, whatever the document says.
    kind = f"application/xml; charset={charset}" if charset else "application/xml"
    found = feedparser.parse(
        io.BytesIO(_beginning(body)),
        response_headers={"content-type": kind, "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    version = found.get("version") or ""
    if not version:
        return Feed(refused="it is XML, and no feed")
    head = found["feed"]
    title, home = text.one_line(_plain(head.get("title_detail"))), links.absolute(url, string(head, "link")) or ""
    author = _author(head, url) or card(title, home)
    items = (_item(entry, url, author, now) for entry in found["entries"][:MOST_ITEMS])
    return Feed(
        kind="atom" if version.startswith("atom") else "rss",
        title=title,
        home=home,
        author=author,
        hubs=_rel(head, "hub", url),
        selves=_rel(head, "self", url),
        items=tuple(item for item in items if item),
    )


def _beginning(body: bytes) -> bytes:
    """
    A document without the items that are not read: 5 MB of small ones take feedparser 8 s.

    Limit: what a feed says of itself behind so many items is not seen.
    """
    root = _ROOT.search(body)
    behind = next(islice(_ITEM.finditer(body), MOST_ITEMS, None), None)
    return body[: behind.start()] + _ENDS[root[0]] if root and behind else body


def _item(entry: Mapping[str, Any], base: str, author: Author, now: datetime) -> dict[str, Any] | None:
    said = _said(entry)
    is_html = said.get("type") in _HTML
    summary = entry.get("summary_detail") or {}
    base = said.get("base") or base
    draft = Draft(
        base=base,
        uid=string(entry, "id"),
        url=_link(entry),
        name=_plain(entry.get("title_detail")),
        summary="" if summary.get("value") == said.get("value") else _plain(summary),
        html=string(said, "value") if is_html else "",
        words="" if is_html else string(said, "value"),
        author=_author(entry, base) or author,
        published=_date(entry, "published_parsed"),
        updated=_date(entry, "updated_parsed"),
        lists={
            "category": [string(tag, "term") for tag in entry.get("tags") or ()],
            "photo": _enclosed(entry, "image"),
            "video": _enclosed(entry, "video"),
            "audio": _enclosed(entry, "audio"),
            "in-reply-to": [string(entry.get("thr_in-reply-to") or entry.get("in-reply-to") or {}, "ref")],
        },
    )
    return shaped(draft, now)


def _said(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an entry says at its longest: markup before words (`media:description` stands beside the content)."""
    contents = entry.get("content") or []
    summary = entry.get("summary_detail")
    candidates = [*contents, *([summary] if summary else [])]
    return next((one for one in candidates if one.get("type") in _HTML), candidates[0] if candidates else {})


def _link(entry: Mapping[str, Any]) -> str:
    alternates = (string(link, "href") for link in entry.get("links") or () if link.get("rel") == "alternate")
    return next(alternates, string(entry, "link"))


def _plain(detail: Mapping[str, Any] | None) -> str:
    """A title or summary in plain words."""
    value = string(detail, "value") if detail else ""
    return sanitize.to_text(value) if detail and detail.get("type") in _HTML else value


def _author(holder: Mapping[str, Any], base: str) -> Author:
    detail = holder.get("author_detail") or {}
    return card(string(detail, "name"), string(detail, "href"), base=base)


def _enclosed(entry: Mapping[str, Any], kind: str) -> list[str]:
    links_of = (link for link in entry.get("links") or () if link.get("rel") == "enclosure")
    media = entry.get("media_content") or ()
    return [
        *(string(link, "href") for link in links_of if string(link, "type").startswith(f"{kind}/")),
        *(string(one, "url") for one in media if kind in (one.get("medium"), string(one, "type").partition("/")[0])),
    ]


def _rel(head: Mapping[str, Any], rel: str, base: str) -> tuple[str, ...]:
    named: Iterable[str] = (string(link, "href") for link in head.get("links") or () if link.get("rel") == rel)
    found = (links.absolute(base, href) for href in named if href)
    return tuple(dict.fromkeys(href for href in found if href and urls.is_http(href)))


def _date(entry: Mapping[str, Any], name: str) -> datetime | None:
    # Why asked first: feedparser gives `published` for an `updated` that is not there, and warns of it.
    parsed = entry.get(name) if name in entry else None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None
