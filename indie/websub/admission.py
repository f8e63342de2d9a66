"""
The last check of a request to the hub: nobody comes too often, there is not too much already, the topic is one.

What is counted is shared by all processes (`store.limits`).
"""

from datetime import datetime, timedelta

from indie import notices, times, urls
from indie.config import Settings
from indie.errors import InvalidRequest, TooManyRequests
from indie.store import Store
from indie.store.limits import network
from indie.store.subscribers import Asked
from indie.websub import intent, topic
from indie.websub.request import Wanted
from indie.websub.topic import Render

# How many are free at once, and after which time another one is.
# Why so many: a reader that moves brings everything that it follows at once.
ADDRESS = 100, timedelta(seconds=5)
HOST = 200, timedelta(seconds=10)
CALLBACK = 5, timedelta(days=1)
"""Of one callback, as long as it never showed that it means it (WH-10); then it is left alone for a day."""

UNVERIFIED = 500
"""Limit: so many may wait to be verified for the first time."""

OF_HOST = 1000
"""Limit: callbacks of one host."""

ALL = 20_000
"""Limit: subscribers in all."""


def admit(store: Store, settings: Settings, wanted: Wanted, render: Render, address: str, now: datetime) -> None:
    """
    Take a request that can be understood, and have it verified (§5.3).

    address: the IP address of who asks.
    Raises TooManyRequests; InvalidRequest for what is no topic of ours. Nothing was changed then.
    """
    known = store.subscribers.find(wanted.topic, wanted.callback)
    if settings.rate_limit:
        # Why not of one that follows: it may renew as it likes.
        patience = [] if known and known.follows(now) else [(intent.tries(wanted.callback), CALLBACK)]
        host = f"websub host {urls.host(wanted.callback)}"
        _take(store, [(f"websub {network(address)}", ADDRESS), (host, HOST), *patience], now)
    if wanted.mode == "subscribe":
        _ensure_topic(render, settings.me, wanted.topic)
    elif known is None:
        return
    host = urls.host(wanted.callback)
    with store.write():
        if known is None:
            _ensure_room(store, settings, host)
        asked = Asked(wanted.mode, int(wanted.lease.total_seconds()), wanted.secret, times.sortable(now))
        subscriber_id = store.subscribers.ask(wanted.topic, wanted.callback, host, asked, now)
        intent.want(store, subscriber_id, host, now)


def ping(store: Store, settings: Settings, topics: tuple[str, ...], address: str, now: datetime) -> None:
    """Take a publisher's ping (WH-9): where one of these is ours it is looked what is new. Raises TooManyRequests."""
    if settings.rate_limit:
        _take(store, [(f"websub {network(address)}", ADDRESS)], now)
    if any(urls.same_site(one, settings.me) for one in topics):
        with store.write():
            notices.notify(store, (), now)


def _take(store: Store, limits: list[tuple[str, tuple[int, timedelta]]], now: datetime) -> None:
    with store.write():
        for key, (burst, every) in limits:
            wait = store.limits.take(key, now, burst, every)
            if wait is not None:
                seconds = max(1, round(wait.total_seconds()))
                raise TooManyRequests(f"There come too many requests; try again in {seconds} seconds.", seconds)


def _ensure_topic(render: Render, me: str, url: str) -> None:
    found = topic.read(render, me, url)
    if found is None:
        raise InvalidRequest(f"{url} is nothing that can be followed here.")
    if found.url != url:
        raise InvalidRequest(f"{url} is called {found.url} by itself; follow that.")


def _ensure_room(store: Store, settings: Settings, host: str) -> None:
    if store.subscribers.all(ALL) >= ALL:
        raise TooManyRequests("As many follow as this hub serves; try again tomorrow.", 86_400)
    if not settings.rate_limit:
        return
    if store.subscribers.unverified(UNVERIFIED) >= UNVERIFIED:
        raise TooManyRequests("Too many wait to be verified; try again in a minute.", 60)
    if store.subscribers.of_host(host, OF_HOST) >= OF_HOST:
        raise TooManyRequests(f"As many callbacks of {host} follow as this hub serves; try again tomorrow.", 86_400)
