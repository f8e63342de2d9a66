"""Posts: rows, their versions, and every path that one ever had."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from indie import times, urls
from indie.mf2 import post_type
from indie.mf2.item import Item
from indie.posts import tags, words
from indie.posts.post import Post
from indie.store.database import Database, Row, in_list, portions

ANSWERS = ("in-reply-to", "like-of", "repost-of", "bookmark-of", "quotation-of")
"""The properties whose URLs say what a post answers."""

TAG = "#"
"""The name by which every tag of a post, in the spelling of `tags.key`, stands among the properties of the index."""

LONGEST_NAME = 100
"""Limit: a property with a longer name is kept with its post, but the post is not found by it."""

_NAMES = re.compile(r"[A-Za-z0-9_-]{43,}")


@dataclass(frozen=True)
class Posts:
    """The table of posts and what hangs on it."""

    database: Database

    def place(self, path: str) -> tuple[int, bool]:
        """The id for a post to be added, 0 where the engine gives it then, and whether its path is `taken`."""
        number = self.database.next_number("posts")
        row = self.database.one(
            f"SELECT {number} AS number, EXISTS (SELECT 1 FROM paths WHERE path = :path) AS taken", path=path
        )
        return (row["number"], bool(row["taken"])) if row else (0, False)

    def add(self, post: Post, now: datetime) -> Post:
        """Store a new post, by its id if it has one (`place`), and take its path for ever. Returns it with its id."""
        with self.database.changing(*_names(post)) as names:
            stored = self._add(post, now)
            names.add(f"post {stored.id}")
        return stored

    def _add(self, post: Post, now: datetime) -> Post:
        values = {"created": times.sortable(now), "deleted": ""} | _columns(post) | ({"id": post.id} if post.id else {})
        insert = f"INSERT INTO posts ({', '.join(values)}) VALUES (:{', :'.join(values)})"  # names of columns
        if post.id:
            stored = post
            self.database.execute(insert, **values)
        else:
            row = self.database.one(f"{insert} RETURNING id", **values)
            assert row is not None
            stored = replace(post, id=row["id"])
        self.database.execute(
            "INSERT INTO paths (path, post_id, created) VALUES (:path, :post_id, :created)",
            path=post.path,
            post_id=stored.id,
            created=times.sortable(now),
        )
        self._index(stored)
        self._count(stored)
        return stored

    def change(self, before: Post, after: Post, change: str, client_id: str, now: datetime) -> None:
        """
        Put a new version in the place of the one before, which is kept.

        change: the action in one word (`update`, `publish`, `syndicate`, `delete`, `undelete`, `restore`).
        client_id: the app that asked for it.
        """
        with self.database.changing(f"post {before.id}", *_names(before), *_names(after)):
            self._change(before, after, change, client_id, now)

    def _change(self, before: Post, after: Post, change: str, client_id: str, now: datetime) -> None:
        self.database.execute(
            """
            INSERT INTO revisions (post_id, mf2, status, change, client_id, created)
            VALUES (:post_id, :mf2, :status, :change, :client_id, :created)
            """,
            post_id=before.id,
            mf2=_dump(before.item),
            status=before.status,
            change=change,
            client_id=client_id,
            created=times.sortable(now),
        )
        self.database.execute(
            """
            UPDATE posts SET path = :path, mf2 = :mf2, kind = :kind, published = :published, updated = :updated,
                status = :status, visibility = :visibility, deleted = :deleted, channels = :channels,
                syndicate_to = :syndicate_to
            WHERE id = :id
            """,
            **{name: value for name, value in _columns(after).items() if name not in ("client_id", "syntax")},
            deleted=times.sortable(after.deleted) if after.deleted else "",
            id=before.id,
        )
        if after.path != before.path:
            self.database.execute(
                """
                INSERT INTO paths (path, post_id, created) VALUES (:path, :post_id, :created)
                ON CONFLICT (path) DO NOTHING
                """,
                path=after.path,
                post_id=before.id,
                created=times.sortable(now),
            )
        self._discount(before)
        self._forget_index(after)
        self._index(after)
        self._count(after)

    def at(self, path: str) -> Post | None:
        """The post that has, or once had, this path."""
        with self.database.about(f"path {path}") as names:
            row = self.database.one(
                "SELECT posts.* FROM paths JOIN posts ON posts.id = paths.post_id WHERE paths.path = :path", path=path
            )
            if row:
                names.add(f"post {row['id']}")
        return to_post(row) if row else None

    def by_id(self, post_id: int) -> Post | None:
        """The post of this id."""
        with self.database.about(f"post {post_id}"):
            row = self.database.one("SELECT * FROM posts WHERE id = :id", id=post_id)
        return to_post(row) if row else None

    def taken(self, path: str) -> bool:
        """Whether a path belongs, or ever belonged, to a post."""
        return self.database.one("SELECT 1 AS taken FROM paths WHERE path = :path", path=path) is not None

    def paths(self, post_id: int) -> list[str]:
        """Every path that a post has or had."""
        with self.database.about(f"post {post_id}"):
            rows = self.database.query("SELECT path FROM paths WHERE post_id = :id", id=post_id)
        return [row["path"] for row in rows]

    def all_paths(self, post_ids: Iterable[int]) -> dict[int, list[str]]:
        """The same of each of these posts, by its id."""
        found: dict[int, list[str]] = {number: [] for number in post_ids}
        for some in portions(sorted(found)):
            places, names = in_list("id", some)
            with self.database.about(*(f"post {number}" for number in some)):
                rows = self.database.query(
                    f"SELECT post_id, path FROM paths WHERE post_id IN ({places})", **names
                )  # only names of parameters are put in
            for row in rows:
                found[row["post_id"]].append(row["path"])
        return found

    def answering(self, keys: Iterable[str]) -> list[Post]:
        """Public posts that answer one of these addresses (`urls.key`)."""
        asked = set(keys)
        with self.database.about(*map(_answer, asked)) as names:
            posts = self._answering(asked)
            names.update(f"post {post.id}" for post in posts)
        return sorted((post for post in posts if post.listed), key=lambda post: post.id)

    def _answering(self, keys: Collection[str]) -> list[Post]:
        """Those of `answering`, also where they are not public."""
        # Why in two questions: a planner that knows little of the tables begins at the posts, and asks each of them.
        found, (properties, answers) = set[int](), in_list("property", ANSWERS)
        for some in portions(sorted(keys)):
            places, names = in_list("key", some)
            rows = self.database.query(
                f"SELECT post_id FROM post_properties WHERE name IN ({properties}) AND value IN ({places})",
                **names,
                **answers,
            )
            found |= {row["post_id"] for row in rows}
        posts: list[Post] = []
        for ids in portions(sorted(found)):
            places, names = in_list("id", ids)
            posts.extend(map(to_post, self.database.query(f"SELECT * FROM posts WHERE id IN ({places})", **names)))
        return posts

    def syndicated(self, copies: Iterable[str]) -> Post | None:
        """
        The first post, not deleted, that has a copy at one of these URLs.

        Why not by `urls.key` alone: two comments on a page elsewhere differ in the fragment of it.
        """
        for url in copies:
            for row in self.database.query(
                f"""
                SELECT * FROM posts
                WHERE id IN (SELECT post_id FROM post_properties WHERE name = 'syndication' AND value = :value)
                    AND {self.database.aside}deleted = '' ORDER BY id
                """,  # only a sign of the engine is put in
                value=urls.key(url),
            ):
                post = to_post(row)
                known = [copy for copy in post.item.urls("syndication") if urls.same_page(copy, url)]
                if urlsplit(url).fragment in [urlsplit(copy).fragment for copy in known]:
                    return post
        return None

    def empty(self) -> bool:
        """Whether there never was a post."""
        return self.database.one("SELECT 1 AS one FROM posts LIMIT 1") is None

    def reindex(self) -> None:
        """Write the index of every post anew; after a migration, which cannot read mf2."""
        self.database.execute("DELETE FROM tallies")
        for row in self.database.query("SELECT * FROM posts"):
            stored = to_post(row)
            post = replace(stored, kind=post_type.discover(stored.item))
            self._forget_index(post)
            self._index(post)
            self._count(post)
            for version in self.database.query("SELECT mf2 FROM revisions WHERE post_id = :id", id=post.id):
                self._keep_files(post.id, version["mf2"])
            self.database.execute("UPDATE posts SET kind = :kind WHERE id = :id", kind=post.kind, id=post.id)

    def _forget_index(self, post: Post) -> None:
        for table in ("post_channels", "post_properties"):
            self.database.execute(f"DELETE FROM {table} WHERE post_id = :id", id=post.id)

    def _index(self, post: Post) -> None:
        for channel in post.channels:
            self.database.execute(
                "INSERT INTO post_channels (post_id, channel) VALUES (:id, :channel)", id=post.id, channel=channel
            )
        index = {name: set(map(index_value, values)) for name, values in post.item.properties.items()}
        about = tags.of(post.item, post.syntax)
        # Why here: a #tag of the text is found like a category, while the item stays as it was sent.
        index["category"] = index.get("category", set()).union(map(index_value, about))
        index[TAG] = set(map(tags.key, about))
        short = {name: values for name, values in index.items() if len(name) <= LONGEST_NAME}
        found = [(name, value) for name, values in short.items() for value in sorted(values)]
        for some in portions(found):
            places = ", ".join(f"(:id, :name{number}, :value{number})" for number, _ in enumerate(some))
            names = {f"name{number}": name for number, (name, _) in enumerate(some)}
            values_ = {f"value{number}": value for number, (_, value) in enumerate(some)}
            self.database.execute(
                f"INSERT INTO post_properties (post_id, name, value) VALUES {places}",  # only names are put in
                id=post.id,
                **names,
                **values_,
            )
        said = words.texts(post.item, post.syntax)
        self.database.execute(
            """
            INSERT INTO post_words (post_id, words, terms) VALUES (:post_id, :words, :terms)
            ON CONFLICT (post_id) DO UPDATE SET words = excluded.words, terms = excluded.terms
            """,
            post_id=post.id,
            words=words.folded(said),
            terms=words.terms(said),
        )
        self._keep_files(post.id, _dump(post.item))

    def _count(self, post: Post) -> None:
        """In `tallies`, for lists of what there is."""
        if not post.listed:
            return
        spelled = [(TAG, tags.key(tag), tag) for tag in tags.of(post.item, post.syntax)]
        for name, value, label in (*spelled, (post.kind, month(post), "")):
            self.database.execute(
                """
                INSERT INTO tallies (name, value, label, posts) VALUES (:name, :value, :label, 1)
                ON CONFLICT (name, value) DO UPDATE SET label = excluded.label, posts = tallies.posts + 1
                """,
                name=name,
                value=value,
                label=label,
            )

    def _discount(self, post: Post) -> None:
        """Why by the rows that there are: another version may have found other tags in the same words."""
        if not post.listed:
            return
        rows = self.database.query(
            "SELECT value FROM post_properties WHERE post_id = :id AND name = :tag", id=post.id, tag=TAG
        )
        for name, value in (*((TAG, row["value"]) for row in rows), (post.kind, month(post))):
            self.database.execute(
                "UPDATE tallies SET posts = posts - 1 WHERE name = :name AND value = :value", name=name, value=value
            )

    def _keep_files(self, post_id: int, mf2: str) -> None:
        """Why none is ever taken out: every version of a post can come back, and then shows its files again."""
        for digest in sorted(digests(mf2)):
            self.database.execute(
                "INSERT INTO post_files (digest, post_id) VALUES (:digest, :post_id) "
                "ON CONFLICT (digest, post_id) DO NOTHING",
                digest=digest,
                post_id=post_id,
            )


def month(post: Post) -> str:
    """The month that a post shows: `2026-07`."""
    return post.published.date().isoformat()[:7]


def list_name(kind: str = "", channel: str = "", tag: str | None = None) -> str:
    """
    The name of all lists (`store.touched`), or of those of a kind, a channel or a tag.

    tag: as it stands in the index.
    """
    if tag is not None:
        return f"list # {tag}"
    return f"list channel {channel}" if channel else f"list {kind}"


def _names(post: Post) -> Iterator[str]:
    """What depends on a version of a post, its own page aside: who shows it in a list, or stands above it."""
    yield f"path {post.path}"
    yield list_name()
    yield list_name(post.kind)
    yield from (list_name(channel=channel) for channel in post.channels)
    yield from (list_name(tag=tags.key(tag)) for tag in tags.of(post.item, post.syntax))
    for name in ANSWERS:
        yield from (_answer(index_value(value)) for value in post.item.properties.get(name, []))


def _answer(key: str) -> str:
    return f"answer {key}"


def digests(text: str) -> set[str]:
    """
    What may be the beginning of a file's name (`media.names`), wherever it stands in a text: 43 letters.

    Why the last ones of a longer word: the end of an escape may stand before it, as in `%2F`; after it is a dot.
    """
    return {word[-43:] for word in _NAMES.findall(text)}


def index_value(value: Any) -> str:
    """
    What a value is found by: `urls.key` of a URL (also of a picture's, or a cited page's), else its text.

    Limit: 200 characters of text; "" for what is neither, so that the property is known to be there.
    """
    alone = Item(type=("h-entry",), properties={"value": [value]})
    url = alone.url("value")
    return urls.key(url) if url else (alone.text("value") or "")[:200]


def answers(post: Post) -> set[str]:
    """What a post answers, in the words of the index (`Posts.answering`)."""
    return {index_value(value) for name in ANSWERS for value in post.item.properties.get(name, ())}


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
        "syntax": post.syntax,
        "channels": json.dumps(post.channels),
        "syndicate_to": json.dumps(post.syndicate_to),
    }


def to_post(row: Row) -> Post:
    """The post that a row of the table holds."""
    return Post(
        path=row["path"],
        item=Item.from_json(json.loads(row["mf2"])),
        kind=row["kind"],
        status=row["status"],
        visibility=row["visibility"],
        updated=times.from_sortable(row["updated"]) if row["updated"] != row["published"] else None,
        deleted=times.from_sortable(row["deleted"]) if row["deleted"] else None,
        client_id=row["client_id"],
        syntax=row["syntax"],
        channels=tuple(json.loads(row["channels"])),
        syndicate_to=tuple(json.loads(row["syndicate_to"])),
        id=row["id"],
    )


def _dump(item: Item) -> str:
    return json.dumps(item.to_json(), ensure_ascii=False)

