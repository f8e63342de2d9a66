"""Attacks by what is sent to the endpoint itself: spellings of targets, forms, floods (Webmention §7.2)."""

import itertools
import time

import pytest
import requests

from tests.live.running import PATIENCE

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def site(tmp_path_factory, hosting):
    """A site that takes webmentions, however many, and looks at none."""
    with hosting(tmp_path_factory.mktemp("door") / "data") as made:
        made.settings["INDIE_RATE_LIMIT"] = "off"
        made.owner()
        yield made.start("serve", "--no-worker")


@pytest.fixture
def post(site, number=itertools.count()):  # noqa: B008  # one count for all
    return site.micropub({"content": [f"Attack this ({next(number)})."]})


SPELLINGS = {
    "plain": "{home}{path}",
    "https": "https://{netloc}/{path}",
    "upper-case scheme": "HTTP://{netloc}/{path}",
    "slash": "{home}{path}/",
    "two slashes": "{home}/{path}",
    "fragment": "{home}{path}#c-1",
    "query": "{home}{path}?a=b",
    "tracking": "{home}{path}?utm_source=x",
    "reply": "{home}{path}?replytocom=1",
    "dots": "{home}x/../{path}",
    "escaped dots": "{home}x/%2e%2e/{path}",
    "escaped slash": "{home}%2f{path}",
    "escaped letter": "{home}{path}%61",
    "final dot": "http://127.0.0.1.:{port}/{path}",
    "semicolon": "{home}{path};x=y",
    "NUL": "{home}{path}\0",
    "CRLF": "{home}{path}\r\nX: y",
    "space": "{home}{path} x",
    "upper case": "{home}{upper}",
}
ELSEWHERE = {
    "another host": "http://evil.example/{path}",
    "another port": "http://127.0.0.1:1/{path}",
    "user": "http://{netloc}@evil.example/{path}",
    "our host as user": "http://evil@{netloc}/{path}",
    "no scheme": "//{netloc}/{path}",
    "backslash": "http://evil.example\\@{netloc}/{path}",
    "another scheme": "ftp://{netloc}/{path}",
    "longer": "{home}{path}x",
    "shorter": "{home}{shorter}",
    "endpoint": "{home}webmention",
    "micropub": "{home}micropub",
    "feed": "{home}feed",
    "status page": "{home}webmention/x",
    "lookalike": "http://127.0.0.１:{port}/{path}x",
}


class TestTargets:
    @pytest.fixture(scope="class")
    @staticmethod
    def paths(site):
        """A path of each kind that takes nothing, and that of a post."""

        def make(**more):
            url = site.micropub({"content": [f"Hidden: {more}."], **{name.replace("_", "-"): [value] for name, value in more.items()}})
            return url.removeprefix(site.home)

        deleted = make(category="deleted")
        form = {"action": "delete", "url": site.home + deleted}
        site.http.post(f"{site.home}micropub", data=form, timeout=PATIENCE).raise_for_status()
        public = make()
        hidden = [make(post_status="draft"), make(visibility="private"), make(published="2199-01-01T00:00:00Z"), deleted]
        return public, ["2026/7/23/unknown", *hidden]

    @pytest.mark.parametrize("spelling", SPELLINGS)
    def test_a_spelling_tells_nothing_about_what_is_hidden(self, site, paths, spelling):
        """Unknown, draft, private, scheduled, deleted: the same 400, byte for byte."""
        answers = {said(site, SPELLINGS[spelling], path) for path in paths[1]}
        assert 1 == len(answers)
        assert 400 == answers.pop()[0]

    @pytest.mark.parametrize("spelling", ELSEWHERE)
    def test_what_only_looks_like_a_post_is_none(self, site, paths, spelling):
        assert 400 == said(site, ELSEWHERE[spelling], paths[0])[0]


def said(site, spelling, path):
    netloc = site.home.split("/")[2]
    target = spelling.format(
        home=site.home, netloc=netloc, port=site.port, path=path, upper=path.upper(), shorter=path[:-1]
    )
    answer = site.http.post(f"{site.home}webmention", data={"source": "http://127.0.0.2:1/", "target": target}, timeout=PATIENCE)
    return answer.status_code, answer.text


FORM = "application/x-www-form-urlencoded"


