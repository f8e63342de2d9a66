"""Feeds of every list: what RFC 4287, RSS 2.0 and JSON Feed 1.1 ask for, and what readers do with them (feeds §4c)."""

import json
import re
from dataclasses import replace
from email.utils import parsedate_to_datetime
from io import BytesIO
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from indie import files, publishing, times
from indie.mf2.item import Item
from indie.mf2.sanitize import to_text
from indie.posts.topics import FORMS
from indie.site import feed_items, feed_views, feeds, render
from indie.store.owner import Owner
from tests.site import samples

ME = "http://site.example/"
ATOM, THR = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/thread/1.0}"
DC, MEDIA = "{http://purl.org/dc/elements/1.1/}", "{http://search.yahoo.com/mrss/}"
HISTORY, TOMBSTONES = "{http://purl.org/syndication/history/1.0}", "{http://purl.org/atompub/tombstones/1.0}"
XML = ["rss", "atom"]
LISTS = ["/feed", "/all", "/notes", "/photos", "/likes", "/tags/walks", "/channels/walks", "/2024", "/2024/01", "/on-this-day/01-01"]


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
def keep(store, storage, work):
    """`keep("JPEG")` takes a picture in and returns its medium; `keep(body=…)` any file."""

    def take(kind="JPEG", body=None):
        file = BytesIO()
        if body is None:
            Image.new("RGB", (900, 600), "teal").save(file, kind)
        found = files.read(body or file.getvalue())
        files.lay(storage, found)
        with store.write():
            files.add(store, storage, found, times.now())
        work()
        return store.media.get(found.medium.name)

    return take


@pytest.fixture
def of(client):
    """`of("/feed.atom")` is the document of a feed, parsed; JSON as it is, XML as its tree (of RSS the channel)."""

    def get(path):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        if path.endswith(".json"):
            return json.loads(answer.data)
        root = ET.fromstring(answer.data)
        return root if path.endswith(".atom") else root.find("channel")

    return get


@pytest.fixture
def entry(of):
    """`entry("atom")` is the one entry of the feed of everything."""

    def get(form, path="/all"):
        found = of(f"{path}.{form}")
        (one,) = found["items"] if form == "json" else found.findall(f"{ATOM}entry" if form == "atom" else "item")
        return one

    return get


def links(element, rel):
    """The attributes of its Atom links of this rel, without the rel."""
    return [{**link.attrib, "rel": None} for link in element.findall(f"{ATOM}link") if link.get("rel") == rel]


def hrefs(element, rel):
    return [link["href"] for link in links(element, rel)]


class TestAnswer:
    @pytest.fixture
    def filled(self, store, make, owner):
        store.preferences.put("channels", '[{"uid": "walks", "name": "Walks"}]')
        make([("mp-channel", ["walks"])], content="A note, #walks", published=day(1))
        make(photo=f"{ME}media/a.jpg", category="walks", published=day(1))
        make(like_of="https://them.example/1", published=day(1))

    @pytest.mark.parametrize(
        ("form", "kind"),
        [("rss", "application/rss+xml"), ("atom", "application/atom+xml"), ("json", "application/feed+json")],
    )
    @pytest.mark.parametrize("path", LISTS)
    def test_type_and_time(self, client, filled, path, form, kind):
        """Always these very letters (FF-2), and to be kept for five minutes (FF-1)."""
        answer = client.get(f"{path}.{form}")
        assert (200, f"{kind}; charset=utf-8", "max-age=300") == (
            answer.status_code, answer.headers["Content-Type"], answer.headers["Cache-Control"],
        )  # fmt: skip

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("path", LISTS)
    def test_the_same_bytes_and_304(self, client, filled, path, form):
        """Until something changes; the ETag is a strong one."""
        one, two = client.get(f"{path}.{form}"), client.get(f"{path}.{form}")
        again = client.get(f"{path}.{form}", headers={"If-None-Match": one.headers["ETag"]})
        assert one.data == two.data
        assert (304, b"", "max-age=300") == (again.status_code, again.data, again.headers["Cache-Control"])
        assert not one.headers["ETag"].startswith("W/")

    def test_other_bytes_when_something_changed(self, client, filled, make):
        one = client.get("/feed.rss")
        make(content="More")
        assert 200 == client.get("/feed.rss", headers={"If-None-Match": one.headers["ETag"]}).status_code

    @pytest.mark.parametrize("form", FORMS)
    def test_head_says_what_get_does(self, client, filled, form):
        """But for the body."""
        head, get = client.head(f"/feed.{form}"), client.get(f"/feed.{form}")
        assert (b"", head.headers["ETag"]) == (head.data, get.headers["ETag"])

    @pytest.mark.parametrize("form", XML)
    def test_xml_begins_at_once(self, client, filled, form):
        """No mark of the byte order, no empty line (FF-2)."""
        assert client.get(f"/feed.{form}").data.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<')

    @pytest.mark.parametrize("form", XML)
    @pytest.mark.parametrize("path", [*LISTS, "/articles", "/2020", "/archive/2024-01", "/notes/archive/2024-01", "/archive/1999-12"])
    def test_feedparser_has_nothing_to_complain_of(self, client, filled, path, form):
        """Also where it is empty."""
        found = feedparser.parse(client.get(f"{path}.{form}").data)
        assert (False, {"rss": "rss20", "atom": "atom10"}[form]) == (bool(found.bozo), found.version)

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("path", ["/nothing", "/2024/13", "/tags/goats", "/channels/goats", "/2024/archive/2024-01", "/before/x"])
    def test_404_where_there_is_no_list(self, client, path, form):
        assert 404 == client.get(f"{path}.{form}").status_code

    def test_scripts_of_other_pages_may_read_it(self, client):
        assert "*" == client.get("/feed.json").headers["Access-Control-Allow-Origin"]


