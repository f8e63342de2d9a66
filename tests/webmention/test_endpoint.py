"""What the endpoint answers while the sender waits: nothing here asks the network (Webmention §3.2.1)."""

import io
import json

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from indie import publishing, times
from indie.errors import ServerBusy
from tests.webmention.conftest import html

ME = "http://site.example/"
SOURCE = "http://ann.example/1"
FORM = "application/x-www-form-urlencoded"


def send(client, source=SOURCE, target="", **headers):
    return client.post("/webmention", data={"source": source, "target": target}, headers=headers)


def refused(answer, code, status=400):
    """That it is refused with this code, and with one sentence for a person."""
    assert (status, code) == (answer.status_code, answer.json["error"])
    sentence = answer.json["error_description"]
    assert sentence.endswith((".", ")"))
    assert not sentence.endswith("..")
    return sentence


class TestAccepted:
    def test_201_with_a_status_url(self, client, target):
        """A webmention that passes the checks is queued: 201, Location, JSON."""
        answer = send(client, target=target)
        assert 201 == answer.status_code
        assert answer.headers["Location"].startswith(f"{ME}webmention/")
        assert {
            "status": "queued", "location": answer.headers["Location"], "source": SOURCE, "target": target
        } == answer.json  # fmt: skip

    def test_303_for_a_browsers_form(self, client, target):
        """A person is led to the page that tells what becomes of it."""
        answer = send(client, target=target, Accept="text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
        assert 303 == answer.status_code
        assert 200 == client.get(answer.headers["Location"], headers={"Accept": "text/html"}).status_code

    def test_the_pair_is_one_however_often_it_is_sent(self, client, target, store):
        """A second request has the same status URL and makes no second row or job."""
        assert send(client, target=target).headers["Location"] == send(client, target=target).headers["Location"]
        assert 1 == len(store.webmentions.all())
        assert 1 == store.jobs.waiting()

    @pytest.mark.parametrize("spelling", ["{}/", "{}#c-1", "{}?ref=1", "https{}", "{} "])
    def test_the_target_in_any_spelling(self, client, target, spelling):
        """By http or https, with a slash, a fragment, a query: all of them are addresses of the post."""
        spelled = spelling.format(target if "https" not in spelling else target.removeprefix("http"))
        assert 201 == send(client, target=spelled).status_code

    def test_an_unlisted_post_takes_responses(self, client, publish):
        unlisted = publish(content="Few know.", visibility="unlisted")
        assert 201 == send(client, target=unlisted.url(ME)).status_code

    def test_a_page_of_our_own_may_answer(self, client, target, publish):
        other = publish(content=f"See {target}")
        assert 201 == send(client, other.url(ME), target).status_code

    def test_nobody_is_asked(self, client, target, store):
        """The source is fetched by a job, later."""
        send(client, "http://nobody-is-here.example/", target)
        assert "queued" == store.webmentions.all()[0].state


class TestForm:
    def test_415_for_json(self, client, target):
        refused(client.post("/webmention", json={"source": SOURCE, "target": target}), "invalid_request", 415)

    def test_415_for_nothing(self, client):
        refused(client.post("/webmention"), "invalid_request", 415)

    def test_413_for_a_large_form(self, client, target):
        refused(send(client, SOURCE + "x" * 70_000, target), "invalid_request", 413)

    def test_413_for_a_large_form_that_does_not_say_so(self, client, target):
        """Sent in chunks: it is read no further than is taken, and what is cut off is not guessed."""
        body = io.BytesIO(f"source={SOURCE}&target={target}&more={'x' * 70_000}".encode())
        builder = EnvironBuilder("/webmention", method="POST", input_stream=body, content_type=FORM)
        environ = {**builder.get_environ(), "wsgi.input_terminated": True}
        # Why not by the client: it would count the bytes again.
        environ.pop("CONTENT_LENGTH", None)
        _, status, _ = run_wsgi_app(client.application, environ)
        assert status.startswith("413")

    @pytest.mark.parametrize("odd", ["%ed%a0%80", "%ff", "%c0%ae", "\xff"])
    def test_400_for_what_is_no_utf_8(self, client, target, odd):
        """Nobody guesses what was meant."""
        body = f"target={target}&source={SOURCE}/".encode() + odd.encode("latin-1")
        refused(client.post("/webmention", data=body, content_type=FORM), "invalid_request")

    @pytest.mark.parametrize("name", ["source", "target"])
    @pytest.mark.parametrize("letter", ["x", "ü"])
    def test_413_for_a_url_of_more_than_2048_bytes(self, client, target, name, letter):
        fields = {"source": SOURCE, "target": target}
        fields[name] += "/" + letter * (2048 // len(letter.encode()))
        assert name in refused(client.post("/webmention", data=fields), "invalid_request", 413)

    def test_ten_thousand_other_fields_make_no_difference(self, client, target):
        """Others may send what a later version of the protocol has."""
        body = "a=&" * 10_000 + f"source={SOURCE}&target={target}"
        assert 201 == client.post("/webmention", data=body, content_type=FORM).status_code

    @pytest.mark.parametrize("missing", ["source", "target"])
    def test_400_without_one_of_the_two(self, client, target, missing):
        fields = {"source": SOURCE, "target": target, missing: ""}
        assert missing in refused(client.post("/webmention", data=fields), "invalid_request")

    @pytest.mark.parametrize("twice", ["source", "target"])
    def test_400_with_one_of_them_twice(self, client, target, twice):
        """Of two sources none is taken."""
        fields = {"source": [SOURCE], "target": [target]}
        fields[twice] *= 2
        assert twice in refused(client.post("/webmention", data=fields), "invalid_request")


class TestSource:
    @pytest.mark.parametrize(
        "source",
        [
            "jwoijgoisdjlskjegisvjowuehjtkx",
            "ftp://ann.example/",
            "javascript:alert(1)",
            "http:///nohost",
            "http://ann.example\\@site.example/",
            "http://user@ann.example/",
            "http://ann.example/a b",
            "http://ann.example/\r\nX: y",
            "http://ann.example:0/",
        ],
    )
    def test_400_for_what_is_no_url_that_we_would_fetch(self, client, target, source):
        refused(send(client, source, target), "source_not_allowed")

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0", "[::1]", "[::ffff:10.0.0.1]", "localhost",
                 "10.0.0.1", "169.254.169.254", "192.168.1.1", "ann.example:22"]
    )  # fmt: skip
    def test_400_for_an_address_inside(self, client, target, host):
        """Literal addresses are vetted at once, names in the job."""
        refused(send(client, f"http://{host}/", target), "source_not_allowed")

    @pytest.mark.parametrize("source", ["{}", "{}/", "{}#x", "{}?utm_source=x"])
    def test_400_for_the_target_itself(self, client, target, source):
        assert "same page" in refused(send(client, source.format(target), target), "invalid_request")

    def test_400_for_another_address_of_the_same_post(self, client, target):
        refused(send(client, target.replace("http:", "https:") + "?x=1", target), "invalid_request")


