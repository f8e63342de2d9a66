"""Who is told in real time that something is new: those who follow, by our own hub, and hubs elsewhere (WebSub §6)."""

from collections.abc import Iterable
from datetime import datetime

from indie.store import Store

NOTIFY = "websub.notify"
"""The job that has everybody told who follows us in real time: `{}`."""

PING = "websub.ping"
"""The job that tells a hub elsewhere of one list or feed: `{"hub": URL, "topic": path}`."""

HUB = "hub"
"""The path of our own hub, behind the site's address."""


def notify(store: Store, paths: Iterable[str], now: datetime) -> None:
    """
    Ask that who follows be told, in the transaction in which something changed that visitors see.

    paths: lists and feeds that hubs elsewhere are told of, behind the site's address. Our own hub finds out by
        itself which of all lists are others.
    """
    if not store.subscribers.matter():
        return
    with store.write():
        if store.subscribers.any():
            store.later(NOTIFY, {}, now, dedupe=NOTIFY)
        for hub in store.preferences.get().hubs:
            for path in dict.fromkeys(paths):
                store.later(PING, {"hub": hub, "topic": path}, now, dedupe=f"{PING} {hub} {path}")
