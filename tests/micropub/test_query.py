"""The door of all queries, and those that answer with a list of words."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indie.mf2 import post_type
from indie.mf2.item import Item
from tests.micropub.conftest import FIRST

Q = ["config", "source", "syndicate-to", "category", "channel", "contact", "geo", "post-types"]
CHANNELS = [{"uid": "walks", "name": "Walks"}, {"uid": "b", "name": "B"}]
TARGETS = [
    {
        "uid": "https://mas.example/@me",
        "name": "Mastodon",
        "checked": True,
        "service": {"name": "Mastodon", "url": "https://mas.example/"},
    },
    {"uid": "other", "name": "Other", "checked": False},
]


@pytest.fixture
def _preferred(store):
    """The owner has two channels and two places to send copies to."""
    store.preferences.put("channels", json.dumps(CHANNELS))
    store.preferences.put("syndicate_to", json.dumps(TARGETS))


class TestDoor:
    @pytest.mark.parametrize("raw", ["", "q=", "q=nothing", "x=config", "q=config&q=source", "q=Config"])
    def test_400_for_what_nobody_asks(self, ask, raw):
        """In JSON, with the words that may be asked."""
        assert "invalid_request" == ask(raw=raw, status=400)["error"]

    def test_the_refusal_names_what_may_be_asked(self, ask):
        assert all(f"q={name}" in ask("nothing", status=400)["error_description"] for name in Q)

    @pytest.mark.parametrize("raw", ["q[]=config", "q%5B0%5D=config", "q=config&q=config", "q=&q=config"])
    def test_brackets_indices_and_repetition_make_no_difference(self, ask, raw):
        assert Q == ask(raw=raw)["q"]

    @pytest.mark.parametrize("raw", ["q=source&a[=1", "q=source&filter=%00", "q=source&" + "exists=a&" * 100])
    def test_400_for_a_question_that_cannot_be_read(self, ask, raw):
        assert "invalid_request" == ask(raw=raw, status=400)["error"]

    def test_every_question_that_is_announced_has_an_answer(self, ask):
        """None is null, none fails on a site without a post."""
        answers = [ask(name, **({"lat": "1", "lon": "2"} if name == "geo" else {})) for name in ask("config")["q"]]

        assert Q == ask("config")["q"]
        assert "null" not in json.dumps(answers)

    def test_mp_destination_is_passed_over(self, ask, put):
        """micro.blog's app sends it with everything."""
        put("/a")

        assert 1 == len(ask("source", mp_destination="https://elsewhere.example/")["items"])


class TestConfig:
    def test_its_keys(self, ask):
        """Those of `micropub.md` §3 that this site can honour."""
        assert {
            *("media-endpoint", "syndicate-to", "channels", "visibility", "post-types"),
            *("q", "mp", "properties", "extensions"),
        } == set(ask("config"))

    def test_the_media_endpoint_is_an_absolute_url(self, ask):
        assert "http://site.example/micropub/media" == ask("config")["media-endpoint"]

    def test_the_words_for_visibility_are_in_lower_case(self, ask):
        """Quill compares them."""
        assert ["public", "unlisted", "private"] == ask("config")["visibility"]

    def test_without_preferences_nothing_is_null(self, ask):
        answer = ask("config")

        assert ([], []) == (answer["syndicate-to"], answer["channels"])

    @pytest.mark.usefixtures("_preferred")
    def test_channels_and_targets_are_the_owners(self, ask):
        answer = ask("config")

        assert (CHANNELS, TARGETS) == (answer["channels"], answer["syndicate-to"])

    @pytest.mark.usefixtures("_preferred")
    def test_each_can_be_asked_for_alone(self, ask):
        assert {"channels": CHANNELS} == ask("channel")
        assert {"syndicate-to": TARGETS} == ask("syndicate-to") == ask("syndicate-to", post_type="reply")


class TestPostTypes:
    def test_they_are_those_of_the_config(self, ask):
        assert ask("post-types") == {"post-types": ask("config")["post-types"]}

    def test_each_asks_for_properties_that_it_names(self, ask):
        for kind in ask("post-types")["post-types"]:
            assert {"type", "name", "h", "properties", "required-properties"} == set(kind)
            assert set(kind["required-properties"]) <= set(kind["properties"])

    def test_what_has_the_required_properties_is_of_the_type(self, ask):
        """So the list can be filtered by what the client called the post."""
        words = {"content": ["Words."], "name": ["A title"], "rsvp": ["yes"], "start": ["2026-07-23"]}
        for kind in ask("post-types")["post-types"]:
            sent = {name: words.get(name, ["https://a.example/1"]) for name in kind["required-properties"]}

            assert kind["type"] == post_type.discover(Item((f"h-{kind['h']}",), sent))


class TestCategories:
    @pytest.fixture(autouse=True)
    def _posts(self, put):
        put("/a", category=["test", "IndieWeb", "node.js"])
        put("/b", category=["test", "https://morris.example/", "a.example"])
        put("/draft", category=["secret"], status="draft")
        put("/deleted", category=["gone"], deleted=FIRST)

    def test_each_once_by_the_alphabet(self, ask):
        assert {"categories": ["a.example", "IndieWeb", "node.js", "secret", "test"]} == ask("category")

    def test_those_of_unseen_posts_are_for_who_may_see_them(self, ask):
        assert ["a.example", "IndieWeb", "node.js", "test"] == ask("category", scope="create")["categories"]

    @pytest.mark.parametrize(("part", "found"), [("WEB", ["IndieWeb"]), ("e", 5), (".js", ["node.js"]), ("%", [])])
    def test_a_filter_finds_by_a_part(self, ask, part, found):
        answer = ask("category", filter=part)["categories"]

        assert found == (len(answer) if isinstance(found, int) else answer)

    def test_limit_and_offset(self, ask):
        assert ["IndieWeb", "node.js"] == ask("category", limit=2, offset=1)["categories"]
        assert ["test"] == ask("category", offset=4)["categories"]


