"""
Every kind of page that the site has, each at its address on a site that is filled for it.

`PAGES` are their names, for `@pytest.mark.parametrize`; the fixtures `filled` (what is here) and `every_page`
(what each answers, by name) are in tests/conftest.py. Who makes a new kind of page names it here, and every
checker looks at it.
"""

import contextlib
import io
import re
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from PIL import Image
from werkzeug.serving import WSGIRequestHandler, make_server

from indie import demo, times, wiring
from indie.config import Settings
from indie.errors import IndieError
from indie.indieauth import owner, tokens
from indie.jobs.worker import Worker
from indie.jobs.workshop import Workshop
from indie.mf2.sandbox import Parser
from indie.site import own_pages
from indie.store import Store
from indie.store.subscribers import Asked
from tests.frozen_web import FrozenWeb
from tests.live.running import free_port

PASSWORD = "correct horse"

CAFE = {
    "type": ["h-card"],
    "properties": {"name": ["Café Kotti"], "url": ["https://kotti.example/"], "latitude": ["52.49"], "longitude": ["13.41"]},
}
SONG = {
    "type": ["h-cite"],
    "properties": {
        "name": ["Song"],
        "url": ["https://band.example/song"],
        "author": [{"type": ["h-card"], "properties": {"name": ["Band"], "url": ["https://band.example/"]}}],
    },
}
HAMMER = {"type": ["h-product"], "properties": {"name": ["Hammer"], "url": ["https://tools.example/hammer"]}}
ANN = {"type": ["h-card"], "properties": {"name": ["Ann Alder"], "url": ["https://ann.example/"]}}
ELSEWHERE = "https://elsewhere.example/a-post"

POSTS = {
    "note": ("entry", {"content": ["A note with a #tag, and https://elsewhere.example/ in it."]}),
    "article": ("entry", {
        "name": ["On mending fences"], "summary": ["Why it is worth it."], "category": ["fences", "日本語"],
        "content": [{"html": "<h2>First</h2><p>Find the post.</p><ul><li>Hammer</li></ul><pre><code>$ fence --mend</code></pre>"
                     "<table><tr><th>Nails</th><td>12</td></tr></table><blockquote>Good neighbours.</blockquote>"}],
        "featured": ["{picture}"],
    }),
    "photo": ("entry", {"content": ["One picture."], "photo": [{"value": "{picture}", "alt": "A teal field"}]}),
    "photos": ("entry", {"photo": [{"value": "{picture}", "alt": "A teal field"}, {"value": "{other}", "alt": "A red one"}]}),
    "video": ("entry", {"content": ["Seen."], "video": ["{video}"]}),
    "audio": ("entry", {"content": ["Heard."], "audio": ["{audio}"]}),
    "reply": ("entry", {"in-reply-to": [ELSEWHERE], "content": ["I agree."]}),
    "reply to a cite": ("entry", {"in-reply-to": [SONG], "content": ["Nice."]}),
    "like": ("entry", {"like-of": [ELSEWHERE]}),
    "repost": ("entry", {"repost-of": [ELSEWHERE]}),
    "bookmark": ("entry", {"bookmark-of": [ELSEWHERE], "name": ["A post elsewhere"], "content": ["Worth it."]}),
    "quotation": ("entry", {"quotation-of": [ELSEWHERE], "content": ["So true."]}),
    "rsvp": ("entry", {"rsvp": ["maybe"], "in-reply-to": ["https://club.example/42"]}),
    "event": ("event", {
        "name": ["Fence mending"], "start": ["2026-08-01T19:00:00+02:00"], "end": ["2026-08-01T22:00:00+02:00"],
        "location": [CAFE], "content": ["Bring a hammer."],
    }),
    "checkin": ("entry", {"checkin": [CAFE], "content": ["Coffee."]}),
    "jam": ("entry", {"jam-of": [SONG]}),
    "listen": ("entry", {"listen-of": [SONG]}),
    "watch": ("entry", {"watch-of": [SONG], "content": ["Twice."]}),
    "read": ("entry", {"read-of": [SONG], "read-status": ["finished"], "content": ["Again."]}),
    "review": ("review", {"name": ["A good hammer"], "rating": [4], "best": [5], "item": [HAMMER], "content": ["It hits."]}),
    "follow": ("entry", {"follow-of": ["https://ann.example/"]}),
    "food": ("entry", {"ate": [{"type": ["h-food"], "properties": {"name": ["Pizza"]}}], "content": ["Good."]}),
    "drink": ("entry", {"drank": [{"type": ["h-food"], "properties": {"name": ["Tea"]}}]}),
    "person": ("entry", {"content": ["With Ann."], "category": [ANN]}),
    "unknown": ("entry", {"content": ["Less."], "weight": [{"type": ["h-measure"], "properties": {"num": [70], "unit": ["kg"]}}]}),
    "rtl": ("entry", {"name": ["مرحبا"], "content": [{"html": '<p lang="ar">مرحبا بكم في موقعي الصغير</p>'}]}),
    "syndicated": ("entry", {"content": ["Also there."], "syndication": ["https://mas.example/@mira/1"]}),
    "unlisted": ("entry", {"content": ["For who has the address."], "visibility": ["unlisted"]}),
    "draft": ("entry", {"content": ["Not yet."], "post-status": ["draft"]}),
    "deleted": ("entry", {"content": ["Soon gone."]}),
}  # fmt: skip
"""(what it is without `h-`, properties) of a post of each kind; `{picture}` and the like are files of ours."""

