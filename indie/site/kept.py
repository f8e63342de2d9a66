"""
Answers kept in memory, until something that they show changes (DESIGN §7, decision 6).

An answer depends on names (`store.touched`), which are heard while it is made; what changes bumps the same names in
its own transaction. The numbers of changes are read before an answer is made: one that may have been made of rows
from before a change is not kept.
"""

import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from threading import Lock

from indie.site.files import Files
from indie.store import Store
from indie.store.touched import UNSHOWN

LIMIT = 64 * 1024 * 1024
"""In bytes, of all bodies together with what is known of them."""

RECENT = 10_000
"""Limit: of so many names it is remembered when they changed last; answers begun before those are not kept."""

OVERHEAD, OF_A_NAME = 100, 400
"""In bytes, roughly: what Python takes for a header beside its letters, and for a name that no other answer has."""

Headers = list[tuple[str, str]]
Moment = tuple[int, int]
"""How often everything was forgotten, and the number of the last change."""


@dataclass(frozen=True, slots=True)
class Variant:
    """An answer in one encoding. unchanged: the headers of a 304."""

    etag: str
    headers: Headers
    unchanged: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """
    An answer. zipped: None where that is no shorter. names: what it depends on.

    until: from then on it is not trusted, in Unix time.
    """

    plain: Variant
    zipped: Variant | None
    names: frozenset[str]
    until: float = inf

    @property
    def size(self) -> int:
        """What it takes in memory, roughly, in bytes."""
        variants = [variant for variant in (self.plain, self.zipped) if variant]
        words = [word for one in variants for header in one.headers for word in header]
        names = sum(len(name) + OF_A_NAME for name in self.names)
        return sum(len(one.body) for one in variants) + sum(len(word) + OVERHEAD for word in words) + names


class Memory:
    """Answers by their address, at most so many bytes; what was asked for longest ago goes first."""

    def __init__(self, store: Store, limit: int = LIMIT, files: Files | None = None) -> None:
        """limit: in bytes. files: what answers depend on beside the store."""
        self._store, self._limit, self._files = store, limit, files or Files()
        self._answers: OrderedDict[str, Kept] = OrderedDict()
        self._showing: dict[str, set[str]] = {}
        self._size = 0
        self._lock = Lock()
        self._stamp: object = None
        self._number, self._life, self._forgotten = -1, 0, (-1, 0)
        self._changed: dict[str, int] = {}
        self._worn: object = None

    def __len__(self) -> int:
        return len(self._answers)

    @property
    def size(self) -> int:
        """In bytes, roughly."""
        return self._size

    def clear(self) -> None:
        """Keep nothing of what is kept."""
        with self._lock:
            self._forget_all()

    def get(self, address: str) -> Kept | None:
        """The answer at this address, if it is what would be answered now."""
        # Why in this order: what was saved before the stamp was taken has then been dropped from the answers.
        stamp = self._stamp
        if (stamp is None or self._now() != stamp) and self.moment() is None:
            return None
        kept = self._answers.get(address)
        if kept is not None and kept.until <= time.time():
            return None
        if kept is not None:
            with suppress(KeyError):  # dropped at this moment, after all that was saved before we were asked
                self._answers.move_to_end(address)
        return kept

    def moment(self) -> Moment | None:
        """
        Up to which change everything that shows one has been dropped.

        None where nobody can tell: in a transaction, or while the database is away.
        """
        with self._lock:
            return self._catch_up()

    def put(self, address: str, kept: Kept, moment: Moment) -> None:
        """Keep an answer. moment: from before it was made."""
        if kept.size > self._limit or kept.names & UNSHOWN:
            return
        with self._lock:
            self._catch_up()
            life, number = moment
            if moment < self._forgotten or life != self._life:
                return
            if any(self._changed.get(name, -1) > number for name in kept.names):
                return
            self._drop(address)
            self._answers[address] = kept
            self._size += kept.size
            for name in kept.names:
                self._showing.setdefault(name, set()).add(address)
            while self._size > self._limit:
                # Why popitem: others move answers to the end meanwhile, which no iterator outlives.
                self._let_go(*self._answers.popitem(last=False))

    def _now(self) -> object | None:
        """As `Database.stamp`, also of the files."""
        try:
            stamp = self._store.database.stamp()
        except self._store.database.errors:
            return None
        return None if stamp is None else (stamp, self._files.stamp())

    def _catch_up(self) -> Moment | None:
        """With the lock held."""
        before, self._stamp = self._stamp, None
        stamp = self._now()
        if stamp is None:
            return None
        if stamp != before:
            try:
                changes = self._store.changes.since(self._number) if self._number >= 0 else []
                last = changes[-1][0] if changes else self._store.changes.last()
            except self._store.database.errors:
                return None
            self._drop_changed(changes, last)
        self._stamp = stamp
        return self._life, self._number

    def _drop_changed(self, changes: list[tuple[int, str]], last: int) -> None:
        # Why: what is known already is among them, unless this is another database, or an older one.
        if (not changes and self._number > 0) or self._files.stamp() != self._worn:
            self._forget_all()
        self._worn = self._files.stamp()
        for number, name in changes:
            if number > self._number:
                self._changed[name] = number
                for address in self._showing.pop(name, ()):
                    self._drop(address)
        if len(self._changed) > RECENT:
            self._changed.clear()
            self._forgotten = (self._life, last)
        self._number = last

    def _forget_all(self) -> None:
        """And keep nothing of what is being made."""
        self._answers.clear()
        self._showing.clear()
        self._size = 0
        self._life += 1

    def _drop(self, address: str) -> None:
        kept = self._answers.pop(address, None)
        if kept is not None:
            self._let_go(address, kept)

    def _let_go(self, address: str, kept: Kept) -> None:
        """Of an answer that is kept no more: the rest of it."""
        self._size -= kept.size
        for name in kept.names:
            showing = self._showing.get(name)
            if showing is not None:
                showing.discard(address)
                if not showing:
                    del self._showing[name]
