"""Who may pass: the access token of a request (RFC 6750 §2, Micropub §3.1)."""

from collections.abc import Callable
from datetime import datetime

from flask import Request

from indie.context import address
from indie.errors import InsufficientScope, InvalidToken, TwoTokens, Unauthorized
from indie.indieauth import tokens
from indie.store import Store
from indie.store.tokens import Token

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def admit(store: Store, request: Request, now: datetime, twice: Callable[[str], bool] = lambda _: False) -> Token:
    """
    The token that a request carries; whether it reaches far enough is asked elsewhere (`scopes`).

    twice: whether a client, by its client_id, may send the same token in the header and in the form.
    That it was used is noted: a token that nobody uses dies.
    Raises as `authorize` does; a body is read for those alone who have no token in the header, or a good one.
    """
    header = in_header(request)
    token = authorize(store, header, None, now) if header else None
    body = in_form(request) if request.mimetype in FORMS else None
    if token is None or (body and not (body == header and twice(token.client_id))):
        token = authorize(store, header, body, now)
    if store.tokens.is_stale(token, now):
        with store.write():
            store.tokens.touch(token, now, address(request), request.user_agent.string[:200])
    return token


def in_header(request: Request) -> str | None:
    """The token in the Authorization header; None where there is none. Cookies and queries never count."""
    # Why the second: Apache hands the header on under this name, if at all (IA 66).
    header = request.headers.get("Authorization") or request.environ.get("REDIRECT_HTTP_AUTHORIZATION", "")
    kind, _, token = header.strip().partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def in_form(request: Request) -> str | None:
    """The token among the fields of a form; None where there is none. Raises TwoTokens."""
    if request.mimetype == FORMS[0]:
        # Why: reading the fields would use up the bytes, and whoever reads the form wants to see them too.
        request.get_data()
    tokens_sent = [token for token in request.form.getlist("access_token") if token]
    if len(tokens_sent) > 1:
        raise TwoTokens("This form carries more than one access token; send one.")
    return tokens_sent[0] if tokens_sent else None


def authorize(store: Store, header: str | None, body: str | None, now: datetime) -> Token:
    """
    The token that a request carries in its header or in its form.

    Raises TwoTokens, Unauthorized (none) or InvalidToken (it opens nothing).
    """
    if header and body:
        raise TwoTokens("This request carries an access token twice; send it in the header alone.")
    presented = header or body
    if not presented:
        raise Unauthorized("This request has no access token; send one as “Authorization: Bearer …”.")
    token = tokens.introspect(store, presented, now)
    if token is None:
        raise InvalidToken("This access token is unknown, expired or revoked; sign in again to get a new one.")
    return token


def challenge(error: Exception) -> str:
    """The WWW-Authenticate header that goes with a refusal (RFC 6750 §3)."""
    if isinstance(error, InsufficientScope):
        return f'Bearer error="insufficient_scope", scope="{error.scope}"'
    if isinstance(error, TwoTokens):
        return 'Bearer error="invalid_request"'
    if isinstance(error, InvalidToken):
        return 'Bearer error="invalid_token"'
    return "Bearer"
