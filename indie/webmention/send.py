"""The sender's job: tell one target of one post that it is linked to (Webmention §3.1)."""

from datetime import datetime

from indie.errors import FetchFailed
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched
from indie.mf2.sandbox import Parser
from indie.posts.post import Post
from indie.store import Store
from indie.store.deliveries import DUE, FAILED, NO_ENDPOINT, REFUSED, SENT, Delivery
from indie.webmention import answers, discovery, polling, syndication, upstream
from indie.webmention.discovery import Found


def send(  # what a job is handed
    store: Store, fetcher: Fetcher, parser: Parser, me: str, delivery_id: int, now: datetime, *, last: bool
) -> None:
    """
    The job: find the target's endpoint, anew each time, and post source and target to it.

    last: there will be no other try.
    Raises FetchFailed where another try may help; the delivery is still due then.
    """
    delivery = store.deliveries.get(delivery_id)
    if delivery is None or delivery.state != DUE:
        return
    post = store.posts.by_id(delivery.post_id)
    if post is None:
        return
    # Why the told ones all the same: their copy goes when they find that the page has gone.
    if not (post.listed or delivery.told):
        _record(store, delivery, FAILED, "The post is not for everybody any more, so nobody is told of it.", now)
        return
    if not delivery.told and syndication.is_taken_back(store, me, post, delivery.target):
        _record(store, delivery, REFUSED, "The post is not to be copied there any more.", now)
        return
    found, status = Found(None), 0
    try:
        heard = upstream.digest(store, me, post, delivery.target)
        found = discovery.discover(fetcher, parser, delivery.target, _known(delivery))
        if found.endpoint is None:
            _record(store, delivery, NO_ENDPOINT, "The page takes no webmentions.", now)
            return
        form = {"source": post.url(me), "target": delivery.target}
        answer = fetcher.post(found.endpoint, form, never=me)
        status = answer.status
        answer.unless_busy()
    except FetchFailed as error:
        again = error.again and not last
        _record(store, delivery, DUE if again else FAILED, str(error), now, found.endpoint, status)
        if again:
            raise
        return
    if answer.ok or syndication.had_it(delivery, answer):
        _taken(store, post, delivery, found, heard, answer, me, now)
        upstream.catch_up(store, me, post, delivery.target, heard, now)
    else:
        _record(store, delivery, REFUSED, _refusal(answer), now, found.endpoint, status)


def abandon(store: Store, delivery_id: int, now: datetime) -> None:
    """The job was given up for a fault of ours: the outbox says so."""
    store.deliveries.record(delivery_id, FAILED, "Something went wrong on this side.", now)


def _known(delivery: Delivery) -> Found:
    """What the last webmention that was taken was found by."""
    return Found(delivery.endpoint or None, delivery.etag, delivery.modified, delivery.target)


def _taken(  # what an answer comes to
    store: Store, post: Post, delivery: Delivery, found: Found, heard: str, answer: Fetched, me: str, now: datetime
) -> None:
    """Note success, by what the page may be asked the next time, and where the copy is or what says how it goes on."""
    location = "" if syndication.copies(store, delivery.target) else polling.status_url(answer, me)
    with store.write():
        store.deliveries.record(
            delivery.id,
            SENT,
            "",
            now,
            endpoint=found.endpoint or "",
            status=answer.status,
            location=location,
            etag=found.etag,
            modified=found.modified,
            read=delivery.changed,
        )
        store.deliveries.hear(delivery.id, heard)
        syndication.taken(store, me, post, delivery, answer, now)
        if location:
            polling.want(store, delivery.id, location, 0, now)


def _record(  # each is a column
    store: Store,
    delivery: Delivery,
    state: str,
    reason: str,
    now: datetime,
    endpoint: str | None = None,
    status: int = 0,
) -> None:
    with store.write():
        store.deliveries.record(
            delivery.id, state, reason, now, endpoint=endpoint or "", status=status, read=delivery.changed
        )


def _refusal(answer: Fetched) -> str:
    """The status, and what the endpoint said with it, in one line."""
    said = answers.said(answer)
    return f"The endpoint answered {answer.status}: {said}" if said else f"The endpoint answered {answer.status}."
