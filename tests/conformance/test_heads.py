"""What every page says in its head and its headers (pages §2.2, §2.9), and the files beside the pages."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from indie import publishing, times, wiring
from indie.errors import Unavailable
from indie.media import pictures
from indie.store.finding import Finding
from tests.page_kinds import ERRORS, LISTS, OWNERS, PAGES

SECRET = ("set-up", "webmention status", "webmention refused")
"""Whose address is known to those alone who were told it."""

NOWHERE = ("not found", "our fault")
"""Pages of what has no address."""

NOINDEX = (*SECRET, *ERRORS, *OWNERS, "preview", "unlisted", "found", "nothing found", "comment", "consent", "webmention", "sign in", "authorization")
POSTED = ("letter", "party", "note", "photo", "event")
SILENT = (*ERRORS, *SECRET, "preview", *OWNERS, "consent", "sign in", "authorization")
"""Pages that take no webmentions."""


@pytest.fixture(scope="module")
def heads(every_page):
    """The `<head>` of each page, by name."""
    return {name: BeautifulSoup(answer.text, "lxml").head for name, answer in every_page.items()}


def named(names):
    """Run a test for each of these pages."""
    return pytest.mark.parametrize("name", names)


def links(head):
    """(rel, address) of each link."""
    return [(" ".join(link["rel"]), link["href"]) for link in head("link")]


def meta(head, name):
    """The content of the one meta element of this name or property; None if there is none."""
    found = [one["content"] for one in head("meta") if name in (one.get("name"), one.get("property"))]
    assert len(found) < 2, found
    return found[0] if found else None


def rel(head, wanted):
    return [href for one, href in links(head) if one == wanted]


class TestCanonical:  # "every page; og:url equal; query variants point to it"
    @named([name for name in PAGES if name not in (*SECRET, *NOWHERE)])
    def test_one_and_og_url_equals_it(self, heads, name):
        """Absolute, on our own host."""
        (canonical,) = rel(heads[name], "canonical")
        assert canonical == meta(heads[name], "og:url")
        assert canonical.startswith("http://127.0.0.1:")

    @named([*LISTS, "older", "letter", "note", "event", "archive", "about", "subscribe", "empty home"])
    def test_it_is_the_address_of_the_page(self, heads, filled, name):
        assert [filled.pages[name].url] == rel(heads[name], "canonical")

    @named([*LISTS, "older", "letter", "archive", "about", "subscribe", "webmention"])
    def test_whatever_the_query_is(self, heads, filled, name):
        """A page that was reached with a campaign's parameters is the same page."""
        answer = filled.get(name, query_string={"utm_source": "elsewhere"})
        assert rel(heads[name], "canonical") == rel(BeautifulSoup(answer.text, "lxml").head, "canonical")

    @named([*SECRET, *NOWHERE])
    def test_none_where_there_is_no_address_to_tell(self, heads, name):
        assert ([], None) == (rel(heads[name], "canonical"), meta(heads[name], "og:url"))


class TestOpenGraph:  # §2.9
    @named([name for name in PAGES if name not in (*SECRET, *NOWHERE)])
    @pytest.mark.parametrize("part", ["og:title", "og:description", "og:type", "og:site_name", "twitter:card", "description"])
    def test_every_page_has_it(self, heads, name, part):
        assert meta(heads[name], part)

    @named([name for name in PAGES if name not in (*SECRET, *NOWHERE, "empty home")])
    def test_there_is_a_picture_with_words_and_size(self, heads, name):
        """The post's, else the owner's."""
        said = [meta(heads[name], f"og:image{part}") for part in ("", ":alt", ":width", ":height")]
        assert all(said), said
        assert said[0].startswith("http://127.0.0.1:")

    def test_a_picture_of_the_posts_own_is_large(self, heads):
        found = [(meta(heads[name], "og:image:width"), meta(heads[name], "twitter:card")) for name in ("photo", "note")]
        assert [("900", "summary_large_image"), ("192", "summary")] == found

    @named(POSTED)
    def test_a_post_is_an_article_with_its_date(self, heads, name):
        assert ("article", True) == (meta(heads[name], "og:type"), bool(meta(heads[name], "article:published_time")))

    def test_an_edited_post_says_when(self, client, store, post, settings):
        assert meta(BeautifulSoup(client.get(post.path).text, "lxml").head, "article:modified_time") is None
        later = post.published + timedelta(days=1)
        publishing.update(store, settings.me, later, post, lambda before: replace(before.item, properties={**before.item.properties, "content": ["New."]}), {})
        assert times.rfc3339(later) == meta(BeautifulSoup(client.get(post.path).text, "lxml").head, "article:modified_time")

    @named(["home", "archive", "tag", "about"])
    def test_whatever_is_no_post_is_a_website(self, heads, name):
        assert ("website", None) == (meta(heads[name], "og:type"), meta(heads[name], "article:published_time"))

    def test_the_description_is_the_beginning_of_the_text(self, heads):
        """At most 200 characters of it (§2.9)."""
        said = meta(heads["letter"], "og:description")
        assert said.startswith("Somebody with a very large platform")
        assert len(said) <= 200

    def test_the_owner_in_the_fediverse(self, client, store):
        """When configured, and not before."""
        assert meta(BeautifulSoup(client.get("/").text, "lxml").head, "fediverse:creator") is None
        with store.write():
            store.preferences.put("fediverse_creator", "@me@mas.example")
        assert "@me@mas.example" == meta(BeautifulSoup(client.get("/").text, "lxml").head, "fediverse:creator")


