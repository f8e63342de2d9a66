"""
The example conversation: `python app.py demo` plays it into an empty site.

Everything goes the way that it would for real: posts through `publishing`,
answers through the receiver's job. Only the web is a small frozen one, the
files in `pages/`, so that nobody's server is asked.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from indie import mirror, publishing, times, urls
from indie.errors import Misconfigured
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched, Headers
from indie.jobs.worker import Worker
from indie.jobs.workshop import Workshop
from indie.media.types import sniff
from indie.mf2.item import Item
from indie.posts.post import Post
from indie.publishing import Upload
from indie.store import webmentions
from indie.store.owner import Owner
from indie.webmention import process

PAGES = Path(__file__).parent / "pages"

OWNER = Owner(
    name="Mira Example",
    nickname="mira",
    note="Writes about tools, fences and walking. Nobody moves the fence around this page.",
)

CLIENT = "https://demo.example/"

LETTER = """<p>Somebody with a very large platform announced a very open thing yesterday, and did it in
<a href="https://platform.example/@chief/4711">four screenshots of text</a>. Nobody can quote a screenshot,
search it, translate it or have it read aloud. So I typed one of them out:</p>
<blockquote><p>What formed me was building on ground that belonged to others, and asking every morning whether
the fence had moved in the night.</p></blockquote>
<p>I have my doubts about the messenger. The sentence is right all the same, and it is right about more than
telephones. A page at an address of your own is the one thing in this trade that nobody can fence off.</p>
<p><img src="https://mira.example/ridge.webp" alt="Evening sun over a dark ridge with two trees"></p>
<p>What if the tools that we use every day took that seriously? I don’t know yet — but I’d like to live
in the answer.</p>"""


class FrozenWeb(Fetcher):
    """Answers from the files in `pages/<host>/<path>`; what is not there is a 404."""

    _addresses: Mapping[str, str] = {}

    def get(self, url: str, *_: object, **__: object) -> Fetched:
        """The file of this URL; a page says which site it answers with `{target}`."""
        path = PAGES / urls.key(url)
        if not path.is_file():
            return Fetched(url, 404, Headers({}), b"")
        body = path.read_bytes()
        picture = sniff(body)
        kind = picture.name if picture else "text/html; charset=utf-8"
        return Fetched(url, 200, Headers({"Content-Type": kind}), body if picture else self._addressed(body))

    def post(self, url: str, *_: object, **__: object) -> Fetched:
        """Nobody is told of an example."""
        return Fetched(url, 404, Headers({}), b"")

    def answer_to(self, **addresses: str) -> None:
        """Set what `{target}` and other marks in the pages stand for."""
        self._addresses = addresses

    def _addressed(self, body: bytes) -> bytes:
        text = body.decode()
        for mark, address in self._addresses.items():
            text = text.replace("{" + mark + "}", address)
        return text.encode()


def play(shop: Workshop) -> str:
    """
    Fill an empty site. Returns the address of the conversation.

    Raises Misconfigured where there is a post already.
    """
    store = shop.store
    if not store.posts.empty():
        raise Misconfigured("this site has posts: the example goes into an empty one alone (INDIE_DATA names another)")
    if store.owner.get() is None:
        _move_in(shop)
    web = FrozenWeb()
    # Why in one transaction: a worker that runs beside this must not ask the real web about the example.
    with store.write():
        target = _tell(shop, web)
        Worker(replace(shop, fetcher=web)).run_until_idle()
    return target


def _tell(shop: Workshop, web: FrozenWeb) -> str:
    """Everybody says his part, in the order of the dates."""
    fence = "Good ones make good neighbours, they say.\n\nWho says it usually holds the hammer."
    _post(
        shop,
        "2026-07-18T12:30:00+02:00",
        {"name": ["A fence is a promise"], "content": [fence], "category": ["fences"]},
    )
    gap = "Somebody took out the two rails where the path goes through. Best fence I saw all week."
    _post(
        shop,
        "2026-07-19T20:51:00+02:00",
        {"content": [gap], "category": ["walking"]},
        alt="A wooden fence across pale hills, with a gap in it",
    )
    letter = _post(
        shop,
        "2026-07-23T17:00:00+02:00",
        {
            "name": ["A letter, as a picture of a letter"],
            "content": [{"html": LETTER}],
            "category": ["open web", "writing"],
        },
    )
    target = letter.url(shop.settings.me)
    web.answer_to(target=target)
    _fetch_pictures(shop, web)
    _answer(shop, web, "https://jon.example/2026/reader-mode", target, "2026-07-23T17:44:00+02:00")
    leave = "I like that. I’ll leave it in."
    _reply(shop, "2026-07-23T17:58:00+02:00", leave, "https://jon.example/2026/reader-mode")
    _answer(shop, web, "https://numeric.example/r/3", target, "2026-07-23T18:04:00+02:00")
    argue = "I can’t argue with that. Although, high as the fence is, you can publish to the web without asking it."
    _reply(shop, "2026-07-23T18:20:00+02:00", argue, "https://numeric.example/r/3")
    _answer(shop, web, "https://greta.example/notes/licence", target, "2026-07-24T08:13:00+02:00")
    for number, name in enumerate(("ada", "kofi", "tove", "sam", "jiro"), start=1):
        _answer(shop, web, f"https://{name}.example/likes/letter", target, f"2026-07-24T09:1{number}:00+02:00")
    _answer(shop, web, "https://jiro.example/links/29", target, "2026-07-25T07:00:00+02:00")
    frost = "The first frost, and the old bicycle sounds like a harp."
    _post(shop, "2026-11-22T08:04:00+01:00", {"content": [frost], "category": ["autumn"]})
    return target


def _move_in(shop: Workshop) -> None:
    now = times.now()
    name = mirror.name(shop.store.secret, "avatar", "https://mira.example/me.webp")
    with shop.store.write():
        mirror.want(shop.store, "avatar", "https://mira.example/me.webp", now)
        shop.store.owner.put(Owner(OWNER.name, OWNER.nickname, OWNER.note, photo=name), now)
    mirror.fetch(shop.store, shop.storage, FrozenWeb(), name, now, last=True)


def _post(shop: Workshop, published: str, properties: dict[str, list[Any]], alt: str = "") -> Post:
    """A post; with `alt` the picture of the fence is part of it."""
    uploads = [Upload("photo", (PAGES / "mira.example" / "fence.webp").read_bytes())] if alt else []
    return publishing.create(
        shop.store,
        shop.storage,
        shop.settings.me,
        times.parse(published),
        Item(type=("h-entry",), properties={"published": [published]} | properties),
        {"mp-photo-alt": [alt]} if alt else {},
        uploads,
        client_id=CLIENT,
    )


def _reply(shop: Workshop, published: str, content: str, to: str) -> None:
    _post(shop, published, {"content": [content], "in-reply-to": [to]})


def _answer(shop: Workshop, web: FrozenWeb, source: str, target: str, at: str) -> None:
    """What the endpoint and the worker do when a webmention comes."""
    now: datetime = times.parse(at)
    post = publishing.find(shop.store, shop.settings.me, target)
    assert post is not None
    webmention = process.queue(shop.store, source, target, post, now)
    process.process(shop.store, web, shop.parser, shop.settings.me, webmention.id, now, last=True)
    # Why: nobody is to look again at hosts that are made up.
    shop.store.jobs.cancel(webmentions.look(webmention.id))
    _fetch_pictures(shop, web)


def _fetch_pictures(shop: Workshop, web: FrozenWeb) -> None:
    now = times.now()
    for medium in shop.store.media.wanted():
        mirror.fetch(shop.store, shop.storage, web, medium.name, now, last=True)
