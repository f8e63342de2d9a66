"""Does a source link to a target? Parsed by media type, never searched (Webmention §3.2.2)."""

from collections.abc import Collection, Iterable

from indie import urls
from indie.errors import FetchFailed
from indie.fetch.fetched import Fetched
from indie.mf2 import plain
from indie.mf2.parse import Page
from indie.mf2.sandbox import Parser

HTML = ("text/html", "application/xhtml+xml", "")
TEXT = ("text/plain", "text/markdown")


class Unsupported(FetchFailed):
    """The source is of a media type that says nothing about links."""

    code = "unsupported_content_type"


def read(fetched: Fetched, parser: Parser) -> Page:
    """
    The page that a source is; one that is no HTML has links and nothing else.

    Raises Unsupported, or ParserGaveUp for a page that cannot be parsed within its limits.
    """
    kind = fetched.media_type
    if kind in HTML:
        return parser.parse(fetched.body, fetched.url, fetched.charset)
    if kind == "application/json" or kind.endswith("+json"):
        links = plain.links_in_json(fetched.body)
    elif kind in TEXT:
        links = plain.links_in_text(fetched.body)
    else:
        raise Unsupported(f"The source is “{kind[:60]}”; only HTML, JSON and plain text can be verified")
    return Page(
        url=fetched.url,
        items=(),
        rels=(),
        links=tuple(links),
        title="",
        lang=None,
        gone=False,
        canonical=None,
        refused=None,
    )


def links_to(links: Iterable[str], targets: Collection[str]) -> bool:
    """Whether one of these links leads to one of these addresses, all of them of one post."""
    keys = {urls.key(target) for target in targets}
    return any(urls.key(link) in keys for link in links)
