"""Webmentions received: who says that which page answers which post, and what became of it."""

import gzip
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from indie import times, urls
from indie.store.database import Database, Row, in_list, portions

DECISIONS = ("", "approved", "rejected")
"""What the owner said of it; "" as long as he said nothing."""

STATES = ("queued", "fetching", "verified", "pending", "rejected", "gone", "missing", "error")
"""
What may become of one. `fetching` stands in no row: it is what is queued while a worker holds the job that
looks at it, so that the beginning of a look is no transaction of its own, and ends with the worker.
"""

LOOK = "webmention.process"
"""The job that looks at a source: `{"webmention": id}`."""


def look(webmention_id: int) -> str:
    """The key by which the looks at one source are one job."""
    return f"{LOOK} {webmention_id}"


@dataclass(frozen=True)
class History:
    """
    What the looks at a source came to since it was sent last.

    checks: how often it was found good. misses: how many 404s there were in a row, the first `missing_since`.
    """

    checks: int = 0
    misses: int = 0
    missing_since: datetime | None = None


@dataclass(frozen=True)
class Webmention:
    """
    token: the unguessable end of its status URL.
    source: normalized; with post_id it is the identity.
    post_id: the post that it answers; None where its target is the home page.
    state: one of STATES.
    decision: one of DECISIONS; outlasts every re-send.
    reason: the state in words, for the sender.
    steps: each step on the way to it, and what was found; nothing of the page but links to our own host.
    next_try: when it is to be looked at; of one that was sent since the last look, when it was sent last.
    """

    id: int
    token: str
    source: str
    post_id: int | None
    state: str
    decision: str
    reason: str
    received: datetime
    checked: datetime | None
    attempts: int
    steps: tuple[tuple[str, str], ...] = ()
    history: History = History()
    next_try: datetime | None = None


@dataclass(frozen=True)
class Body:
    """
    The last good body of a source: `url` is where it was found, `type` its Content-Type.

    etag, modified: its validators (RFC 9110 §8.8), "" where there are none.
    """

    body: bytes
    url: str
    type: str
    etag: str = ""
    modified: str = ""

    @cached_property
    def packed(self) -> bytes:
        """The body as it is kept; asked for before a transaction, so that nobody waits for it."""
        return gzip.compress(self.body, compresslevel=6, mtime=0)