class TestAddresses:
    @pytest.mark.parametrize(
        ("page", "base"),
        [("/", "feed"), ("/all/", "all"), ("/notes/", "notes"), ("/2024/01/", "2024/01"), ("/tags/open%20web/", "tags/open%20web")],
    )
    def test_a_page_names_its_own_feeds_first(self, client, make, page, base):
        """RSS before Atom before JSON Feed (§4b), then those of home."""
        make(content="x", category="Open Web", published=day(1))
        found = re.findall(r'<link rel="alternate" type="([^"]*)" title="([^"]*)" href="([^"]*)">', client.get(page).text)
        own = [f"{ME}{base}.{form}" for form in ("rss", "atom", "json")]
        main = [f"{ME}feed.{form}" for form in ("rss", "atom", "json")]
        assert list(dict.fromkeys(own + main)) == [href for _, _, href in found]
        assert len(found) == len({title for _, title, _ in found})
        assert ["application/rss+xml", "application/atom+xml", "application/feed+json"] == [kind for kind, _, _ in found[:3]]

    def test_a_post_names_those_of_home_behind_those_of_its_answers(self, client, make):
        page = client.get(make(content="x").path).text
        found = re.findall(r'rel="alternate" type="[^"]*" title="[^"]*" href="http://site.example/([^"]*)"', page)
        assert ["feed.rss", "feed.atom", "feed.json"] == found[-3:]

    @pytest.mark.parametrize("path", LISTS)
    def test_each_knows_where_it_is(self, client, store, make, of, path):
        """`self` and `feed_url`, letter for letter."""
        store.preferences.put("channels", '[{"uid": "walks", "name": "Walks"}]')
        make(content="#walks")
        for form in XML:
            assert [f"{ME}{path[1:]}.{form}"] == hrefs(of(f"{path}.{form}"), "self")
        assert f"{ME}{path[1:]}.json" == of(f"{path}.json")["feed_url"]


