"""
What every answer of the Micropub endpoints says: scripts of any page may read it, no cache may keep it,
and a refusal is JSON with the spec's code.

It is done by path, for the whole app: a method that no endpoint knows never comes as far as one.
"""

from typing import Any

from flask import Response, jsonify, make_response, request

from indie import cors
from indie.errors import IndieError, InsufficientScope, TwoTokens, Unauthorized
from indie.indieauth import bearer

PATHS = ("/micropub", "/micropub/media")
"""The Micropub endpoint and the media endpoint."""

METHODS = "GET, HEAD, POST, OPTIONS"
ALLOWED = "Authorization, Content-Type, If-Match, Idempotency-Key"
EXPOSED = "Location, Link, WWW-Authenticate, ETag"
"""What clients in a browser send and read (`micropub.md` §4; If-Match, ETag and Idempotency-Key are our own)."""


def preflight() -> Response | None:
    """Answer the question that a browser asks before it sends a request, for which nobody needs a token."""
    if request.method != "OPTIONS" or request.path not in PATHS:
        return None
    return cors.preflight(METHODS, ALLOWED)


def is_for_clients(path: str) -> bool:
    """Whether whoever asks here is a Micropub client, also one that was given a slash or a word too many."""
    return path in PATHS or path.startswith(f"{PATHS[0]}/")


def share(answer: Response) -> Response:
    """Let any page's script read the answer, and no cache keep it."""
    if is_for_clients(request.path):
        cors.share(answer, EXPOSED)
        answer.headers["Cache-Control"] = "no-store"
    return answer


def refuse(error: IndieError) -> Response:
    """
    JSON with the spec's code, whatever the client accepts (Micropub §3.8).

    Deviation: two tokens are answered with an empty body (DESIGN §2); the code stands in the header.
    """
    if isinstance(error, TwoTokens):
        answer = make_response(b"", error.status)
        answer.headers.pop("Content-Type", None)
    else:
        body: dict[str, Any] = {"error": error.code, "error_description": str(error)}
        if isinstance(error, InsufficientScope):
            body["scope"] = error.scope
        if request.args.get("q") == "source":
            # Why: micropublish looks for the properties before it shows the sentence (`micropub.md` §4).
            body["properties"] = {}
        answer = make_response(jsonify(body), error.status)
    if isinstance(error, TwoTokens | Unauthorized | InsufficientScope):
        answer.headers["WWW-Authenticate"] = bearer.challenge(error)
    return answer
