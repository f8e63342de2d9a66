import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indie.errors import ParserGaveUp
from indie.mf2.parse import parse
from indie.mf2.sandbox import Parser

HOUSE = Path(__file__).parent.parent.parent
URL = "https://a.example/post"
NOTE = b'<title>T</title><link rel=me href=/me><p class=h-entry lang=en><a class="u-url" href="/x">x</a> y'
MB = 1024 * 1024


STRANGERS = set()
"""Parsing children of this process that other tests have left at work, for the site that they all look at."""


@pytest.fixture(autouse=True, scope="module")
def _strangers():
    STRANGERS.update(children())


def children(parent=None):
    """The process ids of the parsing children of this test, or of another process."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            about = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(about["PPid"]) == (parent or os.getpid()) and b"indie.mf2.child" in command and about["State"].split()[0] != "Z":
            found.append(int(status.parent.name))
    return [pid for pid in found if pid not in STRANGERS]


def is_gone(pid, within=10.0):
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc (Linux)")


@pytest.fixture
def make():
    """Make parsers, and close them at the end."""
    made = []

    def make_one(**arguments):
        made.append(Parser(**arguments))
        return made[-1]

    yield make_one
    for parser in made:
        parser.close()


class TestPages:
    @pytest.mark.parametrize("body", [NOTE, b"", b"\xff\0", b"<p class=h-entry>\xed\xa0\x80", b"<b>" * 300], ids=lambda body: repr(body[:9]))
    def test_a_page_comes_back_as_it_would_here(self, make, body):
        assert parse(body, URL, "utf-8") == make().parse(body, URL, "utf-8")

    def test_no_child_before_the_first_page_and_one_for_pages_in_turn(self, make):
        parser = make()
        counts = [len(children())]
        for _ in range(3):
            parser.parse(NOTE, URL)
            counts.append(len(children()))

        assert [0, 1, 1, 1] == counts

    def test_many_threads_share_few_children(self, make):
        parser = make(children=2)
        with ThreadPoolExecutor(6) as pool:
            titles = list(pool.map(lambda _: parser.parse(NOTE, URL).title, range(30)))

        assert ["T"] * 30 == titles
        assert len(children()) <= 2

    def test_a_child_is_replaced_after_so_many_pages(self, make):
        parser = make(children=1, pages=2)
        seen = []
        for _ in range(3):
            parser.parse(NOTE, URL)
            seen.append(children())

        assert 1 == len(seen[0])
        assert [] == seen[1]
        assert seen[0] != seen[2]


class TestTrouble:
    def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_parsed(self, make):
        slow = make(seconds=0.001)
        with pytest.raises(ParserGaveUp, match=r"a\.example"):
            slow.parse(b"<p class=h-entry>" * 100_000, URL)

        assert [] == children()
        slow._seconds = 8.0
        assert "T" == slow.parse(NOTE, URL).title

    def test_what_mf2py_does_not_finish_is_refused_with_its_links(self, make):
        body = b'<a href="/x">x</a><div class="h-entry"><div class="e-content">' + b"<b>x</b>yy " * 90_000
        page = make(seconds=5.0).parse(body, URL)

        assert "it takes too long" == page.refused
        assert ("https://a.example/x",) == page.links

    def test_what_needs_too_much_memory_is_refused_and_the_next_is_parsed(self, make):
        parser = make(memory=60 * MB, seconds=60.0)
        page = parser.parse(b'<a href="/x">x</a><div class="h-entry"><p class="e-a"><b class="e-b">' + b"<i></i>" * 60_000, URL)

        assert "it needs too much memory" == page.refused
        assert ("https://a.example/x",) == page.links
        assert "T" == parser.parse(NOTE, URL).title

    def test_a_child_that_was_killed_while_it_waited_is_replaced(self, make):
        parser = make(children=1)
        parser.parse(NOTE, URL)
        (pid,) = children()
        os.kill(pid, signal.SIGKILL)
        assert is_gone(pid)

        assert "T" == parser.parse(NOTE, URL).title

    def test_a_child_that_is_killed_at_work_gives_up(self, make):
        parser = make(children=1)
        parser.parse(NOTE, URL)
        (pid,) = children()
        killer = threading.Timer(0.3, os.kill, (pid, signal.SIGKILL))
        killer.start()
        with pytest.raises(ParserGaveUp):
            parser.parse(b'<div class="h-entry"><div class="e-content">' + b"<b>x</b>yy " * 45_000, URL)
        killer.join()

        assert "T" == parser.parse(NOTE, URL).title

    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
    def test_a_signal_to_the_whole_group_is_for_the_parent(self, make, name):
        parser = make(children=1)
        parser.parse(NOTE, URL)
        before = children()
        os.kill(before[0], getattr(signal, name))

        assert "T" == parser.parse(NOTE, URL).title
        assert before == children()

    def test_children_stay_in_the_process_group(self, make):
        make().parse(NOTE, URL)

        assert {os.getpgrp()} == {os.getpgid(pid) for pid in children()}


class TestEnd:
    def test_close_ends_the_children(self, make):
        parser = make()
        parser.parse(NOTE, URL)
        parser.close()

        assert [] == children()

    def test_close_twice_is_once(self, make):
        parser = make()
        parser.close()
        parser.close()

        with pytest.raises(RuntimeError):
            parser.parse(NOTE, URL)

    def test_close_lets_a_page_finish(self, make):
        parser = make(children=1)
        parser.parse(NOTE, URL)
        with ThreadPoolExecutor(1) as pool:
            page = pool.submit(parser.parse, b'<div class="h-entry"><div class="e-content">' + b"<b>x</b>yy " * 5_000, URL)
            while parser._idle.qsize():
                time.sleep(0.001)
            parser.close()

            assert 1 == len(page.result().items)

    @pytest.mark.parametrize("body", ["b'<p class=h-entry>x'", "b'<div class=h-entry><div class=e-content>' + b'<b>x</b>yy ' * 45_000"], ids=["idle", "busy"])
    def test_children_end_when_the_parent_is_killed(self, tmp_path, body):
        """A plain script without any `if __name__` guard; what lies in its folder is not imported."""
        (tmp_path / "bs4.py").write_text("raise SystemExit('the wrong one')")
        script = f"""
