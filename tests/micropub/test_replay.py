"""A request that comes again finds the post that it made (`micropub.md` §6.2)."""

import io
import json
import threading
from datetime import timedelta

import pytest
import time_machine

from indie import publishing, times
from indie.demo import PAGES
from indie.mf2.item import Item
from indie.store import replays
from indie.store.replays import Replay

ME = "http://site.example/"
PICTURE = (PAGES / "mira.example" / "fence.webp").read_bytes()


@pytest.fixture
def token(bearer):
    """The header of a token that may do everything."""
    return bearer("create update delete undelete media")


@pytest.fixture
def send(client, token):
    """`send(content="x")` posts a form and returns the Location."""

    def post(headers=None, **fields):
        answer = client.post("/micropub", data={"h": "entry", **fields}, headers=token | (headers or {}))
        assert 201 == answer.status_code, answer.text
        return answer.headers["Location"]

    return post


@pytest.fixture
def count(store):
    """`count()` is how many posts there are, deleted ones too."""
    return lambda: store.database.one("SELECT count(*) AS posts FROM posts")["posts"]


class TestSameRequest:
    """The same token, the same words, within ten minutes."""

    def test_it_makes_one_post(self, send, count):
        assert send(content="Twice") == send(content="Twice")
        assert 1 == count()

    def test_other_words_make_another(self, send, count):
        assert send(content="One") != send(content="Two")
        assert 2 == count()

    def test_other_commands_make_another(self, send):
        assert send(content="One", **{"mp-slug": "a"}) != send(content="One", **{"mp-slug": "b"})

    def test_form_and_json_of_the_same_content_are_one(self, client, send, token, count):
        body = {"properties": {"category": "one", "content": ["Twice"]}, "type": ["h-entry"]}
        made = send(content="Twice", **{"category[]": "one"})

        assert made == client.post("/micropub", json=body, headers=token).headers["Location"]
        assert 1 == count()

    def test_the_order_of_values_counts(self, send):
        """Categories are kept in their order, so another order is another post."""
        assert send(content="x", category=["a", "b"]) != send(content="x", category=["b", "a"])

    def test_a_token_in_the_body_is_no_part_of_it(self, client, send, token, count):
        made = send(content="Twice")
        fields = {"h": "entry", "content": "Twice", "access_token": token["Authorization"][7:]}

        assert made == client.post("/micropub", data=fields).headers["Location"]
        assert 1 == count()

    def test_another_token_makes_another_post(self, client, send, bearer):
        """Two clients of one person may say the same."""
        made = send(content="Twice")
        answer = client.post("/micropub", data={"content": "Twice"}, headers=bearer("create"))

        assert made != answer.headers["Location"]

    def test_files_count_by_their_bytes(self, send, count):
        """The name of a file says nothing."""

        def photo(name, body):
            return send(content="Look", photo=(io.BytesIO(body), name))

        assert photo("a.webp", PICTURE) == photo("b.webp", PICTURE)
        assert 1 == count()
        assert photo("a.webp", PICTURE) != send(content="Look")

    def test_after_ten_minutes_it_is_another(self, send):
        with time_machine.travel("2026-07-23T12:00:00+00:00", tick=False) as clock:
            made = send(content="Again")
            clock.shift(timedelta(minutes=9, seconds=59))
            assert made == send(content="Again")
            clock.shift(timedelta(seconds=2))
            assert made != send(content="Again")

    def test_a_draft_is_found_too(self, send):
        """The editor iA Writer makes a new draft each time that somebody presses its button."""
        assert send(content="x", **{"post-status": "draft"}) == send(content="x", **{"post-status": "draft"})

    def test_what_is_refused_is_refused_again(self, client, token, count):
        for _ in range(2):
            assert 400 == client.post("/micropub", data={"h": "entry"}, headers=token).status_code
        assert 0 == count()


class TestLiveAndUnchanged:
    """The post that was made is the answer only while it is what was asked for."""

    def update(self, client, token, url, **changes):
        body = {"action": "update", "url": url, **changes}
        assert 204 == client.post("/micropub", json=body, headers=token).status_code

    def test_a_deleted_post_is_made_anew(self, client, send, token):
        made = send(content="Gone")
        client.post("/micropub", data={"action": "delete", "url": made}, headers=token)

        assert made != send(content="Gone")

    def test_one_that_was_put_back_is_the_same(self, client, send, token):
        made = send(content="Back")
        for action in ("delete", "undelete"):
            client.post("/micropub", data={"action": action, "url": made}, headers=token)

        assert made == send(content="Back")

    def test_an_edited_post_is_another(self, client, send, token):
        made = send(content="First words")
        self.update(client, token, made, replace={"content": ["Second words"]})

        assert made != send(content="First words")

    def test_also_when_it_was_edited_back(self, client, send, token):
        """Somebody has worked on it: it is no echo any more."""
        made = send(content="First words")
        self.update(client, token, made, replace={"content": ["Second words"]})
        self.update(client, token, made, replace={"content": ["First words"]})

        assert made != send(content="First words")

    def test_an_edited_draft_is_another(self, client, send, token):
        """A draft has no date of change, and is changed all the same."""
        made = send(content="x", **{"post-status": "draft"})
        self.update(client, token, made, add={"category": ["y"]})

        assert made != send(content="x", **{"post-status": "draft"})

    def test_what_replaced_it_is_found_from_then_on(self, client, send, token):
        made = send(content="Gone")
        client.post("/micropub", data={"action": "delete", "url": made}, headers=token)

        assert send(content="Gone") == send(content="Gone")


