"""Copies elsewhere that come about by a webmention: who is told, and what the answer says (webmention.md §2, §4.4)."""

import json

import pytest

from indie import outbox, publishing, times
from indie.fetch.fetched import Fetched, Headers
from indie.mf2.item import Item
from indie.posts.content import MOST_LINKS
from indie.webmention import send, syndication
from tests.webmention.conftest import ME, html

MASTODON, FED = "https://brid.gy/publish/mastodon", "https://fed.brid.gy/"
OWN = "https://bridge.example/me"
ENDPOINT = "https://brid.gy/publish/webmention"
COPY = "https://mas.example/@me/1"
PREFERRED = [
    {"uid": MASTODON, "name": "Mastodon"},
    {"uid": FED, "name": "Fediverse"},
    {"uid": OWN, "name": "My own", "by": "webmention"},
    {"uid": "https://mas.example/@me", "name": "By a script"},
]


def raw(status, body="", *headers):
    return "\n".join([f"HTTP/1.1 {status}", "Content-Type: application/json", *headers, "", body]).encode()


def made(url=COPY, *headers):
    """How Bridgy answers when it has made a copy."""
    return raw("201 Created", json.dumps({"url": url, "type": "post"}), f"Location: {url}", *headers)


REFUSAL = raw("400 Bad Request", json.dumps({"error": "already published", "original": {"url": COPY}}))


@pytest.fixture(autouse=True)
def _preferred(store):
    store.preferences.put("syndicate_to", json.dumps(PREFERRED))


@pytest.fixture
def bridgy(frozen_web):
    """Bridgy's page, and an endpoint that makes a copy."""
    frozen_web.pages[MASTODON] = html("<p>Publish.", "200 OK", "Link: </publish/webmention>; rel=webmention")
    frozen_web.pages[ENDPOINT] = made()
    return frozen_web


@pytest.fixture
def write(store, storage):
    """`write(MASTODON)` publishes a note that is to be copied there."""

    def create(*places, **properties):
        whole = {"content": ["Frost."]} | {name.replace("_", "-"): [value] for name, value in properties.items()}
        item = Item(("h-entry",), whole)
        return publishing.create(store, storage, ME, times.now(), item, {"mp-syndicate-to": list(places)})

    return create


@pytest.fixture
def change(store):
    """`change(post, ["…"], content=["…"])` updates it, with these in `mp-syndicate-to`."""

    def update(post, places=None, **properties):
        commands = {} if places is None else {"mp-syndicate-to": places}
        return publishing.update(
            store, ME, times.now(), store.posts.by_id(post.id),
            lambda before: Item(before.item.type, before.item.properties | properties), commands,
        )  # fmt: skip

    return update


@pytest.fixture
def copies(store):
    """The copies that a post has."""
    return lambda post: store.posts.by_id(post.id).item.properties.get("syndication", [])


def told(web):
    return [form["target"] for _, form in web.posted]


def states(store, post):
    return {delivery.target: delivery.state for delivery in store.deliveries.of(post.id)}


class TestWhoIsTold:
    @pytest.mark.parametrize("place", [MASTODON, FED, OWN])
    def test_a_place_that_is_told_by_webmention(self, write, store, place):
        assert (place,) == outbox.targets(store, write(place), ME)

    def test_not_one_that_somebody_else_sees_to(self, write, store):
        """A script of the owner's own makes that copy."""
        assert () == outbox.targets(store, write("https://mas.example/@me"), ME)

    def test_not_a_bridge_that_is_left_to_somebody_else(self, write, store):
        store.preferences.put("syndicate_to", json.dumps([PREFERRED[0] | {"by": "other"}]))
        assert () == outbox.targets(store, write(MASTODON), ME)

    def test_what_is_checked_where_nothing_is_said(self, store, storage):
        store.preferences.put("syndicate_to", json.dumps([PREFERRED[0] | {"checked": True}]))
        post = publishing.create(store, storage, ME, times.now(), Item(("h-entry",), {"content": ["x"]}), {})
        assert (MASTODON,) == outbox.targets(store, post, ME)

    def test_beside_what_it_links_to(self, write, store):
        post = write(MASTODON, in_reply_to="https://them.example/1")
        assert ("https://them.example/1", MASTODON) == outbox.targets(store, post, ME)

    def test_it_is_not_lost_among_many_links(self, write, store):
        """Two hundred in all."""
        post = write(MASTODON, FED, content=" ".join(f"https://{number}.example/" for number in range(MOST_LINKS)))
        targets = outbox.targets(store, post, ME)
        assert (MOST_LINKS, (MASTODON, FED)) == (len(targets), targets[-2:])

    def test_source_and_place_are_posted(self, bridgy, write, work):
        post = write(MASTODON)
        work()
        assert [(ENDPOINT, {"source": post.url(ME), "target": MASTODON})] == bridgy.posted

    def test_a_place_that_an_update_adds(self, bridgy, write, change, work):
        post = write()
        work()
        change(post, [MASTODON])
        work()
        assert [MASTODON] == told(bridgy)

    def test_not_one_that_was_taken_back_before_it_was_told(self, bridgy, write, change, work, store):
        """Bridgy Fed copies what it is told of, whatever the page says."""
        bridgy.pages[FED] = html("<p>Fed.", "200 OK", "Link: </webmention>; rel=webmention")
        bridgy.pages["https://fed.brid.gy/webmention"] = raw("202 Accepted")
        post = write(FED)
        change(post, [])
        work()
        assert ([], {FED: "refused"}) == (told(bridgy), states(store, post))


