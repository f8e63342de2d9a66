"""
Following others (WebSub §5, as subscriber): asking a hub for pushes, showing that it was us, renewing, leaving.

What is asked for is stored and safe before the hub is asked: it may verify while our request
still waits for its answer. A subscription that is renewed stays active all the while.
"""

import random
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from hmac import compare_digest

from indie import times, urls
from indie.errors import FetchFailed
from indie.fetch.client import Fetcher
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.following import ACTIVE, ASKED, DENIED, GONE, LEFT, POLLED, Following
from indie.websub import discovery, schedule
from indie.websub.discovery import Found

SUBSCRIBE = "websub.subscribe"
RENEW = "websub.renew"
UNSUBSCRIBE = "websub.unsubscribe"
FORGET = "websub.forget"

LEASE = timedelta(days=10)
"""What we ask for."""

BELIEVED = timedelta(minutes=1), timedelta(days=14)
"""A lease is taken for no shorter and no longer than this, whatever the hub says."""

RENEWAL = 0.65, 0.75
"""In which part of a lease it is renewed; at random, so that not all are at once."""

PATIENCE = timedelta(hours=1)
"""How long a hub has to verify what it took."""


def follow(store: Store, url: str, found: Found, now: datetime) -> Following:
    """Follow what was found at an address, or follow it anew: its items are kept, its hub is asked by a job."""
    with store.write():
        known = store.following.by_url(url)
        following = known or store.following.add(
            Following(0, url, found.topic, "", secrets.token_urlsafe(24), "", POLLED, now, now)
        )
        store.followed_items.put(following.id, found.feed.items, "poll", now)
        store.followed_items.trim(following.id)
        following = replace(
            following,
            topic=found.topic if found.hub else found.url,
            hub=found.hub,
            title=found.feed.title,
            state=POLLED,
            reason="",
            missed=0,
            polled=now,
            etag=found.etag,
            modified=found.modified,
        )
        pause = schedule.pause(following, store.followed_items.newest(following.id), now)
        following = schedule.poll(store, following, now + schedule.jitter(pause), now)
        return ask(store, following, found.topic, found.hub, now) if found.hub else following


def ask(store: Store, following: Following, topic: str, hub: str, now: datetime) -> Following:
    """Have a hub asked for pushes, with a secret of its own. In a transaction."""
    changed = replace(
        following,
        topic=topic,
        hub=hub,
        state=ASKED,
        secret=secrets.token_urlsafe(32),
        old_secret=following.secret,
        expires=now + PATIENCE,
        missed=0,
    )
    store.following.put(changed)
    store.later(SUBSCRIBE, {"following": following.id}, now, lane=urls.host(hub), dedupe=f"{SUBSCRIBE} {following.id}")
    return changed


def unfollow(store: Store, following: Following, now: datetime) -> None:
    """Follow it no longer: what came from there goes, and its hub is told by a job."""
    with store.write():
        schedule.cancel(store, following.id)
        store.jobs.cancel(f"{RENEW} {following.id}")
        store.jobs.cancel(f"{SUBSCRIBE} {following.id}")
        if following.state not in (ASKED, ACTIVE):
            store.following.remove(following.id)
            return
        store.followed_items.forget(following.id)
        store.following.put(replace(following, state=LEFT))
        store.later(UNSUBSCRIBE, {"following": following.id}, now, lane=urls.host(following.hub))


def subscribe(store: Store, fetcher: Fetcher, me: str, following_id: int, now: datetime, *, last: bool) -> None:
    """
    The job: ask the hub (§5.1); it verifies at the callback, now or later.

    last: there will be no other try. Raises FetchFailed where another may help.
    """
    following = store.following.get(following_id)
    if following is None or following.awaits != "subscribe":
        return
    wish = {"hub.lease_seconds": f"{LEASE.total_seconds():.0f}", "hub.secret": following.secret}
    try:
        _ask(fetcher, me, following, "subscribe", wish)
    except FetchFailed as error:
        if error.again and not last:
            raise
        _unasked(store, following_id, f"Its hub could not be asked: {error}", now)
        return
    with store.write():
        following = store.following.get(following_id)
        if following and following.state == ASKED:
            store.following.put(replace(following, expires=now + PATIENCE))


def renew(  # what a job is handed
    store: Store, fetcher: Fetcher, parser: Parser, me: str, following_id: int, lease: str, now: datetime, *, last: bool
) -> None:
    """
    The job: ask once more before a lease ends (WS-S1), for what is named at the address now.

    lease: when the lease ends that is to be renewed; another one is left alone.
    Raises FetchFailed where another try may help.
    """
    following = store.following.get(following_id)
    if following is None or not _has_lease(following, lease):
        return
    try:
        found = discovery.discover(fetcher, parser, following.url, now)
    except FetchFailed:
        topic, hub = following.topic, following.hub
    else:
        topic, hub = found.topic, found.hub
    if not hub:
        return  # it has none any more: the lease runs out, and the feed is polled
    with store.write():
        following = store.following.get(following_id)
        if following is None or not _has_lease(following, lease):
            return
        # Why not another secret at every try: the hub may have taken this one already.
        secret = following.secret if following.old_secret else secrets.token_urlsafe(32)
        old = following.old_secret or following.secret
        store.following.put(replace(following, topic=topic, hub=hub, secret=secret, old_secret=old))
    subscribe(store, fetcher, me, following_id, now, last=last)


