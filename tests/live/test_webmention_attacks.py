"""
Attacks on who receives webmentions, from outside (Webmention §7.1, §7.2).

Ways into our own network by all that is fetched for a webmention: none reaches a canary on 127.0.0.1.
What takes too much is in test_attacks.py, what is executable in test_scripts.py, what is done to
somebody's comment in tests/conformance/test_threads*.py.
"""

import contextlib
import itertools
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup

from indie import times
from indie.errors import ParserGaveUp
from indie.mf2.sandbox import Parser
from tests.fetch.rawserver import INSIDE as THE_INSIDE
from tests.fetch.rawserver import RawServer, answering, page
from tests.fetch.test_attacks import INSIDE
from tests.live.running import PATIENCE, people, until
from tests.live.test_attacks import BOMBS

pytestmark = pytest.mark.live

WAITING = ("It is waiting to be looked at.", "The source is being looked at now.")

AUTHOR = '<p class="p-author h-card"><a class="p-name u-url" href="/">Ann</a></p>'
AUTHOR_PAGE = '<a class="u-author" href="{url}"></a>'
REL_AUTHOR = '<a rel="author" href="{url}">me</a>'
AVATAR = '<p class="p-author h-card"><img class="u-photo" src="{url}" alt=""><a class="p-name u-url" href="/">Ann</a></p>'
NESTED = AUTHOR + '<div class="u-comment h-cite"><a class="u-url" href="{url}">then</a><p class="p-content">It says.</p></div>'
PICTURES = AUTHOR + '<img class="u-photo" src="{url}" alt=""><div class="e-content"><img src="{url}" alt=""></div>'

WAYS = {"author page": AUTHOR_PAGE, "rel=author": REL_AUTHOR, "avatar": AVATAR, "nested comment": NESTED, "pictures": PICTURES}
FOLLOWED = ("author page", "rel=author", "avatar", "nested comment")
"""Those at the end of which somebody is asked; photos are not fetched, which is as good."""


@pytest.fixture(scope="module")
def site(tmp_path_factory, hosting):
    """A running site that may fetch from 127.0.0.2 and .3, and from nowhere else on this machine."""
    with hosting(tmp_path_factory.mktemp("attacked") / "data") as made:
        made.settings |= {"INDIE_RATE_LIMIT": "off", "INDIE_FETCH_ALLOW": "127.0.0.2/32,127.0.0.3/32"}
        made.owner()
        made.start()
        until(made.worker)
        yield made


@pytest.fixture
def post(site, number=itertools.count()):  # noqa: B008  # one count for all
    return site.micropub({"content": [f"Attack this ({next(number)})."]})


@pytest.fixture
def mallory():
    """A site that the fetcher may ask."""
    with people("127.0.0.2") as (one,):
        yield one


@pytest.fixture
def canary():
    """What must never be reached: 127.0.0.1, which answers everybody. Fails the test that connects to it."""
    bird = RawServer(answering(page(b"secret")), THE_INSIDE)
    yield bird
    bird.close()
    assert bird.met == 0, "somebody connected to 127.0.0.1"


def told(site, url):
    """What a status page says once it says how it ended, or that it will be tried again."""
    return until(lambda: (said := site.status(url))["summary"] not in WAITING and said)


def at_rest(site):
    """Wait until nothing is to be done within half a minute: every picture and every page has been tried."""

    def rests():
        store = site.store()
        due = store.jobs.next_due()
        store.database.close()
        return due is None or due > times.now() + timedelta(seconds=30)

    until(rests, pause=0.2)


class TestCanary:
    def test_as_a_source(self, site, post, canary):
        """Refused at once, or by the job; with the same words for everything inside."""
        spelled = [url.format(port=canary.port) for url in INSIDE]
        form = [{"source": url, "target": post} for url in spelled]
        answers = [site.http.post(f"{site.home}webmention", data=one, timeout=PATIENCE) for one in form]
        waiting = [answer.headers["Location"] for answer in answers if answer.status_code == 201]
        ended = [told(site, url)["status"] for url in waiting]
        assert {400, 201} >= {answer.status_code for answer in answers}
        assert {"source_not_allowed"} == {answer.json()["error"] for answer in answers if answer.status_code == 400}
        assert {"error", "queued"} >= set(ended)

    def test_as_the_target_of_a_redirect(self, site, post, canary, mallory):
        """Of the last of several hops, too."""
        spelled = [url.format(port=canary.port) for url in INSIDE if url.isascii()]
        for number, url in enumerate(spelled):
            mallory.pages[f"/{number}"] = (302, {"Location": f"/again/{number}"}, "")
            mallory.pages[f"/again/{number}"] = (307, {"Location": url}, "")
        sent = [site.mention(f"{mallory.home}{number}", post) for number in range(len(spelled))]
        assert {"error", "queued"} >= {told(site, url)["status"] for url in sent}

    @pytest.mark.parametrize("way", WAYS)
    def test_named_by_a_page(self, site, post, canary, mallory, way):
        """The page is shown; what it names is not asked."""
        for number, url in enumerate(INSIDE):
            mallory.pages[f"/{number}"] = reply(post, WAYS[way].format(url=url.format(port=canary.port)))
        sent = [site.mention(f"{mallory.home}{number}", post) for number in range(len(INSIDE))]
        assert {"verified"} == {told(site, url)["status"] for url in sent}
        at_rest(site)

    @pytest.mark.parametrize("way", WAYS)
    def test_named_by_a_page_and_redirected_to(self, site, post, canary, mallory, way):
        """What it names is outside, and leads in."""
        mallory.pages["/door"] = (302, {"Location": canary.url()}, "")
        mallory.pages["/1"] = reply(post, WAYS[way].format(url=f"{mallory.home}door"))
        assert "verified" == told(site, site.mention(f"{mallory.home}1", post))["status"]
        at_rest(site)

    @pytest.mark.parametrize("way", FOLLOWED)
    def test_the_way_is_one(self, site, post, mallory, way):
        """What it names outside is asked: the ways above are closed by the guard, and lead somewhere without it."""
        mallory.pages["/1"] = reply(post, WAYS[way].format(url=f"{mallory.home}named"))
        site.mention(f"{mallory.home}1", post)
        until(lambda: "/named" in mallory.requested, seconds=20)

    def test_the_status_page_tells_nothing_of_the_inside(self, site, post, canary, mallory):
        """The same words whether somebody listens there or nobody does: no port can be looked for."""
        mallory.pages["/open"] = (302, {"Location": canary.url()}, "")
        mallory.pages["/shut"] = (302, {"Location": "http://127.0.0.1:1/"}, "")
        said = [told(site, site.mention(mallory.home + path, post))["summary"] for path in ("open", "shut")]
        assert said[0] == said[1]


