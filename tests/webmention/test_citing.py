"""What our posts cite: looked at, kept, looked at again; how a page is read is in `test_cited_pages`."""

import pytest

from indie import outbox, publishing, times
from indie.errors import Blocked, FetchFailed, TimedOut, TooLarge, Unreachable
from indie.jobs.handlers import KINDS
from indie.mf2.item import Item
from indie.responses.policy import Rule
from indie.store.citations import HERE, MISSING, WANTED
from indie.store.jobs import Job
from indie.webmention import citing
from indie.webmention.looking import Eye
from tests.webmention.conftest import ME, html

URL = "http://ann.example/1"
KEY = "ann.example/1"


def page(says="Fences move.", author="Ann", photo="", name=""):
    named = f'<a class="p-author h-card" href="/">{photo}<span class="p-name">{author}</span></a>' if author else ""
    return html(
        f'<title>T</title><div class="h-entry">{name}<p class="e-content">{says}</p>{named}<a class="u-url" href="{URL}"></a></div>'
    )


LOST = {
    "gone": b"HTTP/1.1 410 Gone\n\n",
    "not found": b"HTTP/1.1 404 Not Found\n\n",
    "unauthorized": b"HTTP/1.1 401 Unauthorized\n\n",
    "forbidden": b"HTTP/1.1 403 Forbidden\n\n",
    "out of order": b"HTTP/1.1 500 Oops\n\n",
    "empty": b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n",
    "a picture": b"HTTP/1.1 200 OK\nContent-Type: image/png\n\nx",
    "a log-in page": html("<title>Log in</title>"),
    "gone by its own word": html('<meta http-equiv="Status" content="410 Gone"><p class="h-entry">Gone.</p>'),
    "without author": page(author=""),
    "slow": TimedOut("slow"),
    "unreachable": Unreachable("no name"),
    "at a forbidden address": Blocked("no"),
    "of 10 MB": TooLarge("10 MB"),
}
"""What an original may become."""


@pytest.fixture
def web(frozen_web):
    """The web, on which the page is there and its host has no other."""
    frozen_web.pages[URL] = page()
    return frozen_web


@pytest.fixture
def cite(store, web, shop, publish):
    """The job, for a post that likes the page; returns the snapshot as it is then."""
    post = publish(like_of=URL)

    def run(*, last=True):
        citing.cite(store, Eye(web, shop.parser, ME, times.now()), post.id, URL, last=last)
        return store.citations.get(KEY)

    return run


@pytest.fixture
def known(cite):
    """The snapshot of a page that was looked at."""
    return cite()


def says(snapshot):
    return snapshot.state, snapshot.citation and snapshot.citation.text


def change(store, post, content):
    """Edit a post: it says this."""
    return publishing.update(
        store, ME, times.now(), post, lambda before: Item(before.item.type, {**before.item.properties, "content": [content]}), {}
    )


class TestAsking:
    """Which posts have us look, and at what."""

    @pytest.mark.parametrize(
        "name", ["in-reply-to", "like-of", "repost-of", "bookmark-of", "quotation-of", "follow-of", "read-of", "listen-of"]
    )
    def test_it_is_looked_at_whatever_the_post_does_to_it(self, publish, work, store, web, name):
        publish(**{name: URL})
        work()
        assert (HERE, "Fences move.") == says(store.citations.get(KEY))

    def test_before_that_it_is_wanted(self, publish, store, web):
        """Publishing waits for nobody."""
        publish(like_of=URL)
        assert (WANTED, None) == says(store.citations.get(KEY))
        assert [] == web.requested

    @pytest.mark.parametrize(
        "hidden", [{"post_status": "draft"}, {"visibility": "private"}, {"published": "2999-01-01T00:00:00Z"}]
    )
    def test_what_nobody_sees_asks_nobody(self, publish, work, web, hidden):
        """Neither a draft, nor a private post, nor one whose time is to come tells a site that it is read."""
        publish(like_of=URL, **hidden)
        work()
        assert [] == web.requested

    def test_a_draft_that_is_published_does(self, publish, work, store, web):
        post = publish(like_of=URL, post_status="draft")
        publishing.update(
            store, ME, times.now(), post, lambda before: Item(before.item.type, {**before.item.properties, "post-status": ["published"]}), {}
        )
        work()
        assert (HERE, "Fences move.") == says(store.citations.get(KEY))

    def test_an_unlisted_post_does_once(self, publish, work, store, web):
        """Its page is there for whoever knows of it; that we read another one says nothing of it."""
        publish(like_of=URL, visibility="unlisted")
        work()
        assert HERE == store.citations.get(KEY).state
        assert 1 == web.requested.count(URL)

    @pytest.mark.parametrize("hidden", [{"post-status": ["draft"]}, {"visibility": ["private"]}, {"like-of": ["http://ann.example/2"]}])
    def test_what_was_hidden_or_changed_before_the_look_asks_no_more(self, publish, work, store, web, hidden):
        post = publish(like_of=URL)
        publishing.update(
            store, ME, times.now(), post, lambda before: Item(before.item.type, {**before.item.properties, **hidden}), {}
        )
        store.database.execute("DELETE FROM jobs WHERE name = :name", name=outbox.SEND)
        work()
        assert URL not in web.requested

    def test_our_own_post_is_not_asked(self, publish, work, store, web):
        publish(like_of=f"{ME}2026/1")
        work()
        assert [] == web.requested

    def test_a_link_in_the_text_is_no_citation(self, publish, store, web):
        publish(content=f"See {URL}")
        assert None is store.citations.get(KEY)

    def test_a_post_that_goes_asks_nothing(self, publish, work, store, web):
        post = publish(like_of=URL)
        work()
        asked = web.requested.count(URL)
        publishing.delete(store, post, ME, times.now())
        store.database.execute("DELETE FROM jobs WHERE name = :name", name=outbox.SEND)
        work()
        assert asked == web.requested.count(URL)

    def test_two_versions_at_once_ask_once(self, publish, store, web):
        change(store, publish(like_of=URL), "Much.")
        rows = store.database.query("SELECT id FROM jobs WHERE name = :name", name=publishing.CITE)
        assert 1 == len(rows)

    def test_a_hundred_citations_ask_twenty_pages(self, store, storage, web):
        urls = [f"http://ann.example/{number}" for number in range(100)]
        publishing.create(store, storage, ME, times.now(), Item(("h-entry",), {"like-of": urls}), {})
        rows = store.database.query("SELECT id FROM jobs WHERE name = :name", name=publishing.CITE)
        assert 20 == len(rows)

    def test_a_place_on_a_page_is_another_than_the_page(self, publish, store, web):
        publish(in_reply_to=f"{URL}#c2")
        assert {f"{KEY}#c2"} == set(store.citations.of([KEY, f"{KEY}#c2"]))


