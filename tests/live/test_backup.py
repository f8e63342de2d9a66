"""A backup that is taken while posts and answers keep coming, and the site that comes out of it."""

import io
import itertools
import re
import threading

import pytest
from PIL import Image

from indie import wiring
from indie.config import Settings
from indie.store import transfer
from tests.live.running import PATIENCE, people, running, until

pytestmark = pytest.mark.live

BEFORE = 8
"""As many posts and answers at least before the backup begins, and as many after it has."""


def picture(number):
    """Another one each time."""
    file = io.BytesIO()
    Image.new("RGB", (700, 300), (number % 256, number // 256, 99)).save(file, "PNG")
    return file.getvalue()


class Load:
    """
    Two who post, with pictures, and one who sends webmentions, until told to stop.

    posts, mentions: what was answered 2xx, in order. faults: what was answered otherwise.
    """

    def __init__(self, site, target, ann):
        self.posts, self.mentions, self.faults = [], [], []
        self._site, self._target, self._ann = site, target, ann
        self._over, self._numbers = threading.Event(), itertools.count()
        self._threads = [threading.Thread(target=work) for work in (self._post, self._post, self._mention)]
        for thread in self._threads:
            thread.start()

    def _post(self):
        http = self._site.visitor(self._site.http.headers["Authorization"])
        while not self._over.is_set():
            number = next(self._numbers)
            answer = http.post(
                f"{self._site.home}micropub",
                data={"h": "entry", "content": f"Post {number}."},
                files={"photo": ("a.png", picture(number), "image/png")},
                timeout=PATIENCE,
            )
            self._note(answer, self.posts, answer.headers.get("Location"))
        http.close()

    def _mention(self):
        http = self._site.visitor()
        for number in itertools.count():
            if self._over.is_set():
                break
            self._ann.pages[f"/{number}"] = (
                f'<div class="h-entry"><a class="u-in-reply-to" href="{self._target}">x</a><p class="e-content">Answer {number}.</p></div>'
            )
            form = {"source": f"{self._ann.home}{number}", "target": self._target}
            answer = http.post(f"{self._site.home}webmention", data=form, timeout=PATIENCE)
            self._note(answer, self.mentions, form["source"])
            self._over.wait(0.05)
        http.close()

    def _note(self, answer, answered, what):
        if answer.status_code == 201:
            answered.append(what)
        else:
            self.faults.append((answer.status_code, answer.text))

    def more(self):
        """Wait until as many again were answered."""
        posts, mentions = len(self.posts), len(self.mentions)
        until(lambda: self.faults or (len(self.posts) >= posts + BEFORE and len(self.mentions) >= mentions + BEFORE))

    def stop(self):
        self._over.set()
        for thread in self._threads:
            thread.join()


def test_it_is_the_site_of_one_moment(site, tmp_path, lend):
    """
    Every post and webmention that was answered 2xx before the backup began is in it, with its pictures.

    Rows agree with each other and with the files; the restored site serves them, and does the work that was waiting.
    """
    site.settings["INDIE_RATE_LIMIT"] = "off"
    with people("127.0.0.2") as (ann,):
        site.start()
        site.owner()
        load = Load(site, site.micropub({"content": ["Answer this."]}), ann)
        try:
            load.more()
            posts, mentions = list(load.posts), list(load.mentions)
            taken = site.command("backup", str(tmp_path / "site.tar"))
            assert (0, []) == (taken.returncode, [line for line in taken.stderr.splitlines() if "Missing" in line])
            load.more()
        finally:
            load.stop()
        assert [] == load.faults
        site.stop()
        with (
            lend() as url,
            running(tmp_path / "b", INDIE_DATABASE=url, INDIE_URL=site.home, INDIE_RATE_LIMIT="off") as again,
        ):
            restored = again.command("restore", str(tmp_path / "site.tar"))
            assert 0 == restored.returncode, restored.stderr
            consistent(again, mentions)
            again.start()
            for post in posts:
                page = again.page(post.replace(site.home, again.home))
                name = re.search(r'/media/([^"]+)"', page)[1]
                photo = again.http.get(f"{again.home}media/{name}")
                assert (200, "image/") == (photo.status_code, photo.headers["Content-Type"][:6])
            until(lambda: settled(again, mentions))


def consistent(site, mentions):
    """Every webmention is there; every response has its own; every row that speaks of a file has it, byte for byte."""
    store = site.store()
    storage = wiring.storage(Settings(data=site.data))
    assert set() == set(mentions) - {webmention.source for webmention in store.webmentions.all()}
    orphans = "SELECT id FROM responses WHERE webmention_id NOT IN (SELECT id FROM webmentions)"
    assert [] == store.database.query(orphans)
    assert set() == transfer.files(store.database) - set(storage.list())
    assert len(transfer.files(store.database)) >= BEFORE
    store.database.close()


def settled(site, mentions):
    """Whether all that was waiting has been looked at."""
    store = site.store()
    states = {webmention.source: webmention.state for webmention in store.webmentions.all()}
    store.database.close()
    return {"verified"} == {states[source] for source in mentions}
