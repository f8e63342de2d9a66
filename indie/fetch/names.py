"""Names to addresses, with the clock running."""

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from indie.errors import TimedOut, Unreachable
from indie.fetch.deadline import Deadline

Resolver = Callable[[str], Sequence[str]]
"""A host name to its IP addresses as text; raises OSError where there are none."""

LOOKUPS = 32
"""How many look-ups run at once."""


def system_resolver(name: str) -> list[str]:
    """
    All addresses that the system knows for a name, `%zone` included, in the order to try them.

    Raises OSError or UnicodeError.
    """
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Names:
    """
    Look-ups, each in a daemon thread of its own, at most `LOOKUPS` at once.

    Why: `getaddrinfo` can be neither cancelled nor given a deadline. One that
    hangs keeps its thread and its slot until the system gives it up; who asked
    for it leaves when the time is up. With every slot taken a further look-up
    waits for one, no longer than its own deadline.
    """

    def __init__(self, resolve: Resolver, lookups: int = LOOKUPS) -> None:
        """Take the resolver that every look-up asks."""
        self._resolve = resolve
        self._slots = threading.BoundedSemaphore(lookups)

    def addresses(self, name: str, deadline: Deadline) -> list[str]:
        """Return the addresses of a name, at least one. Raises TimedOut or Unreachable."""
        if not self._slots.acquire(timeout=deadline.left()):
            raise TimedOut("No name could be looked up in time.")
        answer: Future[list[str]] = Future()
        try:
            threading.Thread(target=self._look_up, args=(name, answer), daemon=True).start()
        except RuntimeError as error:  # the system has no more threads
            self._slots.release()
            raise Unreachable("The name could not be looked up.") from error
        try:
            found = answer.result(timeout=deadline.left())
        except (OSError, UnicodeError) as error:  # TimeoutError is an OSError too
            deadline.left()
            raise Unreachable("The name of the other server was not found.") from error
        if not found:
            raise Unreachable("The name of the other server has no address.")
        return found

    def _look_up(self, name: str, answer: Future[list[str]]) -> None:
        found: list[str] = []
        try:
            found = list(self._resolve(name))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)
        finally:
            self._slots.release()
            if not answer.done():
                answer.set_result(found)
