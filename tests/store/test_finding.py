"""Posts found by a filter: against a model of a few lines, and by the indexes that there are for it."""

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indie import times
from indie.mf2.item import Item
from indie.posts.post import Post
from indie.store.finding import Filter, position

NOW = datetime(2026, 7, 23, 12, tzinfo=UTC)

# Each row is one value, however it is written.
ROWS = [
    ["a"],
    ["A"],
    ["a b", " a b "],
    ["100%"],
    ["5", 5],
    ["https://a.example/1", "http://A.example:80/1/#x", {"value": "https://a.example/1", "alt": "A"}],
    ["https://a.example/2"],
    [{"html": "<p>a"}],  # found by no text, but it is there
]
NAMES = ["category", "like-of", "x"]
WORDS = ["straße", "100%", "a_b", "ab", "ABC", "שלום"]
KINDS, STATUSES = ["note", "like", "card"], ["published", "draft", "scheduled", "deleted"]
VISIBILITIES, CHANNELS = ["public", "unlisted", "private"], ["walks", "pages"]

places = st.tuples(st.sampled_from(range(len(ROWS))), st.integers(0, 2))


@dataclass(frozen=True)
class Drawn:
    """A post before it is stored. minute: some share one. held: (name, row of ROWS, spelling)."""

    minute: int
    kind: str
    status: str
    visibility: str
    channels: frozenset[str]
    held: tuple[tuple[str, tuple[int, int]], ...]
    words: tuple[str, ...]


drawn = st.builds(
    Drawn,
    st.integers(0, 3),
    *map(st.sampled_from, (KINDS, STATUSES, VISIBILITIES)),
    st.frozensets(st.sampled_from(CHANNELS)),
    st.lists(st.tuples(st.sampled_from(NAMES), places), max_size=3).map(tuple),
    st.lists(st.sampled_from(WORDS), max_size=2).map(tuple),
)


def some(values):
    return st.just(()) | st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)


def minute(number, length=27):
    """The sortable text of it, or the beginning of that."""
    return times.sortable(NOW + timedelta(minutes=number))[:length]


moments = st.builds(minute, st.integers(-1, 4), st.sampled_from([16, 27]))
asked = st.tuples(
    st.builds(
        Filter,
        *map(some, (KINDS, KINDS, STATUSES, VISIBILITIES, CHANNELS, NAMES, NAMES)),
        values=st.just(()),
        between=st.none() | st.tuples(moments, moments),
        text=some([*WORDS, "STRASSE", "b", "%", "_"]).map(" ".join),
        unseen=st.booleans(),
    ),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(range(len(ROWS) - 1))), max_size=2),
)


def spelled(place):
    row, spelling = place
    return ROWS[row][spelling % len(ROWS[row])]


def holds(wanted, values, post):
    """The model: whether a post is one of those that are wanted."""
    seen = post.status == "published" and post.visibility != "private"
    names = {name for name, _ in post.held}
    tags = [spelled(place) for name, place in post.held if name == "category"]
    said = " ".join(
        [*post.words, *(str(tag.get("value", "") if isinstance(tag, dict) else tag) for tag in tags)]
    ).casefold()
    return (
        (wanted.unseen or seen)
        and (post.status in wanted.statuses if wanted.statuses else post.status != "deleted")
        and (not wanted.kinds or post.kind in wanted.kinds)
        and post.kind not in wanted.not_kinds
        and (not wanted.between or wanted.between[0] <= minute(post.minute) < wanted.between[1])
        and (not wanted.visibilities or post.visibility in wanted.visibilities)
        and (not wanted.channels or bool(post.channels & set(wanted.channels)))
        and names.issuperset(wanted.exists)
        and names.isdisjoint(wanted.not_exists)
        and {*values} <= {(name, row) for name, (row, _) in post.held}
        and all(word in said for word in wanted.text.casefold().split())
    )


