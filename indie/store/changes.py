"""The names that changed, each with the number of the transaction that changed it last (`store.touched`)."""

from dataclasses import dataclass

from indie.store.database import Database


@dataclass(frozen=True)
class Changes:
    """The table of changes; it is written by `Database` alone, at the end of each transaction."""

    database: Database

    def since(self, number: int) -> list[tuple[int, str]]:
        """
        What changed in the transaction of this number and later, the oldest first: (number, name).

        Empty where that number was never given: the database is another one than it was.
        """
        rows = self.database.query(
            "SELECT number, name FROM changes WHERE number >= :number ORDER BY number", number=number
        )
        return [(row["number"], row["name"]) for row in rows]

    def last(self) -> int:
        """The last number that was given; 0 if none was."""
        row = self.database.one("SELECT max(number) AS number FROM changes")
        return int(row["number"] or 0) if row else 0