class TestTheCopy:
    def test_it_becomes_a_value_of_syndication(self, bridgy, write, work, copies):
        post = write(MASTODON)
        work()
        assert [COPY] == copies(post)

    def test_beside_those_that_are_there(self, bridgy, write, work, copies):
        post = write(MASTODON, syndication="https://blue.example/1")
        work()
        assert ["https://blue.example/1", COPY] == copies(post)

    def test_it_is_found_by_it(self, bridgy, write, work, store):
        """So that it is known when it comes back."""
        post = write(MASTODON)
        work()
        assert post.id == store.posts.syndicated([COPY]).id

    def test_a_version_is_kept_and_nothing_counts_as_edited(self, bridgy, write, work, store):
        post = write(MASTODON)
        work()
        versions = [(one.change, "syndication" in one.item.properties) for one in store.revisions.of(post.id)]
        assert ([("create", False), ("syndicate", True)], None) == (versions, store.posts.by_id(post.id).updated)

    def test_nobody_is_told_of_it(self, bridgy, write, work):
        bridgy.pages["https://them.example/1"] = html("", "200 OK", "Link: </wm>; rel=webmention")
        bridgy.pages["https://them.example/wm"] = raw("202 Accepted")
        write(MASTODON, in_reply_to="https://them.example/1")
        work()
        assert sorted([MASTODON, "https://them.example/1"]) == sorted(told(bridgy))

    def test_words_that_were_changed_meanwhile_stay(self, write, change, store, copies):
        post = write(MASTODON)
        change(post, content=["Thaw."])
        publishing.syndicated(store, post, COPY, times.now())
        now = store.posts.by_id(post.id).item
        assert (["Thaw."], [COPY]) == (now.properties["content"], now.properties["syndication"])

    @pytest.mark.parametrize("again", [COPY, "http://mas.example/@me/1/"])
    def test_twice_is_once(self, write, store, copies, again):
        post = write(MASTODON)
        for url in (COPY, again):
            publishing.syndicated(store, post, url, times.now())
        assert ([COPY], 2) == (copies(post), len(store.revisions.of(post.id)))

    def test_two_on_one_page_are_two(self, write, store, copies):
        """Comments on an issue at GitHub differ in the fragment alone."""
        post = write(MASTODON)
        for url in (f"{COPY}#1", f"{COPY}#2"):
            publishing.syndicated(store, post, url, times.now())
        assert [f"{COPY}#1", f"{COPY}#2"] == copies(post)

    def test_not_of_a_post_that_was_deleted_meanwhile(self, write, store, copies):
        post = write(MASTODON)
        publishing.delete(store, post, ME, times.now())
        publishing.syndicated(store, post, COPY, times.now())
        assert [] == copies(post)

    def test_an_older_version_that_is_put_back_has_it_still(self, bridgy, write, change, work, store, copies):
        post = write(MASTODON)
        work()
        change(post, content=["Thaw."])
        publishing.restore(store, post, 1, ME, times.now())
        assert ("Frost.", [COPY]) == (store.posts.by_id(post.id).item.text("content"), copies(post))

    @pytest.mark.sqlite("a trigger in its words")
    def test_it_is_saved_with_the_delivery_or_not_at_all(self, bridgy, write, shop, store):
        """Where it cannot be saved, the place is asked again."""
        post = write(MASTODON)
        (delivery,) = store.deliveries.of(post.id)
        store.database.execute("CREATE TRIGGER full BEFORE UPDATE ON posts BEGIN SELECT RAISE(ABORT, 'full'); END")
        with pytest.raises(store.database.errors):
            send.send(store, shop.fetcher, shop.parser, ME, delivery.id, times.now(), last=False)
        assert {MASTODON: "due"} == states(store, post)

    def test_of_any_other_target_the_location_says_nothing(self, bridgy, publish, work, copies):
        """There it is a page that tells how it goes (Webmention §3.2)."""
        bridgy.pages["https://them.example/1"] = html("", "200 OK", "Link: </wm>; rel=webmention")
        bridgy.pages["https://them.example/wm"] = made()
        post = publish(content="x", in_reply_to="https://them.example/1")
        work()
        assert ([], ["https://them.example/1"]) == (copies(post), told(bridgy))

    def test_a_link_to_a_bridge_that_the_owner_wrote_himself(self, bridgy, publish, work, copies, store):
        """As Bridgy's manual has it; nothing is preferred."""
        store.preferences.put("syndicate_to", "")
        post = publish(content=f"Frost. {MASTODON}")
        work()
        assert [COPY] == copies(post)


