"""Which job name runs which function, and what happens to a job that fails."""

import logging
import random
from datetime import datetime, timedelta
from typing import cast

from indie import conversations, files, mirror, notices, outbox, publishing, times
from indie.errors import FetchFailed, ServerBusy
from indie.jobs import websub
from indie.jobs.workshop import Kind, Save, Workshop, nobody_waits, number
from indie.store.jobs import Job
from indie.webmention import citing, polling, process, quoting, rereading, send, upstream
from indie.webmention.looking import Eye

LOG = logging.getLogger(__name__)

WAITS = tuple(timedelta(seconds=s) for s in (60, 300, 1800, 7200, 43_200, 86_400))
"""How long after each failed try the next one comes; after the last the job is given up (DESIGN §5)."""

DEADLY = 10
"""How many workers may end in the middle of one job before it is given up."""


def _process(shop: Workshop, job: Job, now: datetime, last: bool) -> Save | None:
    eye = Eye(shop.fetcher, shop.parser, shop.settings.me, now, shop.authors)
    return process.look(shop.store, eye, number(job, "webmention"), last=last)


def _send(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    send.send(shop.store, shop.fetcher, shop.parser, shop.settings.me, number(job, "delivery"), now, last=last)


def _poll(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    polling.poll(shop.store, shop.fetcher, number(job, "delivery"), now)


def _verify(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    eye = Eye(shop.fetcher, shop.parser, shop.settings.me, now, shop.authors)
    try:
        quoting.verify(shop.store, eye, number(job, "quoted"))
    except FetchFailed as error:
        if error.again and not last:
            raise


def _upstream(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    since = times.from_sortable(cast(str, job.arguments["since"]))
    settings = shop.settings
    upstream.upstream(shop.store, settings.me, number(job, "post"), since, now, limited=settings.rate_limit)


def _cite(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    eye = Eye(shop.fetcher, shop.parser, shop.settings.me, now, shop.authors)
    citing.cite(shop.store, eye, number(job, "post"), cast(str, job.arguments["url"]), last=last)


def _reread(shop: Workshop, _job: Job, now: datetime, _last: bool) -> None:
    rereading.reread(shop.store, shop.parser, shop.settings.me, now)


def _mirror(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    mirror.fetch(shop.store, shop.storage, shop.fetcher, cast(str, job.arguments["name"]), now, last=last)
    notices.notify(shop.store, (), now)


def _publish(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    post = shop.store.posts.by_id(number(job, "post"))
    if post:
        publishing.publish(shop.store, post, shop.settings.me, now)


def _render(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    files.render(shop.store, shop.storage, cast(str, job.arguments["name"]))
    notices.notify(shop.store, (), now)


KINDS = {
    process.JOB: Kind(_process, lambda shop, job, now: process.abandon(shop.store, number(job, "webmention"), now)),
    outbox.SEND: Kind(_send, lambda shop, job, now: send.abandon(shop.store, number(job, "delivery"), now)),
    polling.JOB: Kind(_poll, nobody_waits),
    quoting.JOB: Kind(_verify, nobody_waits),
    conversations.JOB: Kind(_upstream, nobody_waits),
    publishing.CITE: Kind(_cite, lambda shop, job, _: citing.abandon(shop.store, str(job.arguments["url"]))),
    rereading.JOB: Kind(_reread, nobody_waits),
    mirror.JOB: Kind(_mirror, lambda shop, job, now: mirror.abandon(shop.store, str(job.arguments["name"]), now)),
    publishing.PUBLISH: Kind(_publish, nobody_waits),
    files.RENDER: Kind(_render, nobody_waits),
    **websub.KINDS,
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
        save = KINDS[job.name].run(shop, job, now, last)
        with shop.store.write():
            if save:
                save()
            shop.store.jobs.done(job)
    except FetchFailed as error:
        _again(shop, job, now, error, last=last)
    except Exception as error:
        # The one place where anything is caught: a fault of ours must not stop the others' work.
        LOG.exception("job %s %s failed", job.name, job.arguments)
        _again(shop, job, now, error, last=last)


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
