"""JSON Feed 1.1, key by key, on the feed of every kind of list."""

import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from tests.conformance.feeds.conftest import EMPTY, LISTS, ME

TOP = {
    *("version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon"),
    *("authors", "author", "language", "expired", "hubs", "items"),
}
ITEM = {
    *("id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image"),
    *("date_published", "date_modified", "authors", "author", "tags", "language", "attachments"),
}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


@pytest.fixture(params=[*LISTS, *EMPTY])
def feed(jsonfeed, request):
    """The JSON Feed of each kind of list."""
    return jsonfeed(request.param)


def is_url(text):
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


class TestTop:  # “Top-level”
    def test_version_must_be_there(self, feed):
        assert "https://jsonfeed.org/version/1.1" == feed["version"]

    def test_title_must_be_there(self, feed):
        assert isinstance(feed["title"], str)
        assert feed["title"]

    def test_items_must_be_there(self, feed):
        """Also where there are none."""
        assert isinstance(feed["items"], list)

    def test_feed_url_is_its_own_address(self, feed, request):
        assert f"{ME}{request.node.callspec.params['feed'][1:]}.json" == feed["feed_url"]

    def test_home_page_url_is_its_page(self, feed, site):
        assert site.get(feed["home_page_url"])[1]["Content-Type"].startswith("text/html")

    def test_authors(self, feed):
        """An object has at least one key; `author` is that of version 1."""
        (author,) = feed["authors"]
        assert {"name": "Olaf Owner", "url": ME} == author == feed["author"]

    def test_hubs(self, feed):
        """`type` and `url` must be there."""
        assert [{"type": "WebSub", "url": f"{ME}hub"}] == feed["hubs"]

    def test_no_key_that_it_does_not_know(self, feed):
        """Those of one's own begin with an underscore."""
        assert set(feed) <= TOP
        assert {key for item in feed["items"] for key in item} <= ITEM

    def test_no_empty_value(self, feed):
        """A key without a value is left out."""
        assert all(value for item in (feed, *feed["items"]) for key, value in item.items() if key != "items")


class TestItem:  # “Items”
    def test_id_must_be_there_and_be_unique(self, feed, posts):
        """A string; ideally the full URL."""
        ids = [item["id"] for item in feed["items"]]
        assert len(ids) == len(set(ids))
        assert set(ids) <= {post.url(ME) for post in posts.values()}

    def test_content_must_be_there(self, feed):
        """One of the two; here both, and the text is no markup."""
        for item in feed["items"]:
            assert item["content_html"].startswith("<")
            assert "<p>" not in item["content_text"]

    def test_url_is_the_permalink(self, feed):
        assert all(item["url"] == item["id"] for item in feed["items"])

    def test_dates(self, feed):
        """RFC 3339; the newest first."""
        for item in feed["items"]:
            assert all(DATE.fullmatch(item[name]) for name in ("date_published", "date_modified"))
            assert datetime.fromisoformat(item["date_published"]) <= datetime.fromisoformat(item["date_modified"])
        dates = [datetime.fromisoformat(item["date_published"]) for item in feed["items"]]
        assert dates == sorted(dates, reverse=True)

    def test_texts_are_texts(self, feed):
        for item in feed["items"]:
            assert all(isinstance(item.get(name, ""), str) for name in ("title", "summary", "language", "image", "external_url"))
            assert all(isinstance(tag, str) and tag for tag in item.get("tags", []))

    def test_addresses_are_absolute(self, feed):
        for item in feed["items"]:
            assert all(is_url(item[name]) for name in ("url", "external_url", "image") if name in item)
            assert all(is_url(url) for url in re.findall(r'(?:href|src|poster)="([^"]*)"', item["content_html"]))

    def test_external_url_of_bookmarks_alone(self, feed, posts):
        """FF-7, FF-8."""
        assert {item["id"] for item in feed["items"] if "external_url" in item} <= {posts["bookmark"].url(ME)}

    def test_a_note_has_no_title(self, feed, posts):
        """FF-5."""
        untitled = {posts[kind].url(ME) for kind in ("note", "photo", "video", "audio", "reply", "like", "checkin", "answer")}
        assert all(("title" not in item) == (item["id"] in untitled) for item in feed["items"])


def test_attachments(jsonfeed, site):
    """“Attachments”: `url` and `mime_type` must be there; the size is the true one."""
    found = [one for item in jsonfeed()["items"] for one in item.get("attachments", [])]
    assert ["audio/mpeg", "image/jpeg", "image/jpeg", "video/mp4"] == sorted(one["mime_type"] for one in found)
    for one in found:
        data, headers = site.get(one["url"])
        assert (one["size_in_bytes"], one["mime_type"]) == (len(data), headers["Content-Type"])


def test_the_image_is_one_that_every_reader_takes(jsonfeed, site):
    (item,) = jsonfeed("/photos")["items"]
    assert "image/jpeg" == site.get(item["image"])[1]["Content-Type"]
