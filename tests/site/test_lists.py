"""Lists of posts: their addresses, what stands on them, how they go on, and what readers of h-feeds make of them."""

import re

import mf2py
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie import preferences, publishing, times
from indie.mf2.item import Item
from indie.posts.topics import FORMS
from indie.site import lists, own_pages
from indie.site.lists import KINDS, Place

ME = "http://site.example/"
CURSOR = "2024-01-01T12:00:00.000000Z-7"
BEFORE = ("2024-01-01T12:00:00.000000Z", 7)
EACH = {
    "note": {"content": ["x"]},
    "article": {"name": ["A title"], "content": ["x"]},
    "photo": {"photo": [f"{ME}media/a.jpg"], "content": ["x"]},
    "reply": {"in-reply-to": ["https://them.example/1"], "content": ["x"]},
    "like": {"like-of": ["https://them.example/1"]},
    "repost": {"repost-of": ["https://them.example/1"]},
    "bookmark": {"bookmark-of": ["https://them.example/1"]},
    "rsvp": {"rsvp": ["yes"], "in-reply-to": ["https://them.example/1"]},
    "checkin": {"checkin": ["https://them.example/cafe"]},
    "watch": {"watch-of": ["https://them.example/film"]},
}
"""Properties of a post of some kinds."""


def parsed(page):
    return mf2py.parse(doc=page, url=ME, html_parser="lxml")


def feed(page):
    """The one h-feed at the top of a page."""
    (found,) = [item for item in parsed(page)["items"] if item["type"] == ["h-feed"]]
    return found


def names(page):
    return [entry["properties"]["name"][0] for entry in feed(page).get("children", [])]


def rel(page, name):
    """Where a link leads, below the site's address; None without it."""
    (url, *_) = parsed(page)["rels"].get(name, [None])
    return url and url.removeprefix("http://site.example")


def day(number, month=1, year=2024):
    return f"{year}-{month:02}-{number:02}T12:00:00Z"


@pytest.fixture
def make(store, storage):
    """`make(published="…", name="…")` makes a post; a value that is no list stands alone."""

    def post(commands=(), **properties):
        held = {name.replace("_", "-"): value if isinstance(value, list) else [value] for name, value in properties.items()}
        return publishing.create(store, storage, ME, times.now(), Item(("h-entry",), held), dict(commands))

    return post


@pytest.fixture
def titled(make):
    """`titled("One", "2024-…")` makes an article."""
    return lambda name, published, **more: make(name=name, content="x", published=published, **more)


@pytest.fixture
def every(make):
    """A post of each of some kinds."""
    return {kind: make(published=day(number), **properties) for number, (kind, properties) in enumerate(EACH.items(), 1)}


