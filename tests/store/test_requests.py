"""The log of requests, and the requests that may come again, as rows."""

import contextlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from indie.mf2.item import Item
from indie.posts.post import Post
from indie.store import replays
from indie.store.replays import Replay
from indie.store.requests import EVERY, KEPT, REFUSED, Request

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
REPLAY = Replay("key", timedelta(minutes=10))


def request(**more):
    told = {"client_id": "c", "method": "POST", "target": "/micropub", "type": "t", "body": "b\nd", "notes": ("n", "o")}
    return Request(**told | {"status": 201, "answer": "a", "created": NOW} | more)


@pytest.fixture
def post(store):
    """A stored post."""
    return store.posts.add(Post("/a", Item(("h-entry",), {"content": ["A"], "published": ["2026-07-23"]}), "note"), NOW)


class TestRequests:
    def test_what_is_kept_comes_back(self, store):
        store.requests.record(request())

        assert [request()] == store.requests.last(9)

    def test_one_without_notes(self, store):
        store.requests.record(request(notes=()))

        assert [request(notes=())] == store.requests.last(9)

    def test_the_newest_come_first(self, store):
        for number in range(4):
            store.requests.record(request(body=str(number)))

        assert ["3", "2"] == [kept.body for kept in store.requests.last(2)]

    def test_the_oldest_go(self, store):
        with store.write():
            for number in range(KEPT + 3):
                store.requests.record(request(body=str(number)))

        assert (KEPT, "3") == (len(store.requests.last(999)), store.requests.last(999)[-1].body)

    def test_between_two_looks_some_more_lie_there(self, store):
        """They are counted now and then, and a process that nobody looks at does not fill the table either."""
        for number in range(KEPT + 3 * EVERY):
            store.requests.record(request(body=str(number)))

        assert KEPT <= store.database.one("SELECT count(*) AS rows FROM requests")["rows"] < KEPT + EVERY

    @pytest.mark.postgresql("in a file there is one turn")
    def test_one_is_kept_while_somebody_writes(self, store):
        """It waits for no transaction of the site."""
        with store.write(), ThreadPoolExecutor(1) as pool:
            pool.submit(store.requests.record, request()).result(10)

        assert [request()] == store.requests.last(9)

    def test_of_strangers_fewer_are_kept(self, store):
        """Refused ones of apps without an address count among them."""
        with store.write():
            store.requests.record(request(body="mine"))
            for _ in range(REFUSED + 3):
                store.requests.record(request(client_id="", status=401))
        kept = store.requests.last(999)

        assert (REFUSED + 1, "mine") == (len(kept), kept[-1].body)


class TestReplays:
    def test_what_was_made_is_found_in_its_time(self, store, post):
        store.replays.put(REPLAY, post.id, NOW)

        assert post.id == store.replays.made(REPLAY, NOW + timedelta(minutes=10))
        assert None is store.replays.made(REPLAY, NOW + timedelta(minutes=10, microseconds=1))

    def test_another_key_finds_nothing(self, store, post):
        store.replays.put(REPLAY, post.id, NOW)

        assert None is store.replays.made(Replay("other", REPLAY.within), NOW)

    def test_the_old_ones_go(self, store, post):
        """Not with each that comes, but the table does not grow for ever."""
        for number in range(3 * replays.EVERY):
            store.replays.put(Replay(str(number), REPLAY.within), post.id, NOW + number * replays.LONGEST / 10)

        assert 10 + replays.EVERY >= store.database.one("SELECT count(*) AS rows FROM replays")["rows"]

    def test_the_last_one_counts(self, store, post):
        other = store.posts.add(Post("/b", post.item, "note"), NOW)
        store.replays.put(REPLAY, post.id, NOW)
        store.replays.put(REPLAY, other.id, NOW + timedelta(minutes=30))

        assert other.id == store.replays.made(REPLAY, NOW + timedelta(minutes=31))

    def test_without_the_post_there_is_no_row(self, store, post):
        """Both are saved in one transaction."""
        with contextlib.suppress(ZeroDivisionError), store.write():
            store.replays.put(REPLAY, post.id, NOW)
            raise ZeroDivisionError

        assert None is store.replays.made(REPLAY, NOW)
