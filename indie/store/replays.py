"""Requests that may come again, and the post that each of them made."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from indie import times
from indie.store.database import Database

LONGEST = timedelta(days=1)
"""After this a request is a new one, whatever its key."""

EVERY = 20
"""Old rows go with the first post that a process makes, and then with each that is so many further."""


@dataclass(frozen=True)
class Replay:
    """
    key: the digest of who asks for what.
    within: for how long the same is no second post; at most LONGEST.
    """

    key: str
    within: timedelta


@dataclass(frozen=True)
class Replays:
    """The table of replays."""

    database: Database
    _put: Iterator[int] = field(default_factory=itertools.count, compare=False)

    def put(self, replay: Replay, post_id: int, now: datetime) -> None:
        """Remember the post that a request made, in the post's own transaction; now and then (EVERY) old rows go."""
        if next(self._put) % EVERY == 0:
            self.database.execute("DELETE FROM replays WHERE created < :limit", limit=times.sortable(now - LONGEST))
        self.database.execute(
            """
            INSERT INTO replays (key, post_id, created) VALUES (:key, :post_id, :created)
            ON CONFLICT (key) DO UPDATE SET post_id = excluded.post_id, created = excluded.created
            """,
            key=replay.key,
            post_id=post_id,
            created=times.sortable(now),
        )

    def made(self, replay: Replay, now: datetime) -> int | None:
        """
        The id of the post that the same request made within its time, if that is live and unchanged since.

        Deleted and put back, or published by its date, it is the same; edited and edited back it is another.
        """
        row = self.database.one(
            """
            SELECT posts.id FROM replays JOIN posts ON posts.id = replays.post_id
            WHERE replays.key = :key AND replays.created >= :since AND posts.deleted = ''
                AND NOT EXISTS (SELECT 1 FROM revisions WHERE post_id = posts.id AND revisions.mf2 <> posts.mf2)
            """,
            key=replay.key,
            since=times.sortable(now - replay.within),
        )
        return row["id"] if row else None