class TestTarget:
    def test_one_sentence_for_everything_that_takes_none(self, client, publish, store, post):
        """Unknown, draft, private, deleted: nobody can find out what there is."""
        deleted = publish(content="Gone soon.")
        publishing.delete(store, deleted, ME, times.now())
        targets = [
            f"{ME}unknown",
            publish(content="Not yet.", post_status="draft").url(ME),
            publish(content="Mine.", visibility="private").url(ME),
            deleted.url(ME),
            f"{ME}c/1",
            f"{ME}before/2026-01-01T00:00:00.000000Z-1",
            f"{ME}webmention",
            "http://other.example" + post.path,
        ]
        assert 1 == len({refused(send(client, target=url), "target_not_supported") for url in targets})

    @pytest.mark.parametrize("target", ["nonsense", "ftp://site.example/x", "http://user@site.example/x", "//site.example/"])
    def test_400_for_no_url(self, client, target):
        refused(send(client, target=target), "target_not_supported")


class TestPage:
    def test_the_endpoint_in_a_browser_is_a_form(self, client):
        page = client.get("/webmention").text
        assert f'action="{ME}webmention" method="post"' in page

    def test_an_error_for_a_person_is_a_page(self, client):
        answer = send(client, target="nonsense", Accept="text/html")
        assert (400, "text/html") == (answer.status_code, answer.mimetype)


