"""A feed as JSON Feed 1.1."""

from typing import Any

from indie import times
from indie.site import render
from indie.site.feed_views import Enclosure, Feed, FeedItem
from indie.site.views import Card

VERSION = "https://jsonfeed.org/version/1.1"


def of(feed: Feed) -> dict[str, Any]:
    """The whole document. `author` beside `authors`: older readers know no more."""
    links = {link.rel: link.url for link in feed.links}
    hubs = [{"type": "WebSub", "url": link.url} for link in feed.links if link.rel == "hub"]
    owner = feed.site.owner
    known = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "description": feed.description,
        "next_url": links.get("next"),
        "icon": owner.photo,
        "language": feed.site.language.tag,
        "authors": [person(owner)],
        "author": person(owner),
        "hubs": hubs,
        "items": [_item(item) for item in feed.items],
    }
    found = _clean({name: value for name, value in known.items() if value or name == "items"})
    assert isinstance(found, dict)
    return found


def person(card: Card) -> dict[str, str]:
    """An author."""
    known = {"name": card.name, "url": card.url, "avatar": card.photo}
    return {name: value for name, value in known.items() if value}


def _item(item: FeedItem) -> dict[str, Any]:
    entry = item.entry
    author = person(entry.author)
    known = {
        "id": entry.url,
        "url": entry.url,
        "external_url": item.related,
        "title": item.title,
        "content_html": item.html,
        "content_text": item.text,
        "summary": entry.summary if entry.content else None,
        "image": item.image,
        "date_published": times.rfc3339(item.published),
        "date_modified": times.rfc3339(item.updated),
        "authors": [author],
        "author": author,
        "tags": [category.label for category in entry.categories],
        "language": render.language(entry.lang),
        "attachments": [_attachment(file) for file in item.enclosures],
    }
    return {name: value for name, value in known.items() if value}


def _attachment(file: Enclosure) -> dict[str, Any]:
    title = {"title": file.title} if file.title else {}
    return {"url": file.url, "mime_type": file.type, **title, "size_in_bytes": file.size}


def _clean(value: object) -> object:
    """The same without the characters that no feed may have (FF-1)."""
    if isinstance(value, str):
        return render.xml(value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {name: _clean(one) for name, one in value.items()}
    return value
