"""Sessions, and what apps ask for in them, as rows."""

from datetime import datetime, timedelta

import pytest

from indie.store.sessions import IDLE

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def begin(store):
    """`begin("digest")` is a session."""

    def made(digest="digest", now=NOW, method="password"):
        store.sessions.add(digest, method, now, "192.0.2.1", "Firefox")
        return store.sessions.find(digest, now)

    return made


class TestSessions:
    def test_what_is_kept_comes_back(self, begin):
        found = begin()

        assert ("password", NOW, NOW, NOW, NOW + IDLE, "192.0.2.1", "Firefox") == (
            found.method, found.confirmed, found.created, found.used, found.expires, found.address, found.agent,
        )  # fmt: skip

    @pytest.mark.parametrize("digest", ["", "diges", "digest2", "DIGEST", "%"])
    def test_another_digest_finds_nothing(self, store, begin, digest):
        begin()

        assert None is store.sessions.find(digest, NOW)

    @pytest.mark.parametrize(("after", "there"), [(IDLE - HOUR, True), (IDLE, False)])
    def test_it_ends_when_it_is_not_used(self, store, begin, after, there):
        begin()

        assert (there, there) == (store.sessions.find("digest", NOW + after) is not None, bool(store.sessions.all(NOW + after)))

    def test_use_keeps_it_alive_and_is_noted(self, store, begin):
        later = NOW + IDLE - HOUR
        store.sessions.touch(begin(), later, "192.0.2.2", "Chrome")
        found = store.sessions.find("digest", later + IDLE - HOUR)

        assert (later, "192.0.2.2", "Chrome") == (found.used, found.address, found.agent)

    def test_use_confirms_nothing(self, store, begin):
        """Only a password or a passkey does."""
        store.sessions.touch(begin(), NOW + HOUR, "", "")

        assert NOW == store.sessions.find("digest", NOW + HOUR).confirmed

    @pytest.mark.parametrize(("after", "stale"), [(timedelta(minutes=59), False), (HOUR, True), (timedelta(days=1), True)])
    def test_use_is_noted_once_an_hour(self, store, begin, after, stale):
        assert stale is store.sessions.is_stale(begin(), NOW + after)

    def test_the_one_used_last_stands_first(self, store, begin):
        for digest in ("a", "b"):
            begin(digest)
        store.sessions.touch(store.sessions.find("a", NOW), NOW + HOUR, "", "")

        assert [NOW + HOUR, NOW] == [each.used for each in store.sessions.all(NOW + HOUR)]

    def test_one_is_ended_alone(self, store, begin):
        one, other = begin("a"), begin("b")
        store.sessions.end(one.id)

        assert [other] == store.sessions.all(NOW)

    def test_all_are_ended_but_one(self, store, begin):
        kept, _ = begin("a"), begin("b")
        store.sessions.end_all(kept.id)

        assert [kept] == store.sessions.all(NOW)

    def test_or_all(self, store, begin):
        begin("a")
        store.sessions.end_all()

        assert [] == store.sessions.all(NOW)

    def test_what_is_over_goes_when_another_begins(self, store, begin):
        begin("old")
        begin("new", NOW + IDLE)

        assert [{"hash": "new"}] == store.database.query("SELECT hash FROM sessions")

    def test_no_id_is_given_twice(self, store, begin):
        """A page that was kept for one session is no other's."""
        first = begin("a").id
        store.sessions.end(first)

        assert first != begin("b").id


class TestAuthorizationRequests:
    @pytest.fixture
    def here(self, store, begin):
        """The session, with a request that is kept."""
        here = begin()
        store.authorization_requests.add("handle", here.id, "{}", NOW)
        return here

    def test_it_is_taken_once(self, store, here):
        taken = [store.authorization_requests.take("handle", here.id, NOW - HOUR) for _ in range(2)]

        assert ["{}", None] == taken

    def test_not_by_another_session(self, store, here, begin):
        assert None is store.authorization_requests.take("handle", begin("other").id, NOW - HOUR)

    def test_whose_try_leaves_it_there(self, store, here):
        store.authorization_requests.take("handle", here.id + 1, NOW - HOUR)

        assert "{}" == store.authorization_requests.take("handle", here.id, NOW - HOUR)

    @pytest.mark.parametrize("digest", ["", "handl", "%"])
    def test_not_by_another_handle(self, store, here, digest):
        assert None is store.authorization_requests.take(digest, here.id, NOW - HOUR)

    def test_not_when_it_is_too_old(self, store, here):
        assert None is store.authorization_requests.take("handle", here.id, NOW)

    def test_it_goes_with_its_session(self, store, here):
        store.sessions.end(here.id)

        assert [] == store.database.query("SELECT * FROM authorization_requests")

    @pytest.mark.parametrize(("before", "left"), [(NOW, 1), (NOW + HOUR, 0)])
    def test_what_is_older_is_swept(self, store, here, before, left):
        store.authorization_requests.sweep(before)

        assert left == len(store.database.query("SELECT * FROM authorization_requests"))
