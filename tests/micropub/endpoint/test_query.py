"""What a client may ask (Micropub §3.7)."""

import pytest


class TestConfig:
    def test_it_is_an_object_without_null(self, ask):
        """A client may trip over null where it expects a list."""
        answer = ask("config")

        assert (200, "application/json") == (answer.status_code, answer.mimetype)
        assert {} != answer.json
        assert None not in answer.json.values()

    def test_every_query_that_it_names_is_answered(self, ask, create):
        """And no other is promised."""
        url = create(content=["x"])

        assert {200} == {ask(q, url=url, lat="0", lon="0").status_code for q in ask("config").json["q"]}

    def test_post_types_have_what_forms_are_made_of(self, ask):
        """Micropublish builds its forms from these."""
        for kind in ask("config").json["post-types"]:
            assert {"type", "name", "h", "properties", "required-properties"} == set(kind)
            assert set(kind["required-properties"]) <= set(kind["properties"])

    def test_it_is_for_no_cache(self, ask):
        assert "no-store" == ask("config").headers["Cache-Control"]


def test_syndicate_to_is_a_list(ask):
    """Empty, as long as nothing can be syndicated to."""
    assert {"syndicate-to": []} == ask("syndicate-to").json


@pytest.mark.parametrize("q", ["nonsense", "", None, "Config"])
def test_400_for_a_question_that_nobody_asks(ask, q):
    """In JSON."""
    answer = ask(q)

    assert (400, "invalid_request") == (answer.status_code, answer.json["error"])


def test_head_is_as_get(client, bearer):
    """Without a body."""
    answer = client.head("/micropub?q=config", headers=bearer("create"))

    assert (200, b"") == (answer.status_code, answer.data)


class TestSource:
    @pytest.fixture
    def url(self, create):
        return create(content=["Plain <b>text</b>"], category=["micropub", "test", "a"], name=["N"])

    @pytest.fixture
    def source(self, ask, url):
        """The answer about the post, with these further arguments."""
        return lambda query="", **more: ask("source", url=url, **more).json

    def test_all_of_it_has_a_type(self, source):
        assert ["h-entry"] == source()["type"]

    def test_text_stays_a_string(self, source):
        """Character by character."""
        assert ["Plain <b>text</b>"] == source()["properties"]["content"]

    def test_html_stays_an_object(self, create, ask):
        url = create(content=[{"html": "<p>x</p>"}])

        assert [{"html": "<p>x</p>"}] == ask("source", url=url).json["properties"]["content"]

    def test_the_order_of_categories_is_kept(self, source):
        """micropub.rocks 602 looks for “test” by its place in the list."""
        assert ["micropub", "test", "a"] == source()["properties"]["category"]

    def test_what_the_site_added_is_there(self, source, url):
        """Indigenous makes a draft of every post whose status it is not told."""
        properties = source()["properties"]

        assert ([url], ["published"], ["public"]) == (
            properties["url"],
            properties["post-status"],
            properties["visibility"],
        )
        assert 1 == len(properties["published"])

    def test_what_was_sent_goes_before_what_was_added(self, create, ask):
        url = create(content=["x"], visibility=["unlisted"], post_status=["draft"], published=["2026-07-23T17:00:00+0100"])
        properties = ask("source", url=url).json["properties"]

        assert (["unlisted"], ["draft"], ["2026-07-23T17:00:00+0100"]) == (
            properties["visibility"],
            properties["post-status"],
            properties["published"],
        )

    @pytest.mark.parametrize("key", ["properties", "properties[]", "properties[0]"])
    def test_one_property_is_that_alone(self, source, key):
        """Without a type; Quill numbers its keys."""
        assert {"properties": {"name": ["N"]}} == source(**{key: "name"})

    def test_several_properties_are_those_alone(self, client, bearer, url):
        for keys in ("properties[]={}&properties[]={}", "properties[0]={}&properties[1]={}", "properties={}&properties={}"):
            query = f"?q=source&{keys.format('content', 'category')}&url={url}"
            answer = client.get("/micropub" + query, headers=bearer("create"))
            assert {"content", "category"} == set(answer.json["properties"])

    def test_what_it_does_not_have_is_left_out(self, source):
        assert {"properties": {"name": ["N"]}} == source(**{"properties[]": ["photo", "name", "nonsense"]})

    def test_a_deleted_post_is_there_for_those_who_may_restore_it(self, ask, url, post):
        post({"action": "delete", "url": url}, scope="delete")

        assert ["N"] == ask("source", url=url).json["properties"]["name"]
        assert 401 == ask("source", scope="create", url=url).status_code

    @pytest.mark.parametrize(
        "other", ["http://site.example/none", "https://other.example/2026/", "http://site.example/", "http://[::1"]
    )
    def test_400_for_what_is_no_post_of_ours(self, ask, other):
        answer = ask("source", url=other)

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert "not found" in answer.json["error_description"]

    @pytest.mark.parametrize("change", ["{}/", "{}#a", "{}?a=b", "https{}"])
    def test_every_spelling_of_its_address_will_do(self, ask, url, change):
        answer = ask("source", url=change.format(url[4:] if change.startswith("https") else url))

        assert [url] == answer.json["properties"]["url"]