class TestRels:
    @named(SILENT)
    def test_webmention_is_not_on_what_takes_none(self, heads, every_page, name):
        """Not on 404, 410, drafts and what is the owner's (§2.2)."""
        assert [] == rel(heads[name], "webmention")
        assert 'rel="webmention"' not in " ".join(every_page[name].headers.getlist("Link"))

    @named([*POSTED, "home", "comment", "unlisted"])
    def test_webmention_is_on_what_takes_them(self, heads, filled, name):
        assert [f"{filled.home}webmention"] == rel(heads[name], "webmention")

    @pytest.mark.parametrize("endpoint", ["micropub", "micropub_media", "indieauth-metadata", "authorization_endpoint", "token_endpoint"])
    @named(["home", "empty home"])
    def test_endpoints_are_on_home(self, heads, name, endpoint):
        assert 1 == len(rel(heads[name], endpoint))

    @named(["home", "about"])
    def test_me_is_on_home_and_about(self, client, store, name):
        """In the head and on links that are seen: Mastodon checks them."""
        with store.write():
            store.preferences.put("profiles", "https://mas.example/@me https://code.example/me")
        page = BeautifulSoup(client.get({"home": "/", "about": "/about/"}[name]).text, "lxml")
        expected = ["https://mas.example/@me", "https://code.example/me"]
        seen = [link["href"] for link in page.body.select("a[rel=me].u-url") if "u-uid" not in link["class"]]
        assert (expected, expected) == (rel(page.head, "me"), seen)

    @named([*LISTS])
    def test_a_list_can_be_followed(self, heads, filled, name):
        """hub, and the exact address that subscribers use."""
        assert ([f"{filled.home}hub"], [filled.pages[name].url]) == (rel(heads[name], "hub"), rel(heads[name], "self"))

    @named([name for name in PAGES if name not in ("preview", "our fault")])
    def test_alternates_are_everywhere(self, heads, name):
        """Atom, JSON Feed and RSS, each under a title of its own."""
        found = heads[name].select("link[rel=alternate]")
        assert {"application/rss+xml", "application/atom+xml", "application/feed+json"} <= {one["type"] for one in found}
        assert len({one["title"] for one in found}) == len(found)

    @named(["tag", "notes", "channel", "year"])
    def test_a_list_names_its_own_feeds_first(self, heads, filled, name):
        first = heads[name].select_one("link[rel=alternate]")["href"]
        assert first == filled.pages[name].url.rstrip("/") + ".rss"

    def test_home_names_the_list_of_everything(self, heads, filled):
        (link,) = heads["home"].select("link[rel=feed]")
        assert (f"{filled.home}all/", "text/html") == (link["href"], link["type"])

    def test_next_is_older(self, heads, filled):
        """Some themes have it the other way round."""
        assert [filled.pages["older"].url] == rel(heads["home"], "next")
        assert [filled.home] == rel(heads["older"], "prev")

    @named(PAGES)
    def test_a_link_has_one_rel(self, heads, name):
        assert [] == [one for one, _ in links(heads[name]) if " " in one]

    @named(PAGES)
    def test_the_headers_say_what_the_head_does(self, heads, every_page, name):
        """
        The same rels with the same absolute addresses, but what browsers load and what needs its type to mean anything.

        Clients read one parameter in a Link header, `rel` (§1a).
        """
        said = [re.fullmatch(r'<(.*)>; rel="(.*)"', one).groups()[::-1] for one in every_page[name].headers.getlist("Link")]
        loaded = ("stylesheet", "icon", "apple-touch-icon", "manifest", "alternate", "search")
        assert [one for one in links(heads[name]) if one[0] not in loaded] == said


