"""A site under load that changes meanwhile: whoever asks after a change was answered never gets what was before it."""

import contextlib
import itertools
import threading
import time

import pytest

from indie import publishing, times, wiring
from indie.config import Settings
from indie.mf2.item import Item

pytestmark = pytest.mark.live

READERS = 6
CHANGES = 40
NOTICE = 1.0
"""Seconds that a notice of another process may take on PostgreSQL; on SQLite there is none to wait for."""


class Readers:
    """
    They ask for these pages again and again, and note which version each answer shows, and which it had to show.

    safe: the newest version whose change was answered, or is known to be saved.
    """

    def __init__(self, site, urls):
        self.safe, self.old, self.count, self._over = 0, [], itertools.count(), threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(site.visitor(), urls[number % len(urls)], number), daemon=True)
            for number in range(READERS)
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, http, url, number):
        if number % 2:
            http.headers["Accept-Encoding"] = "identity"
        tag, shown = None, None
        while not self._over.is_set():
            wanted = self.safe
            answer = http.get(url, headers={"If-None-Match": tag} if tag else {}, timeout=60)
            if answer.status_code == 200:
                tag, shown = answer.headers["ETag"], version(answer.text)
            if shown < wanted:
                self.old.append((url, shown, wanted, answer.status_code))
            next(self.count)

    def end(self):
        self._over.set()
        for thread in self._threads:
            thread.join()


def version(html):
    """The number in “This is version 12.”."""
    return int(html.partition("This is version ")[2].partition(".")[0] or 0)


@contextlib.contextmanager
def readers(site, *urls):
    made = Readers(site, urls)
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def note(site):
    """The address of a note that stands on the home page and in the feed, of a running site."""
    site.owner()
    site.start()
    return site.micropub({"content": ["This is version 1."]})


def test_after_micropub_has_answered_nobody_gets_the_old_page(site, note):
    """The same process: home, permalink and feed show each version as soon as its client has its answer."""
    with readers(site, note, site.home, f"{site.home}feed.atom") as them:
        for number in range(2, CHANGES + 2):
            change = {"action": "update", "url": note, "replace": {"content": [f"This is version {number}."]}}
            assert site.http.post(f"{site.home}micropub", json=change, timeout=60).status_code in (200, 204)
            them.safe = number
        time.sleep(0.2)
    assert [] == them.old
    assert next(them.count) > CHANGES


def test_after_another_process_has_saved_nobody_gets_the_old_page(site, note):
    """A worker, or a command: it has nothing in common with the web process but the database."""
    wait = NOTICE if site.settings.get("INDIE_DATABASE") else 0
    store, settings = site.store(), Settings(data=site.data, url=site.home)
    post = store.posts.at(note.removeprefix(site.home.rstrip("/")))
    with contextlib.closing(store.database), readers(site, note, site.home, f"{site.home}feed.atom") as them:
        for number in range(2, CHANGES // (8 if wait else 1) + 2):
            content = [f"This is version {number}."]
            publishing.update(
                store, settings.me, times.now(), post, lambda before, said=content: Item(before.item.type, {**before.item.properties, "content": said}), {}
            )
            time.sleep(wait)
            them.safe = number
        time.sleep(0.2)
    assert [] == them.old


def test_a_command_beside_the_server_is_seen(site, note):
    """`setup` gives the owner another name; every page has it as soon as the command has ended."""
    with readers(site, note) as them:
        pages = [note, site.home, f"{site.home}feed.atom", f"{site.home}subscribe"]
        for name in ("Olga One", "Olga Two"):
            ran = site.command("setup", "--name", name, "--password-stdin", stdin="correct horse\n", INDIE_URL=site.home)
            assert ran.returncode == 0, ran.stderr
            assert [] == [url for url in pages if name not in site.page(url)]
    assert [] == them.old


def test_what_a_worker_shows_is_seen(site, note):
    """A response that the worker process verified stands on the page that was in memory a moment ago."""
    store = site.store()
    with contextlib.closing(store.database):
        page = site.page(note)
        post = store.posts.at(note.removeprefix(site.home.rstrip("/")))
        assert "hidden from nobody" not in page
        publishing.create(
            store, wiring.storage(Settings(data=site.data)), site.home, times.now(),
            Item(("h-entry",), {"content": ["This is hidden from nobody."], "in-reply-to": [post.url(site.home)]}), {},
        )  # fmt: skip
        time.sleep(NOTICE if site.settings.get("INDIE_DATABASE") else 0)
        assert "hidden from nobody" in site.page(note)
