"""
What is new, told to everybody who follows it (WebSub §7).

Three jobs. `notify`: something changed, and a moment is waited for what comes with it. `distribute`: each topic that
somebody follows is read in this process, and where it is another who follows it has something due. `deliver`: one
callback gets the newest version; a version that nobody has fetched yet is passed over for the next.

Whoever does not answer holds one thread for `CALLBACK.seconds` once; then he is asked in a lane of the slow ones, with
patience, and is in nobody's way.
"""

import hashlib
import hmac
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from indie import notices
from indie.errors import FetchFailed, ServerBusy, Unavailable
from indie.fetch.client import Fetcher
from indie.fetch.limits import CALLBACK, SLOW_CALLBACK
from indie.store import Store
from indie.store.subscribers import Subscriber
from indie.store.topics import Version
from indie.websub import intent, topic
from indie.websub.topic import Render

DISTRIBUTE = "websub.distribute"
DELIVER = "websub.deliver"

BURST = timedelta(milliseconds=500)
"""How long is waited for what changes with what has just changed."""

PORTION = 200
"""To how many in one transaction something is due."""

SLOW = "It took it, after a long time."
"""What is wrong with one that is to be asked with patience the next time too."""


def notify(store: Store, now: datetime, burst: timedelta) -> None:
    """The job: have it told what is new, once for all that changes in the meantime."""
    with store.write():
        store.later(DISTRIBUTE, {}, now, due=now + burst, dedupe=DISTRIBUTE)


def distribute(store: Store, render: Render, me: str, now: datetime) -> None:
    """
    The job: look at every topic that somebody follows, and ask for the deliveries where it is another.

    Raises Unavailable where the site is in trouble; all topics of which it could tell are told then.
    """
    trouble = None
    for url in store.subscribers.topics():
        try:
            found = topic.read(render, me, url)
        except Unavailable as error:
            trouble = error
            continue
        if found is None:
            _end(store, url, now)
        else:
            _announce(store, url, found.version, now)
    if trouble:
        raise trouble


def _announce(store: Store, url: str, version: Version, now: datetime) -> None:
    with store.write():
        changed = store.topics.digest(url) != version.digest
        if changed:
            store.topics.put(url, version, now)
    for some in _portions(store, url):
        # Why not those to which something is due: they wait for their next try, unless there is news.
        behind = [one for one in some if one.follows(now) and one.delivered != version.digest]
        waking = [one for one in behind if changed or not one.due]
        if waking:
            with store.write():
                store.subscribers.mark([one.id for one in waking])
                for one in waking:
                    _want(store, one, now, patient=bool(one.failures or one.reason))


def _end(store: Store, url: str, now: datetime) -> None:
    """The topic is not there any more: whoever follows it is told so, and follows it no longer (WH-6)."""
    while some := store.subscribers.of(url, PORTION):
        with store.write():
            store.subscribers.remove([one.id for one in some])
            for one in some:
                if one.follows(now) or one.asked:
                    intent.want_denial(store, one, now)
    with store.write():
        store.topics.forget(url)


def _portions(store: Store, url: str) -> Iterator[list[Subscriber]]:
    after = ""
    while some := store.subscribers.of(url, PORTION, after):
        yield some
        after = some[-1].callback


def _want(store: Store, subscriber: Subscriber, now: datetime, due: datetime | None = None, *, patient: bool) -> None:
    arguments: dict[str, object] = {"subscriber": subscriber.id, "patient": patient}
    lane = intent.lane(intent.SLOW, subscriber.host) if patient else subscriber.host
    store.later(DELIVER, arguments, now, due=due, lane=lane, dedupe=f"{DELIVER} {subscriber.id}")


def deliver(  # what a job is handed
    store: Store, fetcher: Fetcher, me: str, subscriber_id: int, now: datetime, *, patient: bool, last: bool
) -> None:
    """
    The job: send one callback what it does not have yet.

    patient: whether it may take its time. last: there will be no other try, until there is something new.
    Raises FetchFailed where another try may help.
    """
    subscriber = store.subscribers.get(subscriber_id)
    version = store.topics.get(subscriber.topic) if subscriber else None
    if subscriber is None or version is None or not (subscriber.due and subscriber.follows(now)):
        return
    if subscriber.delivered == version.digest:
        with store.write():
            store.subscribers.has(subscriber_id, version.digest)
        return
    status, began = 0, time.monotonic()
    try:
        answer = fetcher.post_bytes(
            subscriber.callback,
            version.body,
            headers(me, subscriber, version),
            SLOW_CALLBACK if patient else CALLBACK,
        )
        status = answer.status
        if status == 410:
            with store.write():
                store.subscribers.remove([subscriber_id])
            return
        if not answer.unless_busy().ok:
            raise ServerBusy(f"{subscriber.host} answered {status}")
    except FetchFailed as error:
        _failed(store, subscriber, status, error, now, patient=patient)
        if patient and error.again and not last:
            raise
        return
    slow = time.monotonic() - began > CALLBACK.seconds
    with store.write():
        newest = store.topics.digest(subscriber.topic)
        store.subscribers.took(
            subscriber_id, version.digest, status, now, due=newest != version.digest, reason=SLOW if slow else ""
        )


def _failed(
    store: Store, subscriber: Subscriber, status: int, error: FetchFailed, now: datetime, *, patient: bool
) -> None:
    """Note it; who was asked in haste is asked once more at once, with patience and behind all others."""
    with store.write():
        store.subscribers.failed(subscriber.id, status, str(error))
        if error.again and not patient:
            asked = error.retry_after if isinstance(error, ServerBusy) else None
            _want(store, subscriber, now, now + timedelta(seconds=asked or 0), patient=True)


def abandon(store: Store, subscriber_id: int) -> None:
    """The job was given up for a fault of ours: the owner is told; what comes next is tried anew."""
    store.subscribers.failed(subscriber_id, 0, "Something went wrong on this side.")


def headers(me: str, subscriber: Subscriber, version: Version) -> dict[str, str]:
    """What is said beside the bytes (§7): their type, where they come from, and who vouches for them."""
    said = {
        "Content-Type": version.type,
        "Link": f'<{me}{notices.HUB}>; rel="hub", <{subscriber.topic}>; rel="self"',
    }
    if subscriber.secret:
        signature = hmac.new(subscriber.secret.encode(), version.body, hashlib.sha256).hexdigest()
        said["X-Hub-Signature"] = f"sha256={signature}"
    return said