def store_all(store, posts):
    """Store them in their order; returns their ids."""
    ids = []
    for number, post in enumerate(posts):
        properties = {"published": [times.rfc3339(NOW + timedelta(minutes=post.minute))]}
        if post.words:
            properties["content"] = [{"html": f"<p>{' '.join(post.words)}</p>"} if number % 2 else " ".join(post.words)]
        for name, place in post.held:
            properties.setdefault(name, []).append(spelled(place))
        deleted = post.status == "deleted"
        made = Post(
            f"/{number}",
            Item(("h-entry",), properties),
            post.kind,
            status="published" if deleted else post.status,
            visibility=post.visibility,
        )
        made = store.posts.add(made, NOW)
        if deleted:
            store.posts.change(made, replace(made, deleted=NOW), "delete", "", NOW)
        for channel in post.channels:
            store.database.execute(
                "INSERT INTO post_channels (post_id, channel) VALUES (:id, :channel)", id=made.id, channel=channel
            )
        ids.append(made.id)
    return ids


class RolledBackError(Exception):
    """Ends a transaction."""


@contextmanager
def tried(store):
    """A transaction that leaves nothing behind."""
    with suppress(RolledBackError), store.write():
        yield
        raise RolledBackError


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=st.lists(drawn, max_size=8), wanted=asked)
def test_the_statement_finds_what_the_model_does(store, posts, wanted):
    """Any filter on any posts: the same posts, the newest first, of two of one minute the later one."""
    filter_, values = wanted
    with tried(store):
        ids = store_all(store, posts)
        expected = [(post.minute, id_) for post, id_ in zip(posts, ids, strict=True) if holds(filter_, values, post)]
        texts = tuple((name, ROWS[row][0]) for name, row in values)
        found = store.finding.posts(replace(filter_, values=texts), 99)

        assert [id_ for _, id_ in sorted(expected, reverse=True)] == [post.id for post in found]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=st.lists(drawn, max_size=8), wanted=asked, limit=st.integers(1, 4))
def test_pages_join_both_ways(store, posts, wanted, limit):
    """Down by `older` and up by `newer`, the pages together are the list."""
    filter_, _ = wanted
    with tried(store):
        store_all(store, posts)
        whole = store.finding.posts(filter_, 99)
        down, up = [], []
        while page := store.finding.posts(filter_, limit, older=position(down[-1]) if down else None):
            down += page
        while whole and (page := store.finding.posts(filter_, limit, newer=position(up[0] if up else whole[-1]))):
            up = page + up

        assert whole == down == up + whole[-1:]
        assert whole[2:4] == store.finding.posts(filter_, 2, offset=2)