class TestAddress:
    @pytest.mark.parametrize(
        ("path", "place"),
        [
            ("feed.rss", Place((), "rss")),
            (f"before/{CURSOR}", Place((), "", BEFORE)),
            (f"before/{CURSOR}.atom", Place((), "atom", BEFORE)),
            ("archive/2026-07.atom", Place((), "atom", month="2026-07")),
            ("notes/", Place(("notes",))),
            ("notes", Place(("notes",))),
            ("notes.json", Place(("notes",), "json")),
            (f"notes/archive/2026-07/before/{CURSOR}.rss", Place(("notes",), "rss", BEFORE, "2026-07")),
            ("tags/node.js/", Place(("tags", "node.js"))),
            ("tags/node.js.rss", Place(("tags", "node.js"), "rss")),
            ("tags/a.rss/", Place(("tags", "a.rss"))),
            ("tags/before/", Place(("tags", "before"))),
            (f"tags/before/before/{CURSOR}", Place(("tags", "before"), "", BEFORE)),
            ("tags/archive/", Place(("tags", "archive"))),
            ("channels/walks/", Place(("channels", "walks"))),
            ("2026/", Place(("2026",))),
            ("2026/07.rss", Place(("2026", "07"), "rss")),
            ("2024/02/29/", Place(("2024", "02", "29"))),
            ("on-this-day/02-29/", Place(("on-this-day", "02-29"))),
        ],
    )
    def test_of_a_list(self, path, place):
        assert place == lists.parse(path)

    @pytest.mark.parametrize(
        "path",
        [
            *("2026/07/23/llama", "2026/07/23/before", "2026/07/23/llama.rss", "feed", "feed.xml", ".rss", "notes/.rss"),
            *("2026/13/", "2026/02/29/", "0001/", "9999/", "２０２６/", "2026/7/", "tags/", "tags/a/b/", "nothing/", "about/"),
            *("archive/2026-07.json", "archive/2026-07/", "archive/2026-13.rss", f"before/x{CURSOR}", "before/x", "notes/before/"),
            *("responses.atom", "2026/07/23/llama/responses.json", "notes/notes/", "before//"),
        ],
    )  # fmt: skip
    def test_of_none(self, path):
        """A post's, something else's, a date that is none."""
        assert lists.parse(path) is None

    @given(st.text(alphabet="/.-0123456789abefhklnorst", max_size=30) | st.text(max_size=12))
    def test_whatever_is_asked_for(self, path):
        """It is a list or it is none; no path is too strange."""
        place = lists.parse(path)
        assert place is None or (place.form in ("", *FORMS) and isinstance(place.names, tuple))

    @pytest.mark.parametrize("slug", ["before", "feed", "archive", "notes", "rss", "all"])
    def test_a_post_keeps_its_own(self, client, make, slug):
        """Whatever its slug is: no list has an address of that shape."""
        post = make([("mp-slug", [slug])], content="Here.", published=day(1))
        assert post.path.endswith(slug)
        assert "Here." in client.get(post.path).text

    def test_every_kind_of_post_has_a_list(self):
        assert sorted(preferences.KINDS) == sorted(kind for kind, _ in KINDS.values())

    @pytest.mark.parametrize("path", ["/nothings/", "/notes/x/", "/channels/walks/", "/2026/13/", "/notes/before/x"])
    def test_404_for_what_is_none(self, client, path):
        assert 404 == client.get(path).status_code

    @pytest.mark.parametrize("path", ["/", "/all/", "/notes/", "/photos/", "/2026/", "/2026/07/", "/2026/07/23/", "/on-this-day/07-23/"])
    def test_an_empty_list_is_a_feed_without_entries(self, client, path):
        """200, and never an error (HF-8)."""
        answer = client.get(path)
        assert (200, []) == (answer.status_code, feed(answer.text).get("children", []))

    @pytest.mark.parametrize("folder", KINDS)
    def test_each_kind_has_a_title_and_one_address(self, client, folder):
        page = client.get(f"/{folder}").text
        assert [KINDS[folder][1]] == feed(page)["properties"]["name"]
        assert [f"{ME}{folder}/"] == feed(page)["properties"]["url"] == parsed(page)["rels"]["canonical"]


