"""
What is to happen when a time is up: one thread waits for all who ask, instead of one for each.

Why not `threading.Timer`: to start a thread takes as long as to read a short page, and whoever starts it waits.
"""

import heapq
import itertools
import threading
from collections.abc import Callable
from time import monotonic


class Alarm:
    """One that is set: `strike` is called once, in another thread, unless it is taken back before."""

    def __init__(self, seconds: float, strike: Callable[[], None]) -> None:
        """Set it, to so many seconds from now. strike: is quick, and raises nothing; others wait for it."""
        self._strike: Callable[[], None] | None = strike
        self._lock = threading.Lock()
        _CLOCK.put(monotonic() + seconds, self)

    def cancel(self) -> None:
        """Take it back. When this returns it will not strike any more; one that strikes just now is waited for."""
        with self._lock:
            self._strike = None

    def strike(self) -> None:
        """The time is up."""
        with self._lock:
            strike, self._strike = self._strike, None
            if strike:
                strike()


class _Clock:
    """The thread that waits, from the first alarm on. Limit: one that was taken back is forgotten at its time only."""

    def __init__(self) -> None:
        self._set: list[tuple[float, int, Alarm]] = []
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def put(self, when: float, alarm: Alarm) -> None:
        with self._changed:
            heapq.heappush(self._set, (when, next(self._count), alarm))
            # Why asked: a fork does not take the thread along.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True, name="alarms")
                self._thread.start()
            elif self._set[0][2] is alarm:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            self._next().strike()

    def _next(self) -> Alarm:
        """The next one whose time is up; waits for it."""
        with self._changed:
            while not self._set or self._set[0][0] > monotonic():
                self._changed.wait(self._set[0][0] - monotonic() if self._set else None)
            return heapq.heappop(self._set)[2]


_CLOCK = _Clock()
