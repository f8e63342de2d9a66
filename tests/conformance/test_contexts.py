"""
What our posts answer stands on their pages (Webmention spec §3.4), driven from outside.

A post by Micropub, other people's pages, then our page read by mf2py.
"""

import pytest

from indie.responses.response import address
from tests.live.running import PATIENCE, until


def context(talk, url, name="in-reply-to"):
    """What a post is about, as its page has it: an address before it was looked at, then (address, what is cited)."""
    (found,) = talk.entry(url)["properties"][name]
    return (found, {}) if isinstance(found, str) else (found["value"], found["properties"])


def words(talk, url, name="in-reply-to"):
    """The words that are cited on the page of a post; None as long as there are none."""
    content = context(talk, url, name)[1].get("content")
    return content and content[0]["value"]


def change(talk, url, content):
    """Edit a post by Micropub."""
    asked = {"action": "update", "url": url, "replace": {"content": [content]}}
    answer = talk.site.http.post(f"{talk.site.home}micropub", json=asked, timeout=PATIENCE)
    assert answer.status_code in (200, 201, 204), answer.text


def state(talk, url):
    """How the last look at a page went."""
    store = talk.site.store()
    known = store.citations.get(address(url))
    store.database.close()
    return known and known.state


@pytest.fixture
def original(talk):
    """Somebody's page."""
    return talk.write(talk.ann, "Walls are older than fences.")


@pytest.fixture
def reply(talk, original):
    """Our reply to it, when its words stand above it."""
    url = talk.post("Not mine.", in_reply_to=original)
    until(lambda: words(talk, url))
    return url


class TestReply:
    def test_it_names_what_it_answers_at_once(self, talk, original):
        """Before anybody has looked, and while nobody can."""
        talk.serves(original, (503, {"Retry-After": "9999"}, ""))
        assert (original, {}) == context(talk, talk.post("Not mine.", in_reply_to=original))

    def test_then_it_says_who_said_what_and_when(self, talk, original, reply):
        url, cited = context(talk, reply)
        author = cited["author"][0]["properties"]
        assert (original, "Walls are older than fences.") == (url, cited["content"][0]["value"])
        assert (["Ann Alder"], [talk.ann.home]) == (author["name"], author["url"])
        assert cited["published"][0].startswith("2026-07-01T")

    def test_author_and_words_are_ours_still(self, talk, reply):
        entry = talk.entry(reply)["properties"]
        assert [talk.site.home] == [author["properties"]["url"][0] for author in entry["author"]]
        assert ["Not mine."] == [content["value"] for content in entry["content"]]

    def test_our_edit_looks_again(self, talk, original, reply):
        talk.write(talk.ann, "Walls are younger than hedges.", path=original.removeprefix(talk.ann.home))
        change(talk, reply, "Mine neither.")
        until(lambda: words(talk, reply) == "Walls are younger than hedges.")

    @pytest.mark.parametrize("status", [410, 404, 403])
    def test_the_page_goes_and_its_words_stay(self, talk, original, reply, status):
        talk.takes_down(original, status)
        change(talk, reply, "Gone now.")
        until(lambda: state(talk, original) == "missing")
        assert "Walls are older than fences." == words(talk, reply)

    def test_a_log_in_page_takes_nothing_away(self, talk, original, reply):
        talk.serves(original, "<title>Log in</title><p>Please.</p>")
        change(talk, reply, "Closed now.")
        until(lambda: state(talk, original) == "missing")
        assert "Walls are older than fences." == words(talk, reply)


@pytest.mark.parametrize("name", ["like-of", "repost-of", "bookmark-of", "quotation-of"])
def test_so_it_is_with_a(talk, original, name):
    url = talk.site.micropub({name: [original]})
    until(lambda: words(talk, url, name))
    assert (original, "Walls are older than fences.") == (context(talk, url, name)[0], words(talk, url, name))


class TestNobodyIsTold:
    @pytest.mark.parametrize("hidden", [{"post-status": ["draft"]}, {"visibility": ["private"]}])
    def test_a_draft_or_private_post_asks_no_page(self, talk, original, hidden):
        """The public one that comes after it has been looked at when we ask whether the hidden one has."""
        talk.site.micropub({"in-reply-to": [original], "content": ["Hush."], **hidden})
        other = talk.write(talk.ann, "Ask me.")
        url = talk.post("I do.", in_reply_to=other)
        until(lambda: words(talk, url))
        assert "/" + original.removeprefix(talk.ann.home) not in talk.ann.requested


class TestHostile:
    """The post is there, with the address that it names and nothing from behind it."""

    @pytest.mark.parametrize("where", ["http://169.254.169.254/latest/", "http://[::ffff:10.0.0.1]/", "file:///etc/passwd", "home"])
    def test_it_leads_to_where_nobody_may_go(self, talk, original, where):
        """Into our network, or back to us."""
        ours = talk.post("A secret of ours, but a public one.")
        talk.serves(original, (302, {"Location": ours if where == "home" else where}, ""))
        url = talk.post("What is there?", in_reply_to=original)
        until(lambda: state(talk, original) == "missing")
        assert (original, {}) == context(talk, url)

    def test_it_is_10_mb_long(self, talk, original):
        page = talk.ann.pages["/" + original.removeprefix(talk.ann.home)]
        talk.serves(original, page + "<!-- x -->" * 1024 * 1024)
        url = talk.post("Long.", in_reply_to=original)
        until(lambda: state(talk, original) == "missing")
        assert (original, {}) == context(talk, url)

    def test_its_words_are_text(self, talk):
        script = "&lt;script&gt;alert(1)&lt;/script&gt;"
        original = talk.write(talk.ann, f"<script>alert(2)</script>{script}", author=f'<a class="p-name u-url" href="javascript:alert(3)">{script}</a>')
        url = talk.post("No.", in_reply_to=original)
        until(lambda: words(talk, url))
        page = talk.soup(url)
        assert [] == page.select("article script")
        assert [] == [link for link in page.select("a[href]") if not link["href"].startswith(("http", "/", "#"))]
        assert "<script>alert(1)</script>" == words(talk, url)