class TestWhatStandsThere:
    def kinds(self, page):
        return sorted(re.findall(r'<article class="h-\w+ kind-(\w+)"', page))

    def test_home_leaves_the_quiet_kinds_out(self, client, every):
        """Replies, likes, reposts and RSVPs (DESIGN §2), and check-ins (FF-9)."""
        assert ["article", "bookmark", "note", "photo", "watch"] == self.kinds(client.get("/").text)

    def test_which_these_are_is_the_owners(self, client, store, every):
        store.preferences.put("quiet_kinds", "note watch")
        assert sorted(EACH.keys() - {"note", "watch"}) == self.kinds(client.get("/").text)

    def test_none_of_them_may_be_quiet(self, client, store, every):
        store.preferences.put("quiet_kinds", "none")
        assert sorted(EACH) == self.kinds(client.get("/").text)

    def test_all_is_everything(self, client, every):
        assert sorted(EACH) == self.kinds(client.get("/all/").text)

    @pytest.mark.parametrize("folder", [folder for folder, (kind, _) in KINDS.items() if kind in EACH])
    def test_a_kind_has_its_own(self, client, every, folder):
        kind = KINDS[folder][0]
        assert [kind] == self.kinds(client.get(f"/{folder}/").text)

    @pytest.mark.parametrize("hidden", [{"visibility": "unlisted"}, {"visibility": "private"}, {"post_status": "draft"}])
    @pytest.mark.parametrize("path", ["/", "/all/", "/notes/", "/2024/01/", "/on-this-day/01-01/", "/channels/walks/"])
    def test_no_list_has_what_is_not_public(self, client, store, make, path, hidden):
        store.preferences.put("channels", '[{"uid": "walks", "name": "Walks"}]')
        make([("mp-channel", ["walks"])], content="x", published=day(1), **hidden)
        assert [] == feed(client.get(path).text).get("children", [])

    def test_a_channel_has_what_was_put_on_it(self, client, store, make, titled):
        """Of any kind; its address is made of its uid."""
        store.preferences.put("channels", '[{"uid": "Long walks", "name": "My walks"}]')
        make([("mp-channel", ["Long walks"])], content="A reply.", in_reply_to="https://them.example/1")
        titled("Another", day(1))
        found = feed(client.get("/channels/long%20walks/").text)
        assert (["My walks"], 1) == (found["properties"]["name"], len(found["children"]))

    def test_pictures_stand_beside_one_another(self, client, every):
        assert '<main id="main" class="h-feed grid">' in client.get("/photos/").text
        assert '<main id="main" class="h-feed">' in client.get("/notes/").text


class TestDates:
    @pytest.fixture(autouse=True)
    def posts(self, titled):
        titled("New year", "2024-01-01T00:30:00+02:00")
        titled("Old year", "2023-12-31T23:30:00-05:00")
        titled("Summer", "2024-07-23T12:00:00Z")
        titled("Same day", "2020-07-23T23:59:00-11:00")
        titled("Leap day", "2024-02-29T12:00:00Z")

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("/2024/", ["Summer", "Leap day", "New year"]),
            ("/2023/", ["Old year"]),
            ("/2024/01/", ["New year"]),
            ("/2023/12/31/", ["Old year"]),
            ("/2024/07/23/", ["Summer"]),
            ("/2024/07/24/", []),
            ("/on-this-day/07-23/", ["Summer", "Same day"]),
            ("/on-this-day/02-29/", ["Leap day"]),
            ("/on-this-day/12-31/", ["Old year"]),
        ],
    )
    def test_by_the_day_that_a_post_shows(self, client, path, expected):
        """As its address has it, whatever day that was in UTC."""
        assert expected == names(client.get(path).text)

    @pytest.mark.parametrize(
        ("path", "links"),
        [
            ("/2024/", {"2023": "/2023/"}),
            ("/2023/", {"2020": "/2020/", "2024": "/2024/"}),
            ("/2024/02/", {"January 2024": "/2024/01/", "July 2024": "/2024/07/"}),
            ("/2024/01/01/", {"31 December 2023": "/2023/12/31/", "29 February 2024": "/2024/02/29/"}),
            ("/2024/03/", {"February 2024": "/2024/02/", "July 2024": "/2024/07/"}),
            ("/on-this-day/07-23/", {}),
        ],
    )
    def test_it_leads_to_the_one_before_and_the_one_after(self, client, path, links):
        """In which there is something; empty ones are passed over."""
        dates = client.get(path).text.partition('aria-label="Dates"')[2].partition("</nav>")[0]
        found = re.findall(r'<a href="http://site.example([^"]*)">(.*?)</a>', re.sub(r"<span.*?</span>", "", dates))
        assert links == {label.strip(): href for href, label in found}

    def test_many_of_one_day_page_on(self, client, titled):
        """Beyond the edge of the day in UTC, too."""
        for number in range(45):
            titled(f"Post {number}", f"2022-05-01T00:{number:02}:00+12:00")
            titled(f"Other {number}", f"2022-05-02T00:{number:02}:00+12:00")
        found, path = [], "/2022/05/01/"
        while path:
            page = client.get(path).text
            found += names(page)
            path = rel(page, "next")
        assert [f"Post {number}" for number in range(44, -1, -1)] == found


