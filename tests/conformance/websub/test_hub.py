"""
WebSub: websub.rocks's tests of a hub (spec §3c, 100 to 106) and of a publisher (§3a, WP-1 to WP-5).

The site runs as its operator runs it; who follows is a server of its own, which compares each delivery with the topic
as it is in that moment.
"""

import itertools
import re
from datetime import timedelta

import pytest
import requests
from bs4 import BeautifulSoup

from indie import times
from tests.live.running import PATIENCE, people, until
from tests.websub.subscriber import Subscriber


@pytest.fixture(scope="module")
def site(tmp_path_factory, hosting):
    """A running site with its owner, and a post about fences that somebody has answered."""
    with hosting(tmp_path_factory.mktemp("hub") / "data") as made:
        made.settings |= {"INDIE_FETCH_ALLOW": "127.0.0.2/32"}
        made.owner()
        made.start()
        until(made.worker)
        made.post = made.micropub({"content": ["A post about #fences."]})
        yield made


@pytest.fixture(scope="module")
def rocks():
    """Who follows."""
    made = Subscriber()
    yield made
    made.close()


@pytest.fixture
def path(number=itertools.count()):  # noqa: B008  # one count for all
    """A callback that nobody used before."""
    return f"/{next(number)}"


@pytest.fixture
def ask(site, rocks, path):
    """`ask(secret=…)` asks the hub, as websub.rocks does: returns the answer."""

    def send(topic=site.home, mode="subscribe", **fields):
        rocks.topics[path] = topic
        form = {"hub.mode": mode, "hub.topic": topic, "hub.callback": f"{rocks.home}{path[1:]}"}
        return site.visitor().post(f"{site.home}hub", data=form | fields, timeout=PATIENCE)

    return send


@pytest.fixture
def question(rocks, path):
    """The one that the hub asks next at the callback."""

    def wait(number=0):
        return until(lambda: [asked for where, asked in rocks.questions if where == path][number:])[0]

    return wait


@pytest.fixture
def told(site, rocks, path):
    """Publish, and wait for the delivery."""

    def wait():
        before = len(rocks.at(path))
        # Why another each time: what an app sends twice is taken for one.
        site.micropub({"content": [f"News for {path[1:]} about #fences."]})
        return until(lambda: rocks.at(path)[before:])[0]

    return wait


def settled(site):
    """Wait until everything is done that is due within half an hour."""

    def rests():
        store = site.store()
        waiting = store.jobs.waiting(times.now() + timedelta(minutes=30))
        store.database.close()
        return not waiting

    until(rests)


class TestHub:
    def test_100_a_typical_request(self, site, ask, question, told):
        answer = ask()
        asked = question()
        assert (202, "subscribe", site.home) == (answer.status_code, asked["hub.mode"], asked["hub.topic"])
        assert (True, True) == (bool(asked["hub.challenge"]), asked["hub.lease_seconds"].isdigit())
        assert [] == told().faults(f"{site.home}hub", site.home)

    def test_101_with_a_secret(self, site, ask, question, told):
        assert 202 == ask(**{"hub.secret": "a secret of the reader's"}).status_code
        question()
        assert [] == told().faults(f"{site.home}hub", site.home, "a secret of the reader's")

    def test_102_with_parameters_that_there_are_not(self, site, ask, question, told):
        assert 202 == ask(foo="bar", **{"hub.foo": "hub.bar"}).status_code
        question()
        assert [] == told().faults(f"{site.home}hub", site.home)

    def test_103_who_subscribes_twice_is_told_once(self, site, ask, question, told, rocks, path):
        assert 202 == ask().status_code
        question()
        assert 202 == ask().status_code
        question(1)
        settled(site)
        assert [] == told().faults(f"{site.home}hub", site.home)
        settled(site)
        assert 1 == len(rocks.at(path))

    def test_104_who_follows_no_more_hears_nothing(self, site, ask, question, rocks, path):
        """And whoever follows at the same time does: the hub had its chance."""
        ask()
        question()
        assert 202 == ask(mode="unsubscribe").status_code
        assert "unsubscribe" == question(1)["hub.mode"]
        settled(site)
        site.micropub({"content": ["Too late."]})
        settled(site)
        assert [] == rocks.at(path)

    @pytest.mark.parametrize("name", ["responses.atom", "responses.json"])
    def test_105_and_106_other_types_of_content(self, site, ask, question, rocks, path, name):
        """Ours are Atom and JSON, of what others answer."""
        assert 202 == ask(topic=f"{site.home}{name}", **{"hub.secret": "s"}).status_code
        question()
        settled(site)
        answer_of_ann(site, name)
        delivery = until(lambda: rocks.at(path))[-1]
        settled(site)
        assert [] == rocks.at(path)[-1].faults(f"{site.home}hub", f"{site.home}{name}", "s")
        assert {"responses.atom": "application/atom+xml", "responses.json": "application/feed+json"}[name] in delivery.headers["content-type"]


def answer_of_ann(site, number):
    """Somebody answers the post on a page of her own."""
    with people("127.0.0.2") as (ann,):
        ann.pages[f"/{number}"] = (
            f'<div class="h-entry"><a class="u-in-reply-to" href="{site.post}">x</a>'
            f'<p class="p-author h-card">Ann</p><p class="e-content">I read {number}.</p></div>'
        )
        assert "verified" == site.verified(site.mention(f"{ann.home}{number}", site.post))["status"]


class TestPublisher:
    """WP-1 to WP-5: one flow, as websub.rocks plays it."""

    @pytest.fixture(params=["", "tags/fences/"], ids=["home", "tag"])
    def topic(self, request, site):
        return site.home + request.param

    def found(self, answer):
        """What is advertised, by header first, then in the page; hrefs as they stand."""
        header = re.findall(r'<([^>]*)>; rel="(hub|self)"', answer.headers.get("Link", ""))
        page = [
            (link["href"], rel)
            for link in BeautifulSoup(answer.text, "lxml").select("html link[rel]")
            for rel in link["rel"]
            if rel in ("hub", "self")
        ]
        return header, page

    def test_the_flow(self, site, topic, question, told, rocks, path):
        header, page = self.found(requests.get(topic, timeout=PATIENCE))
        assert header == page
        hubs, selves = ([url for url, rel in header if rel == wanted] for wanted in ("hub", "self"))
        assert (True, [topic]) == (len(hubs) >= 1, selves)
        rocks.topics[path] = topic
        form = {"hub.callback": f"{rocks.home}{path[1:]}", "hub.mode": "subscribe", "hub.topic": topic, "hub.lease_seconds": "7200"}
        answer = requests.post(hubs[0], data=form, timeout=PATIENCE)
        asked = question()
        assert (202, topic, "7200") == (answer.status_code, asked["hub.topic"], asked["hub.lease_seconds"])
        assert [] == told().faults(hubs[0], topic)

    @pytest.mark.parametrize("name", ["hub.topic", "hub.url"])
    def test_a_ping_is_taken(self, site, name):
        answer = requests.post(f"{site.home}hub", data={"hub.mode": "publish", name: site.home}, timeout=PATIENCE)
        assert 204 == answer.status_code