class TestAtom:  # RFC 4287
    @pytest.fixture
    def post(self, make, owner):
        return make(name="A title", content={"html": "<p>Of <b>fences</b></p>"}, published="2024-01-01T12:00:00-05:00",
                    updated="2024-02-01T12:00:00Z", category=["walks", "Open Web"], summary="In short")  # fmt: skip

    def test_the_feed_has_what_it_must(self, post, of):
        """§4.1.1: exactly one id, title and updated, an author; and a link to itself and to its page."""
        feed = of("/feed.atom")
        for name, text in {"id": f"{ME}feed.atom", "title": "Olaf Owner", "updated": "2024-02-01T12:00:00+00:00"}.items():
            assert [text] == [one.text for one in feed.findall(ATOM + name)]
        assert ["Olaf Owner", ME] == [part.text for part in feed.find(f"{ATOM}author")]
        assert [[f"{ME}feed.atom"], [ME]] == [hrefs(feed, "self"), hrefs(feed, "alternate")]

    def test_the_entry_has_what_it_must(self, post, entry):
        """§4.1.2: exactly one id, title and updated, an author, and an alternate link or content; here both."""
        one, url = entry("atom"), post.url(ME)
        for name, text in {
            "id": url, "title": "A title", "updated": "2024-02-01T12:00:00+00:00",
            "published": "2024-01-01T12:00:00-05:00", "summary": "In short",
        }.items():  # fmt: skip
            assert [text] == [found.text for found in one.findall(ATOM + name)]
        assert ["Olaf Owner", ME] == [part.text for part in one.find(f"{ATOM}author")]
        assert [{"rel": None, "type": "text/html", "href": url}] == links(one, "alternate")

    def test_its_content_is_html(self, post, entry):
        content = entry("atom").find(f"{ATOM}content")
        assert ("html", "<p>Of <b>fences</b></p>") == (content.get("type"), content.text)

    def test_its_categories(self, post, entry):
        assert ["walks", "Open Web"] == [one.get("term") for one in entry("atom").findall(f"{ATOM}category")]

    def test_an_empty_feed_was_updated_at_some_time(self, of):
        """The same each time; an updated there must be (§4.1.1)."""
        assert "1970-01-01T00:00:00+00:00" == of("/feed.atom").find(f"{ATOM}updated").text

    def test_the_language_of_an_entry(self, make, entry):
        make(content={"html": "<p>Zaun</p>", "lang": "de"})
        assert "de" == entry("atom").get("{http://www.w3.org/XML/1998/namespace}lang")

    def test_answers_are_counted(self, make, entry, store, client, storage):
        """RFC 4685 §4: where they stand, and how many there are."""
        post = make(content="x", published=day(1))
        make(content="My own answer", in_reply_to=post.url(ME), visibility="unlisted")
        make(content="Another", in_reply_to=post.url(ME), published=day(2))
        client.get("/")
        (page, feed) = links(entry("atom", "/notes"), "replies")
        assert ({"type": "text/html", "href": f"{post.url(ME)}#comments", f"{THR}count": "1", "rel": None}) == page
        assert (f"{post.url(ME)}/responses.atom", "application/atom+xml") == (feed["href"], feed["type"])


class TestRss:  # RSS 2.0
    @pytest.fixture
    def post(self, make, owner):
        return make(name="A title", content={"html": "<p>Of <b>fences</b></p>"}, published="2024-01-01T12:00:00-05:00",
                    updated="2024-02-01T12:00:00Z", category=["walks", "Open Web"])  # fmt: skip

    def test_the_channel_has_what_it_must(self, post, of):
        """Title, link and description, each once."""
        channel = of("/feed.rss")
        for name, text in {"title": "Olaf Owner", "link": ME, "description": "What Olaf Owner posts"}.items():
            assert [text] == [one.text for one in channel.findall(name)]

    def test_the_item_has_what_it_must(self, post, entry):
        """A title or a description; here both, and what readers know it by (FF-3)."""
        one, url = entry("rss"), post.url(ME)
        for name, text in {
            "title": "A title", "link": url, "guid": url, "pubDate": "Mon, 01 Jan 2024 12:00:00 -0500",
            f"{DC}creator": "Olaf Owner", "comments": f"{url}#comments", "description": "<p>Of <b>fences</b></p>",
            f"{ATOM}updated": "2024-02-01T12:00:00+00:00",
        }.items():  # fmt: skip
            assert [text] == [found.text for found in one.findall(name)]
        assert "true" == one.find("guid").get("isPermaLink")
        assert ["walks", "Open Web"] == [found.text for found in one.findall("category")]

    def test_dates_are_those_of_rfc_822(self, post, of):
        assert times.parse("2024-02-01T12:00:00Z") == parsedate_to_datetime(of("/feed.rss").find("lastBuildDate").text)

    def test_a_note_has_no_title(self, make, entry):
        make(content="Only words.")
        assert entry("rss").find("title") is None
        assert "<p>Only words.</p>" == entry("rss").find("description").text


class TestJson:  # JSON Feed 1.1
    @pytest.fixture
    def post(self, make, owner):
        return make(name="A title", content={"html": "<p>Of <b>fences</b></p>", "lang": "en"}, category=["walks"],
                    published="2024-01-01T12:00:00-05:00", updated="2024-02-01T12:00:00Z", summary="In short")  # fmt: skip

    def test_the_feed(self, post, of):
        """`version`, `title` and `items` it must have; the rest it has."""
        feed = of("/feed.json")
        person = {"name": "Olaf Owner", "url": ME}
        assert {
            "version": "https://jsonfeed.org/version/1.1", "title": "Olaf Owner", "home_page_url": ME,
            "feed_url": f"{ME}feed.json", "description": "What Olaf Owner posts", "authors": [person], "author": person,
            "language": "en", "hubs": [{"type": "WebSub", "url": f"{ME}hub"}],
        } == {name: value for name, value in feed.items() if name != "items"}  # fmt: skip

    def test_the_item(self, post, entry):
        """`id` and content it must have."""
        url, person = post.url(ME), {"name": "Olaf Owner", "url": ME}
        assert {
            "id": url, "url": url, "title": "A title", "content_html": "<p>Of <b>fences</b></p>", "content_text": "Of fences",
            "summary": "In short", "date_published": "2024-01-01T12:00:00-05:00", "date_modified": "2024-02-01T12:00:00+00:00",
            "authors": [person], "author": person, "tags": ["walks"], "language": "en",
        } == entry("json")  # fmt: skip

    def test_an_empty_one_has_its_items(self, of):
        assert [] == of("/feed.json")["items"]

    def test_a_note_has_no_title(self, make, entry):
        make(content="Only words.")
        assert "title" not in entry("json")

    def test_it_goes_on(self, make, of):
        for number in range(21):
            make(content="x", published=f"2024-01-01T12:00:{number:02}Z")
        following = of("/feed.json")["next_url"]
        assert 1 == len(of(following.removeprefix("http://site.example"))["items"])


