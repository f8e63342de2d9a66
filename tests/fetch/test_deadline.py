"""Whatever a server does with time, the exchange ends. Webmention §4.3: limit what a source may cost."""

import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from indie.errors import Blocked, TimedOut, Unreachable
from indie.fetch.client import Fetcher
from indie.fetch.limits import CLIENT, SOURCE, Limit
from tests.fetch.rawserver import SITE, answering, page, redirect

SHORT = Limit(wire=1_000_000, decoded=1_000_000, seconds=0.5)
AMPLE = Limit(wire=1_000_000, decoded=1_000_000, seconds=10)
SLACK = 2.0


@contextlib.contextmanager
def ends_in_time(seconds=SHORT.seconds):
    """The block raises TimedOut, not before its time and not long after."""
    began = time.monotonic()
    with pytest.raises(TimedOut):
        yield
    assert seconds - 0.05 <= time.monotonic() - began < seconds + SLACK


def drip(before):
    """Behave so: say this at once, then one byte every 50 ms for ever."""

    def behave(connection, server):
        connection.sendall(before)
        while not server.over.wait(0.05):
            connection.sendall(b"x")

    return behave


def silent(connection, server):
    server.over.wait(20)


@pytest.mark.parametrize(
    "before",
    [
        b"HTTP/1.1 200 ",
        b"HTTP/1.1 200 OK\r\nX-Long: ",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5; ext=",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nTrailer: ",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n",
    ],
    ids=["status", "header", "until-close", "length", "chunk-size", "chunk-extension", "trailer", "gzip"],
)
def test_dripping_server_is_left(fetcher, start, before):
    """One byte now and then renews the timeout of a socket, not the deadline."""
    site = start(drip(before))

    with ends_in_time():
        fetcher.get(site.url(), SHORT)


def test_silent_server_is_left(fetcher, start):
    """A server that takes the request and says nothing."""
    site = start(silent)

    with ends_in_time():
        fetcher.get(site.url(), SHORT)


def test_host_that_takes_no_connection_is_left(fetcher):
    """Each address has 3 s. A full queue answers no SYN, as a firewall does that drops what it refuses."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server((SITE, 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        with ends_in_time(3.0):
            fetcher.get(f"http://{SITE}:{listener.getsockname()[1]}/", AMPLE)


def test_late_byte_buys_no_time(fetcher, start):
    """A byte just before the end renews the timeout of the socket; then the socket is shut under it."""

    def behave(connection, server):
        server.over.wait(1.8)
        connection.sendall(b"HTTP")
        server.over.wait(20)

    began = time.monotonic()
    with pytest.raises(TimedOut):
        fetcher.get(start(behave).url(), Limit(wire=1000, decoded=1000, seconds=2.0))
    assert time.monotonic() - began < 3.3


def test_server_that_does_not_read_is_left(fetcher, start):
    """A POST that is larger than what the network buffers."""
    site = start(silent, listens_first=False)

    with ends_in_time():
        fetcher.post_bytes(site.url(), b"x" * 50_000_000, {}, SHORT)


def test_silence_in_the_tls_handshake_is_left(fetcher, start):
    """A port that is open and speaks no TLS."""
    site = start(silent, listens_first=False)

    with ends_in_time():
        fetcher.get(site.url().replace("http:", "https:"), SHORT)


def test_drip_in_the_tls_handshake_is_left(fetcher, start):
    """A handshake record that never ends."""
    site = start(drip(b"\x16\x03\x03\x40\x00"), listens_first=False)

    with ends_in_time():
        fetcher.get(site.url().replace("http:", "https:"), SHORT)


def test_endless_informational_answers_are_left(fetcher, start):
    """100 Continue again and again is no answer."""

    def behave(connection, server):
        while not server.over.wait(0.05):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    site = start(behave)

    with ends_in_time():
        fetcher.get(site.url(), SHORT)


def test_all_hops_share_one_clock(fetcher, start):
    """Five slow redirects do not get five times as long."""

    def behave(connection, server):
        server.over.wait(0.2)
        connection.sendall(redirect(f"/{len(server.heads)}"))

    site = start(behave)

    with ends_in_time():
        fetcher.get(site.url(), SHORT)
    assert len(site.heads) <= 3


def test_body_of_a_redirect_is_not_waited_for(fetcher, start):
    """An endless body under a 302 costs nothing: it is not read."""

    def behave(connection, server):
        if 1 == len(server.heads):
            connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n")
            while not server.over.is_set():
                connection.sendall(b"x" * 65536)
        connection.sendall(page(b"arrived"))

    site = start(behave)

    assert b"arrived" == fetcher.get(site.url(), AMPLE).body


def test_sockets_of_a_fetch_that_timed_out_are_closed(fetcher, start):
    """The server sees the end of the connection, so nothing is left open."""
    closed = threading.Event()

    def behave(connection, server):
        if not connection.recv(1):
            closed.set()

    site = start(behave)

    with ends_in_time():
        fetcher.get(site.url(), SHORT)
    assert closed.wait(2)


def test_default_is_ten_seconds_and_five_for_a_client():
    """The consent page waits for a client's page, so that has less."""
    assert (10.0, 5.0) == (SOURCE.seconds, CLIENT.seconds)


