"""How many posts there are of a tag, and in a month; counted as they come and go (`store.posts`), never anew."""

from collections.abc import Collection
from dataclasses import dataclass

from indie.store.database import Database, in_list
from indie.store.posts import TAG


@dataclass(frozen=True)
class Tallies:
    """The table of tallies. Of listed posts alone: what else there is, nobody may know."""

    database: Database

    def tags(self) -> list[tuple[str, str, int]]:
        """Every tag: its key (`posts.tags`), how it was spelled last, how many posts have it; by their keys."""
        rows = self.database.query(
            "SELECT value, label, posts FROM tallies WHERE name = :tag AND posts > 0 ORDER BY value", tag=TAG
        )
        return [(row["value"], row["label"], row["posts"]) for row in rows]

    def months(self, not_kinds: Collection[str] = ()) -> list[tuple[str, int]]:
        """Every month that posts show, `2026-07`, and how many do, the newest first. not_kinds: of none of them."""
        places, names = in_list("kind", (TAG, *not_kinds))
        rows = self.database.query(
            f"""
            SELECT value, sum(posts) AS posts FROM tallies WHERE name NOT IN ({places}) AND posts > 0
            GROUP BY value ORDER BY value DESC
            """,  # only names of parameters are put in
            **names,
        )
        return [(row["value"], int(row["posts"])) for row in rows]
