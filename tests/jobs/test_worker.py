"""The worker: woken at once, never held up by one job, and nothing lost when it stops."""

import os
import select
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from indie import mirror, times
from indie.errors import TimedOut
from indie.fetch.fetched import Fetched, Headers
from indie.jobs.worker import HEARTBEAT, SILENCE, SLOW, Worker
from indie.store import Store
from indie.store.jobs import ROUND
from tests import engines

HOUSE = Path(__file__).parent.parent.parent
SECONDS = 10.0
"""A ceiling for what should happen at once: the machine may be busy."""


class Hosts:
    """A fetcher whose hosts answer when they are told to: `slow.example` waits for `release`, `broken.example` fails."""

    def __init__(self):
        self.asked, self.answered, self.release = threading.Semaphore(0), {}, threading.Event()

    def get(self, url, limit=None, accept="", headers=None):
        self.asked.release()
        if "slow" in url:
            self.release.wait(SECONDS)
        if "broken" in url:
            raise ZeroDivisionError
        if "busy" in url:
            raise TimedOut("too slow")
        self.answered.setdefault(url, threading.Event()).set()
        return Fetched(url, 404, Headers(), b"")

    def waits_for(self, url):
        """Whether this page is fetched, within the ceiling."""
        return self.answered.setdefault(url, threading.Event()).wait(SECONDS)


@pytest.fixture
def hosts():
    return Hosts()


@pytest.fixture
def want(store):
    """Ask for a picture at a URL."""

    def ask(url):
        with store.write():
            mirror.want(store, "photo", url, times.now())

    return ask


@pytest.fixture
def start(shop, hosts):
    """Start a worker in a thread; it is stopped at the end."""
    running = []

    def begin(threads=4, patience=SECONDS):
        worker = Worker(replace(shop, fetcher=hosts), threads, patience)
        thread = threading.Thread(target=worker.run)
        running.append((worker, thread))
        thread.start()
        for _ in range(200):
            if worker.name in shop.store.jobs.workers():
                break
            threading.Event().wait(0.05)
        return worker, thread

    yield begin
    hosts.release.set()
    for worker, thread in running:
        worker.stop()
        thread.join(SECONDS)
        assert not thread.is_alive()


def eventually(true):
    """Whether it becomes true within the ceiling."""
    for _ in range(int(SECONDS / 0.02)):
        if true():
            return True
        threading.Event().wait(0.02)
    return False


def test_it_is_woken_by_whoever_saves_a_job(start, want, hosts):
    """No polling: without the datagram this would take LONGEST_WAIT, three times the ceiling."""
    start()
    threading.Event().wait(0.3)
    want("https://quick.example/1.jpg")

    assert hosts.waits_for("https://quick.example/1.jpg")


def test_nobody_is_woken_for_what_is_due_later(store):
    """A worker looks by itself each LONGEST_WAIT; only what is due before is worth a word."""
    ear = store.database.ear()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
        bell.bind(("127.0.0.1", 0))
        if ear:
            ear.attend()
        now, told = times.now(), ear or bell
        with store.write():
            store.jobs.enlist("w", bell.getsockname()[1], now)
            store.later("a", {}, now, now + ROUND + timedelta(seconds=1))
        later = select.select([told], [], [], 0.3)[0]
        store.later("b", {}, now, now + ROUND)
        sooner = select.select([told], [], [], SECONDS)[0]
        if ear:
            ear.close()

    assert ([], [told]) == (later, sooner)


def test_another_process_wakes_it_too(start, settings, hosts):
    """As the web process does."""
    start()
    program = (
        "import sys; from pathlib import Path; from indie import mirror, times\n"
        "from indie.config import Settings; from indie.store import Store\n"
        "store = Store.open(Settings(data=Path(sys.argv[1]), database=sys.argv[2]))\n"
        "with store.write(): mirror.want(store, 'photo', 'https://quick.example/1.jpg', times.now())\n"
        "store.database.close()\n"
    )
    subprocess.run([sys.executable, "-c", program, settings.data, settings.database], cwd=HOUSE, check=True, timeout=60)

    assert hosts.waits_for("https://quick.example/1.jpg")


