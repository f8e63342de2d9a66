"""A page with microformats as a feed (microformats.org/wiki/h-feed)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from indie import text, urls
from indie.feeds.feed import MOST_ITEMS, Feed
from indie.feeds.item import LISTS, Draft, card, dated, from_person, shaped
from indie.mf2 import authorship
from indie.mf2.item import Item
from indie.mf2.page import Page

_ROOTS = frozenset({"h-entry", "h-event", "h-review", "h-recipe", "h-cite", "h-item", "h-product"})
_CITING = ("in-reply-to", "like-of", "repost-of", "bookmark-of", "quotation-of")
_ELSEWHERE = ("feed", "alternate")


def read(page: Page, now: datetime) -> Feed:
    """
    The feed that a page is: the first h-feed on it, else the entries that stand on it for themselves.

    An h-feed in a property of an entry (its comments) is none of the page's.
    """
    feed = next((item for item in _level_by_level(page.items) if "h-feed" in item.type), None)
    entries = [item for item in (feed.children if feed else page.items) if not _ROOTS.isdisjoint(item.type)]
    author = from_person(next(iter(authorship.named(feed, page)), None)) if feed else {}
    items = (_item(entry, page, now) for entry in entries[:MOST_ITEMS])
    return Feed(
        kind="h-feed" if feed or entries else "",
        title=text.one_line((feed.text("name") if feed else "") or page.title),
        home=(feed.url("url") if feed else None) or page.url,
        author=author,
        hubs=_named(page, "hub"),
        selves=_named(page, "self"),
        elsewhere=tuple(dict.fromkeys(url for rel in _ELSEWHERE for url in _named(page, rel))),
        items=tuple(item for item in items if item),
        refused=page.refused,
    )


def _level_by_level(items: Iterable[Item]) -> Iterator[Item]:
    """Every item with its children, the outer ones first; not those in properties."""
    level = list(items)
    while level:
        yield from level
        level = [child for item in level for child in item.children]


def _named(page: Page, rel: str) -> tuple[str, ...]:
    """Where the `<link>`s of a page with this rel lead. Why no `<a>`: anybody who may comment could write that."""
    found = (link.href for link in page.rels if link.tag == "link" and rel in link.rel)
    return tuple(dict.fromkeys(filter(urls.is_http, found)))


def _item(entry: Item, page: Page, now: datetime) -> dict[str, Any] | None:
    content, person = entry.content(), authorship.find(entry, page)[0]
    own = [url for url in entry.urls("url") if urls.same_site(url, page.url)]
    draft = Draft(
        base=page.url,
        type=entry.type[0].removeprefix("h-"),
        uid=entry.text("uid") or "",
        url=next(iter(own), entry.url("url") or ""),
        name=entry.text("name") or "",
        summary=entry.text("summary") or "",
        html=(content.html if content else None) or "",
        words=content.text if content else "",
        author=from_person(person),
        published=dated(entry.text("published")),
        updated=dated(entry.text("updated")),
        lists={name: entry.texts(name) if name == "category" else entry.urls(name) for name in LISTS},
        more=_more(entry, page),
    )
    return shaped(draft, now)


def _more(entry: Item, page: Page) -> dict[str, Any]:
    """What an entry quotes, answers with, and where it was written."""
    refs = {
        url: _cited(cited, url, page)
        for name in _CITING
        for cited in entry.items(name)
        if (url := cited.url("url"))
    }
    rsvp = (entry.text("rsvp") or "").lower()
    places = entry.items("checkin")
    return {
        "quotation-of": entry.url("quotation-of") or "",
        "rsvp": rsvp if rsvp in ("yes", "no", "maybe", "interested") else "",
        "checkin": card(places[0].text("name") or "", places[0].url("url") or "") if places else {},
        "refs": refs,
    }


def _cited(cited: Item, url: str, page: Page) -> dict[str, Any]:
    content = cited.content()
    found: dict[str, Any] = {
        "type": "entry",
        "url": url,
        "name": text.one_line(cited.text("name") or ""),
        "author": from_person(next(iter(authorship.named(cited, page)), None)),
        "content": {"text": text.excerpt(content.text, 1000)} if content else {},
    }
    return {key: value for key, value in found.items() if value}
