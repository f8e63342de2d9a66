"""What a callback may try against the hub that asks it (WH-10), with the real fetcher and servers that speak bytes."""

from ipaddress import ip_network

import pytest

from indie import times, wiring
from indie.fetch.client import Fetcher
from indie.jobs.workshop import Workshop
from indie.mf2.sandbox import Parser
from indie.store.subscribers import Asked
from indie.websub import distribution, intent
from tests.fetch.rawserver import SITE, answering, page, redirect
from tests.fetch.test_attacks import INSIDE
from tests.websub.conftest import ME

WITHIN = 8
"""Seconds in which the hub is done with anybody, however he behaves: its own are 3, and 5 for a challenge."""


@pytest.fixture
def shop(settings, store, storage, resolver):
    """What jobs work with; 127.0.0.2 may be reached, and nothing else on this machine."""
    fetcher = Fetcher([ip_network(f"{SITE}/32")], resolve=resolver)
    return Workshop(settings, store, storage, fetcher, Parser(children=0), wiring.renderer(settings, store))


@pytest.fixture
def asks(store, shop):
    """`asks(callback)`: it is verified; whether it follows then."""

    def run(callback):
        with store.write():
            made = store.subscribers.ask(ME, callback, "reader.example", Asked("subscribe", 3600, "", ""), times.now())
        intent.verify(store, shop.fetcher, shop.render, ME, made, times.now())
        return store.subscribers.get(made) is not None

    return run


@pytest.fixture
def sent(store, shop, following, publish):
    """`sent(callback)`: something new is sent to one that follows there; how it is noted then."""

    def run(callback):
        subscriber = following(callback=callback)
        publish(content="New.")
        distribution.distribute(store, shop.render, ME, times.now())
        distribution.deliver(store, shop.fetcher, ME, subscriber.id, times.now(), patient=False, last=False)
        return store.subscribers.get(subscriber.id)

    return run


@pytest.mark.parametrize("url", [url for url in INSIDE if url.isascii()])
class TestInside:
    """No spelling of an inner address, no name of one, is reached."""

    def test_it_is_not_asked(self, asks, canary, url):
        assert not asks(url.format(port=canary.port))

    def test_it_is_not_sent_anything(self, sent, canary, url):
        """Also where the name meant another address when it was verified."""
        assert 1 == sent(url.format(port=canary.port)).failures


class TestRedirects:
    """None is followed, wherever it leads."""

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_of_the_challenge(self, asks, beside, canary, status):
        site = beside(answering(redirect(canary.url("/"), status)))
        assert (False, 1) == (asks(site.url("/cb")), site.met)

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_of_a_delivery(self, sent, beside, canary, status):
        site = beside(answering(redirect(canary.url("/"), status)))
        assert (1, 1) == (sent(site.url("/cb")).failures, site.met)

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_not_even_to_where_we_may_go(self, asks, sent, start, status):
        """A callback is an address, and not who else it names."""
        elsewhere = start(answering(page()))
        asks(start(answering(redirect(elsewhere.url("/"), status))).url("/cb"))
        assert (1, 0) == (sent(start(answering(redirect(elsewhere.url("/"), status))).url("/cb")).failures, elsewhere.met)


class TestTooMuch:
    def test_ten_megabytes_for_a_challenge_are_no_agreement(self, asks, start):
        assert not asks(start(answering(page(b"a" * 10_000_000))).url("/cb"))

    def test_ten_megabytes_behind_a_delivery_are_not_read(self, sent, start):
        assert (204, 0) == ((noted := sent(start(answering(page(b"a" * 10_000_000, status="204 Fine"))).url("/cb"))).status, noted.failures)

    def test_a_compressed_bomb_is_not_opened(self, sent, start):
        bomb = page(b"\x1f\x8b\x08" + b"\0" * 1000, "Content-Encoding: gzip")
        assert 0 == sent(start(answering(bomb)).url("/cb")).failures


def dripping(head):
    """Behave so: a head, and then a byte every tenth of a second, until the test ends."""

    def behave(connection, server):
        connection.sendall(head)
        while not server.over.wait(0.1):
            connection.sendall(b"a")

    return behave


class TestTooSlow:
    def test_a_body_that_drips_behind_a_delivery_is_not_waited_for(self, sent, start):
        """Its status has come."""
        server = start(dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"))
        assert 0 == sent(server.url("/cb")).failures

    @pytest.mark.timeout(WITHIN + 60)
    @pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX-More: "])
    def test_headers_that_drip_are_a_failure(self, sent, start, head):
        began = times.now()
        noted = sent(start(dripping(head)).url("/cb"))
        assert (1, True) == (noted.failures, (times.now() - began).total_seconds() < WITHIN)

    def test_a_challenge_that_drips_is_no_agreement(self, asks, start):
        began = times.now()
        assert not asks(start(dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 43\r\n\r\n")).url("/cb"))
        assert (times.now() - began).total_seconds() < WITHIN