def unsubscribe(store: Store, fetcher: Fetcher, me: str, following_id: int, now: datetime, *, last: bool) -> None:
    """The job: tell the hub to push no more; once it has verified that, or had time to, nothing is left."""
    following = store.following.get(following_id)
    if following is None or following.state != LEFT:
        return
    try:
        _ask(fetcher, me, following, "unsubscribe", {})
    except FetchFailed as error:
        if error.again and not last:
            raise
        forget(store, following_id)
        return
    with store.write():
        store.later(FORGET, {"following": following_id}, now, due=now + PATIENCE)


def forget(store: Store, following_id: int) -> None:
    """The job: forget what the owner follows no longer, verified or not."""
    with store.write():
        following = store.following.get(following_id)
        if following and following.state == LEFT:
            store.following.remove(following_id)


def confirm(store: Store, token: str, mode: str, topic: str, lease: str, now: datetime) -> bool:
    """
    Whether we asked for what a hub verifies (§5.3); if so, it holds from now on.

    lease: `hub.lease_seconds`, as it came.
    """
    with store.write():
        following = store.following.by_token(token)
        if following is None or not mode or following.awaits != mode or not _is(following.topic, topic):
            return False
        if mode == "unsubscribe":
            store.following.remove(following.id)
            return True
        span = _believed(lease)
        first = following.state == ASKED
        active = replace(following, state=ACTIVE, old_secret="", reason="", expires=now + span)
        due = now if first else min(active.next_poll, now + schedule.LONGEST)
        # Why polled at once: what was published while it was asked is in no push.
        active = schedule.poll(store, active, due, now, schedule.VERIFIED if first else schedule.DUE)
        assert active.expires is not None
        arguments: dict[str, object] = {"following": following.id, "lease": times.sortable(active.expires)}
        key = f"{RENEW} {following.id}"
        store.jobs.cancel(key)
        when = now + span * random.uniform(*RENEWAL)  # noqa: S311  # it hides nothing
        store.later(RENEW, arguments, now, due=when, lane=urls.host(following.hub), dedupe=key)
        return True


def deny(store: Store, token: str, topic: str, reason: str, now: datetime) -> bool:
    """The hub will not push, or not any more (§5.2); False where this is about nothing that we have."""
    with store.write():
        following = store.following.by_token(token)
        if following is None or following.state not in (ASKED, ACTIVE) or not _is(following.topic, topic):
            return False
        said = f": {reason}" if reason else ""
        denied = replace(following, state=DENIED, reason=f"Its hub refused{said}", old_secret="", expires=None)
        schedule.poll(store, denied, now + schedule.SHORTEST, now)
        return True


def abandon(store: Store, following_id: int, now: datetime) -> None:
    """A job was given up for a fault of ours: the feed is polled."""
    _unasked(store, following_id, "Something went wrong on this side.", now)


def _unasked(store: Store, following_id: int, reason: str, now: datetime) -> None:
    """Note that there will be no pushes, unless there are: it may have been verified all the same."""
    with store.write():
        following = store.following.get(following_id)
        if following is None or following.state in (LEFT, GONE):
            return
        if following.state != ASKED:
            store.following.put(replace(following, reason=reason))
            return
        polled = replace(following, state=POLLED, reason=reason, expires=None)
        schedule.poll(store, polled, min(following.next_poll, now + schedule.LONGEST), now)


def _ask(fetcher: Fetcher, me: str, following: Following, mode: str, wish: dict[str, str]) -> None:
    """Raises FetchFailed where the hub did not take it; `again` where it may later."""
    form = {"hub.mode": mode, "hub.topic": following.topic, "hub.callback": callback(me, following), **wish}
    answer = fetcher.post(following.hub, form).unless_busy()
    if not answer.ok:
        raise FetchFailed(f"{urls.host(following.hub)} answered {answer.status}")


def callback(me: str, following: Following) -> str:
    """Where its hub finds us: an address that nobody can guess."""
    return f"{me}websub/{following.token}"


def _has_lease(following: Following, lease: str) -> bool:
    return (
        following.state == ACTIVE and following.expires is not None and times.sortable(following.expires) == lease
    )


def _is(topic: str, named: str) -> bool:
    return compare_digest(topic.encode(), named.encode(errors="replace"))


def _believed(lease: str) -> timedelta:
    shortest, longest = BELIEVED
    if not (lease.isascii() and lease.isdigit()):
        return LEASE
    # Why by its length first: a number of a thousand digits is no time that can be reckoned with.
    return min(max(timedelta(seconds=int(lease)), shortest), longest) if len(lease) < 10 else longest