class TestMeta:
    @named(PAGES)
    def test_what_browsers_and_reader_modes_want(self, heads, name):
        """A colour scheme, colours for both, a width that can be zoomed, an author, a referrer policy."""
        head = heads[name]
        assert "light dark" == meta(head, "color-scheme")
        assert ["(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"] == [
            one["media"] for one in head.select("meta[name=theme-color]")
        ]
        assert "width=device-width, initial-scale=1" == meta(head, "viewport")
        assert meta(head, "author")
        assert meta(head, "referrer")

    @named(PAGES)
    def test_language_and_direction(self, every_page, name):
        html = BeautifulSoup(every_page[name].text, "lxml").html
        assert (True, True) == (bool(html.get("lang")), html.get("dir") in ("ltr", "rtl"))

    @named(PAGES)
    def test_the_title_is_divided_by_a_dash(self, heads, name):
        """Reader modes do not divide at “·” (§2.2)."""
        assert heads[name].title.get_text()
        assert "·" not in heads[name].title.get_text()

    @named(PAGES)
    def test_noindex_where_it_belongs(self, heads, name):
        assert ("noindex" if name in NOINDEX else None) == meta(heads[name], "robots")


class TestIcons:
    @named(PAGES)
    def test_whatever_the_head_loads_is_there(self, heads, filled, name):
        """Sheets, icons, the manifest: each answers, with its type."""
        app = filled.app.test_client()
        for kind, href in links(heads[name]):
            if kind in ("stylesheet", "icon", "apple-touch-icon", "manifest"):
                with app.get(href) as answer:
                    assert (200, True) == (answer.status_code, answer.content_length != 0), href

    @pytest.mark.parametrize(("path", "side"), [("apple-touch-icon.png", 180), ("icon-192.png", 192), ("icon-512.png", 512)])
    @pytest.mark.parametrize("name", ["home", "empty home"])
    def test_squares_of_their_size(self, filled, name, path, side):
        """Of the owner's photo; of our own drawing before there is one."""
        app = filled.apps[filled.pages[name].url].test_client()
        answer = app.get(f"/{path}")
        with Image.open(io.BytesIO(answer.data)) as image:
            assert ("PNG", (side, side), "image/png") == (image.format, image.size, answer.mimetype)

    def test_the_owner_and_the_drawing_differ(self, filled):
        assert 2 == len({app.test_client().get("/apple-touch-icon.png").data for app in filled.apps.values()})

    def test_a_square_is_drawn_once(self, client, monkeypatch):
        """Whoever asks for it again and again, in whatever words, costs nothing."""
        first = client.get("/icon-512.png").data
        monkeypatch.setattr(pictures, "icon", None)
        assert first == client.get("/icon-512.png?again").data

    def test_the_manifest_has_the_paper_of_the_owners(self, client, store):
        with store.write():
            store.preferences.put("style", '{"paper": "#eef4ff"}')
        said = client.get("/manifest.webmanifest").get_json(force=True)
        assert ("#eef4ff", "#eef4ff") == (said["background_color"], said["theme_color"])

    def test_favicon_ico(self, client):
        with client.get("/favicon.ico") as answer, Image.open(io.BytesIO(answer.data)) as image:
            assert ("ICO", {(16, 16), (32, 32)}) == (image.format, image.info["sizes"])

    def test_404_for_another_size(self, client):
        assert 404 == client.get("/icon-9999.png").status_code

    def test_the_manifest(self, filled):
        answer = filled.app.test_client().get("/manifest.webmanifest")
        said = answer.get_json(force=True)
        assert ("application/manifest+json", "Mira Example", "/") == (answer.mimetype, said["name"], said["start_url"])
        assert ["192x192", "512x512"] == [icon["sizes"] for icon in said["icons"]]
        assert {"display", "background_color", "theme_color", "short_name"} <= said.keys()


class TestRobots:  # RFC 9309
    def test_everybody_is_welcome(self, client):
        """All but the owner's own may be read; the sitemap is named."""
        answer = client.get("/robots.txt")
        lines = answer.text.splitlines()
        assert ("text/plain", "User-agent: *") == (answer.mimetype, lines[0])
        assert "Sitemap: http://site.example/sitemap.xml" == lines[-1]
        assert "Disallow: /" not in lines

    def test_a_post_whose_address_begins_like_the_owners_may_be_read(self, client):
        """`/author` is not `/auth`."""
        closed = [line.partition(": ")[2] for line in client.get("/robots.txt").text.splitlines() if line.startswith("Disallow")]
        assert not [rule for rule in closed if "/authors".startswith(rule) or "/accounts".startswith(rule)]


