"""Creating posts over HTTP: where they stand, who sees them, what they keep."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import mf2py
import pytest

from indie import wiring
from indie.store.finding import Filter


@pytest.fixture
def page(client):
    """`page(url)` is the h-entry of a permalink, as mf2py reads it."""

    def read(url):
        answer = client.get(url)
        assert 200 == answer.status_code
        (entry,) = [item for item in mf2py.parse(answer.text, url=url)["items"] if item["type"] == ["h-entry"]]
        return entry["properties"]

    return read


def test_201_and_the_page_is_there(client, post):
    """Location is absolute and answers at once; the body says the same (some clients read only that)."""
    answer = post({"content": "Hello"})

    assert (201, "application/json", "no-store") == (answer.status_code, answer.mimetype, answer.headers["Cache-Control"])
    assert re.fullmatch(r"http://site\.example/\d{4}/\d\d/\d\d/hello", answer.location)
    assert answer.location == answer.json["url"]
    assert 200 == client.get(answer.location).status_code


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-8",
        "Application/X-WWW-Form-Urlencoded;charset=UTF-8",
    ],
)
def test_a_form_is_a_form(post, content_type):
    """Whatever is said beside its media type."""
    assert 201 == post("content=Hello", content_type=content_type).status_code


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_is_json(post, content_type):
    """Known compares the whole header, and so breaks micropublish."""
    assert 201 == post('{"properties":{"content":["x"]}}', content_type=content_type).status_code


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "", "application/jf2+json", "nonsense"])
def test_415_for_what_is_neither(post, posts, content_type):
    """As JSON, and no post is made."""
    answer = post("content=Hello", content_type=content_type)

    assert (415, "invalid_request") == (answer.status_code, answer.json["error"])
    assert 0 == posts()


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/json", "text/html;q=0.1, */*"])
def test_the_answer_is_json_whatever_is_accepted(post, accept):
    """Errors too: a client shows them to people."""
    assert "invalid_request" == post({}, headers={"Accept": accept}).json["error"]


class TestNothingToPost:
    @pytest.mark.parametrize(
        "properties",
        [
            {},
            {"content": []},
            {"content": [""]},
            {"content": ["  \n"]},
            {"content": [{"html": ""}]},
            {"content": [{"html": " ", "value": ""}], "category": [None]},
            {"published": ["2026-07-23"], "post-status": ["draft"], "visibility": ["private"]},
            {"url": ["https://a.example/"], "uid": ["x"]},
        ],
        ids=str,
    )
    def test_400_for_a_post_without_anything_in_it(self, post, posts, properties):
        answer = post(json={"type": ["h-entry"], "properties": properties})

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert 0 == posts()

    @pytest.mark.parametrize(
        "name", ["name", "photo", "like-of", "repost-of", "bookmark-of", "checkin", "summary", "x-unknown", "category"]
    )
    def test_201_for_a_post_without_content(self, post, name):
        """A like has no content, and what we do not know is no reason to refuse."""
        assert 201 == post({name: "https://a.example/1"}).status_code


class TestDates:
    @pytest.mark.parametrize(
        ("sent", "shown"),
        [
            ("2026-07-23T17:00:00-05:00", "2026-07-23T17:00:00-05:00"),
            ("2026-07-23T17:00:00+0100", "2026-07-23T17:00:00+01:00"),
            ("2026-07-23 17:00:00Z", "2026-07-23T17:00:00+00:00"),
            ("2026-07-23", "2026-07-23T00:00:00+00:00"),
        ],
    )
    def test_published_is_honoured(self, create, page, sent, shown):
        """Offset and all; the path has the date on its author's wall."""
        url = create(content=["x"], published=[sent])

        assert datetime.fromisoformat(shown) == datetime.fromisoformat(page(url)["published"][0])
        assert "/2026/07/23/" in url

    @pytest.mark.parametrize("name", ["published", "updated"])
    @pytest.mark.parametrize("date", ["yesterday", "2026-13-01", "2026-07-23T25:00:00Z", 2026, {"a": 1}, "0001-01-01T00:00+23:00"])
    def test_400_for_what_is_no_date(self, post, posts, name, date):
        answer = post(json={"properties": {"content": ["x"], name: [date]}})

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert name in answer.json["error_description"]
        assert 0 == posts()

    def test_an_import_keeps_when_it_was_updated(self, create, store):
        create(content=["x"], published=["2020-01-01T00:00:00Z"], updated=["2021-01-01T00:00:00Z"])
        (stored,) = store.finding.posts(Filter(), 1)

        assert 2021 == stored.updated.year