class TestStatus:
    def test_json_for_programs(self, client, target):
        url = send(client, target=target).headers["Location"]
        assert {
            "status": "queued", "summary": "It is waiting to be looked at.", "source": SOURCE, "target": target,
            "steps": [],
        } == client.get(url, headers={"Accept": "application/json"}).json  # fmt: skip

    def test_html_for_people(self, client, target):
        url = send(client, target=target).headers["Location"]
        page = client.get(url, headers={"Accept": "text/html"}).text
        assert "It is waiting to be looked at." in page
        assert '<meta http-equiv="refresh" content="5">' in page

    def test_sent_again_it_waits_again(self, client, receive, answer, look, target):
        """What is left of the last look says nothing about the next."""
        webmention, _ = look(receive(answer()))
        send(client, webmention.source, target)
        told = client.get(f"/webmention/{webmention.token}", headers={"Accept": "application/json"}).json
        assert ("queued", "It is waiting to be looked at.") == (told["status"], told["summary"])

    def test_why_it_will_be_tried_again(self, client, receive, look, target):
        webmention = receive(html("x", "503 Busy"))
        with pytest.raises(ServerBusy):
            look(webmention)
        told = client.get(f"/webmention/{webmention.token}", headers={"Accept": "application/json"}).json
        assert ("queued", True) == (told["status"], told["summary"].endswith("It will be tried again."))

    def test_it_is_kept_by_nobody(self, client, target):
        answer = client.get(send(client, target=target).headers["Location"])
        assert ("no-store", "noindex") == (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"])

    def test_404_for_a_token_that_is_none(self, client):
        assert 404 == client.get("/webmention/guessed").status_code

    def test_it_leads_to_where_the_response_stands(self, client, receive, answer, look, target):
        webmention, stored = look(receive(answer()))
        page = client.get(f"/webmention/{webmention.token}", headers={"Accept": "text/html"}).text
        assert f'href="{target}#c-{stored.id}"' in page


class TestSteps:
    """What was found, step by step, for whoever sent it (explain mode)."""

    FOUND = (("fetch", "200, text/html, 3 KB"), ("link", 'not found; near: http://site.example/x" <b>'))

    @pytest.fixture
    def explained(self, client, store, target):
        """`explained(accept)` gives the status page of one that was refused."""
        url = send(client, target=target).headers["Location"]
        steps = json.dumps(self.FOUND)
        store.webmentions.conclude(1, "error", "No link (no_link_found).", times.now())
        store.database.execute("UPDATE webmentions SET steps = :steps", steps=steps)
        return lambda accept: client.get(url, headers={"Accept": accept})

    def test_json(self, explained):
        steps = [{"step": step, "found": found} for step, found in self.FOUND]
        assert steps == explained("application/json").json["steps"]

    def test_html(self, explained):
        """As text, whatever there is in it."""
        page = explained("text/html").text
        assert '<dt>Link</dt><dd dir="auto">not found; near: http://site.example/x&#34; &lt;b&gt;</dd>' in page

    def test_none_that_are_left_from_an_earlier_sending(self, client, explained, store, target):
        send(client, target=target)
        assert [] == explained("application/json").json["steps"]

    def test_neither_is_kept_by_anybody(self, explained):
        kinds = ("application/json", "text/html")
        assert {("no-store", "noindex")} == {
            (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) for answer in map(explained, kinds)
        }
