"""
One item in the shape in which it is kept: strict jf2, so that nobody who shows it has to guess again.

`type`, `uid` and `author` are always there, `author` and `content` are always objects,
what may come more than once (LISTS) is always a list. What is not known is left out, and
so is a name that only repeats the beginning of the content.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from indie import text, times, urls
from indie.feeds.feed import Author
from indie.mf2 import links, sanitize
from indie.mf2.authorship import Author as Person

LISTS = (
    "photo", "video", "audio", "category", "syndication",
    "in-reply-to", "like-of", "repost-of", "bookmark-of",
)  # fmt: skip

LONGEST_NAME = 300
LONGEST_TEXT = 20_000
LONGEST_UID = 500
"""In characters; what is longer is known by its digest."""

MOST = 50
"""How many values of one property are kept."""

AHEAD = timedelta(minutes=5)
"""How far the clock of another server may be ahead of ours."""


@dataclass
class Draft:
    """
    What a format tells of an item, not yet cleaned.

    uid, url, name, summary, html, words: "" where it does not tell. base: what relative URLs in html are relative to.
    lists: the values of LISTS. more: further properties, clean already.
    """

    base: str
    type: str = "entry"
    uid: str = ""
    url: str = ""
    name: str = ""
    summary: str = ""
    html: str = ""
    words: str = ""
    author: Author = field(default_factory=dict)
    published: datetime | None = None
    updated: datetime | None = None
    lists: dict[str, list[str]] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def shaped(draft: Draft, now: datetime) -> dict[str, Any] | None:
    """
    The item in its one shape; None where there is nothing in it.

    A date that lies ahead of us is none: whoever keeps the item knows when it came.
    """
    url = links.absolute(draft.base, draft.url) or "" if draft.url else ""
    lists = {name: _values(name, draft.lists.get(name, ()), draft.base) for name in LISTS}
    content = _content(draft, lists["photo"])
    name = text.one_line(draft.name, LONGEST_NAME)
    if not (url or name or content or any(lists.values()) or draft.uid):
        return None
    if name and _repeats(name, content.get("text", "")):
        name = ""
    found: dict[str, Any] = {
        "type": draft.type,
        "uid": uid(draft.uid or url) or _digest(json.dumps([name, content], sort_keys=True)),
        "url": url,
        "name": name,
        "summary": text.excerpt(text.printable(draft.summary), 1000),
        "content": content,
        "published": _date(draft.published, now),
        "updated": _date(draft.updated, now) if draft.updated != draft.published else "",
        **lists,
        **draft.more,
    }
    return {key: value for key, value in found.items() if value} | {"author": draft.author or {"type": "card"}}


def uid(given: str) -> str:
    """What an item is known by again, of a length that stands in an index; "" if nothing is given."""
    line = " ".join(text.printable(given).split())
    return line if len(line.encode()) <= LONGEST_UID else _digest(line)


def card(name: str, url: str = "", photo: str = "", base: str = "") -> Author:
    """An author; {} where neither name nor address is known."""
    found = {
        "name": text.one_line(name),
        "url": links.absolute(base, url) or "" if url else "",
        "photo": links.absolute(base, photo) or "" if photo else "",
    }
    if not found["name"] and not found["url"]:
        return {}
    found["name"] = found["name"] or urls.host(found["url"])
    return {"type": "card"} | {key: value for key, value in found.items() if value}


def from_person(person: Person | None) -> Author:
    """An author as microformats name one."""
    return card(person.name, person.url or "", person.photo or "") if person else {}


def _digest(line: str) -> str:
    return f"sha256:{hashlib.sha256(line.encode()).hexdigest()}"


def _content(draft: Draft, photos: list[str]) -> dict[str, str]:
    if draft.html:
        html = sanitize.clean_foreign(draft.html, draft.base, without=photos)
        return _said(sanitize.to_text(html)) | ({"html": html} if html else {})
    return _said(draft.words)


def _said(words: str) -> dict[str, str]:
    plain = text.printable(words)[:LONGEST_TEXT].strip()
    return {"text": plain} if plain else {}


def _values(name: str, given: Iterable[str], base: str) -> list[str]:
    if name == "category":
        found: Iterable[str | None] = (text.one_line(value).lstrip("#") for value in given)
    else:
        found = (links.absolute(base, value) for value in given if value.strip())
    return list(dict.fromkeys(value for value in found if value))[:MOST]


def _repeats(name: str, words: str) -> bool:
    """Whether a name is only the beginning of what follows it, cut off or not."""
    line = " ".join(words.split())
    return bool(line) and line.startswith(name.removesuffix("…").removesuffix("...").rstrip())


def _date(moment: datetime | None, now: datetime) -> str:
    return times.rfc3339(moment) if moment and moment <= now + AHEAD else ""


def dated(given: object) -> datetime | None:
    """A date as RFC 3339 has it; None for what is none."""
    try:
        return times.parse(given) if isinstance(given, str) else None
    except ValueError:
        return None


def strings(value: object) -> list[str]:
    """The texts in a list from outside; [] for everything else."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def string(holder: Mapping[str, Any], name: str) -> str:
    """A text from outside; "" for everything else."""
    value = holder.get(name)
    return value if isinstance(value, str) else ""