@dataclass(frozen=True)
class Webmentions:
    """The table of webmentions received."""

    database: Database

    def queue(self, source: str, target: str, post_id: int | None, now: datetime) -> Webmention:
        """
        Note that `source` (normalized) says it links to `target`, an address of the post; None: of the home page.

        The pair is one row, however often it is sent. What is shown stays shown
        until the new look at the source has an answer.
        """
        row = self.database.one(
            f"""
            INSERT INTO webmentions (token, source, host, post_id, state, decision, reason, steps, received, checked,
                attempts, next_try, checks, missing_since, misses, body, body_url, body_type, etag, modified)
            VALUES (:token, :source, :host, :post_id, 'queued', '', '', '[]', :now, '',
                0, :now, 0, '', 0, NULL, '', '', '', '')
            ON CONFLICT (source, coalesce(post_id, 0)) DO UPDATE SET state = 'queued', attempts = 0, next_try = :now,
                checks = 0
            RETURNING {_SMALL}
            """,
            token=secrets.token_urlsafe(18),
            source=source,
            host=urls.host(source),
            post_id=post_id,
            now=times.sortable(now),
        )
        assert row is not None
        self.database.execute(
            """
            INSERT INTO webmention_targets (webmention_id, target) VALUES (:id, :target)
            ON CONFLICT (webmention_id, target) DO NOTHING
            """,
            id=row["id"],
            target=target,
        )
        return _webmention(row)

    def get(self, webmention_id: int) -> Webmention | None:
        """The webmention of this id."""
        row = self.database.one(f"SELECT {_SMALL} FROM webmentions WHERE id = :id", id=webmention_id)
        return _webmention(row) if row else None

    def by_token(self, token: str) -> Webmention | None:
        """The webmention whose status URL ends so."""
        row = self.database.one(f"SELECT {_SMALL} FROM webmentions WHERE token = :token", token=token)
        return _webmention(row) if row else None

    def targets(self, webmention_id: int) -> list[str]:
        """Every address of the post that was named as target, as it was sent."""
        rows = self.database.query(
            "SELECT target FROM webmention_targets WHERE webmention_id = :id ORDER BY target", id=webmention_id
        )
        return [row["target"] for row in rows]

    def all(self, state: str = "") -> list[Webmention]:
        """Every webmention, or those in this state, the newest first."""
        which, values = ("WHERE state = :state", {"state": state}) if state else ("", {})
        rows = self.database.query(f"SELECT {_SMALL} FROM webmentions {which} ORDER BY id DESC", **values)
        return [_webmention(row) for row in rows]

    def find(self, source: str, post_id: int | None) -> Webmention | None:
        """The webmention of this pair: source (normalized), and post or None for the home page."""
        row = self.database.one(
            f"SELECT {_SMALL} FROM webmentions WHERE source = :source AND coalesce(post_id, 0) = :post",
            source=source,
            post=post_id or 0,
        )
        return _webmention(row) if row else None

    def new_from(self, host: str, since: datetime) -> int:
        """How many pairs came for the first time from sources on this host since then."""
        row = self.database.one(
            "SELECT count(*) AS pairs FROM webmentions WHERE host = :host AND received >= :since",
            host=host,
            since=times.sortable(since),
        )
        return int(row["pairs"]) if row else 0

    def approved(self, hosts: Collection[str]) -> set[str]:
        """The sources on these hosts of which the owner approved something."""
        places, names = in_list("host", sorted(set(hosts)))
        rows = self.database.query(
            f"SELECT DISTINCT source FROM webmentions WHERE host IN ({places}) AND decision = 'approved'", **names
        )
        return {row["source"] for row in rows}

    def conclude(  # each is a column
        self,
        webmention_id: int,
        state: str,
        reason: str,
        now: datetime,
        next_try: datetime | None = None,
        *,
        steps: Collection[tuple[str, str]] = (),
        history: History = History(),
    ) -> None:
        """
        Note what a look at the source came to.

        next_try: when to look again; None if this is the last word.
        """
        self.database.execute(
            """
            UPDATE webmentions SET state = :state, reason = :reason, checked = :now, next_try = :next_try,
                attempts = attempts + 1, steps = :steps, checks = :checks, misses = :misses,
                missing_since = :missing_since
            WHERE id = :id
            """,
            steps=json.dumps([list(step) for step in steps], ensure_ascii=False),
            checks=history.checks,
            misses=history.misses,
            missing_since=times.sortable(history.missing_since) if history.missing_since else "",
            id=webmention_id,
            state=state,
            reason=reason,
            now=times.sortable(now),
            next_try=times.sortable(next_try) if next_try else "",
        )

    def keep_body(self, webmention_id: int, body: Body | None) -> None:
        """Keep the last good body, from which the response can be read again; None forgets it."""
        self.database.execute(
            """
            UPDATE webmentions SET body = :body, body_url = :url, body_type = :type, etag = :etag, modified = :modified
            WHERE id = :id
            """,
            id=webmention_id,
            body=body.packed if body else None,
            url=body.url if body else "",
            type=body.type if body else "",
            etag=body.etag if body else "",
            modified=body.modified if body else "",
        )

    def body(self, webmention_id: int) -> Body | None:
        """The last good body, if there is one."""
        row = self.database.one(
            "SELECT body, body_url, body_type, etag, modified FROM webmentions WHERE id = :id", id=webmention_id
        )
        if row is None or row["body"] is None:
            return None
        return Body(
            gzip.decompress(row["body"]), row["body_url"], row["body_type"], row["etag"], row["modified"]
        )

    def decide(self, source: str, decision: str) -> list[int]:
        """The owner's word on all that came from this source (normalized); returns the ids of it."""
        rows = self.database.query(
            "UPDATE webmentions SET decision = :decision WHERE source = :source RETURNING id",
            source=source,
            decision=decision,
        )
        return [row["id"] for row in rows]

    def settle(self, webmention_id: int, state: str, reason: str) -> None:
        """Note a state that no look at the source brought about, but the owner."""
        self.database.execute(
            "UPDATE webmentions SET state = :state, reason = :reason WHERE id = :id",
            id=webmention_id,
            state=state,
            reason=reason,
        )

    def forget_approval(self, webmention_id: int) -> None:
        """What the owner approved is gone; what may come in its place he has not seen."""
        self.database.execute(
            "UPDATE webmentions SET decision = '' WHERE id = :id AND decision = 'approved'", id=webmention_id
        )

    def body_urls(self, webmention_ids: Collection[int]) -> dict[int, str]:
        """Where the last good bodies of these webmentions were found, by id."""
        found: dict[int, str] = {}
        for some in portions(sorted(webmention_ids)):
            places, names = in_list("id", some)
            rows = self.database.query(f"SELECT id, body_url FROM webmentions WHERE id IN ({places})", **names)
            found |= {row["id"]: row["body_url"] for row in rows if row["body_url"]}
        return found

    def reindex(self) -> None:
        """Fill the column that a migration cannot."""
        for row in self.database.query("SELECT id, source FROM webmentions WHERE host = ''"):
            self.database.execute(
                "UPDATE webmentions SET host = :host WHERE id = :id", id=row["id"], host=urls.host(row["source"])
            )


_SMALL = f"""
    id, token, source, post_id, decision, reason, steps, received, checked, attempts, checks, misses, missing_since,
    next_try,
    CASE WHEN state = 'queued' AND EXISTS (
        SELECT 1 FROM jobs WHERE jobs.dedupe = '{LOOK} ' || webmentions.id AND jobs.leased > ''
    ) THEN 'fetching' ELSE state END AS state
"""
"""All but the body."""


def _webmention(row: Row) -> Webmention:
    return Webmention(
        id=row["id"],
        token=row["token"],
        source=row["source"],
        post_id=row["post_id"],
        state=row["state"],
        decision=row["decision"],
        reason=row["reason"],
        received=times.from_sortable(row["received"]),
        checked=times.from_sortable(row["checked"]) if row["checked"] else None,
        attempts=row["attempts"],
        steps=tuple((step, found) for step, found in json.loads(row["steps"])),
        history=History(
            row["checks"],
            row["misses"],
            times.from_sortable(row["missing_since"]) if row["missing_since"] else None,
        ),
        next_try=times.from_sortable(row["next_try"]) if row["next_try"] else None,
    )
