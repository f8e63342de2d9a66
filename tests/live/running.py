"""The site as its operator runs it: real processes on a free port, and other people's sites beside them."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from indie import times, wiring
from indie.config import Settings
from indie.indieauth import owner, tokens
from indie.store import Store

APP = Path(__file__).parent.parent.parent / "app.py"

PATIENCE = 60.0
"""Seconds until something that should happen counts as not happening: the machine may be busy."""


def until(question, seconds=PATIENCE, pause=0.05):
    """Ask until the answer is true, and return it; fails when the time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(pause)
    answer = question()
    assert answer, f"still {answer!r} after {seconds:g} s"
    return answer


def free_port():
    """Below those that the system gives to whoever connects, so that nobody takes it while the site is down."""
    for port in random.sample(range(20_000, 32_000), 100):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("a hundred ports, and not one is free")


def command(data, *arguments, stdin="", seconds=PATIENCE, **settings):
    """Run one command to its end: `.returncode`, `.stdout`, `.stderr`."""
    return subprocess.run(
        [sys.executable, APP, *arguments],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env=_environment(data, settings),
        timeout=seconds,
        check=False,
    )


def _environment(data, settings):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INDIE_")}
    return clean | {"INDIE_DATA": str(data), "PYTHONUNBUFFERED": "1", **settings}


class Running:
    """
    One site and its processes, in a process group of their own.

    first: the process that was started. home: the site's address.
    """

    def __init__(self, data, **settings):
        self.data, self.port = data, free_port()
        self.home = f"http://127.0.0.1:{self.port}/"
        self.settings = {"INDIE_PORT": str(self.port), "INDIE_FETCH_ALLOW": "127.0.0.0/8", **settings}
        self.first, self.arguments, self.groups, self.http = None, (), [], self.visitor()

    def visitor(self, token=""):
        """Somebody with a browser of his own; with the owner's token if it is given."""
        session = requests.Session()
        session.trust_env = False
        session.headers.update({"Authorization": token} if token else {})
        return session

    def start(self, *arguments):
        """Start it; returns when its home page answers."""
        self.run(*arguments)
        until(self.answers)
        return self

    def run(self, *arguments):
        """Start it, and wait for nothing."""
        self.data.mkdir(exist_ok=True, parents=True)
        with (self.data / "out").open("ab") as out, (self.data / "err").open("ab") as err:
            self.first = subprocess.Popen(
                [sys.executable, APP, *arguments],
                stdout=out,
                stderr=err,
                env=_environment(self.data, self.settings),
                start_new_session=True,
            )
        self.groups.append(self.first.pid)
        self.arguments = arguments
        return self.first

    def restart(self):
        """End every process with SIGKILL, and start it again as it was started."""
        self.kill()
        self.run(*self.arguments)

    def answers(self):
        assert self.first.poll() is None, self.said("err")
        with contextlib.suppress(requests.ConnectionError):
            return self.http.get(self.home, timeout=PATIENCE).status_code == 200
        return False

    def said(self, where="out"):
        """Everything that was printed."""
        return (self.data / where).read_text()

    def processes(self):
        """The processes of the running site, by id: their command lines."""
        return processes(self.first.pid)

    def worker(self):
        """The id of the worker process, None while there is none."""
        return next((pid for pid, line in self.processes().items() if line.endswith(" worker")), None)

    def kill(self):
        """End every process with SIGKILL."""
        for group in self.groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        self.groups.clear()
        if self.first:
            self.first.wait()

    def stop(self, number=signal.SIGTERM, seconds=PATIENCE):
        """Send a signal to the first process; returns its exit code."""
        self.first.send_signal(number)
        return self.first.wait(seconds)

    def store(self):
        """The site's store, for who looks into it beside the running site; to be closed."""
        return Store.open(Settings(data=self.data, database=self.settings.get("INDIE_DATABASE", "")))

    def command(self, *arguments, **more):
        """Run one command on the site's data to its end (`command`)."""
        return command(self.data, *arguments, INDIE_DATABASE=self.settings.get("INDIE_DATABASE", ""), **more)

    def owner(self, name="Manton Reece", nickname="manton"):
        """Make the owner; his token may do everything."""
        store = self.store()
        storage = wiring.storage(Settings(data=self.data))
        owner.set_up(store, storage, times.now(), name=name, nickname=nickname, password="correct horse")
        scope = ("create", "update", "delete", "undelete", "media")
        token = tokens.issue(store, scope, "https://client.example/", times.now())
        store.database.close()
        self.http.headers["Authorization"] = f"Bearer {token}"

    def micropub(self, properties=None, *, data=None, files=None, kind="entry"):
        """Create a post, by JSON or by a form; returns its address."""
        if properties is not None:
            given = {"json": {"type": [f"h-{kind}"], "properties": properties}}
        else:
            given = {"data": {"h": kind, **data}, "files": files}
        answer = self.http.post(f"{self.home}micropub", timeout=PATIENCE, **given)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"]

    def mention(self, source, target):
        """Send a webmention; returns its status URL."""
        answer = self.http.post(
            f"{self.home}webmention", data={"source": source, "target": target}, timeout=PATIENCE
        )
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"]

    def status(self, url):
        """What the status URL says, as JSON."""
        return self.http.get(url, headers={"Accept": "application/json"}, timeout=PATIENCE).json()

    def verified(self, url, seconds=PATIENCE):
        """Wait until a webmention has been looked at; returns what its status URL says."""
        return until(lambda: (said := self.status(url))["status"] not in ("queued", "fetching") and said, seconds)

    def told(self, url, seconds=PATIENCE):
        """As `verified`, but content where another try will follow: what its status URL says then."""
        return until(lambda: is_told(said := self.status(url)) and said, seconds, pause=0.02)

    def page(self, url):
        """The HTML of a page that is there."""
        answer = self.http.get(url, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        return answer.text


def is_told(said):
    """Whether what a status URL says tells how a look at the source ended, be it that there will be another."""
    return said["status"] not in ("queued", "fetching") or "tried again" in said["summary"]


def processes(group):
    """The living processes of a process group, by id: their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _, in_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(in_group) == group and state != "Z":
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                found[int(folder.name)] = line
    return found


class People:
    """
    Other people's site: `pages` maps a path to HTML, to (status, headers, body), or to a function of the handler.

    otherwise: what stands at every other path. requested: the paths that were asked for.
    posted: (path, body) of every POST.
    """

    def __init__(self, host="127.0.0.2", port=0):
        self.pages, self.requested, self.posted = {}, [], []
        self.otherwise = (404, {}, "nothing")
        people = self

        class Handler(BaseHTTPRequestHandler):
            body = ""

            def do_GET(self):
                people.requested.append(self.path)
                page = people.pages.get(self.path, people.otherwise)
                if callable(page):
                    page(self)
                    return
                status, headers, body = page if isinstance(page, tuple) else (200, {}, page)
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                self.body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                people.posted.append((self.path, self.body))
                self.do_GET()

            def log_message(self, *_):
                pass

            def handle(self):
                with contextlib.suppress(OSError):
                    super().handle()

            def finish(self):
                with contextlib.suppress(OSError):
                    super().finish()

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.over = threading.Event()
        self.home = f"http://{host}:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def running(data, **settings):
    """A site that is ended, whatever happens."""
    site = Running(data, **settings)
    try:
        yield site
    finally:
        site.kill()
        site.http.close()


@contextlib.contextmanager
def people(*hosts):
    """Other people's sites on these addresses."""
    sites = [People(host) for host in hosts]
    try:
        yield sites
    finally:
        for site in sites:
            site.close()
