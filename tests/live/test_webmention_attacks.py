"""
Attacks by what a source says and leads to (Webmention §7.1, §7.2).

Ways into our own network by all that is fetched for a webmention: none reaches a canary on 127.0.0.1.
What takes too much, all at once, is in test_attacks.py; what is sent to the endpoint in test_webmention_door.py;
what is executable in test_scripts.py; what is done to somebody's comment in tests/conformance/test_threads*.py.
"""

import contextlib
import itertools
import threading
from datetime import timedelta
from pathlib import Path

import pytest
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
        ended = [site.told(url)["status"] for url in waiting]
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
        assert {"error", "queued"} >= {site.told(url)["status"] for url in sent}

    @pytest.mark.parametrize("way", WAYS)
    def test_named_by_a_page(self, site, post, canary, mallory, way):
        """The page is shown; what it names is not asked."""
        for number, url in enumerate(INSIDE):
            mallory.pages[f"/{number}"] = reply(post, WAYS[way].format(url=url.format(port=canary.port)))
        sent = [site.mention(f"{mallory.home}{number}", post) for number in range(len(INSIDE))]
        assert {"verified"} == {site.told(url)["status"] for url in sent}
        at_rest(site)

    @pytest.mark.parametrize("way", WAYS)
    def test_named_by_a_page_and_redirected_to(self, site, post, canary, mallory, way):
        """What it names is outside, and leads in."""
        mallory.pages["/door"] = (302, {"Location": canary.url()}, "")
        mallory.pages["/1"] = reply(post, WAYS[way].format(url=f"{mallory.home}door"))
        assert "verified" == site.told(site.mention(f"{mallory.home}1", post))["status"]
        at_rest(site)

    @pytest.mark.parametrize("way", FOLLOWED)
    def test_the_way_is_one(self, site, post, mallory, way):
        """What it names outside is asked: the ways above are closed by the guard, and lead somewhere without it."""
        mallory.pages["/1"] = reply(post, WAYS[way].format(url=f"{mallory.home}named"))
        # Why twice: what is quoted is looked at where the source is known.
        for _ in range(2):
            site.verified(site.mention(f"{mallory.home}1", post))
        until(lambda: "/named" in mallory.requested, seconds=20)

    def test_the_status_page_tells_nothing_of_the_inside(self, site, post, canary, mallory):
        """The same words whether somebody listens there or nobody does: no port can be looked for."""
        mallory.pages["/open"] = (302, {"Location": canary.url()}, "")
        mallory.pages["/shut"] = (302, {"Location": "http://127.0.0.1:1/"}, "")
        said = [site.told(site.mention(mallory.home + path, post))["summary"] for path in ("open", "shut")]
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
            assert "verified" == site.told(site.mention(f"{mallory.home}1", post))["status"]
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
        assert "error" == site.told(site.mention(f"{mallory.home}1", post))["status"]

    def test_and_none_is_a_source_that_leads_to_the_endpoint(self, site, post, mallory):
        mallory.pages["/1"] = (307, {"Location": f"{site.home}webmention"}, "")
        assert "error" == site.told(site.mention(f"{mallory.home}1", post))["status"]