class TestTitles:  # FF-4, FF-10
    def of(self, entry, form):
        return entry(form).get("title") if form == "json" else entry(form).findtext(f"{ATOM}title" if form == "atom" else "title")

    @pytest.mark.parametrize(
        ("preference", "titles"),
        [
            ("auto", [None, "Only words....", None]),
            ("none", [None, "", None]),
            ("dots", ["Only words....", "Only words....", "Only words...."]),
            ("date", ["1 January 2024", "1 January 2024", "1 January 2024"]),
        ],
    )
    def test_of_a_note(self, store, make, entry, preference, titles):
        store.preferences.put("feed_titles", preference)
        make(content="Only words.", published=day(1))
        assert titles == [self.of(entry, form) or (None if form != "atom" else "") for form in FORMS]

    @pytest.mark.parametrize("preference", ["auto", "none", "dots", "date"])
    @pytest.mark.parametrize("form", FORMS)
    def test_a_title_is_the_title(self, store, make, entry, preference, form):
        store.preferences.put("feed_titles", preference)
        make(name="A title", content="x")
        assert "A title" == self.of(entry, form)

    @pytest.mark.parametrize("form", FORMS)
    def test_a_bookmark_is_called_as_its_page_is(self, make, entry, form):
        """FF-8; no sign before it."""
        cite = {"type": ["h-cite"], "properties": {"name": ["Their page"], "url": ["https://them.example/1"]}}
        make(bookmark_of=cite)
        assert "Their page" == self.of(entry, form)

    @pytest.mark.parametrize(
        "content",
        ["Short", "Of fences and of those who mend them, and of what came of it in the end", "One…\nTwo", "x" * 99, "<&>", "👩‍🌾" * 40,
         {"html": "<p>A <b>word</b>, and<br>another</p><p>More</p>"}, {"html": '<p><img src="/a.jpg" alt="a > b">Words</p>'}],
        ids=str,
    )  # fmt: skip
    def test_readers_see_that_it_repeats_the_text(self, make, entry, content):
        """XRay: three dots at the end, and before them the very beginning of the text, byte for byte."""
        make(content=content)
        one = entry("atom")
        title, text = one.findtext(f"{ATOM}title"), to_text(re.sub(r"<img.*?\">", "", one.findtext(f"{ATOM}content")))
        assert title.endswith("...")
        assert text.encode().startswith(title.removesuffix("...").encode())
        assert len(title) <= feed_items.TITLE + 3

    def test_a_picture_alone_has_its_day(self, make, keep, entry):
        """The words beside it are no text of the post's."""
        make(photo={"value": files.address(ME, keep().name), "alt": "A bridge"}, published=day(1))
        assert "1 January 2024" == self.of(entry, "atom")


