"""
Parsing in processes of its own: what a hostile page can hurt is one of them.

The one module of this room that acts on the world. It starts plain
subprocesses, so it works whatever the parent is (threads, pytest, a server),
and never runs the parent's `__main__` again.
"""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, Self, TypeVar

from indie.alarm import Alarm
from indie.errors import ParserGaveUp
from indie.mf2 import child
from indie.mf2.page import Page

_HOUSE = Path(__file__).resolve().parent.parent.parent
_PROGRAM = "import sys; sys.path.insert(0, {house!r}); from indie.mf2.child import serve; serve({memory})"
_START_SECONDS = 60.0
_HEAVY = 1024 * 1024
"""After a body of so many bytes a child may have little memory free."""

T = TypeVar("T")


class Parser:
    """
    Parses pages in child processes.

    children: how many at most, each started when it is first needed; further pages wait.
    seconds: how long one page may take, by the clock, waiting not counted.
    memory: how many bytes of data a child may have (on systems that can tell).
    pages: after how many pages a child is replaced.
    A child ends when its parent does, also when that is killed.
    """

    def __init__(
        self, children: int = 2, seconds: float = 8.0, memory: int = 250 * 1024 * 1024, pages: int = 200
    ) -> None:
        """Start nothing yet."""
        self._seconds = seconds
        self._memory = memory
        self._pages = pages
        self._closed = False
        self._count = children
        # Why last in, first out: with little to do one warm child does it all.
        self._idle: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(children):
            self._idle.put(None)

    def parse(self, body: bytes, url: str, charset: str | None = None) -> Page:
        """
        `mf2.parse.parse`, elsewhere. May be called from many threads.

        Raises ParserGaveUp where the child was killed, died, or could not be started.
        """
        return self._using(
            lambda running: running.parse(body, url, charset, self._seconds), lambda page: page.refused is not None
        )

    def ask(self, task: str, request: Mapping[str, object], body: bytes, seconds: float) -> bytes:
        """
        What `answer(request, body)` of a module of ours says, run in a child.

        task: the module's name, never anything from outside. request: becomes JSON; has the `url` of the body.
        Raises ParserGaveUp as `parse` does.
        """
        return self._using(
            lambda running: running.ask({**request, "task": task}, body, seconds), lambda _: len(body) > _HEAVY
        )

    def _using(self, work: Callable[["_Child"], T], is_spent: Callable[[T], bool]) -> T:
        """Have a child do something. is_spent: whether it may be of little use after this."""
        held = self._idle.get()
        kept = None
        try:
            if self._closed:
                raise RuntimeError("the parser is closed")
            running = held if held and held.is_alive() else _Child(self._memory)
            found = work(running)
            # A page that was too much for it may have left little memory free.
            if not is_spent(found) and running.parsed < self._pages:
                kept = running
            else:
                running.end()
            return found
        finally:
            self._idle.put(kept)

    def close(self) -> None:
        """End all children. Pages that are being parsed are finished first, which takes `seconds` at most."""
        self._closed = True
        for idle in [self._idle.get() for _ in range(self._count)]:
            if idle:
                idle.end()
            self._idle.put(None)

    def __enter__(self) -> Self:
        """The parser itself: `with Parser() as parser`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


class _Child:
    """One process, one page at a time."""

    def __init__(self, memory: int) -> None:
        program = _PROGRAM.format(house=str(_HOUSE), memory=memory)
        try:
            # -P: what lies in the working folder is no module of ours.
            self._process = subprocess.Popen(  # noqa: S603  # our own words alone
                [sys.executable, "-P", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except OSError as error:
            raise ParserGaveUp(f"The parser could not be started ({error}).") from error
        self.parsed = 0
        if self._within(_START_SECONDS, ()) != child.READY:
            raise ParserGaveUp("The parser could not be started.")

    def parse(self, body: bytes, url: str, charset: str | None, seconds: float) -> Page:
        """One page; after ParserGaveUp the process is gone."""
        return child.unpack(self.ask({"url": url, "charset": charset}, body, seconds))

    def ask(self, request: Mapping[str, object], body: bytes, seconds: float) -> bytes:
        """One answer; after ParserGaveUp the process is gone."""
        frame = json.dumps({**request, "seconds": seconds}).encode()
        answer = self._within(seconds, (frame, body))
        if answer is None or answer == child.NOTHING:
            self.end()
            raise ParserGaveUp(f"{request['url']} could not be parsed within {seconds:g} s and the memory allowed.")
        self.parsed += 1
        return answer

    def is_alive(self) -> bool:
        """Whether the process still runs: the system may have ended it while it waited."""
        alive = self._process.poll() is None
        if not alive:
            self.end()
        return alive

    def end(self) -> None:
        """End the process, at once."""
        self._process.kill()
        for pipe in self._pipes():
            # Why: closing flushes, and there may be nobody left to take what is there.
            try:
                pipe.close()
            except BrokenPipeError:
                continue
        self._process.wait()

    def _within(self, seconds: float, frames: tuple[bytes, ...]) -> bytes | None:
        """Send the frames, receive one; None, and the process gone, where that took longer or failed."""
        writing, reading = self._pipes()
        expired = threading.Event()

        def kill() -> None:
            expired.set()
            self._process.kill()

        killer = Alarm(seconds, kill)
        try:
            for frame in frames:
                child.send(writing, frame)
            answer = child.receive(reading)
        except BrokenPipeError:
            answer = None
        finally:
            killer.cancel()
        if answer is None or expired.is_set():
            self.end()
            return None
        return answer

    def _pipes(self) -> tuple[BinaryIO, BinaryIO]:
        writing, reading = self._process.stdin, self._process.stdout
        assert writing is not None and reading is not None  # noqa: PT018  # Popen was asked for both
        return writing, reading  # type: ignore[return-value]  # IO[bytes] is what Popen calls them
