"""The memory in front of Flask: what it keeps, in which encodings, and that nothing old ever comes out of it (DESIGN §7)."""

import gc
import gzip
import tracemalloc
from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import Client

from indie import mirror, publishing, times, wiring
from indie.mf2.authorship import Author
from indie.mf2.item import Item
from indie.responses.citation import Citation
from indie.responses.response import Alias, Response, address
from indie.site import files, kept
from indie.site import front as memory
from indie.site.front import Front
from indie.store.media import HERE, Medium, Rendition
from indie.store.owner import Owner
from indie.store.quoted import QUOTED
from indie.webmention import moderation
from tests.load.crowd_of_responses import fill
from tests.webmention.conftest import ME

URL = "https://ann.example/ann.jpg"


@pytest.fixture
def front(settings, store):
    return wiring.create_app(settings, store).wsgi_app


@pytest.fixture
def visitor(front):
    """Somebody who keeps no cookie."""
    return Client(front, use_cookies=False)


@pytest.fixture
def keeps(front):
    """Whether the answer at a path is in memory: `keeps("/")`."""
    return lambda path: front.memory.get(path) is not None


@pytest.fixture
def small(front, store):
    """The same site with less memory: `small(bytes)`."""
    return lambda limit: Front(front.app, store, kept.Memory(store, limit))


class TestAnswers:
    """What is sent from memory is what Flask sent."""

    @pytest.mark.parametrize("path", ["/", "/notes/", "/feed.rss", "/feed.atom", "/feed.json", "/subscribe", "/feeds.opml"])
    def test_the_second_answer_is_the_first_and_from_memory(self, visitor, keeps, post, path):
        first = visitor.get(path)
        assert keeps(path)
        second = visitor.get(path)
        assert (first.status, first.data, list(first.headers)) == (second.status, second.data, list(second.headers))

    def test_the_pages_of_a_long_conversation_are_kept_and_no_others(self, visitor, keeps, store, post):
        """Of those there are as many as there are; of `/?page=…` anybody could ask for thousands."""
        fill(store, post, ME, replies=300)
        paths = [f"{post.path}?page=2", "/?page=2", "/subscribe?page=2", f"{post.path}?page=3", f"{post.path}?page=02"]
        assert [200, 200, 200, 302, 200] == [visitor.get(path).status_code for path in paths]
        assert [True, False, False, False, False] == [keeps(path) for path in paths]

    def test_flasks_own_headers_are_sent(self, front, visitor, post):
        visitor.get(post.path)
        flasks = dict(Client(front.app).get(post.path).headers)
        assert flasks.items() <= dict(visitor.get(post.path).headers).items()

    def test_a_format_of_a_permalink_is_kept(self, visitor, keeps, post):
        visitor.get(f"{post.path}?format=jf2")
        assert keeps(f"{post.path}?format=jf2")
        assert not keeps(post.path)

    def test_head_has_the_headers_and_no_body(self, visitor, post):
        whole = visitor.get(post.path)
        head = visitor.head(post.path)
        assert b"" == head.data
        assert dict(whole.headers) == dict(head.headers)

    def test_head_before_any_get_says_how_long_it_is(self, visitor, post):
        head = visitor.head(post.path)
        assert (b"", len(visitor.get(post.path).data)) == (head.data, head.content_length)


class TestEncodings:
    """RFC 9110 §8.8.3.3: each encoding has a strong ETag of its own."""

    def test_gzip_is_the_same_page(self, visitor, post):
        plain, small = visitor.get(post.path), visitor.get(post.path, headers={"Accept-Encoding": "gzip, br"})
        assert plain.data == gzip.decompress(small.data)
        assert "gzip" == small.headers["Content-Encoding"]
        assert len(small.data) == small.content_length

    def test_etags_are_strong_and_differ(self, visitor, post):
        tags = [visitor.get(post.path, headers={"Accept-Encoding": coding}).headers["ETag"] for coding in ("gzip", "identity")]
        assert 2 == len(set(tags))
        assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)

    @pytest.mark.parametrize("coding", ["gzip", "identity", ""])
    def test_either_varies_on_the_encoding(self, visitor, post, coding):
        assert "Accept-Encoding" in visitor.get(post.path, headers={"Accept-Encoding": coding}).headers["Vary"]

    @pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "*;q=0", "br", "", "gzip;q=0.0"])
    def test_who_takes_no_gzip_gets_none(self, visitor, post, accepted):
        assert "Content-Encoding" not in visitor.get(post.path, headers={"Accept-Encoding": accepted}).headers

    @pytest.mark.parametrize("accepted", ["gzip", "GZIP", "*", "br, gzip;q=0.5", "deflate , gzip; q=1.0"])
    def test_who_takes_it_gets_it(self, visitor, post, accepted):
        assert "gzip" == visitor.get(post.path, headers={"Accept-Encoding": accepted}).headers["Content-Encoding"]


