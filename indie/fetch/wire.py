"""
One request and its answer on one connection, to an address that was vetted.

Nothing here resolves, retries, redirects or remembers: urllib3's connection is
given a socket that is connected already, and may not open another.
"""

import contextlib
import functools
import http.client
import io
import socket
import ssl
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import requests
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, SSLError
from urllib3.exceptions import TimeoutError as HTTPTimeout

from indie.errors import TimedOut, TooLarge, Unreachable
from indie.fetch import guard
from indie.fetch.deadline import Deadline
from indie.fetch.limits import Limit

_CONNECT = 3.0
_ADDRESSES = 4
_HEAD = 128 * 1024
_CHUNK = 64 * 1024


@contextlib.contextmanager
def opened(
    request: requests.PreparedRequest,
    addresses: Sequence[str],
    trust: ssl.SSLContext,
    limit: Limit,
    deadline: Deadline,
) -> Iterator[HTTPResponse]:
    """
    Send the request; give its status and headers, the body still to be had by `body`.

    addresses: vetted; tried in turn, four at most, 3 s each. The name stays in
        Host, in SNI and in the check of the certificate.
    Raises TimedOut, TooLarge or Unreachable, also for what goes wrong inside the `with`.
    """
    with contextlib.ExitStack() as stack:
        try:
            name, port = guard.place(request.url or "")
            connected = stack.enter_context(_connected(addresses, port, deadline))
            stack.enter_context(deadline.watch(connected))
            if urlsplit(request.url or "").scheme == "https":
                connected = stack.enter_context(trust.wrap_socket(connected, server_hostname=name))
            connection = _Connection(name, port, connected, limit, deadline)
            stack.callback(connection.close)
            connection.request(
                request.method or "GET",
                request.path_url,
                body=request.body,
                headers=request.headers,
                preload_content=False,
                decode_content=False,
            )
            response = connection.getresponse()
            stack.callback(response.close)
            yield response
        except (ssl.SSLError, SSLError) as error:
            deadline.left()
            raise Unreachable("No secure connection to the other server could be made.") from error
        except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            deadline.left()
            if isinstance(error, (TimeoutError, HTTPTimeout)):
                raise TimedOut("The other server did not answer in time.") from error
            raise Unreachable("The other server could not be reached, or broke off.") from error


def body(response: HTTPResponse, limit: Limit) -> bytes:
    """
    The whole body as it came, not decompressed.

    Raises TooLarge past `limit.wire`, before reading where the length is told
    (with `limit.cut` the rest is left unread instead); urllib3's HTTPError where
    it is shorter than was told.
    """
    too_large = TooLarge("The answer is larger than we take.")
    if (response.length_remaining or 0) > limit.wire and not limit.cut:
        raise too_large
    whole = bytearray()
    while not (limit.cut and len(whole) >= limit.wire) and (part := response.read(_CHUNK, decode_content=False)):
        whole += part
        if len(whole) > limit.wire and not limit.cut:
            raise too_large
    return bytes(whole)


def _connected(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """A connection to the first address that answers. Raises OSError."""
    failed = OSError("no address")
    for address in addresses[:_ADDRESSES]:
        left = deadline.left()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        candidate = socket.socket(family, socket.SOCK_STREAM)
        try:
            candidate.settimeout(min(_CONNECT, left))
            candidate.connect((address, port))
            candidate.settimeout(left)
        except OSError as error:
            candidate.close()
            failed = error
        else:
            return candidate
    raise failed


class _Connection(HTTPConnection):
    """A connection that cannot connect: it lives and dies with the socket that it is given."""

    auto_open = 0

    def __init__(
        self, name: str, port: int, connected: socket.socket, limit: Limit, deadline: Deadline
    ) -> None:
        super().__init__(name, port, timeout=deadline.left())
        self.sock = connected
        self.response_class = functools.partial(_Answer, limit, deadline)  # type: ignore[assignment]


class _Answer(http.client.HTTPResponse):
    """An answer whose every byte passes a meter; informational ones before it are skipped."""

    def __init__(
        self,
        limit: Limit,
        deadline: Deadline,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
    ) -> None:
        super().__init__(sock, debuglevel, method)
        self._limit = limit
        self._meter = _Meter(self.fp.detach(), _HEAD, deadline)
        self.fp = io.BufferedReader(self._meter)

    def begin(self) -> None:
        """
        Read up to the end of the headers, at most 128 KiB.

        Why: http.client skips 100 alone, but some servers send 103 unasked (RFC 8297).
        """
        super().begin()
        while 101 < self.status < 200:
            self.headers = None  # type: ignore[assignment]  # as before the first time
            super().begin()
        # Limit: up to 8 KiB of the body lie in the buffer, counted as headers; `body` counts exactly.
        self._meter.left = self._limit.wire + io.DEFAULT_BUFFER_SIZE


class _Meter(io.RawIOBase):
    """
    Counts what is read, framing and all, and looks at the clock.

    Why here: headers, chunk sizes, chunk extensions and trailers are each read
    without a total by the layers above.
    """

    def __init__(self, source: io.RawIOBase, left: int, deadline: Deadline) -> None:
        super().__init__()
        self._source = source
        self._deadline = deadline
        self.left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        count = self._source.readinto(buffer)
        self._deadline.left()
        self.left -= count or 0
        if self.left < 0:
            raise TooLarge("The answer is larger than we take.")
        return count

    def close(self) -> None:
        self._source.close()
        super().close()
