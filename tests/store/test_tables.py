"""The smaller tables: owner, tokens, media, webmentions received, deliveries."""

from datetime import datetime, timedelta

import pytest

from indie.mf2.authorship import Author
from indie.mf2.item import Item
from indie.posts.post import Post
from indie.responses.citation import Citation
from indie.store.citations import MISSING, Snapshot
from indie.store.deliveries import DUE, SENT
from indie.store.media import HERE, WANTED, Medium
from indie.store.owner import Owner
from indie.store.webmentions import LOOK, Body, look

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
SOURCE = "https://a.example/1"


@pytest.fixture
def post_id(store):
    """The id of a stored post."""
    item = Item(("h-entry",), {"content": ["Words."], "published": ["2026-07-23T12:00:00Z"]})
    return store.posts.add(Post("/2026/07/23/words", item, "note"), NOW).id


class TestOwner:
    def test_before_set_up_there_is_none(self, store):
        assert None is store.owner.get()

    def test_there_is_one_at_most(self, store):
        store.owner.put(Owner("Olaf", note="Who?"), NOW)
        store.owner.put(Owner("Olga", password="hash"), NOW)

        assert Owner("Olga", password="hash") == store.owner.get()


class TestTokens:
    def add(self, store, expires=None):
        store.tokens.add("digest", "https://client.example/", ("create", "update"), NOW, expires)

    def test_one_is_found_by_its_digest(self, store):
        self.add(store)
        token = store.tokens.find("digest", NOW)

        assert ("https://client.example/", ("create", "update")) == (token.client_id, token.scope)

    def test_another_digest_finds_nothing(self, store):
        self.add(store)

        assert None is store.tokens.find("", NOW)

    def test_one_that_expires_is_good_until_then(self, store):
        self.add(store, NOW + timedelta(days=1))

        assert None is not store.tokens.find("digest", NOW + timedelta(hours=23))
        assert None is store.tokens.find("digest", NOW + timedelta(days=1))

    def test_one_that_was_revoked_opens_nothing(self, store):
        self.add(store)
        store.database.execute("UPDATE tokens SET revoked = :now", now="2026-07-23T12:00:00.000000Z")

        assert None is store.tokens.find("digest", NOW)

    def test_its_use_is_noted_once_an_hour(self, store):
        """A busy client writes no row with each request."""
        self.add(store)
        store.tokens.touch(store.tokens.find("digest", NOW), NOW)
        token = store.tokens.find("digest", NOW)

        assert [False, False, True] == [
            store.tokens.is_stale(token, NOW + timedelta(minutes=minutes)) for minutes in (0, 59, 60)
        ]


class TestMedia:
    def test_what_is_known_grows(self, store):
        """First it is wanted, then it is here; where it came from stays."""
        store.media.put(Medium("n", WANTED, "photo", origin=SOURCE), NOW)
        store.media.put(Medium("n", HERE, "photo", file="f.jpg", type="image/jpeg", size=3), NOW)

        assert Medium("n", HERE, "photo", SOURCE, "f.jpg", "image/jpeg", 3) == store.media.get("n")
        assert [] == store.media.wanted()

    def test_many_are_found_by_name(self, store):
        """Also more of them than a statement takes parameters; those that are not there are left out."""
        with store.write():
            for number in range(1000):
                store.media.put(Medium(str(number), WANTED, "photo"), NOW)

        assert 1000 == len(store.media.named([*map(str, range(1000)), "none"]))
        assert 1000 == len(store.media.wanted())

    def test_none_is_found_by_no_name(self, store):
        assert {} == store.media.named([])


class TestCitations:
    CITATION = Citation(Author("Ann", "https://a.example/", None), "Title", "Words.", None, "en", NOW)

    def test_what_is_wanted_is_known_without_words(self, store):
        store.citations.want("a.example/1", SOURCE)

        assert Snapshot(SOURCE, WANTED) == store.citations.get("a.example/1")

    def test_what_was_read_is_here_with_its_moment(self, store):
        store.citations.want("a.example/1", SOURCE)
        store.citations.put("a.example/1", self.CITATION, NOW)

        assert Snapshot(SOURCE, HERE, self.CITATION, NOW) == store.citations.get("a.example/1")

    @pytest.mark.parametrize(("lose", "state"), [("want", WANTED), ("miss", MISSING)])
    def test_neither_asking_again_nor_missing_it_loses_anything(self, store, lose, state):
        """Words and moment stay those of the last good look."""
        store.citations.want("a.example/1", SOURCE)
        store.citations.put("a.example/1", self.CITATION, NOW)
        getattr(store.citations, lose)("a.example/1", *[SOURCE] * (lose == "want"))

        assert Snapshot(SOURCE, state, self.CITATION, NOW) == store.citations.get("a.example/1")

    def test_many_are_found_in_one(self, store):
        """Those that nobody asked for are left out."""
        with store.write():
            for number in range(300):
                store.citations.want(str(number), SOURCE)

        assert {str(number) for number in range(300)} == set(store.citations.of([*map(str, range(300)), "none"]))
        assert {} == store.citations.of([])