class TestFiles:  # FF-3, FF-6
    @pytest.fixture
    def post(self, make, keep):
        one, two = keep(), keep("PNG")
        urls = [files.address(ME, medium.name) for medium in (one, two)]
        make(content="x", photo=[{"value": urls[0], "alt": "A <bridge>"}, {"value": urls[1], "alt": "Two"}])
        return list(zip(urls, (one, two), strict=True))

    def test_of_rss_one_enclosure_with_its_length(self, post, entry, client):
        (url, medium), _ = post
        (found,) = entry("rss").findall("enclosure")
        assert {"url": url, "length": str(medium.size), "type": "image/jpeg"} == found.attrib
        assert medium.size == len(client.get(url.removeprefix("http://site.example")).data)

    def test_further_ones_with_their_words(self, post, entry):
        _, (url, _medium) = post
        (found,) = entry("rss").findall(f"{MEDIA}content")
        assert (url, "image/png", "image", "900", "600") == tuple(map(found.get, ("url", "type", "medium", "width", "height")))
        assert "Two" == found.findtext(f"{MEDIA}description")

    def test_of_atom_all_of_them(self, post, entry):
        found = links(entry("atom"), "enclosure")
        assert [(url, medium.type, str(medium.size)) for url, medium in post] == [(one["href"], one["type"], one["length"]) for one in found]

    def test_of_json_all_of_them_and_the_first_as_its_image(self, post, entry):
        item = entry("json")
        assert [
            {"url": url, "mime_type": medium.type, "title": alt, "size_in_bytes": medium.size}
            for (url, medium), alt in zip(post, ["A <bridge>", "Two"], strict=True)
        ] == item["attachments"]
        assert post[0][0] == item["image"]

    @pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
    def test_a_picture_of_a_new_format_is_handed_on_as_a_jpeg(self, make, keep, of, client, kind):
        """Readers make a photo of JPEG, PNG and GIF, and of nothing else (XRay); its length is the true one."""
        make(photo={"value": files.address(ME, keep(kind).name), "alt": "A bridge"})
        enclosure, (link,), item = of("/all.rss").find("item/enclosure"), links(of("/all.atom").find(f"{ATOM}entry"), "enclosure"), of("/all.json")["items"][0]
        with client.get(enclosure.get("url")) as got:
            picture, length = Image.open(BytesIO(got.data)), str(len(got.data))
        assert ("JPEG", (900, 600), "image/jpeg") == (picture.format, picture.size, got.mimetype)
        assert [(got.request.url, "image/jpeg", length)] * 3 == [
            (enclosure.get("url"), enclosure.get("type"), enclosure.get("length")),
            (link["href"], link["type"], link["length"]),
            (item["image"], item["attachments"][0]["mime_type"], str(item["attachments"][0]["size_in_bytes"])),
        ]

    def test_until_then_as_it_came(self, make, store, storage, entry):
        file = BytesIO()
        Image.new("RGB", (90, 60)).save(file, "WEBP")
        found = files.read(file.getvalue())
        with store.write():
            files.add(store, storage, found, times.now())
        make(photo=files.address(ME, found.medium.name))
        assert "image/webp" == entry("rss").find("enclosure").get("type")

    @pytest.mark.parametrize("form", FORMS)
    def test_they_stand_in_the_words_too(self, post, entry, form):
        """`<img>` with src, alt, width and height."""
        one = entry(form)
        html = body(one, form)
        pictures = re.findall(r'<img src="(http[^"]+)" alt="([^"]*)" width="(\d+)" height="(\d+)">', html)
        assert [("A &lt;bridge&gt;", "900", "600"), ("Two", "900", "600")] == [tuple(rest) for _, *rest in pictures]

    def test_sound_goes_before_pictures(self, make, keep, entry):
        """A reader of podcasts looks at the one enclosure."""
        sound, picture = keep(body=b"ID3\x03" + bytes(2000)), keep()
        make(content="x", photo=files.address(ME, picture.name), audio=files.address(ME, sound.name))
        assert (files.address(ME, sound.name), "audio/mpeg", str(sound.size)) == tuple(
            map(entry("rss").find("enclosure").get, ("url", "type", "length"))
        )

    def test_what_is_not_here_yet_is_no_enclosure(self, make, entry):
        """Its length is known to nobody."""
        make(content="x", photo="https://them.example/a.jpg")
        assert entry("rss").find("enclosure") is None


def body(one, form):
    return one["content_html"] if form == "json" else one.findtext(f"{ATOM}content" if form == "atom" else "description")


