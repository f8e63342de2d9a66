"""Leases that end (WebSub §5.1): whoever does not ask again is told nothing any more, and is forgotten."""

from datetime import datetime, timedelta

from indie.store import Store

JOB = "websub.expire"

PORTION = 400
"""How many are forgotten in one transaction."""

UNVERIFIED = timedelta(days=1)
"""After what time a request is forgotten that could never be verified."""


def want(store: Store, now: datetime) -> None:
    """Ask for the job at the moment at which the next lease ends."""
    due = store.subscribers.next_expiry()
    if due:
        store.later(JOB, {}, now, due=max(due, now), dedupe=JOB)


def expire(store: Store, now: datetime) -> None:
    """The job: forget whose lease has ended, and the bytes of topics that nobody follows."""
    while ended := store.subscribers.expired(now, now - UNVERIFIED, PORTION):
        with store.write():
            store.subscribers.remove(ended)
    with store.write():
        followed = set(store.subscribers.topics())
        for topic in store.topics.names():
            if topic not in followed:
                store.topics.forget(topic)
        want(store, now)
