"""
The process that runs jobs: threads that work, and one that claims, renews and waits.

It waits at a socket, not by polling: whoever saves a job sends it a datagram. Where
machines share a PostgreSQL it listens there as well.
"""

import contextlib
import logging
import os
import secrets
import select
import socket
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

from indie import times
from indie.errors import Unavailable
from indie.jobs.handlers import run_one
from indie.jobs.workshop import Workshop
from indie.store.database import Ear
from indie.store.jobs import LEASE, ROUND, Job

LOG = logging.getLogger(__name__)

THREADS = 12
"""
How many jobs run at once that have not yet shown that they wait for a slow server.

Why no more: each that has something to do hinders the others (tried: with 24 a look costs a third more).
"""

SLOW = timedelta(seconds=1)
WAITING = 7
"""
A job that has run so long waits for a slow server, or for the parser, and keeps no other from its turn.

Limit: for each of the THREADS, so many may wait like that beside it. Past it, slow hosts are in the way of quick ones.
"""

RENEWAL = LEASE / 4
LONGEST_WAIT = ROUND.total_seconds()
"""Limit: seconds until a job is noticed whose datagram or notice did not reach us."""

HEARTBEAT = timedelta(seconds=60)
SILENCE = 5 * HEARTBEAT
"""How often a worker says that it lives, and after what silence one on another machine counts as dead."""

RECONNECT = 1.0
"""Seconds between two tries to reach a database that is gone."""

FULL_LANE = 1.0
"""Seconds until a job is looked at again whose lane other workers keep full; our own tell us when they end."""

PATIENCE = 6.0
"""Seconds that running jobs get to end when the worker is told to stop; then they go back."""


class Worker:
    """One worker. `run` returns after `stop` was called, from a signal handler or another thread."""

    def __init__(self, shop: Workshop, threads: int = THREADS, patience: float = PATIENCE) -> None:
        """Make the worker; nothing runs yet. patience: in seconds, see PATIENCE."""
        self.shop = shop
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._threads = threads
        self._patience = patience
        self._stopping = threading.Event()
        self._running: dict[int, datetime] = {}
        self._lock = threading.Lock()
        self._port = 0

    def stop(self) -> None:
        """End soon: no new job is claimed."""
        self._stopping.set()
        self._ring()

    def run(self) -> None:
        """Run jobs until told to stop. What does not end in time goes back, for whoever comes next."""
        store, ear = self.shop.store, self.shop.store.database.ear()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
            bell.bind(("127.0.0.1", 0))
            bell.setblocking(False)  # the socket's own words
            self._port = bell.getsockname()[1]
            self._sign_on(times.now())
            pool = ThreadPoolExecutor(self._threads * (1 + WAITING), thread_name_prefix="job")
            try:
                self._attend(pool, bell, ear)
            finally:
                self._stopping.set()
                self._drain()
                # Why: where the database is gone too, leases and silence tell.
                with contextlib.suppress(Unavailable), store.write():
                    store.jobs.discharge(self.name)
                pool.shutdown(wait=False, cancel_futures=True)
                if ear:
                    ear.close()

    def run_until_idle(self) -> None:
        """Run what is due, one after the other, in this thread: for tests and for commands."""
        while job := self.shop.store.jobs.claim(self.name, times.now()):
            run_one(self.shop, job, times.now())

    def _attend(self, pool: ThreadPoolExecutor, bell: socket.socket, ear: Ear | None) -> None:
        """
        Claim, renew and wait, until told to stop; where the database is gone for a while, until it is back.

        Why here and not in a thread: where this fails the process ends and is
        started again; nobody would notice the end of a thread that renews.
        """
        renewed = seen = times.now()
        while not self._stopping.is_set():
            now = times.now()
            try:
                if now - renewed >= RENEWAL:
                    renewed = now
                    self._renew(now)
                if now - seen >= HEARTBEAT:
                    seen = now
                    self._sign_on(now)
                if ear:
                    ear.attend()  # before it is looked what is due, so that nothing falls in between
                for job in self._claim(now):
                    pool.submit(self._work, job).add_done_callback(_report)
                self._wait(bell, ear)
            except Unavailable as error:
                LOG.warning("the worker waits: %s", error)
                self._stopping.wait(RECONNECT)

    def _sign_on(self, now: datetime) -> None:
        """Say that this worker lives, and strike off those that do not."""
        store = self.shop.store
        with store.write():
            for name, seen in store.jobs.workers().items():
                if name != self.name and _is_dead(name, seen, now):
                    store.jobs.discharge(name)
            store.jobs.enlist(self.name, self._port, now)

    def _claim(self, now: datetime) -> list[Job]:
        """As many jobs as may begin; they run from now on."""
        room = self._room(now)
        jobs = self.shop.store.jobs.claim_some(self.name, now, room) if room > 0 else []
        with self._lock:
            self._running |= dict.fromkeys((job.id for job in jobs), now)
        return jobs

    def _room(self, now: datetime) -> int:
        """How many jobs may begin."""
        with self._lock:
            quick = sum(now - began < SLOW for began in self._running.values())
            return min(self._threads - quick, self._threads * (1 + WAITING) - len(self._running))

    def _work(self, job: Job) -> None:
        try:
            run_one(self.shop, job, times.now())
        finally:
            self.shop.store.database.release()
            with self._lock:
                self._running.pop(job.id)
            self._ring()

    def _renew(self, now: datetime) -> None:
        """Only what runs: a job whose end could not be noted is claimed again when its lease runs out."""
        with self._lock:
            running = sorted(self._running)
        if running:
            self.shop.store.jobs.renew(self.name, running, now)

    def _wait(self, bell: socket.socket, ear: Ear | None) -> None:
        """Until we are told, or something is to be done, at most LONGEST_WAIT; a full lane is tried again soon."""
        # Why not asked where no job may begin: then it is the end of one that we are told.
        due = self.shop.store.jobs.next_due() if self._room(times.now()) > 0 else None
        until = (due - times.now()).total_seconds() if due else LONGEST_WAIT
        longest = SLOW.total_seconds() if self._running else LONGEST_WAIT
        told: list[socket.socket | Ear] = [bell, ear] if ear else [bell]
        ready, _, _ = select.select(told, [], [], min(until if until > 0 else FULL_LANE, longest))
        if ear in ready:
            ear.hear()
        with contextlib.suppress(BlockingIOError):
            while bell.recv(16):
                pass

    def _drain(self) -> None:
        """Let running jobs end, as long as our patience lasts."""
        end = times.now() + timedelta(seconds=self._patience)
        while self._running and times.now() < end:
            threading.Event().wait(0.05)

    def _ring(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            try:
                wire.sendto(b"!", ("127.0.0.1", self._port))
            except OSError:
                LOG.debug("the worker does not listen, now or any more")


def _report(done: Future[None]) -> None:
    """Tell what went wrong outside of the job itself: its end could not be noted, so it will run again."""
    error = None if done.cancelled() else done.exception()
    if error:
        LOG.error("the end of a job could not be noted", exc_info=error)


def _is_dead(worker: str, seen: datetime | None, now: datetime) -> bool:
    """
    Whether a worker has died without signing off.

    One of this machine is looked for among the processes; of one elsewhere its silence tells.
    """
    host, pid, _ = worker.split(":")
    if host != socket.gethostname():
        return seen is None or now - seen > SILENCE
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(pid) == os.getpid()