class TestKinds:
    @pytest.mark.parametrize("form", FORMS)
    def test_a_reply_begins_with_what_it_answers(self, make, entry, form):
        """FF-7."""
        make(content="Yes.", in_reply_to="https://them.example/1?a=1&b=2")
        link = '<p>In reply to <a class="u-in-reply-to" href="https://them.example/1?a=1&amp;b=2">a post on them.example</a></p>'
        assert body(entry(form), form).startswith(link)

    def test_in_atom_it_says_so_to_software(self, make, entry):
        """RFC 4685 §3."""
        make(content="Yes.", in_reply_to="https://them.example/1?a=1&b=2")
        (found,) = entry("atom").findall(f"{THR}in-reply-to")
        assert {"ref": "https://them.example/1?a=1&b=2", "href": "https://them.example/1?a=1&b=2", "type": "text/html"} == found.attrib

    def test_a_reply_has_no_external_url(self, make, entry):
        """Readers would open the other site."""
        make(content="Yes.", in_reply_to="https://them.example/1")
        assert "external_url" not in entry("json")

    def test_a_bookmark_leads_to_its_page_beside_its_own_address(self, make, entry):
        """FF-8: the link of the item stays ours."""
        post = make(content="Why.", bookmark_of="https://them.example/1", name="Their page")
        assert ("https://them.example/1", post.url(ME)) == (entry("json")["external_url"], entry("json")["url"])
        assert (["https://them.example/1"], post.url(ME)) == (hrefs(entry("atom"), "related"), entry("rss").findtext("link"))

    @pytest.mark.parametrize(
        ("properties", "words"),
        [
            ({"like_of": "https://them.example/1"}, '<p>Liked <a class="u-like-of" href="https://them.example/1">'),
            ({"repost_of": "https://them.example/1"}, '<p>Reposted <a class="u-repost-of" href="https://them.example/1">'),
            ({"rsvp": "yes", "in_reply_to": "https://them.example/1"}, '<p>Going to <a class="u-in-reply-to" href="https://them.example/1">'),
            ({"rsvp": "interested", "in_reply_to": "https://them.example/1"}, "<p>Interested in <a"),
            ({"checkin": {"type": ["h-card"], "properties": {"name": ["Café Kotti"]}}}, "Café Kotti"),
            ({"photo": f"{ME}media/a.jpg"}, "<p>"),
            ({"summary": "In short"}, "<p>In short</p>"),
            ({"watch_of": "https://them.example/film"}, '<p>Watched <a class="u-watch-of"'),
        ],
    )
    @pytest.mark.parametrize("form", FORMS)
    def test_every_kind_says_something(self, make, entry, form, properties, words):
        """A post of no words too (FF-9)."""
        make(**properties)
        assert words in body(entry(form), form)

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("quiet", ["like_of", "repost_of", "in_reply_to", "checkin"])
    def test_the_main_feed_leaves_quiet_kinds_out(self, make, of, form, quiet):
        """Each has its own (FF-9)."""
        make(content="x", **{quiet: "https://them.example/1"})
        found = of(f"/feed.{form}")
        assert [] == (found["items"] if form == "json" else [one for one in found if one.tag in ("item", f"{ATOM}entry")])

    @pytest.mark.parametrize("form", FORMS)
    def test_addresses_are_absolute(self, make, entry, form):
        """Also where the owner wrote them short."""
        make(content={"html": '<p><a href="/x">x</a> <a href="#y">y</a> <img src="z.jpg" alt=""></p>'})
        found = re.findall(r'(?:href|src)="([^"]*)"', body(entry(form), form))
        assert len(found) == 3
        assert all(url.startswith("http://") for url in found)

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("hidden", [{"visibility": "unlisted"}, {"visibility": "private"}, {"post_status": "draft"}, {"published": "2099-01-01T00:00:00Z"}])
    def test_what_is_not_public_is_in_none(self, client, make, form, hidden):
        make(content="Few know.", **hidden)
        assert "Few know" not in client.get(f"/all.{form}").text


NASTY = "a\x00b\x08c\x0bd\x1fe\x7ff\x85g\u2028h\ufffei\uffffj\ud7ffk\ue000l👩‍🌾m]]>n<b>o&p;q&amp;r\"s't<!--u--><![CDATA[v]]>\u202ew"


class TestCharacters:  # FF-1
    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("html", [True, False])
    def test_every_nasty_one(self, client, store, make, form, html):
        """In every text that there is. What XML 1.0 cannot hold is left out, all else is there."""
        store.owner.put(store.owner.get() or Owner(NASTY, "o", note=NASTY), times.now())
        make(name=NASTY, content={"html": f"<p>{NASTY}</p>"} if html else NASTY, summary=NASTY, category=[NASTY])
        data = client.get(f"/all.{form}").data
        text = data.decode()
        assert not re.search(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
        if form == "json":
            assert "k\ue000l👩‍🌾m]]>" in json.loads(data)["items"][0]["content_text"]
        else:
            found = feedparser.parse(data)
            assert not found.bozo, found.bozo_exception
            assert 1 == len(found.entries)
            ET.fromstring(data)

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=40), html=st.booleans())
    def test_whatever_is_written_it_is_xml(self, words, html):
        """And what is read out of it is what was put in, as far as XML has the characters."""
        entry = samples.KINDS["note"]
        html_ = str(render.environment().from_string("<p>{{ words }}</p>").render(words=words))
        made = feed_items.item(replace(entry, content=html_, name=words if html else None), "dots", {}, samples.SITE)
        feed = feed_views.Feed(
            samples.SITE, ME, ME, ME, words, words, entry.published, (made,), gone=((ME, entry.published),)
        )
        for form in XML:
            root = ET.fromstring(feeds.document(feed, form).encode())
            content = root.findtext(f".//{ATOM}content" if form == "atom" else ".//item/description")
            assert render.xml(html_).replace("\r\n", "\n").replace("\r", "\n").strip() in content.strip()


