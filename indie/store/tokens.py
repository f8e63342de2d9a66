"""Access tokens: kept as hashes, so that a stolen database opens nothing."""

from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database


@dataclass(frozen=True)
class Token:
    """What an access token allows, without the token."""

    id: int
    client_id: str
    scope: tuple[str, ...]


@dataclass(frozen=True)
class Tokens:
    """The table of access tokens."""

    database: Database

    def add(self, digest: str, client_id: str, scope: tuple[str, ...], now: datetime, expires: datetime | None) -> None:
        """
        Remember a token by its digest.

        expires: None for never.
        """
        self.database.execute(
            """
            INSERT INTO tokens (hash, client_id, scope, created, expires, revoked, used)
            VALUES (:hash, :client_id, :scope, :created, :expires, '', '')
            """,
            hash=digest,
            client_id=client_id,
            scope=" ".join(scope),
            created=times.sortable(now),
            expires=times.sortable(expires) if expires else "",
        )

    def find(self, digest: str, now: datetime) -> Token | None:
        """The token of this digest; None if unknown, expired or revoked."""
        row = self.database.one(
            """
            SELECT id, client_id, scope FROM tokens
            WHERE hash = :hash AND revoked = '' AND (expires = '' OR expires > :now)
            """,
            hash=digest,
            now=times.sortable(now),
        )
        return Token(row["id"], row["client_id"], tuple(row["scope"].split())) if row else None

    def touch(self, token: Token, now: datetime) -> None:
        """Note that a token was used, at most once an hour: it is for the owner's eye, not for an audit."""
        self.database.execute(
            "UPDATE tokens SET used = :now WHERE id = :id AND substr(used, 1, 13) <> substr(:now, 1, 13)",
            id=token.id,
            now=times.sortable(now),
        )
