"""A site that has been lived in, and places for its copies, on either engine."""

import contextlib

import pytest

from indie import files, publishing, times, wiring
from indie.config import Settings
from indie.indieauth import owner as owners
from indie.mf2.item import Item
from indie.moving.place import Place
from indie.store import engine
from indie.store.webmentions import Body

ME = "http://site.example/"
PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90400000000002c00000000010001000002024401003b")


def fill(store, storage, posts=3):
    """An owner, posts with a picture, a webmention with its body; jobs wait, one of them at a worker."""
    owners.set_up(store, storage, times.now(), name="Olaf", nickname="olaf", password="correct horse", photo=PIXEL)
    for number in range(posts):
        properties = {"content": [f"Post {number} \0 ☃"], "category": ["Zebra", "apple", "Ärger", "~"]}
        post = publishing.create(store, storage, ME, times.now(), Item(("h-entry",), properties), {}, client_id="")
        publishing.update(store, ME, times.now(), post, lambda _, item=post.item: item, {}, client_id="")
        with store.write():
            mention = store.webmentions.queue(f"https://b.example/{number}", post.url(ME), post.id, times.now())
            store.webmentions.keep_body(mention.id, Body(bytes(range(256)), "https://b.example/", "text/html"))
            store.later("webmention.process", {"id": mention.id}, times.now(), lane="b.example")
    files.lay(storage, files.read(b"ID3" + bytes(3 * 1024 * 1024)))
    store.jobs.enlist("here:1:a", 9, times.now())
    assert store.jobs.claim("here:1:a", times.now())


@pytest.fixture
def here(settings, store, storage):
    """The place of a site that has been lived in."""
    fill(store, storage)
    return place(settings)


@pytest.fixture
def elsewhere(tmp_path, lend):
    """`elsewhere("b")` gives the settings of an empty place, on the engine of the tests or in a file."""
    with contextlib.ExitStack() as stack:

        def make(name, *, file=False, fresh=False, media=""):
            url = "" if file else stack.enter_context(lend(fresh=fresh))
            return Settings(data=tmp_path / name, url=ME, database=url, media=media)

        yield make


def place(settings):
    """A place as the commands open it."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return Place(engine(settings), wiring.storage(settings), settings.data)


def quiet(*_):
    """Who is not interested in progress."""
