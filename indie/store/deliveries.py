"""The outbox: what each post still has to tell to whom, and how it went."""

from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database, Row
from indie.store.jobs import NEVER

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
    changed: when it was made due, or tried, the last time.
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
    changed: datetime
    told: bool
    told_at: datetime | None
    etag: str
    modified: str
    outcome: str
    polls: int
    heard: str


@dataclass(frozen=True)
class Waiting:
    """
    A delivery as the outbox lists it.

    path: that of its post. next_try: when a job tells the target, in the past where one does now; None where none will.
    """

    delivery: Delivery
    path: str
    next_try: datetime | None


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

    def waiting(self, job: str, since: datetime, limit: int) -> list[Waiting]:
        """
        What is to be told, and what was refused or failed since then; the oldest first, at most `limit`.

        job: the name of the job that tells; its dedupe key is that and the delivery's id.
        """
        return self._with_next_try(
            """
            WHERE deliveries.state IN ('due', 'refused', 'failed')
                AND (deliveries.state = 'due' OR deliveries.changed >= :since)
            ORDER BY deliveries.id LIMIT :limit
            """,
            job=job,
            since=times.sortable(since),
            limit=limit,
        )

    def all(self, job: str) -> list[Waiting]:
        """Every delivery that there ever was, told ones too, the oldest first. job: as in `waiting`."""
        return self._with_next_try("ORDER BY deliveries.id", job=job)

    def trying(self, post_id: int, job: str) -> list[Waiting]:
        """Those of a post, in the order of its links. job: as in `waiting`."""
        return self._with_next_try(
            "WHERE deliveries.post_id = :post_id ORDER BY deliveries.id", job=job, post_id=post_id
        )

    def _with_next_try(self, which: str, job: str, **values: object) -> list[Waiting]:
        rows = self.database.query(
            f"""
            SELECT deliveries.*, posts.path AS path, (
                SELECT min(due) FROM jobs
                WHERE dedupe = :job || ' ' || CAST(deliveries.id AS TEXT) AND due < :never
            ) AS next_try
            FROM deliveries JOIN posts ON posts.id = deliveries.post_id {which}
            """,  # only conditions written above are put in
            job=job,
            never=NEVER,
            **values,
        )
        return [
            Waiting(
                _delivery(row),
                row["path"],
                times.from_sortable(row["next_try"]) if row["next_try"] else None,
            )
            for row in rows
        ]

    def record(  # each is a column
        self,
        delivery_id: int,
        state: str,
        reason: str,
        now: datetime,
        endpoint: str = "",
        status: int = 0,
        location: str = "",
        etag: str = "",
        modified: str = "",
        read: datetime | None = None,
    ) -> None:
        """
        Note what a try came to, instead of what the one before came to; nothing is known yet of its outcome.

        read: when what was tried had been `changed`. One that was made due again since then stays due: what was told
        is old by now.
        """
        self.database.execute(
            """
            UPDATE deliveries SET state = CASE WHEN :read IN ('', changed) THEN :state ELSE state END, reason = :reason,
                endpoint = :endpoint, status = :status, location = :location, etag = :etag, modified = :modified,
                outcome = '', polls = 0, attempts = attempts + 1,
                changed = CASE WHEN :read IN ('', changed) THEN :now ELSE changed END,
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
            etag=etag,
            modified=modified,
            read=times.sortable(read) if read else "",
            now=times.sortable(now),
        )

    def polled(self, delivery: Delivery, outcome: str) -> bool:
        """
        Note what the status page of a delivery said; False, and nothing is noted, where it was asked already.

        delivery: as it was when the page was asked; one that was sent again since has another page, or none yet.
        """
        row = self.database.one(
            """
            UPDATE deliveries SET outcome = :outcome, polls = polls + 1
            WHERE id = :id AND state = :sent AND location = :location AND polls = :polls
            RETURNING id
            """,
            id=delivery.id,
            sent=SENT,
            location=delivery.location,
            polls=delivery.polls,
            outcome=outcome,
        )
        return row is not None

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
    changed = times.from_sortable(row["changed"])
    return Delivery(**columns | {"changed": changed, "told": bool(row["told"]), "told_at": told_at})
