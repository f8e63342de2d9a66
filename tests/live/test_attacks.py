"""
Hostile sources, all at once, and a good one among them.

Each hostile one is refused within its 10 s; the good one is verified meanwhile;
no process takes 300 MB.
"""

import contextlib
import gzip
import threading
import time
from pathlib import Path

import pytest

from tests.live.running import is_told, people, until

pytestmark = pytest.mark.live

SECONDS = 10
SLACK = 10
"""For a machine that has other things to do."""

MEMORY = 300 * 1024 * 1024


def drip(handler):
    """A byte every so often, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(300):
        handler.wfile.write(b"x")
        time.sleep(0.2)


def silent(handler):
    """Not a word."""
    time.sleep(60)


def endless(handler):
    """A body without an end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b"<p>more " * 8192)


def endless_headers(handler):
    """A head without an end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b"X-More: and more\r\n" * 512)


BOMBS = {
    "b": "<b>" * 300_000,
    "p-b": "<p><b>" * 100_000,
    "brackets": "<" * 900_000,
    "attributes": "<a " + "x " * 400_000 + ">",
    "classes": f'<div class="{"h-entry " * 100_000}">',
    "entries": '<div class="h-entry">' * 40_000,
    "properties": '<div class="h-entry"><p class="p-a p-b p-c">' * 12_000,
    "old": '<div class="hentry"><div class="entry-content">' * 9_000,
    "table": "<table><tr><td>" * 50_000,
    "json": "[" * 900_000,
}
FOR_EVER = {"drip": drip, "silent": silent, "endless": endless, "endless-headers": endless_headers}


REDIRECTS = {
    "circle": "/circle",
    "inside": "http://10.0.0.1/",
    "cloud": "http://169.254.169.254/latest",
    "file": "file:///etc/passwd",
    "port": "http://192.0.2.1:22/",
} | {f"far-{number}": f"/far-{number + 1}" for number in range(9)}


def hostile():
    """Everything that a hostile host serves, by path; what takes longest comes first."""
    pages = {f"/{name}": page for name, page in (FOR_EVER | BOMBS).items()}
    pages |= {f"/{name}": (302, {"Location": onwards}, "") for name, onwards in REDIRECTS.items()}
    pages["/json"] = (200, {"Content-Type": "application/json"}, BOMBS["json"])
    pages["/gzip"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 100_000_000))
    pages["/lies"] = (200, {"Content-Encoding": "gzip"}, "this is no gzip")
    pages["/large"] = (200, {}, "x" * 3_000_000)
    return pages


class Watch:
    """Looks at the memory of every process of the site until it is left. peak: bytes, by process."""

    def __init__(self, site):
        self.site, self.peak, self._over = site, {}, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _look(self):
        while not self._over.wait(0.05):
            for pid in self.site.processes():
                with contextlib.suppress(OSError, IndexError):
                    status = Path(f"/proc/{pid}/status").read_text()
                    kilobytes = int(status.split("VmHWM:")[1].split()[0])
                    self.peak[pid] = max(self.peak.get(pid, 0), kilobytes * 1024)


def test_all_at_once(site):
    """Every attack is refused, in little memory, and a good source is verified meanwhile."""
    pages = hostile()
    with people(*(f"127.0.0.{number}" for number in range(2, 10)), "127.0.0.77") as (*attackers, ann):
        for attacker in attackers:
            attacker.pages.update(pages)
        site.start()
        site.owner()
        until(site.worker)
        post = site.micropub({"content": ["Answer this."]})
        ann.pages["/good"] = (
            f'<div class="h-entry"><a class="u-in-reply-to" href="{post}">x</a><p class="e-content">Good.</p></div>'
        )
        sources = [attackers[number % len(attackers)].home + path[1:] for number, path in enumerate(pages)]
        with Watch(site) as watch:
            sent = {site.mention(source, post): source for source in sources[:8]}
            good = site.mention(f"{ann.home}good", post)
            sent |= {site.mention(source, post): source for source in sources[8:]}
            assert "verified" == site.verified(good)["status"]
            still_open = [source for url, source in sent.items() if not is_told(site.status(url))]
            told = {source: site.told(url) for url, source in sent.items()}
    assert [] != still_open, "the good one was not verified meanwhile, but after everything else"
    assert {} == {source: said for source, said in told.items() if said["status"] not in ("error", "queued")}
    peak = max(watch.peak.values())
    assert peak < MEMORY, f"{peak / 1024 / 1024:.0f} MB"
    page = site.page(post)
    assert 1 == page.count('class="comment u-comment')
    assert "Good." in page


def test_what_takes_for_ever_is_left_in_time(site):
    """10 s by the clock, whatever is dripped; the failure is told on the status page."""
    with people("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5") as attackers:
        site.start()
        site.owner()
        until(site.worker)
        post = site.micropub({"content": ["Answer this."]})
        began, sent = time.monotonic(), []
        for attacker, (name, page) in zip(attackers, FOR_EVER.items(), strict=True):
            attacker.pages[f"/{name}"] = page
            sent.append(site.mention(attacker.home + name, post))
        said = [site.told(url)["summary"] for url in sent]
        assert time.monotonic() - began < SECONDS + SLACK
    assert ["tried again.", "tried again."] == [sentence[-12:] for sentence in said[:2]]
    assert 2 == len([sentence for sentence in said if "(source_timeout)" in sentence])
