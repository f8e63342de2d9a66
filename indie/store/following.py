"""Whom the owner follows, and what they publish."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from indie import times
from indie.store.database import Database, Row, in_list, portions

ASKED, ACTIVE, POLLED, DENIED, GONE, LEFT = STATES = ("asked", "active", "polled", "denied", "gone", "left")
"""
What has become of a subscription.

asked: the hub is to show that it has it. active: what is new is pushed. polled: there is no hub, or none
that keeps its word. denied: the hub will not. gone: the feed is not there any more. left: the owner
follows it no longer, and the hub is to show that it knows.
"""

KEPT = 500
"""How many items of one feed are kept, the newest."""


@dataclass(frozen=True)
class Following:
    """
    One feed that the owner follows.

    url: as he gave it. topic, hub: what was found there; hub "" where there is none.
    token: the unguessable end of our callback. secret, old_secret: the second until a renewal was verified.
    expires: of the lease; while asked, until when the hub has time to verify; None where neither is.
    next_poll: when it is asked in any case. polled, pushed: when it last answered, and when something last came.
    missed: items found by polling alone since something was last pushed.
    etag, modified: the validators of what was last polled.
    """

    id: int
    url: str
    topic: str
    hub: str
    token: str
    secret: str
    state: str
    created: datetime
    next_poll: datetime
    old_secret: str = ""
    reason: str = ""
    expires: datetime | None = None
    polled: datetime | None = None
    pushed: datetime | None = None
    missed: int = 0
    title: str = ""
    etag: str = ""
    modified: str = ""

    @property
    def awaits(self) -> str:
        """The mode that the hub is expected to verify; "" if none."""
        if self.state == LEFT:
            return "unsubscribe"
        return "subscribe" if self.state == ASKED or (self.state == ACTIVE and self.old_secret) else ""

    def is_pushed(self, now: datetime) -> bool:
        """Whether what is new comes by itself."""
        return self.state == ACTIVE and self.expires is not None and self.expires > now


@dataclass(frozen=True)
class FollowingTable:
    """The table of feeds that the owner follows."""

    database: Database

    def add(self, wanted: Following) -> Following:
        """Follow a feed: `id` is given. In the transaction in which it was looked that its url is not there yet."""
        names = [name for name in _COLUMNS if name != "id"]
        row = self.database.one(
            f"INSERT INTO following ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)}) "
            f"RETURNING {_ALL}",
            **{name: value for name, value in _values(wanted).items() if name != "id"},
        )
        assert row is not None
        return _following(row)

    def put(self, changed: Following) -> None:
        """Keep what has become of it. In the transaction in which it was read: others write too."""
        names = ", ".join(f"{name} = :{name}" for name in _COLUMNS if name != "id")
        self.database.execute(f"UPDATE following SET {names} WHERE id = :id", **_values(changed))

    def get(self, following_id: int) -> Following | None:
        """The feed of this id."""
        return self._one("id", following_id)

    def by_token(self, token: str) -> Following | None:
        """The feed whose callback ends so."""
        return self._one("token", token)

    def by_url(self, url: str) -> Following | None:
        """The feed that the owner gave this address of."""
        return self._one("url", url)

    def all(self) -> list[Following]:
        """Every feed, in the order in which they were first followed."""
        return [_following(row) for row in self.database.query(f"SELECT {_ALL} FROM following ORDER BY id")]

    def remove(self, following_id: int) -> None:
        """Forget a feed and its items."""
        self.database.execute("DELETE FROM followed_items WHERE following_id = :id", id=following_id)
        self.database.execute("DELETE FROM following WHERE id = :id", id=following_id)

    def _one(self, name: str, value: object) -> Following | None:
        row = self.database.one(f"SELECT {_ALL} FROM following WHERE {name} = :value", value=value)
        return _following(row) if row else None


@dataclass(frozen=True)
class Items:
    """The table of what they publish."""

    database: Database

    def put(self, following_id: int, items: Sequence[dict[str, Any]], way: str, now: datetime) -> int:
        """
        Keep items as they are now: one that is known by its uid is changed, none is taken away.

        items: strict jf2, the newest first. way: push or poll. Returns how many were not known before.
        """
        # Why turned round: numbers rise with time, so that the oldest can be let go.
        # Of two with one uid the first stays.
        unique = {item["uid"]: item for item in reversed(items)}
        known = self._known(following_id, unique)
        for uid, item in unique.items():
            jf2 = json.dumps(item, ensure_ascii=False, sort_keys=True)
            if known.get(uid) != jf2:
                self._put(following_id, item, jf2, way, now)
        return len(unique.keys() - known.keys())

    def of(self, following_id: int, count: int = KEPT) -> list[dict[str, Any]]:
        """The items of one feed, the last that came first: their jf2."""
        rows = self.database.query(
            "SELECT jf2 FROM followed_items WHERE following_id = :id ORDER BY id DESC LIMIT :count",
            id=following_id,
            count=count,
        )
        return [json.loads(row["jf2"]) for row in rows]

    def newest(self, following_id: int) -> datetime | None:
        """When the newest item of a feed was published."""
        row = self.database.one(
            "SELECT max(published) AS newest FROM followed_items WHERE following_id = :id", id=following_id
        )
        return times.from_sortable(row["newest"]) if row and row["newest"] else None

    def counts(self) -> dict[int, int]:
        """How many items there are, by feed."""
        rows = self.database.query(
            "SELECT following_id, count(*) AS items FROM followed_items GROUP BY following_id"
        )
        return {row["following_id"]: row["items"] for row in rows}

    def trim(self, following_id: int, kept: int = KEPT) -> None:
        """Let all go but so many of the newest."""
        self.database.execute(
            """
            DELETE FROM followed_items WHERE following_id = :id AND id <= (
                SELECT id FROM followed_items WHERE following_id = :id ORDER BY id DESC LIMIT 1 OFFSET :kept)
            """,
            id=following_id,
            kept=kept,
        )

    def forget(self, following_id: int) -> None:
        """Forget the items of one feed."""
        self.database.execute("DELETE FROM followed_items WHERE following_id = :id", id=following_id)

    def _known(self, following_id: int, uids: Collection[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for some in portions(sorted(set(uids))):
            places, names = in_list("uid", some)
            rows = self.database.query(
                f"SELECT uid, jf2 FROM followed_items WHERE following_id = :id AND uid IN ({places})",
                id=following_id,
                **names,
            )
            found |= {row["uid"]: row["jf2"] for row in rows}
        return found

    def _put(self, following_id: int, item: dict[str, Any], jf2: str, way: str, now: datetime) -> None:
        published = times.sortable(times.parse(item["published"])) if "published" in item else ""
        self.database.execute(
            """
            INSERT INTO followed_items (following_id, uid, jf2, published, received, way)
            VALUES (:id, :uid, :jf2, :published, :now, :way)
            ON CONFLICT (following_id, uid) DO UPDATE SET jf2 = excluded.jf2,
                published = CASE WHEN :dated = 1 THEN excluded.published ELSE followed_items.published END
            """,
            id=following_id,
            uid=item["uid"],
            jf2=jf2,
            published=published or times.sortable(now),
            dated=1 if published else 0,
            now=times.sortable(now),
            way=way,
        )


_TEXTS = ("url", "topic", "hub", "token", "secret", "old_secret", "state", "reason", "title", "etag", "modified")
_MOMENTS = ("created", "next_poll", "expires", "polled", "pushed")
_COLUMNS = ("id", *_TEXTS, *_MOMENTS, "missed")
_ALL = ", ".join(_COLUMNS)


def _values(following: Following) -> Row:
    moments = {name: getattr(following, name) for name in _MOMENTS}
    return {name: getattr(following, name) for name in _COLUMNS} | {
        name: times.sortable(moment) if moment else "" for name, moment in moments.items()
    }


def _following(row: Row) -> Following:
    moments = {name: times.from_sortable(row[name]) if row[name] else None for name in _MOMENTS}
    return Following(**(row | moments))