class TestForms:
    """What is posted to the endpoint, byte by byte."""

    @pytest.fixture
    def send(self, site):
        def post_(body, kind=FORM):
            return requests.post(f"{site.home}webmention", data=body, headers={"Content-Type": kind}, timeout=PATIENCE)

        return post_

    @pytest.mark.parametrize(
        "source",
        [
            "http://127.0.0.2:1/%00",
            "http://127.0.0.2:1/%0d%0aLocation:%20x",
            "http://127.0.0.2:1/%0aSubject: x",
            "http://127.0.0.2:1/%ed%a0%80",
            "http://127.0.0.2:1/%ff%fe",
            "http://127.0.0.2:1/%e2%80%ae",
            "http://127.0.0.2:1/%e2%80%a8x",
            "%00",
        ],
    )
    def test_400_for_bytes_that_belong_in_no_url(self, send, post, source):
        answer = send(f"source={source}&target={post}")
        assert 400 == answer.status_code
        assert "Location" not in answer.headers

    @pytest.mark.parametrize("name", ["source", "target"])
    def test_413_for_an_address_of_more_than_2048_bytes(self, send, post, name):
        fields = {"source": "http://127.0.0.2:1/", "target": post}
        fields[name] += "?" + "x" * 2048
        assert 413 == send("&".join("=".join(pair) for pair in fields.items())).status_code

    @pytest.mark.parametrize("twice", ["source=http://127.0.0.2:1/a", "target={post}"])
    def test_400_for_a_field_twice(self, send, post, twice):
        """Of two sources none is taken."""
        assert 400 == send(f"source=http://127.0.0.2:1/a&target={post}&{twice.format(post=post)}").status_code

    def test_ten_thousand_fields_are_no_trouble(self, send, post):
        """Fewer bytes than a form may have; taken or refused."""
        answer = send("a=&" * 10_000 + f"source=http://127.0.0.2:1/many&target={post}")
        assert answer.status_code in (201, 400, 413)

    def test_413_for_more_than_64_kb(self, send, post):
        answer = send(f"source=http://127.0.0.2:1/&target={post}&more={'x' * 70_000}")
        assert (413, "invalid_request") == (answer.status_code, answer.json()["error"])

    def test_413_where_nobody_says_how_long_it_is(self, site, post):
        """Sent in chunks, without Content-Length."""
        chunks = iter([f"source=http://127.0.0.2:1/&target={post}&more=".encode(), *[b"x" * 8192] * 20])
        answer = requests.post(f"{site.home}webmention", data=chunks, headers={"Content-Type": FORM}, timeout=PATIENCE)
        assert answer.status_code in (400, 411, 413)

    @pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
    def test_415_for_what_is_no_form(self, send, post, kind):
        assert 415 == send(f'{{"source": "http://127.0.0.2:1/", "target": "{post}"}}', kind).status_code

    def test_it_answers_as_quickly_as_it_is_asked(self, send, post):
        """Whatever the source is: nobody is asked while the sender waits (a source that never answers, 10 s each)."""
        began = time.monotonic()
        for number in range(20):
            assert 201 == send(f"source=http://127.0.0.3:1/{number}&target={post}").status_code
        assert time.monotonic() - began < 10


class TestRates:
    MANY = 400

    def test_429_with_retry_after_where_limits_are_on(self, tmp_path, hosting):
        """As they are unless the operator turns them off; with a sentence, and seconds to wait."""
        with hosting(tmp_path / "data") as limited:
            limited.owner()
            limited.start("serve", "--no-worker")
            answer = self.send(limited, limited.micropub({"content": ["Enough."]}))
        assert 429 == answer.status_code
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.json()["error_description"].endswith(".")

    def test_none_where_they_are_off(self, tmp_path, hosting):
        with hosting(tmp_path / "data") as free:
            free.settings["INDIE_RATE_LIMIT"] = "off"
            free.owner()
            free.start("serve", "--no-worker")
            assert 201 == self.send(free, free.micropub({"content": ["More."]})).status_code

    def send(self, site, post):
        """Send many from one address about one host; the answer that was no 201, or the last."""
        for number in range(self.MANY):
            form = {"source": f"http://127.0.0.2:1/{number}", "target": post}
            answer = site.http.post(f"{site.home}webmention", data=form, timeout=PATIENCE)
            if answer.status_code != 201:
                break
        return answer
