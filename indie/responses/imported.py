"""
Responses that were received elsewhere, read from what webmention.io and WordPress give their users.

What they say is believed no more than a page that sends it: `Imported.item` goes through `classify`
like the entry of any page. The e-mail addresses and IP addresses of commenters are not read.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from indie import times, urls
from indie.mf2 import jf2
from indie.mf2.item import Item
from indie.mf2.page import Page
from indie.responses import wxr
from indie.responses.classify import classify
from indie.responses.response import Response, address


@dataclass(frozen=True)
class Imported:
    """
    One response.

    source: normalized. target: the address of the post, where it was. slug: the last part of that, if it is known.
    """

    source: str
    target: str
    slug: str
    item: Item
    received: datetime


@dataclass(frozen=True)
class Skipped:
    """Something that is not taken over. what: its address, or words for it. why: one of a few sentences."""

    what: str
    why: str


def read(body: bytes, now: datetime) -> list[Imported | Skipped]:
    """
    Everything in a file: jf2 of webmention.io (a feed, a list of feeds or entries, or one a line), or WordPress's WXR.

    Raises ValueError, with a sentence, for any other file.
    """
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        return list(_from_wordpress(wxr.read(body), now))
    if start in (b"{", b"["):
        return [_from_jf2(entry, now) for data in _documents(body) for entry in _entries(data)]
    raise ValueError("it is neither a jf2 feed of webmention.io nor an export of WordPress (WXR)")


def response(imported: Imported, post: str, addresses: Iterable[str]) -> Response:
    """
    The response as it stands under a post of ours.

    post: its URL; addresses: all that it has or had. What answered the target where that was answers the post.
    """
    old = address(imported.target)
    properties = {
        name: [post if isinstance(value, str) and address(value) == old else value for value in values]
        for name, values in imported.item.properties.items()
    }
    page = Page(imported.source, (replace(imported.item, properties=properties),), (), ())
    found, _ = classify(page, imported.source, [post, *addresses, imported.target], imported.received)
    return found


def _documents(body: bytes) -> Iterator[Any]:
    text = body.decode("utf-8-sig", "replace")
    try:
        yield json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    except ValueError:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except (ValueError, RecursionError):
                    raise ValueError(f"line {number} is no JSON, and neither is the whole") from None


def _entries(data: Any) -> Iterator[Mapping[str, Any]]:
    """The entries of a feed, of a list of feeds, or an entry by itself."""
    for one in data if isinstance(data, list) else [data]:
        if not isinstance(one, Mapping):
            continue
        children = one.get("children")
        if isinstance(children, list):
            yield from (child for child in children if isinstance(child, Mapping))
        else:
            yield one


def _from_jf2(entry: Mapping[str, Any], now: datetime) -> Imported | Skipped:
    source, target = entry.get("wm-source"), entry.get("wm-target")
    if entry.get("wm-private") is True:
        return Skipped(f"{source}", "it is private")
    if not (isinstance(source, str) and urls.is_http(source) and isinstance(target, str) and urls.is_http(target)):
        return Skipped(f"{source or entry.get('url') or 'an entry'}", "it has no wm-source and wm-target")
    said = {name: value for name, value in entry.items() if not name.startswith(("wm-", "_"))}
    answered = [*_list(entry.get("in-reply-to")), *_list(entry.get("_in-reply-to"))]
    if answered:
        said["in-reply-to"] = answered
    try:
        item = jf2.to_item(said)
    except ValueError as error:
        return Skipped(source, str(error))
    return Imported(urls.normalize(source), target, "", item, _moment(entry.get("wm-received"), now))


def _from_wordpress(entries: Iterable[wxr.Entry], now: datetime) -> Iterator[Imported | Skipped]:
    for entry in entries:
        sources = {comment.id: comment.source for comment in entry.comments if urls.is_http(comment.source)}
        for comment in entry.comments:
            if comment.approved != "1":
                yield Skipped(f"{entry.link}#comment-{comment.id}", "it is spam, in the trash, or was never approved")
            elif comment.id not in sources or not urls.is_http(entry.link):
                yield Skipped(f"comment {comment.id} to {entry.link or entry.slug}", "it has no address")
            else:
                yield Imported(
                    urls.normalize(comment.source),
                    entry.link,
                    entry.slug,
                    Item(("h-entry",), _properties(comment, entry.link, sources)),
                    _moment(comment.date, now),
                )


def _properties(comment: wxr.Comment, target: str, sources: Mapping[str, str]) -> dict[str, list[Any]]:
    card = {"name": [comment.author], "url": [comment.author_url], "photo": [comment.avatar]}
    parent = sources.get(comment.parent)
    relation, rsvp = comment.relation
    properties: dict[str, list[Any]] = {
        "name": [comment.title] if comment.title else [],
        "url": [comment.source],
        "published": [comment.date],
        "author": [{"type": ["h-card"], "properties": card, "value": comment.author}] if comment.author else [],
        "content": [{"html": comment.html, "value": ""}] if comment.html else [],
        "rsvp": [rsvp] if rsvp else [],
    }
    if relation:
        properties[relation] = [target, *([parent] if parent and relation == "in-reply-to" else [])]
    return properties


def _list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def _moment(text: Any, now: datetime) -> datetime:
    """When it was received; now where that cannot be read or true."""
    try:
        return min(times.parse(text), now) if isinstance(text, str) else now
    except ValueError:
        return now
