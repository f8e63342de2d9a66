"""Access tokens, refresh tokens and keys for introspection, as digests: a stolen database opens nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from indie import times
from indie.store.database import Database, Row

Kind = Literal["access", "refresh", "key"]
"""`key` opens introspection, and nothing else."""

_COLUMNS = (
    "id, client_id, scope, kind, grant_id, label, created, expires, used, lapses, rotated, idle_days, address, agent"
)
_LIVES = "revoked = '' AND (expires = '' OR expires > :now) AND (lapses = '' OR lapses > :now)"


@dataclass(frozen=True)
class Token:
    """
    What a token allows, and what became of it, without the token itself.

    grant: the consent that it was born of; 0 for one made by hand.
    label: what the owner calls one made by hand.
    lapses: when it dies unless it is used before. rotated: when a refresh token was exchanged for its successor.
    address, agent: who used it last.
    """

    id: int
    client_id: str
    scope: tuple[str, ...]
    kind: Kind
    grant: int
    label: str
    created: datetime
    expires: datetime | None
    used: datetime | None
    lapses: datetime | None
    rotated: datetime | None
    idle_days: int
    address: str
    agent: str


@dataclass(frozen=True)
class Tokens:
    """The table of tokens."""

    database: Database

    def add(  # each is a column
        self,
        digest: str,
        client_id: str,
        scope: tuple[str, ...],
        now: datetime,
        expires: datetime | None,
        *,
        kind: Kind = "access",
        grant: int = 0,
        label: str = "",
        idle_days: int = 0,
    ) -> None:
        """
        Remember a token by its digest.

        expires: None for never.
        idle_days: it dies when it was not used for so long; 0 for never.
        """
        self.database.execute(
            """
            INSERT INTO tokens (hash, client_id, scope, created, expires, revoked, used, kind, grant_id, label,
                idle_days, lapses, rotated, address, agent)
            VALUES (:hash, :client_id, :scope, :created, :expires, '', '', :kind, :grant, :label,
                :idle_days, :lapses, '', '', '')
            """,
            hash=digest,
            client_id=client_id,
            scope=" ".join(scope),
            created=times.sortable(now),
            expires=times.sortable(expires) if expires else "",
            kind=kind,
            grant=grant,
            label=label,
            idle_days=idle_days,
            lapses=_lapses(idle_days, now),
        )

    def find(self, digest: str, now: datetime, kind: Kind = "access") -> Token | None:
        """The living token of this digest and kind; None if unknown, expired, lapsed or revoked."""
        row = self.database.one(
            f"SELECT {_COLUMNS} FROM tokens WHERE hash = :hash AND kind = :kind AND {_LIVES}",
            hash=digest,
            kind=kind,
            now=times.sortable(now),
        )
        return _token(row) if row else None

    def by_id(self, id_: int) -> Token | None:
        """The token of this row, living or not."""
        row = self.database.one(f"SELECT {_COLUMNS} FROM tokens WHERE id = :id", id=id_)
        return _token(row) if row else None

    def all(self, now: datetime) -> list[Token]:
        """Every living token that has not been exchanged for another one, the newest first."""
        rows = self.database.query(
            f"SELECT {_COLUMNS} FROM tokens WHERE {_LIVES} AND rotated = '' ORDER BY created DESC, id DESC",
            now=times.sortable(now),
        )
        return [_token(row) for row in rows]

    def is_stale(self, token: Token, now: datetime) -> bool:
        """Whether its use is to be noted again: once an hour will do, it is for the owner's eye and no audit."""
        return token.used is None or times.sortable(token.used)[:13] != times.sortable(now)[:13]

    def touch(self, token: Token, now: datetime, address: str = "", agent: str = "") -> None:
        """Note that a token was used, and by whom; it lives on from here."""
        self.database.execute(
            "UPDATE tokens SET used = :now, lapses = :lapses, address = :address, agent = :agent WHERE id = :id",
            id=token.id,
            now=times.sortable(now),
            lapses=_lapses(token.idle_days, now),
            address=address,
            agent=agent,
        )

    def rotate(self, token: Token, now: datetime) -> None:
        """Note that a refresh token was exchanged; the first time counts."""
        self.database.execute(
            "UPDATE tokens SET rotated = :now WHERE id = :id AND rotated = ''", id=token.id, now=times.sortable(now)
        )

    def narrow(self, id_: int, scope: tuple[str, ...]) -> None:
        """Give a token, and what may still be made of its consent, these scopes."""
        self.database.execute(
            "UPDATE tokens SET scope = :scope WHERE id = :id OR (grant_id > 0 AND revoked = '' AND grant_id = "
            "(SELECT grant_id FROM tokens WHERE id = :id))",
            id=id_,
            scope=" ".join(scope),
        )

    def revoke(self, id_: int, now: datetime) -> None:
        """The token opens nothing from now on."""
        self._revoke("id = :value", id_, now)

    def revoke_grant(self, grant: int, now: datetime) -> None:
        """So do all that were born of one consent, and nothing more is."""
        self._revoke("grant_id = :value AND grant_id > 0", grant, now)
        self._revoke("id = :value", grant, now, "grants")

    def revoke_client(self, client_id: str, now: datetime) -> None:
        """So do all of an app, and the codes that it has not redeemed yet."""
        self._revoke("client_id = :value", client_id, now)
        self._revoke("client_id = :value", client_id, now, "grants")

    def revoke_all(self, now: datetime) -> None:
        """So do all, and every code."""
        self._revoke(":value = 0", 0, now)
        self._revoke(":value = 0", 0, now, "grants")

    def _revoke(self, which: str, value: object, now: datetime, table: str = "tokens") -> None:
        self.database.execute(
            f"UPDATE {table} SET revoked = :now WHERE revoked = '' AND {which}", value=value, now=times.sortable(now)
        )


def _lapses(idle_days: int, now: datetime) -> str:
    return times.sortable(now + timedelta(days=idle_days)) if idle_days else ""


def _moment(text: str) -> datetime | None:
    return times.from_sortable(text) if text else None


def _token(row: Row) -> Token:
    return Token(
        id=row["id"],
        client_id=row["client_id"],
        scope=tuple(row["scope"].split()),
        kind=row["kind"],
        grant=row["grant_id"],
        label=row["label"],
        created=times.from_sortable(row["created"]),
        expires=_moment(row["expires"]),
        used=_moment(row["used"]),
        lapses=_moment(row["lapses"]),
        rotated=_moment(row["rotated"]),
        idle_days=row["idle_days"],
        address=row["address"],
        agent=row["agent"],
    )
