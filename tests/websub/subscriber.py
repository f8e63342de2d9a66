"""Somebody who follows, on a server of his own: checks what the hub sends him as websub.rocks does (spec §3c)."""

import contextlib
import hashlib
import hmac
import re
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import requests

from tests.live.running import PATIENCE


@dataclass(frozen=True)
class Delivery:
    """What came, and the topic as it was in that moment. at: on the clock of `time.monotonic`."""

    path: str
    at: float
    headers: dict
    body: bytes
    topic: requests.Response | None = None

    def faults(self, hub, topic, secret=""):
        """What websub.rocks would complain of."""
        links = dict(reversed(found) for found in re.findall(r'<([^>]*)>; rel="(\w+)"', self.headers.get("link", "")))
        checks = {
            "the body is empty": bool(self.body),
            "the body is not that of the topic": self.body.strip() == self.topic.content.strip(),
            "the Content-Type is another": self.headers["content-type"] == self.topic.headers["Content-Type"],
            "the hub is another": links.get("hub") == hub,
            "rel=self is another": links.get("self") == topic,
            "the signature is wrong": self.is_signed(secret) if secret else "x-hub-signature" not in self.headers,
        }
        return [fault for fault, fine in checks.items() if not fine]

    def is_signed(self, secret):
        """Whether the signature is that of the bytes, by any of the methods that there are."""
        method, _, signature = self.headers.get("x-hub-signature", "").partition("=")
        if method not in ("sha1", "sha256", "sha384", "sha512"):
            return False
        return hmac.compare_digest(signature, hmac.new(secret.encode(), self.body, getattr(hashlib, method)).hexdigest())


class Subscriber:
    """
    A server whose every path is a callback.

    questions: (path, what was asked) of each GET. deliveries: each POST. topics: by path, what is fetched when it is
    told of. refuses: paths that say no. answers: by path, a status, or a function of the handler.
    """

    def __init__(self, host="127.0.0.2"):
        self.questions, self.deliveries, self.topics, self.refuses, self.answers = [], [], {}, set(), {}
        subscriber = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path, question = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
                asked = {name: values[0] for name, values in question.items()}
                subscriber.questions.append((path, asked))
                wanted = path not in subscriber.refuses and "hub.challenge" in asked
                self.say(200 if wanted else 404, asked.get("hub.challenge", "").encode() if wanted else b"")

            def do_POST(self):
                path, body = urlsplit(self.path).path, self.rfile.read(int(self.headers["Content-Length"]))
                came = time.monotonic()
                topic = subscriber.topics.get(path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                seen = requests.get(topic, timeout=PATIENCE) if topic else None
                answer = subscriber.answers.get(path, 204)
                subscriber.deliveries.append(Delivery(path, came, headers, body, seen))
                if callable(answer):
                    answer(self)
                else:
                    self.say(answer, b"")

            def say(self, status, body):
                self.send_response(status)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

            def handle(self):
                with contextlib.suppress(OSError):
                    super().handle()

            def finish(self):
                with contextlib.suppress(OSError):
                    super().finish()

        class Server(ThreadingHTTPServer):
            request_queue_size = 128

        self._server = Server((host, 0), Handler)
        self._server.daemon_threads, self._server.block_on_close = True, False
        self.over = threading.Event()
        self.home = f"http://{host}:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def at(self, path):
        """What came at a path."""
        return [delivery for delivery in list(self.deliveries) if delivery.path == path]

    def port(self):
        """Where it listens."""
        return self._server.server_port

    def close(self):
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def subscribers(*hosts):
    """Such servers at these addresses."""
    made = [Subscriber(host) for host in hosts]
    try:
        yield made
    finally:
        for one in made:
            one.close()
