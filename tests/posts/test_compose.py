"""From an item and its commands to a post; the clock and the taken paths are arguments."""

from datetime import datetime

import pytest

from indie.errors import InvalidRequest
from indie.mf2.item import Item
from indie.posts.compose import compose
from indie.posts.post import Post

NOW = datetime.fromisoformat("2026-07-23T17:04:09-05:00")


def composed(commands=None, kind="h-entry", taken=(), draft_only=False, client_id="", **properties):
    """The post made of these properties; underscores stand for hyphens."""
    named = {name.replace("_", "-"): values for name, values in properties.items()}
    return compose(
        Item((kind,), named),
        commands or {},
        NOW,
        lambda path: path in taken,
        draft_only=draft_only,
        client_id=client_id,
    )


def test_what_was_sent_is_what_is_kept():
    """Only the date is filled in, in the clock's own offset."""
    post = composed(content=["Hello"], category=["b", "a"], x_unknown=[{"a": 1}])

    assert {
        "content": ["Hello"],
        "category": ["b", "a"],
        "x-unknown": [{"a": 1}],
        "published": ["2026-07-23T17:04:09-05:00"],
    } == post.item.properties


def test_the_rest_is_an_index_of_it():
    """Path, kind, status, visibility; nothing is known of the database yet."""
    post = composed(in_reply_to=["https://a.example/"], name=["Re: Hello"], client_id="https://app.example/")

    assert post == Post("/2026/07/23/re-hello", post.item, "reply", client_id="https://app.example/")


def test_a_date_that_was_sent_stays_as_it_was_written():
    """Even in a spelling that is not our own."""
    post = composed(content=["x"], published=["2026-01-01 00:30+0100"])

    assert ["2026-01-01 00:30+0100"] == post.item.properties["published"]
    assert "/2026/01/01/x" == post.path
    assert datetime.fromisoformat("2026-01-01T00:30:00+01:00") == post.published


def test_a_taken_path_is_not_taken_again():
    assert "/2026/07/23/x-2" == composed(content=["x"], taken={"/2026/07/23/x"}).path


def test_an_event_keeps_its_url():
    """`url` of an h-entry is ours; that of anything else is its own."""
    assert ["https://a.example/"] == composed(kind="h-event", url=["https://a.example/"]).item.properties["url"]


def test_the_arguments_are_not_changed():
    """Two posts may be made of one item."""
    item = Item(("h-entry",), {"content": ["x"], "photo": ["https://a.example/1.jpg"]})
    before = item.to_json()
    compose(item, {"mp-photo-alt": ["One"]}, NOW, lambda _: False, draft_only=True)

    assert before == item.to_json()


@pytest.mark.parametrize(
    ("photos", "alts", "described"),
    [
        (["a"], ["One"], [{"value": "a", "alt": "One"}]),
        (["a", "b"], ["", "Two"], ["a", {"value": "b", "alt": "Two"}]),
        (["a", "b"], ["One"], ["a", "b"]),
        (["a"], [], ["a"]),
        ([{"value": "a", "alt": "Its own"}], ["Other"], [{"value": "a", "alt": "Its own"}]),
        (["a"], [{"no": "text"}], ["a"]),
    ],
)
def test_alts_are_joined_with_their_photos(photos, alts, described):
    """Only where there is one for each; never over one that is there already."""
    assert described == composed({"mp-photo-alt": alts}, photo=photos).item.properties["photo"]


def test_a_draft_scope_makes_a_draft():
    """In the truth and in the index."""
    post = composed(content=["x"], post_status=["published"], draft_only=True)

    assert ("draft", ["draft"]) == (post.status, post.item.properties["post-status"])


@pytest.mark.parametrize(
    ("status", "visibility", "deleted", "visible", "listed"),
    [
        ("published", "public", None, True, True),
        ("published", "unlisted", None, True, False),
        ("published", "private", None, False, False),
        ("draft", "public", None, False, False),
        ("published", "public", NOW, False, False),
    ],
)
def test_who_may_see_a_post(status, visibility, deleted, visible, listed):
    """Visible: its page is there for everybody. Listed: lists may name it."""
    post = Post("/a", Item(("h-entry",), {}), "note", status, visibility, deleted=deleted)

    assert (visible, listed) == (post.visible, post.listed)


def test_its_url_is_the_sites_with_its_path():
    assert "https://me.example/2026/a" == Post("/2026/a", Item(("h-entry",), {}), "note").url("https://me.example/")


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"content": [" "]},
        {"content": [{"html": ""}]},
        {"published": ["2026-07-23"]},
        {"url": ["https://a.example/"]},
        {"content": ["x"], "published": ["no date"]},
        {"content": ["x"], "published": [7]},
        {"content": ["x"], "updated": ["no date"]},
        {"content": ["x"], "post_status": ["queued"]},
        {"content": ["x"], "visibility": [{}]},
    ],
    ids=str,
)
def test_what_is_no_post_is_refused(properties):
    """With a sentence."""
    with pytest.raises(InvalidRequest, match=r"\.$"):
        composed(**properties)
