"""Posts found by what they are and hold: one statement made of a `Filter`, paged by cursor both ways."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from indie import times
from indie.posts import words
from indie.posts.post import Post
from indie.store.database import Database, Row, in_list, portions
from indie.store.posts import TAG, digests, index_value, list_name, to_post

Position = tuple[str, int]
"""The place of a post in every list: (published, id), where `published` is the sortable text."""

PER_PART = 10_000
"""
How many numbers of posts a part has.

Limit: sitemaps.org allows 50,000 addresses in a file; these are a megabyte, and made at once.
"""

DELETED = "deleted"
"""The status of a deleted post, whatever it was before."""

FEW = 1000
"""Posts that are looked up and sorted; among more of them a page is found sooner on a walk down the list."""


@dataclass(frozen=True)
class Filter:
    """
    Which posts are wanted; what is left empty does not matter.

    kinds, visibilities, channels: any one of them.
    not_kinds: none of them.
    statuses: any one of them; DELETED finds deleted posts, which nothing else does.
    exists, not_exists: names of properties; each of them.
    values: (name of a property, a value that it has, as a text or a URL); each of them.
    text: every word of it is somewhere, also within a longer one, in what `posts.words.texts` has of the post.
    terms: every one of these words (`posts.words.sought`) is in the same.
    between: published at or after the first and before the second, both as sortable text, or the beginning of one.
    unseen: also drafts, private and deleted posts.
    """

    kinds: tuple[str, ...] = ()
    not_kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    visibilities: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    exists: tuple[str, ...] = ()
    not_exists: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    text: str = ""
    terms: tuple[str, ...] = ()
    between: tuple[str, str] | None = None
    unseen: bool = True


@dataclass(frozen=True)
class Finding:
    """Searches among the posts."""

    database: Database

    def posts(
        self,
        wanted: Filter,
        limit: int,
        older: Position | None = None,
        newer: Position | None = None,
        offset: int = 0,
    ) -> list[Post]:
        """
        At most `limit` posts, newest first.

        older, newer: only what comes after, or before, this place of the list. With `newer`
            alone these are the ones nearest to it.
        offset: how many to pass over, from where the list begins.
        """
        conditions, names = _conditions(wanted, self.database.aside)
        if wanted.terms:
            names["terms"] = self.database.pattern(wanted.terms)
            conditions.append(f"{self._way(names['terms'])}posts.id IN ({self.database.matching})")
        for sign, stem, place in (("<", "older", older), (">", "newer", newer)):
            if place:
                conditions.append(f"(posts.published, posts.id) {sign} (:{stem}, :{stem}_id)")
                names |= {stem: place[0], f"{stem}_id": place[1]}
        upwards = newer is not None and older is None
        way = "ASC" if upwards else "DESC"
        with self.database.about(*_lists(wanted)):
            rows = self.database.query(
                f"""
                SELECT posts.* FROM posts WHERE {" AND ".join(conditions)}
                ORDER BY posts.published {way}, posts.id {way} LIMIT :limit OFFSET :offset
                """,  # only names of columns and parameters are put in
                limit=limit,
                offset=offset,
                **names,
            )
        return [to_post(row) for row in (reversed(rows) if upwards else rows)]

    def holding(self, files: Collection[str]) -> list[Post]:
        """
        Posts that name, or in a version before named, one of these files of ours anywhere in them: in a property
        or in their markup. Deleted ones too: all of them can be put back.

        files: names whose first part is a digest of the bytes (`media.names`).
        """
        places, names = in_list("digest", {digest for file in files for digest in digests(file)})
        rows = self.database.query(
            f"""
            SELECT * FROM posts WHERE id IN (SELECT post_id FROM post_files WHERE digest IN ({places}))
            ORDER BY published DESC, id DESC
            """,  # only names of parameters are put in
            **names,
        )
        return [to_post(row) for row in rows]

    def _way(self, terms: object) -> str:
        """Before the id: how to go about posts with these words, where the engine does not know how many they are."""
        if not self.database.aside:
            return ""
        rows = self.database.query(f"SELECT 1 AS one FROM ({self.database.matching} LIMIT {FEW})", terms=terms)
        return self.database.aside if len(rows) == FEW else ""

    def parts(self) -> list[int]:
        """Which parts of the posts, by their numbers and PER_PART, have a public one, the first first."""
        row = self.database.one("SELECT coalesce(max(id), 0) AS newest FROM posts")
        last = -(-row["newest"] // PER_PART) if row else 0
        found = f"SELECT id FROM posts WHERE {self._of_part} LIMIT 1"  # conditions of this module
        return [part for part in range(1, last + 1) if self.database.one(found, **_numbers(part))]

    def part(self, part: int) -> list[tuple[str, str]]:
        """The public posts of a part: (path, when it changed last, as sortable text), in the order of their numbers."""
        rows = self.database.query(
            f"SELECT path, published, updated FROM posts WHERE {self._of_part} ORDER BY id",  # as above
            **_numbers(part),
        )
        return [(row["path"], max(row["updated"], row["published"])) for row in rows]

    @property
    def _of_part(self) -> str:
        """Why `aside`: the numbers alone say where a part begins and ends."""
        aside = self.database.aside
        public = f"{aside}deleted = '' AND {aside}status = 'published' AND {aside}visibility = 'public'"
        return f"id > :above AND id <= :last AND {public}"

    def categories(self, *, unseen: bool) -> list[str]:
        """
        Every category of a post and every #tag of its text, in the order of the alphabet.

        People who are tagged by their URL are none of them.
        unseen: also those that only drafts and private posts have.
        Why a step for each category, from one to the next in the index: there are hundreds of them, where posts may be
        a hundred thousand.
        """
        found = self._each_value("category", Filter(unseen=unseen))
        rows = [row for row in found if row["id"]]
        # Why looked up: the index has a URL without its scheme, so `a.example` may be a tag or a person.
        doubtful = {row["id"] for row in rows if "." in row["value"]}
        people = set()
        for some in portions(sorted(doubtful)):
            places, ids = in_list("id", some)
            for row in self.database.query(f"SELECT * FROM posts WHERE id IN ({places})", **ids):
                people |= {index_value(url) for url in to_post(row).item.urls("category")}
        named = (row["value"] for row in rows if row["value"] and row["value"] not in people)
        return sorted(named, key=lambda name: (words.fold(name), name))

    def _each_value(self, name: str, wanted: Filter) -> list[Row]:
        """Every value of a property, each with the id of a wanted post that has it, or without."""
        conditions, names = _conditions(wanted, self.database.aside)
        return self.database.query(
            f"""
            WITH RECURSIVE each (value) AS (
                SELECT min(value) FROM post_properties WHERE name = :property
                UNION ALL
                SELECT (SELECT min(value) FROM post_properties WHERE name = :property AND value > each.value)
                FROM each WHERE each.value IS NOT NULL
            )
            SELECT value, (
                SELECT posts.id FROM post_properties JOIN posts ON posts.id = post_properties.post_id
                WHERE post_properties.name = :property AND post_properties.value = each.value
                    AND {" AND ".join(conditions)}
                ORDER BY post_properties.post_id DESC LIMIT 1
            ) AS id
            FROM each
            """,  # only conditions of this module are put in
            property=name,
            **names,
        )


def _numbers(part: int) -> dict[str, object]:
    return {"above": (part - 1) * PER_PART, "last": part * PER_PART}


def position(post: Post) -> Position:
    """Where a post stands in every list."""
    return times.sortable(post.published), post.id


def _lists(wanted: Filter) -> list[str]:
    """What changes with every post that comes into this list, goes from it, or changes in it: the fewest names."""
    for name, value in wanted.values:
        if name == TAG:
            return [list_name(tag=index_value(value))]
    if wanted.channels:
        return [list_name(channel=channel) for channel in wanted.channels]
    return [list_name(kind) for kind in wanted.kinds or ("",)]


def _conditions(wanted: Filter, aside: str) -> tuple[list[str], dict[str, object]]:
    """The conditions of a statement about `posts`, at least one, and the values of their names."""
    conditions: list[str] = []
    names: dict[str, object] = {}
    for condition, values in _each_condition(wanted, aside):
        conditions.append(condition)
        names |= values
    return conditions, names


# Why `aside`: the statement walks an index in the order of the list, or begins at the few posts that have a value, and
# nothing else may look better to SQLite's planner. PostgreSQL's knows how many posts are deleted, or of a kind.
def _each_condition(wanted: Filter, aside: str) -> Iterator[tuple[str, dict[str, object]]]:
    if not wanted.unseen:
        public = f"{aside}posts.deleted = '' AND {aside}posts.status = 'published'"
        yield f"{public} AND posts.visibility <> 'private'", {}
    if wanted.statuses:
        places, names = in_list("status", [status for status in wanted.statuses if status != DELETED])
        alive, gone = f"{aside}posts.status IN ({places})", f"{aside}posts.deleted"
        yield f"({gone} <> '' OR {alive})" if DELETED in wanted.statuses else f"({gone} = '' AND {alive})", names
    else:
        yield f"{aside}posts.deleted = ''", {}
    if wanted.kinds:
        places, names = in_list("kind", wanted.kinds)
        walked = len(wanted.kinds) == 1 and not (wanted.values or wanted.channels)
        yield f"{'' if walked else aside}posts.kind IN ({places})", names
    if wanted.not_kinds:
        places, names = in_list("not_kind", wanted.not_kinds)
        yield f"{aside}posts.kind NOT IN ({places})", names
    if wanted.between:
        since, until = wanted.between
        yield "posts.published >= :since AND posts.published < :until", {"since": since, "until": until}
    if wanted.visibilities:
        places, names = in_list("visibility", wanted.visibilities)
        yield f"posts.visibility IN ({places})", names
    if wanted.channels:
        places, names = in_list("channel", wanted.channels)
        yield f"posts.id IN (SELECT post_id FROM post_channels WHERE channel IN ({places}))", names
    for number, (name, value) in enumerate(wanted.values):
        yield (
            f"""
            posts.id IN (SELECT post_id FROM post_properties WHERE name = :name{number} AND value = :value{number})
            """,
            {f"name{number}": name, f"value{number}": index_value(value)},
        )
    # Why not IN here: these are held by many posts, so the list is walked and each asked until there are enough.
    property_ = "SELECT 1 FROM post_properties WHERE post_id = posts.id AND name ="
    for number, name in enumerate(wanted.exists):
        yield f"EXISTS ({property_} :exists{number})", {f"exists{number}": name}
    for number, name in enumerate(wanted.not_exists):
        yield f"NOT EXISTS ({property_} :not_exists{number})", {f"not_exists{number}": name}
    for number, word in enumerate(words.fold(wanted.text).split()):
        yield (
            f"EXISTS (SELECT 1 FROM post_words WHERE post_id = posts.id AND words LIKE :word{number} ESCAPE '!')",
            {f"word{number}": _anywhere(word)},
        )


def _anywhere(text: str) -> str:
    """A pattern that finds the text wherever it stands; its escape is `!`."""
    return "%" + re.sub(r"([!%_])", r"!\1", text) + "%"
