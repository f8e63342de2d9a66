"""Posts in the database: what is found by which path, and which posts stand on a page."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from indie import times, urls
from indie.mf2.item import Item
from indie.posts.post import Post
from indie.store.posts import ANSWERS

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")


def post(path="/2026/07/23/a", published="2026-07-23T17:00:00-05:00", *, kind="note", **more):
    """A post that is not stored yet; further arguments are fields of Post, `properties` of its item."""
    properties = {"content": ["Words."], "published": [published]} | more.pop("properties", {})
    return Post(path, Item(("h-entry",), properties), kind, **more)


@pytest.fixture
def add(store):
    """Store a post; returns it with its id."""
    return lambda *arguments, **more: store.posts.add(post(*arguments, **more), NOW)


def paths(posts):
    return [each.path for each in posts]


class TestOne:
    def test_it_is_found_at_its_path(self, store, add):
        """All of it comes back as it was."""
        added = add(status="draft", visibility="private", client_id="https://client.example/")

        assert 0 < added.id
        assert added == store.posts.at("/2026/07/23/a") == store.posts.by_id(added.id)

    def test_nothing_is_found_elsewhere(self, store, add):
        """No other path and no other id."""
        add()

        assert [None] * 3 == [store.posts.at("/2026/07/23/b"), store.posts.at(""), store.posts.by_id(99)]

    @pytest.mark.parametrize(
        "value",
        [1.10, 12345678901234567890, True, None, "100% sure + C++ & <b>", "🤓", "שלום", "a\nb", [["x"]], {"a": {"b": 1}}],
    )
    def test_whatever_was_sent_comes_back(self, store, add, value):
        """mf2 is kept as it came: numbers, order, every character."""
        add(properties={"x-unknown": [value, "second"]})

        assert [value, "second"] == store.posts.at("/2026/07/23/a").item.properties["x-unknown"]

    def test_the_offset_of_its_date_comes_back(self, store, add):
        """The column beside it is UTC; the post keeps the hour on its author's wall."""
        add(published="2026-07-23T17:00:00-05:00")

        assert "2026-07-23T17:00:00-05:00" == times.rfc3339(store.posts.at("/2026/07/23/a").published)

    def test_a_path_is_given_once(self, store, add):
        """Two posts never stand at one address, whatever the slug says."""
        add()

        with pytest.raises(store.database.errors, match=r"(?i)unique"):
            add()


class TestChange:
    """A new version takes the place of the one before, which is kept."""

    @pytest.fixture
    def changed(self, store, add):
        before = add()
        after = replace(before, item=replace(before.item, properties={**before.item.properties, "content": ["New."]}))
        store.posts.change(before, replace(after, updated=NOW + timedelta(days=1)), "update", "https://app.example/", NOW)
        return store.posts.by_id(before.id)

    def test_the_new_one_is_found(self, changed):
        assert ("New.", NOW + timedelta(days=1)) == (changed.item.text("content"), changed.updated)

    def test_the_one_before_is_kept(self, store, changed):
        (revision,) = store.database.query("SELECT * FROM revisions")

        assert (changed.id, "update", "https://app.example/") == (
            revision["post_id"],
            revision["change"],
            revision["client_id"],
        )
        assert "Words." in revision["mf2"]

    def test_who_posted_it_stays_who_posted_it(self, changed):
        assert "" == changed.client_id

    def test_deleting_and_undeleting_are_versions_too(self, store, add):
        before = add()
        store.posts.change(before, replace(before, deleted=NOW), "delete", "", NOW)
        deleted = store.posts.by_id(before.id)
        store.posts.change(deleted, replace(deleted, deleted=None), "undelete", "", NOW)

        assert NOW == deleted.deleted
        assert before == store.posts.by_id(before.id)
        assert 2 == len(store.database.query("SELECT id FROM revisions"))


class TestPaths:
    """Paths are for ever."""

    def test_a_path_is_taken_once_it_was_given(self, store, add):
        add()

        assert [True, False] == [store.posts.taken("/2026/07/23/a"), store.posts.taken("/2026/07/23/b")]

    def test_with_a_number_it_is_told_whether_a_path_is_taken(self, store, add):
        """No two posts get one number; 0 is none, and left to the engine."""
        add()
        places = [store.posts.place(path) for path in ("/2026/07/23/a", "/2026/07/23/b")]

        assert [True, False] == [taken for _, taken in places]
        assert {number for number, _ in places} == {0} or places[0][0] < places[1][0]

    def test_a_deleted_post_keeps_its_path(self, store, add):
        gone = add()
        store.posts.change(gone, replace(gone, deleted=NOW), "delete", "", NOW)

        assert store.posts.taken("/2026/07/23/a")
        assert gone.id == store.posts.at("/2026/07/23/a").id

    def test_an_old_path_leads_to_the_post(self, store, add):
        """A second row of `paths` is all that a move needs; both are the post's."""
        moved = add()
        store.database.execute("INSERT INTO paths (path, post_id, created) VALUES ('/old', :id, '')", id=moved.id)

        assert moved == store.posts.at("/old")
        assert {"/old", "/2026/07/23/a"} == set(store.posts.paths(moved.id))


class TestAnswering:
    """The owner's own replies are found from what they answer."""

    @pytest.mark.parametrize("name", ANSWERS)
    def test_it_is_found_by_what_it_answers(self, add, store, name):
        answer = add(properties={name: ["https://a.example/1"]})

        assert [answer] == store.posts.answering([urls.key("http://a.example/1/")])

    def test_one_that_nobody_may_see_is_not(self, add, store):
        add("/a", properties={"in-reply-to": ["https://a.example/1"]}, status="draft")
        add("/b", properties={"in-reply-to": ["https://a.example/1"]}, visibility="private")

        assert [] == store.posts.answering(["a.example/1"])

    def test_a_new_version_answers_anew(self, add, store):
        before = add(properties={"in-reply-to": ["https://a.example/1"]})
        item = replace(before.item, properties={**before.item.properties, "in-reply-to": ["https://a.example/2"]})
        after = replace(before, item=item)
        store.posts.change(before, after, "update", "", NOW)

        assert [] == store.posts.answering(["a.example/1"])
        assert [after] == store.posts.answering(["a.example/2"])

    def test_a_thousand_addresses_can_be_asked_for(self, add, store):
        answer = add(properties={"in-reply-to": ["https://a.example/999"]})

        assert [answer] == store.posts.answering([f"a.example/{number}" for number in range(1000)])