class TestIdempotencyKey:
    """The client says itself what is one request."""

    def test_the_same_key_makes_one_post(self, send, count):
        key = {"Idempotency-Key": "8e03978e"}

        assert send(key, content="Twice") == send(key, content="Twice")
        assert 1 == count()

    def test_whatever_comes_with_it(self, send, count):
        key = {"Idempotency-Key": "8e03978e"}

        assert send(key, content="One") == send(key, content="Two")
        assert 1 == count()

    def test_another_key_makes_another_post(self, send):
        """So that somebody can say the same twice on purpose."""
        assert send({"Idempotency-Key": "a"}, content="Twice") != send({"Idempotency-Key": "b"}, content="Twice")

    def test_it_is_the_tokens_own(self, client, send, bearer):
        made = send({"Idempotency-Key": "a"}, content="One")
        headers = bearer("create") | {"Idempotency-Key": "a"}

        assert made != client.post("/micropub", data={"content": "Two"}, headers=headers).headers["Location"]

    def test_it_holds_for_a_day(self, send):
        key = {"Idempotency-Key": "8e03978e"}
        with time_machine.travel("2026-07-23T12:00:00+00:00", tick=False) as clock:
            made = send(key, content="One")
            clock.shift(timedelta(hours=23, minutes=59))
            assert made == send(key, content="One")
            clock.shift(timedelta(minutes=2))
            assert made != send(key, content="One")

    def test_a_header_of_any_bytes_will_do(self, send):
        key = {"Idempotency-Key": "ü" * 5000}

        assert send(key, content="One") == send(key, content="Two")


class TestAtOnce:
    def test_two_at_once_make_one_post(self, store, storage, count):
        """The second waits for the lock, and then finds what the first has made."""
        replay = Replay("same", timedelta(minutes=10))
        item = Item(("h-entry",), {"content": ["At once"]})
        start, paths = threading.Barrier(8), []

        def create():
            start.wait()
            paths.append(publishing.create(store, storage, ME, times.now(), item, {}, replay=replay).path)
            store.database.release()

        threads = [threading.Thread(target=create) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (8, 1) == (len(paths), len(set(paths)))
        assert 1 == count()


class TestSweeping:
    def test_old_rows_go(self, send, store):
        """With one of the next posts that are made."""
        with time_machine.travel("2026-07-23T12:00:00+00:00", tick=False) as clock:
            send(content="Old")
            clock.shift(timedelta(days=1, seconds=1))
            for number in range(replays.EVERY):
                send(content=f"New {number}")

        assert replays.EVERY == store.database.one("SELECT count(*) AS kept FROM replays")["kept"]


class TestSyndication:
    """What came from elsewhere is here once (OwnYourSwarm and its like)."""

    COPY = "https://swarm.example/checkin/1"

    def test_a_known_copy_is_found(self, client, token, count):
        first, second = (
            client.post(
                "/micropub",
                json={"properties": {"content": [words], "syndication": [self.COPY]}},
                headers=token,
            )
            for words in ("At the bar", "At the bar, as I said")
        )

        assert (201, 201) == (first.status_code, second.status_code)
        assert first.headers["Location"] == second.headers["Location"]
        assert 1 == count()

    def test_long_after(self, send):
        with time_machine.travel("2026-07-23T12:00:00+00:00", tick=False) as clock:
            made = send(content="x", syndication=self.COPY)
            clock.shift(timedelta(days=400))
            assert made == send(content="y", syndication=self.COPY)

    def test_whoever_sends_it(self, client, send, bearer):
        made = send(content="x", syndication=self.COPY)
        answer = client.post(
            "/micropub", data={"content": "y", "syndication": [self.COPY]}, headers=bearer("create")
        )

        assert made == answer.headers["Location"]

    def test_one_that_was_added_later(self, client, send, token):
        """By a syndicator, with an update."""
        made = send(content="x")
        body = {"action": "update", "url": made, "add": {"syndication": [self.COPY]}}
        client.post("/micropub", json=body, headers=token)

        assert made == send(content="y", syndication=self.COPY)

    def test_a_deleted_post_is_not_found(self, client, send, token):
        made = send(content="x", syndication=self.COPY)
        client.post("/micropub", data={"action": "delete", "url": made}, headers=token)

        assert made != send(content="y", syndication=self.COPY)

    def test_another_fragment_is_another_copy(self, send):
        """Two comments on one page elsewhere are two posts."""
        assert send(content="x", syndication=f"{self.COPY}#1") != send(content="y", syndication=f"{self.COPY}#2")

    def test_no_files_are_kept_for_it(self, send, store):
        """What came a second time leaves no row among the media."""
        send(content="x", syndication=self.COPY)
        send(content="y", syndication=self.COPY, photo=(io.BytesIO(PICTURE), "a.webp"))

        assert None is store.database.one("SELECT name FROM media WHERE state = 'here' AND purpose = 'photo'")


def test_nothing_of_a_request_is_kept_but_its_digest(send, store):
    """A key or a body cannot be read back from the table."""
    send({"Idempotency-Key": "my-own-key"}, content="Secret words")
    rows = json.dumps(store.database.query("SELECT * FROM replays"))

    assert ("my-own-key" in rows, "Secret words" in rows) == (False, False)
