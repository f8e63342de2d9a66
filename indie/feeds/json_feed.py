"""JSON Feed 1 and 1.1 (jsonfeed.org)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from indie import text, urls
from indie.feeds.feed import MOST_ITEMS, Author, Feed
from indie.feeds.item import Draft, card, dated, shaped, string, strings
from indie.i_json import loads
from indie.mf2 import links

VERSION = "https://jsonfeed.org/version/1"


def read(body: bytes, url: str, now: datetime) -> Feed:
    """The feed in a body; one of no kind where there is none."""
    try:
        # Why stripped: I-JSON has no byte order mark, and files of some editors begin with one.
        data = loads(body.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        return Feed(refused=f"it is no JSON: {error}"[:200])
    if not isinstance(data, dict) or not string(data, "version").startswith(VERSION):
        return Feed(refused="it is JSON, and no JSON Feed")
    title, home = text.one_line(string(data, "title")), _url(data, "home_page_url", url)
    author = _author(data, url) or card(title, home)
    items = (_item(item, url, author, now) for item in _objects(data.get("items"))[:MOST_ITEMS])
    hubs = (_url(hub, "url", url) for hub in _objects(data.get("hubs")) if string(hub, "type").lower() == "websub")
    return Feed(
        kind="json",
        title=title,
        home=home,
        author=author,
        hubs=tuple(filter(urls.is_http, hubs)),
        selves=tuple(filter(urls.is_http, [_url(data, "feed_url", url)])),
        items=tuple(item for item in items if item),
    )


def _item(data: Mapping[str, Any], base: str, author: Author, now: datetime) -> dict[str, Any] | None:
    attached = _objects(data.get("attachments"))
    identity = data.get("id")
    draft = Draft(
        base=base,
        # Why: version 1 says that a number counts as its text.
        uid=str(identity) if isinstance(identity, int | float) else string(data, "id"),
        url=string(data, "url"),
        name=string(data, "title"),
        summary=string(data, "summary"),
        html=string(data, "content_html"),
        words=string(data, "content_text"),
        author=_author(data, base) or author,
        published=dated(data.get("date_published")),
        updated=dated(data.get("date_modified")),
        lists={
            "category": strings(data.get("tags")),
            "photo": [string(data, "image"), *_attached(attached, "image/")],
            "video": _attached(attached, "video/"),
            "audio": _attached(attached, "audio/"),
        },
    )
    return shaped(draft, now)


def _author(data: Mapping[str, Any], base: str) -> Author:
    for one in (*_objects(data.get("authors")), *_objects([data.get("author")])):
        if found := card(string(one, "name"), string(one, "url"), string(one, "avatar"), base):
            return found
    return {}


def _attached(attachments: list[dict[str, Any]], kind: str) -> list[str]:
    return [string(one, "url") for one in attachments if string(one, "mime_type").startswith(kind)]


def _url(data: Mapping[str, Any], name: str, base: str) -> str:
    value = string(data, name)
    return links.absolute(base, value) or "" if value else ""


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
