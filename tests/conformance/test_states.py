"""What a post is to whom in each of its states: pages §2.8, a test a line."""

from datetime import timedelta

import mf2py
import pytest
from bs4 import BeautifulSoup

from indie import notices, outbox, publishing, times
from indie.posts import preview
from tests.webmention.conftest import answer, look, publish, receive  # noqa: F401  # fixtures

ME = "http://site.example/"
WORDS = "Few know of this fence."
LISTS = ("/", "/all/", "/notes/", "/tags/fences/", "/archive/", "/feed.atom", "/feed.rss", "/feed.json", "/all.atom", "/sitemap.xml")


@pytest.fixture
def make(publish, owner):  # noqa: F811
    """`make(post_status="draft")` is a note about fences in this state."""
    return lambda **state: publish(content=WORDS, category="fences", **state)


@pytest.fixture
def post(make):
    return make()


@pytest.fixture
def target(post):
    return post.url(ME)


def entry(html):
    """The one item of a page."""
    (item,) = mf2py.parse(BeautifulSoup(html, "lxml"), url=ME)["items"]
    return item


def rels(answer):  # noqa: F811
    """Every rel of a page, in its head and in its headers."""
    said = {rel for link in BeautifulSoup(answer.text, "lxml").select("[rel]") for rel in link["rel"]}
    return said | {part.split('"')[1] for part in answer.headers.getlist("Link")}


def jobs(store):
    """The name of every job that waits."""
    return [job["name"] for job in store.database.query("SELECT name FROM jobs")]


HIDDEN = {
    "draft": {"post_status": "draft"},
    "scheduled": {"published": times.rfc3339(times.now() + timedelta(days=9))},
    "private": {"visibility": "private"},
}


@pytest.mark.parametrize("state", HIDDEN)
class TestHidden:
    def test_404_to_the_public(self, client, make, state):
        assert 404 == client.get(make(**HIDDEN[state]).path).status_code

    def test_a_preview_that_nobody_can_guess(self, client, store, make, state):
        """With a banner, noindex, kept by no cache, and no word of webmentions."""
        shown = client.get("/" + preview.url(ME, store.secret, make(**HIDDEN[state])).removeprefix(ME))
        banner = BeautifulSoup(shown.text, "lxml").select_one("[role=status]").string
        assert (200, "private, no-store") == (shown.status_code, shown.headers["Cache-Control"])
        assert banner.lower().startswith(state)
        assert "noindex" == shown.headers["X-Robots-Tag"]
        assert "webmention" not in rels(shown)

    def test_no_job_tells_anybody(self, store, publish, state):  # noqa: F811
        """Neither who is linked to nor a hub, as one that everybody may see does."""
        store.preferences.put("hubs", "https://hub.example/")
        telling = {outbox.SEND, notices.PING}
        publish(content="See https://ann.example/.", **HIDDEN[state])
        assert not telling & set(jobs(store))
        publish(content="See https://ann.example/.")
        assert telling <= set(jobs(store))

    @pytest.mark.parametrize("path", LISTS)
    def test_no_list_has_it(self, client, make, state, path):
        make(**HIDDEN[state])
        assert WORDS not in client.get(path).text


class TestUnlisted:
    @pytest.fixture
    def post(self, make):
        return make(visibility="unlisted")

    def test_200_and_noindex(self, client, post):
        found = client.get(post.path)
        assert (200, "noindex") == (found.status_code, found.headers["X-Robots-Tag"])
        assert '<meta name="robots" content="noindex">' in found.text

    @pytest.mark.parametrize("path", LISTS)
    def test_no_list_no_feed_no_tag_has_it(self, client, post, path):
        found = client.get(path).text
        assert WORDS not in found
        assert post.path not in found

    def test_it_still_takes_replies(self, client, post, receive, answer, look):  # noqa: F811
        assert "webmention" in rels(client.get(post.path))
        look(receive(answer("I found it.")))
        assert ["I found it."] == [one["properties"]["content"][0]["value"] for one in entry(client.get(post.path).text)["properties"]["comment"]]


class TestDeleted:  # that whoever was told is told again: `webmention/test_send.py`
    @pytest.fixture
    def gone(self, client, store, post, receive, answer, look):  # noqa: F811
        """What the address of a post answers that was answered, and then deleted."""
        look(receive(answer("I think so too.")))
        publishing.delete(store, store.posts.by_id(post.id), ME, times.now())
        return client.get(post.path)

    def test_410_with_a_tombstone(self, gone, target):
        """An h-entry called Deleted, with its address and the moment; its name is explicit."""
        item = entry(gone.text)
        assert (410, ["h-entry"], {"name", "url", "deleted"}) == (gone.status_code, item["type"], set(item["properties"]))
        assert (["Deleted"], [target]) == (item["properties"]["name"], item["properties"]["url"])
        assert BeautifulSoup(gone.text, "lxml").select_one("article.h-entry > h1.p-name")
        assert BeautifulSoup(gone.text, "lxml").select_one("time.dt-deleted")["datetime"]

    def test_no_word_of_it_and_of_its_replies(self, gone):
        assert WORDS not in gone.text
        assert "I think so too" not in gone.text

    def test_it_takes_no_webmentions(self, gone):
        assert "webmention" not in rels(gone)


def test_301_from_where_it_was(client, store, storage, bearer, post):
    """And on from there for ever, whatever it is called."""
    asked = {"action": "update", "url": post.url(ME), "replace": {"mp-slug": ["fences"]}}
    moved = client.post("/micropub", json=asked, headers=bearer("update")).location
    found = client.get(post.path)
    assert (301, moved) == (found.status_code, found.headers["Location"])
    assert 200 == client.get(moved).status_code
