"""Responses shown under posts, and the names by which each may be answered."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.mf2.authorship import Author
from indie.responses.response import Response
from indie.store.database import Database, Row, in_list, portions


@dataclass(frozen=True)
class Stored:
    """A response with its place: `post_id` is the post that it was sent to."""

    id: int
    webmention_id: int
    post_id: int
    received: datetime
    response: Response


@dataclass(frozen=True)
class Responses:
    """The table of responses and their aliases."""

    database: Database

    def put(self, webmention_id: int, post_id: int, response: Response, received: datetime, version: int) -> int:
        """
        Show this response, or its new wording in the place of the one before.

        version: of the reading (`responses.classify.VERSION`).
        Returns its id, which stays for as long as the response does.
        """
        row = self.database.one(
            """
            INSERT INTO responses (webmention_id, post_id, kind, published, received, version, response)
            VALUES (:webmention_id, :post_id, :kind, :published, :received, :version, :response)
            ON CONFLICT (webmention_id) DO UPDATE SET kind = excluded.kind, published = excluded.published,
                version = excluded.version, response = excluded.response
            RETURNING id
            """,
            webmention_id=webmention_id,
            post_id=post_id,
            kind=response.kind,
            published=times.sortable(response.published or received),
            received=times.sortable(received),
            version=version,
            response=json.dumps(response.to_json(), ensure_ascii=False),
        )
        assert row is not None
        self._forget_aliases(row["id"])
        for alias in response.aliases:
            self.database.execute(
                """
                INSERT INTO response_aliases (response_id, key, claimed) VALUES (:id, :key, :claimed)
                ON CONFLICT (response_id, key) DO NOTHING
                """,
                id=row["id"],
                key=alias.key,
                claimed=int(alias.claimed),
            )
        return int(row["id"])

    def remove(self, webmention_id: int) -> None:
        """Show it no longer: its source is gone, or links here no more."""
        for row in self.database.query("SELECT id FROM responses WHERE webmention_id = :id", id=webmention_id):
            self._forget_aliases(row["id"])
            self.database.execute("DELETE FROM responses WHERE id = :id", id=row["id"])

    def of(self, webmention_id: int) -> Stored | None:
        """The response that a webmention became, hidden or not."""
        row = self.database.one("SELECT * FROM responses WHERE webmention_id = :id", id=webmention_id)
        return _stored(row) if row else None

    def shown(self, post_ids: Collection[int]) -> list[Stored]:
        """What is shown under these posts, in the order of arrival."""
        found: list[Stored] = []
        for some in portions(sorted(set(post_ids))):
            places, names = in_list("post", some)
            rows = self.database.query(
                f"""
                SELECT * FROM responses
                WHERE post_id IN ({places}) AND 0 = (SELECT hidden FROM webmentions WHERE id = webmention_id)
                """,  # only names of parameters are put in
                **names,
            )
            found.extend(_stored(row) for row in rows)
        return sorted(found, key=lambda stored: stored.id)

    def authors(self, limit: int) -> list[Author]:
        """Who said the newest responses that are shown: each once, whoever was heard last first."""
        rows = self.database.query(
            """
            SELECT responses.response FROM responses JOIN webmentions ON webmentions.id = responses.webmention_id
            WHERE webmentions.hidden = 0 ORDER BY responses.id DESC LIMIT :limit
            """,
            limit=limit,
        )
        return list(dict.fromkeys(Response.from_json(json.loads(row["response"])).author for row in rows))

    def _forget_aliases(self, response_id: int) -> None:
        self.database.execute("DELETE FROM response_aliases WHERE response_id = :id", id=response_id)


def _stored(row: Row) -> Stored:
    return Stored(
        id=row["id"],
        webmention_id=row["webmention_id"],
        post_id=row["post_id"],
        received=times.from_sortable(row["received"]),
        response=Response.from_json(json.loads(row["response"])),
    )
