"""From a command to a post, and from one version to the next: pure, with clock and taken paths as arguments."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from indie.errors import InvalidRequest
from indie.mf2.item import Item
from indie.posts.compose import compose, recompose
from indie.posts.post import Post

NOW = datetime.fromisoformat("2026-07-23T12:00:00.250000+00:00")
LATER = NOW + timedelta(days=1)
PAST, FUTURE = "2020-01-01T00:00:00+00:00", "2030-01-01T00:00:00+00:00"


def made(taken=(), commands=None, **properties):
    """A post composed at NOW; `post_status` and its like are names with a hyphen."""
    named = {name.replace("_", "-"): values for name, values in properties.items()}
    return compose(Item(("h-entry",), named), commands or {}, NOW, set(taken).__contains__)


def changed(post, taken=(), commands=None, *, published_before=False, **properties):
    """The post recomposed a day later with these properties in it; None takes one away."""
    named = {name.replace("_", "-"): values for name, values in properties.items()}
    whole = {name: values for name, values in (post.item.properties | named).items() if values is not None}
    return recompose(
        post, replace(post.item, properties=whole), commands or {}, LATER, set(taken).__contains__,
        published_before=published_before,
    )  # fmt: skip


class TestStatus:
    @pytest.mark.parametrize(
        ("properties", "status"),
        [
            ({}, "published"),
            ({"post_status": ["published"]}, "published"),
            ({"post_status": ["draft"]}, "draft"),
            ({"published": [PAST]}, "published"),
            ({"published": [FUTURE]}, "scheduled"),
            ({"published": [FUTURE], "post_status": ["draft"]}, "draft"),
            ({"published": ["2026-07-23T14:00:00.250000+02:00"]}, "published"),
            ({"published": ["2026-07-23T14:00:00.250001+02:00"]}, "scheduled"),
        ],
    )
    def test_it_is_that_of_status_and_date(self, properties, status):
        """A post whose date is still to come waits for it, to the microsecond."""
        assert status == made(content=["x"], **properties).status

    @pytest.mark.parametrize(("status", "said"), [("published", "published"), ("draft", "draft"), ("scheduled", "published")])
    def test_clients_know_two(self, status, said):
        assert said == Post("/x", Item(("h-entry",), {}), "note", status).post_status

    @pytest.mark.parametrize("word", ["scheduled", "Draft", "deleted", 1, None])
    def test_no_other_word(self, word):
        with pytest.raises(InvalidRequest, match="published, draft"):
            made(content=["x"], post_status=[word])

    def test_a_scheduled_post_is_not_seen(self):
        post = made(content=["x"], published=[FUTURE])
        assert (False, False) == (post.visible, post.listed)


class TestPhotos:
    @pytest.mark.parametrize("commands", [{}, {"mp-photo-alt": []}, {"mp-photo-alt": [""]}])
    def test_a_post_without_any_gets_none(self, commands):
        assert "photo" not in made(content=["x"], commands=commands).item.properties

    def test_words_for_pictures_that_come_later(self):
        post = made(photo=["http://a.example/1.jpg"])

        assert [{"value": "http://a.example/1.jpg", "alt": "A gate"}] == changed(
            post, commands={"mp-photo-alt": ["A gate"]}
        ).item.properties["photo"]


class TestNothingChanged:
    """Then it is the very post that it was."""

    @pytest.mark.parametrize(
        "properties",
        [{}, {"content": ["x"]}, {"post_status": ["published"]}, {"visibility": ["public"]}, {"category": ["a", "b"]}],
    )
    def test_what_it_says_already(self, properties):
        post = made(content=["x"], category=["a", "b"])
        assert post is changed(post, **properties)

    @pytest.mark.parametrize("commands", [{"mp-slug": ["x"]}, {"mp-slug": ["X!"]}, {"mp-photo-alt": ["y"]}, {"mp-what": ["y"]}])
    def test_commands_that_ask_for_what_is(self, commands):
        post = made(content=["x"])
        assert post is changed(post, commands=commands)

    def test_a_scheduled_post_stays_one(self):
        post = made(content=["x"], published=[FUTURE])
        assert post is changed(post)


class TestChanged:
    @pytest.mark.parametrize(
        "properties",
        [
            {"content": ["y"]},
            {"category": ["b", "a"]},
            {"flag": [1]},
            {"category": None},
            {"visibility": ["private"]},
            {"published": [PAST]},
            {"updated": [PAST]},
        ],
    )
    def test_it_differs_and_says_when(self, properties):
        """The order counts, and 1 is not true."""
        post = made(content=["x"], category=["a", "b"], flag=[True])
        after = changed(post, **properties)

        assert post != after
        assert [PAST if "updated" in properties else "2026-07-24T12:00:00+00:00"] == after.item.properties["updated"]

    def test_its_date_is_exact_beside_the_item(self):
        """So that two changes within a second are two."""
        assert LATER == changed(made(content=["x"]), content=["y"]).updated

    def test_the_kind_is_found_anew(self):
        post = made(content=["x"])
        assert ("note", "reply") == (post.kind, changed(post, in_reply_to=["http://a.example/"]).kind)

    @pytest.mark.parametrize(
        "properties",
        [{"published": ["soon"]}, {"published": [3]}, {"updated": ["x"]}, {"visibility": ["x"]}, {"post_status": ["x"]}],
    )
    def test_what_cannot_be_is_refused(self, properties):
        with pytest.raises(InvalidRequest):
            changed(made(content=["x"]), **properties)

    def test_the_given_post_and_item_stay_as_they_were(self):
        post = made(content=["x"], photo=["http://a.example/1.jpg"])
        before = repr(post)
        changed(post, content=["y"], commands={"mp-photo-alt": ["A gate"]})

        assert before == repr(post)


class TestPath:
    def test_it_stays_whatever_the_post_becomes(self):
        post = made(content=["Some words"])
        after = changed(post, name=["A title"], published=[PAST], in_reply_to=["http://a.example/"])

        assert "/2026/07/23/some-words" == post.path == after.path

    def test_a_slug_changes_it_and_nothing_else_of_it(self):
        """The folder is that of the day it was first given, whatever the date is now."""
        post = changed(made(content=["x"]), published=[PAST])

        assert "/2026/07/23/a-gate" == changed(post, commands={"mp-slug": ["A gate!"]}).path

    @pytest.mark.parametrize("slug", ["", "/", "吾輩", 5, None])
    def test_what_makes_no_slug_changes_nothing(self, slug):
        post = made(content=["x"])
        assert post is changed(post, commands={"mp-slug": [slug]})

    def test_one_that_is_taken_gets_a_number(self):
        post = made(content=["x"])
        taken = ["/2026/07/23/y", "/2026/07/23/y-2"]

        assert "/2026/07/23/y-3" == changed(post, taken, commands={"mp-slug": ["y"]}).path


class TestPublishing:
    """A draft that is published for the first time is new: dated now, and never edited."""

    @pytest.mark.parametrize("date", [{}, {"published": [PAST]}])
    def test_it_is_dated_now(self, date):
        draft = changed(made(content=["x"], post_status=["draft"], **date), content=["y"])
        post = changed(draft, post_status=["published"])

        assert ("published", LATER.replace(microsecond=0), None) == (post.status, post.published, post.updated)
        assert "updated" not in post.item.properties

    def test_a_date_that_comes_with_it_counts(self):
        draft = made(content=["x"], post_status=["draft"])

        assert [PAST] == changed(draft, post_status=["published"], published=[PAST]).item.properties["published"]

    def test_a_draft_for_a_later_day_waits_for_it(self):
        draft = made(content=["x"], post_status=["draft"], published=[FUTURE])
        post = changed(draft, post_status=["published"])

        assert ("scheduled", [FUTURE]) == (post.status, post.item.properties["published"])

    def test_without_a_status_it_is_published_too(self):
        """`update.apply` never takes it away; an item from elsewhere may have none."""
        assert "published" == changed(made(content=["x"], post_status=["draft"]), post_status=None).status

    def test_what_was_public_before_keeps_its_date(self):
        draft = made(content=["x"], post_status=["draft"], published=[PAST])
        post = changed(draft, post_status=["published"], published_before=True)

        assert ([PAST], LATER) == (post.item.properties["published"], post.updated)

    def test_a_scheduled_post_keeps_its_date(self):
        """When its time has come, nothing of it changes but that."""
        post = made(content=["x"], published=["2026-07-24T00:00:00+00:00"])
        after = changed(post)

        assert ("scheduled", "published") == (post.status, after.status)
        assert (post.item, None) == (after.item, after.updated)

    def test_a_date_to_come_takes_a_post_off_its_page(self):
        post = made(content=["x"])
        assert "scheduled" == changed(post, published=[FUTURE], published_before=True).status