class TestAnswers:
    @pytest.mark.parametrize(
        ("status", "headers", "body", "url"),
        [
            (201, {"Location": COPY}, b"", COPY),
            (201, {"Location": "/@me/1"}, b"", "https://brid.gy/@me/1"),
            (201, {}, json.dumps({"url": COPY}).encode(), COPY),
            (201, {"Location": "https://status.example/1"}, json.dumps({"url": COPY}).encode(), COPY),
            (201, {"Location": COPY}, b'{"url": "javascript:alert(1)"}', COPY),
            (201, {"Location": COPY}, b'{"url": 7}', COPY),
            (201, {"Location": "javascript:alert(1)"}, b"", None),
            (201, {"Location": "https://x.example/" + "x" * 2048}, b"", None),
            (201, {"Location": f"{ME}2026/1"}, b"", None),
            (201, {"Location": "http://[::1"}, b"[]", None),
            (202, {}, b"Queued.", None),
            (400, {"Location": COPY}, json.dumps({"url": COPY}).encode(), None),
            (400, {}, json.dumps({"error": "x", "original": {"url": COPY}}).encode(), COPY),
            (400, {}, json.dumps({"original": "x"}).encode(), None),
        ],
    )
    def test_where_the_copy_is(self, status, headers, body, url):
        assert url == syndication.copy(Fetched(ENDPOINT, status, Headers({"Content-Type": "application/json", **headers}), body), ME)

    def test_an_answer_without_copy_is_a_yes_all_the_same(self, bridgy, write, work, store, copies):
        """Bridgy Fed says no more than that it has heard."""
        bridgy.pages[ENDPOINT] = raw("202 Accepted", "OK")
        post = write(MASTODON)
        work()
        assert ({MASTODON: "sent"}, []) == (states(store, post), copies(post))

    def test_a_refusal_is_in_the_outbox(self, bridgy, write, work, store, copies):
        bridgy.pages[ENDPOINT] = raw("400 Bad Request", '{"error": "not signed up"}')
        post = write(MASTODON)
        work()
        assert ({MASTODON: "refused"}, []) == (states(store, post), copies(post))

    def test_a_yes_that_was_lost_is_found_again(self, bridgy, write, work, store, copies):
        """Bridgy refuses what it has published, and names the copy: it has taken it, and hears of a deletion."""
        bridgy.pages[ENDPOINT] = REFUSAL
        post = write(MASTODON)
        work()
        assert ({MASTODON: "sent"}, [COPY]) == (states(store, post), copies(post))


class TestLater:
    @pytest.fixture
    def copied(self, bridgy, write, work):
        """A post that was copied."""
        post = write(MASTODON)
        work()
        bridgy.pages[ENDPOINT] = REFUSAL
        return post

    def test_bridgy_hears_of_no_update(self, bridgy, copied, change, work, store):
        """It would refuse it."""
        change(copied, content=["Thaw."])
        work()
        assert ([MASTODON], {MASTODON: "sent"}) == (told(bridgy), states(store, copied))

    def test_it_hears_that_the_post_is_deleted(self, bridgy, copied, work, store):
        """And deletes the copy."""
        publishing.delete(store, copied, ME, times.now())
        work()
        assert [MASTODON, MASTODON] == told(bridgy)

    def test_and_that_it_is_back(self, bridgy, copied, work, store):
        """What it says to that, a refusal, is in the outbox."""
        publishing.delete(store, copied, ME, times.now())
        work()
        publishing.undelete(store, copied, ME, times.now())
        work()
        assert (3, {MASTODON: "refused"}) == (len(told(bridgy)), states(store, copied))

    def test_another_bridge_hears_of_every_update(self, bridgy, write, change, work):
        bridgy.pages[FED] = html("<p>Fed.", "200 OK", "Link: </webmention>; rel=webmention")
        bridgy.pages["https://fed.brid.gy/webmention"] = raw("202 Accepted")
        post = write(FED)
        work()
        change(post, content=["Thaw."])
        work()
        assert [FED, FED] == told(bridgy)


def test_the_page_shows_it_and_apps_read_it(bridgy, write, work, client, bearer):
    post = write(MASTODON)
    work()
    source = client.get("/micropub", query_string={"q": "source", "url": post.url(ME)}, headers=bearer("create"))
    assert [COPY] == source.json["properties"]["syndication"]
    assert f'class="u-syndication" rel="syndication" href="{COPY}"' in client.get(post.path).text
