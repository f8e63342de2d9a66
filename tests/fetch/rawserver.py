"""A server that speaks bytes, and what it may say: for answers that no well-meaning server gives."""

import contextlib
import socket
import threading

SITE = "127.0.0.2"
"""Where somebody else's site lives; the fetcher of the tests may go there."""

INSIDE = "127.0.0.1"
"""Where the canary lives; nobody may go there."""


class RawServer:
    """
    Speaks bytes: `behave(connection, server)` says what is done once a request's head has come.

    heads: the heads that came, as text. met: how many connections. over: set when the test ends.
    """

    def __init__(self, behave, host, port=0, *, listens_first=True):
        self.behave, self.listens_first = behave, listens_first
        self.heads, self.bodies, self.met = [], [], 0
        self.over = threading.Event()
        self._listener = socket.create_server((host, port))
        self.host, self.port = self._listener.getsockname()
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def url(self, path="/", host=None):
        return f"http://{host or self.host}:{self.port}{path}"

    def close(self):
        self.over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _listen(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.met += 1
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            if self.listens_first:
                self._read_request(connection)
            self.behave(connection, self)

    def _read_request(self, connection):
        stream = connection.makefile("rb")
        head = b""
        while (line := stream.readline()).strip():
            head += line
        text = head.decode("latin-1")
        length = next((int(line[15:]) for line in text.splitlines() if line.lower().startswith("content-length:")), 0)
        self.heads.append(text)
        self.bodies.append(stream.read(length))


def answering(*answers):
    """Behave so: the first request gets the first of these, and so on; the last one again and again."""

    def behave(connection, server):
        connection.sendall(answers[min(len(server.heads), len(answers)) - 1])

    return behave


def redirect(location, status=302):
    """The bytes of a redirect."""
    return f"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def page(body=b"hello", *lines, status="200 OK"):
    """The bytes of an answer with a Content-Length."""
    head = [f"HTTP/1.1 {status}", "Content-Type: text/html", f"Content-Length: {len(body)}", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
