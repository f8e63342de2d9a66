"""The sender's job: tell one target of one post that it is linked to (Webmention §3.1)."""

from datetime import datetime

from indie import urls
from indie.errors import FetchFailed
from indie.fetch.client import Fetcher
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.deliveries import DUE, FAILED, NO_ENDPOINT, REFUSED, SENT, Delivery
from indie.webmention import discovery, upstream, verification


def send(  # what a job is handed
    store: Store, fetcher: Fetcher, parser: Parser, me: str, delivery_id: int, now: datetime, *, last: bool
) -> None:
    """
    The job: find the target's endpoint, anew each time, and post source and target to it.

    last: there will be no other try.
    Raises FetchFailed where another try may help.
    """
    delivery = store.deliveries.get(delivery_id)
    if delivery is None or delivery.state != DUE:
        return
    post = store.posts.by_id(delivery.post_id)
    # Why the told ones all the same: their copy goes when they find that the page has gone.
    if post is None or not (post.visible or delivery.told):
        return
    endpoint, status = None, 0
    try:
        heard = upstream.digest(store, me, post, delivery.target)
        endpoint = _endpoint(fetcher, parser, delivery.target)
        if endpoint is None:
            _record(store, delivery, NO_ENDPOINT, "The page takes no webmentions.", now)
            return
        answer = fetcher.post(endpoint, {"source": post.url(me), "target": delivery.target})
        status = answer.status
        answer.unless_busy()
    except FetchFailed as error:
        again = error.again and not last
        _record(store, delivery, DUE if again else FAILED, str(error), now, endpoint, status)
        if again:
            raise
        return
    if answer.ok:
        _record(store, delivery, SENT, "", now, endpoint, status, answer.headers.get("Location"), heard)
        upstream.catch_up(store, me, post, delivery.target, heard, now)
    else:
        _record(store, delivery, REFUSED, f"The endpoint answered {status}.", now, endpoint, status)


def abandon(store: Store, delivery_id: int, now: datetime) -> None:
    """The job was given up for a fault of ours: the outbox says so."""
    store.deliveries.record(delivery_id, FAILED, "Something went wrong on this side.", now)


def _record(  # each is a column
    store: Store,
    delivery: Delivery,
    state: str,
    reason: str,
    now: datetime,
    endpoint: str | None = None,
    status: int = 0,
    location: str | None = None,
    heard: str = "",
) -> None:
    with store.write():
        store.deliveries.record(
            delivery.id,
            state,
            reason,
            now,
            endpoint=endpoint or "",
            status=status,
            location=(location or "")[: urls.LONGEST],
        )
        if state == SENT:
            store.deliveries.hear(delivery.id, heard)


def _endpoint(fetcher: Fetcher, parser: Parser, target: str) -> str | None:
    """The header goes before the page; only HTML is read for links."""
    fetched = fetcher.get(target).unless_busy()
    found = discovery.in_headers(fetched)
    if found or fetched.media_type not in verification.HTML:
        return found
    return discovery.in_page(verification.read(fetched, parser))
