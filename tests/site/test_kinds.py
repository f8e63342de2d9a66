"""Every kind of post on its page: what a parser reads back is what was stored (pages §2.5)."""

import json
import re
from datetime import datetime

import mf2py
import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indie import publishing, times
from indie.errors import InvalidRequest
from indie.mf2.item import Item
from tests.site.test_templates import outline

ME = "http://site.example/"
CAFE = {
    "type": ["h-card"],
    "properties": {
        "name": ["Café Kotti"],
        "url": ["https://kotti.example/", "https://map.example/kotti"],
        "latitude": [52.4989],
        "longitude": [13.4184],
        "street-address": ["Adalbertstraße 96"],
        "locality": ["Berlin"],
        "country-name": ["Germany"],
        "tel": ["+49 30 123"],
        "photo": ["https://kotti.example/front.jpg"],
    },
}
BOOK = {
    "type": ["h-cite"],
    "properties": {
        "name": ["The Left Hand of Darkness"],
        "author": [{"type": ["h-card"], "properties": {"name": ["Ursula K. Le Guin"]}}],
        "uid": ["isbn:9780441478125"],
    },
}
SONG = {
    "type": ["h-cite"],
    "properties": {
        "name": ["Song"],
        "url": ["https://band.example/song"],
        "author": [{"type": ["h-card"], "properties": {"name": ["Band"], "url": ["https://band.example/"]}}],
    },
}
CONFERENCE = {
    "type": ["h-event"],
    "properties": {"name": ["FenceConf"], "url": ["https://fence.example/"], "start": ["2026-08-01"], "end": ["2026-08-02"]},
}
LEG = {
    "type": ["h-leg"],
    "properties": {
        "transit-type": ["train"],
        "origin": ["BER"],
        "destination": ["PDX"],
        "departure": ["2026-08-01T09:00:00+02:00"],
        "operator": ["Slow Rail"],
    },
}

KINDS = {
    "event": ("h-event", "event", {
        "name": ["Fence mending"], "start": ["2026-08-01T19:00:00+02:00"], "end": ["2026-08-01T22:00:00+02:00"],
        "location": [CAFE], "content": ["Bring a hammer."], "category": ["fences"],
    }),
    "event of days": ("h-event", "event", {"name": ["Fair"], "start": ["2026-08-01"], "end": ["2026-08-03"], "location": ["The green"]}),
    "review": ("h-review", "review", {
        "name": ["A good hammer"], "rating": [4], "best": [5], "content": ["It hits."],
        "item": [{"type": ["h-product"], "properties": {"name": ["Hammer"], "url": ["https://tools.example/hammer"]}}],
    }),
    "checkin": ("h-entry", "checkin", {"checkin": [CAFE], "content": ["Coffee."]}),
    "location": ("h-entry", "note", {
        "content": ["Here."],
        "location": [{"type": ["h-adr"], "properties": {"locality": ["Austin"], "region": ["TX"], "latitude": ["30.27"], "longitude": ["-97.74"]}}],
    }),
    "point": ("h-entry", "note", {
        "content": ["Here."], "location": [{"type": ["h-geo"], "properties": {"latitude": ["30.27"], "longitude": ["-97.74"]}}],
    }),
    "read": ("h-entry", "read", {"read-of": [BOOK], "read-status": ["finished"], "content": ["Again."]}),
    "listen": ("h-entry", "listen", {"listen-of": [SONG]}),
    "watch": ("h-entry", "watch", {"watch-of": [SONG], "content": ["Twice."]}),
    "jam": ("h-entry", "jam", {"jam-of": [SONG]}),
    "jam by address": ("h-entry", "jam", {"jam-of": ["https://band.example/song"]}),
    "follow": ("h-entry", "follow", {"follow-of": ["https://ann.example/"]}),
    "ate": ("h-entry", "food", {"ate": [{"type": ["h-food"], "properties": {"name": ["Pizza"]}}], "content": ["Good."]}),
    "drank": ("h-entry", "drink", {"drank": [{"type": ["h-food"], "properties": {"name": ["Tea"], "url": ["https://tea.example/"]}}]}),
    "weight": ("h-entry", "note", {"weight": [{"type": ["h-measure"], "properties": {"num": [70.5], "unit": ["kg"]}}], "content": ["Less."]}),
    "conference": ("h-entry", "note", {"conference": [CONFERENCE], "content": ["I speak."]}),
    "itinerary": ("h-entry", "note", {"itinerary": [LEG, LEG | {"properties": LEG["properties"] | {"origin": ["PDX"]}}], "content": ["Off."]}),
    "tagged person": ("h-entry", "note", {
        "content": ["With Ann."],
        "category": [{"type": ["h-card"], "properties": {"name": ["Ann"], "url": ["https://ann.example/"]}}, "walks"],
    }),
    "person by address": ("h-entry", "note", {"content": ["With Ann."], "category": ["https://ann.example/"]}),
    "reply to a cite": ("h-entry", "reply", {"in-reply-to": [SONG], "content": ["Nice."]}),
    "rsvp": ("h-entry", "rsvp", {"rsvp": ["maybe"], "in-reply-to": ["https://club.example/42"]}),
}  # fmt: skip
"""(type, discovered kind, properties as they are stored) of a post of each kind."""


