"""The outbox: what each post still has to tell to whom, and how it went."""

from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database, Row

DUE, SENT, NO_ENDPOINT, REFUSED, FAILED = "due", "sent", "no endpoint", "refused", "failed"
"""The states: to be told; told; takes no webmentions; said no; could not be reached."""


@dataclass(frozen=True)
class Delivery:
    """
    One webmention that a post sends to one target.

    endpoint: the one found at the last try; status: what it answered (0: nothing);
    location: the status URL it gave; outcome: what that said last, after so many `polls`.
    told: whether it ever took a webmention of this post; told_at: when it took the last.
    etag, modified: the validators of the page on which `endpoint` was found; "" where it has none.
    heard: a digest of the conversation that it was told of last; "" where it was told of none.
    """

    id: int
    post_id: int
    target: str
    state: str
    endpoint: str
    status: int
    location: str
    reason: str
    attempts: int
    told: bool
    told_at: datetime | None
    etag: str
    modified: str
    outcome: str
    polls: int
    heard: str


@dataclass(frozen=True)
class Deliveries:
    """The table of deliveries."""

    database: Database

    def add(self, post_id: int, target: str, now: datetime) -> int:
        """Note that the target is to be told, now or again; returns the delivery's id."""
        row = self.database.one(
            """
            INSERT INTO deliveries (post_id, target, state, endpoint, status, location, reason, attempts,
                created, changed, told_at, etag, modified, outcome, polls, heard)
            VALUES (:post_id, :target, 'due', '', 0, '', '', 0, :now, :now, '', '', '', '', 0, '')
            ON CONFLICT (post_id, target) DO UPDATE SET state = 'due', attempts = 0, changed = :now
            RETURNING id
            """,
            post_id=post_id,
            target=target,
            now=times.sortable(now),
        )
        assert row is not None
        return int(row["id"])

    def get(self, delivery_id: int) -> Delivery | None:
        """The delivery of this id."""
        row = self.database.one("SELECT * FROM deliveries WHERE id = :id", id=delivery_id)
        return _delivery(row) if row else None

    def of(self, post_id: int) -> list[Delivery]:
        """All that a post has told, or will tell, in the order of its links."""
        rows = self.database.query("SELECT * FROM deliveries WHERE post_id = :id ORDER BY id", id=post_id)
        return [_delivery(row) for row in rows]

    def record(  # each is a column
        self,
        delivery_id: int,
        state: str,
        reason: str,
        now: datetime,
        endpoint: str = "",
        status: int = 0,
        location: str = "",
    ) -> None:
        """Note what a try came to."""
        self.database.execute(
            """
            UPDATE deliveries SET state = :state, reason = :reason, endpoint = :endpoint, status = :status,
                location = :location, attempts = attempts + 1, changed = :now,
                told = CASE WHEN :state = :sent THEN 1 ELSE told END,
                told_at = CASE WHEN :state = :sent THEN :now ELSE told_at END
            WHERE id = :id
            """,
            id=delivery_id,
            state=state,
            sent=SENT,
            reason=reason,
            endpoint=endpoint,
            status=status,
            location=location,
            now=times.sortable(now),
        )

    def hear(self, delivery_id: int, heard: str) -> None:
        """Note of which conversation the target was told (`Delivery.heard`)."""
        self.database.execute("UPDATE deliveries SET heard = :heard WHERE id = :id", id=delivery_id, heard=heard)

    def concern(self, post_id: int) -> bool:
        """Whether what others say under a post may concern somebody: it has told one, or it answers something."""
        return bool(
            self.database.query(
                """
                SELECT 1 FROM deliveries WHERE post_id = :id AND told = 1
                UNION ALL SELECT 1 FROM post_properties WHERE post_id = :id AND name = 'in-reply-to'
                LIMIT 1
                """,
                id=post_id,
            )
        )


def _delivery(row: Row) -> Delivery:
    columns = {name: row[name] for name in Delivery.__dataclass_fields__}
    told_at = times.from_sortable(row["told_at"]) if row["told_at"] else None
    return Delivery(**columns | {"told": bool(row["told"]), "told_at": told_at})
