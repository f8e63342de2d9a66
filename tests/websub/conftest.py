"""The hub, and readers that follow: each is a callback that says what the hub gave it, unless a test wants otherwise."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from indie import times
from indie.errors import Unreachable
from indie.fetch import limits
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched, Headers
from indie.store.subscribers import Asked
from indie.websub import distribution, intent
from tests.fetch.conftest import beside, canary, resolver, start  # noqa: F401  # fixtures
from tests.webmention.conftest import ME, answer, post, publish, receive, target  # noqa: F401  # fixtures

CALLBACK = "http://reader.example/callback"


@dataclass
class Reader:
    """
    One that follows. says: what it answers to a challenge; None says the challenge itself. adds: what it says behind it.

    status, verified: its answers to a delivery, and to a challenge; an exception is raised.
    questions: what it was asked, by name. deliveries: (body, headers) of each. patience: seconds it was given for each.
    """

    says: bytes | None = None
    adds: bytes = b""
    status: object = 204
    verified: object = 200
    headers: dict = field(default_factory=dict)
    questions: list = field(default_factory=list)
    deliveries: list = field(default_factory=list)
    patience: list = field(default_factory=list)
    asked: list = field(default_factory=list)


class Page(Reader):
    """A page of somebody's, which a source of a webmention is."""

    def __init__(self, raw):
        super().__init__(says=raw.partition(b"\n\n")[2])


class Readers(Fetcher):
    """The net, in which there are these readers alone, by their callbacks. posted: (URL, form) of what else was sent."""

    def __init__(self):
        super().__init__()
        self.known, self.posted = {CALLBACK: Reader()}, []

    def get(self, url, limit=limits.SOURCE, accept="", headers=None):
        reader = self._at(url)
        question = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        reader.asked.append(url)
        reader.questions.append(question)
        if isinstance(reader.verified, Exception):
            raise reader.verified
        said = question.get("hub.challenge", "").encode() if reader.says is None else reader.says
        return Fetched(url, reader.verified, Headers(), said + reader.adds)

    def post_bytes(self, url, body, headers, limit=limits.ANSWER):
        reader = self._at(url)
        reader.deliveries.append((body, dict(headers)))
        reader.patience.append(limit.seconds)
        if isinstance(reader.status, Exception):
            raise reader.status
        return Fetched(url, reader.status, Headers(reader.headers), b"")

    def post(self, url, form, limit=limits.ANSWER):
        self.posted.append((url, dict(form)))
        return Fetched(url, 204, Headers(), b"")

    def _at(self, url):
        found = [callback for callback in self.known if url.startswith(callback)]
        if not found:
            raise Unreachable(f"{url} cannot be reached")
        return self.known[max(found, key=len)]


@pytest.fixture
def readers():
    """The net (Readers)."""
    return Readers()


@pytest.fixture
def reader(readers):
    """Who follows at CALLBACK."""
    return readers.known[CALLBACK]


@pytest.fixture
def shop(shop, readers):
    """What jobs work with; nothing is waited for."""
    return replace(shop, fetcher=readers, settings=replace(shop.settings, rate_limit=False))


@pytest.fixture
def ask(client):
    """`ask()` is the request to follow the home page; a field is given by its name without `hub.`, None leaves it out."""

    def send(**fields):
        given = {"mode": "subscribe", "topic": ME, "callback": CALLBACK} | fields
        data = {f"hub.{name}": value for name, value in given.items() if value is not None}
        return client.post("/hub", data=data)

    return send


@pytest.fixture
def follow(ask, work):
    """The same, and it is verified."""

    def send(**fields):
        assert 202 == ask(**fields).status_code
        work()

    return send


@pytest.fixture
def verify(shop, store):
    """Run the verification of the one subscriber."""

    def run(topic=ME, callback=CALLBACK, now=None):
        subscriber = store.subscribers.find(topic, callback)
        intent.verify(store, shop.fetcher, shop.render, ME, subscriber.id, now or times.now())
        return store.subscribers.get(subscriber.id)

    return run


@pytest.fixture
def following(store, shop):
    """`following(topic)` is one that follows since a moment, without a word of how that came about."""

    def make(topic=ME, callback=CALLBACK, secret="", lease=864_000):
        now = times.now()
        with store.write():
            made = store.subscribers.ask(topic, callback, "reader.example", Asked("subscribe", lease, secret, ""), now)
            store.subscribers.confirm(made, secret, now + timedelta(seconds=lease))
        distribution.distribute(store, shop.render, ME, now)
        with store.write():
            version = store.topics.get(topic)
            store.subscribers.has(made, version.digest)
            store.jobs.cancel(f"{distribution.DELIVER} {made}")
        return store.subscribers.get(made)

    return make


@pytest.fixture
def jobs(store):
    """`jobs()`: the names of the jobs that wait, and what they are about."""
    return lambda: [row["name"] for row in store.database.query("SELECT name FROM jobs ORDER BY id")]