@pytest.fixture
def show(store, storage, client, owner):
    """`show("h-event", {…})` publishes a post and returns it with the HTML of its page."""

    def make(kind, properties):
        post = publishing.create(store, storage, ME, times.now(), Item((kind,), properties), {})
        return post, client.get(post.path).text

    return make


def read(html):
    """The one item of the page."""
    (item,) = mf2py.parse(BeautifulSoup(html, "lxml"), url=ME)["items"]
    return item


def plain(value):
    """A value without what parsers add to it, and numbers and dates as they mean."""
    if isinstance(value, dict) and "properties" in value:
        return value["type"], {name: list(map(plain, values)) for name, values in value["properties"].items()}
    if isinstance(value, dict):
        value = value["value"]
    text = str(value)
    if re.match(r"\d{4}-\d\d-\d\d[T ]", text):
        return datetime.fromisoformat(text)
    return text


@pytest.mark.parametrize("name", KINDS)
def test_the_page_says_what_was_stored(show, name):
    """Root, every property, every property of what is nested: read back from the page."""
    root, _, properties = KINDS[name]
    _, html = show(root, properties)
    item = read(html)
    found = {part: list(map(plain, item["properties"].get(part, []))) for part in properties}
    assert ([root], {part: list(map(plain, values)) for part, values in properties.items()}) == (item["type"], found)


@pytest.mark.parametrize("name", KINDS)
def test_the_kind(show, name):
    """Post type discovery, as `micropub.md` §7 goes on with it."""
    root, kind, properties = KINDS[name]
    assert kind == show(root, properties)[0].kind


@pytest.mark.parametrize("name", KINDS)
def test_no_name_is_made_up(show, name):
    """What has no name and no words has a summary, else parsers imply a name from the whole page."""
    root, _, properties = KINDS[name]
    item = read(show(root, properties)[1])["properties"]
    assert properties.get("name") == item.get("name")
    assert "content" in item or "summary" in item or "name" in item


@pytest.mark.parametrize("name", KINDS)
def test_another_parser_reads_the_same(show, node, name):
    """npm: microformats-parser."""
    root, _, properties = KINDS[name]
    post, html = show(root, properties)
    assert outline([read(html)]) == outline(node("mf2.mjs", html, post.url(ME))["items"])


@pytest.mark.parametrize("name", KINDS)
def test_the_list_says_it_too(show, client, name):
    """On the page of all posts it has the same root and the same properties."""
    root, _kind, properties = KINDS[name]
    show(root, properties)
    (feed,) = mf2py.parse(BeautifulSoup(client.get("/all/").text, "lxml"), url=ME)["items"]
    (item,) = feed["children"]
    found = {part: list(map(plain, item["properties"].get(part, []))) for part in properties}
    assert ([root], {part: list(map(plain, values)) for part, values in properties.items()}) == (item["type"], found)


class TestGeo:  # RFC 5870; `micropub.md` §3, #32
    def test_a_named_point_is_a_card(self, show):
        _, html = show("h-entry", {"content": ["x"], "location": ["geo:52.5,13.4;u=35;name=Café Kotti;url=https://kotti.example/"]})
        (place,) = read(html)["properties"]["location"]
        expected = {"name": ["Café Kotti"], "url": ["https://kotti.example/"], "latitude": ["52.5"], "longitude": ["13.4"]}
        assert (["h-card"], expected) == (place["type"], place["properties"])

    def test_a_bare_point_is_seen(self, show):
        post, html = show("h-entry", {"checkin": ["geo:52.5,13.4"]})
        item = read(html)["properties"]
        assert ("checkin", ["At 52.5, 13.4"]) == (post.kind, item["summary"])
        assert {"latitude": ["52.5"], "longitude": ["13.4"]} == item["checkin"][0]["properties"]

    def test_it_is_stored_as_it_came(self, show):
        post, _ = show("h-entry", {"content": ["x"], "location": ["geo:52.5,13.4;u=35"]})
        assert ["geo:52.5,13.4;u=35"] == post.item.properties["location"]


class TestLocationVisibility:  # `micropub.md` §3, #16
    def test_private_is_not_shown(self, show):
        _, html = show("h-entry", {"content": ["x"], "location": [CAFE, "geo:52.5,13.4"], "latitude": ["52.5"], "location-visibility": ["private"]})
        assert "location" not in read(html)["properties"]
        assert not re.search(r"Kotti|52\.|private", html)

    def test_protected_is_shown_without_its_point(self, show):
        _, html = show("h-entry", {"content": ["x"], "location": [CAFE, "geo:52.5,13.4"], "location-visibility": ["protected"]})
        assert ["Café Kotti"] == read(html)["properties"]["location"][0]["properties"]["name"]
        assert not re.search(r"52\.|13\.4", html)


