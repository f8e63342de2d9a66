"""A site with a post of every kind, whose feeds are held against their specifications."""

import json
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from indie import files, publishing, times, wiring
from indie.config import Settings
from indie.fetch.client import Fetcher
from indie.indieauth import owner
from indie.jobs.worker import Worker
from indie.jobs.workshop import Workshop
from indie.mf2.item import Item
from indie.mf2.sandbox import Parser
from indie.store import Store

ME = "http://site.example/"
ATOM = "{http://www.w3.org/2005/Atom}"
LISTS = ("/feed", "/all", "/notes", "/articles", "/photos", "/videos", "/audio", "/replies", "/likes", "/bookmarks", "/tags/walks", "/channels/walks", "/2024", "/2024/01", "/2024/01/03", "/on-this-day/01-03")
"""Every kind of list that has a feed."""

EMPTY = ("/jams", "/2023")
"""Lists in which nothing stands."""

ARCHIVE = "/archive/2024-01"

THEM = "https://them.example/1?a=1&b=2"
PLACE = {"type": ["h-card"], "properties": {"name": ["Café <Kotti>"]}}
SENT = {
    "note": {"content": ["A note of #walks & <fences>, in as many words as it takes to be cut off in a title of sixty"]},
    "article": {"name": ["A title & more"], "content": [{"html": "<p>An <b>article</b> ]]&gt;</p>"}], "summary": ["In short"], "category": ["walks"], "updated": ["2024-02-01T00:00:00Z"]},
    "photo": {"content": ["Seen"], "photo": [{"value": "JPEG", "alt": 'A "bridge" & <more>'}, {"value": "WEBP", "alt": ""}], "category": ["walks"]},
    "video": {"content": ["Gulls"], "video": ["MP4"]},
    "audio": {"content": ["Gulls"], "audio": ["MP3"]},
    "reply": {"content": ["Yes."], "in-reply-to": [THEM]},
    "like": {"like-of": [THEM]},
    "bookmark": {"content": ["Why."], "bookmark-of": [{"type": ["h-cite"], "properties": {"name": ["Their page"], "url": [THEM]}}]},
    "checkin": {"checkin": [PLACE]},
    "arabic": {"name": ["جدار \u202b(1)\u202c"], "content": [{"html": "<p>مرحبا 👩‍🌾</p>", "lang": "ar"}]},
}  # fmt: skip
"""What a client sends of each kind; the files are named by their format."""


def picture(kind):
    file = BytesIO()
    Image.new("RGB", (900, 600), "teal").save(file, kind)
    return file.getvalue()


def body(kind):
    """The bytes of a file of this kind."""
    match kind:
        case "MP4":
            return b"\0\0\0\x18ftypisom\0\0\0\1isommp41" + bytes(500)
        case "MP3":
            return b"ID3\x03" + bytes(2000)
    return picture(kind)


def placed(value, address):
    """The value with the address of the file that it names."""
    if isinstance(value, dict) and "alt" in value:
        return {**value, "value": address[value["value"]]}
    return address.get(value, value) if isinstance(value, str) else value


class Site:
    """
    The site, which does not change any more.

    posts: those that are public, by kind. client: of Flask.
    """

    def __init__(self, store, storage, client):
        self.store, self.storage, self.client, self.posts, self._answers = store, storage, client, {}, {}

    def get(self, path):
        """Bytes and headers of a file or a document, at a path or an address of ours; asked for once."""
        path = path.removeprefix("http://site.example")
        if path not in self._answers:
            with self.client.get(path) as answer:
                assert answer.status_code == 200, path
                self._answers[path] = answer.data, answer.headers
        return self._answers[path]

    def keep(self, kind):
        """The address of a file of this kind, which was taken in."""
        found = files.read(body(kind))
        files.lay(self.storage, found)
        with self.store.write():
            files.add(self.store, self.storage, found, times.now())
        return files.address(ME, found.medium.name)

    def make(self, properties, commands=()):
        """A post."""
        return publishing.create(self.store, self.storage, ME, times.now(), Item(("h-entry",), properties), dict(commands))

    def fill(self):
        """A post of each kind; one was edited, one answered, one deleted, some nobody may see."""
        owner.set_up(self.store, self.storage, times.now(), name="Olaf Owner", nickname="olaf", password="correct horse")
        self.store.preferences.put("channels", '[{"uid": "walks", "name": "Walks & more"}]')
        self.store.preferences.put("quiet_kinds", "none")
        address = {kind: self.keep(kind) for kind in ("JPEG", "WEBP", "MP4", "MP3")}
        for number, (kind, sent) in enumerate(SENT.items(), 1):
            properties = {name: [placed(value, address) for value in values] for name, values in sent.items()}
            properties["published"] = [day(number)]
            self.posts[kind] = self.make(properties, [("mp-channel", ["walks"])] if kind == "note" else [])
        answer = {"content": ["My own answer"], "in-reply-to": [self.posts["note"].url(ME)], "published": [day(19)]}
        self.posts["answer"] = self.make(answer)
        publishing.delete(self.store, self.make({"content": ["Gone"], "published": [day(20)]}), ME, times.parse("2024-03-01T00:00:00Z"))
        for hidden in ({"visibility": ["unlisted"]}, {"visibility": ["private"]}, {"post-status": ["draft"]}):
            self.make({"content": ["Hidden"], "published": [day(21)], **hidden})


def day(number):
    return f"2024-01-{number:02}T12:00:00+01:00"


@pytest.fixture(scope="module")
def site(tmp_path_factory, lend):
    """The site, filled once for all tests of a module."""
    with lend() as url:
        settings = Settings(data=tmp_path_factory.mktemp("feeds"), url=ME, database=url)
        store, storage = Store.open(settings), wiring.storage(settings)
        made = Site(store, storage, wiring.create_app(settings, store).test_client())
        made.fill()
        with Parser(children=1) as parser:
            Worker(Workshop(settings, store, storage, Fetcher(), parser, wiring.renderer(settings, store))).run_until_idle()
        yield made
        store.database.close()


@pytest.fixture
def posts(site):
    """The public posts, by kind."""
    return site.posts


@pytest.fixture
def atom(site):
    """`atom(path)`: the root of the Atom feed of a list."""
    return lambda path="/all": ET.fromstring(site.get(f"{path}.atom")[0])


@pytest.fixture
def rss(site):
    """`rss(path)`: the root of the RSS feed of a list."""
    return lambda path="/all": ET.fromstring(site.get(f"{path}.rss")[0])


@pytest.fixture
def jsonfeed(site):
    """`jsonfeed(path)`: the JSON Feed of a list."""
    return lambda path="/all": json.loads(site.get(f"{path}.json")[0])
