"""
A server that examines senders as webmention.rocks does (webmention.md §1.0–1.3): pages, endpoints, traps, keys.

Deviation: sources may be on an IP literal, as the sites of the tests are; keys live as long as the server; there is no
answer in HTML (`via=browser`).
"""

import contextlib
import re
import secrets
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import requests
from bs4 import BeautifulSoup

from tests.conformance.sending.pages import NOWHERE, OWN, PAGE, TESTS, Served

PATIENCE = 10

_TARGET = re.compile(r"/(?:(?:test|update|delete)/\d+(?:/(?:step|part)/\d+)?|test/23/\w+|own/[\w-]+)")


@dataclass(frozen=True)
class Seen:
    """One request, and what was answered. form: of a POST, a name to its values. code: the first word of the body."""

    method: str
    path: str
    form: dict
    status: int
    code: str


class Refused(Exception):
    """A webmention is not taken; (status, code)."""


class Rocks:
    """
    seen: every request. taken: the (source, target) pairs that are held. ticks: what an update or delete test has seen
    done, by source.
    """

    def __init__(self, host="127.0.0.9"):
        self.seen, self.taken, self.ticks, self._keys = [], set(), {}, set()
        self._lock = threading.RLock()
        rocks = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self._answer({}, *rocks.serve(self.path))

            def do_HEAD(self):
                self._answer({}, *rocks.serve(self.path, probe="?head=true"))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = parse_qs(body, keep_blank_values=True)
                self._answer(form, *rocks.receive(self.path, self.headers.get("Content-Type", ""), form))

            def _answer(self, form, status, headers, body):
                rocks.seen.append(Seen(self.command, self.path, form, status, body[:100].split("\n")[0]))
                self.send_response(status)
                raw = body.encode()
                for name, value in [("Access-Control-Allow-Origin", "*"), *headers, ("Content-Length", str(len(raw)))]:
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(raw)

            def log_message(self, *_):
                pass

            def handle(self):
                with contextlib.suppress(OSError):
                    super().handle()

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self.home = f"http://{host}:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def of(self, path):
        """What was asked of one test: of its page, its endpoints, and what lies below them."""
        return [one for one in self.seen if re.match(re.escape(path) + r"(?![\w-])", one.path)]

    # Pages

    def serve(self, path, probe=""):
        """(status, headers, body) of a GET."""
        with self._lock:
            kind, *rest = path.strip("/").split("/")
            if kind == "test" and rest and rest[0] == "23":
                return self._once(rest[1:], probe)
            if kind in ("update", "delete"):
                return self._keyed(path)
            pages = {"test": {str(number): one for number, one in TESTS.items()}, "own": OWN | NOWHERE}.get(kind, {})
            served = pages.get(rest[0]) if len(rest) == 1 else None
            return _page(served, path, self.home, probe) if served else (404, [], "nothing")

    def _once(self, rest, probe):
        if rest == ["page"]:
            return 302, [("Location", f"page/{self._key('page')}")], ""
        if rest[:1] != ["page"] or len(rest) != 2:
            return 404, [], "nothing"
        if not self._spend("page", rest[1]):
            return 410, [("Content-Type", "text/plain")], "Code expired"
        endpoint = f"webmention-endpoint/{self._key('endpoint')}"
        served = Served(links=(("Link", f"<{endpoint}>; rel=webmention"),), body=f'<a href="{endpoint}" rel="webmention">x</a>')
        return _page(served, f"/test/23/page/{rest[1]}", self.home, probe)

    def _keyed(self, path):
        """A page with an endpoint that is good once."""
        part = path if "/part/" in path or path.startswith("/delete/") else f"{path}/part/1"
        link = f'<link rel="webmention" href="{part}/webmention?key={self._key(part)}">'
        where = {"head": link} if path.startswith("/delete/") else {"body": link}
        return _page(Served(**where), path, self.home, "")

    # Endpoints

    def receive(self, url, kind, form):
        """(status, headers, body) of a POST."""
        path, _, query = url.partition("?")
        if path.endswith("/moved"):
            return int(query), [("Location", path.removesuffix("/moved") + "/webmention")], ""
        with self._lock:
            try:
                said = self._received(url, kind, form)
            except Refused as refused:
                status, code = refused.args
                return status, [("Content-Type", "text/plain")], f"{code}\n\nThis is why: {code}."
            return 200, [("Content-Type", "text/plain")], said

    def _received(self, url, kind, form):
        path = urlsplit(url).path
        if "application/x-www-form-urlencoded" not in kind:
            raise Refused(400, "invalid_content_type")
        source, target = self._parties(form)
        if not self._belongs(path, urlsplit(target).path):
            raise Refused(400, "invalid_target")
        if path.endswith("/error") or path == "/test/20":
            self.taken.discard((source, target))
            raise Refused(400, "error")
        if path.startswith("/test/21/") and (urlsplit(url).query != "query=yes" or "query" in form):
            raise Refused(400, "invalid_request")
        if path.startswith("/test/23/") and not self._spend("endpoint", path.rpartition("/")[2]):
            raise Refused(400, "invalid_request")
        if path.startswith(("/update/", "/delete/")):
            (key,) = parse_qs(urlsplit(url).query).get("key", [""])
            if not self._spend(path.removesuffix("/webmention"), key):
                raise Refused(400, "invalid_request")
        found = _Source(source)
        if path.startswith("/update/"):
            return self._updated(path, source, target, found)
        if path.startswith("/delete/"):
            return self._deleted(source, target, found)
        if found.status == 410 or target not in found.anchors:
            if (source, target) not in self.taken:
                raise Refused(400, "no_link_found")
            self.taken.discard((source, target))
            return "Deleted."
        self.taken.add((source, target))
        return "Got it!"

    def _parties(self, form):
        for name in ("source", "target"):
            if not form.get(name, [""])[0]:
                raise Refused(400, f"missing_{name}")
            parts = urlsplit(form[name][0])
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise Refused(400, f"invalid_{name}")
        source, target = form["source"][0], form["target"][0]
        path = urlsplit(target).path
        if urlsplit(target).netloc != urlsplit(self.home).netloc or not _TARGET.fullmatch(path):
            raise Refused(400, "invalid_target")
        return source, target

    def _belongs(self, path, target):
        """Whether an endpoint is that of the target's own test, and part."""
        if path.startswith("/update/"):
            return path.removesuffix("/webmention").removesuffix("/part/1") == target.removesuffix("/part/1")
        number = re.match(r"/\w+/[\w-]+", path)
        return bool(number) and re.match(r"/\w+/[\w-]+", target)[0] == number[0]

    def _updated(self, path, source, target, found):
        """Update 1 adds a link, update 2 removes one."""
        if target not in found.anchors and not ("/update/2/part/2" in path and self._ticked(source)):
            raise Refused(400, "no_link_found")
        ticks, other = self.ticks.setdefault(source, []), f"{target}/part/2"
        first = path.endswith("/part/1/webmention")
        if "/update/1" in path:
            return self._added(ticks, found, target, first=first)
        if first:
            ticks.append("one again" if "one" in ticks and other not in found.all else "one")
        elif "two" not in ticks:
            ticks.append("two")
        elif target in found.all:
            return "test_failed"
        else:
            ticks.append("two again")
        return "Ticked."

    def _added(self, ticks, found, target, *, first):
        other = f"{target}/part/2" if first else target.removesuffix("/part/2")
        if first and other not in found.all:
            ticks.append("part 1")
        elif "part 1" not in ticks:
            return "test_not_started"
        elif other not in found.all:
            return "test_failed"
        else:
            ticks.append("part 2" if first else "part 3")
        return "Ticked."

    def _ticked(self, source):
        return "two" in self.ticks.get(source, [])

    def _deleted(self, source, target, found):
        ticks = self.ticks.setdefault(source, [])
        if not ticks:
            if found.gone or target not in found.anchors:
                raise Refused(400, "no_link_found")
            ticks.append("linked")
            return "Ticked."
        if not found.gone:
            raise Refused(400, "not_deleted")
        if target in found.all:
            return "not_deleted"
        ticks.append("deleted")
        return "Ticked."

    def _key(self, what):
        key = secrets.token_hex(4)
        self._keys.add((what, key))
        return key

    def _spend(self, what, key):
        """Whether a key is good; it is not after that."""
        good = (what, key) in self._keys
        self._keys.discard((what, key))
        return good


