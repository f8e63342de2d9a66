"""The sender's job: tell one target of one post that it is linked to (Webmention §3.1)."""

from datetime import datetime

from indie.errors import FetchFailed
from indie.fetch.client import Fetcher
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.deliveries import DUE, FAILED, NO_ENDPOINT, REFUSED, SENT, Delivery
from indie.webmention import discovery, verification


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
    if post is None or post.status != "published" or post.visibility == "private":
        return
    try:
        _tell(store, fetcher, parser, delivery, post.url(me), now)
    except FetchFailed as error:
        state = DUE if error.again and not last else FAILED
        with store.write():
            store.deliveries.record(delivery.id, state, str(error), now)
        if state == DUE:
            raise


def _tell(  # what a job is handed
    store: Store, fetcher: Fetcher, parser: Parser, delivery: Delivery, source: str, now: datetime
) -> None:
    endpoint = _endpoint(fetcher, parser, delivery.target)
    if endpoint is None:
        with store.write():
            store.deliveries.record(delivery.id, NO_ENDPOINT, "The page takes no webmentions.", now)
        return
    answer = fetcher.post(endpoint, {"source": source, "target": delivery.target}).unless_busy()
    with store.write():
        store.deliveries.record(
            delivery.id,
            SENT if answer.ok else REFUSED,
            "" if answer.ok else f"The endpoint answered {answer.status}.",
            now,
            endpoint=endpoint,
            status=answer.status,
            location=(answer.headers.get("Location") or "")[:2048],
        )


def _endpoint(fetcher: Fetcher, parser: Parser, target: str) -> str | None:
    """The header goes before the page; only HTML is read for links."""
    fetched = fetcher.get(target).unless_busy()
    found = discovery.in_headers(fetched)
    if found or fetched.media_type not in verification.HTML:
        return found
    return discovery.in_page(verification.read(fetched, parser))