def reply(post, more):
    return f'<!doctype html><title>T</title><article class="h-entry"><a class="u-in-reply-to" href="{post}">x</a>{more}<p class="e-content">Hello.</p></article>'


class TestParseBombs:
    """Each by itself, in a process of its own: 5 s of the processor, 300 MB; what is known are its links, or nothing."""

    SECONDS, MEMORY = 5.0, 300 * 1024 * 1024

    @pytest.mark.parametrize("name", BOMBS)
    def test_it_is_bounded(self, name):
        with Parser(children=1) as parser:
            parser.parse(b"<p>The first starts the process.</p>", "http://a.example/", None)
            before = _used(parser)
            # Why suppressed: that it is given up is as good as that it is read, if it is in time.
            with contextlib.suppress(ParserGaveUp):
                watched = _Peak(parser)
                parser.parse(BOMBS[name].encode(), "http://a.example/", "utf-8")
            seconds, memory = watched.close()
        assert (seconds - before[0] < self.SECONDS, memory < self.MEMORY) == (True, True), (seconds, memory)


def _used(parser):
    """Seconds of the processor and the most bytes of memory that a parser's child has had."""
    child = parser._idle.queue[-1]
    return _of(child._process.pid)


def _of(pid):
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    kilobytes = Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]
    return (int(ticks[11]) + int(ticks[12])) / 100, int(kilobytes) * 1024


class _Peak:
    """Looks at a parser's child while it works."""

    def __init__(self, parser):
        self._pid, self._last, self._over = parser._idle.queue[-1]._process.pid, (0.0, 0), threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self):
        while not self._over.wait(0.02):
            with contextlib.suppress(OSError, IndexError):
                self._last = _of(self._pid)

    def close(self):
        with contextlib.suppress(OSError, IndexError):
            self._last = _of(self._pid)
        self._over.set()
        self._thread.join()
        return self._last


class TestForgedOwner:
    """A page that says it is by the owner of the site that it answers."""

    @pytest.fixture(scope="class", params=["his home", "his name", "his home and name"])
    @staticmethod
    def forged(request, site):
        url = site.home if "home" in request.param else "/"
        name = "Manton Reece" if "name" in request.param else "Mallory"
        with people("127.0.0.2") as (mallory,):
            post = site.micropub({"content": [f"Who speaks for me, by {request.param}?"]})
            author = f'<p class="p-author h-card"><a class="p-name u-url" href="{url}">{name}</a></p>'
            mallory.pages["/1"] = reply(post, author)
            assert "verified" == told(site, site.mention(f"{mallory.home}1", post))["status"]
            (comment,) = BeautifulSoup(site.page(post), "lxml").select("#comments .comment")
            yield comment, request.param

    def test_it_has_no_badge(self, forged):
        assert ([], False) == (forged[0].select(".badge"), "is-author" in forged[0]["class"])

    def test_it_says_where_it_comes_from(self, forged):
        """Where the address claimed is the owner's; a name alone is anybody's."""
        via = [part.get_text() for part in forged[0].select(".via")]
        assert via == (["via 127.0.0.2"] if "home" in forged[1] else [])


class TestOwnRedirect:
    def test_a_source_that_leads_to_the_target_is_none(self, site, post, mallory):
        """Else every post would mention itself."""
        mallory.pages["/1"] = (302, {"Location": post}, "")
        assert "error" == told(site, site.mention(f"{mallory.home}1", post))["status"]

    def test_and_none_is_a_source_that_leads_to_the_endpoint(self, site, post, mallory):
        mallory.pages["/1"] = (307, {"Location": f"{site.home}webmention"}, "")
        assert "error" == told(site, site.mention(f"{mallory.home}1", post))["status"]


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
    "a megabyte": "{home}{path}?" + "x" * 2048,
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
            "http://127.0.0.2:1/" + "x" * 3000,
        ],
    )
    def test_400_for_bytes_that_belong_in_no_url(self, send, post, source):
        answer = send(f"source={source}&target={post}")
        assert 400 == answer.status_code
        assert "Location" not in answer.headers

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
    MANY = 600

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
