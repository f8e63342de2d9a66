"""What every page says in its headers: what it may load, where clients find the endpoints, whether it changed."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from html.parser import HTMLParser

from flask import Response, make_response, request

from indie import urls
from indie.site import colours

POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; font-src 'self'; style-src 'self'; manifest-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""
Our own files, and no script at all. Why connect-src, without one: extensions and checkers that ask for robots.txt in
the name of the page are under it too.
"""

_SCRIPT = '<script src="/static/'
"""How a template names a script. Why it finds ours alone: in text `<` is escaped, in attributes the quotes are."""


class _Head(HTMLParser):
    """
    rels: (rel, absolute URL) of each `<link>`, in their order.

    Why not the alternates, nor the search: clients read no parameter in a Link header but `rel`, and without its type
    one says nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rels: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what clients discover, and not what browsers load."""
        found = dict(attrs)
        rel, href = found.get("rel") or "", found.get("href") or ""
        if tag == "link" and rel not in ("alternate", "search", "stylesheet") and urls.is_http(href):
            self.rels.append((rel, href))


def policy(html: str) -> str:
    """
    What this page may load: our own files, the one `<style>` for the colours of its pictures, its script if any.

    Why no look at what is in its `<style>`: whoever got another one in would have it allowed.
    """
    found, style = POLICY, colours.style(html)
    if style:
        known = b64encode(sha256(style.encode()).digest()).decode()
        found = found.replace("style-src 'self'", f"style-src 'self' 'sha256-{known}'")
    return f"{found}; script-src 'self'" if _SCRIPT in html else found


def topic(hubs: Iterable[str], url: str) -> list[tuple[str, str]]:
    """The rels of what can be followed in real time (WebSub §4): its hubs, and the one address that it is known by."""
    return [*(("hub", hub) for hub in hubs), ("self", url)]


def link(answer: Response, rels: Iterable[tuple[str, str]]) -> None:
    """Say them: (rel, absolute URL), each in a Link header of its own (`micropub.md` §0.10)."""
    for rel, url in rels:
        answer.headers.add("Link", f'<{url}>; rel="{rel}"')


KEPT = "indie.kept"
"""In the environ of a request whose answer has an ETag: whether it may be kept until what it shows changes."""

UNTIL = "indie.until"
"""In the environ of a request whose answer is another one from a moment on, whatever changes: that, in Unix time."""

PAGED = "indie.paged"
"""In the environ of a request for one of the few pages of something; its query says which."""


def conditional(answer: Response, *, kept: bool = True) -> Response:
    """
    An answer with its ETag, for `site.front` to keep, to compress and to answer with 304.

    kept: whether it depends on nothing but what the store was asked: no clock, and nobody's own rights.
    """
    answer.add_etag()
    request.environ[KEPT] = kept
    return answer


def page(html: str, status: int = 200, *, kept: bool = True, until: datetime | None = None) -> Response:
    """
    A page, with its ETag where it is one that stays; it links to what its head does.

    kept: as in `conditional`. until: when it will be another one by the clock; None where it will not.
    """
    answer = _page(html, status)
    if until:
        request.environ[UNTIL] = until.timestamp()
    return conditional(answer, kept=kept) if status == 200 else answer


def _page(html: str, status: int) -> Response:
    answer = make_response(html, status)
    head = _Head()
    head.feed(html.partition("</head>")[0])
    link(answer, head.rels)
    answer.headers["Content-Security-Policy"] = policy(html)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def secret_page(html: str, status: int = 200) -> Response:
    """A page behind a link that nobody may guess: for no cache, no search engine, and told to no other site."""
    answer = _page(html, status)
    answer.headers.update(
        {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    )
    return answer


def owner_page(html: str, status: int = 200, forms: str = "'self'") -> Response:
    """
    A page of the owner's own: kept nowhere, in nobody's frame, with our scripts (IA-A4).

    forms: where its forms may lead (CSP `form-action`); what they redirect to counts too.
    """
    # Why same-origin: no word to other sites, but with `no-referrer` browsers say of our own forms that they come
    # from nowhere (`Origin: null`), and cross-site posts are told by that.
    answer = secret_page(html, status)
    policy = POLICY.replace("form-action 'self'", f"form-action {forms}")
    answer.headers["Content-Security-Policy"] = f"{policy}; script-src 'self'"
    answer.headers.update({"Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"})
    return answer


def protect(answer: Response) -> Response:
    """The headers of every answer, whoever made it."""
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    return answer
