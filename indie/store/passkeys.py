"""The owner's passkeys, and the challenges that they are to sign."""

from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database, Row

_COLUMNS = "id, credential_id, public_key, sign_count, transports, name, created, used"


@dataclass(frozen=True)
class Passkey:
    """
    The public half of a key pair, as WebAuthn hands it over; its id is 0 while it is no row.

    credential_id: base64url, without padding.
    public_key: a COSE key, as bytes.
    sign_count: how often the authenticator says that it has signed; 0 where it does not count.
    transports: how browsers reach it (`internal`, `usb`, …).
    name: how the owner tells it from the others.
    """

    credential_id: str
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]
    name: str
    created: datetime
    used: datetime | None = None
    id: int = 0


@dataclass(frozen=True)
class Passkeys:
    """The table of passkeys."""

    database: Database

    def add(self, passkey: Passkey) -> Passkey | None:
        """Keep a passkey; returns it with its id, or None if one of its credential id is there already."""
        row = self.database.one(
            f"""
            INSERT INTO passkeys (credential_id, public_key, sign_count, transports, name, created, used)
            VALUES (:credential_id, :public_key, :sign_count, :transports, :name, :created, '')
            ON CONFLICT (credential_id) DO NOTHING
            RETURNING {_COLUMNS}
            """,
            credential_id=passkey.credential_id,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            transports=" ".join(passkey.transports),
            name=passkey.name,
            created=times.sortable(passkey.created),
        )
        return _passkey(row) if row else None

    def all(self) -> list[Passkey]:
        """Every passkey, the oldest first."""
        return [_passkey(row) for row in self.database.query(f"SELECT {_COLUMNS} FROM passkeys ORDER BY id")]

    def find(self, credential_id: str) -> Passkey | None:
        """The passkey of this credential id."""
        row = self.database.one(f"SELECT {_COLUMNS} FROM passkeys WHERE credential_id = :id", id=credential_id)
        return _passkey(row) if row else None

    def use(self, id_: int, sign_count: int, now: datetime) -> bool:
        """
        Note that a passkey has signed.

        Returns whether its counter has moved on (or stands at 0, as of those that do not count); if not, nothing
        is noted. One statement, so that of two signatures with one count only the first is good (WebAuthn §6.1.1).
        """
        changed = self.database.one(
            """
            UPDATE passkeys SET sign_count = :sign_count, used = :now
            WHERE id = :id AND (sign_count < :sign_count OR sign_count = 0)
            RETURNING id
            """,
            id=id_,
            sign_count=sign_count,
            now=times.sortable(now),
        )
        return changed is not None

    def remove(self, id_: int) -> bool:
        """Forget a passkey; returns whether it was there."""
        return self.database.one("DELETE FROM passkeys WHERE id = :id RETURNING id", id=id_) is not None


@dataclass(frozen=True)
class Challenges:
    """The table of challenges, by their digests."""

    database: Database

    def add(self, digest: str, purpose: str, session: int, now: datetime, expires: datetime) -> None:
        """
        Remember a challenge; those that have expired go.

        session: the id of the session that it is for; 0 where nobody is signed in.
        """
        self.database.execute("DELETE FROM challenges WHERE expires <= :now", now=times.sortable(now))
        self.database.execute(
            """
            INSERT INTO challenges (hash, purpose, session_id, expires)
            VALUES (:hash, :purpose, :session, :expires)
            """,
            hash=digest,
            purpose=purpose,
            session=session,
            expires=times.sortable(expires),
        )

    def take(self, digest: str, purpose: str, session: int, now: datetime) -> bool:
        """Whether this challenge was made for this and still holds; it is gone then, so it is good for one try."""
        taken = self.database.one(
            """
            DELETE FROM challenges
            WHERE hash = :hash AND purpose = :purpose AND session_id = :session AND expires > :now
            RETURNING hash
            """,
            hash=digest,
            purpose=purpose,
            session=session,
            now=times.sortable(now),
        )
        return taken is not None


def _passkey(row: Row) -> Passkey:
    return Passkey(
        credential_id=row["credential_id"],
        public_key=bytes(row["public_key"]),
        sign_count=row["sign_count"],
        transports=tuple(row["transports"].split()),
        name=row["name"],
        created=times.from_sortable(row["created"]),
        used=times.from_sortable(row["used"]) if row["used"] else None,
        id=row["id"],
    )
