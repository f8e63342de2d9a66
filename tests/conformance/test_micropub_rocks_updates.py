"""
micropub.rocks, server tests 400–405 (update) and 500–503 (delete, undelete).

As on the wire: JSON with `Accept: application/json`, forms without Accept, the address in forms as it came.
What is ticked by hand there is looked up on the page here, with the parser that other people use.
"""

import json

import mf2py
import pytest

SCOPE = "create update delete undelete"


@pytest.fixture
def headers(bearer):
    """Of one token, for all requests of a test."""
    return bearer(SCOPE)


@pytest.fixture
def send(client, headers):
    """`send({…})` posts JSON, `send("h=entry&…")` a form."""

    def post(body):
        if isinstance(body, str):
            return client.post(
                "/micropub", data=body, headers=headers, content_type="application/x-www-form-urlencoded"
            )
        return client.post(
            "/micropub",
            data=json.dumps(body),
            headers={**headers, "Accept": "application/json"},
            content_type="application/json",
        )

    return post


@pytest.fixture
def create(send):
    """Make a post by JSON of these properties, or by this form; returns its Location."""

    def make(form=None, **properties):
        answer = send(form or {"type": ["h-entry"], "properties": properties})
        assert 201 == answer.status_code
        return answer.headers["Location"]

    return make


@pytest.fixture
def source(client, headers):
    """The properties that `q=source` gives."""

    def ask(url):
        answer = client.get(
            "/micropub", query_string={"q": "source", "url": url}, headers={**headers, "Accept": "application/json"}
        )
        return answer.json["properties"]

    return ask


@pytest.fixture
def shown(client):
    """The properties of the h-entry on a page."""

    def parse(url):
        page = client.get(url)
        assert 200 == page.status_code
        (entry,) = mf2py.parse(doc=page.text, url=url, html_parser="lxml")["items"]
        return entry["properties"]

    return parse


def text(entry):
    return entry["content"][0]["value"]


class TestUpdate:
    def test_400_replace_a_property(self, send, create, shown, source):
        url = create(content=["This is the first version of the post."])
        answer = send({"action": "update", "url": url, "replace": {"content": ["This is the second version."]}})

        assert (204, b"") == (answer.status_code, answer.data)
        assert "This is the second version." == text(shown(url))
        assert ["This is the second version."] == source(url)["content"]

    def test_401_add_a_value_to_a_property(self, send, create, shown, source):
        url = create(content=["A post with one category."], category=["test1"])
        answer = send({"action": "update", "url": url, "add": {"category": ["test2"]}})

        assert 204 == answer.status_code
        assert ["test1", "test2"] == shown(url)["category"] == source(url)["category"]

    def test_402_add_a_property(self, send, create, shown, source):
        url = create(content=["A post without a category."])
        answer = send({"action": "update", "url": url, "add": {"category": ["test1"]}})

        assert 204 == answer.status_code
        assert ["test1"] == shown(url)["category"] == source(url)["category"]

    def test_403_remove_a_value(self, send, create, shown, source):
        url = create(content=["A post with two categories."], category=["test1", "test2"])
        answer = send({"action": "update", "url": url, "delete": {"category": ["test2"]}})

        assert 204 == answer.status_code
        assert ["test1"] == shown(url)["category"] == source(url)["category"]

    def test_404_remove_a_property(self, send, create, shown, source):
        url = create(content=["A post with two categories."], category=["test1", "test2"])
        answer = send({"action": "update", "url": url, "delete": ["category"]})

        assert 204 == answer.status_code
        assert "category" not in shown(url)
        assert "category" not in source(url)

    def test_405_reject_what_is_no_list(self, send, create, client, source):
        """And the post is as it was, to the byte."""
        url = create(content=["This must stay."])
        before, page = source(url), client.get(url).data
        answer = send({"action": "update", "url": url, "replace": "This is not a valid update."})

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert (before, page) == (source(url), client.get(url).data)


class TestDelete:
    def test_500_delete_by_form(self, send, create, client):
        url = create("h=entry&content=This+post+will+be+deleted")
        answer = send(f"action=delete&url={url}")

        assert (204, b"") == (answer.status_code, answer.data)
        assert 410 == client.get(url).status_code
        assert url not in client.get("/").text

    def test_501_delete_by_json(self, send, create, client):
        url = create(content=["This post will be deleted."])
        answer = send({"action": "delete", "url": url})

        assert (204, b"") == (answer.status_code, answer.data)
        assert 410 == client.get(url).status_code
        assert url not in client.get("/").text

    def test_502_undelete_by_form(self, send, create, client):
        """The same page, byte by byte, and back on the home page."""
        url = create("h=entry&content=This+post+will+be+undeleted")
        page = client.get(url).data

        assert 204 == send(f"action=delete&url={url}").status_code
        assert 204 == send(f"action=undelete&url={url}").status_code
        assert (200, page) == (client.get(url).status_code, client.get(url).data)
        assert url in client.get("/").text

    def test_503_undelete_by_json(self, send, create, client, source):
        url = create(content=["This post will be undeleted."])
        before = source(url)

        assert 204 == send({"action": "delete", "url": url}).status_code
        assert 204 == send({"action": "undelete", "url": url}).status_code
        assert 200 == client.get(url).status_code
        assert before == source(url)
