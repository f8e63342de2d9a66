"""Rows of `micropub.md` §2 and §9 that one test alone shows: an address in all spellings, a move, what runs beside."""

import logging

import mf2py
import pytest
from bs4 import BeautifulSoup

ME = "http://site.example/"
FAR = "2199-01-01T00:00:00+00:00"
LINKED = b'HTTP/1.1 200 OK\nLink: </wm>; rel="webmention"\nContent-Type: text/html\n\n<p>Hello'
SCOPES = "create update delete undelete media"


@pytest.fixture
def send(client, bearer):
    """`send({…})` posts JSON with every scope."""
    headers = bearer(SCOPES)
    return lambda body: client.post("/micropub", json=body, headers=headers)


@pytest.fixture
def create(send):
    """Make a post of these properties; returns its URL."""

    def make(**properties):
        answer = send({"type": ["h-entry"], "properties": {name.replace("_", "-"): values for name, values in properties.items()}})
        assert 201 == answer.status_code, answer.json
        return answer.location

    return make


@pytest.fixture
def act(client, bearer, send):
    """`act("update", url)` is the answer to what has an effect on a post, or to the question for its source."""

    def carry_out(what, url):
        if what == "source":
            return client.get("/micropub", query_string={"q": "source", "url": url}, headers=bearer(SCOPES))
        return send({"action": what, "url": url} | ({"add": {"category": ["a"]}} if what == "update" else {}))

    return carry_out


EVERY = pytest.mark.parametrize("what", ["update", "delete", "undelete", "source"])


class TestAddresses:
    """§2, update: which post is meant."""

    @EVERY
    @pytest.mark.parametrize("url", [f"{ME}2026/01/01/none", "https://elsewhere.example/", ME])
    def test_400_not_found_for_one_that_is_not_here(self, act, what, url):
        """400, not 404, as the Recommendation's example 25 has it; the words say which of all faults it is."""
        answer = act(what, url)

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert "not found" in answer.json["error_description"]

    @EVERY
    def test_an_old_slug_will_do(self, create, send, act, what):
        """Whoever has it from before the move means the same post."""
        url = create(content=["x"])
        moved = send({"action": "update", "url": url, "mp-slug": "moved"}).location

        assert f"{url.rpartition('/')[0]}/moved" == moved
        assert act(what, url).status_code in (200, 204)

    @EVERY
    @pytest.mark.parametrize(("plain", "escaped"), [("o", "%6F"), ("-", "%2D"), ("-", "%2d"), ("/", "//")])
    def test_escapes_make_no_difference(self, create, act, what, plain, escaped):
        """Compared percent-decoded; two slashes are not one."""
        url = create(content=["One more"])
        head, _, slug = url.rpartition("/")
        changed = f"{head}/{slug.replace(plain, escaped)}" if plain != "/" else f"{head}//{slug}"

        assert (400 if plain == "/" else 204 if what != "source" else 200) == act(what, changed).status_code

    @pytest.mark.parametrize("words", ["100% sure", "C++ & more", "a#b?c=d", "ä/ö", "50%25"])
    def test_a_permalink_can_be_sent_without_escapes(self, create, client, bearer, words):
        """micropub.rocks 500 and Indigenous put it into a form as it is: it has nothing that a form reads otherwise."""
        url = create(content=[words])
        answer = client.post(
            "/micropub",
            data=f"action=delete&url={url}",
            content_type="application/x-www-form-urlencoded",
            headers=bearer("delete"),
        )

        assert (204, 410) == (answer.status_code, client.get(url).status_code)


class TestMove:
    """§2, update: `mp-slug` on a post that is there."""

    def test_lists_have_the_new_address_alone(self, create, send, client):
        url = create(content=["x"])
        new = send({"action": "update", "url": url, "replace": {"mp-slug": ["moved"]}}).location
        feed = mf2py.parse(doc=client.get("/").text, url=ME, html_parser="lxml")["items"][-1]

        assert [[new]] == [entry["properties"]["url"] for entry in feed["children"]]

    def test_everybody_is_told_of_the_new_address(self, create, send, work, frozen_web):
        """The source of the webmention is where the post is now."""
        frozen_web.pages["http://them.example/"] = LINKED
        frozen_web.pages["http://them.example/wm"] = b"HTTP/1.1 202 Accepted\n\n"
        url = create(content=["x"], in_reply_to=["http://them.example/"])
        work()
        new = send({"action": "update", "url": url, "replace": {"mp-slug": ["moved"]}}).location
        work()

        assert [url, new] == [form["source"] for _, form in frozen_web.posted]


class TestOnce:
    """§2, update: what makes sense once, and is a list all the same."""

    @pytest.mark.parametrize(
        ("name", "selector"), [("content", ".e-content"), ("name", "h1.p-name"), ("summary", ".p-summary")]
    )
    def test_the_first_is_shown(self, create, send, client, name, selector):
        url = create(**{"photo": ["http://them.example/1.jpg"], name: ["One"]})
        send({"action": "update", "url": url, "add": {name: ["Two"]}})
        page = BeautifulSoup(client.get(url).text, "lxml")

        assert ["One"] == [element.get_text() for element in page.select(f"main {selector}")]


class TestDirection:
    """§2, transport: the base direction of plain text is that of its words."""

    @pytest.mark.parametrize("selector", [".p-name", ".e-content", ".p-category"])
    @pytest.mark.parametrize("path", ["permalink", "home"])
    def test_name_content_and_category_find_theirs(self, create, client, selector, path):
        url = create(name=["عنوان"], content=["نص عربي"], category=["وسم"])
        page = BeautifulSoup(client.get(url if path == "permalink" else "/").text, "lxml")
        found = page.select(f"article {selector}")

        assert found
        assert {"auto"} == {element.get("dir") for element in found if not element.find_parent(class_="h-card")}


class TestAtOnce:
    """§2, transport: all is checked before the answer, and the answer is final."""

    def test_201_and_never_202(self, create, client):
        """A client asks for the Location at once (micropublish)."""
        url = create(content=["x"], photo=["http://slow.example/1.jpg"])

        assert 200 == client.get(url).status_code

    @pytest.mark.parametrize("hidden", [{"post_status": ["draft"]}, {"visibility": ["private"]}, {"published": [FAR]}])
    def test_404_for_the_location_of_a_draft(self, create, client, hidden):
        """401 or 410 is a failure to it, 404 a page to wait for."""
        assert 404 == client.get(create(content=["x"], **hidden)).status_code


def test_no_line_of_the_servers_log_has_a_token(client, store, bearer, caplog):
    """§9: neither where it is refused, nor where a fault of ours is written down with its traceback."""
    caplog.set_level(logging.DEBUG)
    client.application.testing = False
    header = bearer("create")
    secret = header["Authorization"][7:]
    note = {"h": "entry", "content": "x"}
    store.database.execute("DROP TABLE paths")
    answers = [
        client.post("/micropub", data=note, headers=header),
        client.post("/micropub", data=note | {"access_token": secret}),
        client.post("/micropub", json={"properties": {"content": ["x"]}, "access_token": secret}, headers=header),
        client.post("/micropub", data=note, headers={"Authorization": f"Bearer {secret}x"}),
        client.post(f"/micropub?access_token={secret}", data=note),
    ]

    assert [500, 500, 500, 401, 401] == [answer.status_code for answer in answers]
    assert "Traceback" in caplog.text
    assert secret not in caplog.text
