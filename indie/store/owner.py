"""The owner: one row, made once, changed by `setup`."""

from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database


@dataclass(frozen=True)
class Owner:
    """
    photo: name of a file among the media, "" for none.
    password: its argon2 hash; "" opens nothing.
    """

    name: str
    nickname: str = ""
    note: str = ""
    photo: str = ""
    password: str = ""


@dataclass(frozen=True)
class Owners:
    """The table of at most one owner."""

    database: Database

    def get(self) -> Owner | None:
        """The owner, or None before set-up."""
        row = self.database.one("SELECT name, nickname, note, photo, password FROM owner")
        return Owner(**row) if row else None

    def put(self, owner: Owner, now: datetime) -> None:
        """Make the owner, or change what is known of him."""
        self.database.execute(
            """
            INSERT INTO owner (id, name, nickname, note, photo, password, created, changed)
            VALUES (1, :name, :nickname, :note, :photo, :password, :now, :now)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, nickname = excluded.nickname, note = excluded.note,
                photo = excluded.photo, password = excluded.password, changed = excluded.changed
            """,
            name=owner.name,
            nickname=owner.nickname,
            note=owner.note,
            photo=owner.photo,
            password=owner.password,
            now=times.sortable(now),
        )
