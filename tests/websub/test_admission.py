"""Who comes too often, and what is too much (WH-10)."""

from datetime import timedelta

import pytest

from indie import times, wiring
from indie.errors import InvalidRequest, TooManyRequests
from indie.store.subscribers import Asked
from indie.websub import admission
from indie.websub.request import Wanted
from tests.websub.conftest import ME

NOW = times.parse("2026-07-23T12:00:00Z")


@pytest.fixture
def admit(store, settings):
    """`admit(callback)` takes one, as somebody at 192.0.2.1 asks for it."""
    render = wiring.renderer(settings, store)

    def ask(callback="http://a.example/", address="192.0.2.1", now=NOW, topic=ME, mode="subscribe"):
        wanted = Wanted(mode, topic, callback, timedelta(days=1), "")
        return admission.admit(store, settings, wanted, render, address, now)

    return ask


@pytest.fixture
def many(store):
    """`many(number, host)`: so many follow, or wait."""

    def make(number, host, expires=""):
        with store.write():
            for one in range(number):
                made = store.subscribers.ask(ME, f"http://{host}/{one}", host, Asked("subscribe", 1, "", ""), NOW)
                if expires:
                    store.subscribers.confirm(made, "", expires)

    return make


class TestRates:
    def test_an_address(self, admit):
        """Whoever else comes is not held up."""
        for number in range(admission.ADDRESS[0]):
            admit(f"http://host{number}.example/")
        with pytest.raises(TooManyRequests) as refused:
            admit("http://more.example/")
        assert 5 == refused.value.retry_after
        admit("http://more.example/", "192.0.2.2")

    def test_a_host(self, admit):
        for number in range(admission.HOST[0]):
            admit(f"http://a.example/{number}", f"192.0.2.{number % 200}")
        with pytest.raises(TooManyRequests):
            admit("http://a.example/more", "198.51.100.1")

    def test_a_callback_that_never_shows_that_it_means_it(self, admit):
        """After some tries it is left alone for a day."""
        for _ in range(admission.CALLBACK[0]):
            admit()
        with pytest.raises(TooManyRequests) as refused:
            admit(address="198.51.100.1")
        assert 86_400 == refused.value.retry_after
        admit(now=NOW + timedelta(days=1))

    def test_not_one_that_did(self, admit, many):
        many(1, "a.example", expires=NOW + timedelta(days=1))
        for _ in range(2 * admission.CALLBACK[0]):
            admit("http://a.example/0")

    def test_pings(self, store, settings):
        for _ in range(admission.ADDRESS[0]):
            admission.ping(store, settings, (ME,), "192.0.2.1", NOW)
        with pytest.raises(TooManyRequests):
            admission.ping(store, settings, (ME,), "192.0.2.1", NOW)


class TestRoom:
    def test_of_a_host(self, admit, many):
        many(admission.OF_HOST, "a.example", expires=NOW + timedelta(days=1))
        with pytest.raises(TooManyRequests, match=r"a\.example"):
            admit("http://a.example/more")
        admit("http://b.example/")

    def test_for_what_waits_to_be_verified(self, admit, many):
        many(admission.UNVERIFIED, "a.example")
        with pytest.raises(TooManyRequests, match="verified"):
            admit("http://b.example/")

    def test_in_all(self, admit, store):
        """Also where nobody is refused for coming too often."""
        numbers = f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {admission.ALL})"
        store.database.execute(
            f"""
            {numbers} INSERT INTO subscribers (topic, callback, host, secret, expires, asked, delivered, delivered_at,
                due, failures, status, reason, created)
            SELECT '{ME}', 'http://' || i || '.example/', i || '.example', '', '2027', '', '', '', 0, 0, 0, '', '' FROM n
            """
        )
        with pytest.raises(TooManyRequests, match="tomorrow"):
            admit("http://b.example/")

    def test_who_follows_already_needs_none(self, admit, many):
        many(admission.OF_HOST, "a.example", expires=NOW + timedelta(days=1))
        admit("http://a.example/0")


class TestNothingIsChanged:
    def test_for_what_is_no_topic(self, admit, store):
        with pytest.raises(InvalidRequest):
            admit(topic=f"{ME}nothing")
        assert not store.subscribers.any()

    def test_by_who_only_asks(self, admit, store, many):
        """Lease and secret of one that follows stay as they are until it has shown that it asks."""
        many(1, "a.example", expires=NOW + timedelta(days=1))
        admit("http://a.example/0")
        kept = store.subscribers.find(ME, "http://a.example/0")
        assert (NOW + timedelta(days=1), "", "subscribe") == (kept.expires, kept.secret, kept.asked.mode)


class TestPing:
    def test_of_a_topic_of_ours(self, store, settings, many):
        many(1, "a.example")
        admission.ping(store, settings, ("http://other.example/", f"{ME}any"), "192.0.2.1", NOW)
        assert 1 == store.jobs.waiting()

    def test_of_others_is_passed_over(self, store, settings, many):
        many(1, "a.example")
        admission.ping(store, settings, ("http://other.example/", "no url"), "192.0.2.1", NOW)
        assert 0 == store.jobs.waiting()
