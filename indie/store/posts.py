"""Posts: rows, their versions, and every path that one ever had."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from indie import times, urls
from indie.mf2.item import Item
from indie.posts.post import Post
from indie.store.database import Database, Row, in_list, portions

ANSWERS = ("in-reply-to", "like-of", "repost-of", "bookmark-of", "quotation-of")
"""The properties whose URLs say what a post answers."""


@dataclass(frozen=True)
class Posts:
    """The table of posts and what hangs on it."""

    database: Database

    def add(self, post: Post, now: datetime) -> Post:
        """Store a new post and take its path for ever. Returns it with its id."""
        row = self.database.one(
            """
            INSERT INTO posts (path, mf2, kind, published, updated, status, visibility, deleted, created, client_id)
            VALUES (:path, :mf2, :kind, :published, :updated, :status, :visibility, '', :created, :client_id)
            RETURNING id
            """,
            **_columns(post),
            created=times.sortable(now),
        )
        assert row is not None
        stored = replace(post, id=row["id"])
        self.database.execute(
            "INSERT INTO paths (path, post_id, created) VALUES (:path, :post_id, :created)",
            path=post.path,
            post_id=stored.id,
            created=times.sortable(now),
        )
        self._index_answers(stored)
        return stored

    def change(self, before: Post, after: Post, change: str, client_id: str, now: datetime) -> None:
        """
        Put a new version in the place of the one before, which is kept.

        change: the action in one word (`update`, `delete`, `undelete`).
        client_id: the app that asked for it.
        """
        self.database.execute(
            """
            INSERT INTO revisions (post_id, mf2, change, client_id, created)
            VALUES (:post_id, :mf2, :change, :client_id, :created)
            """,
            post_id=before.id,
            mf2=_dump(before.item),
            change=change,
            client_id=client_id,
            created=times.sortable(now),
        )
        self.database.execute(
            """
            UPDATE posts SET path = :path, mf2 = :mf2, kind = :kind, published = :published, updated = :updated,
                status = :status, visibility = :visibility, deleted = :deleted
            WHERE id = :id
            """,
            **{name: value for name, value in _columns(after).items() if name != "client_id"},
            deleted=times.sortable(after.deleted) if after.deleted else "",
            id=before.id,
        )
        self.database.execute("DELETE FROM post_answers WHERE post_id = :id", id=before.id)
        self._index_answers(after)

    def at(self, path: str) -> Post | None:
        """The post that has, or once had, this path."""
        row = self.database.one(
            "SELECT posts.* FROM paths JOIN posts ON posts.id = paths.post_id WHERE paths.path = :path", path=path
        )
        return _post(row) if row else None

    def by_id(self, post_id: int) -> Post | None:
        """The post of this id."""
        row = self.database.one("SELECT * FROM posts WHERE id = :id", id=post_id)
        return _post(row) if row else None

    def taken(self, path: str) -> bool:
        """Whether a path belongs, or ever belonged, to a post."""
        return self.database.one("SELECT 1 AS taken FROM paths WHERE path = :path", path=path) is not None

    def paths(self, post_id: int) -> list[str]:
        """Every path that a post has or had."""
        return [row["path"] for row in self.database.query("SELECT path FROM paths WHERE post_id = :id", id=post_id)]

    def listed(self, limit: int, before: tuple[str, int] | None = None, without: Collection[str] = ()) -> list[Post]:
        """
        Public posts, newest first.

        before: (published, id) of the last one seen: a cursor, so that every page costs the same.
        without: kinds to leave out.
        """
        published, last = before or ("~", 0)
        kinds, names = in_list("kind", without)
        return [
            _post(row)
            for row in self.database.query(
                f"""
                SELECT * FROM posts
                WHERE deleted = '' AND status = 'published' AND visibility = 'public'
                    AND (published, id) < (:published, :last)
                    AND kind NOT IN ({kinds})
                ORDER BY published DESC, id DESC LIMIT :limit
                """,  # only names of parameters are put in
                published=published,
                last=last,
                limit=limit,
                **names,
            )
        ]

    def answering(self, keys: Iterable[str]) -> list[Post]:
        """Visible posts that answer one of these addresses (`urls.key`)."""
        found: dict[int, Post] = {}
        for some in portions(sorted(set(keys))):
            places, names = in_list("key", some)
            rows = self.database.query(
                f"""
                SELECT posts.* FROM post_answers JOIN posts ON posts.id = post_answers.post_id
                WHERE post_answers.key IN ({places})
                    AND deleted = '' AND status = 'published' AND visibility <> 'private'
                """,  # only names of parameters are put in
                **names,
            )
            found.update({row["id"]: _post(row) for row in rows})
        return sorted(found.values(), key=lambda post: post.id)

    def empty(self) -> bool:
        """Whether there never was a post."""
        return self.database.one("SELECT 1 AS one FROM posts LIMIT 1") is None

    def _index_answers(self, post: Post) -> None:
        keys = {urls.key(url) for name in ANSWERS for url in post.item.urls(name)} - {""}
        for key in sorted(keys):
            self.database.execute(
                "INSERT INTO post_answers (post_id, key) VALUES (:post_id, :key)", post_id=post.id, key=key
            )


def _columns(post: Post) -> Row:
    published = post.published
    return {
        "path": post.path,
        "mf2": _dump(post.item),
        "kind": post.kind,
        "published": times.sortable(published),
        "updated": times.sortable(post.updated or published),
        "status": post.status,
        "visibility": post.visibility,
        "client_id": post.client_id,
    }


def _post(row: Row) -> Post:
    return Post(
        path=row["path"],
        item=Item.from_json(json.loads(row["mf2"])),
        kind=row["kind"],
        status=row["status"],
        visibility=row["visibility"],
        updated=times.from_sortable(row["updated"]) if row["updated"] != row["published"] else None,
        deleted=times.from_sortable(row["deleted"]) if row["deleted"] else None,
        client_id=row["client_id"],
        id=row["id"],
    )


def _dump(item: Item) -> str:
    return json.dumps(item.to_json(), ensure_ascii=False)

