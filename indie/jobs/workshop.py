"""What jobs work with, and what a job of one name is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, cast

from indie.config import Settings
from indie.fetch.client import Fetcher
from indie.media.storage import Storage
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.jobs import Job
from indie.webmention.authors import AuthorPages
from indie.websub.topic import Render


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


def number(job: Job, name: str) -> int:
    """The number of this name in its arguments."""
    return cast(int, job.arguments[name])


def nobody_waits(_shop: Workshop, _job: Job, _now: datetime) -> None:
    """What was to be done shows by itself that it is not: a post is still scheduled, a picture has no small copies."""
