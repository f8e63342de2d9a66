"""`python app.py history`: what a post said before, and saying it again."""

import re

import pytest

from indie import publishing, times, wiring
from indie.config import Settings
from indie.mf2.item import Item
from indie.store import Store

ME = "http://127.0.0.1:5000/"


@pytest.fixture
def opened(tmp_path, database_url):
    """The store of the site whose commands `app` runs."""
    store = Store.open(Settings(data=tmp_path / "data", database=database_url))
    yield store
    store.database.close()


@pytest.fixture
def post(opened, tmp_path):
    """A post that was changed, deleted and undeleted."""
    storage = wiring.storage(Settings(data=tmp_path / "data"))
    made = publishing.create(
        opened, storage, ME, times.now(), Item(("h-entry",), {"content": ["One.\nMore\x1b[31m of it."]}), {},
        client_id="https://app.example/",
    )  # fmt: skip
    publishing.update(opened, ME, times.now(), made, lambda _: changed(made), {}, client_id="https://b.example/")
    publishing.delete(opened, made, ME, times.now(), "https://c.example/")
    publishing.undelete(opened, made, ME, times.now())
    return made


def changed(post):
    return Item(post.item.type, post.item.properties | {"content": [{"html": "<p>Two <b>bold</b>"}]})


def lines(ran):
    assert (0, "") == (ran.returncode, ran.stderr)
    return [re.split(r" {2,}", line.strip(), maxsplit=4) for line in ran.stdout.splitlines()]


def test_every_version_in_one_line(app, post):
    """Number, time, what, by which app, the beginning of it without anything that a terminal would obey."""
    found = lines(app("history", post.url(ME)))

    assert [
        ["1", "create", "https://app.example/", "One. More[31m of it."],
        ["2", "update", "https://b.example/", "Two bold"],
        ["3", "delete", "https://c.example/", "Two bold"],
        ["4", "undelete", "-", "Two bold"],
    ] == [[number, *rest] for number, _, *rest in found]
    assert all(times.parse(when) <= times.now() for _, when, *_ in found)


def test_one_can_be_put_back(app, opened, post):
    """As one more version; the words are there again."""
    ran = app("history", post.url(ME), "--restore", "1")

    assert (0, f"{post.url(ME)} says again what version 1 said\n") == (ran.returncode, ran.stdout)
    assert "One.\nMore\x1b[31m of it." == opened.posts.by_id(post.id).item.text("content")
    assert ["5", "restore"] == lines(app("history", post.url(ME)))[-1][:3:2]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("{}", "--restore", "9"), 1),
        (("{}", "--restore", "0"), 2),
        (("{}", "--restore", "x"), 2),
        (("http://them.example/1",), 1),
        (("nonsense",), 1),
        ((), 2),
    ],
)
def test_what_cannot_be_done_is_one_line(app, post, arguments, code):
    ran = app("history", *(argument.format(post.url(ME)) for argument in arguments))

    assert (code, "", 1) == (ran.returncode, ran.stdout, ran.stderr.count("\n"))
