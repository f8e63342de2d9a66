"""Hubs elsewhere are told what is new (WebSub §6), beside our own."""

import logging
from datetime import datetime, timedelta

from indie import notices, urls
from indie.fetch.client import Fetcher
from indie.store import Store

LOG = logging.getLogger(__name__)


def want(store: Store, hub: str, path: str, now: datetime, burst: timedelta) -> None:
    """
    The job: have a hub told of a topic, once for all that changes in the meantime.

    path: that of the topic, behind the site's address.
    """
    with store.write():
        store.later(
            notices.PING,
            {"hub": hub, "topic": path, "settled": True},
            now,
            due=now + burst,
            lane=urls.host(hub),
            dedupe=f"{notices.PING} settled {hub} {path}",
        )


def ping(fetcher: Fetcher, hub: str, url: str) -> None:
    """
    The job: tell a hub that there is something new at this URL.

    Why both names: hubs read the one or the other.
    Raises FetchFailed where another try may help.
    """
    answer = fetcher.post(hub, {"hub.mode": "publish", "hub.topic": url, "hub.url": url}).unless_busy()
    if not answer.ok:
        LOG.warning("the hub at %s answered %s when it was told that %s is new", hub, answer.status, url)
