"""Which job name runs which function, and what happens to a job that fails."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from indie import mirror, publishing
from indie.config import Settings
from indie.errors import FetchFailed, ServerBusy
from indie.fetch.client import Fetcher
from indie.media.storage import Storage
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.jobs import Job
from indie.webmention import process, send

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


Handler = Callable[[Workshop, Job, datetime, bool], None]


def _process(shop: Workshop, job: Job, now: datetime, last: bool) -> None:  # the shape of a handler
    webmention = cast(int, job.arguments["webmention"])
    process.process(shop.store, shop.fetcher, shop.parser, shop.settings.me, webmention, now, last=last)


def _send(shop: Workshop, job: Job, now: datetime, last: bool) -> None:  # the shape of a handler
    delivery = cast(int, job.arguments["delivery"])
    send.send(shop.store, shop.fetcher, shop.parser, shop.settings.me, delivery, now, last=last)


def _mirror(shop: Workshop, job: Job, now: datetime, last: bool) -> None:  # the shape of a handler
    mirror.fetch(shop.store, shop.storage, shop.fetcher, cast(str, job.arguments["name"]), now, last=last)


HANDLERS: dict[str, Handler] = {process.JOB: _process, publishing.SEND: _send, mirror.JOB: _mirror}


def run_one(shop: Workshop, job: Job, now: datetime) -> None:
    """
    Run a job that was claimed, and note how it went.

    A failure that passes is tried again by WAITS, or when the other server asked
    for it; one that does not is done with: the handler has recorded it.
    """
    last = job.attempts >= len(WAITS)
    if job.claims > job.attempts + DEADLY:
        _again(shop.store, job, now, RuntimeError("workers ended in the middle of it again and again"), last=True)
        return
    try:
        HANDLERS[job.name](shop, job, now, last)
    except FetchFailed as error:
        _again(shop.store, job, now, error, last=last)
        return
    except Exception as error:
        # The one place where anything is caught: a fault of ours must not stop the others' work.
        LOG.exception("job %s %s failed", job.name, job.arguments)
        _again(shop.store, job, now, error, last=last)
        return
    with shop.store.write():
        shop.store.jobs.done(job)


def _again(store: Store, job: Job, now: datetime, error: Exception, *, last: bool) -> None:
    with store.write():
        store.jobs.again(job, None if last else now + wait(job.attempts, error), f"{type(error).__name__}: {error}")


def wait(attempts: int, error: Exception | None = None) -> timedelta:
    """How long to wait after this many failed tries: by the table with ±10 %, or as long as we were asked to."""
    asked = timedelta(seconds=error.retry_after or 0) if isinstance(error, ServerBusy) else timedelta()
    planned = WAITS[min(attempts, len(WAITS) - 1)] * random.uniform(0.9, 1.1)  # noqa: S311  # it hides nothing
    return max(planned, min(asked, WAITS[-1]))