class TestHistory:  # RFC 5005
    @pytest.fixture
    def posts(self, make):
        """Fifty-three, over four months, all of the last month but one beyond the edge of a page."""
        dates = [*(f"2023-11-{number:02}T23:30:00-05:00" for number in range(1, 31)), "2023-12-31T23:59:59-12:00", "2024-01-01T00:30:00+13:00"]
        dates += [f"2024-03-01T00:00:{number:02}Z" for number in range(21)]
        return [make(content="x", published=date).url(ME) for date in dates]

    def walk(self, of, path, rel):
        """The documents of a feed, from one to the next by a link."""
        found = []
        while path:
            found.append((path, of(path)))
            assert len(found) < 30
            path = next(iter(hrefs(found[-1][1], rel)), "").removeprefix("http://site.example")
        return found

    def ids(self, document):
        return [one.findtext(f"{ATOM}id") or one.findtext("guid") for one in document if one.tag in ("item", f"{ATOM}entry")]

    @pytest.mark.parametrize("path", ["/feed", "/notes", "/2023", "/on-this-day/03-01"])
    @pytest.mark.parametrize("form", XML)
    def test_its_pages_are_the_list(self, client, of, posts, path, form):
        """§3: by `next` to the end, by `previous` back, each the feed of the page beside it."""
        down = self.walk(of, f"{path}.{form}", "next")
        up = self.walk(of, down[-1][0], "previous")
        ids = [url for _, document in down for url in self.ids(document)]
        assert [where for where, _ in down] == [where for where, _ in up][::-1]
        assert len(ids) == len(set(ids)) == {"/feed": 53, "/notes": 53, "/2023": 31, "/on-this-day/03-01": 21}[path]
        assert all(self.ids(document) == re.findall(r'class="u-url u-uid" href="(http://site.example/20[^"]*)"', client.get(hrefs(document, "alternate")[0] if form == "atom" else document.findtext("link")).text) for _, document in down)

    def test_first_and_last(self, of, posts):
        """§3, on every page."""
        for _, document in self.walk(of, "/feed.atom", "next"):
            assert [f"{ME}feed.atom"] == hrefs(document, "first")
            last = of(hrefs(document, "last")[0].removeprefix("http://site.example"))
            assert (posts[:20][::-1], []) == (self.ids(last), hrefs(last, "next"))

    def test_all_documents_have_one_id(self, of, posts):
        """§1: they are one feed."""
        found = self.walk(of, "/feed.atom", "next") + self.walk(of, "/feed.atom", "prev-archive")
        assert {f"{ME}feed.atom"} == {document.findtext(f"{ATOM}id") for _, document in found}

    @pytest.mark.parametrize("form", XML)
    @pytest.mark.parametrize("path", ["/feed", "/notes", "/all"])
    def test_the_archive_has_everything(self, of, posts, path, form):
        """§4: whoever follows `prev-archive` from the feed gets every post."""
        found = self.walk(of, f"{path}.{form}", "prev-archive")
        assert set(posts) == {url for _, document in found for url in self.ids(document)}
        assert [False, *[True] * (len(found) - 1)] == [document.find(f"{HISTORY}archive") is not None for _, document in found]
        assert all([f"{ME}{path[1:]}.{form}"] == hrefs(document, "current") for _, document in found[1:])

    def test_an_archive_document_is_a_month(self, of, posts):
        """Of UTC; the newest month is not over, so what is left of it has an address of its own."""
        found = [where for where, _ in self.walk(of, "/feed.atom", "prev-archive")]
        assert ["/feed.atom", "/archive/2024-01.atom", "/archive/2023-12.atom", "/archive/2023-11.atom"] == [found[0], *found[2:]]
        assert re.fullmatch(r"/archive/2024-03/before/2024-03-01T00:00:01\.000000Z-\d+\.atom", found[1])

    def test_the_way_forward(self, of, posts):
        """`next-archive` up to the newest month that is over."""
        found = [where for where, _ in self.walk(of, "/archive/2023-11.atom", "next-archive")]
        assert ["/archive/2023-11.atom", "/archive/2023-12.atom", "/archive/2024-01.atom"] == found

    @pytest.mark.parametrize("form", XML)
    def test_a_small_feed_is_complete(self, of, make, form):
        """§2."""
        make(content="x")
        assert of(f"/feed.{form}").find(f"{HISTORY}complete") is not None

    @pytest.mark.parametrize("form", XML)
    def test_a_page_of_a_larger_one_is_not(self, of, posts, form):
        found = self.walk(of, f"/feed.{form}", "next")
        assert all(document.find(f"{HISTORY}complete") is None for _, document in found)

    def test_what_is_new_leaves_the_archive_as_it_is(self, client, posts, make):
        """New posts, and new answers to those that are in it."""
        one = client.get("/archive/2023-11.atom").data
        make(content="New", in_reply_to=posts[3])
        assert one == client.get("/archive/2023-11.atom").data


