"""What those whom the owner follows publish: it is pushed to us, or we ask for it (WS-S3, WS-S4)."""

import base64
import gzip
import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal, cast

from indie import times
from indie.errors import FetchFailed, ServerBusy
from indie.feeds import reader
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched, Headers
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.following import ACTIVE, ASKED, GONE, LEFT, POLLED, Following
from indie.websub import discovery, schedule, subscriber
from indie.websub.discovery import FeedGone, Found

RECEIVE = "websub.receive"

LARGEST_KEPT = 1024 * 1024
"""Limit: of a push, compressed, in bytes; what is larger is asked for instead."""

PUSHES = 60, timedelta(seconds=5)
"""How many pushes of one feed are taken at once, and after which time another one; past it they are hints."""

MISSES = 3
"""So many items that a hub did not push, and it is believed no longer."""

UNREAD = "It could not be read: "
"""How the reason of a feed begins whose poll failed; it goes with the next that does not."""

_ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")

Answer = Literal["unknown", "unsigned", "taken"]


def take(store: Store, token: str, body: bytes, kind: str, signature: str, now: datetime) -> Answer:
    """
    A push (§7): saved for a job where its signature is right, else no more than a hint to poll.

    body: the bytes as they came. kind: its Content-Type. signature: X-Hub-Signature.
    Returns "unknown" where nobody follows by this callback.
    """
    with store.write():
        following = store.following.by_token(token)
        if following is None or following.state in (LEFT, GONE):
            return "unknown"
        if not is_signed(body, signature, following):
            schedule.hint(store, following, now)
            return "unsigned"
        following = replace(following, pushed=now)
        packed = base64.b64encode(gzip.compress(body, 1, mtime=0)).decode()
        burst, every = PUSHES
        if not body or len(packed) > LARGEST_KEPT or store.limits.take(f"websub push {token}", now, burst, every):
            following = schedule.hint(store, following, now)
        else:
            arguments: dict[str, object] = {"following": following.id, "type": kind, "body": packed}
            store.later(RECEIVE, arguments, now, lane=f"{RECEIVE} {following.id}")
        store.following.put(following)
        return "taken"


def is_signed(body: bytes, signature: str, following: Following) -> bool:
    """Whether the bytes are signed with the secret of this feed, or while it is renewed with the one before (§7.1)."""
    algorithm, _, digest = signature.strip().partition("=")
    if algorithm.lower() not in _ALGORITHMS:
        return False
    given = digest.strip().lower().encode()
    return any(
        hmac.compare_digest(hmac.new(secret.encode(), body, algorithm.lower()).hexdigest().encode(), given)
        for secret in (following.secret, following.old_secret)
        if secret
    )


def receive(store: Store, parser: Parser, arguments: dict[str, object], now: datetime) -> None:
    """The job: read what was pushed; where that is no feed, ask for the feed itself."""
    following_id = cast(int, arguments["following"])
    following = store.following.get(following_id)
    if following is None or following.state in (LEFT, GONE):
        return
    body, kind = gzip.decompress(base64.b64decode(cast(str, arguments["body"]))), cast(str, arguments["type"])
    sent = Fetched(following.topic, 200, Headers({"Content-Type": kind}), body)
    try:
        feed = reader.read(parser, body, sent.url, sent.media_type, sent.charset, now)
    except FetchFailed:
        feed = None
    with store.write():
        following = store.following.get(following_id)
        if following is None or following.state in (LEFT, GONE):
            return
        if feed is None or not feed.kind:
            schedule.hint(store, following, now)
            return
        new = store.followed_items.put(following_id, feed.items, "push", now)
        store.followed_items.trim(following_id)
        if new:
            store.following.put(replace(following, missed=0))


def poll(store: Store, fetcher: Fetcher, parser: Parser, arguments: dict[str, object], now: datetime) -> None:
    """The job: ask a feed what is new, if it is still to be asked at this time; and say when it is asked next."""
    following_id, at = cast(int, arguments["following"]), cast(str, arguments["at"])
    following = store.following.get(following_id)
    if following is None or following.state in (LEFT, GONE) or times.sortable(following.next_poll) != at:
        return
    found, failure = None, None
    try:
        found = _look(fetcher, parser, following, now)
    except FetchFailed as error:
        failure = error
    with store.write():
        following = store.following.get(following_id)
        if following is None or following.state in (LEFT, GONE) or times.sortable(following.next_poll) != at:
            return
        if failure:
            _failed(store, following, failure, now)
        else:
            _keep(store, following, found, cast(str, arguments["why"]), now)


def _look(fetcher: Fetcher, parser: Parser, following: Following, now: datetime) -> Found | None:
    """The feed as it is now, None if unchanged; where it is none any more, what the owner's address leads to."""
    asked = discovery.conditions(following.etag, following.modified)
    try:
        found = discovery.look(fetcher, parser, following.topic, now, asked)
        if found is None or found.feed.kind or found.hub:
            return found
    except FetchFailed as error:
        if error.again or isinstance(error, FeedGone) or following.topic == following.url:
            raise
    return discovery.discover(fetcher, parser, following.url, now)


def abandon(store: Store, following_id: int, now: datetime) -> None:
    """The job was given up for a fault of ours; another comes in a day."""
    following = store.following.get(following_id)
    if following and following.state not in (LEFT, GONE):
        following = replace(following, reason=f"{UNREAD}something went wrong on this side.")
        schedule.poll(store, following, now + schedule.LONGEST, now)


def _keep(store: Store, following: Following, found: Found | None, why: str, now: datetime) -> None:
    """found: None where nothing has changed since the last poll."""
    if found:
        # Why not of one with a hub: what it pushes has this name until another is asked for.
        if not following.hub and following.topic not in (found.topic, found.url):
            following = replace(following, topic=found.url)
        new = store.followed_items.put(following.id, found.feed.items, "poll", now)
        store.followed_items.trim(following.id)
        missed = new if why == schedule.DUE and following.is_pushed(now) else 0
        following = replace(
            following,
            etag=found.etag,
            modified=found.modified,
            title=found.feed.title or following.title,
            missed=following.missed + missed,
        )
    reason = "" if following.reason.startswith(UNREAD) else following.reason
    following = _judged(replace(following, polled=now, reason=reason), now)
    pause = schedule.pause(following, store.followed_items.newest(following.id), now)
    following = schedule.poll(store, following, now + schedule.jitter(pause), now)
    lapsed = following.state == ACTIVE and not following.is_pushed(now)
    if lapsed:
        subscriber.ask(store, following, following.topic, following.hub, now)
    elif found and found.hub and following.state == POLLED and found.hub != following.hub:
        subscriber.ask(store, following, found.topic, found.hub, now)


def _judged(following: Following, now: datetime) -> Following:
    """Whether the hub is still believed."""
    if following.state == ACTIVE and following.missed >= MISSES:
        reason = f"Its hub did not push {following.missed} items that were found by asking."
        return replace(following, state=POLLED, reason=reason, expires=None)
    if following.state == ASKED and following.expires and following.expires <= now:
        return replace(following, state=POLLED, reason="Its hub never verified the subscription.", expires=None)
    return following


def _failed(store: Store, following: Following, error: FetchFailed, now: datetime) -> None:
    following = replace(following, reason=f"{UNREAD}{error}")
    if isinstance(error, FeedGone):
        store.following.put(replace(following, state=GONE, expires=None))
        return
    asked = timedelta(seconds=error.retry_after or 0) if isinstance(error, ServerBusy) else timedelta()
    pause = max(schedule.jitter(schedule.after_failure(following, now)), asked)
    schedule.poll(store, _judged(following, now), now + pause, now)