LISTS = {
    "home": "",
    "everything": "all/",
    "notes": "notes/",
    "photos grid": "photos/",
    "tag": "tags/fences/",
    "channel": "channels/walks/",
    "year": "2026/",
    "month": "2026/07/",
    "day": "2026/07/23/",
    "empty day": "2001/02/03/",
    "on this day": "on-this-day/07-23/",
}
PLAIN = {
    "archive": "archive/",
    "tags": "tags/",
    "search": "search",
    "found": "search?q=mending",
    "nothing found": "search?q=zebra",
    "own page": "now/",
    "privacy": "privacy/",
    "accessibility": "accessibility/",
    "about": "about/",
    "subscribe": "subscribe",
    "webmention": "webmention",
    "sign in": "signin",
    "authorization": "auth",
}
OWNERS = {
    "apps and keys": "account",
    "new key": "account/keys/new",
    "sessions": "account/sessions",
    "passkeys": "account/passkeys",
    "password": "account/password",
    "followers": "account/followers",
    "theme": "account/theme",
}

ERRORS = {"not found": 404, "deleted": 410, "our fault": 500}
"""Names of the pages that answer with these, all others with 200."""

PAGES = (
    *LISTS,
    *("older", "older everything", "empty home", "letter", "party", "comment"),
    *(name for name in POSTS if name not in ("draft", *ERRORS)),
    *("preview", *PLAIN, "webmention status", "webmention refused", "set-up", "consent", *OWNERS, *ERRORS),
)

_ANSWERS = {
    "ann": ("u-in-reply-to", "I shall come, with <em>two</em> hammers."),
    "ben": ("u-in-reply-to", "So shall I. " * 120),
    "dot": ("u-repost-of", "Look."),
    "eve": ("u-bookmark-of", "For later."),
    "fay": ("u-in-reply-to", "🎉"),
    "gil": ("u-in-reply-to", "🎉"),
    "hal": ("", "Somebody mends fences."),
    **{f"fan{number}": ("u-like-of", "") for number in range(9)},
}
_ENTRY = """HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8

<!doctype html><html lang="en"><title>{name}</title><article class="h-entry">
<p class="p-author h-card"><a class="p-name u-url" href="https://{name}.example/">{name} Example</a></p>
<a class="{relation}" href="{target}">that</a> <div class="e-content">{says}</div>
<a class="u-url" href="https://{name}.example/1"><time class="dt-published" datetime="2026-07-30T08:00:00Z">then</time></a>
</article></html>"""


@dataclass(frozen=True)
class Page:
    """A page of a site. url: absolute. owners: whether only the owner sees it, who is signed in."""

    name: str
    url: str
    status: int = 200
    owners: bool = False


AGAIN = 300
"""Seconds after which the owner signs in anew."""


