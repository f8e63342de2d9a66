"""
S3 for tests: moto's, on loopback, and a wire to it that can be cut.

Whoever wants a storage in a bucket asks for the fixture `bucket`; who wants it to fail, for `wire` as well.
"""

import contextlib
import hashlib
import http.client
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import requests


class S3:
    """
    Moto's server. It lets everybody in.

    environ: what leads there, and nothing of what this machine's user has set up for himself.
    """

    def __init__(self):
        # Why here: it takes a second to load, and few tests want it.
        from moto.server import ThreadedMotoServer  # noqa: PLC0415

        self._server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"
        self.environ = {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": "indie",
            "AWS_SECRET_ACCESS_KEY": "correct horse",
            "AWS_REGION": "eu-central-1",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
        }

    def bucket(self):
        """An empty bucket, as INDIE_MEDIA names it, with a prefix."""
        name = f"indie-{secrets.token_hex(8)}"
        made = requests.put(f"{self.endpoint}/{name}", timeout=60)
        assert made.status_code == 200, made.text
        return f"s3://{name}/of/media"

    def objects(self, url):
        """The keys of everything in a bucket, prefix or not."""
        listed = requests.get(f"{self.endpoint}/{urlsplit(url).netloc}?list-type=2", timeout=60).text
        return [part.partition("</Key>")[0] for part in listed.split("<Key>")[1:]]

    def close(self):
        self._server.stop()


class Wire:
    """
    A server that hands everything on to another and brings back what it says; bodies must have their signed digest.

    fault: a function of the handler that answers instead, while there is one.
    cuts: each once, the bytes of a body after which the connection is cut.
    asked: (method, path without query, value of Range) of every request. brought: bytes of all bodies that came back.
    """

    def __init__(self, endpoint):
        self.fault, self.cuts, self.asked, self.brought = None, [], [], 0
        wire, target = self, urlsplit(endpoint)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _relay(self):
                wire.asked.append((self.command, self.path.partition("?")[0], self.headers.get("Range")))
                if self.headers.get("Expect"):
                    self.send_response_only(100)
                    self.end_headers()
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if wire.fault:
                    wire.fault(self)
                    return
                if self.headers["X-Amz-Content-SHA256"] != hashlib.sha256(body).hexdigest():  # which Moto does not ask
                    refusal(400, "XAmzContentSHA256Mismatch")(self)
                    return
                with contextlib.closing(http.client.HTTPConnection(target.hostname, target.port, timeout=60)) as there:
                    there.request(self.command, self.path, body, {**self.headers, "Expect": ""})
                    answer = there.getresponse()
                    self.send_response(answer.status)
                    for name, value in answer.getheaders():
                        if name not in ("Date", "Server", "Connection"):
                            self.send_header(name, value)
                    self.end_headers()
                    self._bring(answer)

            def _bring(self, answer):
                left = wire.cuts.pop() if wire.cuts and answer.length else None
                while piece := answer.read(1024 if left is None else min(1024, left)):
                    self.wfile.write(piece)
                    wire.brought += len(piece)
                    left = None if left is None else left - len(piece)
                if left == 0:
                    self.close_connection = True

            do_GET = do_HEAD = do_PUT = do_DELETE = _relay  # noqa: N815  # the library's names

            def log_message(self, *_):
                pass

            def handle(self):
                with contextlib.suppress(OSError):
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def refusal(status, code):
    """A fault: what S3 says when it refuses."""

    def refuse(handler):
        body = f"<Error><Code>{code}</Code><Message>Not so.</Message></Error>".encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    return refuse
