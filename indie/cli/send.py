"""`send`: the webmentions of one post, looked at or sent now; also beside a running server."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import click

from indie import config, outbox, publishing, text, times, urls
from indie.cli import processes
from indie.errors import FetchFailed, InvalidRequest
from indie.jobs.worker import Worker
from indie.jobs.workshop import Workshop
from indie.posts.post import Post
from indie.store import Store
from indie.store.deliveries import DUE, SENT, Waiting
from indie.webmention import discovery

HOSTS = 8
"""How many hosts are looked at side by side; of each one page at a time."""

LOOK_SECONDS = 0.2
"""How often the outbox is looked at: a worker elsewhere may be the one that sends."""

PATIENCE = 30.0
"""Seconds that other work gets to end which was taken along: longer than two exchanges with a slow host."""


@click.command()
@click.argument("url")
@click.option("--dry-run", is_flag=True, help="Show whom the post would tell and where they take it; send nothing.")
@click.option("--all", "everybody", is_flag=True, help="Tell those again as well who took it before.")
def send(url: str, *, dry_run: bool, everybody: bool) -> None:
    """Tell whoever the post at URL links to and has not told yet, now; print what each says."""
    settings = config.load(os.environ)
    store = Store.open(settings)
    post = _post(store, settings.me, url)
    shop = processes.workshop(settings, store)
    try:
        if dry_run:
            _look(shop, outbox.recipients(store, post, settings.me))
            return
        ask = outbox.tell_everybody if everybody else outbox.tell
        ask(store, post, settings.me, times.now())
        with _working(shop) as thread:
            _watch(store, post, thread)
    finally:
        shop.parser.close()


def _post(store: Store, me: str, url: str) -> Post:
    """The post at this address of ours. Raises InvalidRequest where there is none, or nobody is to be told of it."""
    post = publishing.find(store, me, url)
    if post is None:
        raise InvalidRequest(f"there is no post at {url}")
    if outbox.recipients(store, post, me):
        return post
    if post.deleted:
        raise InvalidRequest(f"{url} is deleted, and nobody was told of it")
    if not post.listed:
        state = post.visibility if post.status == "published" else post.status
        raise InvalidRequest(f"{url} is not for everybody ({state}), so nobody is told of it")
    raise InvalidRequest(f"{url} links to nobody else's page, so there is nobody to tell")


def _look(shop: Workshop, targets: list[str]) -> None:
    """Find the endpoint of each target, and print it; hosts side by side, in the order of the post."""
    hosts: dict[str, list[str]] = {}
    for target in targets:
        hosts.setdefault(urls.host(target), []).append(target)
    with ThreadPoolExecutor(HOSTS) as pool:
        for lines in pool.map(lambda some: [(target, _endpoint(shop, target)) for target in some], hosts.values()):
            for target, found in lines:
                _print(target, found)


def _endpoint(shop: Workshop, target: str) -> str:
    try:
        found = discovery.discover(shop.fetcher, shop.parser, target)
    except FetchFailed as error:
        return str(error)
    return found.endpoint or "takes no webmentions"


@contextmanager
def _working(shop: Workshop) -> Iterator[threading.Thread]:
    """
    Run jobs meanwhile, as one more worker.

    Why a whole one: what it holds it holds by lease, so that another one beside it never sends the same thing;
    it takes along what else is due, as any worker does.
    """
    worker = Worker(shop, patience=PATIENCE)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        worker.stop()
        thread.join()


def _watch(store: Store, post: Post, worker: threading.Thread) -> None:
    """Print what became of each target as soon as it is known, whoever sent it; until the worker ends."""
    told = set[int]()
    pause = threading.Event()
    while True:
        last = not worker.is_alive()
        found = store.deliveries.trying(post.id, outbox.SEND)
        for one in found:
            if one.delivery.id not in told and _is_tried(one):
                told.add(one.delivery.id)
                _print(one.delivery.target, _outcome(one))
        if last or len(told) == len(found):
            return
        pause.wait(LOOK_SECONDS)


def _is_tried(one: Waiting) -> bool:
    """Whether it was told, or tried and put off; a job that is not there any more tries nothing."""
    return one.delivery.state != DUE or one.next_try is None or one.next_try > times.now()


def _outcome(one: Waiting) -> str:
    delivery = one.delivery
    if delivery.state == SENT:
        return f"told, by {delivery.endpoint} (it answered {delivery.status})"
    again = f"; next try {times.rfc3339(one.next_try)}" if one.next_try else ""
    return f"{delivery.state}: {delivery.reason.rstrip('.')}{again}"


def _print(target: str, words: str) -> None:
    click.echo(text.printable(f"{target}\n    {words}"))