class TestNothingIsDropped:
    @pytest.mark.parametrize(
        ("properties", "words"),
        [
            ({"content": ["x", "A second content"]}, "A second content"),
            ({"content": ["x"], "rsvp": ["perhaps later"]}, "perhaps later"),
            ({"content": ["x"], "start": ["some day"]}, "some day"),
            ({"content": ["x"], "rating": [4.25]}, "4.25"),
            ({"content": ["x"], "read-status": ["reading-on"]}, "reading-on"),
            ({"content": ["x"], "photo": ["no address of a picture"]}, "no address of a picture"),
            ({"content": ["x"], "syndication": ["a newspaper"]}, "a newspaper"),
            ({"content": ["x"], "listen-of": ["A song without an address"]}, "A song without an address"),
            ({"content": ["x"], "like-of": [{"a": "b-value"}]}, "b-value"),
            ({"content": ["x"], "location": ["Under the bridge"]}, "Under the bridge"),
            ({"content": ["x"], "checkin": ["The bridge"]}, "The bridge"),
            ({"content": ["x"], "x-odd": [{"deep": [{"er": "down there"}]}]}, "down there"),
            ({"name": ["A name alone"]}, "A name alone"),
        ],
    )
    def test_what_has_no_place_is_listed(self, show, properties, words):
        assert words in BeautifulSoup(show("h-entry", properties)[1], "lxml").article.get_text()

    def test_nothing_a_client_calls_so_joins_the_conversation(self, show):
        """`comment` and its like are ours: what an app sends under these names is words."""
        said = {"type": ["h-cite"], "properties": {"name": ["I was never said"], "url": ["https://x.example/"]}}
        _, html = show("h-entry", {"content": ["x"], "comment": [said], "like": [said]})
        assert not {"comment", "like"} & set(read(html)["properties"])
        assert "I was never said" in html

    def test_names_that_are_no_class_are_words(self, show):
        _, html = show("h-entry", {"content": ["x"], 'a" onclick="b u-photo': [{"type": ['h-x" y'], "properties": {"<i>": ["c-value"]}}]})
        assert "photo" not in read(html)["properties"]
        assert "c-value" in html
        assert not BeautifulSoup(html, "lxml").find(onclick=True)

    def test_pictures_of_others_are_not_loaded(self, show):
        """A card's photo is for software; the page asks nobody else's host."""
        _, html = show("h-entry", {"content": ["x"], "checkin": [CAFE]})
        assert not BeautifulSoup(html, "lxml").find(src=re.compile("kotti"))


def test_json_is_stored_as_it_came(show, store):
    """Whatever the page makes of it, the post keeps every value, its order and its type."""
    for root, _, properties in KINDS.values():
        post, _ = show(root, properties)
        stored = store.posts.by_id(post.id).item.properties
        assert json.dumps(properties) == json.dumps({name: stored[name] for name in properties})


NAMES = (
    *("start", "end", "location", "checkin", "item", "rating", "best", "read-of", "read-status", "like-of", "category"),
    *("photo", "video", "syndication", "rsvp", "name", "summary", "content", "featured", "weight", "location-visibility"),
)
WORDS = st.sampled_from(
    ["", " ", "x", "geo:1,2", "geo:1,2;name=<b>", "https://a.example/", "2026-08-01", "2026-99-99", "0001-01-01T00:00:00+10:00", "private", "h-card", '">']
)
ITEMS = ("type", "properties", "value", "html", "alt", "name", "url", "latitude", "start")
JSON = st.recursive(
    WORDS | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
    lambda below: st.lists(below, max_size=3)
    | st.dictionaries(st.sampled_from(ITEMS), below, max_size=3)
    | st.builds(
        lambda kind, properties: {"type": [kind], "properties": properties},
        st.sampled_from(["h-card", "h-geo", "h-cite", "h-x y"]),
        st.dictionaries(st.sampled_from((*ITEMS, "a b")), st.lists(below, max_size=2), max_size=3),
    ),
    max_leaves=6,
)


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(["h-entry", "h-event", "h-review", "h-card", "h-odd"]),
    st.dictionaries(st.sampled_from(NAMES), st.lists(JSON, min_size=1, max_size=2), min_size=1, max_size=4),
)
def test_whatever_an_app_sends_has_a_page(store, storage, client, kind, properties):
    """What can be stored can be shown, alone and on the list: no value of any shape breaks a page."""
    try:
        post = publishing.create(store, storage, ME, times.now(), Item((kind,), properties), {})
    except InvalidRequest:
        return
    assert (200, 200) == (client.get(post.path).status_code, client.get("/").status_code)