class TestSitemap:  # sitemaps.org
    @pytest.fixture
    def locations(self, client):
        """`locations("/sitemap.xml")` are the addresses in it."""

        def read(path):
            answer = client.get(path)
            assert (200, "application/xml") == (answer.status_code, answer.mimetype)
            document = BeautifulSoup(answer.data, "xml")
            return {one.loc.string: one.lastmod and one.lastmod.string for one in document(["url", "sitemap"])}

        return read

    def test_the_index_leads_to_every_public_post(self, client, publish, locations):
        """Unlisted, private and deleted posts and drafts are in none; each has the moment in which it changed last."""
        shown = publish(content="Seen.", published="2024-01-01T12:00:00Z")
        for hidden in ({"visibility": "unlisted"}, {"visibility": "private"}, {"post_status": "draft"}):
            publish(content="Not to be found.", **hidden)
        index = locations("/sitemap.xml")
        found = locations(urlsplit(list(index)[-1]).path)
        assert ["http://site.example/sitemap-lists.xml", "http://site.example/sitemap-1.xml"] == list(index)
        assert {shown.url("http://site.example/"): "2024-01-01T12:00:00.000000Z"} == found

    def test_a_deleted_post_is_gone(self, client, store, post):
        publishing.delete(store, post, "http://site.example/", times.now())
        assert 404 == client.get("/sitemap-1.xml").status_code

    def test_lists_and_pages(self, publish, locations):
        publish(content="About #fences.", published="2024-01-01T12:00:00Z")
        paths = [urlsplit(url).path for url in locations("/sitemap-lists.xml")]
        lists = {"/", "/all/", "/notes/", "/tags/", "/tags/fences/", "/2024/", "/2024/01/", "/archive/"}
        assert lists | {"/about/", "/privacy/", "/accessibility/", "/subscribe"} == set(paths)

    def test_parts_stay_what_they_are(self, monkeypatch, publish, locations):
        """By number: a post that comes later changes the last one alone."""
        monkeypatch.setattr("indie.store.finding.PER_PART", 2)
        for number in range(5):
            publish(content=f"Number {number}.")
        parts = [list(locations(urlsplit(part).path)) for part in list(locations("/sitemap.xml"))[1:]]
        publish(content="One more.")
        again = [list(locations(urlsplit(part).path)) for part in list(locations("/sitemap.xml"))[1:]]
        assert ([2, 2, 1], [2, 2, 2]) == ([len(part) for part in parts], [len(part) for part in again])
        assert parts[:2] == again[:2]

    def test_304_for_who_has_it(self, client, post):
        tag = client.get("/sitemap-1.xml").headers["ETag"]
        assert 304 == client.get("/sitemap-1.xml", headers={"If-None-Match": tag}).status_code

    @pytest.mark.parametrize("path", ["/sitemap-0.xml", "/sitemap-2.xml", "/sitemap-x.xml"])
    def test_404_for_one_that_there_is_not(self, client, post, path):
        assert 404 == client.get(path).status_code


class TestErrors:
    @named(["not found", "deleted"])
    def test_a_way_on(self, every_page, filled, name):
        """Home, the archive, a search."""
        page = BeautifulSoup(every_page[name].text, "lxml")
        assert page.main.select_one("form[role=search]")["action"] == f"{filled.home}search"
        assert {filled.home, f"{filled.home}archive/"} <= {link["href"] for link in page.main("a")}

    @pytest.mark.parametrize("accept", ["text/html", "*/*"])
    def test_503_without_a_database(self, client, monkeypatch, accept):
        """Words for people and for programs, and when to come again; nothing is asked of what is away."""

        def away(*_, **__):
            raise Unavailable("The database cannot be reached; try again in a moment.")

        monkeypatch.setattr(Finding, "posts", away)
        monkeypatch.setattr("indie.store.owner.Owners.get", away)
        answer = client.get("/", headers={"Accept": accept})
        assert (503, True) == (answer.status_code, "Retry-After" in answer.headers)
        assert ("text/html" if accept == "text/html" else "text/plain") == answer.mimetype
        assert "cannot be reached" in answer.text

    def test_500_when_all_of_it_is_broken(self, settings, store, monkeypatch):
        """Whatever broke the page does not break the page that says so."""

        def broken(*_, **__):
            raise RuntimeError("broken")

        monkeypatch.setattr("indie.site.entries.Shelf.site", broken)
        app = wiring.create_app(settings, store)
        answer = app.test_client().get("/")
        assert (500, "text/html") == (answer.status_code, answer.mimetype)
        assert "broken" not in answer.text
        assert "site.example" in answer.text
