"""From consent to a code, from the code to tokens, from a refresh token to the next ones (IndieAuth §5.3, §5.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from indie.errors import InvalidGrant, InvalidScope
from indie.indieauth import pkce, scopes, tokens
from indie.indieauth.authorization import AuthorizationRequest
from indie.store import Store
from indie.store.grants import Code, Grant

CODE = timedelta(minutes=5)
"""How long a code can be redeemed: phones take their time to switch apps (IA-A7)."""

CODE_PREFIX = "indie_code_"

ACCESS = timedelta(hours=1)
"""How long an access token lives that can be refreshed."""

IDLE_DAYS = 60
"""A token that was not used for so long dies."""

GRACE = timedelta(seconds=30)
"""How long a refresh token that was exchanged may come again: its answer was lost (IA-F1)."""

NO_LONGER = "This code opens nothing: it was used, is too old, or never was one. Sign in again."
ANOTHERS = "This code was made for another request; sign in again."


@dataclass(frozen=True)
class Issued:
    """
    Tokens that go to an app.

    expires_in: seconds; None for never.
    """

    access_token: str
    scope: tuple[str, ...]
    expires_in: int | None
    refresh_token: str | None = None


def approve(
    store: Store,
    now: datetime,
    request: AuthorizationRequest,
    scope: Sequence[str],
    days: int,
    *,
    refreshable: bool,
    name: str = "",
    logo: str = "",
) -> str:
    """
    Note what the owner allowed, and make the code that hands it over.

    scope: what was granted of what was asked for (`scopes.granted`).
    days: how long tokens hold; 0 until they are taken back.
    refreshable: whether the app exchanges refresh tokens.
    name, logo: what the app claimed, for the owner's list of apps.
    """
    code = tokens.secret(CODE_PREFIX)
    with store.write():
        grant = store.grants.add(
            request.client_id, tuple(scope), days, now, refreshable=refreshable, name=name, logo=logo
        )
        store.codes.add(tokens.digest(code), grant, request.redirect_uri, request.challenge, now, now + CODE)
    return code


def redeem(
    store: Store, now: datetime, *, code: str, client_id: str, redirect_uri: str, code_verifier: str
) -> Grant:
    """
    What the owner allowed whoever holds this code.

    It is used up whatever comes of it, so that nobody may try twice. A second use takes back the tokens of the first:
    one of the two who had it is a thief (RFC 6749 §4.1.2).
    Raises InvalidGrant.
    """
    with store.write():
        found = _consume(store, now, code, client_id, redirect_uri, code_verifier)
    if isinstance(found, InvalidGrant):
        raise found
    return found


def exchange(
    store: Store, now: datetime, *, code: str, client_id: str, redirect_uri: str, code_verifier: str
) -> Issued:
    """
    The first tokens of what the owner allowed whoever holds this code.

    In one transaction: whoever comes second finds tokens to take back.
    Raises as `redeem` does, and InvalidScope where the consent opens nothing: whoever asked for no scope gets no
    token (IndieAuth §5.3.3).
    """
    issued = None
    with store.write():
        found = _consume(store, now, code, client_id, redirect_uri, code_verifier)
        if isinstance(found, Grant) and found.scope:
            issued = _issue(store, found, found.scope, found.scope, now)
    if isinstance(found, InvalidGrant):
        raise found
    if issued is None:
        raise InvalidScope("No scope was granted, so there is no token; redeem the code at the authorization endpoint.")
    return issued


def refresh(store: Store, now: datetime, *, refresh_token: str, client_id: str, scope: str) -> Issued:
    """
    The next tokens for a refresh token, which is exchanged too.

    scope: fewer scopes for the access token; "" for the same.
    Raises InvalidGrant; where the token was exchanged before, its whole family is taken back. InvalidScope for
    more than was granted.
    """
    issued = None
    with store.write():
        token = tokens.introspect(store, refresh_token, now, "refresh")
        if token is None or token.client_id != client_id:
            raise InvalidGrant("This refresh token opens nothing, or not for this app; sign in again.")
        narrowed = scopes.requested(scope) or token.scope
        if not set(narrowed) <= set(token.scope):
            raise InvalidScope(f"Only what was granted can be asked for: {' '.join(token.scope)}.")
        if token.rotated and token.rotated + GRACE < now:
            store.tokens.revoke_grant(token.grant, now)
        else:
            store.tokens.rotate(token, now)
            grant = store.grants.get(token.grant)
            assert grant is not None  # a refresh token is born of one
            issued = _issue(store, grant, narrowed, token.scope, now)
    if issued is None:
        raise InvalidGrant("This refresh token was exchanged before; all keys of this sign-in are taken back.")
    return issued


def _issue(store: Store, grant: Grant, scope: tuple[str, ...], whole: tuple[str, ...], now: datetime) -> Issued:
    """
    An access token with `scope`; where the app refreshes, a short one, and a refresh token for the `whole`.

    Only inside `store.write()`.
    """
    ends = grant.created + timedelta(days=grant.days) if grant.days else None
    left = (ends - now) / timedelta(days=1) if ends else None
    if not grant.refreshable:
        token = tokens.issue(store, scope, grant.client_id, now, left, grant=grant.id, idle_days=IDLE_DAYS)
        return Issued(token, scope, int(left * 86_400) if left is not None else None)
    short = min(ACCESS, ends - now) if ends else ACCESS
    token = tokens.issue(store, scope, grant.client_id, now, short / timedelta(days=1), grant=grant.id)
    renewed = tokens.issue(
        store, whole, grant.client_id, now, left, kind="refresh", grant=grant.id, idle_days=IDLE_DAYS
    )
    return Issued(token, scope, int(short.total_seconds()), renewed)


def _consume(
    store: Store, now: datetime, code: str, client_id: str, redirect_uri: str, code_verifier: str
) -> Grant | InvalidGrant:
    """
    Use a code up: the consent, or what is wrong.

    Only inside `store.write()`. Why nothing is raised: it would be undone, and the code could be tried again.
    """
    digest = tokens.digest(code)
    found = store.codes.consume(digest, now)
    if found is None:
        used = store.codes.get(digest)
        if used:
            store.tokens.revoke_grant(used.grant.id, now)
    if found is None or found.expires <= now or found.grant.revoked:
        return InvalidGrant(NO_LONGER)
    wrong = _what_differs(found, client_id, redirect_uri, code_verifier)
    return InvalidGrant(wrong) if wrong else found.grant


def _what_differs(code: Code, client_id: str, redirect_uri: str, code_verifier: str) -> str:
    """Why this is not whom the code was made for; "" where it is (IndieAuth §5.3, RFC 7636 §4.6)."""
    if (client_id, redirect_uri) != (code.grant.client_id, code.redirect_uri):
        return ANOTHERS
    if bool(code.challenge) != bool(code_verifier):
        return "code_verifier is missing." if code.challenge else "This code was asked for without a code_challenge."
    if code.challenge and not pkce.verify(code.challenge, code_verifier):
        return "code_verifier does not match the code_challenge."
    return ""
