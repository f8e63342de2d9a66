"""What the owner prefers: how each preference is written, and what it means."""

import re
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from indie import preferences
from indie.mf2 import post_type
from indie.preferences import Channel, Preferences, Service, Target

MASTODON = '{"uid": "https://mas.example/@me", "name": "Mastodon", "checked": true, "service": {"name": "Mastodon", "url": "https://mas.example/"}}'


def test_the_defaults():
    """Plain text is text (DESIGN §2), dates are UTC, there are no lists and no copies."""
    assert Preferences(content="text", content_by_client=(), time_zone=UTC, channels=(), syndicate_to=()) == preferences.DEFAULT


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("content", " markdown ", "markdown"),
        ("content", "text", "text"),
        ("content_by_client", '{"https://ia.example/writer": "markdown"}', (("https://ia.example/writer", "markdown"),)),
        ("content_by_client", "{}", ()),
        ("time_zone", "Europe/Berlin", ZoneInfo("Europe/Berlin")),
        ("time_zone", "UTC", UTC),
        ("channels", '[{"uid": "walks", "name": "Long walks"}]', (Channel("walks", "Long walks"),)),
        ("channels", "[]", ()),
        ("syndicate_to", f"[{MASTODON}]", (
            Target("https://mas.example/@me", "Mastodon", checked=True, service=Service("Mastodon", "https://mas.example/")),
        )),
        ("syndicate_to", '[{"uid": "a", "name": "A"}]', (Target("a", "A", checked=False, service=None, by="other"),)),
        ("syndicate_to", '[{"uid": "https://a.example/", "name": "A", "by": "webmention"}]', (
            Target("https://a.example/", "A", by="webmention"),
        )),
        ("license", "https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
        ("hubs", "https://hub.example/ http://b.example/?x=1,2", ("https://hub.example/", "http://b.example/?x=1,2")),
        ("close_after", "14", 14),
        ("hubs", "https://hub.example/ https://hub.example/", ("https://hub.example/",)),
    ],
)  # fmt: skip
def test_it_is_read(name, text, value):
    assert value == preferences.read(name, text)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("contents", "text", "there is no preference “contents”; there are content, "),
        ("content", "html", "content: give text or markdown"),
        ("content_by_client", '{"ia": "markdown"}', "content_by_client: give JSON such as"),
        ("content_by_client", '["markdown"]', "content_by_client: give JSON such as"),
        ("content_by_client", '{"https://ia.example/": "html"}', "content_by_client: give text or markdown"),
        ("time_zone", "Berlin", "time_zone: give the IANA name"),
        ("hubs", "hub.example", "hubs: give the addresses of hubs, with spaces between them; one is none: it does not begin"),
        ("time_zone", "../../etc/passwd", "time_zone: give the IANA name"),
        ("time_zone", "Europe", "time_zone: give the IANA name"),
        ("channels", "walks", "channels: give a JSON list"),
        ("channels", '{"uid": "walks"}', "channels: give a JSON list"),
        ("channels", '[{"uid": "walks"}]', "channels: each needs a uid and a name"),
        ("channels", '[{"uid": " ", "name": "A"}]', "channels: each needs a uid and a name"),
        ("channels", '[{"uid": "a", "name": "A"}, {"uid": "a", "name": "B"}]', "channels: two have the same uid"),
        ("channels", '[{"uid": "a", "name": "A", "checked": true}]', "channels: a: “checked” cannot be there"),
        ("syndicate_to", '[{"uid": "a", "name": "A", "checked": "yes"}]', "syndicate_to: a: “checked” cannot be there"),
        ("syndicate_to", '[{"uid": "a", "name": "A", "service": {}}]', "syndicate_to: the service of a needs a name"),
        ("syndicate_to", '[{"uid": "a", "name": "A", "service": {"name": "A", "x": "y"}}]', "syndicate_to: the service of a needs"),
        ("syndicate_to", '[{"uid": "a", "name": "A", "by": "mail"}]', "syndicate_to: a: “by” is webmention or other"),
        ("syndicate_to", '[{"uid": "a", "name": "A", "by": 1}]', "syndicate_to: a: “by” cannot be there, or not so"),
        ("syndicate_to", '[{"uid": "a", "name": "A", "by": "webmention"}]', "syndicate_to: a: to be told by webmention"),
        ("syndicate_to", "[" * 100_000, "syndicate_to: give a JSON list"),
    ],
)
def test_what_it_cannot_be_is_said_in_a_sentence(name, text, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        preferences.read(name, text)


@pytest.mark.parametrize(
    ("uid", "by"),
    [
        ("https://brid.gy/publish/mastodon", "webmention"),
        ("https://brid.gy/publish/bluesky?bridgy_omit_link=maybe", "webmention"),
        ("https://fed.brid.gy/", "webmention"),
        ("https://fed.brid.gy", "webmention"),
        ("https://brid.gy/", "other"),
        ("https://brid.gy.example/publish/mastodon", "other"),
        ("brid.gy/publish/mastodon", "other"),
        ("https://mas.example/@me", "other"),
    ],
)
def test_a_bridge_is_told_by_webmention_unless_said_otherwise(uid, by):
    text = '[{"uid": "%s", "name": "A"%s}]'
    said = [preferences.read("syndicate_to", text % (uid, more)) for more in ("", ', "by": "other"')]
    assert [by, "other"] == [target.by for (target,) in said]


def test_an_app_may_write_otherwise():
    """The client_id decides, in whatever spelling; every other app writes as the site does."""
    mine = Preferences(content="text", content_by_client=(("https://ia.example/writer", "markdown"),))
    assert ["markdown", "markdown", "text", "text"] == [
        mine.syntax(client_id)
        for client_id in ("https://ia.example/writer", "https://IA.example/writer/", "https://quill.example/", "")
    ]


def test_what_another_version_wrote_is_passed_over():
    """The rest of it holds."""
    assert Preferences(content="markdown") == preferences.of({"content": "markdown", "nothing": "x", "time_zone": "?"})


def test_each_is_documented_from_its_definition():
    assert list(preferences.HELP) == list(preferences.DEFAULTS)
    assert all(preferences.HELP.values())
    defaults = {
        "content": "text", "time_zone": "UTC", "approve_replies": "all", "approve_reactions": "all",
        "close_after": "0", "quiet_kinds": "reply like repost rsvp checkin card", "feed_titles": "auto",
        "theme": "plain", "colour_scheme": "auto", "language": "en",
    }
    assert defaults == {name: text for name, text in preferences.DEFAULTS.items() if text}


def test_every_kind_that_there_is_can_be_quiet():
    """Those of post type discovery, and no others."""
    found = {*post_type._TYPES.values(), "rsvp", *post_type._ANSWERS.values(), *post_type._EXPERIENCES.values()}
    assert {*found, *post_type._MEDIA.values(), "article", "note"} == set(preferences.KINDS)


@pytest.mark.parametrize(
    ("text", "kinds"), [("none", ()), ("like  repost", ("like", "repost")), ("like like", ("like",)), ("", ())]
)
def test_kinds_are_words(text, kinds):
    assert kinds == preferences.read("quiet_kinds", text)


@pytest.mark.parametrize(("name", "text"), [("quiet_kinds", "like likes"), ("quiet_kinds", "none like"), ("feed_titles", "some")])
def test_what_is_no_kind_and_no_title(name, text):
    with pytest.raises(ValueError):
        preferences.read(name, text)