def test_what_was_due_before_it_started_is_done(start, want, hosts, store):
    """Rows are the truth; the datagram only wakes."""
    want("https://quick.example/1.jpg")
    start()

    assert hosts.waits_for("https://quick.example/1.jpg")
    assert eventually(lambda: store.jobs.waiting() == 0)


def test_a_slow_host_holds_up_nobody_else(start, want, hosts):
    """Ten jobs wait for one host; the eleventh, for another, is done meanwhile."""
    for number in range(10):
        want(f"https://slow.example/{number}.jpg")
    start(threads=3)
    want("https://quick.example/1.jpg")

    assert hosts.waits_for("https://quick.example/1.jpg")
    assert not hosts.release.is_set()


def test_many_slow_hosts_hold_up_nobody_else(start, want, hosts):
    """More of them than there are threads: after a second each counts as waiting, and another begins beside it."""
    for number in range(6):
        want(f"https://slow{number}.example/1.jpg")
    want("https://quick.example/1.jpg")
    start(threads=2)

    assert hosts.waits_for("https://quick.example/1.jpg")
    assert not hosts.release.is_set()


def test_even_slow_hosts_are_not_asked_all_at_once(start, want, hosts, store):
    """Eight times the threads are the limit of what runs."""
    for number in range(14):
        want(f"https://slow{number}.example/1.jpg")
    start(threads=1)

    assert all(hosts.asked.acquire(timeout=SECONDS) for _ in range(8))
    assert not hosts.asked.acquire(timeout=2 * SLOW.total_seconds())
    assert 8 == len(store.database.query("SELECT id FROM jobs WHERE leased > ''"))


def test_the_end_of_a_job_begins_the_next(start, want, hosts):
    """A full worker does not look again once a second: twenty jobs in one thread would take twice the ceiling."""
    for number in range(20):
        want(f"https://quick.example/{number}.jpg")
    start(threads=1)

    assert hosts.waits_for("https://quick.example/19.jpg")


def test_a_fault_stops_nobody_elses_work(start, want, hosts, caplog):
    """A handler that breaks is logged; the next job runs."""
    for number in range(5):
        want(f"https://broken{number}.example/1.jpg")
    want("https://busy.example/1.jpg")
    want("https://quick.example/1.jpg")
    start(threads=1)

    assert hosts.waits_for("https://quick.example/1.jpg")
    assert 5 == len([record for record in caplog.records if record.exc_info])


def test_it_stops_when_it_is_told_to(start):
    """Also while it waits for nothing."""
    worker, thread = start()
    worker.stop()
    thread.join(SECONDS)

    assert not thread.is_alive()


def test_it_does_not_start_after_it_was_stopped(shop, want, hosts):
    """A signal may come before the first job."""
    want("https://quick.example/1.jpg")
    worker = Worker(replace(shop, fetcher=hosts))
    worker.stop()
    worker.run()

    assert {} == hosts.answered


def test_what_does_not_end_in_time_goes_back(start, want, hosts, store):
    """The worker ends within its patience, and whoever comes next gets the job at once."""
    want("https://slow.example/1.jpg")
    worker, thread = start(patience=0.3)
    assert hosts.asked.acquire(timeout=SECONDS)
    worker.stop()
    thread.join(SECONDS)

    assert not thread.is_alive()
    assert {} == store.jobs.workers()
    assert None is not store.jobs.claim("next", times.now())


def test_what_ends_late_ends_nothing(start, want, hosts, store):
    """The job went back; the thread that still had it must not delete it under the next worker."""
    want("https://slow.example/1.jpg")
    worker, thread = start(patience=0.3)
    assert hosts.asked.acquire(timeout=SECONDS)
    worker.stop()
    thread.join(SECONDS)
    hosts.release.set()
    assert hosts.waits_for("https://slow.example/1.jpg")
    eventually(lambda: not worker._running)

    assert 1 == store.jobs.waiting()


def test_what_ends_in_time_is_done(start, want, hosts, store):
    """A job is not run twice only because the worker stops."""
    want("https://slow.example/1.jpg")
    worker, thread = start()
    assert hosts.asked.acquire(timeout=SECONDS)
    worker.stop()
    hosts.release.set()
    thread.join(SECONDS)

    assert 0 == store.jobs.waiting()


