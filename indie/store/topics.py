"""What followers are told: the bytes of each topic that somebody follows, in the version that is under way."""

from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database


@dataclass(frozen=True)
class Version:
    """
    One version of a topic, as a GET answered it.

    digest: of type and body together. type: the Content-Type, letter for letter.
    """

    digest: str
    type: str
    body: bytes


@dataclass(frozen=True)
class Topics:
    """The table of topics."""

    database: Database

    def get(self, topic: str) -> Version | None:
        """The version that followers of this topic are being told."""
        row = self.database.one("SELECT digest, type, body FROM topics WHERE topic = :topic", topic=topic)
        return Version(row["digest"], row["type"], bytes(row["body"])) if row else None

    def digest(self, topic: str) -> str:
        """That of the version; "" where there is none."""
        row = self.database.one("SELECT digest FROM topics WHERE topic = :topic", topic=topic)
        return str(row["digest"]) if row else ""

    def put(self, topic: str, version: Version, now: datetime) -> None:
        """Tell this version from now on."""
        self.database.execute(
            """
            INSERT INTO topics (topic, digest, type, body, changed) VALUES (:topic, :digest, :type, :body, :now)
            ON CONFLICT (topic) DO UPDATE SET digest = excluded.digest, type = excluded.type, body = excluded.body,
                changed = excluded.changed
            """,
            topic=topic,
            digest=version.digest,
            type=version.type,
            body=version.body,
            now=times.sortable(now),
        )

    def names(self) -> list[str]:
        """Every topic of which there is a version."""
        return [row["topic"] for row in self.database.query("SELECT topic FROM topics ORDER BY topic")]

    def forget(self, topic: str) -> None:
        """Nobody is told anything of it."""
        self.database.execute("DELETE FROM topics WHERE topic = :topic", topic=topic)
