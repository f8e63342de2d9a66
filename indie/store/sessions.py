"""Where the owner is signed in, and what apps ask of him there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from indie import times
from indie.store.database import Database, Row

IDLE = timedelta(days=30)
"""A session ends when it was not used for so long."""

_COLUMNS = "id, method, confirmed, created, used, expires, address, agent"


@dataclass(frozen=True)
class Session:
    """
    A browser in which the owner is signed in.

    method: `password`, `passkey` or `set-up`.
    confirmed: when he last proved that it is he.
    address, agent: who used it last.
    """

    id: int
    method: str
    confirmed: datetime
    created: datetime
    used: datetime
    expires: datetime
    address: str
    agent: str


@dataclass(frozen=True)
class Sessions:
    """The table of sessions, by the digests of their cookies."""

    database: Database

    def add(self, digest: str, method: str, now: datetime, address: str, agent: str) -> None:
        """Begin a session."""
        self.database.execute("DELETE FROM sessions WHERE expires <= :now", now=times.sortable(now))
        self.database.execute(
            """
            INSERT INTO sessions (hash, method, confirmed, created, used, expires, address, agent)
            VALUES (:hash, :method, :now, :now, :now, :expires, :address, :agent)
            """,
            hash=digest,
            method=method,
            now=times.sortable(now),
            expires=times.sortable(now + IDLE),
            address=address,
            agent=agent,
        )

    def find(self, digest: str, now: datetime) -> Session | None:
        """The living session of a cookie."""
        row = self.database.one(
            f"SELECT {_COLUMNS} FROM sessions WHERE hash = :hash AND expires > :now",
            hash=digest,
            now=times.sortable(now),
        )
        return _session(row) if row else None

    def is_stale(self, session: Session, now: datetime) -> bool:
        """Whether its use is to be noted again: once an hour will do."""
        return times.sortable(session.used)[:13] != times.sortable(now)[:13]

    def touch(self, session: Session, now: datetime, address: str, agent: str) -> None:
        """Note that a session was used; it lives on from here."""
        self.database.execute(
            """
            UPDATE sessions SET used = :now, expires = :expires, address = :address, agent = :agent WHERE id = :id
            """,
            id=session.id,
            now=times.sortable(now),
            expires=times.sortable(now + IDLE),
            address=address,
            agent=agent,
        )

    def all(self, now: datetime) -> list[Session]:
        """Every living session, the one used last first."""
        rows = self.database.query(
            f"SELECT {_COLUMNS} FROM sessions WHERE expires > :now ORDER BY used DESC, id DESC",
            now=times.sortable(now),
        )
        return [_session(row) for row in rows]

    def end(self, id_: int) -> None:
        """Sign out there."""
        self.database.execute("DELETE FROM sessions WHERE id = :id", id=id_)

    def end_all(self, except_id: int = 0) -> None:
        """Sign out everywhere, but for one session."""
        self.database.execute("DELETE FROM sessions WHERE id <> :id", id=except_id)


@dataclass(frozen=True)
class AuthorizationRequests:
    """The table of what apps ask for while the owner makes up his mind, by digests of what the page carries."""

    database: Database

    def add(self, digest: str, session: int, request: str, now: datetime) -> None:
        """Keep a request, as JSON, for this session alone."""
        self.database.execute(
            """
            INSERT INTO authorization_requests (hash, session_id, request, created)
            VALUES (:hash, :session, :request, :now)
            """,
            hash=digest,
            session=session,
            request=request,
            now=times.sortable(now),
        )

    def take(self, digest: str, session: int, since: datetime) -> str | None:
        """The request, which is gone then; None if it is unknown, another session's, or older than `since`."""
        row = self.database.one(
            """
            DELETE FROM authorization_requests WHERE hash = :hash AND session_id = :session AND created > :since
            RETURNING request
            """,
            hash=digest,
            session=session,
            since=times.sortable(since),
        )
        return row["request"] if row else None

    def sweep(self, before: datetime) -> None:
        """Forget what is older."""
        self.database.execute(
            "DELETE FROM authorization_requests WHERE created < :before", before=times.sortable(before)
        )


def _session(row: Row) -> Session:
    moments = {name: times.from_sortable(row[name]) for name in ("confirmed", "created", "used", "expires")}
    return Session(id=row["id"], method=row["method"], address=row["address"], agent=row["agent"], **moments)
