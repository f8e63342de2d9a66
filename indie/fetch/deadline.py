"""The wall clock of one exchange."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from time import monotonic
from types import TracebackType
from typing import Self

from indie.alarm import Alarm
from indie.errors import TimedOut


class Deadline:
    """
    When it strikes, every watched socket is shut, whatever is waiting on it.

    Why: the timeout of a socket counts anew with every byte, so a server that
    drips one byte a second holds a reader for ever. A shut socket ends the TLS
    handshake, the header lines and the body alike.
    """

    def __init__(self, seconds: float) -> None:
        """Set the clock; `with` sets the alarm."""
        self._seconds = seconds
        self._ends = monotonic() + seconds
        self._struck = False
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []
        self._alarm: Alarm | None = None

    def __enter__(self) -> Self:
        """Set the alarm."""
        self._alarm = Alarm(self._seconds, self._strike)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take it back."""
        if self._alarm:
            self._alarm.cancel()

    def left(self) -> float:
        """Seconds left, more than 0. Raises TimedOut when there are none."""
        rest = self._ends - monotonic()
        if self._struck or rest <= 0:
            raise TimedOut("The other server took longer than we wait.")
        return rest

    @contextlib.contextmanager
    def watch(self, connected: socket.socket) -> Iterator[None]:
        """
        Shut this socket when the time is up. Raises TimedOut if it is up already.

        Why: a duplicate is kept, because wrapping a socket in TLS takes its
        descriptor away from the object that we are given.
        """
        with connected.dup() as handle:
            with self._lock:
                self._watched.append(handle)
            try:
                self.left()
                yield
            finally:
                with self._lock:
                    self._watched.remove(handle)

    def _strike(self) -> None:
        self._struck = True
        with self._lock:
            for handle in self._watched:
                with contextlib.suppress(OSError):  # it is closed already
                    handle.shutdown(socket.SHUT_RDWR)
