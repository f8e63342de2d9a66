"""What is known of each file among the media, and of those that are still to be fetched."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database, Row, in_list, portions

HERE, WANTED, MISSING = "here", "wanted", "missing"
"""The states: stored; a job is to fetch it; it could not be had."""


@dataclass(frozen=True)
class Medium:
    """
    name: the last part of its address.
    file: its name in the storage; "" while it is not there.
    origin: where it came from, if that was a URL.
    purpose: `photo` or `avatar`.
    width, height: in pixels; 0 if unknown.
    """

    name: str
    state: str
    purpose: str
    origin: str = ""
    file: str = ""
    type: str = ""
    size: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Media:
    """The table of media."""

    database: Database

    def put(self, medium: Medium, now: datetime) -> None:
        """Store a medium, or what has become known of it."""
        self.database.execute(
            """
            INSERT INTO media (name, state, purpose, origin, file, type, size, width, height, created)
            VALUES (:name, :state, :purpose, :origin, :file, :type, :size, :width, :height, :created)
            ON CONFLICT (name) DO UPDATE SET state = excluded.state, file = excluded.file, type = excluded.type,
                size = excluded.size, width = excluded.width, height = excluded.height
            """,
            **{name: getattr(medium, name) for name in _FIELDS},
            created=times.sortable(now),
        )

    def get(self, name: str) -> Medium | None:
        """The medium of this name."""
        row = self.database.one("SELECT * FROM media WHERE name = :name", name=name)
        return _medium(row) if row else None

    def named(self, names: Collection[str]) -> dict[str, Medium]:
        """Those of these media that there are, by name."""
        found = {}
        for some in portions(sorted(set(names))):
            places, values = in_list("name", some)
            for row in self.database.query(f"SELECT * FROM media WHERE name IN ({places})", **values):
                found[row["name"]] = _medium(row)
        return found

    def wanted(self) -> list[Medium]:
        """Those that are still to be fetched."""
        return [_medium(row) for row in self.database.query("SELECT * FROM media WHERE state = 'wanted'")]


_FIELDS = ("name", "state", "purpose", "origin", "file", "type", "size", "width", "height")


def _medium(row: Row) -> Medium:
    return Medium(**{name: row[name] for name in _FIELDS})