class TestEdit:
    def test_our_edit_looks_again(self, publish, work, store, web):
        post = publish(in_reply_to=URL, content="Yes.")
        work()
        web.pages[URL] = page("Fences moved.")
        change(store, post, "Yes, they did.")
        work()
        assert (HERE, "Fences moved.") == says(store.citations.get(KEY))

    def test_until_then_the_old_one_stays(self, publish, work, store, web):
        post = publish(in_reply_to=URL, content="Yes.")
        work()
        change(store, post, "Yes, they did.")
        assert (WANTED, "Fences move.") == says(store.citations.get(KEY))

    def test_nothing_changed_asks_nothing(self, publish, work, store, web):
        post = publish(in_reply_to=URL, content="Yes.")
        work()
        asked = list(web.requested)
        change(store, post, "Yes.")
        work()
        assert asked == web.requested

    def test_twice_does_no_harm(self, known, cite):
        assert says(known) == says(cite())


class TestKept:
    """Whatever becomes of the original, what was read of it stays."""

    @pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
    def test_it_stays(self, known, web, cite, answer):
        web.pages[URL] = answer
        again = cite()
        assert (MISSING, known.citation, known.fetched) == (again.state, again.citation, again.fetched)

    def test_what_never_was_had_is_missing(self, store, web, cite):
        web.pages[URL] = b"HTTP/1.1 403 Forbidden\n\n"
        assert (MISSING, None) == says(cite())

    def test_what_comes_back_is_here_again(self, known, web, cite):
        web.pages[URL] = b"HTTP/1.1 410 Gone\n\n"
        cite()
        web.pages[URL] = page("I am back.")
        assert (HERE, "I am back.") == says(cite())


class TestAgain:
    @pytest.mark.parametrize("answer", [TimedOut("slow"), Unreachable("no"), b"HTTP/1.1 503 Later\n\n"], ids=["slow", "unreachable", "503"])
    def test_a_failure_that_passes_is_tried_again(self, store, web, cite, answer):
        web.pages[URL] = answer
        with pytest.raises(FetchFailed):
            cite(last=False)
        assert WANTED == store.citations.get(KEY).state

    @pytest.mark.parametrize("answer", [Blocked("no"), TooLarge("10 MB"), b"HTTP/1.1 404 Not Found\n\n"], ids=["forbidden", "large", "404"])
    def test_one_that_does_not_is_not(self, store, web, cite, answer):
        web.pages[URL] = answer
        assert MISSING == cite(last=False).state

    def test_a_fault_of_ours_leaves_what_was_known(self, known, store, shop):
        store.citations.want(KEY, URL)
        KINDS[publishing.CITE].abandon(shop, Job(1, publishing.CITE, {"post": 1, "url": URL}, 0, 0, ""), times.now())
        assert (MISSING, "Fences move.") == says(store.citations.get(KEY))


class TestGuard:
    def test_a_page_that_leads_to_our_own_site_is_none(self, store, web, cite):
        web.pages[URL] = f"HTTP/1.1 302 Found\nLocation: {ME}2026/1\n\n".encode()
        web.pages[f"{ME}2026/1"] = page()
        assert (MISSING, None) == says(cite())

    def test_a_blocked_site_is_not_asked(self, store, web, cite):
        store.moderation.put(Rule("host", "ann.example", "block"), times.now())
        assert (MISSING, None) == says(cite())
        assert [] == web.requested

    def test_at_most_one_more_page_is_asked(self, store, web, cite):
        """That of the author."""
        web.pages[URL] = page(author="")
        web.pages["http://ann.example/"] = html('<div class="h-card"><a class="p-name u-url u-uid" href="/">Ann</a></div>')
        assert "Ann" == cite().citation.author.name
        assert [URL, "http://ann.example/"] == web.requested


class TestFace:
    def test_the_authors_picture_is_copied(self, publish, work, store, web, picture):
        web.pages[URL] = page(photo='<img class="u-photo" src="/ann.png" alt="">')
        web.pages["http://ann.example/ann.png"] = b"HTTP/1.1 200 OK\nContent-Type: image/png\n\n" + picture
        publish(like_of=URL)
        work()
        assert "http://ann.example/ann.png" in web.requested
        assert [] == store.media.wanted()

    def test_no_other_address_is_taken_for_a_picture(self, publish, work, store, web):
        web.pages[URL] = page(photo='<img class="u-photo" src="data:image/png;base64,AAAA" alt="">')
        publish(like_of=URL)
        work()
        assert None is store.citations.get(KEY).citation.author.photo
