"""What is known of each file among the media, and of those that are still to be fetched."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from indie import times
from indie.store.database import Database, Row, in_list, portions

HERE, WANTED, MISSING = "here", "wanted", "missing"
"""The states: stored; a job is to fetch it; it could not be had."""

PHOTO, AVATAR = "photo", "avatar"
"""The purposes: a file as it came, of whatever kind; a small square of a picture."""


@dataclass(frozen=True)
class Rendition:
    """A smaller copy of a picture. width, height: in pixels; file: a WebP in the storage, and its address."""

    width: int
    height: int
    file: str


@dataclass(frozen=True)
class Medium:
    """
    name: the last part of its address.
    file: its name in the storage; "" while it is not there.
    origin: where it came from: a URL, or the name of the picture that it is a copy of; "" for what was sent.
    purpose: PHOTO or AVATAR.
    width, height: in pixels; 0 if unknown.
    color: the dominant one of a picture, `#rrggbb`; "" if unknown.
    renditions: the narrowest first.
    created: when we first heard of it.
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
    color: str = ""
    renditions: tuple[Rendition, ...] = ()
    created: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Media:
    """The table of media."""

    database: Database

    def put(self, medium: Medium, now: datetime) -> None:
        """Store a medium, or what has become known of it; not its colour and renditions (`put_renditions`)."""
        with self.database.changing(_name(medium.name)):
            self.database.execute(
                """
                INSERT INTO media (name, state, purpose, origin, file, type, size, width, height, created)
                VALUES (:name, :state, :purpose, :origin, :file, :type, :size, :width, :height, :created)
                ON CONFLICT (name) DO UPDATE SET state = excluded.state, file = excluded.file, type = excluded.type,
                    size = excluded.size, width = excluded.width, height = excluded.height
                """,
                **{name: getattr(medium, name) for name in _WRITTEN},
                created=times.sortable(now),
            )

    def put_renditions(self, name: str, color: str, renditions: Sequence[Rendition]) -> None:
        """Note the colour of a picture, and its smaller copies in the place of those it had."""
        with self.database.changing(_name(name)):
            self.database.execute("UPDATE media SET color = :color WHERE name = :name", name=name, color=color)
            self.database.execute("DELETE FROM renditions WHERE medium = :name", name=name)
            for rendition in renditions:
                self.database.execute(
                    "INSERT INTO renditions (medium, width, height, file) VALUES (:medium, :width, :height, :file)",
                    medium=name,
                    width=rendition.width,
                    height=rendition.height,
                    file=rendition.file,
                )

    def get(self, name: str) -> Medium | None:
        """The medium of this name."""
        return self.named([name]).get(name)

    def named(self, names: Collection[str]) -> dict[str, Medium]:
        """Those of these media that there are, by name."""
        found = {}
        for some in portions(sorted(set(names))):
            places, values = in_list("name", some)
            with self.database.about(*map(_name, some)):
                rows = self.database.query(f"SELECT * FROM media WHERE name IN ({places})", **values)
                found.update({medium.name: medium for medium in self._media(rows)})
        return found

    def wanted(self) -> list[Medium]:
        """Those that are still to be fetched."""
        return self._media(self.database.query("SELECT * FROM media WHERE state = 'wanted'"))

    def uploaded(self, limit: int, offset: int = 0, kind: str = "") -> list[Medium]:
        """
        Files that the owner has sent, newest first; not those that were fetched, nor faces.

        kind: a media type (`image/png`), or the first half of one (`image`).
        """
        # Why between two: PostgreSQL knows how many types there are between `image/` and what comes next, `image0`.
        return self._media(
            self.database.query(
                """
                SELECT * FROM media
                WHERE state = 'here' AND purpose = 'photo' AND origin = ''
                    AND (:kind = '' OR type = :kind OR (type > :kind || '/' AND type < :kind || '0'))
                ORDER BY created DESC, name DESC LIMIT :limit OFFSET :offset
                """,
                kind=kind,
                limit=limit,
                offset=offset,
            )
        )

    def has_rendition(self, file: str) -> bool:
        """Whether this is a smaller copy of a picture of ours."""
        return self.database.one("SELECT 1 AS one FROM renditions WHERE file = :file", file=file) is not None

    def delete(self, name: str) -> list[str]:
        """Forget a medium and its renditions. Returns those of its files that nothing else needs."""
        medium = self.get(name)
        if medium is None:
            return []
        with self.database.changing(_name(name)):
            self.database.execute("DELETE FROM renditions WHERE medium = :name", name=name)
            self.database.execute("DELETE FROM media WHERE name = :name", name=name)
        files = (medium.file, *(rendition.file for rendition in medium.renditions))
        return [file for file in dict.fromkeys(files) if file and not self._needs(file)]

    def _needs(self, file: str) -> bool:
        """Why asked: the same picture may have come twice, by upload and from elsewhere."""
        stored = self.database.one("SELECT 1 AS one FROM media WHERE file = :file", file=file)
        return stored is not None or self.has_rendition(file)

    def _media(self, rows: Sequence[Row]) -> list[Medium]:
        """The media of these rows, with their renditions."""
        renditions: dict[str, list[Rendition]] = {}
        for some in portions([row["name"] for row in rows]):
            places, values = in_list("name", some)
            sql = f"SELECT * FROM renditions WHERE medium IN ({places}) ORDER BY width"
            for row in self.database.query(sql, **values):
                renditions.setdefault(row["medium"], []).append(Rendition(row["width"], row["height"], row["file"]))
        return [
            Medium(
                **{name: row[name] for name in (*_WRITTEN, "color")},
                renditions=tuple(renditions.get(row["name"], ())),
                created=times.from_sortable(row["created"]),
            )
            for row in rows
        ]


_WRITTEN = ("name", "state", "purpose", "origin", "file", "type", "size", "width", "height")


def _name(medium: str) -> str:
    return f"medium {medium}"
