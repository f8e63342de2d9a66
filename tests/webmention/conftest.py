"""A post that can be answered, and other people's pages that answer it."""

import io

import pytest
from PIL import Image

from indie import publishing, times
from indie.mf2.item import Item
from indie.webmention import process

ME = "http://site.example/"


def html(body, status="200 OK", *headers):
    """A raw answer with an HTML body."""
    lines = "\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers])
    return f"{lines}\n\n{body}".encode()


@pytest.fixture
def publish(store, storage):
    """`publish(content="…")` makes a post of these properties and returns it."""

    def make(**properties):
        item = Item(("h-entry",), {name.replace("_", "-"): [value] for name, value in properties.items()})
        return publishing.create(store, storage, ME, times.now(), item, {})

    return make


@pytest.fixture
def post(publish):
    """A note."""
    return publish(content="A fence is a promise.")


@pytest.fixture
def target(post):
    """Its address."""
    return post.url(ME)


@pytest.fixture
def answer(target):
    """A page that answers the note: `answer("What it says", "u-like-of")`."""

    def make(says="I think so too.", relation="u-in-reply-to", to=target, more=""):
        return html(
            f'<title>T</title><div class="h-entry"><a class="{relation}" href="{to}">x</a>'
            f'<p class="e-content">{says}</p><a class="p-author h-card" href="/">Ann</a>{more}</div>'
        )

    return make


@pytest.fixture
def receive(store, post, target, frozen_web):
    """Queue a webmention whose source answers so: `receive(raw)` returns it as it was queued."""

    def send(raw, source="http://ann.example/1", to=target, about=post):
        frozen_web.pages[source] = raw
        return process.queue(store, source, to, about, times.now())

    return send


@pytest.fixture
def look(shop, store):
    """Run the receiver's job of a webmention; returns it as it is then, with its response."""

    def run(webmention, *, last=False):
        try:
            process.process(
                store, shop.fetcher, shop.parser, ME, webmention.id, times.now(), last=last
            )
        finally:
            found = store.webmentions.get(webmention.id)
        return found, store.responses.of(webmention.id)

    return run


@pytest.fixture
def picture():
    """The bytes of a small PNG."""
    made = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(made, "PNG")
    return made.getvalue()
