"""What readers do with our lists (feeds §4a): feedparser, and XRay, which Aperture and Monocle read with."""

import re
from urllib.parse import urlsplit

import feedparser
import mf2py
import pytest
from bs4 import BeautifulSoup

from indie.mf2.sanitize import to_text
from tests.conformance.feeds.conftest import ARCHIVE, EMPTY, LISTS, ME

PAGES = [f"{path}/" for path in (*LISTS[1:], *EMPTY)] + ["/"]
ROOTS = {"h-entry", "h-cite", "h-event", "h-review", "h-recipe", "h-product", "h-item", "h-card"}


@pytest.mark.parametrize("form", ["rss", "atom"])
@pytest.mark.parametrize("path", [*LISTS, *EMPTY, ARCHIVE, "/responses"])
def test_feedparser_has_nothing_to_say(site, path, form):
    """No bozo, on the feed of every kind of list, and of what was answered."""
    if (path, form) == ("/responses", "rss"):
        path = "/all"
    data, headers = site.get(f"{path}.{form}")
    found = feedparser.parse(data, response_headers={"content-type": headers["Content-Type"]})
    assert (False, {"rss": "rss20", "atom": "atom10"}[form]) == (bool(found.bozo), found.version)
    assert all(one.get("id") and one.get("link") and one.get("updated_parsed" if form == "atom" else "published_parsed") for one in found.entries)


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("path", [*LISTS, *EMPTY])
def test_the_same_bytes_and_304(site, path, form):
    one, headers = site.get(f"{path}.{form}")
    with site.client.get(f"{path}.{form}") as again:
        assert (one, headers["ETag"]) == (again.data, again.headers["ETag"])
    with site.client.get(f"{path}.{form}", headers={"If-None-Match": headers["ETag"]}) as known:
        assert (304, b"") == (known.status_code, known.data)


@pytest.fixture(params=PAGES)
def page(site, request):
    """The page of each kind of list, as mf2py reads it."""
    return mf2py.parse(BeautifulSoup(site.get(request.param)[0], "lxml"), url=f"http://site.example{request.param}")


def feed_of(page):
    """The first h-feed, as XRay finds it: it gives up at the first item that has children and is none."""
    for item in page["items"]:
        if "h-feed" in item["type"]:
            return item
        assert not item.get("children"), "what comes before the h-feed hides it"
    raise AssertionError("no h-feed")


class TestXRayFindsThem:  # parse expect=feed
    def test_one_feed_and_flat_things_before_it(self, page):
        """HF-1."""
        assert feed_of(page)
        assert 1 == sum("h-feed" in item["type"] for item in page["items"])

    def test_its_children_are_the_posts(self, site, page, request, jsonfeed):
        """And nothing else, in the order of the feed file."""
        path = request.node.callspec.params["page"].rstrip("/") or "/feed"
        children = feed_of(page).get("children", [])
        assert all(ROOTS & set(child["type"]) for child in children)
        assert [item["url"] for item in jsonfeed(path)["items"]] == [child["properties"]["url"][0] for child in children]

    def test_no_alternate_that_it_would_take_instead(self, site, request):
        """It follows application/mf2+json and application/activity+json, and shows what is there."""
        for path in PAGES:
            found = BeautifulSoup(site.get(path)[0], "lxml").select("link[rel=alternate]")
            assert {"application/rss+xml", "application/atom+xml", "application/feed+json"} == {one["type"] for one in found}

    def test_html_for_who_takes_everything(self, site):
        """Its Accept names four types with one weight; only HTML is the page."""
        accept = "application/mf2+json, application/activity+json, text/html, application/json, application/xml, text/xml"
        with site.client.get("/all/", headers={"Accept": accept}) as answer:
            assert "text/html" == answer.mimetype


class TestXRayReadsThem:
    @pytest.fixture
    def children(self, page):
        return [child["properties"] for child in feed_of(page).get("children", [])]

    def test_one_address_each(self, children):
        """Of several it takes the last of the same host."""
        assert all(len(child["url"]) == 1 and urlsplit(child["url"][0]).netloc == "site.example" for child in children)

    def test_an_author_each(self, children):
        """Or it would ask for the author's page, once for each post."""
        for child in children:
            (author,) = child["author"]
            assert (["Olaf Owner"], [ME]) == (author["properties"]["name"], author["properties"]["url"])

    def test_a_date_with_its_zone_each(self, children):
        assert all(re.search(r"[+-]\d\d:?\d\d$", child["published"][0]) for child in children)

    def test_words_or_a_picture_or_what_it_is_about(self, children):
        """HF-1."""
        known = {"content", "summary", "photo", "video", "audio", "like-of", "repost-of", "bookmark-of", "in-reply-to", "checkin"}
        assert all(known & set(child) for child in children)

    def test_a_name_is_never_how_the_text_begins(self, children):
        """It would be dropped, and so the post be a note."""
        for child in children:
            text = child.get("content", [{"value": ""}])[0]["value"].strip()
            assert all(not text.startswith(name.strip().removesuffix("...")) for name in child.get("name", []))

    def test_notes_have_no_name(self, children, posts):
        """HF-2."""
        untitled = {posts[kind].url(ME) for kind in ("note", "photo", "video", "audio", "reply", "like", "checkin", "answer")}
        assert all("name" not in child for child in children if child["url"][0] in untitled)

    def test_tags_are_bare_words(self, children):
        assert all(not word.startswith("#") for child in children for word in child.get("category", []) if isinstance(word, str))


def test_a_title_of_an_atom_note_is_the_beginning_of_its_text(site):
    """FF-4: three ASCII dots, and before them the text byte for byte; so XRay leaves it out."""
    titled = 0
    for one in feedparser.parse(site.get("/all.atom")[0]).entries:
        title, text = one.title_detail.value, to_text(one.content[0].value)
        if title.endswith("..."):
            titled += 1
            assert text.encode().startswith(title.removesuffix("...").encode())
    assert titled >= 4


@pytest.mark.parametrize("path", ["note", "photo"])
def test_a_permalink_has_one_entry_at_the_top(site, posts, path):
    """HF-6: two, and XRay takes it for a feed."""
    page = mf2py.parse(BeautifulSoup(site.get(posts[path].path)[0], "lxml"), url=posts[path].url(ME))
    assert [["h-entry"]] == [item["type"] for item in page["items"]]
