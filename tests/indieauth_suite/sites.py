"""The sites of the apps that the suite plays: what they say of themselves, also what no honest app would say."""

import contextlib
import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

THANKS = b"<!doctype html><title>Thank you</title><p>Thank you. The suite goes on; this page can be closed."


@dataclass(frozen=True)
class Seen:
    """A request that came: path with query, and headers."""

    path: str
    headers: dict


class Site:
    """
    A web site on this machine.

    home: the address by which the server finds it, with a slash at the end.
    pages: by path, (status, headers, body), or a function of the request's handler. seen: what came so far.
    """

    def __init__(self, host, port=0, home=""):
        self.pages, self.seen, self.over = {}, [], threading.Event()
        self._server = ThreadingHTTPServer((host, port), _handler(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.home = home or f"http://{host}:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path):
        """The address of one of its pages."""
        return self.home + path.lstrip("/")

    def put(self, path, body, kind="text/html; charset=utf-8", status=200, **headers):
        """Serve this at a path; `Cache_Control=…` is the header of that name. Returns its URL."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        whole = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        whole = whole.encode() if isinstance(whole, str) else whole
        self.pages[path] = (status, {"Content-Type": kind, **named}, whole)
        return self.url(path)

    def put_json(self, path, document, **more):
        """Serve a client metadata document."""
        return self.put(path, document, "application/json", **more)

    def requests(self, path):
        """What came for a path, its query aside."""
        return [seen for seen in self.seen if urlsplit(seen.path).path.lstrip("/") == path.lstrip("/")]

    def await_request(self, path, seconds, after=0):
        """The first request for a path among those that come `after` so many; None where there is none in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := [seen for seen in self.requests(path) if seen in self.seen[after:]]:
                return found[-1]
            time.sleep(0.1)
        return None

    def close(self):
        """Serve no more."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


def drip(site):
    """A body that comes byte by byte and does not end."""

    def serve(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        # Why so little: a length beyond what the server takes would be refused at once.
        handler.send_header("Content-Length", "3000")
        handler.end_headers()
        while not site.over.wait(0.2):
            handler.wfile.write(b" ")

    return serve


def flood(site):
    """A body without an end."""

    def serve(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        while not site.over.is_set():
            handler.wfile.write(b"<p>more " * 8192)

    return serve


def _handler(site):
    class Handler(BaseHTTPRequestHandler):
        """Answers from the pages of one site."""

        def do_GET(self):
            site.seen.append(Seen(self.path, dict(self.headers)))
            page = site.pages.get(urlsplit(self.path).path.lstrip("/"))
            if callable(page):
                page(self)
                return
            status, headers, body = page or (404, {"Content-Type": "text/plain"}, b"nothing here")
            if page is None and "callback" in self.path:
                status, headers, body = 200, {"Content-Type": "text/html; charset=utf-8"}, THANKS
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_POST = do_GET  # noqa: N815  # the names that http.server looks for

        def log_message(self, *_):
            """Say nothing."""

        def handle(self):
            with contextlib.suppress(OSError):
                super().handle()

        def finish(self):
            with contextlib.suppress(OSError):
                super().finish()

    return Handler
