"""What became of a webmention that we sent: its status page is asked, a few times (Webmention §3.1.4)."""

from datetime import datetime, timedelta

from indie import text, urls
from indie.errors import FetchFailed
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched
from indie.fetch.limits import ANSWER
from indie.store import Store
from indie.store.deliveries import SENT
from indie.webmention import answers

JOB = "webmention.poll"
"""The job that asks the status page of one delivery: `{"delivery": id}`."""

WAITS = tuple(timedelta(seconds=s) for s in (15, 120, 900, 7200, 43_200))
"""How long after the webmention was taken, and after each time that it was asked, a status page is asked."""

DECIDED = (
    *("success", "verified", "published", "approved", "done", "complete", "completed", "ok"),
    *("rejected", "refused", "denied", "blocked", "spam", "error", "failed", "failure", "invalid", "deleted", "gone"),
    *("no_link_found", "not_found", "source_not_found", "target_not_found", "not_supported"),
)
"""Words of a status after which nothing is expected. Whatever else is said, such as `queued`, may change."""

ACCEPT = "application/json, text/plain;q=0.5, */*;q=0.1"


def status_url(answer: Fetched, me: str) -> str:
    """Where an endpoint that took a webmention says how it goes on: an http URL of another site's; else ""."""
    location = answer.headers.get("Location")
    url = urls.resolve(answer.url, location) if location else None
    return url if url and urls.is_http(url) and not urls.same_site(url, me) else ""


def want(store: Store, delivery_id: int, location: str, polls: int, now: datetime) -> None:
    """Ask for the job, in the transaction that notes what went before. polls: how often it was asked already."""
    if polls < len(WAITS):
        due = now + WAITS[polls]
        store.later(JOB, {"delivery": delivery_id}, now, due, lane=urls.host(location), dedupe=f"{JOB} {delivery_id}")


def poll(store: Store, fetcher: Fetcher, delivery_id: int, now: datetime) -> None:
    """The job: ask once, note what is said, and ask again later unless it is decided. The delivery stays sent."""
    delivery = store.deliveries.get(delivery_id)
    if delivery is None or delivery.state != SENT or not delivery.location or delivery.polls >= len(WAITS):
        return
    outcome, decided = delivery.outcome, False
    try:
        outcome, decided = read(fetcher.get(delivery.location, ANSWER, ACCEPT).unless_busy())
    except FetchFailed as error:
        if not error.again:
            outcome, decided = f"Its status page cannot be asked: {error}", True
    with store.write():
        if store.deliveries.polled(delivery, outcome) and not decided:
            want(store, delivery_id, delivery.location, delivery.polls + 1, now)


def read(answer: Fetched) -> tuple[str, bool]:
    """What a status page says, in one line, and whether that is its last word."""
    told, said = answers.json(answer), answers.said(answer)
    status = (answers.word(told, "status") or answers.word(told, "state")).lower()
    words = (status, said) if status else (said or str(answer.status),)
    decided = status in DECIDED or answers.word(told, "error") != "" or 400 <= answer.status < 500
    return text.one_line(": ".join(filter(None, words)), answers.LONGEST), decided