class TestConditions:
    """RFC 9110 §13.1.2."""

    @pytest.mark.parametrize("coding", ["gzip", "identity"])
    @pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', "*"])
    def test_304_to_who_has_it(self, visitor, post, coding, known):
        asked = {"Accept-Encoding": coding}
        tag = visitor.get(post.path, headers=asked).headers["ETag"]
        again = visitor.get(post.path, headers=asked | {"If-None-Match": known.format(tag)})
        assert (304, b"", tag) == (again.status_code, again.data, again.headers["ETag"])
        assert "Content-Length" not in again.headers
        assert "Accept-Encoding" in again.headers["Vary"]

    def test_304_names_the_encoding_that_the_visitor_has(self, visitor, post):
        tag = visitor.get(post.path).headers["ETag"]
        again = visitor.get(post.path, headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
        assert (304, tag) == (again.status_code, again.headers["ETag"])

    def test_304_on_the_first_request_to_a_process(self, front, visitor, post):
        tag = visitor.get(post.path).headers["ETag"]
        front.memory.clear()
        assert 304 == visitor.get(post.path, headers={"If-None-Match": tag}).status_code
        front.memory.clear()
        assert 304 == visitor.head(post.path, headers={"If-None-Match": tag}).status_code

    @pytest.mark.parametrize("other", ['"other"', '"*"', "", "W/", '""'])
    def test_200_to_who_has_another(self, visitor, post, other):
        assert 200 == visitor.get(post.path, headers={"If-None-Match": other}).status_code

    @pytest.mark.parametrize("name", ["If-None-Match", "Accept-Encoding"])
    def test_what_a_visitor_sends_does_not_stay_in_memory(self, visitor, post, name):
        """A thousand long headers, each unlike the others, would be gigabytes."""
        visitor.get(post.path)
        tracemalloc.start()
        for number in range(30):
            visitor.get(post.path, headers={name: ",".join(f"{number}x{tag}" for tag in range(10_000))}).close()
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert held < 1_000_000

    def test_a_page_of_the_clock_answers_304_and_is_not_kept(self, visitor, keeps, post):
        tag = visitor.get("/archive/").headers["ETag"]
        assert not keeps("/archive/")
        assert 304 == visitor.get("/archive/", headers={"If-None-Match": tag}).status_code


class TestUntil:
    """What the clock changes, and nothing else does."""

    @pytest.fixture
    def closing(self, front, visitor, store, post, monkeypatch):
        """`closing(days)` asks for the post's page, which takes responses for 30 days; and again so many days later."""
        store.preferences.put("close_after", "30")

        def asked(days):
            now = times.now()
            visitor.get(post.path)
            monkeypatch.setattr(times, "now", lambda: now + timedelta(days))
            monkeypatch.setattr(kept.time, "time", (now + timedelta(days)).timestamp)
            return visitor.get(post.path)

        return asked

    def test_a_page_whose_time_has_not_come_is_kept(self, closing, keeps, post):
        assert any("webmention" in link for link in closing(29).headers.getlist("Link"))
        assert keeps(post.path)

    def test_a_post_that_has_closed_is_shown_closed(self, closing):
        """Its form is gone, and senders find no endpoint."""
        assert not any("webmention" in link for link in closing(31).headers.getlist("Link"))

    def test_the_page_of_a_closed_post_is_kept(self, closing, keeps, post):
        closing(31)
        assert keeps(post.path)


class TestPassesBy:
    """What is not asked of the memory, and what never gets there."""

    @pytest.mark.parametrize(
        "asked",
        [
            {"headers": {"Authorization": "Bearer x"}},
            {"headers": {"Range": "bytes=0-9"}},
            {"headers": {"Cookie": "indie=x"}},
            {"headers": {"Cookie": "a=b; __Host-indie=x"}},
            {"query_string": "utm_source=x"},
            {"query_string": "format=other"},
            {"query_string": "format=jf2&x=1"},
            {"method": "POST"},
            {"method": "OPTIONS"},
        ],
        ids=str,
    )
    def test_asked_so_nothing_is_kept(self, front, visitor, post, asked):
        visitor.open(post.path, **asked)
        assert 0 == len(front.memory)

    @pytest.mark.parametrize("path", ["/no/such", "/signin", "/setup/x", "/static/theme.css", "/media/x", "/micropub", "/tags/none/"])
    def test_what_is_no_public_page_is_not_kept(self, front, visitor, post, path):
        visitor.get(path).close()
        assert 0 == len(front.memory)

    def test_a_question_mark_of_a_path_begins_no_query(self, visitor, store, storage):
        """The tag is called `a?format=jf2`; at `/tags/a/?format=jf2` is another one."""
        for tag in ("a", "a?format=jf2"):
            publishing.create(store, storage, ME, times.now(), Item(("h-entry",), {"content": [tag], "category": [tag]}), {})
        one, other = visitor.get("/tags/a?format=jf2"), visitor.get("/tags/a%3Fformat=jf2")
        assert ">#a</h1>" in one.text
        assert ">#a?format=jf2</h1>" in other.text

    def test_a_long_address_is_not_kept(self, visitor, keeps, post, monkeypatch):
        """A tag has as many spellings as there are spaces; what is counted is not the address, but what is kept at it."""
        monkeypatch.setattr(memory, "LONGEST", len(post.path) - 1)
        assert [200, 200] == [visitor.get(path).status_code for path in (post.path, "/all/")]
        assert [False, True] == [keeps(path) for path in (post.path, "/all/")]

    @pytest.mark.parametrize("commands", [{"post-status": ["draft"]}, {"visibility": ["private"]}])
    def test_a_post_that_is_not_public_is_not_kept(self, front, visitor, store, storage, commands):
        item = Item(("h-entry",), {"content": ["Hidden."], **commands})
        post = publishing.create(store, storage, ME, times.now(), item, {})
        assert 404 == visitor.get(post.path).status_code
        assert 0 == len(front.memory)

    def test_a_deleted_post_is_not_kept(self, front, visitor, store, post):
        publishing.delete(store, post, ME, times.now())
        assert 410 == visitor.get(post.path).status_code
        assert 0 == len(front.memory)

    def test_in_a_transaction_nothing_is_answered_from_memory(self, front, visitor, store, post):
        visitor.get("/")
        with store.write():
            assert front.memory.get("/") is None
            store.preferences.put("feed_titles", "date")
            assert visitor.get("/").status_code == 200
        assert front.memory.get("/") is None


class TestBound:
    """64 MB, counted in bytes."""

    def test_what_was_asked_for_longest_ago_goes_first(self, front, small, post):
        visitor = Client(front)
        visitor.get("/")
        room = front.memory.size * 5 // 2
        few = small(room)
        visitor = Client(few)
        for path in ("/", "/all/", "/", "/notes/"):
            visitor.get(path)
        assert [True, False, True] == [few.memory.get(path) is not None for path in ("/", "/all/", "/notes/")]
        assert few.memory.size <= room

    def test_many_addresses_take_no_more_than_that(self, small, post):
        few = small(100_000)
        visitor = Client(few)
        for number in range(1, 29):
            visitor.get(f"/2026/02/{number:02}/")
        assert 0 < few.memory.size <= 100_000

    def test_names_are_counted_as_what_they_take(self, small):
        """Pages of hundreds of faces depend on hundreds of names that no other page has."""
        few, limit = small(2_000_000).memory, 2_000_000
        moment = few.moment()
        tracemalloc.start()
        for number in range(100):
            variant = kept.Variant('"x"', [], [], bytes(1000))
            few.put(f"/{number}", kept.Kept(variant, None, frozenset(f"medium {number} {face}" for face in range(500))), moment)
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert 0 < len(few) < 100
        assert held < limit

    def test_who_is_answered_meanwhile_disturbs_nobody_who_makes_room(self, small, post):
        """Another thread is, at the worst moment: that in which the oldest one is looked for."""

        class Busy(OrderedDict):
            def __iter__(self):
                found = super().__iter__()
                self.move_to_end(next(super().__iter__()))
                return found

        few = small(30_000)
        few.memory._answers = Busy()
        visitor = Client(few)
        assert {200} == {visitor.get(f"/2026/02/{number:02}/").status_code for number in range(1, 29)}

    def test_what_is_dropped_is_given_back(self, front, visitor, store, post):
        visitor.get("/")
        store.preferences.put("feed_titles", "date")
        assert front.memory.get("/") is None
        assert (0, 0) == (front.memory.size, len(front.memory))


ANN = Author("Ann", "https://ann.example/", URL)
SAID = Response(
    "https://ann.example/1", "https://ann.example/1", "reply", ANN, None, None, "<p>Yes.</p>", "Yes.", None, times.parse("2026-07-01T12:00:00Z"),
    None, None, (), (Alias("ann.example/1", claimed=False),),
)  # fmt: skip
CITED = "https://ben.example/walls"


class Town:
    """A site with three posts, of which the first is answered; `do` says what changes it."""

    def __init__(self, store, storage):
        self.store, self.storage = store, storage
        self.fences = self.post(name="Fences", content="Mend them. #wood", photo="https://ann.example/fence.jpg")
        self.walls = self.post(in_reply_to=CITED, content="Walls, I say, @ann.")
        self.gates = self.post(content="Gates. #iron", mp_channel="walks")
        self.mention = self.webmention("https://ann.example/1", self.fences)
        self.answer(self.mention, self.fences, SAID)

    def post(self, **properties):
        item = Item(("h-entry",), {name.replace("_", "-"): [value] for name, value in properties.items() if name != "mp_channel"})
        commands = {"mp-channel": [properties["mp_channel"]]} if "mp_channel" in properties else {}
        return publishing.create(self.store, self.storage, ME, times.now(), item, commands)

    def webmention(self, source, post):
        return self.store.webmentions.queue(source, post.url(ME), post.id, times.now()).id

    def answer(self, mention, post, response, **how):
        self.store.responses.put(mention, post.id if post else None, response, times.now(), 1, **how)

    def update(self, post, commands=None, **properties):
        new = {name.replace("_", "-"): [value] for name, value in properties.items()}
        change = lambda before: replace(before.item, properties={**before.item.properties, **new})  # noqa: E731
        return publishing.update(self.store, ME, times.now(), self.now(post), change, commands or {})

    def now(self, post):
        return self.store.posts.by_id(post.id)

    def avatar(self, url=URL, state=HERE):
        named = mirror.name(self.store.secret, "avatar", url)
        self.store.media.put(Medium(named, state, "avatar", origin=url, file="a.webp", type="image/webp", size=9, width=96, height=96), times.now())

    def photo(self):
        named = mirror.name(self.store.secret, "photo", "https://ann.example/fence.jpg")
        medium = Medium(named, HERE, "photo", origin="x", file="f.jpg", type="image/jpeg", size=9, width=900, height=600)
        self.store.media.put(medium, times.now())
        return named


def _create(town):
    town.post(content="Hinges.")


def _reply_of_the_owners(town):
    town.post(in_reply_to="https://ann.example/1", content="Thank you, Ann.")


def _another_answer(town):
    ben = replace(SAID, source="https://ben.example/2", url="https://ben.example/2", aliases=(Alias("ben.example/2", claimed=False),))
    town.answer(town.webmention("https://ben.example/2", town.fences), town.fences, ben)


def _quoted(town):
    stored = town.store.responses.of(town.mention)
    cleo = replace(SAID, source="https://cleo.example/3", url="https://cleo.example/3", text="Quoted.", html="<p>Quoted.</p>", aliases=(Alias("cleo.example/3", claimed=False),))
    town.store.quoted.put(stored.id, "cleo.example/3", QUOTED, replace(cleo, in_reply_to=("https://ann.example/1",)), times.now())


def _cited(town):
    town.store.citations.put(address(CITED), Citation(ANN, "On walls", "Older than fences."), times.now())


def _rendition(town):
    town.store.media.put_renditions(town.photo(), "#123456", [Rendition(400, 300, "small.webp")])


def _owner(town):
    town.store.owner.put(Owner("Olga", "olga", "Mends."), times.now())


def _reject(town):
    with town.store.write():
        moderation.reject(town.store, "https://ann.example/1", times.now())


def _follow_home(town):
    follow = replace(SAID, source="https://ann.example/me", url="https://ann.example/me", kind="follow", aliases=())
    mention = town.store.webmentions.queue("https://ann.example/me", ME, None, times.now()).id
    town.answer(mention, None, follow)


CHANGES = {
    # what is done: (how, pages that it must change, pages that stay in memory)
    "create": (_create, {"home", "notes", "atom", "month"}, {"fences", "walls", "gates", "tag"}),
    "update": (lambda town: town.update(town.gates, content="Doors."), {"home", "gates", "json"}, {"fences", "walls", "tag"}),
    "update of a title": (lambda town: town.update(town.fences, name="Hedges"), {"home", "fences", "tag"}, {"gates", "walls"}),
    "update of tags": (lambda town: town.update(town.gates, category="wood"), {"tag", "gates"}, {"fences"}),
    "a new slug": (lambda town: town.update(town.gates, {"mp-slug": ["doors"]}), {"home", "gates"}, {"fences"}),
    "unlisted": (lambda town: town.update(town.gates, visibility="unlisted"), {"home", "gates", "channel"}, {"fences"}),
    "delete": (lambda town: publishing.delete(town.store, town.gates, ME, times.now()), {"home", "gates", "atom"}, {"fences"}),
    "the owner answers": (_reply_of_the_owners, {"fences", "home"}, {"gates", "walls"}),
    "an answer": (_another_answer, {"fences", "home", "tag", "atom", "fences jf2", "responses"}, {"gates"}),
    "an answer gone": (lambda town: town.store.responses.remove(town.mention), {"fences", "home"}, {"gates"}),
    "an answer hidden": (lambda town: town.store.responses.publish(town.mention, public=False), {"fences"}, {"gates"}),
    "an answer rejected": (_reject, {"fences", "home"}, {"gates"}),
    "an answer read again": (lambda town: town.answer(town.mention, town.fences, replace(SAID, html="<p>No.</p>", text="No.")), {"fences"}, {"gates"}),
    "an answer quoted": (_quoted, {"fences"}, {"gates"}),
    "a face": (lambda town: town.avatar(), {"fences"}, {"gates", "home"}),
    "a mirrored picture": (lambda town: town.photo(), {"fences", "home"}, {"gates", "walls"}),
    "a smaller picture": (_rendition, {"fences", "home"}, {"gates", "walls"}),
    "what a post cites": (_cited, {"walls"}, {"gates", "fences"}),
    "set-up": (_owner, {"home", "fences", "gates", "atom", "subscribe"}, set()),
    "preferences": (lambda town: town.store.preferences.put("quiet_kinds", "note"), {"home"}, set()),
    "hubs": (lambda town: town.store.preferences.put("hubs", "https://hub.example/"), {"home", "atom"}, set()),
    "channels": (lambda town: town.store.preferences.put("channels", '[{"uid": "walks", "name": "Strolls"}]'), {"channel"}, set()),
    "a follow of the home page": (_follow_home, set(), {"fences", "gates", "home"}),
    "rows put by somebody else": (lambda town: town.store.database.execute("UPDATE posts SET status = 'draft'"), {"home", "fences"}, set()),
}  # fmt: skip


@pytest.fixture
def town(store, storage, owner):
    store.preferences.put("channels", '[{"uid": "walks", "name": "Walks"}]')
    return Town(store, storage)


@pytest.fixture
def pages(town):
    """Their paths by name."""
    day = town.now(town.fences).published
    return {
        "home": "/", "all": "/all/", "notes": "/notes/", "tag": "/tags/wood/", "iron": "/tags/iron/", "channel": "/channels/walks/",
        "year": f"/{day:%Y}/", "month": f"/{day:%Y/%m}/", "day": f"/{day:%Y/%m/%d}/", "this day": f"/on-this-day/{day:%m-%d}/",
        "rss": "/feed.rss", "atom": "/feed.atom", "json": "/feed.json", "tag atom": "/tags/wood.atom", "month atom": f"/archive/{day:%Y-%m}.atom",
        "fences": town.fences.path, "walls": town.walls.path, "gates": town.gates.path,
        "fences jf2": f"{town.fences.path}?format=jf2", "fences jsonfeed": f"{town.fences.path}?format=jsonfeed",
        "responses": f"{town.fences.path}/responses.atom", "all responses": "/responses.atom",
        "comment": f"/c/{town.store.responses.of(town.mention).id}",
        "subscribe": "/subscribe", "opml": "/feeds.opml", "about": "/about/", "webmention": "/webmention",
    }  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_after_a_change_every_page_is_what_flask_would_answer(front, visitor, keeps, town, pages, name):
    """None is old, those that it touches are new, and those that do not show it are still in memory."""
    change, touched, left = CHANGES[name]
    before = {page: visitor.get(path).data for page, path in pages.items()}
    assert [] == [page for page, path in pages.items() if not keeps(path)]

    change(town)
    stayed = {page for page, path in pages.items() if keeps(path)}

    fresh = Client(front.app, use_cookies=False)
    now = {page: fresh.get(path).data for page, path in pages.items()}
    assert [] == [page for page, path in pages.items() if visitor.get(path).data != now[page]]
    assert touched <= {page for page in pages if now[page] != before[page]}
    assert left <= stayed


def test_a_page_made_of_rows_from_before_a_change_is_not_kept(front, town, keeps):
    """The change is saved while the page is being made, after the rows were read."""
    made = front.app

    def slow(environ, start):
        answer = made(environ, start)
        town.store.preferences.put("feed_titles", "date")
        return answer

    front.app = slow
    assert 200 == Client(front).get(town.gates.path).status_code
    assert not keeps(town.gates.path)


def test_a_change_by_another_process_is_seen(settings, town, visitor, keeps):
    """Another store on the same rows has nothing in common with ours but the database."""
    visitor.get(town.gates.path)
    assert keeps(town.gates.path)
    other = type(town.store).open(settings)
    publishing.delete(other, other.posts.by_id(town.gates.id), ME, times.now())
    other.database.close()
    assert eventually(lambda: visitor.get(town.gates.path).status_code == 410)


def eventually(question):
    """On PostgreSQL a notice takes a moment."""
    import time  # noqa: PLC0415

    for _ in range(100):
        if question():
            return True
        time.sleep(0.02)
    return question()


def test_what_no_page_shows_drops_none(town, visitor, keeps):
    visitor.get("/")
    town.store.later("post.publish", {"post": 1}, times.now())
    town.store.responses.is_read(town.mention, 2)
    assert keeps("/")


def test_a_template_of_the_owners_is_seen(settings, post, visitor, keeps, monkeypatch):
    """Within a second; here at once."""
    monkeypatch.setattr(files, "SECONDS", -1)
    visitor.get(post.path)
    assert keeps(post.path)
    slots = settings.data / "templates" / "slots"
    slots.mkdir(parents=True)
    (slots / "footer.html").write_text("<p>Made of wood.</p>")
    assert not keeps(post.path)
    assert "Made of wood." in visitor.get(post.path).text


def test_a_theme_that_is_taken_away_at_this_moment_stops_no_page(settings, post, visitor, monkeypatch):
    """Between two looks into its folders one of them is gone."""

    def gone(folder, pattern):
        yield folder
        raise FileNotFoundError(folder / pattern)

    (settings.data / "templates").mkdir()
    monkeypatch.setattr(files, "SECONDS", -1)
    monkeypatch.setattr(Path, "rglob", gone)
    assert 200 == visitor.get(post.path).status_code


@pytest.mark.sqlite("its stamp, which moves with every commit")
def test_numbers_that_went_back_are_another_database(town, visitor, keeps):
    """A copy was put in its place."""
    visitor.get("/")
    town.store.database.execute("DELETE FROM changes")
    town.store.jobs.add("nothing", {}, times.now())
    assert not keeps("/")
