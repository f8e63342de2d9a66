"""What sources show of others below themselves, for which nobody sent us anything (Webmention spec §4.3)."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.responses.response import Response
from indie.store import responses
from indie.store.database import Database, Row, in_list, portions

QUOTED, VERIFIED, GONE = "quoted", "verified", "gone"
"""
Its states: another site says so; its own page says so; it is not shown.

GONE: its own page is gone, or the owner does not show what comes from there. The row stays, so that it is not
asked again.
"""


@dataclass(frozen=True)
class StoredQuoted:
    """
    A response that a known source shows.

    response_id, webmention_id, post_id: of what that source itself says. key: the address of what it shows.
    """

    id: int
    response_id: int
    webmention_id: int
    post_id: int | None
    key: str
    state: str
    found: datetime
    response: Response


@dataclass(frozen=True)
class QuotedTable:
    """The table of what is quoted."""

    database: Database

    def put(self, response_id: int, key: str, state: str, response: Response, now: datetime) -> int:
        """Keep what the response with this id shows at this address; returns its id, which stays."""
        with self.database.changing() as names:
            row = self.database.one(
                """
                INSERT INTO quoted (response_id, post_id, key, state, found, response)
                SELECT id, post_id, :key, :state, :now, :response FROM responses WHERE id = :response_id
                ON CONFLICT (response_id, key) DO UPDATE SET state = excluded.state, response = excluded.response
                RETURNING id, post_id
                """,
                response_id=response_id,
                key=key,
                state=state,
                now=times.sortable(now),
                response=_json(response),
            )
            assert row is not None
            names.add(responses.talk(row["post_id"]))
        return int(row["id"])

    def get(self, quoted_id: int) -> StoredQuoted | None:
        """The one with this id."""
        row = self.database.one(f"{_SELECT} WHERE quoted.id = :id", id=quoted_id)
        return _stored(row) if row else None

    def of(self, response_id: int) -> list[StoredQuoted]:
        """All that the response with this id shows, whatever its state."""
        rows = self.database.query(f"{_SELECT} WHERE quoted.response_id = :id ORDER BY quoted.id", id=response_id)
        return [_stored(row) for row in rows]

    def all(self) -> list[StoredQuoted]:
        """All that anybody shows, whatever its state."""
        return [_stored(row) for row in self.database.query(_SELECT)]

    def remove(self, quoted_id: int) -> None:
        """It is shown no more."""
        with self.database.changing() as names:
            rows = self.database.query("DELETE FROM quoted WHERE id = :id RETURNING post_id", id=quoted_id)
            names.update(responses.talk(row["post_id"]) for row in rows)

    def forget(self, webmention_id: int, *, verified: bool = False) -> None:
        """The source is gone, and what only it showed; what its own page says stays, but not with `verified`."""
        with self.database.changing() as names:
            rows = self.database.query(
                """
                DELETE FROM quoted WHERE state <> :kept
                    AND response_id IN (SELECT id FROM responses WHERE webmention_id = :id)
                RETURNING post_id
                """,
                kept="" if verified else VERIFIED,
                id=webmention_id,
            )
            names.update(responses.talk(row["post_id"]) for row in rows)

    def shown(self, post_ids: Collection[int]) -> list[StoredQuoted]:
        """
        What is shown of it under these posts, in the order of arrival.

        What came to the same post itself is not among it, be it shown, rejected or gone by now: its own word counts.
        """
        with self.database.about(*map(responses.talk, post_ids)):
            found = self._shown(post_ids)
            spoke = self._spoke({one.key for one in found})
        return sorted((one for one in found if (one.key, one.post_id) not in spoke), key=lambda stored: stored.id)

    def _shown(self, post_ids: Collection[int]) -> list[StoredQuoted]:
        """Those of `shown`, also where they spoke themselves."""
        found: list[StoredQuoted] = []
        for some in portions(sorted(set(post_ids))):
            places, names = in_list("post", some)
            public = f"{self.database.aside}responses.public"
            rows = self.database.query(
                f"""
                {_SELECT} WHERE quoted.post_id IN ({places}) AND quoted.state <> :gone
                    AND ({public} = :shown OR ({public} = :taken_back AND quoted.state = :verified))
                """,  # only names of parameters, and a sign of the engine, are put in
                gone=GONE,
                shown=responses.SHOWN,
                taken_back=responses.GONE,
                verified=VERIFIED,
                **names,
            )
            found.extend(_stored(row) for row in rows)
        return found

    def _spoke(self, keys: Collection[str]) -> set[tuple[str, int | None]]:
        """
        Which of these addresses sent something themselves, and to which posts.

        Why not NOT EXISTS: planners read all responses to a post anew for each that is quoted there.
        """
        spoke: set[tuple[str, int | None]] = set()
        for some in portions(sorted(keys)):
            places, names = in_list("key", some)
            rows = self.database.query(
                f"""
                SELECT response_aliases.key, responses.post_id
                FROM response_aliases JOIN responses ON responses.id = response_aliases.response_id
                WHERE response_aliases.key IN ({places}) AND response_aliases.claimed = 0
                """,  # only names of parameters are put in
                **names,
            )
            spoke |= {(row["key"], row["post_id"]) for row in rows}
        return spoke


_SELECT = """
    SELECT quoted.*, responses.webmention_id
    FROM quoted JOIN responses ON responses.id = quoted.response_id
"""


def _stored(row: Row) -> StoredQuoted:
    return StoredQuoted(
        id=row["id"],
        response_id=row["response_id"],
        webmention_id=row["webmention_id"],
        post_id=row["post_id"],
        key=row["key"],
        state=row["state"],
        found=times.from_sortable(row["found"]),
        response=Response.from_json(json.loads(row["response"])),
    )


def _json(response: Response) -> str:
    return json.dumps(response.to_json(), ensure_ascii=False)
