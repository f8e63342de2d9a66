"""`python app.py outbox`: what waits to be told, and why."""

from datetime import timedelta

import pytest

from indie import publishing, times, wiring
from indie.config import Settings
from indie.mf2.item import Item
from indie.outbox import SEND
from indie.store import Store
from indie.store.deliveries import DUE, FAILED, NO_ENDPOINT, REFUSED, SENT

ME = "http://127.0.0.1:5000/"
NOW = times.now().replace(microsecond=0)


@pytest.fixture
def opened(tmp_path, database_url):
    """The store of the site whose commands `app` runs."""
    store = Store.open(Settings(data=tmp_path / "data", database=database_url))
    yield store
    store.database.close()


@pytest.fixture
def delivered(opened, tmp_path):
    """`delivered(REFUSED, "Why.", ago)` is the address of a post that was to be told to one, and how that went."""
    storage = wiring.storage(Settings(data=tmp_path / "data"))

    def make(state=None, reason="", ago=timedelta(), **more):
        item = Item(("h-entry",), {"content": ["Read"], "in-reply-to": ["http://them.example/1"]})
        post = publishing.create(opened, storage, ME, NOW - ago, item, {})
        (delivery,) = opened.deliveries.of(post.id)
        if state:
            opened.jobs.cancel(f"{SEND} {delivery.id}")
            opened.deliveries.record(delivery.id, state, reason, NOW - ago, **more)
        return post.url(ME)

    return make


@pytest.fixture
def outbox(app):
    """`outbox()` is what is printed."""

    def run(*options):
        ran = app("outbox", *options)
        assert (0, "") == (ran.returncode, ran.stderr)
        return ran.stdout

    return run


def line(state, url, words, ago=timedelta()):
    return f"{times.rfc3339(NOW - ago)}  {state:11} {url} -> http://them.example/1\n    {words}\n"


def test_what_waits_for_its_first_try(delivered, outbox):
    assert line("due", delivered(), f"tried 0 times; next try {times.rfc3339(NOW)}") == outbox()


def test_what_waits_for_another_try_says_why(delivered, outbox, opened):
    url = delivered(DUE, "them.example answered 503", endpoint="http://them.example/wm", status=503)
    (delivery,) = opened.deliveries.of(1)
    due = NOW + timedelta(hours=2)
    opened.jobs.add(SEND, {}, NOW, due, dedupe=f"{SEND} {delivery.id}")
    words = "them.example answered 503; endpoint http://them.example/wm; tried 1 time; next try "
    assert line("due", url, words + times.rfc3339(due)) == outbox()


def test_what_nobody_tells_any_more(delivered, outbox):
    assert outbox() == "Nothing waits, and nothing was refused or failed lately.\n"
    assert line("due", delivered(DUE, "Hidden."), "Hidden; tried 1 time; no try is planned") == outbox()


def test_a_job_that_was_given_up_is_no_try(delivered, outbox, opened):
    delivered()
    claimed = iter(lambda: opened.jobs.claim("here:1:a", NOW), None)
    opened.jobs.again(next(job for job in claimed if job.name == SEND), None, "why")
    assert "no try is planned" in outbox()


@pytest.mark.parametrize("state", [REFUSED, FAILED])
def test_what_was_refused_or_failed_lately(delivered, outbox, state):
    ago = timedelta(days=29)
    assert line(state, delivered(state, "The endpoint answered 400.", ago), "The endpoint answered 400; tried 1 time", ago) == outbox()


def test_the_oldest_first_and_not_what_is_done_with(delivered, outbox):
    due = delivered()
    delivered(SENT, endpoint="http://them.example/wm", status=202)
    delivered(NO_ENDPOINT, "The page takes no webmentions.")
    delivered(FAILED, "Long ago.", timedelta(days=31))
    failed = delivered(FAILED, "It took too long.")
    assert [due, failed] == [row.split()[2] for row in outbox().splitlines()[::2]]


def test_all_shows_everything(delivered, outbox):
    assert "Nothing was ever sent.\n" == outbox("--all")
    ago = timedelta(days=31)
    states = [SENT, NO_ENDPOINT, FAILED]
    urls = [delivered(state, ago=ago) for state in states]
    shown = [line(state, url, "tried 1 time", ago) for state, url in zip(states, urls, strict=True)]
    assert "".join(shown) == outbox("--all")


def test_of_very_many_the_oldest(delivered, outbox, opened):
    """And that there are more."""
    url = delivered()
    with opened.write():
        for number in range(501):
            opened.deliveries.add(1, f"http://{number}.example/", NOW)
    rows = outbox().splitlines()
    assert (True, 1001) == (rows[0].endswith(f"{url} -> http://them.example/1"), len(rows))
    assert "There are more than these 500; `outbox --all` lists every one." == rows[-1]


def test_what_others_wrote_moves_no_cursor(delivered, outbox):
    delivered(REFUSED, "No\u202e.")
    assert "\u202e" not in outbox()
