"""What, besides a post, changes what visitors see, and is therefore told to who follows."""

import json
from io import BytesIO

import pytest
from PIL import Image

from indie import files, mirror, notices, times
from indie.jobs import handlers
from indie.responses import imported
from indie.webmention import importing, process, quoting
from tests.webmention.conftest import html
from tests.websub.conftest import ME, Page, Reader

SOURCE = "http://ann.example/1"


@pytest.fixture
def asked(following, store, post):
    """Whether it was asked that who follows be told, since the last time."""
    following()

    def ask():
        jobs = store.database.query("SELECT id FROM jobs WHERE name = :name", name=notices.NOTIFY)
        store.jobs.cancel(notices.NOTIFY)
        return bool(jobs)

    ask()
    return ask


@pytest.fixture
def run(shop, store):
    """Run the next job of this name."""

    def one(name):
        now = times.now()
        while (job := store.jobs.claim("w", now)).name != name:
            with store.write():
                store.jobs.done(job)
        handlers.run_one(shop, job, now)

    return one


@pytest.fixture
def picture():
    file = BytesIO()
    Image.new("RGB", (1000, 500), "teal").save(file, "PNG")
    return file.getvalue()


def test_a_picture_that_has_come(asked, run, store, readers, picture):
    readers.known["http://nobody.example/1.jpg"] = Reader(says=picture)
    with store.write():
        mirror.want(store, "photo", "http://nobody.example/1.jpg", times.now())
    run(mirror.JOB)
    assert asked()


def test_smaller_copies_of_a_picture(asked, run, store, storage, picture):
    file = files.read(picture)
    files.lay(storage, file)
    with store.write():
        files.add(store, storage, file, times.now())
    run(files.RENDER)
    assert asked()


def test_a_look_at_a_source(asked, run, receive, readers, answer):
    readers.known[SOURCE] = Page(answer())
    receive(b"")
    run(process.JOB)
    assert asked()


def test_what_a_source_shows_of_others(asked, run, store, receive, readers, answer):
    below = '<div class="u-comment h-cite"><a class="u-url" href="http://cat.example/c">x</a><p class="p-content">Yes.</p></div>'
    for more in ("", below):
        readers.known[SOURCE] = Page(answer(more=more))
        receive(b"")
        run(process.JOB)
    asked()
    readers.known["http://cat.example/c"] = Page(html(f'<a href="{SOURCE}">x</a><p class="h-entry e-content">Yes.</p>'))
    run(quoting.JOB)
    assert asked()


def test_an_import(asked, store, target):
    said = {"type": "entry", "wm-source": SOURCE, "wm-target": target, "wm-property": "in-reply-to", "wm-id": 1, "url": SOURCE}
    file = json.dumps({"type": "feed", "children": [said | {"content": {"text": "Yes."}}]}).encode()
    importing.take(store, ME, imported.read(file, times.now()), times.now(), lambda *_: None)
    assert asked()


def test_nothing_is_asked_where_nobody_follows(store, publish):
    publish(content="New.")
    assert 0 == store.jobs.waiting()
