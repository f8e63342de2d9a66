"""What a topic says of itself (WebSub §4; WS-P1, WS-P2), and what hubs elsewhere are told (§6; WS-P3)."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from indie import notices, publishing, times
from indie.errors import ServerBusy
from indie.fetch.fetched import Fetched, Headers
from indie.jobs import handlers
from indie.websub import distribution, publisher
from tests.websub.conftest import ME, Page

OURS, OTHER = f"{ME}hub", "https://hub.example/"


@pytest.fixture
def others(store):
    """The owner names a hub beside his own."""
    with store.write():
        store.preferences.put("hubs", OTHER)


@pytest.fixture
def tagged(publish):
    """Posts enough for a second page, all about fences."""
    for number in range(21):
        publish(content=f"Number {number} about #fences.")


def rels(answer):
    """(rel, URL) of each Link header that concerns who follows."""
    found = [re.fullmatch(r'<(.*)>; rel="(.*)"', value).groups() for value in answer.headers.getlist("Link")]
    return [(rel, url) for url, rel in found if rel in ("hub", "self")]


def in_page(answer):
    links = BeautifulSoup(answer.data, "lxml").head.select('link[rel="hub"], link[rel="self"]')
    return [(link["rel"][0], link["href"]) for link in links]


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize("path", ["", "tags/fences/"])
class TestPages:
    def test_the_header_and_the_head_name_the_hub_and_itself(self, client, path):
        answer = client.get(f"/{path}")
        assert [("hub", OURS), ("self", ME + path)] == rels(answer) == in_page(answer)

    def test_hubs_elsewhere_stand_behind_it(self, client, others, path):
        answer = client.get(f"/{path}")
        assert [("hub", OURS), ("hub", OTHER), ("self", ME + path)] == rels(answer) == in_page(answer)

    def test_the_same_on_head(self, client, path):
        assert rels(client.get(f"/{path}")) == rels(client.head(f"/{path}"))

    def test_the_same_where_nothing_changed(self, client, path):
        """A reader that asks with a condition finds it too."""
        first = client.get(f"/{path}")
        again = client.get(f"/{path}", headers={"If-None-Match": first.headers["ETag"]})
        assert (304, rels(first)) == (again.status_code, rels(again))

    def test_the_same_whatever_is_asked_for(self, client, path):
        """One representation at one address."""
        answers = [client.get(f"/{path}", headers={"Accept": kind}) for kind in ("application/json", "text/html", "*/*")]
        assert 1 == len({(answer.data, answer.content_type) for answer in answers})

    def test_older_pages_are_nothing_to_follow(self, client, path):
        older = re.search(r'rel="next" href="(.*?)"', client.get(f"/{path}").text)[1]
        answer = client.get(older.removeprefix(ME.rstrip("/")))
        assert (200, [], []) == (answer.status_code, rels(answer), in_page(answer))


class TestPosts:
    def test_a_post_is_nothing_to_follow(self, client, post):
        answer = client.get(post.path)
        assert ([], []) == (rels(answer), in_page(answer))


class TestFeeds:
    @pytest.fixture
    def feed(self, client, store, post, work, receive, answer, readers):
        """A feed of responses in which there is one, by its name; of all posts, or of the one."""
        readers.known["http://ann.example/1"] = Page(answer())
        receive(b"")
        work()
        return lambda name, whose="": client.get(f"{whose}/{name}")

    @pytest.mark.parametrize("name", ["responses.atom", "responses.json"])
    def test_the_header(self, feed, post, name):
        assert [("hub", OURS), ("self", ME + name)] == rels(feed(name))
        assert [("hub", OURS), ("self", f"{ME}{post.path[1:]}/{name}")] == rels(feed(name, post.path))

    def test_atom_says_so_before_its_first_entry(self, feed, others):
        """Readers take the first `self` anywhere in the document (WS-P1)."""
        root = ET.fromstring(feed("responses.atom").data)
        atom = "{http://www.w3.org/2005/Atom}"
        kinds = [child.tag.removeprefix(atom) for child in root]
        links = [(link.get("rel"), link.get("href")) for link in root.iter(f"{atom}link")]
        followed = [(rel, url) for rel, url in links if rel in ("hub", "self")]
        assert {("self", f"{ME}responses.atom"), ("hub", OURS), ("hub", OTHER)} == set(followed)
        assert 3 == len(followed) == sum(kind == "link" for kind in kinds[: kinds.index("entry")]) - 1

    def test_json_has_hubs(self, feed, others):
        expected = [{"type": "WebSub", "url": OURS}, {"type": "WebSub", "url": OTHER}]
        assert expected == json.loads(feed("responses.json").data)["hubs"]

    def test_scripts_may_read_the_header(self, feed):
        assert "Link" in feed("responses.json").headers["Access-Control-Expose-Headers"]


SHOWING = [
    topic
    for folder, feed in (("", "feed"), ("all/", "all"), ("notes/", "notes"), ("tags/fences/", "tags/fences"))
    for topic in (folder, *(f"{feed}.{form}" for form in ("rss", "atom", "json")))
]
"""The lists that show a note about #fences, and their feeds."""


