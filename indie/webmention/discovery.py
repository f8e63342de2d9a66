"""Where a page takes webmentions, found anew for each that is sent (Webmention §3.1.2)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from indie import urls
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched
from indie.fetch.limits import TARGET
from indie.mf2 import rels
from indie.mf2.page import Link, Page
from indie.mf2.sandbox import Parser
from indie.webmention import validators, verification

TAGS = ("link", "a")
REL = ("webmention",)
LEGACY = ("http://webmention.org/", "http://webmention.org")
"""How the rel was spelled before it had a name of its own; it counts where nothing on the page has that name."""

ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True)
class Found:
    """
    What a page was found to say.

    endpoint: an http URL; None where it takes no webmentions.
    etag, modified: the page's validators; "" where an answer to them would not tell of this endpoint.
    url: where the page was in the end, without fragment.
    """

    endpoint: str | None
    etag: str = ""
    modified: str = ""
    url: str = ""


def discover(fetcher: Fetcher, parser: Parser, target: str, known: Found | None = None) -> Found:
    """
    Ask a page where it takes webmentions.

    known: what an earlier look found; the page is then asked only if it has changed since.
    Any page may say it, also one that answers 404 or 401 (a private one may take webmentions), and by its header
    one that is no HTML. Of a long one the first mebibyte is read.
    Raises FetchFailed where nothing can be told, be it that the page answers 5xx.
    """
    asked = validators.conditions(known.etag, known.modified) if known and known.endpoint else {}
    fetched = _fetch(fetcher, target, asked)
    if fetched.status == 304 and asked and known:
        if _is(fetched.url, known.url):
            return replace(known, endpoint=in_headers(fetched) or known.endpoint, url=fetched.url)
        # Why: the target leads elsewhere by now, and what has not changed there was never looked at.
        fetched = _fetch(fetcher, target, {})
    etag, modified = validators.of(fetched) if _may_be_kept(fetched, target) else ("", "")
    return Found(_endpoint(fetched, parser), etag, modified, fetched.url)


def in_headers(fetched: Fetched, names: tuple[str, ...] = REL) -> str | None:
    """The endpoint that the Link headers name: the first, absolute, its query kept."""
    return _first(rels.parse_link_header(fetched.headers.get_all("Link"), fetched.url), names)


def in_page(page: Page, names: tuple[str, ...] = REL) -> str | None:
    """
    The endpoint that the first `<link>` or `<a>` in the document names; an empty href is the page itself.

    What counts is what a browser offers its reader: not what stands in comments, in text, in `<template>` (inert)
    or in `<noscript>` (see mf2.links), and no `<meta http-equiv=Link>`. An `<a>` within `<svg>` can be followed, so
    it counts.
    """
    return _first((link for link in page.rels if link.tag in TAGS), names)


def _fetch(fetcher: Fetcher, target: str, asked: dict[str, str]) -> Fetched:
    fetched = fetcher.get(target, TARGET, ACCEPT, asked).unless_busy()
    return replace(fetched, url=urls.without_fragment(fetched.url))


def _endpoint(fetched: Fetched, parser: Parser) -> str | None:
    """The header goes before the page, and both before the old spelling; only HTML is read."""
    if found := in_headers(fetched):
        return found
    page = Page(fetched.url, (), (), ())
    if fetched.body and verification.media_type(fetched) in verification.HTML:
        page = parser.parse(fetched.body, fetched.url, fetched.charset)
    return in_page(page) or in_headers(fetched, LEGACY) or in_page(page, LEGACY)


def _first(links: Iterable[Link], names: tuple[str, ...]) -> str | None:
    """The first one advertised counts; where it is no http URL, there is none."""
    found = next((link.href for link in links if not set(names).isdisjoint(link.rel)), None)
    return found if urls.is_http(found) else None


def _may_be_kept(fetched: Fetched, target: str) -> bool:
    """Whether what the page says may be remembered (RFC 9111 §3), and stands at the target's own address."""
    unkept = "no-store" in ",".join(fetched.headers.get_all("Cache-Control")).lower()
    return fetched.ok and not unkept and _is(fetched.url, target)


def _is(url: str, target: str) -> bool:
    return urls.normalize(url) == urls.normalize(urls.without_fragment(target))
