"""`kill -9` of every process in the middle of it all: what was answered is there, once, and gets done."""

import contextlib
import os
import signal
import threading
import time
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
import requests

from indie import times
from indie.store.finding import Filter
from tests.live.running import PATIENCE, people, until

pytestmark = pytest.mark.live

MANY = 50


def test_nothing_that_was_answered_is_lost(site):
    """
    50 posts and 50 webmentions are coming in when everything is killed; then a start.

    Each that was answered 2xx is there once, the webmentions are looked at, and the
    posts' own webmentions go out.
    """
    with people("127.0.0.2", "127.0.0.3") as (answering, linked):
        linked.pages["/marked"] = (200, {"Link": "</webmention>; rel=webmention"}, "<p>Read me.")
        linked.pages["/webmention"] = (202, {}, "")
        site.start()
        site.owner()
        target = site.micropub({"content": ["Answer this."]})
        for number in range(MANY):
            answering.pages[f"/{number}"] = (
                f'<div class="h-entry"><a class="u-in-reply-to" href="{target}">x</a>'
                f'<p class="e-content">Answer {number}.</p></div>'
            )
        posts, mentions = _storm(site, target, answering, linked)
        site.start()

        for url in mentions:
            assert "verified" == site.verified(url)["status"]
        until(lambda: set(posts) <= _told(linked))
        store = site.store()
        # Why a limit: each response is looked at again tomorrow.
        until(lambda: store.jobs.waiting(times.now() + timedelta(hours=12)) == 0)
        stored = [post.item.text("content") for post in store.finding.posts(Filter(unseen=False), 2 * MANY)]
        sources = [webmention.source for webmention in store.webmentions.all()]
        store.database.close()
    contents = set(posts.values())
    assert sorted(contents) == sorted(text for text in stored if text in contents)
    assert len(sources) == len(set(sources)) >= len(set(mentions))
    shown = site.page(target)
    assert [1] * len(mentions) == [shown.count(f">Answer {number}.<") for number in mentions.values()]


def _storm(site, target, answering, linked):
    """Send both at once, kill everything when half is answered; returns what was answered 2xx, by its Location."""
    posts, mentions, enough = {}, {}, threading.Event()
    author, visitor = site.visitor(site.http.headers["Authorization"]), site.visitor()

    def post():
        for number in range(MANY):
            properties = {"content": [f"Post {number}."], "bookmark-of": [f"{linked.home}marked"]}
            body = {"type": ["h-entry"], "properties": properties}
            answer = author.post(f"{site.home}micropub", json=body, timeout=PATIENCE)
            note(answer, posts, f"Post {number}.")

    def mention():
        for number in range(MANY):
            form = {"source": f"{answering.home}{number}", "target": target}
            note(visitor.post(f"{site.home}webmention", data=form, timeout=PATIENCE), mentions, number)

    def note(answer, answered, what):
        if answer.status_code == 201:
            answered[answer.headers["Location"]] = what
        if min(len(posts), len(mentions)) >= MANY // 2:
            enough.set()

    def until_it_is_dead(send):
        with contextlib.suppress(requests.RequestException):
            send()

    senders = [threading.Thread(target=until_it_is_dead, args=(send,)) for send in (post, mention)]
    for sender in senders:
        sender.start()
    assert enough.wait(PATIENCE)
    site.kill()
    for sender in senders:
        sender.join()
    author.close()
    visitor.close()
    return posts, mentions


def _told(linked):
    """The sources of all webmentions that arrived there."""
    return {parse_qs(body)["source"][0] for _, body in linked.posted}


def test_the_worker_is_replaced(site):
    """A worker process that is killed is started again, and jobs go on."""
    with people("127.0.0.2") as (ann,):
        site.start()
        site.owner()
        post = site.micropub({"content": ["Answer this."]})
        first = until(site.worker)
        _kill(first)
        ann.pages["/1"] = f'<a href="{post}">x</a>'
        assert "verified" == site.verified(site.mention(f"{ann.home}1", post))["status"]
        assert first != until(site.worker)


def test_the_web_process_is_replaced(site):
    """So is the process that answers requests."""
    site.start()
    (web,) = [pid for pid in site.processes() if pid not in (site.first.pid, until(site.worker))]
    _kill(web)
    time.sleep(0.2)
    until(site.answers)


def test_a_start_at_once_after_the_first_process_is_killed(site):
    """The others notice and end, so that the port is free; all were in one process group."""
    site.start()
    until(site.worker)
    assert 3 == len(site.processes())
    group = site.first.pid
    site.first.kill()
    site.first.wait()
    site.start()
    assert group != site.first.pid
    until(lambda: len(site.processes()) == 3)


def _kill(pid):



    os.kill(pid, signal.SIGKILL)
