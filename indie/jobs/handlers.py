"""Which job name runs which function, and what happens to a job that fails."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from indie import files, mirror, publishing
from indie.config import Settings
from indie.errors import FetchFailed, ServerBusy
from indie.fetch.client import Fetcher
from indie.media.storage import Storage
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.jobs import Job
from indie.webmention import process, quoting, rereading, send
from indie.webmention.looking import Eye
from indie.websub import arrivals, schedule, subscriber

LOG = logging.getLogger(__name__)

WAITS = tuple(timedelta(seconds=s) for s in (60, 300, 1800, 7200, 43_200, 86_400))
"""How long after each failed try the next one comes; after the last the job is given up (DESIGN §5)."""

DEADLY = 10
"""How many workers may end in the middle of one job before it is given up."""


@dataclass(frozen=True)
class Workshop:
    """What jobs work with."""

    settings: Settings
    store: Store
    storage: Storage
    fetcher: Fetcher
    parser: Parser


class Kind(NamedTuple):
    """
    What a job of one name does.

    run: its last argument tells that there will be no other try.
    abandon: notes, where people look, that a fault of ours ended it.
    """

    run: Callable[[Workshop, Job, datetime, bool], None]
    abandon: Callable[[Workshop, Job, datetime], None]


def _process(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    process.process(shop.store, shop.fetcher, shop.parser, shop.settings.me, _id(job, "webmention"), now, last=last)


def _send(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    send.send(shop.store, shop.fetcher, shop.parser, shop.settings.me, _id(job, "delivery"), now, last=last)


def _verify(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    eye = Eye(shop.fetcher, shop.parser, shop.settings.me, now)
    try:
        quoting.verify(shop.store, eye, _id(job, "quoted"))
    except FetchFailed as error:
        if error.again and not last:
            raise


def _reread(shop: Workshop, _job: Job, now: datetime, _last: bool) -> None:
    rereading.reread(shop.store, shop.parser, shop.settings.me, now)


def _mirror(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    mirror.fetch(shop.store, shop.storage, shop.fetcher, cast(str, job.arguments["name"]), now, last=last)


def _publish(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    post = shop.store.posts.by_id(_id(job, "post"))
    if post:
        publishing.publish(shop.store, post, shop.settings.me, now)


def _render(shop: Workshop, job: Job, _now: datetime, _last: bool) -> None:
    files.render(shop.store, shop.storage, cast(str, job.arguments["name"]))


def _subscribe(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    subscriber.subscribe(shop.store, shop.fetcher, shop.settings.me, _id(job, "following"), now, last=last)


def _renew(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    following, lease = _id(job, "following"), cast(str, job.arguments["lease"])
    subscriber.renew(shop.store, shop.fetcher, shop.parser, shop.settings.me, following, lease, now, last=last)


def _unsubscribe(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    subscriber.unsubscribe(shop.store, shop.fetcher, shop.settings.me, _id(job, "following"), now, last=last)


def _forget(shop: Workshop, job: Job, _now: datetime, _last: bool) -> None:
    subscriber.forget(shop.store, _id(job, "following"))


def _poll(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    arrivals.poll(shop.store, shop.fetcher, shop.parser, job.arguments, now)


def _receive(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    arrivals.receive(shop.store, shop.parser, job.arguments, now)


def _unsubscribed(shop: Workshop, job: Job, now: datetime) -> None:
    subscriber.abandon(shop.store, _id(job, "following"), now)


def _id(job: Job, name: str) -> int:
    return cast(int, job.arguments[name])


def _nobody_waits(_shop: Workshop, _job: Job, _now: datetime) -> None:
    """What was to be done shows by itself that it is not: a post is still scheduled, a picture has no small copies."""


KINDS = {
    process.JOB: Kind(_process, lambda shop, job, now: process.abandon(shop.store, _id(job, "webmention"), now)),
    publishing.SEND: Kind(_send, lambda shop, job, now: send.abandon(shop.store, _id(job, "delivery"), now)),
    quoting.JOB: Kind(_verify, _nobody_waits),
    rereading.JOB: Kind(_reread, _nobody_waits),
    mirror.JOB: Kind(_mirror, lambda shop, job, now: mirror.abandon(shop.store, str(job.arguments["name"]), now)),
    publishing.PUBLISH: Kind(_publish, _nobody_waits),
    files.RENDER: Kind(_render, _nobody_waits),
    subscriber.SUBSCRIBE: Kind(_subscribe, _unsubscribed),
    subscriber.RENEW: Kind(_renew, _unsubscribed),
    subscriber.UNSUBSCRIBE: Kind(
        _unsubscribe, lambda shop, job, _now: subscriber.forget(shop.store, _id(job, "following"))
    ),
    subscriber.FORGET: Kind(_forget, _nobody_waits),
    schedule.POLL: Kind(_poll, lambda shop, job, now: arrivals.abandon(shop.store, _id(job, "following"), now)),
    arrivals.RECEIVE: Kind(_receive, _nobody_waits),
}


def run_one(shop: Workshop, job: Job, now: datetime) -> None:
    """
    Run a job that was claimed, and note how it went.

    A failure that passes is tried again by WAITS, or when the other server asked
    for it; one that does not is done with: the handler has recorded it.
    """
    last = job.attempts >= len(WAITS)
    if job.claims > job.attempts + DEADLY:
        _again(shop, job, now, RuntimeError("workers ended in the middle of it again and again"), last=True)
        return
    try:
        KINDS[job.name].run(shop, job, now, last)
    except FetchFailed as error:
        _again(shop, job, now, error, last=last)
        return
    except Exception as error:
        # The one place where anything is caught: a fault of ours must not stop the others' work.
        LOG.exception("job %s %s failed", job.name, job.arguments)
        _again(shop, job, now, error, last=last)
        return
    with shop.store.write():
        shop.store.jobs.done(job)


def _again(shop: Workshop, job: Job, now: datetime, error: Exception, *, last: bool) -> None:
    due = None if last else now + wait(job.attempts, error)
    with shop.store.write():
        if last and job.name in KINDS:
            KINDS[job.name].abandon(shop, job, now)
        shop.store.jobs.again(job, due, f"{type(error).__name__}: {error}")


def wait(attempts: int, error: Exception | None = None) -> timedelta:
    """How long to wait after this many failed tries: by the table with ±10 %, or as long as we were asked to."""
    asked = timedelta(seconds=error.retry_after or 0) if isinstance(error, ServerBusy) else timedelta()
    planned = WAITS[min(attempts, len(WAITS) - 1)] * random.uniform(0.9, 1.1)  # noqa: S311  # it hides nothing
    return max(planned, min(asked, WAITS[-1]))
