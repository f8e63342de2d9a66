"""The versions of posts: what each one was before it was changed, and by whom."""

import json
from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.mf2.item import Item
from indie.store.database import Database


@dataclass(frozen=True)
class Version:
    """
    One version of a post.

    number: 1 is the post as it was created.
    change: what made it: `create`, `update`, `publish`, `delete`, `undelete` or `restore`.
    client_id: the app that asked for it; "" for the site itself and its commands.
    """

    number: int
    item: Item
    change: str
    client_id: str
    at: datetime


@dataclass(frozen=True)
class Revisions:
    """The table of revisions. Each row is a version that was replaced, with what replaced it."""

    database: Database

    def of(self, post_id: int) -> list[Version]:
        """Every version of a post, the oldest first; the last is what it is now."""
        rows = self.database.query(
            """
            SELECT mf2, change, client_id, created, 0 AS last, id FROM revisions WHERE post_id = :id
            UNION ALL SELECT mf2, 'create', client_id, created, 1 AS last, id FROM posts WHERE id = :id
            ORDER BY last, id
            """,
            id=post_id,
        )
        # Why shifted by one: a row keeps the words of a version, and the reason of the next.
        reasons = rows[-1:] + rows[:-1]
        return [
            Version(
                number,
                Item.from_json(json.loads(row["mf2"])),
                reason["change"],
                reason["client_id"],
                times.from_sortable(reason["created"]),
            )
            for number, (row, reason) in enumerate(zip(rows, reasons, strict=True), start=1)
        ]

    def number(self, post_id: int) -> int:
        """The number of the version that a post has now."""
        row = self.database.one("SELECT count(*) AS earlier FROM revisions WHERE post_id = :id", id=post_id)
        assert row is not None
        return int(row["earlier"]) + 1

    def published(self, post_id: int) -> bool:
        """Whether an earlier version of a post stood on its page."""
        found = self.database.one(
            "SELECT 1 AS one FROM revisions WHERE post_id = :id AND status = 'published' LIMIT 1", id=post_id
        )
        return found is not None
