"""Responses shown under posts, and the names by which each may be answered."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.mf2.authorship import Author
from indie.responses.response import Response
from indie.store.database import Database, Row, in_list, portions

HIDDEN, SHOWN, GONE = 0, 1, 2
"""
What `public` may be.

GONE: taken back. Its place in the thread is kept, without words or author, for what stands under it.
"""


def talk(post_id: int | None) -> str:
    """The name of what was sent to a post, or to the home page (`store.touched`)."""
    return f"talk {post_id or 'home'}"


@dataclass(frozen=True)
class Stored:
    """
    A response with its place.

    post_id: the post that it was sent to; None where that is the home page.
    public: whether visitors see it. gone: it was taken back, and `response` has no words any more.
    version: of the reading that it comes from. held: a newer version, which waits for the owner.
    """

    id: int
    webmention_id: int
    post_id: int | None
    received: datetime
    public: bool
    response: Response
    gone: bool = False
    version: int = 0
    held: Response | None = None

    @property
    def newest(self) -> Response:
        """What its source said last, shown or not."""
        return self.held or self.response


@dataclass(frozen=True)
class Responses:
    """The table of responses and their aliases."""

    database: Database

    def put(  # each is a column
        self,
        webmention_id: int,
        post_id: int | None,
        response: Response,
        received: datetime,
        version: int,
        *,
        public: bool = True,
        held: Response | None = None,
    ) -> int:
        """
        Keep this response, or its new wording in the place of the one before.

        version: of the reading (`responses.classify.VERSION`). public: whether visitors see it.
        held: a newer version, which waits for the owner.
        Returns its id, which stays for as long as the response does.
        """
        with self.database.changing(talk(post_id)):
            return self._put(webmention_id, post_id, response, received, version, public=public, held=held)

    def _put(
        self,
        webmention_id: int,
        post_id: int | None,
        response: Response,
        received: datetime,
        version: int,
        *,
        public: bool,
        held: Response | None,
    ) -> int:
        row = self.database.one(
            """
            INSERT INTO responses (webmention_id, post_id, kind, published, received, version, public, response, held)
            VALUES (:webmention_id, :post_id, :kind, :published, :received, :version, :public, :response, :held)
            ON CONFLICT (webmention_id) DO UPDATE SET kind = excluded.kind, published = excluded.published,
                version = excluded.version, public = excluded.public, response = excluded.response, held = excluded.held
            RETURNING id
            """,
            webmention_id=webmention_id,
            post_id=post_id,
            kind=response.kind,
            published=times.sortable(response.published or received),
            received=times.sortable(received),
            version=version,
            public=int(public),
            response=_json(response),
            held=_json(held) if held else "",
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
        """
        Show it no longer: its source is gone, or links here no more.

        The row stays, GONE, with its names: what answers it keeps its place, and so does it, should it come back.
        """
        stored = self.of(webmention_id)
        if stored:
            with self.database.changing(talk(stored.post_id)):
                self.database.execute(
                    "UPDATE responses SET public = :gone, response = :response, held = '' WHERE id = :id",
                    gone=GONE,
                    response=_json(stored.response.without_words()),
                    id=stored.id,
                )

    def of(self, webmention_id: int) -> Stored | None:
        """The response that a webmention became, public or not; None where it is gone."""
        row = self.database.one(
            "SELECT * FROM responses WHERE webmention_id = :id AND public < :gone", id=webmention_id, gone=GONE
        )
        return _stored(row) if row else None

    def get(self, response_id: int) -> Stored | None:
        """The response of this id, public or not, gone or not."""
        with self.database.about() as names:
            row = self.database.one("SELECT * FROM responses WHERE id = :id", id=response_id)
            names.add(talk(row["post_id"]) if row else "responses")
        return _stored(row) if row else None

    def all(self) -> list[Stored]:
        """Every response that is not gone, public or not."""
        return [_stored(row) for row in self.database.query("SELECT * FROM responses WHERE public < :gone", gone=GONE)]

    def count(self, post_id: int | None) -> int:
        """How many responses there are to a post, public or not, to the home page where that is None."""
        which = "post_id IS NULL" if post_id is None else "post_id = :post"
        row = self.database.one(
            f"SELECT count(*) AS responses FROM responses WHERE {which}", **({"post": post_id} if post_id else {})
        )
        return int(row["responses"]) if row else 0

    def older(self, version: int, limit: int) -> list[Stored]:
        """Those that an older version of the reading read, the first of them."""
        rows = self.database.query(
            "SELECT * FROM responses WHERE version < :version AND public < :gone ORDER BY version, id LIMIT :limit",
            version=version,
            gone=GONE,
            limit=limit,
        )
        return [_stored(row) for row in rows]

    def is_read(self, webmention_id: int, version: int) -> None:
        """Note that this version of the reading has nothing to add."""
        with self.database.changing():
            self.database.execute(
                "UPDATE responses SET version = :version WHERE webmention_id = :id", id=webmention_id, version=version
            )

    def shown(self, post_ids: Collection[int], *, gone: bool = False) -> list[Stored]:
        """What is shown under these posts, in the order of arrival; with `gone`, the places of what is gone too."""
        found: list[Stored] = []
        for some in portions(sorted(set(post_ids))):
            places, names = in_list("post", some)
            with self.database.about(*map(talk, some)):
                rows = self.database.query(
                    f"""
                    SELECT * FROM responses WHERE post_id IN ({places}) AND public IN (:shown, :gone)
                    """,  # only names of parameters are put in
                    shown=SHOWN,
                    gone=GONE if gone else SHOWN,
                    **names,
                )
            found.extend(_stored(row) for row in rows)
        return sorted(found, key=lambda stored: stored.id)

    def kinds(self, post_ids: Collection[int]) -> dict[int, dict[str, int]]:
        """How many of each kind are shown under these posts, by the id of the post; none of what stands there none."""
        found: dict[int, dict[str, int]] = {}
        for some in portions(sorted(set(post_ids))):
            places, names = in_list("post", some)
            with self.database.about(*map(talk, some)):
                rows = self.database.query(
                    f"""
                    SELECT post_id, kind, COUNT(*) AS number FROM responses
                    WHERE post_id IN ({places}) AND public = :shown GROUP BY post_id, kind
                    """,  # only names of parameters are put in
                    shown=SHOWN,
                    **names,
                )
            for row in rows:
                found.setdefault(row["post_id"], {})[row["kind"]] = row["number"]
        return found

    def answered(self, keys: Collection[str]) -> list[int]:
        """The posts under which something is shown that has one of these names (`response_aliases`)."""
        found = set[int]()
        for some in portions(sorted(set(keys))):
            places, names = in_list("key", some)
            rows = self.database.query(
                f"""
                SELECT responses.post_id
                FROM response_aliases JOIN responses ON responses.id = response_aliases.response_id
                WHERE response_aliases.key IN ({places})
                    AND responses.post_id IS NOT NULL AND responses.public <> :hidden
                """,  # only names of parameters are put in
                hidden=HIDDEN,
                **names,
            )
            found |= {row["post_id"] for row in rows}
        return sorted(found)

    def authors(self, limit: int) -> list[Author]:
        """Who said the newest responses that are shown: each once, whoever was heard last first."""
        rows = self.database.query(
            """
            SELECT response FROM responses WHERE public = 1 ORDER BY id DESC LIMIT :limit
            """,
            limit=limit,
        )
        return list(dict.fromkeys(Response.from_json(json.loads(row["response"])).author for row in rows))

    def publish(self, webmention_id: int, *, public: bool) -> None:
        """Let visitors see it, or no longer."""
        with self.database.changing() as names:
            rows = self.database.query(
                "UPDATE responses SET public = :public WHERE webmention_id = :id RETURNING post_id",
                id=webmention_id,
                public=int(public),
            )
            names.update(talk(row["post_id"]) for row in rows)

    def _forget_aliases(self, response_id: int) -> None:
        self.database.execute("DELETE FROM response_aliases WHERE response_id = :id", id=response_id)


def _stored(row: Row) -> Stored:
    return Stored(
        id=row["id"],
        webmention_id=row["webmention_id"],
        post_id=row["post_id"],
        received=times.from_sortable(row["received"]),
        public=row["public"] == SHOWN,
        response=Response.from_json(json.loads(row["response"])),
        gone=row["public"] == GONE,
        version=row["version"],
        held=Response.from_json(json.loads(row["held"])) if row["held"] else None,
    )


def _json(response: Response) -> str:
    return json.dumps(response.to_json(), ensure_ascii=False)