@pytest.mark.sqlite("its plans; of the other's: test_postgresql.py")
class TestPlans:
    """How SQLite goes about it: never through all posts without an index (DESIGN §7)."""

    @pytest.fixture
    def plan(self, store):
        """The steps of the one statement about posts that an action makes."""

        def explain(act):
            asked = []
            connection = store.database._connection().conn
            connection.set_trace_callback(asked.append)
            act()
            connection.set_trace_callback(None)
            (query,) = [sql for sql in asked if "SELECT" in sql]
            return [step["detail"] for step in store.database.query(f"EXPLAIN QUERY PLAN {query}")]

        return explain

    FILTERS = (
        Filter(),
        Filter(unseen=False),
        Filter(kinds=("note", "like"), statuses=("draft",), visibilities=("public",)),
        Filter(statuses=("published",), visibilities=("public",), unseen=False),
        Filter(exists=("photo",), not_exists=("category",)),
        Filter(text="two words"),
        Filter(not_kinds=("like", "reply"), visibilities=("public",), unseen=False),
    )
    PAGES = ({}, {"older": ("2026", 7)}, {"newer": ("2026", 7)}, {"older": ("2026", 7), "newer": ("2025", 7)})

    @pytest.mark.parametrize("filter_", FILTERS, ids=str)
    @pytest.mark.parametrize("page", PAGES, ids=str)
    def test_the_list_is_walked_from_where_the_page_begins(self, store, plan, filter_, page):
        """By the index of dates, in its order: nothing is sorted, and the thousandth page costs what the first does."""
        first, *others = plan(lambda: store.finding.posts(filter_, 20, **page))

        assert first.startswith(
            "SEARCH posts USING INDEX posts_published (published" if page else "SCAN posts USING INDEX"
        )
        assert not [step for step in others if "SCAN" in step or "B-TREE" in step]

    @pytest.mark.parametrize(
        "filter_",
        [
            Filter(values=(("like-of", "https://a.example/1"),)),
            Filter(values=(("category", "a"), ("category", "b")), exists=("photo",), text="words"),
            Filter(channels=("pages",)),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("page", PAGES, ids=str)
    def test_what_few_posts_have_is_looked_up(self, store, plan, filter_, page):
        """Only they are read, however many others there are."""
        first, *others = plan(lambda: store.finding.posts(filter_, 20, **page))

        assert "SEARCH posts USING INTEGER PRIMARY KEY (rowid=?)" == first
        assert any("USING COVERING INDEX post_properties_value (name=? AND value=?)" in step
                   or "USING COVERING INDEX post_channels_channel (channel=?)" in step for step in others)  # fmt: skip
        assert not [step for step in others if "SCAN" in step]


@pytest.fixture
def add(store):
    """`add("/a", "note", published=[…])` stores a post."""

    def add(path, kind="note", visibility="public", **properties):
        item = Item(("h-entry",), {"published": [times.rfc3339(NOW)], **properties})
        return store.posts.add(Post(path, item, kind, visibility=visibility), NOW)

    return add


PUBLIC = Filter(visibilities=("public",), unseen=False)


def test_between_has_its_beginning_and_not_its_end(store, add):
    """As months join: nothing stands in two of them."""
    for hour in (10, 11, 12):
        add(f"/{hour}", published=[f"2026-07-23T{hour}:00:00Z"])
    since, until = (times.sortable(datetime(2026, 7, 23, hour, tzinfo=UTC)) for hour in (10, 12))

    assert ["/11", "/10"] == [post.path for post in store.finding.posts(replace(PUBLIC, between=(since, until)), 9)]


NAME = "Abc_-" * 8 + "xyz"
"""43 letters, as the name of a file begins."""


class TestHolding:
    """Which posts name a file of ours: whoever deletes it asks first."""

    @pytest.fixture
    def add(self, store):
        def add(path, **properties):
            return store.posts.add(Post(path, Item(("h-entry",), {"published": [times.rfc3339(NOW)], **properties}), "note"), NOW)

        return add

    @pytest.mark.parametrize(
        "properties",
        [
            {"photo": [f"http://site.example/media/{NAME}.jpg"]},
            {"photo": [{"value": f"http://site.example/media/{NAME}.jpg", "alt": "A"}]},
            {"content": [{"html": f'<p>See <img src="/media/{NAME}.jpg" alt="A">'}]},
            {"content": [f"![A](/media/{NAME}.jpg)"]},
            {"content": [f"A\n{NAME}.jpg"]},
            {"x": [{"type": ["h-cite"], "properties": {"y": [f"http://site.example%2Fmedia%2F{NAME}%2Ejpg?a#b"]}}]},
        ],
        ids=str,
    )
    def test_wherever_it_stands(self, store, add, properties):
        post = add("/a", **properties)
        add("/b", photo=["http://site.example/media/another.jpg"])

        assert [post] == store.finding.holding([f"{NAME}.jpg", "b" * 43 + ".webp"])

    def test_in_a_version_before(self, store, add):
        """Which may come back; it stays known as long as the post is."""
        before = add("/a", photo=[f"/media/{NAME}.jpg"])
        after = replace(before, item=replace(before.item, properties={"published": before.item.properties["published"]}))
        store.posts.change(before, after, "update", "", NOW)
        deleted = replace(after, deleted=NOW)
        store.posts.change(after, deleted, "delete", "", NOW)

        assert [deleted] == store.finding.holding([f"{NAME}.jpg"])

    def test_no_other(self, store, add):
        add("/a", photo=[f"/media/{NAME}.jpg"])

        assert [] == store.finding.holding([f"{NAME[:-1]}a.jpg"]) == store.finding.holding([])

    def test_what_was_there_before_the_index(self, store, add):
        """After the migration: posts and their versions."""
        before = add("/a", photo=[f"/media/{NAME}.jpg"])
        after = replace(before, item=replace(before.item, properties={"published": ["2026-07-23T12:00:00Z"], "photo": ["/media/" + "b" * 43]}))
        store.posts.change(before, after, "update", "", NOW)
        store.database.execute("DELETE FROM post_files")
        store.posts.reindex()

        assert [after.id] * 2 == [store.finding.holding([name])[0].id for name in (f"{NAME}.jpg", "b" * 43 + ".png")]
