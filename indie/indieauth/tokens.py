"""Access tokens: 256 random bits, opaque, kept as a digest alone."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from indie.store import Store
from indie.store.tokens import Token

PREFIX = "indie_"
"""Lets scanners for leaked secrets recognise a token."""


def issue(store: Store, scope: Iterable[str], client_id: str, now: datetime, days: int | None = None) -> str:
    """
    Mint a token with just these scopes.

    days: until it expires; None for never.
    Returns the token, which is kept nowhere.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    expires = now + timedelta(days=days) if days is not None else None
    with store.write():
        store.tokens.add(digest(token), client_id, tuple(dict.fromkeys(scope)), now, expires)
    return token


def introspect(store: Store, token: str, now: datetime) -> Token | None:
    """What a token allows; None where it is unknown, expired or revoked."""
    return store.tokens.find(digest(token), now)


def digest(token: str) -> str:
    """What is kept of a token. A plain hash will do: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
