"""
Several processes of one site under load, while one of each kind is killed at random, again and again.

On PostgreSQL three that serve and two that work, each on a machine of its own; on SQLite two
that do both, on one file.
"""

import contextlib
import itertools
import os
import random
import secrets
import shutil
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from indie import outbox, times
from indie.store.finding import Filter
from tests.live.running import PATIENCE, people, running, until

pytestmark = pytest.mark.live

SECONDS = 30.0
BETWEEN_KILLS = 2.0
CLIENTS = 3
"""So many post, and as many others send webmentions."""

PAUSE = 0.2
"""Seconds between an answer and a client's next request."""

LOST = 10
"""Of so many answers one is lost on the way, and the client asks again elsewhere."""

WORK = 0.7
"""Seconds that other people's endpoints take, so that workers die in the middle of it."""

TODAY = timedelta(hours=12)

BACKLOG = 90.0
"""
Seconds in which all jobs are done when nobody is killed any more.

Seen: 36, for 300 sources to look at, as many webmentions to send and pages cited, at two a time for each of four hosts.
"""

SEED = int(os.environ.get("INDIE_TEST_SEED") or secrets.randbelow(1_000_000))

HOSTS = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")


@pytest.fixture
def kinds(tmp_path, lend):
    """The processes, one list for each kind; every one runs, and the first serves."""
    with lend() as url, contextlib.ExitStack() as stack:

        def machine(name):
            return stack.enter_context(running(tmp_path / name, INDIE_DATABASE=url, INDIE_RATE_LIMIT="off"))

        if url:
            made = {("serve", "--no-worker"): [machine(f"web-{number}") for number in range(3)]}
            made[("worker",)] = [machine(f"worker-{number}") for number in range(2)]
        else:
            made = {("serve",): [machine("data"), machine("data")]}
        first, *others = itertools.chain(*made.values())
        first.owner()
        for other in others:
            other.data.mkdir(exist_ok=True)
            with contextlib.suppress(shutil.SameFileError):
                shutil.copy2(first.data / "secret", other.data / "secret")
            other.http.headers["Authorization"] = first.http.headers["Authorization"]
        for arguments, machines in made.items():
            for each in machines:
                each.settings["INDIE_URL"] = first.home
                each.run(*arguments)
        for each in made[next(iter(made))]:
            until(each.answers)
        yield list(made.values())


class Load:
    """
    Clients of a site, as long as the context lasts, and other people's pages.

    What gets no answer is sent again, to the next machine.

    posts: what was answered 2xx, the Location by content. mentions: as much of webmentions, by source.
    refused: all other answers. again: how often something was sent again.
    twice: who was told although that was noted as done, or although the worker that told it first was not killed.
    """

    def __init__(self, webs, others, store):
        self.webs, self.others, self.store = webs, others, store
        self.posts, self.mentions, self.refused, self.twice, self.again = {}, {}, [], [], 0
        self._by, self._numbers, self._over = {}, itertools.count(), threading.Event()
        self._targets = [webs[0].micropub({"content": [f"Answer this, {number}."]}) for number in range(len(others))]
        self._threads = [
            threading.Thread(target=self._go_on, args=(ask, client))
            for ask in (self._post, self._mention)
            for client in range(CLIENTS)
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_):
        """Everything that was sent has been answered then."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self, ask, client):
        with self.webs[0].visitor(self.webs[0].http.headers["Authorization"]) as session:
            while not self._over.wait(PAUSE):
                ask(session, next(self._numbers))

    def _post(self, session, number):
        content, other = f"Post {number}.", self.others[number % len(self.others)]
        other.pages[f"/linked/{number}"] = (200, {"Link": f"</told/{number}>; rel=webmention"}, "<p>Read me.")
        other.pages[f"/told/{number}"] = self._told
        body = {"h": "entry", "content": content, "bookmark-of": f"{other.home}linked/{number}"}
        headers = {"Idempotency-Key": f"{SEED}-{number}"}
        self.posts[content] = self._insist(session, number, "micropub", data=body, headers=headers)

    def _mention(self, session, number):
        other, target = self.others[number % len(self.others)], self._targets[number % len(self._targets)]
        other.pages[f"/{number}"] = (
            f'<div class="h-entry"><a class="u-in-reply-to" href="{target}">x</a>'
            f'<p class="e-content">Answer {number}.</p></div>'
        )
        form = {"source": f"{other.home}{number}", "target": target}
        self.mentions[form["source"]] = self._insist(session, number, "webmention", data=form)

    def _insist(self, session, number, path, **asked):
        """The Location that comes back, in the end."""
        webs, lost = itertools.islice(itertools.cycle(self.webs), number, None), number % LOST == 0
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = session.post(f"{next(webs).home}{path}", timeout=PATIENCE, **asked)
            except requests.RequestException:
                self.again += 1
                time.sleep(PAUSE / 2)
                continue
            if answer.status_code == 201 and lost:
                lost = False
                continue
            if answer.status_code != 201:
                self.refused.append((path, answer.status_code, answer.text))
            return answer.headers.get("Location")
        self.refused.append((path, "no answer"))
        return None

    def _told(self, handler):
        """Other people's endpoint."""
        target = f"http://{handler.headers['Host']}{handler.path.replace('told', 'linked')}"
        state, worker = self._noted(target)
        before, self._by[target] = self._by.get(target), worker
        if state == "sent" or (before and _lives(before)):
            self.twice.append((target, state, before, worker))
        time.sleep(WORK)
        handler.send_response(202)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def _noted(self, target):
        """What became of a delivery so far, and the worker that is at it."""
        try:
            row = self.store.database.one(
                """
                SELECT state, worker FROM deliveries
                LEFT JOIN jobs ON name = :name AND arguments = '{"delivery": ' || deliveries.id || '}'
                WHERE target = :target
                """,
                name=outbox.SEND,
                target=target,
            )
        finally:
            self.store.database.release()
        return row["state"], row["worker"]


