"""How many posts there are of a tag, and in a month."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from indie import times
from indie.mf2.item import Item
from indie.posts.post import Post

NOW = datetime(2026, 7, 23, 12, tzinfo=UTC)


@pytest.fixture
def add(store):
    """`add("/a", "note", published=[…])` stores a post."""

    def add(path, kind="note", visibility="public", status="published", **properties):
        item = Item(("h-entry",), {"published": [times.rfc3339(NOW)], **properties})
        return store.posts.add(Post(path, item, kind, visibility=visibility, status=status), NOW)

    return add


class TestMonths:
    def test_each_once_the_newest_first(self, store, add):
        """Of the date that a post shows, as on the page of the month."""
        dates = ("2025-12-31T23:30:00-01:00", "2025-12-01T10:00:00Z", "2024-02-29T10:00:00Z", "0999-12-01T00:00:00Z")
        for number, date in enumerate(dates):
            add(f"/{number}", published=[date])

        assert [("2025-12", 2), ("2024-02", 1), ("0999-12", 1)] == store.tallies.months()

    def test_not_of_kinds_that_are_left_out(self, store, add):
        add("/a", "like")
        add("/b", "reply")
        add("/c", "note", published=["2024-02-29T10:00:00Z"])

        assert [("2024-02", 1)] == store.tallies.months(("like", "reply"))


class TestTags:
    def test_the_key_of_each_once(self, store, add):
        """Of categories and of texts, as it was spelled last."""
        add("/a", category=["Open Web", "goats"])
        add("/b", content=["#Goats and #llamas"], category=["https://ann.example/"])

        assert [("goats", "Goats", 2), ("llamas", "llamas", 1), ("open web", "Open Web", 1)] == store.tallies.tags()

    @pytest.mark.parametrize("way", [{"visibility": "unlisted"}, {"visibility": "private"}, {"status": "draft"}], ids=str)
    def test_only_of_posts_that_lists_may_name(self, store, add, way):
        add("/a", category=["goats"], **way)

        assert ([], []) == (store.tallies.tags(), store.tallies.months())

    def test_an_update_counts_what_there_is_now(self, store, add):
        post = add("/a", category=["goats", "llamas"])
        store.posts.change(post, replace(post, item=post.item.__class__(("h-entry",), {
            **post.item.properties, "category": ["llamas", "news"], "published": ["2025-01-01T00:00:00Z"],
        }), kind="article"), "update", "", NOW)  # fmt: skip

        assert ["llamas", "news"] == [tag for tag, _, _ in store.tallies.tags()]
        assert [("2025-01", 1)] == store.tallies.months()

    def test_a_deleted_post_counts_no_more_and_comes_back(self, store, add):
        post = add("/a", category=["goats"])
        gone = replace(post, deleted=NOW)
        store.posts.change(post, gone, "delete", "", NOW)
        assert ([], []) == (store.tallies.tags(), store.tallies.months())

        store.posts.change(gone, post, "undelete", "", NOW)
        assert [("goats", "goats", 1)] == store.tallies.tags()

    def test_a_reindex_counts_the_same(self, store, add):
        add("/a", category=["goats"])
        add("/b", category=["goats"], visibility="unlisted")
        counted = store.tallies.tags(), store.tallies.months()

        store.posts.reindex()

        assert counted == (store.tallies.tags(), store.tallies.months())
