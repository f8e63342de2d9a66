"""The one door: what a change does to a post and to its past, all of it or nothing."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indie import outbox, publishing, times
from indie.errors import InvalidRequest
from indie.mf2.item import Item
from indie.micropub import syntax, update
from indie.store.revisions import Version

ME = "http://site.example/"
APP = "https://app.example/"
NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def make(store, storage):
    """`make(content="x")` is a new post of these properties."""

    def create(now=NOW, **properties):
        named = {name.replace("_", "-"): [value] for name, value in properties.items()}
        return publishing.create(store, storage, ME, now, Item(("h-entry",), named), {}, client_id=APP)

    return create


@pytest.fixture
def replace(store):
    """`replace(post, content=["y"])` puts these properties in; returns the post as it is then."""

    def change(post, now=LATER, commands=None, **properties):
        named = {name.replace("_", "-"): values for name, values in properties.items()}
        return publishing.update(
            store, ME, now, post, lambda before: item(before, named), commands or {}, client_id="https://other.example/"
        )

    return change


def item(post, properties):
    return Item(post.item.type, post.item.properties | properties)


class TestUpdate:
    def test_it_changes_the_post_as_it_is_now(self, store, make, replace):
        """Not as it was when somebody looked: nothing that others did meanwhile is lost."""
        seen = make(content="x")
        replace(seen, category=["a"])
        replace(seen, name=["n"])

        assert ["a"] == store.posts.by_id(seen.id).item.properties["category"]

    def test_what_its_change_raises_changes_nothing(self, store, make):
        post = make(content="x")

        def refuse(_):
            raise InvalidRequest("no")

        with pytest.raises(InvalidRequest):
            publishing.update(store, ME, LATER, post, refuse, {})
        assert (post, 1) == (store.posts.by_id(post.id), store.revisions.number(post.id))

    def test_the_version_before_is_kept_with_who_changed_it(self, store, make, replace):
        post = make(content="x")
        replace(post, content=["y"])

        assert [(1, "x", "create", APP, NOW), (2, "y", "update", "https://other.example/", LATER)] == [
            (version.number, version.item.text("content"), version.change, version.client_id, version.at)
            for version in store.revisions.of(post.id)
        ]

    def test_nothing_is_kept_where_nothing_changed(self, store, make, replace):
        post = make(content="x")

        assert post == replace(post, content=["x"])
        assert 1 == store.revisions.number(post.id)

    def test_a_deleted_post_is_not_changed(self, store, make, replace):
        post = make(content="x")
        publishing.delete(store, post, ME, NOW)

        with pytest.raises(InvalidRequest, match="undelete it first"):
            replace(post, content=["y"])

    def test_the_index_follows(self, store, make, replace):
        """Of what it answers, and what kind it is."""
        post = replace(make(content="x"), in_reply_to=["http://them.example/1"])

        assert "reply" == post.kind
        assert [post] == store.posts.answering(["them.example/1"])


class TestHide:
    def test_who_never_took_a_webmention_is_left_alone(self, store, make, replace):
        """What the outbox says of him stays."""
        post = make(content="See http://them.example/1")
        with store.write():
            (delivery,) = store.deliveries.of(post.id)
            store.deliveries.record(delivery.id, "no endpoint", "", NOW)
        replace(post, visibility=["private"])

        assert ["no endpoint"] == [delivery.state for delivery in store.deliveries.of(post.id)]


class TestTell:
    """A post that did not change tells only those whom it has not told."""

    TARGETS = tuple(f"http://{name}.example/" for name in ("sent", "refused", "failed", "due", "none"))

    @pytest.fixture
    def post(self, store, make):
        """A post whose links went in every way that there is."""
        post = make(content=" ".join(self.TARGETS))
        states = ("sent", "refused", "failed", "due", "no endpoint")
        with store.write():
            for delivery, state in zip(store.deliveries.of(post.id), states, strict=True):
                store.deliveries.record(delivery.id, state, "", NOW)
                store.jobs.cancel(f"{outbox.SEND} {delivery.id}")
        return post

    def waiting(self, store):
        """The targets that a job is there for."""
        rows = store.database.query("SELECT lane FROM jobs WHERE name = :name ORDER BY id", name=outbox.SEND)
        return [f"http://{row['lane']}/" for row in rows]

    def test_who_took_it_is_left_alone(self, store, post):
        assert 4 == outbox.tell(store, post, ME, LATER)
        assert set(self.TARGETS[1:]) == set(self.waiting(store))
        assert ["sent", *["due"] * 4] == [delivery.state for delivery in store.deliveries.of(post.id)]

    def test_a_link_that_nobody_knew_of_is_told(self, store, post):
        """Such as that of a person who is mentioned, and whose address came later."""
        store.database.execute("DELETE FROM deliveries WHERE target = :target", target=self.TARGETS[0])
        assert 5 == outbox.tell(store, post, ME, LATER)

    def test_what_is_hidden_tells_only_who_knew_it(self, store, post, replace):
        """A target that took it once, and did not hear the last."""
        replace(post, visibility=["private"])
        store.database.execute("UPDATE deliveries SET state = 'failed' WHERE told = 1")
        assert 1 == outbox.tell(store, post, ME, LATER)
        assert [self.TARGETS[0]] == [one.target for one in store.deliveries.of(post.id) if one.state == "due" and one.told]

    def test_undeleted_it_tells_everybody_again(self, store, post):
        publishing.delete(store, post, ME, LATER)
        publishing.undelete(store, post, ME, LATER)
        assert ["due"] * 5 == [delivery.state for delivery in store.deliveries.of(post.id)]

    def test_own_pages_are_told_nothing(self, store, make):
        post = make(content=f"See {ME}about.")
        assert (0, []) == (outbox.tell(store, post, ME, LATER), store.deliveries.of(post.id))

    def test_removed_links_are_remembered(self, store, post, replace):
        """A change tells them too, whatever became of them."""
        replace(post, content=["Nothing any more."])
        replace(post, content=["Nothing at all."])
        assert ["due"] * 5 == [delivery.state for delivery in store.deliveries.of(post.id)]


class TestSchedule:
    @pytest.fixture
    def soon(self, make):
        """A post that is to be published in an hour."""
        return make(content="Soon.", published=times.rfc3339(LATER), in_reply_to="http://them.example/1")

    def due(self, store):
        """The times at which a post is to be published."""
        rows = store.database.query("SELECT due FROM jobs WHERE name = :name ORDER BY due", name=publishing.PUBLISH)
        return [times.from_sortable(row["due"]) for row in rows]

    def test_its_time_is_that_of_its_date(self, store, soon):
        assert ("scheduled", [LATER]) == (soon.status, self.due(store))

    def test_nothing_is_sent_before(self, store, soon):
        assert [] == store.deliveries.of(soon.id)

    def test_nothing_happens_too_early(self, store, soon):
        """A job of an earlier date finds that it has been put off."""
        publishing.publish(store, soon, ME, LATER - timedelta(seconds=1))

        assert soon == store.posts.by_id(soon.id)

    def test_at_its_time_it_is_published_and_told(self, store, soon):
        """With the date that it was given; it was never edited."""
        publishing.publish(store, soon, ME, LATER)
        post = store.posts.by_id(soon.id)

        assert ("published", LATER, None) == (post.status, post.published, post.updated)
        assert ["http://them.example/1"] == [delivery.target for delivery in store.deliveries.of(post.id)]

    def test_once(self, store, soon):
        """Every job may run twice."""
        for minute in range(3):
            publishing.publish(store, soon, ME, LATER + timedelta(minutes=minute))

        assert ["create", "publish"] == [version.change for version in store.revisions.of(soon.id)]

    def test_another_date_is_another_time(self, store, soon, replace):
        """Later or earlier."""
        for hours in (3, 2):
            replace(soon, now=NOW, published=[times.rfc3339(NOW + timedelta(hours=hours))])
        assert [NOW + timedelta(hours=hours) for hours in (1, 2, 3)] == self.due(store)
        publishing.publish(store, soon, ME, LATER)
        assert "scheduled" == store.posts.by_id(soon.id).status
        publishing.publish(store, soon, ME, NOW + timedelta(hours=2))
        assert "published" == store.posts.by_id(soon.id).status

    @pytest.mark.parametrize("now", [NOW, LATER + timedelta(days=1)])
    def test_a_deleted_one_is_not_published(self, store, soon, now):
        """Undeleted it waits again, or comes at once if its time has passed."""
        publishing.delete(store, soon, ME, NOW)
        publishing.publish(store, soon, ME, LATER)
        assert "scheduled" == store.posts.by_id(soon.id).status
        publishing.undelete(store, soon, ME, now)
        publishing.publish(store, soon, ME, max(now, LATER))
        assert store.posts.by_id(soon.id).visible

    def test_a_draft_has_no_time(self, store, make):
        draft = make(content="x", published=times.rfc3339(LATER), post_status="draft")
        publishing.publish(store, draft, ME, LATER)

        assert ([], "draft") == (self.due(store), store.posts.by_id(draft.id).status)


class TestRestore:
    def test_it_says_again_what_it_said(self, store, make, replace):
        """As a change of its own: what was said in between is kept too."""
        post = make(content="first")
        replace(post, content=["second"], category=["a"])
        restored = publishing.restore(store, post, 1, ME, LATER)

        assert {"content": ["first"]} == {
            name: values for name, values in restored.item.properties.items() if name in ("content", "category")
        }
        assert ["create", "update", "restore"] == [version.change for version in store.revisions.of(post.id)]

    def test_everybody_is_told_again(self, store, make, replace):
        post = make(content="See http://old.example/1")
        replace(post, content=["See http://new.example/1"])
        with store.write():
            for delivery in store.deliveries.of(post.id):
                store.deliveries.record(delivery.id, "sent", "", NOW, status=200)
        publishing.restore(store, post, 1, ME, LATER)

        assert {("http://old.example/1", "due"), ("http://new.example/1", "due")} == {
            (delivery.target, delivery.state) for delivery in store.deliveries.of(post.id)
        }

    def test_who_may_see_it_stays(self, make, replace, store):
        """A version from before it was hidden does not bring it to light."""
        post = make(content="first", published="2020-01-01T00:00:00+00:00")
        replace(post, content=["second"], visibility=["private"], published=["2021-01-01T00:00:00+00:00"])
        restored = publishing.restore(store, post, 1, ME, LATER)

        assert ("first", "private", 2021) == (
            restored.item.text("content"), restored.visibility, restored.published.year
        )  # fmt: skip

    def test_a_deleted_post_comes_back(self, make, store):
        post = make(content="x")
        publishing.delete(store, post, ME, NOW)

        assert publishing.restore(store, post, 1, ME, LATER).visible

    @pytest.mark.parametrize("number", [0, -1, 3, 99])
    def test_there_must_be_such_a_version(self, make, replace, store, number):
        post = make(content="x")
        replace(post, content=["y"])

        with pytest.raises(InvalidRequest, match="there are 1 to 2"):
            publishing.restore(store, post, number, ME, LATER)

    def test_the_present_one_changes_nothing(self, make, store):
        post = make(content="x")

        assert post == publishing.restore(store, post, 1, ME, LATER)
        assert 1 == store.revisions.number(post.id)


class TestHistory:
    def test_deleting_and_undeleting_are_versions(self, make, store):
        post = make(content="x")
        publishing.delete(store, post, ME, LATER, "https://a.example/")
        publishing.undelete(store, post, ME, LATER, "https://b.example/")

        assert [
            Version(1, post.item, "create", APP, NOW),
            Version(2, post.item, "delete", "https://a.example/", LATER),
            Version(3, post.item, "undelete", "https://b.example/", LATER),
        ] == store.revisions.of(post.id)

    def test_none_of_a_post_that_is_not_there(self, store):
        assert [] == store.revisions.of(99)

    def test_of_this_post_alone(self, make, replace, store):
        one, two = make(content="one"), make(content="two")
        replace(one, content=["one again"])

        assert (2, 1) == (store.revisions.number(one.id), store.revisions.number(two.id))
        assert ["two"] == [version.item.text("content") for version in store.revisions.of(two.id)]


values = st.lists(st.sampled_from(["a", "b", 5, True, "https://a.example/p.jpg", {"html": "<p>a"}, {"x": [1]}]), max_size=3)
names = st.sampled_from(["category", "content", "x-what", "name"])
parts = st.dictionaries(names, values, max_size=3)
updates = st.builds(syntax.Update, st.just(ME), parts, parts, parts | st.lists(names, max_size=2), st.just({}))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts.filter(lambda sent: any(sent.values())), st.lists(updates, max_size=4))
def test_the_store_does_what_the_algebra_says(store, storage, sent, changes):
    """Random posts, random updates: what is read back is what the pure functions make; a refused one leaves no trace."""
    kept = {name: found for name, found in sent.items() if found}
    post = publishing.create(store, storage, ME, NOW, Item(("h-entry",), {"rsvp": ["x"], **kept}), {})
    model, made = post.item, 1
    for number, change in enumerate(changes):
        now = NOW + timedelta(minutes=number + 1)
        try:
            expected = update.apply(model, change)
        except InvalidRequest:
            expected = model
        made += written(expected) != written(model)
        model = expected
        try:
            publishing.update(store, ME, now, post, lambda before, change=change: update.apply(before.item, change), {})
        except InvalidRequest:
            assert written(expected) == written(store.posts.by_id(post.id).item)
    stored = store.posts.by_id(post.id)

    assert written(model) == written(stored.item)
    assert made == store.revisions.number(post.id)
    assert ([post.path], post.published) == (store.posts.paths(post.id), stored.published)


def written(found):
    """An item as it is stored, without the date that every change brings."""
    properties = {name: values for name, values in found.properties.items() if name != "updated" and values}
    return repr(sorted(properties.items()))
