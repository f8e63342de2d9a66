"""What a page says, as it may be shown: title, clean HTML, plain text, language, dates (Webmention spec §3.4)."""

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import escape, unescape

from indie import times, urls
from indie.mf2.item import Content, Image, Item
from indie.mf2.page import Page
from indie.mf2.sanitize import clean_foreign, to_text
from indie.responses.people import nicks
from indie.responses.response import Response, host
from indie.responses.said import Said
from indie.text import fold, one_line

LONGEST = 64 * 1024
"""How much of a response is kept, in bytes of HTML."""

_MOST_PHOTOS = 8
_EXCERPT = 200
_BEFORE = 60
_LINK = re.compile(r'<a href="([^"]*)"')
_ADDRESS = re.compile(r"(?P<before>(?:<p>)?)\s*<a [^>]*>@(?P<nick>[\w.-]+)</a>,?\s*")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")


def words(item: Item, page: Page, *, titled: bool) -> tuple[str | None, str, str, str | None]:
    """
    Title, HTML, text and language.

    titled: a title alone will do; else it stands for the words that are missing.
    """
    shown = photos(item)
    content, html, text = None, "", ""
    for content in filter(None, (item.content(), item.content("summary"))):
        html = _clean(content, page.url, shown)
        if text := to_text(html):
            break
    title = _title(item.text("name") or "", text)
    if not text and not (title and titled):
        alt = next((image.alt for image in shown if image.alt), "")
        html = _clean(Content(title or alt), page.url)
        title, text = None, to_text(html)
    return title, html, text, language((content and content.lang) or page.lang)


def photos(item: Item) -> tuple[Image, ...]:
    """The pictures that belong to what is said, apart from those in the text of it."""
    return tuple(item.images()[:_MOST_PHOTOS])


def excerpt(response: Response, keys: Collection[str]) -> str:
    """
    A line of what a page says: the words around its link to our post, else how it begins.

    keys: `urls.key` of every address of the post.
    """
    link = next((link for link in _LINK.finditer(response.html) if urls.key(unescape(link[1])) in keys), None)
    if link is None or len(response.text) <= _EXCERPT:
        return one_line(response.text, _EXCERPT)
    before = " ".join(to_text(response.html[: link.start()]).split())
    behind = one_line(to_text(response.html[link.start() :]), _EXCERPT - 2 * _BEFORE)
    if len(before) > _BEFORE:
        before = "…" + before[-_BEFORE:].partition(" ")[2]
    return one_line(f"{before} {behind}", 2 * _EXCERPT)


def without_address(response: Response, parent: Said | None, owner: str | None) -> str:
    """
    The HTML of a reply without the @name that Micro.blog puts before every one, where its place says it already.

    parent: what it stands under, None for the post; owner: the nickname of the post's author.
    """
    found = _ADDRESS.match(response.html) if host(response.source) == "micro.blog" else None
    known = nicks(parent.response.author) if parent else {(owner or "").casefold()}
    if found is None or found["nick"].casefold() not in known:
        return response.html
    return found["before"] + response.html[found.end() :]


def _clean(content: Content, base: str, shown: Iterable[Image] = ()) -> str:
    """Clean HTML of at most `LONGEST` bytes; plain text keeps its lines. `shown`: pictures that stand elsewhere."""
    html = content.html or escape(content.text).replace("\n", "<br>")
    clean = clean_foreign(html, base, {image.url for image in shown})
    room = LONGEST
    while len(clean.encode()) > LONGEST:
        # A cut in the middle of a tag or a list is mended by cleaning, which may make it longer again.
        room -= LONGEST // 16
        clean = clean_foreign(clean.encode()[:room].decode(errors="ignore"), base)
    return clean


def _title(name: str, text: str) -> str | None:
    """
    The name, None where it is the beginning of the text, or the text and more.

    The second is what a name is that a parser made of all there was.
    """
    line = one_line(name, 200)
    title, said = fold(line), fold(text)
    if not title:
        return None if text.strip().startswith(line.rstrip(".… ")) else line
    return None if said.startswith(title) or (said and said in title) else line


def date(found: Iterable[str], received: datetime) -> datetime | None:
    """
    The first date that can be read and can be true: up to a day after the page came.

    Why not before 1990: a missing date is year 1 in Hugo and 1970 elsewhere.
    """
    for text in found:
        moment = _moment(text[:64])
        if moment and _EARLIEST <= moment <= received + timedelta(days=1):
            return moment
    return None


def _moment(text: str) -> datetime | None:
    """A date as pages spell it: RFC 3339 and what is near it, or as in e-mail (RFC 5322)."""
    try:
        return times.parse(text)
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def language(text: str | None) -> str | None:
    """A language tag; None for what is none."""
    return text if text and _LANGUAGE.fullmatch(text) else None
