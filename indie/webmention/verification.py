"""Does a source link to a target? Parsed by media type, never searched (Webmention §3.2.2)."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import islice

from indie import urls
from indie.errors import FetchFailed
from indie.fetch.fetched import Fetched
from indie.mf2 import plain, rels
from indie.mf2.item import walk
from indie.mf2.parse import Page
from indie.mf2.sandbox import Parser
from indie.responses.entry import RESPONSE_PROPERTIES

HTML = ("text/html", "application/xhtml+xml", "")
TEXT = ("text/plain", "text/markdown")
XML = ("application/xml", "text/xml")


class Unsupported(FetchFailed):
    """The source is of a media type that says nothing about links."""

    code = "unsupported_content_type"


def read(fetched: Fetched, parser: Parser) -> Page:
    """
    The page that a source is; one that is no HTML has links and nothing else.

    Its links are those of its body, of what it answers by microformats, and of its `Link` headers.
    Raises Unsupported, or ParserGaveUp for a page that cannot be parsed within its limits.
    """
    page = _read(fetched, parser)
    headers = rels.parse_link_header(fetched.headers.get_all("link"), fetched.url)
    # Why: the value of a `u-in-reply-to` may be the text of its element, which is no link to a browser.
    answered = (url for item in walk(page.items) for name in RESPONSE_PROPERTIES for url in item.urls(name))
    links = (*page.links, *answered, *(link.href for link in headers if urls.is_http(link.href)))
    return replace(page, rels=(*page.rels, *headers), links=tuple(dict.fromkeys(links)))


def media_type(fetched: Fetched) -> str:
    """The media type of an answer; where a server says it twice, joined by a comma, the first."""
    return fetched.media_type.partition(",")[0].rstrip()


def _read(fetched: Fetched, parser: Parser) -> Page:
    kind = media_type(fetched)
    if kind in HTML:
        return parser.parse(fetched.body, fetched.url, fetched.charset)
    if kind == "application/json" or kind.endswith("+json"):
        links = plain.links_in_json(fetched.body)
    elif kind in TEXT:
        links = plain.links_in_text(fetched.body)
    elif kind in XML or kind.endswith("+xml"):
        links = plain.links_in_xml(fetched.body, fetched.url)
    else:
        raise Unsupported(f"The source is “{kind[:60]}”; only HTML, JSON, XML and plain text can be verified")
    return Page(url=fetched.url, items=(), rels=(), links=links)


def links_to(links: Iterable[str], targets: Collection[str]) -> bool:
    """Whether one of these links leads to one of these addresses, all of them of one post."""
    keys = {urls.key(target) for target in targets}
    return any(urls.key(link) in keys for link in links)


def near_misses(links: Iterable[str], targets: Collection[str]) -> tuple[str, ...]:
    """Up to five links to the host of the post that do not lead to it: what its author may have mistyped."""
    hosts, keys = {urls.host(target) for target in targets}, {urls.key(target) for target in targets}
    near = (link for link in links if urls.host(link) in hosts and urls.key(link) not in keys)
    return tuple(islice(near, 5))
