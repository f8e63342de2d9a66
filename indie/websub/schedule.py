"""When a feed is asked again."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from indie import times, urls
from indie.store import Store
from indie.store.following import Following

POLL = "websub.poll"

SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=24)
"""Between two polls of a feed that is not pushed; LONGEST is also that of the backup poll of one that is (WS-S4)."""

PART = 8
"""A feed is asked again after this part of the time for which it has been silent."""

BROKEN = timedelta(days=7)
"""The longest pause before a feed that cannot be read is tried again."""

DUE, VERIFIED, HINT = "due", "verified", "hint"
"""Why a feed is polled: it is time; its hub has just begun to push; something came that nobody vouches for."""


def pause(following: Following, newest: datetime | None, now: datetime) -> timedelta:
    """
    How long to wait until the next poll of a feed that answered.

    newest: when its newest item was published. One that has just published is
    asked soon, one that has been silent for long is asked once a day.
    """
    if following.is_pushed(now) or newest is None:
        return LONGEST
    return min(max((now - newest) / PART, SHORTEST), LONGEST)


def after_failure(following: Following, now: datetime) -> timedelta:
    """How long to wait after a feed could not be read: as long as it has been so, at most BROKEN."""
    return min(max(now - (following.polled or following.created), SHORTEST), BROKEN)


def jitter(span: timedelta) -> timedelta:
    """A span ±10 %, so that not all is done at once."""
    return span * random.uniform(0.9, 1.1)  # noqa: S311  # it hides nothing


def poll(store: Store, following: Following, due: datetime, now: datetime, why: str = DUE) -> Following:
    """Have a feed polled then, and not at another time; returns it as it is now kept. In a transaction."""
    changed = replace(following, next_poll=due)
    store.following.put(changed)
    store.jobs.cancel(_key(following.id))
    arguments: dict[str, object] = {"following": following.id, "at": times.sortable(due), "why": why}
    store.later(POLL, arguments, now, due=due, lane=urls.host(following.topic), dedupe=_key(following.id))
    return changed


def hint(store: Store, following: Following, now: datetime) -> Following:
    """Something may be new: have it looked soon, and never more often than SHORTEST. In a transaction."""
    due = max(now, following.polled + SHORTEST) if following.polled else now
    return poll(store, following, due, now, HINT) if due < following.next_poll else following


def cancel(store: Store, following_id: int) -> None:
    """Have a feed polled no more. In a transaction."""
    store.jobs.cancel(_key(following_id))


def _key(following_id: int) -> str:
    return f"{POLL} {following_id}"
