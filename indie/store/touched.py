"""
Which names a thread asks about, and which it changes: a page is kept until one of its names changes (decision 6).

Every statement names its tables: what is read of a table depends on all of it, what is written changes all of it.
Where more is known the table says so (`Database.about`, `Database.changing`), and both sides use the same name:

    post 7                what it says            path /llama     whose that is
    answer a.example/1    who answers that        talk 7          what was sent to it
    list …                who stands on lists     cited KEY       a page that our posts cite
    medium NAME           a file, its renditions

A name of a table is its own (`media`), changed by whatever is written to it; and `media *`, changed where nobody said
what it was about.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256

UNSHOWN = frozenset(
    (
        *("authorization_requests", "challenges", "clients", "codes", "grants", "passkeys", "sessions", "tokens"),
        *("jobs", "limits", "replays", "requests", "workers", "changes", "migrations", "site", "sqlite_sequence"),
        *("deliveries", "followed_items", "following", "subscribers", "topics", "moderation_rules"),
        *("post_files", "revisions"),
    )
)
"""Tables that no page shows: nobody is told that they changed, and an answer that asked one of them is not kept."""

LONGEST = 200
"""Characters of a name; a longer one goes by its digest, as what an engine finds rows by is bounded."""

MANY = 1000
"""Limit: who asks about more names at once depends on all of their tables."""

_TABLE = re.compile(r"(\bDELETE FROM|\bFROM|\bJOIN|\bINTO|(?<!\bFOR )(?<!\bDO )\bUPDATE) \"?(\w+)", re.IGNORECASE)


@lru_cache(maxsize=2048)
def tables(sql: str) -> tuple[frozenset[str], frozenset[str]]:
    """The tables that a statement reads, other names maybe among them, and those that it writes and pages show."""
    reads, writes = set[str](), set[str]()
    for verb, name in _TABLE.findall(" ".join(sql.split())):
        (reads if verb.upper() in ("FROM", "JOIN") else writes).add(name)
    return frozenset(reads), frozenset(writes - UNSHOWN)


class Touched(threading.local):
    """
    What this thread touches.

    asked: the names that an answer in the making depends on; None while nobody wants to know.
    changed: those that the transaction at hand changes; None outside of one.
    """

    asked: set[str] | None = None
    changed: set[str] | None = None
    _about: "_About | None" = None

    def read(self, names: frozenset[str]) -> None:
        """These tables are read."""
        if self.asked is not None and self._about:
            self._about.read |= names
        elif self.asked is not None:
            self.asked |= names

    def write(self, names: frozenset[str]) -> None:
        """These tables are written to, in the transaction at hand."""
        if self.changed is None:  # a snapshot, in which nothing can be written
            return
        self.changed |= names
        if self._about:
            self._about.writes = True
        else:
            self.changed |= {f"{name} *" for name in names}

    @contextmanager
    def watched(self) -> Iterator[set[str]]:
        """All that is asked about inside."""
        before, self.asked = self.asked, set()
        try:
            yield self.asked
        finally:
            self.asked = before

    @contextmanager
    def about(self, *names: str) -> Iterator[set[str]]:
        """What is read or written inside is about these alone, and about what is added on the way."""
        before, self._about = self._about, _About()
        own = set(names)
        try:
            yield own
        finally:
            about, self._about = self._about, before
            own = set(map(_bounded, own))
            if about.writes and self.changed is not None:
                self.changed |= own
            if about.read and self.asked is not None:
                few = len(own) <= MANY
                self.asked |= own | {f"{name} *" for name in about.read} if few else about.read
                self.asked |= about.read & UNSHOWN


def _bounded(name: str) -> str:
    return name if len(name) <= LONGEST else sha256(name.encode("utf-8", "replace")).hexdigest()


class _About:
    """Of one `about`: the tables that were read inside, and whether something was written."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.writes = False
