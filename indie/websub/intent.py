"""Verification of intent (WebSub §5.3): whoever asks has to show that the callback is his. And the denial (§5.2)."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from urllib.parse import urlencode
from zlib import crc32

from indie import notices
from indie.errors import FetchFailed
from indie.fetch.client import Fetcher
from indie.fetch.limits import CHALLENGE
from indie.store import Store
from indie.store.subscribers import Asked, Subscriber
from indie.websub import leases, topic
from indie.websub.topic import Render, Topic

JOB = "websub.verify"
DENY = "websub.deny"

SLOW = "websub.slow"
"""The lanes of those who do not answer at once, or of whom nobody waits for an answer."""

LANES = 3
"""
How many there are for verifications, and for the slow.

Why lanes for many hosts together: callbacks that never answer hold half of a worker's threads at most, whatever
their number.
"""


def tries(callback: str) -> str:
    """The key by which it is counted how often a callback was named that did not follow."""
    return f"websub callback {callback}"


def want(store: Store, subscriber_id: int, host: str, now: datetime) -> None:
    """Ask for the verification, in the transaction that saves what is to be verified."""
    store.later(JOB, {"subscriber": subscriber_id}, now, lane=lane(JOB, host), dedupe=f"{JOB} {subscriber_id}")


def lane(kind: str, host: str) -> str:
    """One of a few lanes for this host. kind: JOB or SLOW."""
    return f"{kind} {crc32(host.encode()) % LANES}"


def verify(store: Store, fetcher: Fetcher, render: Render, me: str, subscriber_id: int, now: datetime) -> None:
    """
    The job: ask the callback, with a word that it cannot know; only if it says that word what was asked for holds.

    Otherwise everything is as it was. It is asked once: whoever was not there asks us again.
    """
    subscriber = store.subscribers.get(subscriber_id)
    if subscriber is None or subscriber.asked is None:
        return
    asked, found = subscriber.asked, None
    if asked.mode == "subscribe":
        found = topic.read(render, me, subscriber.topic)
        if found is None:
            with store.write():
                store.subscribers.refuse(subscriber_id)
                want_denial(store, subscriber, now)
            return
    agreed = _agrees(fetcher, subscriber, asked)
    with store.write():
        fresh = store.subscribers.get(subscriber_id)
        # Why: who asked again meanwhile gets a verification of what he asks now.
        if fresh is None or fresh.asked != asked:
            return
        if not agreed:
            store.subscribers.refuse(subscriber_id)
        else:
            store.limits.forget(tries(subscriber.callback))
            _settle(store, fresh, asked, found, now)


def _settle(store: Store, subscriber: Subscriber, asked: Asked, found: Topic | None, now: datetime) -> None:
    if found is None:
        store.subscribers.remove([subscriber.id])
        return
    expires = now + timedelta(seconds=asked.lease_seconds)
    store.subscribers.confirm(subscriber.id, asked.secret, expires)
    if not subscriber.follows(now):
        # What there was before it asked it can fetch; what comes from now on it is told.
        store.subscribers.has(subscriber.id, found.version.digest)
    leases.want(store, now)
    # Why: something may have come between our look at the topic and this moment.
    notices.notify(store, (), now)


def _agrees(fetcher: Fetcher, subscriber: Subscriber, asked: Asked) -> bool:
    challenge = secrets.token_urlsafe(32)
    fields = {"hub.mode": asked.mode, "hub.topic": subscriber.topic, "hub.challenge": challenge}
    if asked.mode == "subscribe":
        fields["hub.lease_seconds"] = str(asked.lease_seconds)
    try:
        answer = fetcher.get(extended(subscriber.callback, fields), CHALLENGE, accept="text/plain, */*;q=0.1")
    except FetchFailed:
        return False
    return answer.ok and compare_digest(answer.body, challenge.encode())


def want_denial(store: Store, subscriber: Subscriber, now: datetime) -> None:
    """Ask for the denial, in the transaction that ends the subscription."""
    arguments: dict[str, object] = {"topic": subscriber.topic, "callback": subscriber.callback}
    store.later(DENY, arguments, now, lane=lane(SLOW, subscriber.host))


def deny(fetcher: Fetcher, url: str, callback: str) -> None:
    """
    The job: tell a callback that it does not follow this topic any more (§5.2). What it answers does not matter.

    Raises FetchFailed where another try may help.
    """
    fields = {"hub.mode": "denied", "hub.topic": url, "hub.reason": "There is nothing at this address to follow."}
    fetcher.get(extended(callback, fields), CHALLENGE).unless_busy()


def extended(callback: str, fields: Mapping[str, str]) -> str:
    """The callback with these parameters behind those that it has (WH-3)."""
    separator = "" if callback.endswith(("?", "&")) else "&" if "?" in callback else "?"
    return callback + separator + urlencode(fields)