import sys, time, threading
sys.path.insert(0, {str(HOUSE)!r})
from indie.mf2.sandbox import Parser
parser = Parser(seconds=4.0)
print(parser.parse(b"<title>T</title>", "https://a.example/").title, flush=True)
threading.Thread(target=parser.parse, args=({body}, "https://a.example/")).start()
time.sleep(60)
"""
        parent = subprocess.Popen([sys.executable, "-P", "-c", script], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert b"T\n" == parent.stdout.readline()
        time.sleep(0.2)
        (pid,) = children(parent.pid)
        parent.kill()
        parent.wait()
        parent.stdout.close()

        assert is_gone(pid)


LINK = '<a href="https://me.example/post">x</a>'
BOMBS = {
    "30 KB of b": "<b>" * 10_000,
    "p b": "<p><b>" * 5000,
    "1 MB of <": "<" * 1_000_000,
    "1 MB of attributes": "<a " + " ".join(f"a{number}=1" for number in range(110_000)) + ">",
    "1 MB of div": "<div>" * 200_000,
    "nested entries": '<div class="h-entry"><div class="e-content">' * 200 + "x" * 878_000,
    "nested mf1": '<div class="hentry"><div class="entry-content">' * 200 + "x" * 800_000,
    "18 000 vcards": '<div class="vcard"><b class=fn>a</b></div>' * 18_000,
    "60 000 rels": "".join(f"<a rel=me href=/{number}>" for number in range(60_000)),
    "items that multiply": '<div class="h-entry p-a p-b p-c p-d">' * 12,
    "copies of content": "<div class=h-entry>" + "<div class=e-a>" * 11 + "<i>x</i>" * 90_000,
    "a long base": '<base href="https://x.example/' + "y" * 1900 + '/"><div class="h-entry e-content">' + "<a href=a>" * 90_000,
    "templates": "<div class=h-entry><div class=e-content>" + "<template></template>" * 60_000,
    "2 MB of elements": "<i></i>" * 290_000,
    "NUL": "\0" * 1_000_000,
    "comments": "<!--" * 250_000,
}


class Peak:
    """The most memory that any child of this process has had, in MB."""

    def __enter__(self):
        self.most, self._done = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()
        self._look()

    def _watch(self):
        while not self._done.wait(0.1):
            self._look()

    def _look(self):
        for pid in children():
            try:
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            except OSError:
                continue
            self.most = max([self.most, *(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))])


@pytest.fixture(scope="module")
def warm():
    """A parser as the worker has it, its children started."""
    with Parser() as parser, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: parser.parse(NOTE, URL), range(2)))
        yield parser


class TestBombs:
    @pytest.mark.parametrize("name", BOMBS)
    def test_ends_in_time_and_memory_and_its_link_is_known(self, warm, name):
        """Webmention §7.1: 10 s and 300 MB are the ceiling; another page is parsed meanwhile."""
        with Peak() as peak, ThreadPoolExecutor(1) as pool:
            began = time.monotonic()
            bomb = pool.submit(warm.parse, (LINK + BOMBS[name]).encode(), "https://s.example/")
            assert "T" == warm.parse(NOTE, URL).title
            page = bomb.result()
            took = time.monotonic() - began

        assert took < 10
        assert 0 < peak.most < 300
        assert "https://me.example/post" == page.links[0]
