"""Which job name runs which function, and what happens to a job that fails."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from indie import conversations, files, mirror, outbox, publishing, times
from indie.config import Settings
from indie.errors import FetchFailed, ServerBusy
from indie.fetch.client import Fetcher
from indie.media.storage import Storage
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.jobs import Job
from indie.webmention import citing, polling, process, quoting, rereading, send, upstream
from indie.webmention.authors import AuthorPages
from indie.webmention.looking import Eye
from indie.websub import distribution, intent, leases, publisher
from indie.websub.topic import Render

LOG = logging.getLogger(__name__)

WAITS = tuple(timedelta(seconds=s) for s in (60, 300, 1800, 7200, 43_200, 86_400))
"""How long after each failed try the next one comes; after the last the job is given up (DESIGN §5)."""

DEADLY = 10
"""How many workers may end in the middle of one job before it is given up."""


@dataclass(frozen=True)
class Workshop:
    """
    What jobs work with.

    render: what a visitor gets at one of our addresses. authors: the pages of authors that were asked lately.
    """

    settings: Settings
    store: Store
    storage: Storage
    fetcher: Fetcher
    parser: Parser
    render: Render
    authors: AuthorPages = field(default_factory=AuthorPages)


Save = Callable[[], None]
"""Writes what a job came to; called in the transaction that notes the job's end."""


class Kind(NamedTuple):
    """
    What a job of one name does.

    run: its last argument tells that there will be no other try. What it returns is saved together with the
    job's end; None where it has saved all itself.
    abandon: notes, where people look, that a fault of ours ended it.
    """

    run: Callable[[Workshop, Job, datetime, bool], Save | None]
    abandon: Callable[[Workshop, Job, datetime], None]


def _process(shop: Workshop, job: Job, now: datetime, last: bool) -> Save | None:
    eye = Eye(shop.fetcher, shop.parser, shop.settings.me, now, shop.authors)
    return process.look(shop.store, eye, _id(job, "webmention"), last=last)


def _send(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    send.send(shop.store, shop.fetcher, shop.parser, shop.settings.me, _id(job, "delivery"), now, last=last)


def _poll(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    polling.poll(shop.store, shop.fetcher, _id(job, "delivery"), now)


def _verify(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    eye = Eye(shop.fetcher, shop.parser, shop.settings.me, now, shop.authors)
    try:
        quoting.verify(shop.store, eye, _id(job, "quoted"))
    except FetchFailed as error:
        if error.again and not last:
            raise


def _upstream(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    since = times.from_sortable(cast(str, job.arguments["since"]))
    settings = shop.settings
    upstream.upstream(shop.store, settings.me, _id(job, "post"), since, now, limited=settings.rate_limit)


def _cite(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    eye = Eye(shop.fetcher, shop.parser, shop.settings.me, now, shop.authors)
    citing.cite(shop.store, eye, _id(job, "post"), cast(str, job.arguments["url"]), last=last)


def _reread(shop: Workshop, _job: Job, now: datetime, _last: bool) -> None:
    rereading.reread(shop.store, shop.parser, shop.settings.me, now)


def _mirror(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    mirror.fetch(shop.store, shop.storage, shop.fetcher, cast(str, job.arguments["name"]), now, last=last)
    publishing.notify(shop.store, (), now)


def _publish(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    post = shop.store.posts.by_id(_id(job, "post"))
    if post:
        publishing.publish(shop.store, post, shop.settings.me, now)


def _render(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    files.render(shop.store, shop.storage, cast(str, job.arguments["name"]))
    publishing.notify(shop.store, (), now)


def _notify(shop: Workshop, _job: Job, now: datetime, _last: bool) -> None:
    distribution.notify(shop.store, now, _burst(shop))


def _distribute(shop: Workshop, _job: Job, now: datetime, _last: bool) -> None:
    distribution.distribute(shop.store, shop.render, shop.settings.me, now)


def _deliver(shop: Workshop, job: Job, now: datetime, last: bool) -> None:
    distribution.deliver(
        shop.store,
        shop.fetcher,
        shop.settings.me,
        _id(job, "subscriber"),
        now,
        patient=bool(job.arguments["patient"]),
        last=last,
    )


def _verify_intent(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    intent.verify(shop.store, shop.fetcher, shop.render, shop.settings.me, _id(job, "subscriber"), now)


def _deny(shop: Workshop, job: Job, _now: datetime, last: bool) -> None:
    try:
        intent.deny(shop.fetcher, str(job.arguments["topic"]), str(job.arguments["callback"]))
    except FetchFailed as error:
        if error.again and not last:
            raise


def _expire(shop: Workshop, _job: Job, now: datetime, _last: bool) -> None:
    leases.expire(shop.store, now)


def _ping(shop: Workshop, job: Job, now: datetime, _last: bool) -> None:
    hub, path = str(job.arguments["hub"]), str(job.arguments["topic"])
    if job.arguments.get("settled"):
        publisher.ping(shop.fetcher, hub, shop.settings.me + path)
    else:
        publisher.want(shop.store, hub, path, now, _burst(shop))


def _burst(shop: Workshop) -> timedelta:
    return distribution.BURST if shop.settings.rate_limit else timedelta()


def _id(job: Job, name: str) -> int:
    return cast(int, job.arguments[name])


def _nobody_waits(_shop: Workshop, _job: Job, _now: datetime) -> None:
    """What was to be done shows by itself that it is not: a post is still scheduled, a picture has no small copies."""


KINDS = {
    process.JOB: Kind(_process, lambda shop, job, now: process.abandon(shop.store, _id(job, "webmention"), now)),
    outbox.SEND: Kind(_send, lambda shop, job, now: send.abandon(shop.store, _id(job, "delivery"), now)),
    polling.JOB: Kind(_poll, _nobody_waits),
    quoting.JOB: Kind(_verify, _nobody_waits),
    conversations.JOB: Kind(_upstream, _nobody_waits),
    publishing.CITE: Kind(_cite, lambda shop, job, _: citing.abandon(shop.store, str(job.arguments["url"]))),
    rereading.JOB: Kind(_reread, _nobody_waits),
    mirror.JOB: Kind(_mirror, lambda shop, job, now: mirror.abandon(shop.store, str(job.arguments["name"]), now)),
    publishing.PUBLISH: Kind(_publish, _nobody_waits),
    files.RENDER: Kind(_render, _nobody_waits),
    publishing.NOTIFY: Kind(_notify, _nobody_waits),
    publishing.PING: Kind(_ping, _nobody_waits),
    distribution.DISTRIBUTE: Kind(_distribute, _nobody_waits),
    distribution.DELIVER: Kind(_deliver, lambda shop, job, _: distribution.abandon(shop.store, _id(job, "subscriber"))),
    intent.JOB: Kind(_verify_intent, _nobody_waits),
    intent.DENY: Kind(_deny, _nobody_waits),
    leases.JOB: Kind(_expire, _nobody_waits),
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
