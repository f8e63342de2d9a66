"""`python app.py mentions import`, as its operator types it."""

import json

import pytest

from indie import notices, publishing, times
from indie.mf2.item import Item
from indie.store.subscribers import Asked

ENTRY = {
    "type": "entry",
    "author": {"type": "card", "name": "Ann", "photo": "", "url": "https://ann.example/"},
    "wm-source": "https://ann.example/1",
    "wm-target": "https://old.example/2026/07/23/kept",
    "content": {"text": "True."},
    "in-reply-to": "https://old.example/2026/07/23/kept",
}


@pytest.fixture
def export(tmp_path, store, storage):
    """A file with a response to a post, one to none, and a private one; the post is here."""
    item = Item(("h-entry",), {"content": ["Kept."], "published": ["2026-07-23T10:00:00+00:00"]})
    publishing.create(store, storage, "http://site.example/", times.now(), item, {"mp-slug": ["kept"]})
    lost = ENTRY | {"wm-source": "https://ann.example/2", "wm-target": "https://old.example/lost"}
    file = tmp_path / "mentions.jf2"
    file.write_text(json.dumps({"type": "feed", "children": [ENTRY, lost, ENTRY | {"wm-private": True}]}))
    return file


def test_import_tells_what_it_took_and_what_it_did_not(app, export, store):
    done = app("mentions", "import", str(export))

    assert (0, "1 imported, 0 here already, 1 to posts that are not here, 1 skipped (it is private)\n") == (
        done.returncode,
        done.stdout,
    )
    assert "no post here: https://ann.example/2 -> https://old.example/lost" in done.stderr
    assert ["https://ann.example/1"] == [webmention.source for webmention in store.webmentions.all()]


def test_import_with_dry_run_takes_nothing(app, export, store):
    done = app("mentions", "import", str(export), "--dry-run")
    assert done.stdout.startswith("1 to be imported")
    assert [] == store.webmentions.all()


@pytest.mark.parametrize("body", ["GIF89a", None])
def test_import_of_something_else_is_one_line(app, tmp_path, body):
    file = tmp_path / "file"
    if body:
        file.write_text(body)
    done = app("mentions", "import", str(file))
    assert (1, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))


@pytest.mark.parametrize(
    ("before", "arguments"),
    [
        (("reject", "https://ann.example/1"), ("approve", "https://ann.example/1")),
        ((), ("reject", "https://ann.example/1")),
        ((), ("block", "ann.example")),
        (("block", "ann.example"), ("unblock", "ann.example")),
    ],
    ids=["approve", "reject", "block", "unblock"],
)
def test_a_decision_is_told_to_who_follows(app, export, store, before, arguments):
    """What is shown is another then."""
    app("mentions", "import", str(export))
    if before:
        app("mentions", *before)
    asked = Asked("subscribe", 3600, "", "")
    with store.write():
        store.subscribers.ask("http://site.example/", "https://reader.example/", "reader.example", asked, times.now())
    done = app("mentions", *arguments)
    jobs = store.database.query("SELECT id FROM jobs WHERE name = :name", name=notices.NOTIFY)
    assert (0, 1) == (done.returncode, len(jobs))