@pytest.mark.usefixtures("others")
class TestPings:
    def test_a_post_tells_of_each_list_that_shows_it(self, publish, work, readers):
        publish(content="About #fences.")
        work()
        told = [(OTHER, {"hub.mode": "publish", "hub.topic": ME + path, "hub.url": ME + path}) for path in SHOWING]
        assert told == readers.posted

    def test_so_does_one_that_goes_from_there(self, store, publish, work, readers):
        post = publish(content="About #fences.")
        work()
        readers.posted.clear()
        publishing.delete(store, post, ME, times.now())
        work()
        assert [ME + path for path in SHOWING] == [form["hub.topic"] for _, form in readers.posted]

    def test_a_response_tells_of_its_feeds(self, store, shop, receive, answer, work, readers, post):
        work()
        readers.posted.clear()
        readers.known["http://ann.example/1"] = Page(answer())
        receive(b"")
        work()
        feeds = [f"{place}{name}" for place in (ME, f"{ME}{post.path[1:]}/") for name in ("responses.atom", "responses.json")]
        assert [ME, *feeds] == [form["hub.topic"] for _, form in readers.posted]

    @pytest.mark.parametrize("more", [{"post_status": "draft"}, {"visibility": "unlisted"}, {"visibility": "private"}])
    def test_what_no_list_names_is_not_told(self, publish, work, readers, more):
        publish(content="Psst.", **more)
        work()
        assert [] == readers.posted

    def test_a_burst_is_one(self, store, publish):
        for _ in range(5):
            publish(content="More.")
        now = times.now()
        for _ in range(3):
            publisher.want(store, OTHER, "", now, distribution.BURST)
        jobs = store.database.query(
            "SELECT due FROM jobs WHERE name = :name AND arguments LIKE :home ORDER BY id",
            name=notices.PING,
            home='%"topic": ""%',
        )
        assert [True, times.sortable(now + distribution.BURST)] == [jobs[0]["due"] <= times.sortable(now), jobs[1]["due"]]
        assert 2 == len(jobs)

    def test_a_busy_hub_is_told_later(self, publish, shop, store, readers):
        readers.post = lambda url, *_: Fetched(url, 503, Headers(), b"")
        with pytest.raises(ServerBusy):
            publisher.ping(readers, OTHER, ME)

    def test_a_hub_that_refuses_is_told_of_in_the_log(self, readers, caplog):
        readers.post = lambda url, *_: Fetched(url, 400, Headers(), b"")
        publisher.ping(readers, OTHER, ME)
        assert f"the hub at {OTHER} answered 400 when it was told that {ME} is new" in caplog.text

    def test_without_one_nobody_is_told(self, store, publish, jobs):
        with store.write():
            store.preferences.put("hubs", "")
        publish(content="New.")
        assert [] == jobs()


def test_nothing_waits_in_load_tests(shop, store, others, publish):
    publish(content="New.")
    now = times.now()
    handlers.run_one(shop, store.jobs.claim("w", now), now)
    assert store.jobs.next_due() <= now