def _lives(worker):
    """Whether a worker, by its name in the store, has not been killed."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{worker.split(':')[1]}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.fixture
def load(kinds):
    """The clients, not yet at work."""
    store = kinds[0][0].store()
    with people(*HOSTS) as others:
        yield Load(kinds[0], others, store)
    store.database.close()


@pytest.mark.timeout(240)
def test_what_was_answered_is_there_once_and_done(kinds, load):
    """
    Every post and every webmention that was answered 2xx is there once, with what became of it.

    No job is left, none was given up. Nobody was told again who was noted as told, nor without a kill in between.
    """
    with load:
        _kill(kinds, random.Random(SEED))
    # Why a limit: each response is looked at again tomorrow.
    until(lambda: load.store.jobs.waiting(times.now() + TODAY) == 0, BACKLOG)
    posted = sum(len(other.posted) for other in load.others)
    print(f"{len(load.posts)} posts, {len(load.mentions)} webmentions, {load.again} asked again, {posted} told")  # noqa: T201  # seen where it fails

    store = load.store
    assert [] == load.refused
    assert [] == store.database.query(
        "SELECT name, arguments, error FROM jobs WHERE due < :tomorrow OR due LIKE '9999%'",
        tomorrow=times.sortable(times.now() + TODAY),
    )
    listed = {post.item.text("content"): post for post in store.finding.posts(Filter(unseen=False), 10_000)}
    paths = {content: "/" + url.removeprefix(kinds[0][0].home) for content, url in load.posts.items()}
    assert paths == {content: post.path for content, post in listed.items() if content in load.posts}
    assert len(listed) == store.database.one("SELECT count(*) AS posts FROM posts")["posts"] == len(paths) + len(HOSTS)

    received = store.webmentions.all()
    assert sorted(load.mentions) == sorted(webmention.source for webmention in received)
    assert {"verified"} == {webmention.state for webmention in received}
    shown = store.responses.shown({webmention.post_id for webmention in received})
    assert sorted(webmention.id for webmention in received) == sorted(response.webmention_id for response in shown)

    told = {path for other in load.others for path, _ in other.posted}
    numbers = [content.removeprefix("Post ").removesuffix(".") for content in load.posts]
    assert sorted(f"/told/{number}" for number in numbers) == sorted(told)
    assert {"sent"} == {delivery.state for post in listed.values() for delivery in store.deliveries.of(post.id)}
    assert [] == load.twice

    for each in itertools.chain(*kinds):
        assert "Traceback" not in each.said("err")


def _kill(kinds, chance):
    """One of each kind every BETWEEN_KILLS, for as long as the load lasts; each is started again at once."""
    print(f"INDIE_TEST_SEED={SEED}")  # noqa: T201  # seen where it fails
    for _ in range(round(SECONDS / BETWEEN_KILLS)):
        time.sleep(BETWEEN_KILLS)
        for each in itertools.chain(*kinds):
            assert each.first.poll() is None, each.said("err")
        for machines in kinds:
            chance.choice(machines).restart()
