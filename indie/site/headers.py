"""What every page says in its headers: what it may load, where clients find the endpoints, whether it changed."""

from collections.abc import Iterable

from flask import Response, make_response, request

POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Our own files, and no script at all."""


def page(html: str, status: int = 200, rels: Iterable[tuple[str, str]] = ()) -> Response:
    """
    A page with its ETag, answered with 304 where the visitor has it.

    rels: (rel, absolute URL), each a Link header of its own (`micropub.md` §0.10).
    """
    answer = make_response(html, status)
    for rel, url in rels:
        answer.headers.add("Link", f'<{url}>; rel="{rel}"')
    answer.headers["Cache-Control"] = "no-cache"
    if status == 200:
        answer.add_etag()
        answer.make_conditional(request)
    return answer


def secret_page(html: str, status: int = 200) -> Response:
    """A page behind a link that nobody may guess: for no cache, no search engine, and told to no other site."""
    answer = page(html, status)
    answer.headers.update(
        {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    )
    answer.headers.remove("ETag")
    return answer


def protect(answer: Response) -> Response:
    """The headers of every answer, whoever made it."""
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    return answer
