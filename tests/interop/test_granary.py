"""granary, which Bridgy and Bridgy Fed read with, makes the same posts of our pages and feeds (feeds §4a)."""

import json
import subprocess
from operator import itemgetter
from pathlib import Path

import pytest

from indie import publishing, times
from indie.mf2.item import Item
from indie.mf2.sanitize import to_text

ME = "http://site.example/"
HERE = Path(__file__).parent
FORMS = ("html", "atom", "rss", "json")
LISTS = {"/": "/feed", "/all/": "/all", "/notes/": "/notes", "/articles/": "/articles", "/photos/": "/photos", "/replies/": "/replies", "/likes/": "/likes", "/tags/walks/": "/tags/walks"}
POSTS = {
    "note": {"content": ["A note of #walks, in as many words as it takes to be cut off in a title of sixty letters"]},
    "article": {"name": ["A title"], "content": [{"html": "<p>An <b>article</b></p>"}], "category": ["walks"]},
    "photo": {"content": ["Seen"], "photo": ["http://site.example/media/a.jpg"]},
    "like": {"like-of": ["https://them.example/1"], "category": ["walks"]},
    "reply": {"in-reply-to": ["https://them.example/2"], "content": ["Yes."]},
}


@pytest.fixture
def posts(store, storage, owner):
    """A post of each kind, by kind."""
    made = {}
    for number, (kind, properties) in enumerate(POSTS.items(), 1):
        item = Item(("h-entry",), {**properties, "published": [f"2024-01-0{number}T12:00:00+01:00"]})
        made[kind] = publishing.create(store, storage, ME, times.now(), item, {})
    return made


@pytest.fixture
def read(client, posts):
    """`read()[path][form]`: the objects that granary finds, in their order."""
    program = HERE / ".venv" / "bin" / "python"
    if not program.exists():
        pytest.skip("granary is missing: see the first lines of tests/interop/granary.txt")

    def ask():
        asked = [(path, form) for path in LISTS for form in FORMS]
        given = [
            {"form": form, "url": ME + path[1:], "body": client.get(path if form == "html" else f"{LISTS[path]}.{form}").text}
            for path, form in asked
        ]
        ran = subprocess.run(
            [program, HERE / "granary_reads.py"], input=json.dumps(given), capture_output=True, encoding="utf-8", timeout=120, check=False
        )
        assert ran.returncode == 0, ran.stderr
        found = {path: {} for path in LISTS}
        for (path, form), activities in zip(asked, json.loads(ran.stdout), strict=True):
            found[path][form] = [one.get("object") if one.get("verb") == "post" else one for one in activities]
        return found

    return ask


EXPECTED = {
    "/": ["photo", "article", "note"],
    "/all/": ["reply", "like", "photo", "article", "note"],
    "/notes/": ["note"],
    "/articles/": ["article"],
    "/photos/": ["photo"],
    "/replies/": ["reply"],
    "/likes/": ["like"],
    "/tags/walks/": ["like", "article", "note"],
}
"""The kinds of the posts that stand there."""


def test_the_same_posts_on_every_page_and_in_every_feed(read, posts):
    """By their addresses, in their order, each at its time."""
    found = read()
    for path, kinds in EXPECTED.items():
        there = [(posts[kind].url(ME), posts[kind].published) for kind in kinds]
        for form in FORMS:
            assert there == [(one["url"], times.parse(one["published"])) for one in found[path][form]], (path, form)


def test_the_owner_is_their_author(read):
    """Of RSS it reads the name alone."""
    for forms in read().values():
        for one in (*forms["html"], *forms["atom"], *forms["json"]):
            assert ("Olaf Owner", ME) == itemgetter("displayName", "url")(one.get("author") or one.get("actor"))


def test_their_words(read):
    found = read()
    for form in FORMS:
        (note,), (article,) = found["/notes/"][form], found["/articles/"][form]
        assert POSTS["note"]["content"] == [to_text(note["content"])]
        assert "<p>An <b>article</b></p>" == article["content"].strip()


def test_their_titles(read):
    """A note has none, or where Atom demands one, the beginning of its words."""
    found = read()
    for form in FORMS:
        (note,), (article,) = found["/notes/"][form], found["/articles/"][form]
        assert "A title" == called(article)
        assert form == "atom" or called(note) is None
        assert to_text(note["content"]).startswith((called(note) or "").removesuffix("..."))


def called(one):
    return one.get("title") or one.get("displayName")


def address(one):
    return one if isinstance(one, str) else one["url"]


def test_a_like_is_a_like_on_the_page_and_words_in_feeds(read):
    (page,), *feeds = (read()["/likes/"][form] for form in FORMS)
    assert ("like", "https://them.example/1") == (page["verb"], address(page["object"]))
    assert all('href="https://them.example/1"' in one["content"] for (one,) in feeds)


@pytest.mark.parametrize("form", ["html", "atom"])
def test_what_a_reply_answers(read, form):
    assert ["https://them.example/2"] == list(map(address, read()["/all/"][form][0]["inReplyTo"]))
