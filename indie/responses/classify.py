"""
A page of somebody else's, read as a response to one post of ours.

Nothing here is believed: the author is a claim, a name may try to look like
another, an address may be ours. What is wrong costs itself and not the response.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from indie import urls
from indie.mf2 import authorship
from indie.mf2.authorship import Author
from indie.mf2.item import Item
from indie.mf2.page import Page
from indie.responses import kinds
from indie.responses.entry import entry
from indie.responses.response import Response, aliases, host, is_proxy, site
from indie.responses.words import date, language, photos, words
from indie.text import one_line

__all__ = ["VERSION", "classify", "entry", "is_shown_there", "read", "with_author"]

VERSION = 2
"""Raised when a page is read in another way than before, so that stored bodies are read again."""

_MOST_ANSWERS = 20
_MOST_COAUTHORS = 5
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
    canonical = [page.canonical] if page.canonical else []
    own = [page.url, *item.urls("url"), *item.urls("uid"), *canonical]
    said = _in_reply_to(item, page, [source, *own])
    kind = kinds.kind(item, said, {urls.key(target) for target in targets})
    response, author_page = read(item, page, source, targets, received, kind, said)
    names = [*own, *item.urls("syndication"), *page.rel("syndication")]
    return replace(response, aliases=aliases(source, names, targets)), author_page


def is_shown_there(page: Page, source: str, targets: Collection[str]) -> bool:
    """
    Whether the page names our post only as a comment, like or repost below its own: it is no response.

    `classify` calls such a page a mention. Webmention spec §3.2.
    """
    item = entry(page, source, targets)
    return item is not None and kinds.only_shows(item, page, {urls.key(target) for target in targets})


def read(  # what a page says of one entry
    item: Item, page: Page, source: str, targets: Collection[str], received: datetime, kind: str, said: Iterable[str]
) -> tuple[Response, str | None]:
    """
    What one item says, found at `source`, as a response of this kind.

    page: what the item stands on. said: every URL that it answers.
    Its only alias is `source`. Returns the author page that is worth a request too, as `classify` does.
    """
    title, html, text, lang = words(item, page, titled=kind in ("mention", "quotation", "tag"))
    if kind == "reply" and kinds.is_reacji(title, text):
        kind = "reacji"
    found, author_page = _author(item, page, source, targets, kind)
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
        published=date(item.texts("published"), received),
        updated=date(item.texts("updated"), received),
        rsvp=kinds.rsvp(item) if kind == "rsvp" else None,
        in_reply_to=tuple(said),
        aliases=aliases(source, (), targets),
        profiles=_profiles(item),
        coauthors=_coauthors(item, page, source, targets, found),
        photos=photos(item),
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
        lang=language(page.lang),
        published=None,
        updated=None,
        rsvp=None,
        in_reply_to=_others(page.rel("in-reply-to"), [source, page.url]),
        aliases=aliases(source, [page.url, *canonical], targets),
    )


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


def _author(
    item: Item, page: Page, source: str, targets: Collection[str], kind: str
) -> tuple[Author, str | None]:
    """The author as shown, and the author page that is worth a request."""
    found, author_page = authorship.find(item, page)
    if found is None and kind == "invite":
        # Bridgy tells of invitations without saying whose they are (§3.3).
        invited = authorship.named(item, page, "invitee")
        found, author_page = (invited[0], None) if invited else (None, None)
    if found is None:
        # Micro.blog's themes name no author in the entry; its blogs have one on their home page.
        return _presentable(None, source), _home(source)
    claimed = _claimed(found, source, targets)
    return _presentable(claimed, source), author_page if claimed == found else None


def _coauthors(
    item: Item, page: Page, source: str, targets: Collection[str], first: Author
) -> tuple[Author, ...]:
    """Who else the item names as its author, each once."""
    found = [_presentable(_claimed(author, source, targets), source) for author in authorship.named(item, page)]
    others = {author.url or author.name: author for author in found}
    for known in (first, _presentable(None, source)):
        others.pop(known.url or known.name, None)
    return tuple(others.values())[:_MOST_COAUTHORS]


def _claimed(author: Author, source: str, targets: Collection[str]) -> Author:
    """The author; of one who is said to live where our post does, elsewhere, the name alone; and never our pictures."""
    if author.url and _is_impostor(author.url, source, targets):
        return replace(author, url=None, photo=None)
    if author.photo and _is_impostor(author.photo, source, targets):
        return replace(author, photo=None)
    return author


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
