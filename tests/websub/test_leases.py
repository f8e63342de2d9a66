"""Leases that end (WH-5)."""

from datetime import timedelta

from indie import times
from indie.store.subscribers import Asked
from indie.websub import leases
from tests.websub.conftest import CALLBACK, ME

OTHER = "http://other.example/callback"


def test_the_job_is_asked_for_at_the_end_of_the_first(follow, store):
    """One job, however many follow."""
    follow(lease_seconds="86400")
    follow(lease_seconds="7200")
    (job,) = store.database.query("SELECT due FROM jobs WHERE name = :name", name=leases.JOB)
    assert job["due"] == times.sortable(store.subscribers.find(ME, CALLBACK).expires)


def test_whose_lease_has_ended_is_forgotten(following, store):
    following(lease=3600)
    following(callback=OTHER)
    leases.expire(store, times.now() + timedelta(hours=2))
    assert [OTHER] == [one.callback for one in store.subscribers.of(ME, 9)]


def test_the_bytes_of_what_nobody_follows_go_with_it(following, store):
    following(lease=3600)
    leases.expire(store, times.now() + timedelta(hours=2))
    assert [] == store.topics.names()


def test_the_next_end_is_waited_for(following, store):
    following(lease=3600)
    following(callback=OTHER)
    now = times.now() + timedelta(hours=2)
    leases.expire(store, now)
    assert store.subscribers.find(ME, OTHER).expires == store.jobs.next_due()


def test_what_was_never_verified_is_forgotten_after_a_day(store):
    now = times.now()
    with store.write():
        store.subscribers.ask(ME, CALLBACK, "reader.example", Asked("subscribe", 1, "", ""), now)
    leases.expire(store, now + timedelta(hours=23))
    assert store.subscribers.any()
    leases.expire(store, now + timedelta(hours=24))
    assert not store.subscribers.any()
