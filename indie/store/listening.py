"""A thread that listens for changes where the database tells of them; the worker's own ear is `jobs.worker`'s."""

import contextlib
import select
import threading

from indie.store.database import Ear

PATIENCE = 5.0
"""Seconds that the first question waits for the connection."""

AGAIN = 1.0
"""Seconds until a lost connection is tried again, and until a thread that is told to end does."""


class Listener:
    """Counts the notices."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._notices = 0
        self._counting = threading.Lock()
        self._listens = self._ended = False
        self._tried = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def heard(self) -> int | None:
        """How many there were; each connection counts as one, for what was missed before. None while nobody listens."""
        self._tried.wait(PATIENCE)
        return self._notices if self._listens else None

    def count(self) -> None:
        """There was another."""
        # Why a lock: two at the same moment, of which one is lost, are one change that nobody hears of.
        with self._counting:
            self._notices += 1

    def close(self) -> None:
        """Listen no more."""
        self._ended = True

    def _listen(self) -> None:
        while not self._ended:
            # Why whatever it raises: who believes that he listens, and does not, never hears of a change again.
            with contextlib.suppress(Exception):
                self._ear.attend()
                self.count()
                self._listens = True
                self._tried.set()
                self._hear()
            self._listens = False
            self._tried.set()
            threading.Event().wait(AGAIN)

    def _hear(self) -> None:
        """Until the connection is lost."""
        waiting = select.poll()
        waiting.register(self._ear.fileno(), select.POLLIN)
        while not self._ended and self._ear.fileno() >= 0:
            if waiting.poll(AGAIN * 1000):
                self._ear.hear()
                self.count()
        self._ear.close()