class TestTombstones:  # RFC 6721
    @pytest.fixture
    def gone(self, store, of):
        """`gone("/feed.atom")`: what it says is deleted."""
        return lambda path: [(one.get("ref"), one.get("when")) for one in of(path).findall(f"{TOMBSTONES}deleted-entry")]

    def delete(self, store, post):
        publishing.delete(store, post, ME, times.parse(day(9)))

    def test_a_deleted_post_is_told(self, store, make, gone, of):
        """Where it stood, with the moment; the feed was updated then."""
        make(content="Stays", published=day(1))
        post = make(content="Goes", published=day(2))
        self.delete(store, post)
        assert [(post.url(ME), "2024-01-09T12:00:00+00:00")] == gone("/feed.atom") == gone("/notes.atom")
        assert "2024-01-09T12:00:00+00:00" == of("/feed.atom").findtext(f"{ATOM}updated")

    def test_the_post_itself_is_gone(self, client, store, make):
        """From every form, and 410 at its address (FF-1)."""
        post = make(content="Goes")
        self.delete(store, post)
        assert all("Goes" not in client.get(f"/all.{form}").text for form in FORMS)
        assert 410 == client.get(post.path).status_code

    @pytest.mark.parametrize("hidden", [{"visibility": "unlisted"}, {"visibility": "private"}, {"post_status": "draft"}])
    def test_what_nobody_saw_is_not_told(self, store, make, gone, hidden):
        self.delete(store, make(content="x", **hidden))
        assert [] == gone("/all.atom")

    def test_only_where_it_stood(self, store, make, gone):
        self.delete(store, make(content="x", like_of="https://them.example/1"))
        assert ([], 1, []) == (gone("/feed.atom"), len(gone("/likes.atom")), gone("/notes.atom"))

    def test_on_the_page_where_it_stood(self, store, make, gone, of):
        posts = [make(content="x", published=f"2024-01-01T12:00:{number:02}Z") for number in range(30)]
        self.delete(store, posts[3])
        (older,) = hrefs(of("/feed.atom"), "next")
        assert ([], [posts[3].url(ME)]) == (gone("/feed.atom"), [ref for ref, _ in gone(older.removeprefix("http://site.example"))])

    def test_whoever_is_back_is_not_told(self, store, make, gone):
        post = make(content="x")
        self.delete(store, post)
        publishing.undelete(store, store.posts.by_id(post.id), ME, times.now())
        assert [] == gone("/feed.atom")


class TestOpml:  # OPML 2.0
    def test_each_outline_has_what_it_must(self, client, make):
        """type, text and xmlUrl, and where its page is."""
        make(content="x")
        root = ET.fromstring(client.get("/feeds.opml").data)
        found = {one.get("text"): one.attrib for one in root.iter("outline") if one.get("type")}
        assert ("2.0", "site.example") == (root.get("version"), root.findtext("head/title"))
        assert ("rss", f"{ME}notes.rss", f"{ME}notes/") == tuple(map(found["Notes"].get, ("type", "xmlUrl", "htmlUrl")))

    def test_every_feed_in_it_is_there(self, client, make):
        make(content="#llamas")
        urls = re.findall(r'xmlUrl="http://site.example([^"]*)"', client.get("/feeds.opml").text)
        assert {200} == {client.get(url).status_code for url in urls}
        assert len(urls) == 4

    def test_nasty_names(self, client, make):
        make(content="x", category=[NASTY])
        ET.fromstring(client.get("/feeds.opml").data)

    def test_the_same_bytes_and_304(self, client, make):
        make(content="x")
        one = client.get("/feeds.opml")
        assert ("text/x-opml; charset=utf-8", one.data) == (one.headers["Content-Type"], client.get("/feeds.opml").data)
        assert 304 == client.get("/feeds.opml", headers={"If-None-Match": one.headers["ETag"]}).status_code