def test_the_jobs_of_a_killed_worker_are_taken_over_at_once(start, want, hosts, store, settings):
    """After `kill -9` in the middle of a job nobody waits for the lease of a process that is known to be gone."""
    want("https://quick.example/1.jpg")
    program = (
        "import os, socket, sys, time; from pathlib import Path; from indie import times\n"
        "from indie.config import Settings; from indie.store import Store\n"
        "store = Store.open(Settings(data=Path(sys.argv[1]), database=sys.argv[2]))\n"
        "me = f'{socket.gethostname()}:{os.getpid()}:x'\n"
        "store.jobs.enlist(me, 9, times.now()); store.jobs.claim(me, times.now())\n"
        "print(me, flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, settings.data, settings.database]
    with subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as victim:
        killed = victim.stdout.readline().strip()
        victim.kill()
    assert killed in store.jobs.workers()
    start()

    assert hosts.waits_for("https://quick.example/1.jpg")
    assert killed not in store.jobs.workers()


def test_a_worker_elsewhere_is_not_taken_for_dead(start, store):
    """Its process cannot be seen from here; a lease will tell."""
    names = {"other-machine:1:x", f"{socket.gethostname()}:{os.getppid()}:x"}
    with store.write():
        for name in names:
            store.jobs.enlist(name, 9, times.now())
    start()

    assert names < set(store.jobs.workers())


def test_one_elsewhere_that_fell_silent_is(start, store, want, hosts):
    """Its row goes, and what it held is free."""
    want("https://quick.example/1.jpg")
    store.jobs.enlist("other-machine:1:x", 9, times.now() - SILENCE - HEARTBEAT)
    store.jobs.claim("other-machine:1:x", times.now())
    start()

    assert hosts.waits_for("https://quick.example/1.jpg")
    assert "other-machine:1:x" not in store.jobs.workers()


def test_a_sign_of_life_costs_no_job(shop, store, want):
    """Whoever strikes off the dead takes himself for alive, and keeps what he holds."""
    want("https://quick.example/1.jpg")
    worker, now = Worker(shop), times.now()
    worker._sign_on(now)
    store.jobs.claim(worker.name, now)
    worker._sign_on(now + HEARTBEAT)

    assert {worker.name: now + HEARTBEAT} == store.jobs.workers()
    assert None is store.jobs.claim("other", now)


@pytest.mark.postgresql("a file has no connection that could be cut")
def test_it_outlives_a_server_that_is_started_again(start, want, hosts, settings):
    """Its ear too: what is asked for afterwards is done at once."""
    _, thread = start()
    with psycopg.connect(settings.database, autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    want("https://quick.example/1.jpg")

    assert hosts.waits_for("https://quick.example/1.jpg")
    assert thread.is_alive()


@pytest.mark.postgresql("a file is not away")
def test_it_waits_for_a_server_that_is_away(start, want, hosts, settings, caplog):
    """The process does not end; what came meanwhile, and what it missed, it does when the server is back."""
    _, thread = start()
    name = settings.database.rpartition("/")[2]
    with psycopg.connect(engines.SERVER, autocommit=True) as server:
        want("https://slow.example/1.jpg")
        assert hosts.asked.acquire(timeout=SECONDS)
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        hosts.release.set()
        noticed = eventually(lambda: "the worker waits" in caplog.text)
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert noticed
    want("https://quick.example/1.jpg")

    assert hosts.waits_for("https://quick.example/1.jpg")
    assert thread.is_alive()


def test_run_until_idle_leaves_what_is_not_due(want, work, frozen_web, store):
    """What failed waits for its time."""
    frozen_web.pages["https://busy.example/1.jpg"] = TimedOut("too slow")
    want("https://busy.example/1.jpg")
    work()

    assert 1 == len(frozen_web.requested)
    assert 1 == store.jobs.waiting()


def test_stores_of_other_processes_are_not_held(settings, start):
    """The worker keeps no write lock while it waits."""
    start()
    other = Store.open(settings)
    with other.write():
        other.later("no such job", {}, times.now(), times.parse("2999-01-01"))
    other.database.close()