class TestPages:
    @pytest.fixture
    def posts(self, titled):
        for number in range(50):
            titled(f"Post {number}", f"2024-01-01T12:00:{number:02}Z")

    @pytest.mark.parametrize("path", ["/", "/all/", "/articles/", "/2024/", "/on-this-day/01-01/"])
    def test_down_to_the_oldest_and_up_again(self, client, posts, path):
        """`next` is older and `prev` newer (HF-8); the way back leads over the same posts to the first address."""
        down, there = [], path
        while there:
            down.append(there)
            page = client.get(there).text
            there = rel(page, "next")
        up, there = [], down[-1]
        while there:
            up.append(there)
            there = rel(client.get(there).text, "prev")
        assert [f"Post {number}" for number in range(49, -1, -1)] == [name for one in down for name in names(client.get(one).text)]
        assert (3, down) == (len(down), up[::-1])

    def test_both_are_in_the_header_too(self, client, posts):
        second = client.get(rel(client.get("/").text, "next"))
        links = second.headers.getlist("Link")
        assert f'<{ME}>; rel="prev"' in links
        assert any(link.endswith('; rel="next"') for link in links)

    def test_the_first_page_has_none_before_it_and_the_last_none_behind(self, client, posts):
        last = client.get(rel(client.get(rel(client.get("/").text, "next")).text, "next")).text
        assert (None, None) == (rel(client.get("/").text, "prev"), rel(last, "next"))

    def test_behind_the_end_is_an_empty_page_that_leads_back(self, client, posts):
        page = client.get("/articles/before/2020-01-01T00:00:00.000000Z-1").text
        assert ([], True) == (feed(page).get("children", []), rel(page, "prev").startswith("/articles/before/"))

    def test_home_names_the_list_of_everything(self, client):
        """rel=feed, and on home alone (pages §2.2)."""
        assert ("/all/", None) == (rel(client.get("/").text, "feed"), rel(client.get("/notes/").text, "feed"))


class XRay:
    """How XRay reads an h-feed, and with it Aperture and every reader behind that (feeds §4a)."""

    ROOTS = ("h-entry", "h-cite", "h-event", "h-review", "h-recipe", "h-product", "h-item", "h-card")

    def __init__(self, page, url):
        self.url, self.items = url, mf2py.parse(doc=page, url=url, html_parser="lxml")["items"]

    def first(self, items):
        """The first h-feed; whoever has children before it hides it."""
        for item in items:
            if "h-feed" in item["type"]:
                return item
            if "children" in item:
                return self.first(item["children"])
        return None

    def entries(self):
        """Its children alone."""
        return [child for child in self.first(self.items).get("children", []) if set(child["type"]) & set(self.ROOTS)]


@pytest.fixture(params=["/", "/all/", "/notes/", "/photos/", "/likes/", "/replies/", "/rsvps/", "/tags/walks/", "/2024/01/"])
def read(request, client, store, owner, make):
    """XRay at a page of each list."""
    for number, properties in enumerate(EACH.values(), 1):
        make(published=day(number), category="walks", **properties)
    return XRay(client.get(request.param).text, ME.rstrip("/") + request.param)


