"""
What a sender meets at our door: the receiver's part of the Webmention Recommendation, a class for each section.

Also webmention.rocks's tests of receivers, and what its report template asks of the door.
"""

import re

import pytest
import time_machine

from indie import publishing, times
from indie.webmention import admission
from tests.webmention.conftest import ME, html

SOURCE = "http://ann.example/1"
BAD = "jwoijgoisdjlskjegisvjowuehjtkx"


@pytest.fixture
def send(client, target):
    """`send()` sends a webmention of the note; `send(source=…)` another."""

    def post(source=SOURCE, target=target, **headers):
        return client.post("/webmention", data={"source": source, "target": target}, headers=headers)

    return post


@pytest.fixture
def work(work):
    """`work()` runs every job that is due when what was sent just now has been gathered."""

    def later():
        with time_machine.travel(times.now() + 2 * admission.GATHERED):
            work()

    return later


def told(client, answer):
    """What the status URL of an answer says."""
    return client.get(answer.headers["Location"], headers={"Accept": "application/json"}).json


class TestReceiver1:
    """webmention.rocks, receiver 1: a sender discovers the endpoint and sends."""

    @pytest.fixture
    def found(self, client, post):
        page = client.get(post.path)
        return [
            *(re.search("<(.*)>", link)[1] for link in page.headers.getlist("Link") if 'rel="webmention"' in link),
            *re.findall(r'<link rel="webmention" href="(.*?)">', page.text),
        ]

    def test_the_endpoint_is_found_by_header_and_by_element(self, found):
        assert [f"{ME}webmention"] * 2 == found

    def test_201_with_a_location(self, client, found, target):
        answer = client.post(found[0], data={"source": f"{SOURCE}/receive", "target": target})
        assert (201, True) == (answer.status_code, answer.headers["Location"].startswith(ME))


class TestReceiver2:
    """webmention.rocks, receiver 2: what cannot be is refused at once."""

    @pytest.mark.parametrize(("source", "target"), [(BAD, None), (SOURCE, BAD), (BAD, BAD)])
    def test_400_for_what_is_no_url(self, send, source, target):
        answer = send(source, target) if target else send(source)
        assert 400 == answer.status_code


class TestReport:
    """What the report template of webmention.rocks asks of the door (spec §1.5)."""

    @pytest.mark.parametrize("fragment", ["#section", "#c-1", "#:~:text=a"])
    def test_the_fragment_of_the_target_is_ignored(self, send, target, fragment):
        assert 201 == send(target=target + fragment).status_code

    @pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=UTF-8"])
    def test_a_form_may_name_its_charset(self, client, target, kind):
        answer = client.post("/webmention", data=f"source={SOURCE}&target={target}", content_type=kind)
        assert 201 == answer.status_code

    def test_no_cookie_is_set_or_asked_for(self, send):
        """So that there is nothing to forge a request with."""
        assert "Set-Cookie" not in send().headers

    def test_an_update_is_no_second_one(self, send, store):
        assert send().headers["Location"] == send().headers["Location"]
        assert 1 == len(store.webmentions.all())


class TestReceiving:
    """§3.2 Receiving Webmentions."""

    def test_201_and_the_location_of_a_status_page(self, client, send):
        answer = send()
        assert (201, "queued") == (answer.status_code, told(client, answer)["status"])

    def test_the_status_url_cannot_be_guessed(self, send):
        """It has 144 bits of chance in it, and nothing of the pair."""
        tokens = {send(f"{SOURCE}{number}").headers["Location"].rpartition("/")[2] for number in range(20)}
        assert 20 == len(tokens)
        assert {24} == {len(token) for token in tokens}

    def test_303_to_it_for_a_browsers_form(self, send):
        answer = send(Accept="text/html,*/*;q=0.8")
        assert (303, f"{ME}webmention/") == (answer.status_code, answer.headers["Location"][: len(ME) + 11])

    def test_415_for_another_media_type(self, client, target):
        assert 415 == client.post("/webmention", json={"source": SOURCE, "target": target}).status_code

    def test_other_parameters_make_no_difference(self, client, target):
        """Later versions, and Vouch, have more of them."""
        form = {"source": SOURCE, "target": target, "vouch": "http://x.example/"}
        assert 201 == client.post("/webmention", data=form).status_code

    def test_it_is_queued_and_verified_later(self, send, frozen_web, work):
        """Nobody waits for the source."""
        frozen_web.pages[SOURCE] = html("")
        send()
        before = list(frozen_web.requested)
        work()
        assert ([], [SOURCE]) == (before, frozen_web.requested)


