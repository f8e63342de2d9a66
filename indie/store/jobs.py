"""
Work to be done later: rows that workers claim by lease.

Law: every job may run twice and must then do no harm. A lease that runs out is
claimed again; a worker that is killed loses nothing, and a lost lease is no
failed try.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from indie import times
from indie.store.database import Database, Row, Turn, in_list, portions

LEASE = timedelta(seconds=20)
LANE_WIDTH = 2
"""How many jobs of one lane (one host) run at a time, over all workers."""

ROUND = timedelta(seconds=30)
"""How often a worker looks by itself: nobody wakes one for what is due later than that."""

NEVER = "9999"
"""`due` of a job that was given up: it stays as a row, so that it can be shown."""


@dataclass(frozen=True)
class Job:
    """
    attempts: tries that failed.
    claims: how often a worker has taken it; more than the tries where workers died over it.
    worker: who holds it.
    """

    id: int
    name: str
    arguments: dict[str, object]
    attempts: int
    claims: int
    worker: str


@dataclass(frozen=True)
class Jobs:
    """The table of jobs, and of the workers that wait for them."""

    database: Database

    def add(  # each is a column
        self,
        name: str,
        arguments: dict[str, object],
        now: datetime,
        due: datetime | None = None,
        lane: str = "",
        dedupe: str = "",
    ) -> None:
        """
        Ask for work, in the transaction that causes it.

        lane: the host that it will talk to; at most LANE_WIDTH jobs of a lane run at once.
        dedupe: where a job of this key still waits, that one is hastened and serves both.
            One that already runs does not count: what it read may be old.
        """
        when = times.sortable(due or now)
        waiting = dedupe and self.database.one(
            f"SELECT id FROM jobs WHERE dedupe = :dedupe AND leased = '' AND due < :never {self.database.held}",
            dedupe=dedupe,
            never=NEVER,
        )
        if waiting:
            self.database.execute(
                "UPDATE jobs SET due = :due, attempts = 0, claims = 0 WHERE id = :id AND due > :due",
                id=waiting["id"],
                due=when,
            )
            return
        self.database.execute(
            """
            INSERT INTO jobs (name, arguments, due, attempts, claims, lane, dedupe, worker, leased, error, created)
            VALUES (:name, :arguments, :due, 0, 0, :lane, :dedupe, '', '', '', :now)
            """,
            name=name,
            arguments=json.dumps(arguments),
            due=when,
            lane=lane,
            dedupe=dedupe,
            now=times.sortable(now),
        )

    def cancel(self, dedupe: str) -> None:
        """What waits by this key is wanted no more; what runs already goes on."""
        self.database.execute("DELETE FROM jobs WHERE dedupe = :dedupe AND leased = ''", dedupe=dedupe)

    def claim(self, worker: str, now: datetime) -> Job | None:
        """
        Take the oldest job that is due, whose lane has room, and whose like is not running.

        Returns None if there is none. Not inside a transaction: claims take turns of their own.
        """
        return next(iter(self.claim_some(worker, now, 1)), None)

    def claim_some(self, worker: str, now: datetime, most: int) -> list[Job]:
        """Claim (`claim`) up to so many, in one transaction; fewer are no more that can be claimed now."""
        found: list[Job] = []
        with self.database.write(Turn.CLAIMS):
            while len(found) < most and (job := self._claim(worker, now)):
                found.append(job)
        return found

    def _claim(self, worker: str, now: datetime) -> Job | None:
        # Why by lists of what runs: they are short and made once, and hundreds may stand before the first with room.
        row = self.database.one(
            f"""
            UPDATE jobs SET worker = :worker, leased = :until, claims = claims + 1
            WHERE id = (
                SELECT id FROM jobs
                WHERE due <= :now AND leased < :now
                    AND (lane = '' OR lane NOT IN (
                        SELECT lane FROM jobs WHERE leased >= :now GROUP BY lane HAVING count(*) >= :width))
                    AND (dedupe = '' OR dedupe NOT IN (SELECT dedupe FROM jobs WHERE leased >= :now))
                ORDER BY due, id LIMIT 1 {self.database.passing_by}
            )
            RETURNING id, name, arguments, attempts, claims, worker
            """,
            worker=worker,
            now=times.sortable(now),
            until=times.sortable(now + LEASE),
            width=LANE_WIDTH,
        )
        return _job(row) if row else None

    def renew(self, worker: str, jobs: Sequence[int], now: datetime) -> None:
        """Keep the leases that a worker has on these jobs, by id; one that ran out is lost. Not in a transaction."""
        with self.database.write(Turn.CLAIMS):
            for some in portions(jobs):
                places, values = in_list("job", some)
                self.database.execute(
                    f"UPDATE jobs SET leased = :until WHERE worker = :worker AND leased >= :now AND id IN ({places})",
                    worker=worker,
                    now=times.sortable(now),
                    until=times.sortable(now + LEASE),
                    **values,
                )

    def done(self, job: Job) -> None:
        """The job is done and its row goes; unless it was taken away meanwhile, then it is another's to end."""
        self.database.execute(f"DELETE FROM jobs WHERE {_HELD}", **_held(job))

    def again(self, job: Job, due: datetime | None, error: str) -> None:
        """
        The job failed; nothing is noted where it was taken away meanwhile.

        due: when it is to be tried again; None gives it up, for the owner to see.
        """
        self.database.execute(
            f"""
            UPDATE jobs SET attempts = attempts + 1, due = :due, error = :error, worker = '', leased = ''
            WHERE {_HELD}
            """,
            due=times.sortable(due) if due else NEVER,
            error=error,
            **_held(job),
        )

    def give_back(self, worker: str) -> None:
        """A worker stops, or is known to be dead: what it held is free for others at once."""
        # Why asked for the lease too: who has one is found by the index of those, not among all that wait.
        self.database.execute(
            "UPDATE jobs SET worker = '', leased = '' WHERE leased > '' AND worker = :worker", worker=worker
        )

    def next_due(self) -> datetime | None:
        """When the next job can be claimed: when it is due, or when the lease on it runs out."""
        # Why in two: the first that waits stands at the beginning of one index, the few that run stand in another.
        row = self.database.one(
            f"""
            SELECT min(due) AS due FROM (
                SELECT due FROM (
                    SELECT due FROM jobs WHERE {self.database.aside}leased = '' AND due < :never ORDER BY due LIMIT 1
                ) AS first
                UNION ALL SELECT CASE WHEN leased > due THEN leased ELSE due END FROM jobs WHERE leased > ''
            ) AS each
            """,  # only a sign of the engine is put in
            never=NEVER,
        )
        return times.from_sortable(row["due"]) if row and row["due"] else None

    def waiting(self, by: datetime | None = None) -> int:
        """How many jobs are still to be done; by then, if a moment is given."""
        end = times.sortable(by) if by else NEVER
        row = self.database.one("SELECT count(*) AS jobs FROM jobs WHERE due < :end", end=end)
        return int(row["jobs"]) if row else 0

    def enlist(self, worker: str, port: int, now: datetime) -> None:
        """Note that a worker lives, and the loopback port at which it waits to be woken."""
        self.database.execute(
            """
            INSERT INTO workers (name, port, started, seen) VALUES (:name, :port, :now, :now)
            ON CONFLICT (name) DO UPDATE SET port = excluded.port, seen = excluded.seen
            """,
            name=worker,
            port=port,
            now=times.sortable(now),
        )

    def discharge(self, worker: str) -> None:
        """Strike a worker off; what it held is free."""
        self.give_back(worker)
        self.database.execute("DELETE FROM workers WHERE name = :name", name=worker)

    def workers(self) -> dict[str, datetime | None]:
        """The workers that have not signed off, and when each was last known to live; None if it never said."""
        return {
            row["name"]: times.from_sortable(row["seen"]) if row["seen"] else None
            for row in self.database.query("SELECT name, seen FROM workers")
        }


_HELD = "id = :id AND worker = :worker AND claims = :claims"
"""
Why: whoever comes back late must not end what another runs by now, nor what a
newer request waits for.
"""


def _held(job: Job) -> Row:
    return {"id": job.id, "worker": job.worker, "claims": job.claims}


def _job(row: Row) -> Job:
    return Job(row["id"], row["name"], json.loads(row["arguments"]), row["attempts"], row["claims"], row["worker"])
