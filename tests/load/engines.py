"""
What the two engines do with the same work: `python tests/load/engines.py`. Not a test: it prints, within two minutes.

Two sites stand side by side, each of two web processes and a worker: one on a file, one on the PostgreSQL of
`tests/engines.py`, with both told to wait for the disk. They are asked in turn, again and again, so that whatever
else the machine does hits both alike; what counts is the ratio of the medians.

Posts are made twice: by processes of the site itself, each with its own way to the database, which is what the
engines differ in; and by HTTP, where the web processes take the most of the time, and PostgreSQL has the same
cores to itself that they need.
"""

import contextlib
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click

# Why: a script finds only what lies beside it.
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from indie import publishing, times, wiring
from indie.config import Settings
from indie.mf2.item import Item
from indie.store import Store
from tests.engines import ENGINES
from tests.live.running import Running, people
from tests.load import walks

ROUNDS = 5
CREATES = {1: 200, 8: 480}
"""How many posts so many make in a round."""

WEBS = 2
SPAWN = get_context("spawn")
PAGES = 400


def main():
    """Measure, and print a line for each kind of work: a second on SQLite, on PostgreSQL, and the ratio."""
    with contextlib.ExitStack() as stack:
        sites = {engine: stack.enter_context(standing(engine)) for engine in ENGINES}
        click.echo(f"{'a second':>44}  sqlite  postgresql  ratio")
        for clients, count in CREATES.items():
            tell(f"creates by {clients} processes", sites, within, publish, clients, count)
        for clients, count in CREATES.items():
            tell(f"creates by HTTP, {clients} at a time", sites, by_http, create, clients, count)
        posts = {engine: webs[0].micropub({"content": ["Read this."]}) for engine, webs in sites.items()}
        hosts = stack.enter_context(people(*walks.HOSTS))
        pool = stack.enter_context(ThreadPoolExecutor(walks.CLIENTS))
        mentioned = {}
        for engine, webs in sites.items():
            sources = walks.publish(hosts, posts[engine])
            mentioned[engine] = [walks.mention(webs[0], pool, list(sources), posts[engine])[1]]
        show("webmentions, from the first sent to the last shown", mentioned)
        tell("pages: home, 8 at a time", sites, by_http, read, 8, PAGES)


@contextlib.contextmanager
def standing(engine):
    """A site on this engine: its web processes, the first with a worker beside it."""
    server = ENGINES[engine]()
    with contextlib.ExitStack() as stack:
        stack.callback(server.close)
        url = stack.enter_context(server.lend(fresh=True))
        if url:
            server.wait_for_the_disk(url)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "data"
        settings = {"INDIE_RATE_LIMIT": "off"} | ({"INDIE_DATABASE": url} if url else {})
        webs = [Running(folder, **settings) for _ in range(WEBS)]
        for web in webs:
            stack.callback(web.kill)
        webs[0].owner()
        webs[0].start()
        for web in webs[1:]:
            web.start("serve", "--no-worker")
        yield webs


def tell(name, sites, way, work, clients, count):
    """Let so many clients do the work this way on each site in turn, and show what came of it."""
    rates = {engine: [] for engine in sites}
    for _ in range(ROUNDS):
        for engine, webs in sites.items():
            rates[engine].append(way(work, webs, clients, count))
    show(name, rates)


def show(name, rates):
    """Print the medians and their ratio."""
    sqlite, postgresql = (statistics.median(rates[engine]) for engine in ENGINES)
    click.echo(f"{name:>44}  {sqlite:6.0f}  {postgresql:10.0f}  {postgresql / sqlite:5.2f}")


def by_http(work, webs, clients, count):
    """How much of it a second: so many clients, in a process of their own, spread over the web processes."""
    told = SPAWN.Queue()
    token = webs[0].http.headers["Authorization"]
    ports = [web.port for web in webs]
    asking = SPAWN.Process(target=_ask, args=(work, ports, token, clients, count // clients, told))
    asking.start()
    rate = told.get()
    asking.join()
    return rate


def _ask(work, ports, token, clients, each, told):
    with ThreadPoolExecutor(clients) as pool:
        connections = [http.client.HTTPConnection("127.0.0.1", ports[number % len(ports)]) for number in range(clients)]
        began = time.monotonic()
        list(pool.map(lambda connection: work(connection, token, each), connections))
        told.put(clients * each / (time.monotonic() - began))


def within(work, webs, clients, count):
    """How much of it a second: so many processes, each of which opens the site for itself."""
    together, told = SPAWN.Barrier(clients), SPAWN.Queue()
    settings = Settings(data=webs[0].data, database=webs[0].settings.get("INDIE_DATABASE", ""))
    working = [SPAWN.Process(target=work, args=(settings, count // clients, together, told)) for _ in range(clients)]
    for one in working:
        one.start()
    began, ended = zip(*(told.get() for _ in working), strict=True)
    for one in working:
        one.join()
    return count // clients * clients / (max(ended) - min(began))


def publish(settings, count, together, told):
    """Make so many notes through the one door for them."""
    store, storage = Store.open(settings), wiring.storage(settings)
    together.wait()
    began = time.monotonic()
    for _ in range(count):
        words = f"At {time.monotonic_ns()} in {os.getpid()} the kettle is on."
        note = Item(("h-entry",), {"content": [words]})
        publishing.create(store, storage, settings.me, times.now(), note, {})
    told.put((began, time.monotonic()))
    store.database.close()


def create(connection, token, count):
    """Make so many notes, no two alike."""
    headers = {"Authorization": token, "Content-Type": "application/json"}
    for _ in range(count):
        words = f"At {time.monotonic_ns()} by {id(connection)} the kettle is on."
        note = {"type": ["h-entry"], "properties": {"content": [words]}}
        answered(connection, "POST", "/micropub", 201, json.dumps(note), headers)


def read(connection, _token, count):
    """Ask for the home page so often."""
    for _ in range(count):
        answered(connection, "GET", "/", 200, None, {})


def answered(connection, method, path, status, body, headers):
    """Ask, and read the answer to its end."""
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == status, answer.status


if __name__ == "__main__":
    main()