class TestRequestVerification:
    """§3.2.1 Request Verification."""

    @pytest.mark.parametrize("source", ["ftp://ann.example/1", "mailto:ann@ann.example", "javascript:alert(1)", "//ann.example/1",
                                        "ann.example/1", "http://", "http:// ann.example/"])  # fmt: skip
    def test_400_for_a_source_that_is_no_http_url(self, send, source):
        answer = send(source)
        assert (400, "source_not_allowed") == (answer.status_code, answer.json["error"])

    @pytest.mark.parametrize("target", ["ftp://site.example/", "mailto:me@site.example", "//site.example/"])
    def test_400_for_a_target_that_is_no_http_url(self, send, target):
        answer = send(target=target)
        assert (400, "target_not_supported") == (answer.status_code, answer.json["error"])

    @pytest.mark.parametrize("spelling", ["{}", "{}/", "{}#x", "{}?utm_source=x", "HTTPS{}"])
    def test_400_where_source_and_target_are_one(self, send, target, spelling):
        source = spelling.format(target.removeprefix("http") if "HTTPS" in spelling else target)
        answer = send(source)
        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])

    def test_400_where_they_are_two_addresses_of_one_post(self, store, send, post, target):
        publishing.update(store, ME, times.now(), post, lambda post: post.item, {"mp-slug": ["fences"]})
        assert 400 == send(f"{ME}{post.path.rpartition('/')[0].lstrip('/')}/fences").status_code

    @pytest.mark.parametrize("target", ["http://other.example/", f"{ME}nothing", f"{ME}webmention", f"{ME}c/1", f"{ME}tags/x/"])
    def test_400_for_a_target_that_takes_none(self, send, target):
        """At once, as the sender can do nothing about it later."""
        answer = send(target=target)
        assert (400, "target_not_supported") == (answer.status_code, answer.json["error"])

    def test_the_home_page_takes_them(self, client, send):
        """Follows, and tags of people, name it; it says so itself."""
        assert f'<{ME}webmention>; rel="webmention"' in client.get("/").headers.getlist("Link")
        assert 201 == send(target=ME).status_code

    def test_hidden_posts_are_as_if_they_never_were(self, store, send, publish):
        """Byte for byte, whether draft, private, deleted or never there."""
        deleted = publish(content="Gone.")
        publishing.delete(store, deleted, ME, times.now())
        hidden = [publish(content="Draft.", post_status="draft"), publish(content="Private.", visibility="private"), deleted]
        answers = [send(target=url) for url in [f"{ME}2026/01/01/nothing", *(post.url(ME) for post in hidden)]]
        assert 1 == len({(answer.status_code, answer.data, str(sorted(answer.headers))) for answer in answers})


class TestErrors:
    """§3.2.3 Error Responses."""

    @pytest.mark.parametrize(
        ("form", "status"),
        [({}, 400), ({"source": SOURCE}, 400), ({"target": ME}, 400), ({"source": [SOURCE] * 2, "target": ME}, 400),
         ({"source": SOURCE, "target": ME + "x" * 2048}, 413), ({"source": SOURCE, "target": ME, "more": "x" * 70_000}, 413)],
    )  # fmt: skip
    def test_a_fault_of_the_senders_is_named(self, client, form, status):
        """By a code for programs, and a sentence for people."""
        answer = client.post("/webmention", data=form, content_type="application/x-www-form-urlencoded")
        assert (status, "invalid_request") == (answer.status_code, answer.json["error"])
        assert answer.json["error_description"].endswith(".")

    def test_405_says_what_is_allowed(self, client):
        answer = client.put("/webmention")
        assert (405, True) == (answer.status_code, "POST" in answer.headers["Allow"])

    @pytest.mark.parametrize(
        ("status", "code"), [("404 Not Found", "source_not_found"), ("200 OK", "no_link_found")]
    )
    def test_what_is_wrong_with_the_source_is_told_later(self, client, send, frozen_web, work, status, code):
        frozen_web.pages[SOURCE] = html("<p>No link.", status)
        answer = send()
        work()
        found = told(client, answer)
        assert ("error", True) == (found["status"], f"({code})" in found["summary"])


class TestUpdates:
    """§3.2.4 Updating existing Webmentions."""

    def test_what_was_shown_is_shown_until_the_next_look(self, client, send, frozen_web, work, answer, post):
        """Nobody hides a response by sending it again."""
        frozen_web.pages[SOURCE] = answer()
        send()
        work()
        send()
        assert "I think so too." in client.get(post.path).text

    def test_a_failure_that_passes_takes_nothing_away(self, client, send, frozen_web, work, answer, post):
        frozen_web.pages[SOURCE] = answer()
        send()
        work()
        frozen_web.pages[SOURCE] = html("", "500 Oops")
        send()
        work()
        assert "I think so too." in client.get(post.path).text


class TestSecurity:
    """§4 Security Considerations, as far as they concern the door."""

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "2130706433"])
    def test_400_for_a_source_inside_a_network(self, send, host):
        """§4.3: nobody makes us look at what is ours."""
        assert 400 == send(f"http://{host}/").status_code

    @pytest.mark.parametrize("source", ["http://ann.example/\r\nLocation: x", "http://ann.example/\x00", "http://ann.example/\u2028x"])
    def test_400_for_what_could_begin_a_new_line(self, send, source):
        assert 400 == send(source).status_code

    @pytest.mark.parametrize("body", [b"source=%ED%A0%80&target=x", b"source=\xff&target=\xff", b"source=%00&target=%00"])
    def test_400_for_bytes_that_are_no_text(self, client, body):
        assert 400 == client.post("/webmention", data=body, content_type="application/x-www-form-urlencoded").status_code

    def test_what_is_fetched_is_told_to_nobody(self, client, send, frozen_web, work):
        """The status page has nothing of the page in it, whoever asks."""
        frozen_web.pages[SOURCE] = html('<title>Secret</title><p>Secret.<a href="http://secret.example/">x</a>')
        answer = send()
        work()
        page = client.get(answer.headers["Location"], headers={"Accept": "text/html"}).text
        assert "ecret" not in page + str(told(client, answer))
