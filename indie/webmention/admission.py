"""
The last check of a webmention before it is queued: nobody comes too often, and there is not too much already.

What is counted is shared by all processes (`store.limits`). Nobody is refused for
sending again what waits already: that makes no row and no look.
"""

from datetime import datetime, timedelta

from indie import urls
from indie.config import Settings
from indie.errors import InvalidRequest, TargetNotSupported, TooManyRequests
from indie.languages import N_
from indie.store import Store
from indie.store.limits import network
from indie.store.webmentions import Webmention
from indie.webmention import process
from indie.webmention.request import Request

# How many are free at once, and after which time another one is.
# Why so many: when a post is liked, Bridgy brings a hundred likes at once, all of them from one address and about one
# host; and it gives up on any refusal but 429, which it tries again for a day.
ADDRESS = 300, timedelta(seconds=2)
HOST = 400, timedelta(seconds=5)
# Why so few: one page is one look, and whoever writes it sends again only when he has changed it.
PAIR = 10, timedelta(minutes=1)
# Why so many: this holds back a crowd of senders alone, from filling the disk and the queue.
ALL = 2000, timedelta(milliseconds=500)

GATHERED = timedelta(seconds=1)
"""
How long a source is not looked at after it was sent.

Why: whoever sends the same many times at once means one look; what comes after it began is another
(DESIGN §5). One second is less than anybody takes who corrects a page and sends it again.
"""

NEW_FROM_HOST = 5000
"""Limit: pairs of one host that come for the first time within a day."""

DAY = timedelta(days=1)

RESPONSES = 10_000
"""Limit: responses to one target."""

SPELLINGS = 20
"""Limit: addresses of one target by which one source says that it links there."""


def admit(store: Store, settings: Settings, asked: Request, address: str, now: datetime) -> Webmention:
    """
    Queue a webmention that passed the other checks.

    address: the IP address of who sends it.
    Raises TooManyRequests; TargetNotSupported where the target is closed, or has as many responses as it takes;
    InvalidRequest for the same pair by ever other addresses. Nothing was saved and nothing counted then.
    What is known already may be sent again to a closed one: it is edited, or gone.
    """
    post_id = asked.post.id if asked.post else None
    with store.write():
        known = store.webmentions.find(asked.source, post_id)
        spellings = store.webmentions.targets(known.id) if known else []
        if known and known.state == "queued" and known.attempts == 0 and asked.target in spellings:
            return known
        if settings.rate_limit:
            _take(store, asked, address, now)
        if known is None:
            _ensure_room(store, settings, asked, now)
        elif asked.target not in spellings and len(spellings) >= SPELLINGS:
            raise InvalidRequest("This source was sent with many other addresses of this target; send one of those.")
        after = GATHERED if settings.rate_limit else timedelta()
        return process.queue(store, asked.source, asked.target, asked.post, now, after)


def _take(store: Store, asked: Request, address: str, now: datetime) -> None:
    host, post_id = urls.host(asked.source), asked.post.id if asked.post else 0
    limits = (
        (f"webmention {network(address)}", ADDRESS, N_("You send")),
        (f"webmention host {host}", HOST, N_(f"From {host} come")),
        (f"webmention pair {post_id} {urls.key(asked.source)}", PAIR, N_("With this source and target come")),
        ("webmention", ALL, N_("From everywhere come")),
    )
    for key, (burst, every), who in limits:
        wait = store.limits.take(key, now, burst, every)
        if wait is not None:
            seconds = max(1, round(wait.total_seconds()))
            raise TooManyRequests(f"{who} too many webmentions; try again in {seconds} seconds.", seconds)


def _ensure_room(store: Store, settings: Settings, asked: Request, now: datetime) -> None:
    if asked.post and not asked.post.takes_responses(store.preferences.get(), now):
        raise TargetNotSupported("This page takes no more responses; those that are here can still be changed.")
    if store.responses.count(asked.post.id if asked.post else None) >= RESPONSES:
        raise TargetNotSupported("The target has as many responses as it takes.")
    host = urls.host(asked.source)
    if settings.rate_limit and store.webmentions.new_from(host, now - DAY) >= NEW_FROM_HOST:
        seconds = int(timedelta(hours=1).total_seconds())
        raise TooManyRequests(f"From {host} came too many webmentions today; try again in some hours.", seconds)