class TestReaders:  # feeds §4a, §4b
    def test_one_feed_at_the_top(self, read):
        assert 1 == sum(item["type"] == ["h-feed"] for item in read.items)
        assert read.first(read.items)["type"] == ["h-feed"]

    def test_every_post_is_a_child(self, read):
        assert read.entries() == read.first(read.items)["children"] != []

    def test_one_address_each_absolute_and_on_this_host(self, read):
        urls = [entry["properties"]["url"] for entry in read.entries()]
        assert all(len(one) == 1 and one[0].startswith(ME) for one in urls)

    def test_the_author_stands_in_each(self, read):
        """As a card: else it would be fetched for each of them."""
        for entry in read.entries():
            (author,) = entry["properties"]["author"]
            assert (["h-card"], ["Olaf Owner"], [ME]) == (author["type"], author["properties"]["name"], author["properties"]["url"])

    def test_a_date_with_its_offset(self, read):
        assert all(re.search(r"[+-]\d\d:?\d\d$|Z$", entry["properties"]["published"][0]) for entry in read.entries())

    def test_something_to_say(self, read):
        """Content, or what it is about (HF-1)."""
        about = {"content", "summary", "photo", "like-of", "repost-of", "bookmark-of", "watch-of", "checkin", "name"}
        assert all(about & entry["properties"].keys() for entry in read.entries())

    def test_no_name_where_there_is_no_title(self, read):
        """Nor an implied one (HF-2)."""
        named = [entry["properties"]["name"] for entry in read.entries() if "name" in entry["properties"]]
        assert all(name == ["A title"] for name in named)

    def test_no_link_to_activity_streams(self, client):
        """XRay would read that instead."""
        types = re.findall(r'rel="alternate" type="([^"]*)"', client.get("/").text)
        assert ["application/rss+xml", "application/atom+xml", "application/feed+json"] == types

    def test_the_page_is_the_same_as_long_as_nothing_happens(self, client, every):
        """Byte for byte, with its ETag (HF-4)."""
        one, two = client.get("/all/"), client.get("/all/")
        assert (one.data, one.headers["ETag"]) == (two.data, two.headers["ETag"])
        assert 304 == client.get("/all/", headers={"If-None-Match": one.headers["ETag"]}).status_code


class TestDirectory:
    def test_the_archive_has_every_month(self, client, titled):
        titled("One", day(1, 7, 2024))
        titled("Two", day(1, 5, 2022))
        page = client.get("/archive/").text
        assert [f"{ME}2024/", f"{ME}2024/07/", f"{ME}2022/", f"{ME}2022/05/"] == re.findall(r'href="(\S*/20\d\d/[^"]*)"', page)

    def test_it_leads_to_this_day(self, client):
        assert f"{ME}on-this-day/{times.now():%m-%d}/" in client.get("/archive/").text

    @pytest.mark.parametrize("path", ["/subscribe", "/feeds.opml"])
    def test_every_list_with_something_in_it_is_named(self, client, store, every, make, path):
        store.preferences.put("channels", '[{"uid": "walks", "name": "Walks"}]')
        make(content="#llamas", in_reply_to="https://them.example/1")
        make(content="#secret", visibility="unlisted")
        page = client.get(path).text
        there = {folder for folder, (kind, _) in KINDS.items() if kind in EACH}
        assert there == {folder for folder in KINDS if f'"{ME}{folder}/"' in page}
        assert all(f'"{ME}{path}"' in page for path in ("", "all/", "channels/walks/", "tags/llamas/", "tags/llamas.rss", "feed.rss"))
        assert "secret" not in page

    @pytest.mark.parametrize("path", ["/subscribe", "/archive/", "/about/", "/about"])
    def test_it_is_there_before_there_is_anything(self, client, path):
        assert 200 == client.get(path).status_code

    def test_about_says_what_the_owner_wrote(self, client, store, owner):
        """In Markdown, and beside it his card."""
        store.pages.put(own_pages.read("about", "I *mend* fences. <script>alert(1)</script>"), times.now())
        page = client.get("/about/").text
        (card,) = parsed(page)["items"]
        assert (["h-card"], [ME], [ME]) == (card["type"], card["properties"]["url"], card["properties"]["uid"])
        assert "<p>I <em>mend</em> fences." in page
        assert "<script" not in page
