import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie.mf2.item import Content, Image, Item, walk

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
roots = st.lists(st.sampled_from(["h-entry", "h-card", "h-x-new"]), min_size=1, max_size=2)
plain_items = st.fixed_dictionaries(
    {"type": roots, "properties": st.dictionaries(st.text(), st.lists(json_values, max_size=3), max_size=4)},
    optional={"id": st.text(), "value": json_values, "lang": st.text()},
)
items = st.recursive(
    plain_items,
    lambda inner: st.builds(lambda item, children: item | {"children": children}, plain_items, st.lists(inner, min_size=1, max_size=2)),
    max_leaves=4,
)


def entry(**properties):
    return Item(("h-entry",), {name.replace("_", "-"): values for name, values in properties.items()})


def cite(**properties):
    return {"type": ["h-cite"], "properties": properties}


class TestJson:
    @given(items)
    def test_nothing_is_lost(self, data):
        assert data == Item.from_json(data).to_json()

    @given(items)
    def test_no_reading_raises(self, data):
        """Whatever stands in a property, each typed reading answers."""
        item = Item.from_json(data)
        for name in item.properties:
            item.texts(name), item.urls(name), item.items(name), item.images(name), item.content(name), item.has(name)

    @pytest.mark.parametrize(
        "data",
        [
            None,
            [],
            "h-entry",
            {},
            {"type": "h-entry", "properties": {}},
            {"type": [], "properties": {}},
            {"type": ["entry"], "properties": {}},
            {"type": ["h-"], "properties": {}},
            {"type": [1], "properties": {}},
            {"type": ["h-entry"]},
            {"type": ["h-entry"], "properties": []},
            {"type": ["h-entry"], "properties": {"name": "x"}},
            {"type": ["h-entry"], "properties": {}, "children": {}},
            {"type": ["h-entry"], "properties": {}, "children": ["x"]},
            {"type": ["h-entry"], "properties": {}, "id": 1},
        ],
        ids=str,
    )
    def test_what_is_no_item_is_refused_with_a_sentence(self, data):
        with pytest.raises(ValueError, match=" "):
            Item.from_json(data)

    def test_an_item_nested_too_deeply_is_refused(self):
        """Recursion over an item never exhausts the stack."""
        data = {"type": ["h-entry"], "properties": {}}
        for _ in range(400):
            data = {"type": ["h-entry"], "properties": {"name": [data]}}

        with pytest.raises(ValueError, match="deep"):
            Item.from_json(data)

    def test_the_item_keeps_lists_of_its_own(self):
        """A change of the JSON that it came from does not change the item."""
        data = {"type": ["h-entry"], "properties": {"name": ["a"]}}
        item = Item.from_json(data)
        data["properties"]["name"].append("b")

        assert ["a"] == item.texts("name")


class TestTexts:
    def test_words_numbers_values_and_names_in_order(self):
        values = [" a ", 0, 1.5, {"value": "b"}, cite(name=["c"]), cite(url=["https://x.example/"]) | {"value": "d"}]

        assert ["a", "0", "1.5", "b", "c", "d"] == entry(x=values).texts("x")

    def test_empty_values_are_dropped(self):
        assert [] == entry(x=["", " \n", None, {}, [], {"value": ""}, cite()]).texts("x")

    def test_text_is_the_first(self):
        assert "a" == entry(x=["", "a", "b"]).text("x")

    def test_text_of_nothing_is_none(self):
        assert entry().text("x") is None


class TestUrls:
    def test_strings_pictures_and_nested_items(self):
        values = [
            "https://a.example/",
            {"value": "https://b.example/p.jpg", "alt": "b"},
            cite(url=["https://c.example/", "https://d.example/"], name=["C"]) | {"value": "C"},
            cite(name=["E"]) | {"value": "https://e.example/"},
        ]
        expected = ["https://a.example/", "https://b.example/p.jpg", "https://c.example/", "https://d.example/", "https://e.example/"]

        assert expected == entry(x=values).urls("x")

    @pytest.mark.parametrize(
        "value",
        [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "\x01javascript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "blob:https://a.example/1",
            "mailto:a@b.example",
            "//evil.example/",
            "/relative",
            "words",
            "",
            "https://",
            "https://a.example\\@evil.example/",
            "https://" + "a" * 3000 + ".example/",
            0,
            None,
        ],
        ids=lambda value: str(value)[:30],
    )
    def test_only_http_urls_come_out(self, value):
        assert [] == entry(x=[value, {"value": value}, cite(url=[value])]).urls("x")

    def test_javascript_stays_in_the_raw_properties(self):
        assert ["javascript:x"] == entry(url=["javascript:x"]).to_json()["properties"]["url"]

    def test_what_browsers_quote_is_quoted(self):
        """A quotation mark in a URL cannot end the attribute that it is put into."""
        assert "https://x.example/%22onmouseover=%22a%20b" == entry(url=['https://x.example/"onmouseover="a b']).url("url")

    def test_no_url_comes_twice(self):
        assert ["https://a.example/"] == entry(x=["https://a.example/", " https://a.example/ "]).urls("x")


class TestImages:
    def test_with_and_without_words(self):
        """`alt=""` says that a picture only decorates; no alt says nothing."""
        photos = ["https://a.example/1", {"value": "https://a.example/2", "alt": ""}, {"value": "https://a.example/3", "alt": "x"}]

        assert [
            Image("https://a.example/1"),
            Image("https://a.example/2", ""),
            Image("https://a.example/3", "x"),
        ] == entry(photo=photos).images()

    def test_data_urls_are_no_pictures(self):
        assert [] == entry(photo=["data:image/svg+xml,<svg onload=x>"]).images()


class TestContent:
    def test_words_are_plain_text(self):
        assert Content("a <b>") == entry(content=["a <b>"]).content()

    def test_markup_with_its_words(self):
        assert Content("a", "<b>a</b>", "en") == entry(content=[{"html": "<b>a</b>", "value": "a", "lang": "en"}]).content()

    def test_markup_alone_gets_words(self):
        """Micropub clients send `html` without `value`."""
        assert Content("a\nb", "<p>a</p><p>b</p>") == entry(content=[{"html": "<p>a</p><p>b</p>"}]).content()

    def test_the_first_usable_value(self):
        assert Content("b") == entry(content=["", {"html": ""}, {"value": "b"}, "c"]).content()

    def test_a_nested_item_speaks_by_its_content(self):
        assert Content("c") == entry(content=[cite(name=["n"], content=["c"])]).content()

    def test_none_where_nothing_is_said(self):
        assert entry(content=["", {}]).content() is None


@pytest.mark.parametrize("values", [["x"], [0], [{"value": "x"}], [cite()], ["", "x"]], ids=str)
def test_has_what_is_not_empty(values):
    assert entry(x=values).has("x")


@pytest.mark.parametrize("values", [[], [""], [" "], [None], [{}], [{"html": "", "value": ""}], [[]]], ids=str)
def test_has_not_what_is_empty(values):
    assert not entry(x=values).has("x")


def test_items_are_the_nested_ones_alone():
    assert [("h-cite",)] == [item.type for item in entry(x=["a", {"value": "b"}, cite()]).items("x")]


def test_walk_goes_into_properties_and_children():
    inner = Item(("h-card",), {})
    outer = Item(("h-feed",), {"author": [{"type": ["h-geo"], "properties": {}}]}, (inner,))

    assert ["h-feed", "h-geo", "h-card"] == [item.type[0] for item in walk((outer,))]
