"""Where a page takes webmentions (Webmention §3.1.2)."""

from dataclasses import dataclass

from indie import urls
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched
from indie.mf2 import rels
from indie.mf2.parse import Page
from indie.mf2.sandbox import Parser
from indie.webmention import verification

TAGS = ("link", "a")


@dataclass(frozen=True)
class Found:
    """What a target says of itself. endpoint: where it takes webmentions; None where it takes none."""

    endpoint: str | None


def discover(fetcher: Fetcher, parser: Parser, target: str) -> Found:
    """
    Look where a target takes webmentions: the header goes before the page; only HTML is read for links.

    Raises FetchFailed.
    """
    fetched = fetcher.get(target).unless_busy()
    found = in_headers(fetched)
    if found or fetched.media_type not in verification.HTML:
        return Found(found)
    return Found(in_page(verification.read(fetched, parser)))


def in_headers(fetched: Fetched) -> str | None:
    """The endpoint that the Link headers name: the first, absolute, its query kept."""
    links = rels.parse_link_header(fetched.headers.get_all("Link"), fetched.url)
    return _first([link.href for link in links if "webmention" in link.rel])


def in_page(page: Page) -> str | None:
    """The endpoint that the first `<link>` or `<a>` in the document names; an empty href is the page itself."""
    return _first([link.href for link in page.rels if "webmention" in link.rel and link.tag in TAGS])


def _first(found: list[str]) -> str | None:
    """The first one advertised counts; where it is no http URL, there is none."""
    return found[0] if found and urls.is_http(found[0]) else None