class TestNames:
    """A look-up cannot be cancelled; it must hold up nobody else, and nobody for ever."""

    @pytest.fixture
    def stuck(self):
        """A resolver that hangs on every name but `quick.example` until `stuck.set()`."""

        class Stuck(threading.Event):
            def resolve(self, name):
                if name != "quick.example":
                    self.wait(20)
                return ["127.0.0.1"]

        event = Stuck()
        yield event
        event.set()

    def test_resolver_that_never_answers_is_left(self, stuck):
        """The clock runs during the look-up."""
        with ends_in_time():
            Fetcher(resolve=stuck.resolve).get("http://slow.example/", SHORT)

    def test_many_that_never_answer_end_together_and_then_recover(self, stuck):
        """More look-ups than there are slots: each ends at its own deadline; once they are free, all is well."""
        fetcher = Fetcher(resolve=stuck.resolve)

        def outcome(number):
            with ends_in_time():
                fetcher.get(f"http://slow{number}.example/", SHORT)
            return True

        with ThreadPoolExecutor(40) as pool:
            assert 40 == sum(pool.map(outcome, range(40)))
        with ends_in_time():
            fetcher.get("http://quick.example/", SHORT)
        stuck.set()
        with pytest.raises(Blocked):
            fetcher.get("http://quick.example/", AMPLE)

    def test_stuck_names_do_not_hold_up_the_others(self, stuck):
        """While there is a free slot, a quick name is quick."""
        fetcher = Fetcher(resolve=stuck.resolve)
        with ThreadPoolExecutor(8) as pool:
            slow = [pool.submit(fetcher.get, f"http://slow{n}.example/", AMPLE) for n in range(8)]
            with pytest.raises(Blocked):
                fetcher.get("http://quick.example/", AMPLE)
            assert not any(each.done() for each in slow)
            stuck.set()
            assert all(isinstance(each.exception(), Blocked) for each in slow)


def test_name_without_an_address_is_unreachable(fetcher):
    """Another try may find it: names come and go."""
    with pytest.raises(Unreachable) as caught:
        fetcher.get("http://nowhere.example/")
    assert caught.value.again


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a..example"])
def test_name_that_cannot_be_one_is_refused_in_time(name):
    """The system's own resolver raises UnicodeError for labels that are too long or empty."""
    with pytest.raises((Blocked, Unreachable)):
        Fetcher().get(f"http://{name}/", SHORT)


def test_fetch_within_its_time_is_not_disturbed(fetcher, start):
    """A slow answer that ends in time arrives whole."""

    def behave(connection, server):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        for letter in b"hello":
            server.over.wait(0.02)
            connection.sendall(bytes([letter]))

    assert b"hello" == fetcher.get(start(behave).url(), AMPLE).body


def test_answering_server_leaves_no_thread(fetcher, start):
    """The timer of a fetch ends with it."""
    site = start(answering(page()))
    fetcher.get(site.url())

    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for timer in timers:
        timer.join(1)
    assert not any(timer.is_alive() for timer in timers)
