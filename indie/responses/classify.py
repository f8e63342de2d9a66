"""
A page of somebody else's, read as a response to one post of ours.

Nothing here is believed: the author is a claim, a name may try to look like
another, an address may be ours. What is wrong costs itself and not the response.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import escape
from urllib.parse import urlsplit

from indie import times, urls
from indie.mf2 import authorship
from indie.mf2.authorship import Author
from indie.mf2.item import Content, Item
from indie.mf2.page import Page
from indie.mf2.post_type import RSVPS
from indie.mf2.sanitize import clean_foreign, to_text
from indie.responses.entry import entry, points_at
from indie.responses.response import Response, aliases, host, is_proxy, site
from indie.text import fold, one_line

__all__ = ["VERSION", "classify", "entry", "with_author"]

VERSION = 1
"""Raised when a page is read in another way than before, so that stored bodies are read again."""

LONGEST = 64 * 1024
"""How much of a response is kept, in bytes of HTML."""

_MOST_ANSWERS = 20
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_KINDS = {"repost": ("repost-of", "repost"), "like": ("like-of", "like"), "bookmark": ("bookmark-of",)}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_SAYS = re.compile(r"\s+says:.*", re.DOTALL)


def classify(
    page: Page, source: str, targets: Collection[str], received: datetime
) -> tuple[Response, str | None]:
    """
    Read what `page` says about one post.

    source: the URL that sent the webmention; page.url is where it led.
    targets: every address of the post; what else the page answers makes no
        difference to the kind, only to `in_reply_to`.
    Returns the response, and the address of an author page that is worth one
    more request (then `authorship.complete` and `with_author`) or None.
    A page on which no entry can be found is a mention with the page's title.
    Never raises, whatever the page says. Webmention spec §3.2-3.4.
    """
    item = entry(page, source, targets)
    if item is None:
        return _bare_mention(page, source, targets), None
    found, author_page = _author(item, page, source, targets)
    names = [page.url, *item.urls("url"), *item.urls("uid"), *([page.canonical] if page.canonical else [])]
    said = _in_reply_to(item, page, [source, *names])
    rsvp = next((text.casefold() for text in item.texts("rsvp") if text.casefold() in RSVPS), None)
    kind = _kind(item, said, rsvp, {urls.key(target) for target in targets})
    title, html, text, lang = _words(item, page, kind)
    response = Response(
        source=source,
        url=_url(item, page, source, targets),
        kind=kind,
        author=found,
        via=_via(found, source),
        name=title,
        html=html,
        text=text,
        lang=lang,
        published=_date(item.texts("published"), received),
        updated=_date(item.texts("updated"), received),
        rsvp=rsvp if kind == "rsvp" else None,
        in_reply_to=said,
        aliases=aliases(source, [*names, *item.urls("syndication"), *page.rel("syndication")], targets),
        profiles=_profiles(item),
    )
    return response, author_page


def with_author(response: Response, author: Author | None) -> Response:
    """
    The response with what its author page added; unchanged if that said nothing.

    Why an address is taken only on the source's host or the one claimed before:
    `classify` saw to it that neither is ours, a card on another page could say anything.
    """
    if author is None:
        return response
    ours = response.author
    known = {host(response.source), host(ours.url or "")}
    url = author.url if author.url and host(author.url) in known else ours.url
    shown = _presentable(replace(author, url=url), response.source)
    return replace(response, author=shown, via=_via(shown, response.source))


def _bare_mention(page: Page, source: str, targets: Collection[str]) -> Response:
    canonical = [page.canonical] if page.canonical else []
    author = _presentable(None, source)
    return Response(
        source=source,
        url=source,
        kind="mention",
        author=author,
        via=None,
        name=one_line(page.title, 200) or None,
        html="",
        text="",
        lang=_language(page.lang),
        published=None,
        updated=None,
        rsvp=None,
        in_reply_to=_others(page.rel("in-reply-to"), [source, page.url]),
        aliases=aliases(source, [page.url, *canonical], targets),
    )


def _kind(item: Item, said: Iterable[str], rsvp: str | None, keys: Collection[str]) -> str:
    """
    What the entry is to this target: rsvp, repost, like and bookmark before reply (pages spec §2.1).

    Why: likes carry `in-reply-to` beside `like-of` for those who know no likes.
    """
    is_answer = any(urls.key(url) in keys for url in said)
    if rsvp and is_answer:
        return "rsvp"
    for kind, names in _KINDS.items():
        if points_at(item, names, keys):
            return kind
    return "reply" if is_answer else "mention"


def _in_reply_to(item: Item, page: Page, own: Collection[str]) -> tuple[str, ...]:
    """What the entry answers; where it does not say so, what the page as a whole does."""
    found = item.urls("in-reply-to") + item.urls("reply-to")
    return _others(found or page.rel("in-reply-to"), own)


def _others(found: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """The http URLs among these that are not the page itself: Micro.blog lets a post answer itself."""
    exact = {url.rstrip("/") for url in own}
    kept = [url for url in found if urls.is_http(url) and url.rstrip("/") not in exact]
    return tuple(dict.fromkeys(kept))[:_MOST_ANSWERS]


def _url(item: Item, page: Page, source: str, targets: Collection[str]) -> str:
    """
    Where a reader is sent: the entry's url on the site that was fetched, else `source`.

    Bridgy's pages are for machines, so theirs may lead anywhere. Why nobody else's:
    the url of a title that links to us is, by the rule of implied url, our own post.
    """
    taken = {urls.key(target) for target in targets}
    found = [url for url in item.urls("url") if urls.key(url) not in taken]
    sites = {site(source), site(page.url)}
    own = next((url for url in found if site(url) in sites), None)
    return own or (found[0] if found and is_proxy(source) else source)


def _author(item: Item, page: Page, source: str, targets: Collection[str]) -> tuple[Author, str | None]:
    """The author as shown, and the author page that is worth a request."""
    found, author_page = authorship.find(item, page)
    if found is None:
        # Micro.blog's themes name no author in the entry; its blogs have one on their home page.
        return _presentable(None, source), _home(source)
    if found.url and _is_impostor(found.url, source, targets):
        return _presentable(replace(found, url=None, photo=None), source), None
    return _presentable(found, source), author_page


def _is_impostor(url: str, source: str, targets: Collection[str]) -> bool:
    """Whether a page elsewhere claims an author who lives where our post does (Webmention spec §7.2)."""
    if site(source) in map(site, targets) or site(url) == site(source):
        return False
    return host(url) in map(host, targets)


def _presentable(author: Author | None, source: str) -> Author:
    """The author with addresses that may be links and a name that may be shown: never empty, one line."""
    if author is None:
        return Author(host(source) or source, None, None)
    url = author.url if urls.is_http(author.url) else None
    name = _SAYS.sub("", one_line(author.name))
    return Author(
        name=name or host(url or source) or source,
        url=url,
        photo=author.photo if urls.is_http(author.photo) else None,
        nickname=one_line(author.nickname or "", 60) or None,
    )


def _via(author: Author, source: str) -> str | None:
    """The source's host, where it is not the author's own; None where nothing but the host is known."""
    name = host(source)
    if host(author.url or "") == name or (author.url is None and author.name == name):
        return None
    return name


def _home(source: str) -> str | None:
    """The home page of the source's host, where one person can be taken to live there."""
    first = urlsplit(source).path.strip("/")[:1]
    shared = first in ("~", "@") or is_proxy(source)
    return None if shared else f"{urls.origin(source)}/"


def _profiles(item: Item) -> tuple[str, ...]:
    """Every address that the author's card claims."""
    cards = item.items("author")
    return tuple(cards[0].urls("url")[:5]) if cards else ()


def _words(item: Item, page: Page, kind: str) -> tuple[str | None, str, str, str | None]:
    """Title, HTML, text and language (Webmention spec §3.4)."""
    content = item.content() or item.content("summary")
    html = _clean(content, page.url) if content else ""
    text = to_text(html)
    title = _title(item.text("name") or "", text)
    if not text and not (title and kind == "mention"):
        alt = next((image.alt for image in item.images() if image.alt), "")
        html = _clean(Content(title or alt), page.url)
        title, text = None, to_text(html)
    return title, html, text, _language((content and content.lang) or page.lang)


def _clean(content: Content, base: str) -> str:
    """Clean HTML of at most `LONGEST` bytes; plain text keeps its lines."""
    html = content.html or escape(content.text).replace("\n", "<br>")
    clean = clean_foreign(html, base)
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


def _date(found: Iterable[str], received: datetime) -> datetime | None:
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


def _language(text: str | None) -> str | None:
    return text if text and _LANGUAGE.fullmatch(text) else None
