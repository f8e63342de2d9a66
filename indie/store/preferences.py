"""What the owner prefers: a row where that is not the default."""

from dataclasses import dataclass

from indie import preferences
from indie.errors import InvalidRequest
from indie.preferences import Preferences
from indie.store.database import Database


@dataclass(frozen=True)
class PreferenceTable:
    """The table of preferences."""

    database: Database

    def get(self) -> Preferences:
        """All of them."""
        return preferences.of(self.texts())

    def texts(self) -> dict[str, str]:
        """What was put, by name, as it was written."""
        rows = self.database.query("SELECT name, value FROM preferences ORDER BY name")
        return {row["name"]: row["value"] for row in rows}

    def put(self, name: str, text: str) -> None:
        """
        Set a preference; "" puts the default back.

        Raises InvalidRequest, with a sentence, for a name that there is not, and for a text that it cannot be.
        """
        try:
            if text.strip() or name not in preferences.HELP:
                preferences.read(name, text)
        except ValueError as error:
            raise InvalidRequest(f"{error}.") from None
        self.database.execute("DELETE FROM preferences WHERE name = :name", name=name)
        if text.strip():
            self.database.execute(
                "INSERT INTO preferences (name, value) VALUES (:name, :value)", name=name, value=text.strip()
            )