class TestWho:
    """Status and visibility say who may see a post."""

    def test_a_draft_is_for_nobody(self, client, create):
        """Its URL is final, and answers 404 to the public."""
        url = create(content=["x"], post_status=["draft"])

        assert 404 == client.get(url).status_code
        assert url not in client.get("/").text

    def test_a_private_post_is_for_nobody_else(self, client, create):
        url = create(content=["x"], visibility=["private"])

        assert 404 == client.get(url).status_code
        assert url not in client.get("/").text

    def test_an_unlisted_post_is_for_those_who_have_its_address(self, client, create):
        """200, on no list, and search engines are asked to leave it out."""
        url = create(content=["x"], visibility=["unlisted"])
        answer = client.get(url)

        assert (200, "noindex") == (answer.status_code, answer.headers["X-Robots-Tag"])
        assert url not in client.get("/").text

    def test_a_public_post_is_on_the_home_page(self, client, create):
        url = create(content=["x"], visibility=["public"], post_status=["published"])

        assert url in client.get("/").text
        assert "X-Robots-Tag" not in client.get(url).headers

    @pytest.mark.parametrize(
        ("name", "value"),
        [("post-status", "queued"), ("visibility", "protected"), ("visibility", ["public"]), ("post-status", {"a": "draft"})],
    )
    def test_400_for_another_word(self, post, posts, name, value):
        """What should be hidden is never shown because a word was not understood."""
        answer = post(json={"properties": {"content": ["x"], name: [value]}})

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
        assert 0 == posts()

    @pytest.mark.parametrize("form", [{"post-status": "draft"}, {"visibility": "unlisted"}, {"visibility": "private"}])
    def test_nobody_is_told_of_what_is_not_for_all(self, post, work, frozen_web, form):
        """No webmention betrays a draft."""
        post({"content": "https://a.example/1", "in-reply-to": "https://a.example/2", **form})
        work()

        assert [] == frozen_web.posted


class TestPaths:
    def test_mp_slug_is_the_end_of_the_path(self, create):
        assert create(content=["Hello"], commands={"mp-slug": ["my-slug"]}).endswith("/my-slug")

    def test_a_second_post_of_the_same_name_gets_a_number(self, create, client):
        """No post takes the place of another."""
        first, second = create(content=["Hello"]), create(content=["Hello"])

        assert second == f"{first}-2"
        assert [200, 200] == [client.get(url).status_code for url in (first, second)]

    def test_a_deleted_post_keeps_its_path(self, create, post):
        first = create(content=["Hello"])
        post({"action": "delete", "url": first}, scope="delete")

        assert f"{first}-2" == create(content=["Hello"])

    def test_two_at_once_get_two_paths(self, settings, store, bearer):
        """However close they come: the path is chosen under the lock."""
        app = wiring.create_app(settings, store)
        headers = bearer("create")

        def send(number):
            form = {"content": "Hello", "category": str(number)}
            answer = app.test_client().post("/micropub", data=form, headers=headers)
            store.database.release()
            return answer.status_code, answer.location

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(send, range(24)))

        assert {201} == {status for status, _ in answers}
        assert 24 == len({location for _, location in answers})

    @pytest.mark.parametrize("slug", ["../../etc/passwd", "micropub", "/", "..", "a?b#c", "%2e%2e", "<b>", "ö" * 200])
    def test_no_slug_leads_elsewhere(self, create, client, slug):
        url = create(content=["Hello"], commands={"mp-slug": [slug]})

        assert re.fullmatch(r"http://site\.example/\d{4}/\d\d/\d\d/[a-z0-9-]{1,80}", url)
        assert 200 == client.get(url).status_code