class Filled:
    """
    Two sites, one with something of everything, one as it is before set-up; `pages` by name.

    Each answers in this process (`get`), and by HTTP at the addresses of its pages while it is `served`.
    data, home: folder and address of the full one. cookie: the owner's session there.
    """

    def __init__(self, folder, parser):
        self.pages, self.web, self.apps, self.stores = {}, FrozenWeb(), {}, []
        self.data = folder / "filled"
        empty = self._site(folder / "empty")
        settings, self.store, self.app = self._site(self.data)
        self.home = settings.me
        shop = Workshop(settings, self.store, wiring.storage(settings), self.web, parser, wiring.renderer(settings, self.store))
        self._work = Worker(shop).run_until_idle
        self._move_in(shop)
        self._fill(demo.play(shop))
        self._lead_to_what_is_always_there(*empty)

    def get(self, name, method="GET", **more):
        """What a page answers, to the owner where nobody else sees it."""
        page = self.pages[name]
        home = page.url[: page.url.index("/", len("http://")) + 1]
        client = self.owner() if page.owners else self.apps[home].test_client(use_cookies=False)
        return client.open(f"/{page.url.removeprefix(home)}", base_url=home, method=method, **more)

    def owner(self):
        """His browser, signed in. Why again and again: after a quarter of an hour some pages ask for the password."""
        if time.monotonic() - self._signed_in > AGAIN:
            self._owner.post("/signin", data={"password": PASSWORD}, base_url=self.home)
            self._signed_in = time.monotonic()
        return self._owner

    @contextlib.contextmanager
    def served(self):
        """The same by HTTP."""
        servers = []
        for home, app in self.apps.items():
            at = urlsplit(home)
            servers.append(make_server(at.hostname, at.port, app, threaded=True, request_handler=_Silent))
            threading.Thread(target=servers[-1].serve_forever, args=(0.05,), daemon=True).start()
        yield self
        for server in servers:
            server.shutdown()
            server.server_close()

    def close(self):
        """Let go of the files."""
        for store in self.stores:
            store.database.close()

    def _site(self, folder):
        settings = Settings(data=folder, url=f"http://127.0.0.1:{free_port()}/", rate_limit=False)
        store = Store.open(settings)
        app = wiring.create_app(settings, store, self.web)
        app.add_url_rule("/our-fault", view_func=_our_fault)
        self.stores.append(store)
        self.apps[settings.me] = app
        return settings, store, app

    def _move_in(self, shop):
        face = (demo.PAGES / "mira.example" / "me.webp").read_bytes()
        owner.set_up(self.store, shop.storage, times.now(), name="Mira Example", nickname="mira", note="Mends fences.", photo=face, password=PASSWORD)
        with self.store.write():
            self.store.preferences.put("channels", '[{"uid": "walks", "name": "Walks"}]')
            self.store.pages.put(own_pages.read("about", "I mend *fences*."), times.now())
            self.store.pages.put(own_pages.read("now", "# Now\n\nI mend *fences*.", 1), times.now())
        self._owner = self.app.test_client()
        self._signed_in = float("-inf")
        scope = ("create", "update", "delete", "media")
        token = tokens.issue(self.store, scope, "https://client.example/", times.now())
        self.bearer = {"Authorization": f"Bearer {token}"}

    def _fill(self, letter):
        """What the owner posts, and what others answer."""
        self._add("letter", letter)
        files = {"picture": _picture("teal"), "other": _picture("red"), "video": b"\0\0\0\x18ftypmp42" + bytes(99), "audio": b"ID3" + bytes(99)}
        files = {name: self._upload(name, body) for name, body in files.items()}
        for name, (kind, properties) in POSTS.items():
            answer = self._post(kind, _filled_in(properties, files))
            self._add(name, answer.headers["Location"], ERRORS.get(name, 200))
            if name == "draft":
                self._add("preview", answer.json["preview"])
                del self.pages["draft"]
        for number in range(1, 23):
            self._post("entry", {"content": [f"Walk {number}."], "published": [f"2025-06-{number:02}T08:00:00Z"], "mp-channel": ["walks"]})
        self._micropub({"action": "delete", "url": self.pages["deleted"].url})
        self._add("party", self._post("event", {"name": ["A party"], "start": ["2026-08-02"], "content": ["Come."]}).headers["Location"])
        self._answer(self.pages["party"].url)

    def _answer(self, target):
        for name, (relation, says) in _ANSWERS.items():
            source = f"https://{name}.example/1"
            self.web.pages[source] = _ENTRY.format(name=name, target=target, relation=relation, says=says).encode()
            status = self.app.test_client().post("/webmention", data={"source": source, "target": target}, base_url=self.home)
            assert status.status_code == 201, status.text
        refused = {"source": "https://nothing.example/", "target": target}
        self._add("webmention status", status.headers["Location"])
        refused = self.app.test_client().post("/webmention", data=refused, base_url=self.home)
        self._add("webmention refused", refused.headers["Location"])
        self._work()

    def _lead_to_what_is_always_there(self, empty, store, _app):
        """The lists, the forms, the pages of the owner's, and the mistakes."""
        for name, path in {**LISTS, **PLAIN}.items():
            self._add(name, self.home + path)
        for name, path in OWNERS.items():
            self._add(name, self.home + path, owners=True)
        for name, of in {"older": "home", "older everything": "everything"}.items():
            self._add(name, re.search(r'rel="next" href="([^"]+)"', self.get(of).text)[1])
        self._add("comment", f"{self.home}c/{re.search('comment u-comment [^>]*id=.c-([0-9]+)', self.get('party').text)[1]}")
        asked = {
            "response_type": "code", "client_id": "https://app.example/", "redirect_uri": "https://app.example/back",
            "state": "st8", "scope": "create update media profile", "code_challenge": "c" * 43, "code_challenge_method": "S256",
        }  # fmt: skip
        self._add("consent", f"{self.home}auth?{urlencode(asked)}", owners=True)
        self._add("not found", f"{self.home}no/such/page", 404)
        self._add("our fault", f"{self.home}our-fault", 500)
        with self.store.write():
            now = times.now()
            made = self.store.subscribers.ask(self.home, "https://reader.example/", "reader.example", Asked("subscribe", 1, "", ""), now)
            self.store.subscribers.confirm(made, "", now + timedelta(days=1))
        self._add("empty home", empty.me)
        self._add("set-up", f"{empty.me}setup/{owner.setup_key(store.secret)}")

    def _add(self, name, url, status=200, *, owners=False):
        self.pages[name] = Page(name, url, status, owners)

    def _upload(self, name, body):
        data = {"file": (io.BytesIO(body), name)}
        answer = self.app.test_client().post("/micropub/media", data=data, headers=self.bearer, base_url=self.home)
        assert answer.status_code == 201, answer.text
        self._work()
        return answer.headers["Location"]

    def _post(self, kind, properties):
        usual = {} if "published" in properties else {"published": ["2026-07-23T17:00:00Z"]}
        return self._micropub({"type": [f"h-{kind}"], "properties": properties | usual})

    def _micropub(self, body):
        answer = self.app.test_client().post("/micropub", json=body, headers=self.bearer, base_url=self.home)
        assert answer.status_code < 300, answer.text
        return answer


@contextlib.contextmanager
def filling(folder):
    """A `Filled` in an empty folder."""
    with Parser(children=1) as parser:
        made = Filled(folder, parser)
        assert set(PAGES) == made.pages.keys(), f"in one place alone: {set(PAGES) ^ made.pages.keys()}"
        yield made
        made.close()


class _Silent(WSGIRequestHandler):
    def log(self, *_):
        pass


def _our_fault():
    raise IndieError("Something broke here, and your request with it.")


def _picture(colour):
    file = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(file, "JPEG")
    return file.getvalue()


def _filled_in(value, files):
    """The same with every `{name}` of a file replaced by its address."""
    if isinstance(value, str):
        return files.get(value[1:-1], value) if value[:1] == "{" else value
    if isinstance(value, list):
        return [_filled_in(one, files) for one in value]
    return {key: _filled_in(one, files) for key, one in value.items()} if isinstance(value, dict) else value
