"""Other people's servers on loopback, a canary that nobody may wake, and a name server of our own."""

import socket
from ipaddress import ip_network

import pytest

from indie.fetch.client import Fetcher
from tests.fetch.rawserver import INSIDE, SITE, RawServer, answering, page


@pytest.fixture
def start():
    """Start a raw server: `start(behave, host=…, port=…, listens_first=…)`."""
    servers = []

    def start(behave, host=SITE, port=0, *, listens_first=True):
        servers.append(RawServer(behave, host, port, listens_first=listens_first))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def canary():
    """What must never be reached: 127.0.0.1, which answers everybody. Fails the test that connects to it."""
    bird = RawServer(answering(page(b"secret")), INSIDE)
    yield bird
    bird.close()
    assert bird.met == 0, "somebody connected to 127.0.0.1"


@pytest.fixture
def beside(start, canary):
    """A site of somebody else's on 127.0.0.2 at the canary's own port: `beside(behave)`."""
    return lambda behave: start(behave, SITE, canary.port)


@pytest.fixture
def resolver():
    """A name server: fill `resolver.book`, a name to one list of addresses or to several, one a question."""

    class Resolver:
        def __init__(self):
            self.book, self.asked = {"site.example": [SITE]}, []

        def __call__(self, name):
            self.asked.append(name)
            if name not in self.book:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return self.book[name]

    return Resolver()


@pytest.fixture
def fetcher(resolver):
    """A fetcher that may reach 127.0.0.2 and nothing else on this machine."""
    return Fetcher(allow=[ip_network("127.0.0.2/32")], user_agent="Test Webmention", resolve=resolver)
