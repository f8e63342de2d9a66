"""Who follows which topic of ours in real time (WebSub §5), what is asked of us, and what was delivered."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database, Row, in_list


@dataclass(frozen=True)
class Asked:
    """
    What somebody wants of a subscription, until he has shown that it is he who wants it.

    mode: subscribe or unsubscribe. secret: "" if there is none. since: when he asked; tells two requests apart.
    """

    mode: str
    lease_seconds: int
    secret: str
    since: str


@dataclass(frozen=True)
class Subscriber:
    """
    One callback that follows one topic; the pair is its key.

    callback: verbatim. expires: when the lease ends; None until it was verified once.
    asked: what is to be verified, if anything is.
    delivered: the digest of what it has; delivered_at: since when, None before the first delivery.
    due: whether something newer is to be sent. failures: in a row. status, reason: of the last try.
    """

    id: int
    topic: str
    callback: str
    host: str
    secret: str
    expires: datetime | None
    asked: Asked | None
    delivered: str
    delivered_at: datetime | None
    due: bool
    failures: int
    status: int
    reason: str

    def follows(self, now: datetime) -> bool:
        """Whether its lease runs."""
        return self.expires is not None and self.expires > now


@dataclass(frozen=True)
class Following:
    """All callbacks of one host that follow one topic. failing: how many of them did not take what they were sent."""

    topic: str
    host: str
    callbacks: int
    delivered_at: datetime | None
    failing: int
    reason: str


@dataclass(frozen=True)
class Subscribers:
    """The table of subscribers."""

    database: Database

    def any(self) -> bool:
        """Whether there is anybody."""
        return self.database.one("SELECT id FROM subscribers LIMIT 1") is not None

    def matter(self) -> bool:
        """Whether anybody is to be told of what is new: a subscriber, or a hub elsewhere that the owner prefers."""
        return bool(
            self.database.query(
                """
                SELECT 1 FROM (SELECT id FROM subscribers LIMIT 1) AS one
                UNION ALL SELECT 1 FROM preferences WHERE name = 'hubs'
                """
            )
        )

    def get(self, subscriber_id: int) -> Subscriber | None:
        """The subscriber of this id."""
        row = self.database.one("SELECT * FROM subscribers WHERE id = :id", id=subscriber_id)
        return _subscriber(row) if row else None

    def find(self, topic: str, callback: str) -> Subscriber | None:
        """The subscriber of this key."""
        row = self.database.one(
            "SELECT * FROM subscribers WHERE topic = :topic AND callback = :callback", topic=topic, callback=callback
        )
        return _subscriber(row) if row else None

    def ask(self, topic: str, callback: str, host: str, asked: Asked, now: datetime) -> int:
        """Note what is to be verified, in place of what was asked before; returns the id. All else stays as it is."""
        row = self.database.one(
            """
            INSERT INTO subscribers (topic, callback, host, secret, expires, asked, delivered, delivered_at, due,
                failures, status, reason, created)
            VALUES (:topic, :callback, :host, '', '', :asked, '', '', 0, 0, 0, '', :now)
            ON CONFLICT (topic, callback) DO UPDATE SET asked = excluded.asked
            RETURNING id
            """,
            topic=topic,
            callback=callback,
            host=host,
            asked=json.dumps(asdict(asked)),
            now=times.sortable(now),
        )
        assert row is not None
        return int(row["id"])

    def confirm(self, subscriber_id: int, secret: str, expires: datetime) -> None:
        """It was verified: what was asked holds from now on, and earlier failures are forgiven."""
        self.database.execute(
            """
            UPDATE subscribers SET secret = :secret, expires = :expires, asked = '', failures = 0, reason = ''
            WHERE id = :id
            """,
            id=subscriber_id,
            secret=secret,
            expires=times.sortable(expires),
        )

    def has(self, subscriber_id: int, digest: str) -> None:
        """It needs not be sent this version, nor any older one."""
        self.database.execute(
            "UPDATE subscribers SET delivered = :digest, due = 0 WHERE id = :id", id=subscriber_id, digest=digest
        )

    def refuse(self, subscriber_id: int) -> None:
        """It was not verified: everything is as it was before it was asked."""
        self.database.execute("DELETE FROM subscribers WHERE id = :id AND expires = ''", id=subscriber_id)
        self.database.execute("UPDATE subscribers SET asked = '' WHERE id = :id", id=subscriber_id)

    def remove(self, ids: Sequence[int]) -> None:
        """They follow no more."""
        places, values = in_list("id", ids)
        self.database.execute(f"DELETE FROM subscribers WHERE id IN ({places})", **values)

    def topics(self) -> list[str]:
        """Every topic that somebody follows, or asks to."""
        found: list[str] = []
        # Why one by one: each is found in the index, whatever the number of those that follow it.
        while row := self.database.one(
            "SELECT topic FROM subscribers WHERE topic > :last ORDER BY topic LIMIT 1", last=found[-1] if found else ""
        ):
            found.append(row["topic"])
        return found

    def of(self, topic: str, limit: int, after: str = "") -> list[Subscriber]:
        """At most `limit` that follow a topic, or ask to, by their callbacks, which come after that one."""
        rows = self.database.query(
            "SELECT * FROM subscribers WHERE topic = :topic AND callback > :after ORDER BY callback LIMIT :limit",
            topic=topic,
            after=after,
            limit=limit,
        )
        return [_subscriber(row) for row in rows]

    def mark(self, ids: Sequence[int]) -> None:
        """Something newer is to be sent to them."""
        places, values = in_list("id", ids)
        self.database.execute(f"UPDATE subscribers SET due = 1 WHERE id IN ({places})", **values)

    def took(self, subscriber_id: int, digest: str, status: int, now: datetime, *, due: bool, reason: str = "") -> None:
        """It took this version. due: there is a newer one already. reason: what was wrong with it all the same."""
        self.database.execute(
            """
            UPDATE subscribers SET delivered = :digest, delivered_at = :now, due = :due, failures = 0,
                status = :status, reason = :reason
            WHERE id = :id
            """,
            id=subscriber_id,
            digest=digest,
            now=times.sortable(now),
            due=int(due),
            status=status,
            reason=reason,
        )

    def failed(self, subscriber_id: int, status: int, reason: str) -> None:
        """It did not take it. status: what it answered, 0 for nothing."""
        self.database.execute(
            "UPDATE subscribers SET failures = failures + 1, status = :status, reason = :reason WHERE id = :id",
            id=subscriber_id,
            status=status,
            reason=reason,
        )

    def unverified(self, most: int) -> int:
        """How many never showed yet that they want to follow; counted up to that many."""
        return self._count("expires = ''", most)

    def of_host(self, host: str, most: int) -> int:
        """How many callbacks are on this host; counted up to that many."""
        return self._count("host = :host", most, host=host)

    def all(self, most: int) -> int:
        """How many there are; counted up to that many."""
        return self._count("id > 0", most)

    def expired(self, now: datetime, unverified_since: datetime, limit: int) -> list[int]:
        """At most `limit` ids of those whose lease has ended, or who never showed that they meant it since then."""
        ended = self.database.query(
            "SELECT id FROM subscribers WHERE expires > '' AND expires <= :now ORDER BY expires LIMIT :limit",
            now=times.sortable(now),
            limit=limit,
        )
        silent = self.database.query(
            "SELECT id FROM subscribers WHERE expires = '' AND created <= :since LIMIT :limit",
            since=times.sortable(unverified_since),
            limit=limit,
        )
        return [row["id"] for row in (*ended, *silent)][:limit]

    def next_expiry(self) -> datetime | None:
        """When the next lease ends."""
        row = self.database.one("SELECT expires FROM subscribers WHERE expires > '' ORDER BY expires LIMIT 1")
        return times.from_sortable(row["expires"]) if row else None

    def followings(self, now: datetime) -> list[Following]:
        """Who follows what, by topic and host: for the owner."""
        rows = self.database.query(
            """
            SELECT topic, host, count(*) AS callbacks, max(delivered_at) AS delivered_at,
                sum(CASE WHEN failures > 0 THEN 1 ELSE 0 END) AS failing,
                max(CASE WHEN failures > 0 THEN reason ELSE '' END) AS reason
            FROM subscribers WHERE expires > :now GROUP BY topic, host ORDER BY topic, host
            """,
            now=times.sortable(now),
        )
        return [_following(row) for row in rows]

    def _count(self, which: str, most: int, **values: object) -> int:
        row = self.database.one(
            f"SELECT count(*) AS number FROM (SELECT id FROM subscribers WHERE {which} LIMIT :most) AS counted",
            most=most,
            **values,
        )
        return int(row["number"]) if row else 0


def _subscriber(row: Row) -> Subscriber:
    columns = {name: row[name] for name in Subscriber.__dataclass_fields__}
    return Subscriber(
        **columns
        | {
            "expires": times.from_sortable(row["expires"]) if row["expires"] else None,
            "asked": Asked(**json.loads(row["asked"])) if row["asked"] else None,
            "delivered_at": times.from_sortable(row["delivered_at"]) if row["delivered_at"] else None,
            "due": bool(row["due"]),
        }
    )


def _following(row: Row) -> Following:
    columns = {name: row[name] for name in Following.__dataclass_fields__}
    return Following(
        **columns | {"delivered_at": times.from_sortable(row["delivered_at"]) if row["delivered_at"] else None}
    )