class TestContent:
    @pytest.mark.parametrize(
        "text",
        ["100% sure + C++ & <b>not bold</b>", "🤓 🏳️‍🌈", "שלום עולם", "one\ntwo", "&lt;i&gt; &amp;", "\u202egnp.exe", "\\u0000"],
    )
    def test_plain_text_stays_what_it_was(self, create, page, ask, text):
        """On the page, where nothing in it is markup, and in q=source."""
        url = create(content=[text])

        assert " ".join(text.split()) == " ".join(page(url)["content"][0]["value"].split())
        assert [text] == ask("source", url=url).json["properties"]["content"]

    def test_html_is_markup(self, create, page):
        html = page(create(content=[{"html": "<p>This is <b>bold</b>.</p>"}]))["content"][0]["html"]

        assert "<b>bold</b>" in html

    def test_html_runs_nothing(self, create, client, ask):
        """It is stored as it came, and cleaned for the page."""
        html = '<p onclick="x()">Hi</p><script>alert(1)</script><img src=x onerror=alert(1)>'
        url = create(content=[{"html": html}])

        assert [{"html": html}] == ask("source", url=url).json["properties"]["content"]
        shown = client.get(url).text
        assert [] == [bad for bad in ("onclick", "alert(1)", "onerror") if bad in shown]

    @pytest.mark.parametrize("kind", ["form", "multipart", "json"])
    def test_600_kb_of_text_pass(self, post, ask, kind):
        """Flask's own limit is half a megabyte, for forms of both kinds."""
        text = "A long article. " * 40_000
        more = {
            "form": {"form": {"content": text}},
            "multipart": {
                "form": f'--x\r\nContent-Disposition: form-data; name="content"\r\n\r\n{text}\r\n--x--\r\n',
                "content_type": "multipart/form-data; boundary=x",
            },
            "json": {"json": {"properties": {"content": [text]}}},
        }[kind]
        answer = post(**more)

        assert 201 == answer.status_code
        assert [text] == ask("source", url=answer.location).json["properties"]["content"]

    def test_what_is_unknown_is_kept(self, create, ask):
        """Values, order and types of JSON."""
        url = create(content=["x"], x_unknown=[1.5, True, {"a": ["b"]}, "c"])

        assert [1.5, True, {"a": ["b"]}, "c"] == ask("source", url=url).json["properties"]["x-unknown"]

    def test_commands_are_not_kept(self, create, ask, client):
        """Neither in q=source nor on the page."""
        url = create(content=["x"], commands={"mp-slug": ["s"], "mp-secret": ["whisper"]}, mp_other=["whisper"])

        assert "mp-" not in ask("source", url=url).text
        assert "whisper" not in client.get(url).text

    def test_a_clients_url_and_uid_are_not_kept(self, create, ask):
        """Only the site knows where a post stands."""
        url = create(content=["x"], url=["https://evil.example/"], uid=["https://evil.example/"])
        properties = ask("source", url=url).json["properties"]

        assert [url] == properties["url"]
        assert [url] == properties["uid"]

    @pytest.mark.parametrize("kind", ["h-event", "h-review", "h-recipe", "h-cite", "h-unheard-of"])
    def test_other_types_are_taken(self, create, client, kind):
        assert 200 == client.get(create(name=["x"], kind=kind)).status_code


@pytest.mark.parametrize(
    ("limit", "more"),
    [
        ({"MAX_CONTENT_LENGTH": 1000}, {"form": {"content": "x" * 2000}, "content_type": "multipart/form-data"}),
        ({"MAX_FORM_MEMORY_SIZE": 1000}, {"form": {"content": "x" * 2000}}),
        ({"MAX_FORM_MEMORY_SIZE": 1000}, {"form": {"content": "x" * 2000}, "content_type": "multipart/form-data"}),
        ({"MAX_FORM_MEMORY_SIZE": 1000}, {"json": {"properties": {"content": ["x" * 2000]}}}),
        ({"MAX_FORM_PARTS": 5}, {"form": {f"x{n}": "x" for n in range(9)}, "content_type": "multipart/form-data"}),
    ],
    ids=["body", "form", "multipart", "json", "parts"],
)
def test_413_is_json(client, post, posts, limit, more):
    """With words for a person."""
    client.application.config.update(limit)
    answer = post(**more)

    assert (413, "invalid_request") == (answer.status_code, answer.json["error"])
    assert 0 == posts()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_405_is_json(client, method):
    """And names what is allowed."""
    answer = client.open("/micropub", method=method)

    assert (405, "invalid_request") == (answer.status_code, answer.json["error"])
    assert "POST" in answer.headers["Allow"]


def test_a_large_form_is_not_read_for_nobody(client):
    """Whoever has no token cannot fill our memory: text is limited before it is looked at."""

    class Unread:
        def read(self, *_):
            pytest.fail("the body was read")

    answer = client.post(
        "/micropub",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": str(90 * 1024 * 1024)},
    )

    assert 413 == answer.status_code


@pytest.mark.parametrize("body", [b"content=Gr\xfc\xdfe", b"content=\xff\xfe", b"\xff=x", b"content=%FC", b"content=%"])
def test_bytes_that_are_no_utf_8_are_no_fault_of_ours(post, body):
    """UTF-8 is a must; what is none is refused or kept, and never a 500."""
    assert post(body, content_type="application/x-www-form-urlencoded").status_code in (201, 400)