class TestWebmentions:
    def test_source_and_post_are_one_row(self, store, post_id):
        """However often it is sent; its status URL stays."""
        first = store.webmentions.queue(SOURCE, "http://site.example/2026/07/23/words", post_id, NOW)
        second = store.webmentions.queue(SOURCE, "http://site.example/2026/07/23/words#x", post_id, NOW)

        assert (first.id, first.token) == (second.id, second.token)
        assert [
            "http://site.example/2026/07/23/words",
            "http://site.example/2026/07/23/words#x",
        ] == store.webmentions.targets(first.id)

    def test_each_status_url_has_its_own_end(self, store, post_id):
        tokens = {store.webmentions.queue(f"{SOURCE}{n}", "http://site.example/", post_id, NOW).token for n in range(9)}

        assert 9 == len(tokens)
        assert {24} == set(map(len, tokens))

    def test_what_is_rejected_stays_so_when_it_is_sent_again(self, store, post_id):
        """The owner's word outlasts the sender's."""
        first = store.webmentions.queue(SOURCE, "http://site.example/", post_id, NOW)
        assert [first.id] == store.webmentions.decide(SOURCE, "rejected")
        again = store.webmentions.queue(SOURCE, "http://site.example/", post_id, NOW)

        assert ("rejected", "queued") == (again.decision, again.state)

    def test_nothing_is_decided_of_what_never_came(self, store):
        assert [] == store.webmentions.decide(SOURCE, "rejected")

    def test_what_comes_to_the_home_page_is_one_row_too(self, store, post_id):
        """The pair of a source and no post is a pair."""
        first, second = (store.webmentions.queue(SOURCE, "http://site.example/", None, NOW) for _ in range(2))
        other = store.webmentions.queue(SOURCE, "http://site.example/", post_id, NOW)

        assert (True, False, None) == (first.id == second.id, first.id == other.id, first.post_id)

    def test_it_is_being_fetched_while_a_worker_holds_its_job(self, store, post_id):
        """Whoever dies over it leaves nothing behind that says so: the next one takes the job."""
        found = store.webmentions.queue(SOURCE, "http://site.example/", post_id, NOW)
        store.jobs.add(LOOK, {}, NOW, dedupe=look(found.id))
        states = [store.webmentions.get(found.id).state]
        store.jobs.claim("w", NOW)
        states.append(store.webmentions.by_token(found.token).state)
        store.jobs.give_back("w")

        assert ["queued", "fetching", "queued"] == [*states, store.webmentions.all()[0].state]

    def test_a_look_is_concluded(self, store, post_id):
        found = store.webmentions.queue(SOURCE, "http://site.example/", post_id, NOW)
        store.webmentions.conclude(found.id, "verified", "It is shown.", NOW)
        concluded = store.webmentions.by_token(found.token)

        assert ("verified", "It is shown.", NOW, 1) == (
            concluded.state,
            concluded.reason,
            concluded.checked,
            concluded.attempts,
        )

    def test_the_last_good_body_is_kept(self, store, post_id):
        """Byte for byte; None forgets it."""
        found = store.webmentions.queue(SOURCE, "http://site.example/", post_id, NOW)
        body = Body(bytes(range(256)), SOURCE, "text/html; charset=latin-1")
        store.webmentions.keep_body(found.id, body)
        assert body == store.webmentions.body(found.id)
        store.webmentions.keep_body(found.id, None)
        assert None is store.webmentions.body(found.id)


class TestDeliveries:
    def test_a_target_is_one_row_and_is_due_again(self, store, post_id):
        """Told again, from the first try on."""
        first = store.deliveries.add(post_id, SOURCE, NOW)
        store.deliveries.record(first, SENT, "", NOW, endpoint="https://a.example/wm", status=202, location="https://a.example/s")
        assert [(SENT, 202, 1)] == [(one.state, one.status, one.attempts) for one in store.deliveries.of(post_id)]
        assert first == store.deliveries.add(post_id, SOURCE, NOW)
        assert (DUE, 0) == (store.deliveries.get(first).state, store.deliveries.get(first).attempts)

    def test_what_was_made_due_since_stays_due(self, store, post_id):
        """What a try came to is noted, and that it was told of what is old by now."""
        first = store.deliveries.add(post_id, SOURCE, NOW)
        read = store.deliveries.get(first).changed
        store.deliveries.add(post_id, SOURCE, NOW + timedelta(seconds=1))
        store.deliveries.record(first, SENT, "", NOW, status=202, read=read)
        after = store.deliveries.get(first)
        assert (DUE, 202, True, NOW + timedelta(seconds=1)) == (after.state, after.status, after.told, after.changed)

    def test_they_stand_in_the_order_of_the_links(self, store, post_id):
        for number in (3, 1, 2):
            store.deliveries.add(post_id, f"https://{number}.example/", NOW)

        assert ["3", "1", "2"] == [one.target[8] for one in store.deliveries.of(post_id)]