class _Source:
    """What stands at a source: `anchors` are its a[href], `all` those of every link, as they are written."""

    def __init__(self, url):
        with requests.Session() as session:
            session.trust_env, session.max_redirects = False, 10
            try:
                answer = session.get(url, headers={"Accept": "text/html"}, timeout=PATIENCE)
            except requests.RequestException as error:
                raise Refused(400, "connect_error") from error
        soup = BeautifulSoup(answer.content, "html.parser")
        self.status = answer.status_code
        self.anchors = {one["href"] for one in soup.select("a[href]")}
        self.all = {one["href"] for one in soup.select("a[href], link[href], area[href]")}
        said = soup.find("meta", attrs={"http-equiv": re.compile("^status$", re.IGNORECASE)})
        self.gone = self.status == 410 or (said is not None and said.get("content", "").startswith("410"))


def _page(served, path, home, probe):
    good, trap = f"{path}/webmention", f"{path}/webmention/error"
    places = {"page": path, "good": good, "trap": trap, "moved": f"{path}/moved", "GOOD": home + good, "TRAP": home + trap}

    def fill(text):
        for name, place in places.items():
            text = text.replace(f"{{{name}}}", place)
        return text

    headers = [(name, fill(value).replace(">;", f"{probe}>;")) for name, value in served.links]
    whole = PAGE
    for name, part in {"before": served.before, "head": served.head, "body": served.body, "path": path}.items():
        whole = whole.replace(f"{{{name}}}", fill(part))
    return served.status, [("Content-Type", served.kind), *headers], whole
