"""Tokens: 256 random bits, opaque, kept as a digest alone."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from indie.store import Store
from indie.store.tokens import Kind, Token

PREFIXES: dict[Kind, str] = {"access": "indie_", "refresh": "indie_refresh_", "key": "indie_key_"}
"""Let scanners for leaked secrets recognise a token, and people tell one from another."""


def issue(  # what a token is made of
    store: Store,
    scope: Iterable[str],
    client_id: str,
    now: datetime,
    days: float | None = None,
    *,
    kind: Kind = "access",
    grant: int = 0,
    label: str = "",
    idle_days: int = 0,
) -> str:
    """
    Mint a token with just these scopes.

    days: until it expires; None for never.
    grant, label, idle_days: as `store.tokens` has them.
    Returns the token, which is kept nowhere.
    """
    token = secret(PREFIXES[kind])
    expires = now + timedelta(days=days) if days is not None else None
    with store.write():
        store.tokens.add(
            digest(token),
            client_id,
            tuple(dict.fromkeys(scope)),
            now,
            expires,
            kind=kind,
            grant=grant,
            label=label,
            idle_days=idle_days,
        )
    return token


def introspect(store: Store, token: str, now: datetime, kind: Kind = "access") -> Token | None:
    """What a token allows; None where it is unknown, expired, lapsed, revoked, or of another kind."""
    return store.tokens.find(digest(token), now, kind)


def revoke(store: Store, token: str, now: datetime) -> None:
    """Make an access or refresh token open nothing; with a refresh token goes its family (IndieAuth §7, IA-F5)."""
    with store.write():
        for kind in ("access", "refresh"):
            found = store.tokens.find(digest(token), now, kind)
            if found and kind == "refresh":
                store.tokens.revoke_grant(found.grant, now)
            elif found:
                store.tokens.revoke(found.id, now)


def secret(prefix: str) -> str:
    """256 random bits behind a prefix."""
    return prefix + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token. A plain hash will do: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
