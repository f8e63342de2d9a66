"""What the owner allowed an app at one time, and the codes that hand it over."""

from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database, Row


@dataclass(frozen=True)
class Grant:
    """
    One consent. Its code and its tokens are a family: when one is stolen, all of them go.

    days: how long it holds; 0 until it is taken back.
    refreshable: whether the app exchanges refresh tokens.
    revoked: whether it was taken back: nothing is made of it any more.
    """

    id: int
    client_id: str
    scope: tuple[str, ...]
    days: int
    refreshable: bool
    created: datetime
    revoked: bool = False


@dataclass(frozen=True)
class Client:
    """
    An app that was allowed something.

    name, logo: what it claimed the last time; "" for nothing. first: when it was allowed something for the first time.
    """

    name: str
    logo: str
    first: datetime


@dataclass(frozen=True)
class Code:
    """
    What a code was made for.

    challenge: of PKCE; "" for none.
    """

    grant: Grant
    redirect_uri: str
    challenge: str
    expires: datetime


@dataclass(frozen=True)
class Grants:
    """The table of consents."""

    database: Database

    def add(  # each is a column
        self,
        client_id: str,
        scope: tuple[str, ...],
        days: int,
        now: datetime,
        *,
        refreshable: bool,
        name: str = "",
        logo: str = "",
    ) -> int:
        """
        Note a consent; returns its id.

        name, logo: what the app claimed.
        """
        row = self.database.one(
            """
            INSERT INTO grants (client_id, scope, days, refreshable, name, logo, created, revoked)
            VALUES (:client_id, :scope, :days, :refreshable, :name, :logo, :now, '') RETURNING id
            """,
            name=name,
            logo=logo,
            client_id=client_id,
            scope=" ".join(scope),
            days=days,
            refreshable=int(refreshable),
            now=times.sortable(now),
        )
        assert row is not None
        return int(row["id"])

    def get(self, id_: int) -> Grant | None:
        """The consent of this row."""
        row = self.database.one("SELECT * FROM grants WHERE id = :id", id=id_)
        return _grant(row) if row else None

    def latest(self, client_id: str) -> Grant | None:
        """The newest consent for an app; None if it was never allowed anything."""
        row = self.database.one(
            "SELECT * FROM grants WHERE client_id = :client_id ORDER BY id DESC LIMIT 1", client_id=client_id
        )
        return _grant(row) if row else None

    def clients(self) -> dict[str, Client]:
        """Every app that was ever allowed something, by its client_id."""
        rows = self.database.query(
            """
            SELECT grants.client_id, grants.name, grants.logo, spans.first
            FROM grants JOIN (
                SELECT MAX(id) AS last, MIN(created) AS first FROM grants GROUP BY client_id
            ) AS spans ON spans.last = grants.id
            """
        )
        return {
            row["client_id"]: Client(row["name"], row["logo"], times.from_sortable(row["first"])) for row in rows
        }


@dataclass(frozen=True)
class Codes:
    """The table of authorization codes, by their digests."""

    database: Database

    def add(self, digest: str, grant: int, redirect_uri: str, challenge: str, now: datetime, expires: datetime) -> None:
        """Remember a code."""
        self.database.execute(
            """
            INSERT INTO codes (hash, grant_id, redirect_uri, challenge, created, expires, used)
            VALUES (:hash, :grant, :redirect_uri, :challenge, :now, :expires, '')
            """,
            hash=digest,
            grant=grant,
            redirect_uri=redirect_uri,
            challenge=challenge,
            now=times.sortable(now),
            expires=times.sortable(expires),
        )

    def consume(self, digest: str, now: datetime) -> Code | None:
        """
        Use a code up, whatever its age; None if it is unknown, or was used before.

        One statement, so that of two who come at the same moment one gets it.
        """
        used = self.database.one(
            "UPDATE codes SET used = :now WHERE hash = :hash AND used = '' RETURNING hash",
            hash=digest,
            now=times.sortable(now),
        )
        return self.get(digest) if used else None

    def get(self, digest: str) -> Code | None:
        """What a code was made for, used or not."""
        row = self.database.one(
            """
            SELECT grants.*, codes.redirect_uri, codes.challenge, codes.expires
            FROM codes JOIN grants ON grants.id = codes.grant_id WHERE codes.hash = :hash
            """,
            hash=digest,
        )
        if row is None:
            return None
        return Code(_grant(row), row["redirect_uri"], row["challenge"], times.from_sortable(row["expires"]))


def _grant(row: Row) -> Grant:
    return Grant(
        id=row["id"],
        client_id=row["client_id"],
        scope=tuple(row["scope"].split()),
        days=row["days"],
        refreshable=bool(row["refreshable"]),
        created=times.from_sortable(row["created"]),
        revoked=bool(row["revoked"]),
    )
