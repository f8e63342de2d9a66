"""What the owner decided of whole places, people and words: the rules of moderation."""

from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.responses.policy import Rule
from indie.store.database import Database


@dataclass(frozen=True)
class ModerationRules:
    """The table of rules; there is one of each (what, value)."""

    database: Database

    def all(self) -> list[Rule]:
        """Every rule, in the order in which they were made."""
        rows = self.database.query("SELECT what, value, verdict FROM moderation_rules ORDER BY id")
        return [Rule(row["what"], row["value"], row["verdict"]) for row in rows]

    def put(self, rule: Rule, now: datetime) -> None:
        """Make a rule, in the place of the one about the same."""
        self.database.execute(
            """
            INSERT INTO moderation_rules (what, value, verdict, created) VALUES (:what, :value, :verdict, :now)
            ON CONFLICT (what, value) DO UPDATE SET verdict = excluded.verdict
            """,
            what=rule.what,
            value=rule.value,
            verdict=rule.verdict,
            now=times.sortable(now),
        )

    def remove(self, what: str, value: str) -> bool:
        """Take a rule back; False if there was none."""
        return bool(
            self.database.query(
                "DELETE FROM moderation_rules WHERE what = :what AND value = :value RETURNING id",
                what=what,
                value=value,
            )
        )
