"""Snapshots of what our posts cite: they stay when the original is gone (Webmention spec §3.4)."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.responses.citation import Citation
from indie.store.database import Database, Row, in_list, portions

WANTED, HERE, MISSING = "wanted", "here", "missing"
"""The states: a job is to fetch it; it was read; it could not be had, or had less to say than before."""


@dataclass(frozen=True)
class Snapshot:
    """
    What a page said.

    url: as our post has it. state: how the last look went, or that there is to be one.
    citation: None while there was no good look. fetched: when that was.
    """

    url: str
    state: str
    citation: Citation | None = None
    fetched: datetime | None = None


@dataclass(frozen=True)
class Citations:
    """
    The table of snapshots, each known by the address of its page (`responses.response.address`).

    A row stays when no post cites its page any more: a version that does can be restored.
    """

    database: Database

    def want(self, key: str, url: str) -> None:
        """Note that the page is to be looked at, for the first time or again; a snapshot stays until then."""
        with self.database.changing(_name(key)):
            self.database.execute(
                """
                INSERT INTO citations (key, url, state, fetched, citation) VALUES (:key, :url, :wanted, '', '')
                ON CONFLICT (key) DO UPDATE SET state = excluded.state
                """,
                key=key,
                url=url,
                wanted=WANTED,
            )

    def put(self, key: str, citation: Citation, now: datetime) -> None:
        """Keep what the page says, in the place of what it said before."""
        with self.database.changing(_name(key)):
            self.database.execute(
                "UPDATE citations SET state = :here, fetched = :now, citation = :citation WHERE key = :key",
                here=HERE,
                now=times.sortable(now),
                citation=json.dumps(citation.to_json(), ensure_ascii=False),
                key=key,
            )

    def miss(self, key: str) -> None:
        """The page could not be had; what is known of it stays."""
        with self.database.changing(_name(key)):
            self.database.execute("UPDATE citations SET state = :missing WHERE key = :key", missing=MISSING, key=key)

    def get(self, key: str) -> Snapshot | None:
        """What is known of the page at this address; None where nobody asked for it."""
        return self.of([key]).get(key)

    def of(self, keys: Collection[str]) -> dict[str, Snapshot]:
        """What is known of the pages at these addresses, by address."""
        found = {}
        for some in portions(sorted(set(keys))):
            places, values = in_list("key", some)
            with self.database.about(*map(_name, some)):
                rows = self.database.query(f"SELECT * FROM citations WHERE key IN ({places})", **values)
            found.update({row["key"]: _snapshot(row) for row in rows})
        return found


def _name(key: str) -> str:
    return f"cited {key}"


def _snapshot(row: Row) -> Snapshot:
    return Snapshot(
        url=row["url"],
        state=row["state"],
        citation=Citation.from_json(json.loads(row["citation"])) if row["citation"] else None,
        fetched=times.from_sortable(row["fetched"]) if row["fetched"] else None,
    )
