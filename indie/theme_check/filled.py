"""A site with a post of every kind and the example conversation, made for one look and then thrown away."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from indie import demo, publishing, times, wiring
from indie.config import Settings
from indie.jobs.workshop import Workshop
from indie.mf2.item import Item
from indie.mf2.sandbox import Parser
from indie.posts.post import Post
from indie.publishing import Upload
from indie.site import own_pages
from indie.store import Store

ME = "http://theme.example/"
POSTS = Path(__file__).parent / "posts.json"

MEDIA = {
    "photo": (demo.PAGES / "mira.example" / "fence.webp").read_bytes(),
    "video": b"\0\0\0\x18ftypmp42" + bytes(99),
    "audio": b"ID3" + bytes(99),
}


class Answer(NamedTuple):
    """What a visitor gets. kind: its media type. moved: whether it leads elsewhere."""

    status: int
    kind: str
    body: bytes
    moved: bool
    cookie: bool

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Filled:
    """
    The site. data: its folder. get: what a visitor gets at an address of it.

    letter: the address of the post with the conversation. kinds: of a post of each kind. others: further pages
    to look at, some of which nothing links to.
    """

    data: Path
    store: Store
    get: Callable[[str], Answer]
    letter: str
    kinds: dict[str, str]
    others: tuple[str, ...]

    def post_at(self, url: str) -> Post | None:
        """The post at an address of ours."""
        return self.store.posts.at("/" + url.removeprefix(ME))


@contextmanager
def filling(look: Path | None, theme: str, preferences: dict[str, str]) -> Iterator[Filled]:
    """
    Fill a site that looks like this.

    look: the data folder whose `templates/` and `themes/` it has; None for those that came with it.
    preferences: further ones, as they are written.
    """
    with TemporaryDirectory() as folder, Parser(children=1) as parser:
        data = Path(folder)
        for name in ("templates", "themes"):
            if look and (look / name).is_dir():
                shutil.copytree(look / name, data / name)
        settings = Settings(data=data, url=ME, rate_limit=False)
        store, web = Store.open(settings), demo.FrozenWeb()
        storage = wiring.storage(settings)
        shop = Workshop(settings, store, storage, web, parser, wiring.renderer(settings, store))
        with store.write():
            for name, text in (preferences | {"theme": theme}).items():
                store.preferences.put(name, text)
            store.pages.put(own_pages.read("about", "I mend *fences*.", menu=1), times.now())
        letter = demo.play(shop)
        kinds = {name: _post(shop, told) for name, told in json.loads(POSTS.read_text(encoding="utf-8")).items()}
        gone = publishing.find(store, ME, _post(shop, {"type": ["h-entry"], "properties": {"content": ["Soon gone."]}}))
        assert gone is not None
        publishing.delete(store, gone, ME, times.now())
        client = wiring.create_app(settings, store, web).test_client(use_cookies=False)

        def get(url: str) -> Answer:
            with client.get(url, base_url=ME, headers={"Accept": "text/html"}) as answer:
                told = answer.headers
                return Answer(
                    answer.status_code, answer.mimetype or "", answer.data, "Location" in told, "Set-Cookie" in told
                )

        paths = ("no/such/page", "webmention", "all/", "photos/", "on-this-day/07-23/", "search?q=fences")
        others = (gone.url(ME), *(f"{ME}{path}" for path in paths))
        try:
            yield Filled(data, store, get, letter, kinds, (*others, *kinds.values()))
        finally:
            store.database.close()


def _post(shop: Workshop, told: dict[str, Any]) -> str:
    """Publish it; `{picture}` and its like are files of ours, each with a post of its own."""
    properties = {name: list(values) for name, values in told["properties"].items()}
    uploads = [
        Upload(name, MEDIA[name])
        for name, values in properties.items()
        for value in values
        if isinstance(value, str) and value[:1] == "{"
    ]
    for upload in uploads:
        properties.pop(upload.property, None)
    item = Item(type=tuple(told["type"]), properties={"published": ["2026-07-23T17:00:00Z"]} | properties)
    alt = {"mp-photo-alt": ["A fence"] * len(uploads)} if "photo" in told["properties"] else {}
    made = publishing.create(shop.store, shop.storage, ME, times.now(), item, alt, uploads, client_id=demo.CLIENT)
    return made.url(ME)
