"""Where a page takes webmentions (Webmention §3.1.2)."""

from indie import urls
from indie.fetch.fetched import Fetched
from indie.mf2 import rels
from indie.mf2.parse import Page

TAGS = ("link", "a")


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
