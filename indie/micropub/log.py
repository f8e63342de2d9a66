"""
The log of requests for the owner: what a client sent, what was made of it, what it was told.

A client swallows errors, or shows them without a word; here they can be looked up
(`python app.py requests`). No token is ever in it.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from flask import Response, g, request
from werkzeug.datastructures import FileStorage, MultiDict

from indie import times
from indie.context import current
from indie.errors import Unavailable
from indie.indieauth import bearer, tokens
from indie.micropub import answers
from indie.store import Store
from indie.store.requests import Request
from indie.store.tokens import Token

BODY = 4096
ANSWER = 1024
"""How much of a body and of an answer is kept, in characters."""

FEW = 50
"""Limit: notes kept of one request."""

HIDDEN = "…token…"
SHORT = 8

_SECRETS = ("access_token", "token")
_TOKEN = re.compile(re.escape(tokens.PREFIXES["access"]) + r"[\w-]{20,}")
_IN_JSON = re.compile(r'("(?:access_)?token"\s*:\s*")[^"]*')


def note(notes: Iterable[str]) -> None:
    """Say what was normalised or dropped of the request at hand, a sentence each."""
    g.setdefault("micropub_notes", []).extend(notes)


def admitted(token: Token) -> Token:
    """Say which token has let the request at hand in, and return it: nobody has to look for it again."""
    g.micropub_token = token
    return token


def record(answer: Response) -> Response:
    """Keep a request to one of the endpoints, as soon as its answer is sent."""
    if request.path not in answers.PATHS or request.method == "OPTIONS" or answer.status_code == Unavailable.status:
        return answer
    store = current().store
    try:
        kept = _kept(store, answer, times.now())
    except Unavailable:  # it has been answered: the owner misses a line and nothing else fails
        return answer
    answer.call_on_close(lambda: store.requests.record(kept))
    return answer


def _kept(store: Store, answer: Response, now: datetime) -> Request:
    secrets = _secrets()
    others = (tokens.introspect(store, secret, now) for secret in secrets)
    token = g.get("micropub_token") or next(filter(None, others), None)
    return Request(
        client_id=token.client_id if token else "",
        method=request.method,
        target=_without(secrets, request.full_path.rstrip("?"), BODY),
        type=_without(secrets, request.headers.get("Content-Type", ""), ANSWER),
        body=_without(secrets, _body(known=token is not None and answer.status_code != 413), BODY),
        notes=tuple(_without(secrets, one, ANSWER) for one in g.get("micropub_notes", [])[:FEW]),
        status=answer.status_code,
        answer=_without(secrets, answer.headers.get("Location") or answer.get_data(as_text=True), ANSWER),
        created=now,
    )


def _secrets() -> list[str]:
    """Every token that the request carries, wherever: in its header, its form, its query."""
    found = [bearer.in_header(request) or ""]
    for name in _SECRETS:
        found.extend([*_fields().getlist(name), *request.args.getlist(name)])
    return list(dict.fromkeys(filter(None, found)))


def _body(*, known: bool) -> str:
    """
    The body as text: a line a field, a line a file; JSON as it came.

    known: whether the token opens anything. Nobody else makes us read what was not read for the answer.
    """
    if request.mimetype == "application/json":
        return request.get_data(as_text=True) if known else ""
    if "form" in request.__dict__:
        fields = [f"{name} = {HIDDEN if name in _SECRETS else value}" for name, value in _fields().items(multi=True)]
        return "\n".join([*fields, *(_file(name, file) for name, file in request.files.items(multi=True))])
    return ""


def _fields() -> MultiDict[str, str]:
    """The fields of the form, if it was read for the answer."""
    return request.form if "form" in request.__dict__ else MultiDict()


def _file(name: str, file: FileStorage) -> str:
    size = file.stream.seek(0, 2)
    return f"{name}: {file.filename} ({file.mimetype}, {size} bytes)"


def _without(secrets: Iterable[str], text: str, limit: int) -> str:
    """The beginning of a text, with every token in it hidden first."""
    for secret in secrets:
        # Why not the short ones: they are no token of ours, and may be a part of any word.
        text = text.replace(secret, HIDDEN) if len(secret) > SHORT else text
    text = _IN_JSON.sub(rf"\1{HIDDEN}", _TOKEN.sub(HIDDEN, text))
    return text if len(text) <= limit else text[: limit - 1] + "…"
