"""`python app.py send`: whom a post tells, and what each said."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from indie import publishing, times, wiring
from indie.config import Settings
from indie.mf2.item import Item
from indie.store import Store
from indie.store.deliveries import SENT
from tests.live.running import people, until

ME = "http://127.0.0.1:5000/"
TAKES = {"Link": "</wm>; rel=webmention"}


@pytest.fixture
def opened(tmp_path, database_url):
    """The store of the site whose commands `app` runs."""
    store = Store.open(Settings(data=tmp_path / "data", database=database_url))
    yield store
    store.database.close()


@pytest.fixture
def them():
    """Other people's sites: one takes webmentions, one has none, one refuses, one has no time."""
    with people("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5") as sites:
        for site, status in zip(sites, (202, 202, 400, 503), strict=True):
            site.pages.update({"/1": (200, TAKES, "x"), "/wm": (status, {}, "x")})
        sites[1].pages["/1"] = "x"
        yield sites


@pytest.fixture
def publish(opened, tmp_path):
    """`publish("http://…")` makes a post that links there."""

    def make(*links, **properties):
        item = Item(("h-entry",), {"content": [" ".join(("To", *links))], **properties})
        return publishing.create(opened, wiring.storage(Settings(data=tmp_path / "data")), ME, times.now(), item, {})

    return make


@pytest.fixture
def send(app):
    """`send(post)`: what is printed, as (target, words)."""

    def run(post, *options):
        ran = app("send", post.url(ME), *options, INDIE_FETCH_ALLOW="127.0.0.0/8")
        assert (0, "") == (ran.returncode, ran.stderr)
        lines = ran.stdout.splitlines()
        return dict(zip(lines[::2], map(str.strip, lines[1::2]), strict=True))

    return run


def test_each_target_and_what_it_said(send, publish, them, opened):
    """In one line each; who has no time is tried again, when is told."""
    first, second, third, fourth = (f"{site.home}1" for site in them)
    said = send(publish(first, second, third, fourth))
    assert f"told, by {them[0].home}wm (it answered 202)" == said[first]
    assert "no endpoint: The page takes no webmentions" == said[second]
    assert said[third].startswith("refused: The endpoint answered 400")
    assert said[fourth].startswith("due: 127.0.0.5 answered 503; next try 2")
    assert [1, 0, 1, 1] == [len(site.posted) for site in them]


def test_who_was_told_is_not_told_again(send, publish, them, opened):
    """What was refused is asked again."""
    post = publish(f"{them[0].home}1", f"{them[2].home}1")
    send(post)
    send(post)
    assert [1, 2] == [len(them[0].posted), len(them[2].posted)]


def test_all_tells_everybody_again(send, publish, them):
    post = publish(f"{them[0].home}1")
    send(post)
    send(post, "--all")
    assert 2 == len(them[0].posted)


def test_dry_run_shows_the_endpoints_and_sends_nothing(send, publish, them, opened):
    """Nothing is written either: what waits goes on waiting."""
    them[3].pages["/1"] = (503, {}, "x")
    post = publish(*(f"{site.home}1" for site in them))
    before = opened.deliveries.of(post.id)
    found = send(post, "--dry-run")

    assert {
        f"{them[0].home}1": f"{them[0].home}wm",
        f"{them[1].home}1": "takes no webmentions",
        f"{them[2].home}1": f"{them[2].home}wm",
        f"{them[3].home}1": "127.0.0.5 answered 503",
    } == found
    assert ([], before, 4) == (
        [posted for site in them for posted in site.posted], opened.deliveries.of(post.id), opened.jobs.waiting()
    )  # fmt: skip


def test_who_was_told_hears_of_a_deletion(send, publish, them, opened):
    post = publish(f"{them[0].home}1")
    send(post)
    publishing.delete(opened, post, ME, times.now())
    send(post)
    assert 2 == len(them[0].posted)


def test_what_waits_for_its_next_try_is_tried_now(send, publish, them, opened):
    post = publish(f"{them[3].home}1")
    send(post)
    them[3].pages["/wm"] = (202, {}, "x")
    assert send(post)[f"{them[3].home}1"].startswith("told, by ")


def test_what_a_worker_sends_at_this_moment_is_not_sent_twice(send, publish, them, opened):
    """It waits for that one, and tells what came of it."""
    post = publish(f"{them[0].home}1")
    (delivery,) = opened.deliveries.of(post.id)
    job = opened.jobs.claim("elsewhere:1:a", times.now() + timedelta(hours=1))
    with ThreadPoolExecutor(1) as pool:
        said = pool.submit(send, post)
        until(lambda: opened.jobs.waiting() == 2 or said.done())
        untouched = delivery == opened.deliveries.get(delivery.id)
        with opened.write():
            opened.deliveries.record(delivery.id, SENT, "", times.now(), endpoint="http://there.example/", status=201)
            opened.jobs.done(job)
        assert {f"{them[0].home}1": "told, by http://there.example/ (it answered 201)"} == said.result()
    send(post)
    assert (True, []) == (untouched, them[0].posted)


def test_any_spelling_of_its_address(app, publish, them):
    post = publish(f"{them[0].home}1")
    ran = app("send", f"https://127.0.0.1:5000{post.path}/?utm_source=x#y", "--dry-run", INDIE_FETCH_ALLOW="127.0.0.0/8")
    assert (0, "") == (ran.returncode, ran.stderr)


def test_a_place_that_copies_is_among_them(send, opened, publish, them):
    place = f"{them[0].home}1"
    opened.preferences.put("syndicate_to", json.dumps([{"uid": place, "name": "A", "checked": True, "by": "webmention"}]))
    assert {place: f"{them[0].home}wm"} == send(publish(), "--dry-run")


@pytest.mark.parametrize(
    ("properties", "deleted", "sentence"),
    [
        ({"post-status": ["draft"]}, False, "is not for everybody (draft), so nobody is told of it"),
        ({"visibility": ["private"]}, False, "is not for everybody (private), so nobody is told of it"),
        ({"visibility": ["unlisted"]}, False, "is not for everybody (unlisted), so nobody is told of it"),
        ({"published": ["2999-01-01T00:00:00Z"]}, False, "is not for everybody (scheduled), so nobody is told of it"),
        ({}, True, "is deleted, and nobody was told of it"),
        ({"content": ["Alone."]}, False, "links to nobody else's page, so there is nobody to tell"),
    ],
)
def test_where_nobody_is_told_it_says_why(app, publish, opened, properties, deleted, sentence):
    post = publish("http://127.0.0.2:1/", **properties)
    if deleted:
        publishing.delete(opened, post, ME, times.now())
    ran = app("send", post.url(ME))
    assert (1, "", f"{post.url(ME)} {sentence}\n") == (ran.returncode, ran.stdout, ran.stderr)


@pytest.mark.parametrize("url", ["http://them.example/1", f"{ME}2026/1/1/nothing", ME, "nonsense"])
def test_what_is_no_post_of_ours_is_one_line(app, url):
    ran = app("send", url)
    assert (1, "", f"there is no post at {url}\n") == (ran.returncode, ran.stdout, ran.stderr)
