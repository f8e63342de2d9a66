"""What apps say of themselves, for as long as they let us keep it."""

from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database


@dataclass(frozen=True)
class Clients:
    """The table of client information: a cache, of which nothing must be kept."""

    database: Database

    def get(self, client_id: str, now: datetime) -> str | None:
        """What was put for this client_id; None where that is nothing, or out of date."""
        row = self.database.one(
            "SELECT information FROM clients WHERE client_id = :client_id AND expires > :now",
            client_id=client_id,
            now=times.sortable(now),
        )
        return row["information"] if row else None

    def put(self, client_id: str, information_json: str, now: datetime, expires: datetime) -> None:
        """Keep what an app said, in place of what it said before; what is out of date goes, whosever it is."""
        self.database.execute("DELETE FROM clients WHERE expires <= :now", now=times.sortable(now))
        self.database.execute(
            """
            INSERT INTO clients (client_id, information, fetched, expires)
            VALUES (:client_id, :information, :fetched, :expires)
            ON CONFLICT (client_id) DO UPDATE SET
                information = excluded.information, fetched = excluded.fetched, expires = excluded.expires
            """,
            client_id=client_id,
            information=information_json,
            fetched=times.sortable(now),
            expires=times.sortable(expires),
        )
