"""What others answered, read back in lists: of the whole site or of some posts, of some kinds."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.responses.response import Response
from indie.store.database import Database, in_list

ORDERS = {
    "received": ("responses.received", "responses.id"),
    "published": ("responses.published", "responses.id"),
    "checked": ("webmentions.checked", "webmentions.id"),
}
"""By what a list can be sorted; `checked`: when its page was looked at last."""

# Why CROSS JOIN: SQLite keeps this order of the tables, and so walks the index of the order that is asked for;
# to PostgreSQL it is like any other.
_TABLES = "responses CROSS JOIN webmentions CROSS JOIN posts"
_TABLES_BY_CHECKED = "webmentions CROSS JOIN responses CROSS JOIN posts"
_JOINED = "webmentions.id = responses.webmention_id"
_SHOWN = "posts.id = responses.post_id AND responses.public = 1"


@dataclass(frozen=True)
class Mention:
    """
    A response that everybody may see, and the path of the post that it was sent to.

    id: stays as long as the response does. looked_at: when its page was looked at last.
    """

    id: int
    post_id: int
    path: str
    received: datetime
    looked_at: datetime
    response: Response


@dataclass(frozen=True)
class Wanted:
    """
    Which responses are wanted; what is None does not matter.

    post_ids: those to these posts, of which the caller says that they may be seen. None: to all that are public.
    kinds: of `response.KINDS`. since: received later than that. since_id: with a larger id.
    """

    post_ids: tuple[int, ...] | None = None
    kinds: tuple[str, ...] | None = None
    since: datetime | None = None
    since_id: int | None = None


@dataclass(frozen=True)
class Mentions:
    """Reads the tables of webmentions and responses together."""

    database: Database

    def find(
        self, wanted: Wanted, limit: int, offset: int = 0, *, by: str = "received", upwards: bool = False
    ) -> list[Mention]:
        """
        At most `limit` responses, the newest first, or with `upwards` the oldest.

        by: one of ORDERS; with `since_id`, `received` is the order of the ids. offset: how many to pass over.
        Limit: those are walked in the index; whoever wants everything asks by `since_id`.
        """
        listed = wanted.post_ids is None and wanted.since_id is None and by == "received"
        conditions, names = _conditions(wanted, "" if listed and len(wanted.kinds or ()) == 1 else self.database.aside)
        way = "ASC" if upwards else "DESC"
        # Why aside: those of a few posts are found by their posts, and then sorted.
        aside = self.database.aside if wanted.post_ids is not None else ""
        columns = ORDERS[by] if by != "received" or wanted.since_id is None else ("responses.id",)
        order = ", ".join(f"{aside}{column} {way}" for column in columns)
        walked = _TABLES_BY_CHECKED if by == "checked" and wanted.post_ids is None else _TABLES
        rows = self.database.query(
            f"""
            SELECT responses.id, responses.post_id, posts.path, responses.received, webmentions.checked,
                responses.response
            FROM {walked} WHERE {_JOINED} AND {conditions}
            ORDER BY {order} LIMIT :limit OFFSET :offset
            """,  # only names of columns and parameters are put in
            limit=limit,
            offset=offset,
            **names,
        )
        return [
            Mention(
                row["id"],
                row["post_id"],
                row["path"],
                times.from_sortable(row["received"]),
                times.from_sortable(row["checked"] or row["received"]),
                Response.from_json(json.loads(row["response"])),
            )
            for row in rows
        ]

    def count(self, wanted: Wanted) -> dict[str, int]:
        """How many there are of each kind that there is."""
        conditions, names = _conditions(wanted, self.database.aside)
        rows = self.database.query(
            f"""
            SELECT responses.kind, COUNT(*) AS number FROM responses CROSS JOIN posts WHERE {conditions}
            GROUP BY responses.kind ORDER BY responses.kind
            """,  # only names of columns and parameters are put in
            **names,
        )
        return {row["kind"]: row["number"] for row in rows}

    def known(self, pairs: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
        """Which of these pairs of source (normalized) and post were ever received, whatever became of them."""
        places, names = in_list("source", sorted({source for source, _ in pairs}))
        rows = self.database.query(
            f"""
            SELECT source, post_id FROM webmentions WHERE source IN ({places}) AND post_id IS NOT NULL
            """,  # only names of parameters are put in
            **names,
        )
        return {(row["source"], row["post_id"]) for row in rows} & set(pairs)

    def ending(self, slug: str) -> list[int]:
        """The ids of the posts of which an address ends with this part; at most two are looked for."""
        rows = self.database.query(
            "SELECT DISTINCT post_id FROM paths WHERE path LIKE :ending ESCAPE '!' ORDER BY post_id LIMIT 2",
            ending="%/" + re.sub(r"([!%_])", r"!\1", slug),
        )
        return [row["post_id"] for row in rows]


# Why `aside`: what stands in the index by kind is a list of one kind in the order of arrival, and nothing else.
def _conditions(wanted: Wanted, aside: str) -> tuple[str, Mapping[str, object]]:
    found = [_SHOWN]
    names: dict[str, object] = {}
    if wanted.post_ids is None:
        found.append("posts.deleted = '' AND posts.status = 'published' AND posts.visibility = 'public'")
    for column, stem, values in (
        ("responses.post_id", "post", wanted.post_ids),
        (f"{aside}responses.kind", "kind", wanted.kinds),
    ):
        if values is not None:
            places, more = in_list(stem, values)
            # Why not the '-' of an empty list: a number is compared with nothing but numbers.
            found.append(f"{column} IN ({places})" if values else "1 = 0")
            names |= more
    if wanted.since is not None:
        found.append("responses.received > :since")
        names["since"] = times.sortable(wanted.since)
    if wanted.since_id is not None:
        found.append("responses.id > :since_id")
        names["since_id"] = wanted.since_id
    return " AND ".join(found), names