class TestOnePost:
    """`q=source` with a URL."""

    @pytest.fixture
    def url(self, put):
        return put("/a", category=["micropub", "test"], content=["Words & <b>"], x_unknown=[1.10]).url(
            "http://site.example/"
        )

    def test_it_comes_back_as_it_was_sent(self, ask, url):
        answer = ask("source", url=url)

        assert ["h-entry"] == answer["type"]
        assert {
            "content": ["Words & <b>"],
            "category": ["micropub", "test"],
            "x-unknown": [1.1],
            "published": ["2026-07-23T12:00:00+00:00"],
            "url": [url],
            "uid": [url],
            "post-status": ["published"],
            "visibility": ["public"],
        } == answer["properties"]

    @pytest.mark.parametrize(
        "names",
        [
            "properties=content&properties=category",
            "properties[]=content&properties[]=category",
            "properties%5B0%5D=content&properties%5B1%5D=category",
            "properties[]=content&properties=category&properties[7]=content&properties[]=nothing&properties[]=",
        ],
    )
    def test_only_the_properties_that_are_asked_for(self, ask, url, names):
        """Repeated bare keys (micropublish), brackets (the specification), indices (Quill)."""
        assert {"properties": {"content": ["Words & <b>"], "category": ["micropub", "test"]}} == ask(
            raw=f"q=source&url={url}&{names}"
        )

    @pytest.mark.parametrize("url", ["http://site.example/b", "http://other.example/a", "a", "http://[", "/"])
    def test_400_for_a_post_that_there_is_not(self, ask, url):
        """The empty `properties` keep micropublish from stumbling before it shows the sentence."""
        answer = ask("source", url=url, status=400)

        assert ("invalid_request", {}) == (answer["error"], answer["properties"])
        assert "not found" in answer["error_description"]

    def test_400_for_two_of_them(self, ask, url):
        assert "invalid_request" == ask(raw=f"q=source&url={url}&url={url}2", status=400)["error"]

    def test_a_post_that_is_gone_says_so(self, ask, put):
        put("/gone", deleted=FIRST + timedelta(hours=1))
        properties = ask("source", url="http://site.example/gone")["properties"]

        assert (["deleted"], ["2026-07-23T13:00:00+00:00"]) == (properties["post-status"], properties["deleted"])

    @pytest.mark.parametrize("unseen", [{"status": "draft"}, {"visibility": "private"}, {"deleted": FIRST}])
    def test_401_for_a_post_that_this_token_may_not_see(self, ask, put, unseen):
        put("/unseen", **unseen)
        answer = ask("source", url="http://site.example/unseen", scope="create media", status=401)

        assert ("insufficient_scope", "update") == (answer["error"], answer["scope"])
        assert ["h-entry"] == ask("source", url="http://site.example/unseen", scope="update")["type"]

    def test_a_card_keeps_the_address_of_its_person(self, ask, put):
        """A contact's `url` is a property like others; where the post stands is told by `uid`."""
        put("/morris", "h-card", name=["Morris"], url=["https://morris.example/"])
        properties = ask("source", url="http://site.example/morris")["properties"]

        assert (["https://morris.example/"], ["http://site.example/morris"]) == (properties["url"], properties["uid"])


NAMES = [
    *("url", "limit", "offset", "after", "before", "post-type", "post-status", "visibility", "filter", "exists"),
    *("not-exists", "property-category", "property-", "like-of", "mp-channel", "properties", "lat", "lon", "uri", "["),
]
VALUES = [
    *(
        "",
        "a",
        "1",
        "0",
        "-1",
        "9" * 30,
        "1e5",
        "nan",
        "%",
        "_",
        "!",
        "'",
        '"',
        "\\",
        "💥",
        "\ud7ff",
        "a" * 3000,
        "geo:1,2",
    ),
    *("http://site.example/a", "http://[", "published", "deleted", "MjAyNi0wNy0yM1QxMjowMDowMC4wMDAwMDBaIDE"),
]


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    q=st.sampled_from(Q),
    arguments=st.lists(
        st.tuples(
            st.builds(
                str.__add__, st.sampled_from(NAMES) | st.text(max_size=5), st.sampled_from(["", "[]", "[0]", "[x]"])
            ),
            st.sampled_from(VALUES) | st.text(max_size=10),
        ),
        max_size=4,
    ),
)
def test_no_question_is_too_much(client, q, arguments, fuzzed):
    """Whatever is asked, the answer is JSON: 200, or 400 with the specification's code."""
    answer = client.get("/micropub", query_string=[("q", q), *arguments], headers=fuzzed)

    assert answer.status_code == 200 or (400, "invalid_request") == (answer.status_code, answer.json["error"])


@pytest.fixture
def fuzzed(bearer, put):
    """The header of a token that may see everything, on a site that has something to show."""
    put("/a", category=["a", "b.c"], checkin=["geo:1,2;name=A"])
    put("/b", "h-card", name=["B"], url=["https://b.example/"])
    return bearer("update")
