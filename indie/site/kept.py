"""
Answers kept in memory, until something that they show changes (DESIGN §7, decision 6).

An answer depends on names (`store.touched`), which are heard while it is made; what changes bumps the same names in
its own transaction. The numbers of changes are read before an answer is made: one that may have been made of rows
from before a change is not kept.
"""

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from indie.store import Store
from indie.store.touched import UNSHOWN

LIMIT = 64 * 1024 * 1024
"""In bytes, of all bodies together with what is known of them."""

RECENT = 10_000
"""Limit: of so many names it is remembered when they changed last; answers begun before those are not kept."""

OVERHEAD = 100
"""In bytes, roughly: what Python takes for a name or a header beside its letters."""

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Variant:
    """An answer in one encoding. unchanged: the headers of a 304."""

    etag: str
    headers: Headers
    unchanged: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer. zipped: None where that is no shorter. names: what it depends on."""

    plain: Variant
    zipped: Variant | None
    names: frozenset[str]

    @property
    def size(self) -> int:
        """What it takes in memory, roughly, in bytes."""
        variants = [variant for variant in (self.plain, self.zipped) if variant]
        words = [*self.names, *(word for one in variants for header in one.headers for word in header)]
        return sum(len(one.body) for one in variants) + sum(len(word) + OVERHEAD for word in words)


class Memory:
    """Answers by their address, at most so many bytes; what was asked for longest ago goes first."""

    def __init__(self, store: Store, limit: int = LIMIT) -> None:
        self._store, self._limit = store, limit
        self._answers: OrderedDict[str, Kept] = OrderedDict()
        self._showing: dict[str, set[str]] = {}
        self._size = 0
        self._lock = Lock()
        self._stamp: object = None
        self._number = self._forgotten = -1
        self._changed: dict[str, int] = {}

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
        if (stamp is None or self._store.database.stamp() != stamp) and self.number() is None:
            return None
        kept = self._answers.get(address)
        if kept is not None:
            with suppress(KeyError):  # dropped at this moment, after all that was saved before we were asked
                self._answers.move_to_end(address)
        return kept

    def number(self) -> int | None:
        """
        The number of the last change that is known, after everything that shows a change was dropped.

        None where nobody can tell: in a transaction, or while the database is away.
        """
        with self._lock:
            return self._catch_up()

    def put(self, address: str, kept: Kept, number: int) -> None:
        """Keep an answer. number: from before it was made."""
        if kept.size > self._limit or kept.names & UNSHOWN:
            return
        with self._lock:
            self._catch_up()
            if number < self._forgotten or any(self._changed.get(name, -1) > number for name in kept.names):
                return
            self._drop(address)
            self._answers[address] = kept
            self._size += kept.size
            for name in kept.names:
                self._showing.setdefault(name, set()).add(address)
            while self._size > self._limit:
                self._drop(next(iter(self._answers)))

    def _catch_up(self) -> int | None:
        """With the lock held."""
        database = self._store.database
        try:
            stamp = database.stamp()
            if stamp is None:
                self._stamp = None
                return None
            if stamp == self._stamp:
                return self._number
            first = self._number < 0
            changes = [] if first else self._store.changes.since(self._number)
            last = changes[-1][0] if changes else self._store.changes.last()
        except database.errors:
            self._stamp = None
            return None
        # Why: what is known already is among them, unless this is another database, or an older one.
        if not changes and self._number > 0:
            self._forget_all()
        for number, name in changes:
            if number > self._number:
                self._changed[name] = number
                for address in self._showing.pop(name, ()):
                    self._drop(address)
        if len(self._changed) > RECENT:
            self._changed.clear()
            self._forgotten = last
        self._stamp, self._number = stamp, last
        return last

    def _forget_all(self) -> None:
        self._answers.clear()
        self._showing.clear()
        self._size = 0

    def _drop(self, address: str) -> None:
        kept = self._answers.pop(address, None)
        if kept is None:
            return
        self._size -= kept.size
        for name in kept.names:
            showing = self._showing.get(name)
            if showing is not None:
                showing.discard(address)
                if not showing:
                    del self._showing[name]
