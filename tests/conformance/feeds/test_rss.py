"""RSS 2.0 (2.0.11) and the RSS Best Practices Profile, element by element, on the feed of every kind of list."""

import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from tests.conformance.feeds.conftest import ARCHIVE, ATOM, EMPTY, LISTS, ME

MEDIA, DC = "{http://search.yahoo.com/mrss/}", "{http://purl.org/dc/elements/1.1/}"
ALL = (*LISTS, *EMPTY, ARCHIVE)
CHANNEL = {
    *("title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate"),
    *("category", "generator", "docs", "cloud", "ttl", "image", "rating", "textInput", "skipHours", "skipDays", "item"),
}
ITEM = {"title", "link", "description", "author", "category", "comments", "enclosure", "guid", "pubDate", "source"}
DATE = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d [+-]\d{4}")


@pytest.fixture(params=ALL)
def channel(rss, request):
    """The channel of the RSS feed of each kind of list."""
    return rss(request.param).find("channel")


def items(channel):
    return channel.findall("item")


def is_url(text):
    parts = urlsplit(text or "")
    return parts.scheme in ("http", "https") and bool(parts.netloc)


class TestRoot:  # “What is RSS?”
    def test_it_is_rss_2_0_with_one_channel(self, rss):
        root = rss()
        assert ("rss", "2.0", ["channel"]) == (root.tag, root.get("version"), [one.tag for one in root])


class TestChannel:  # “Required channel elements”, “Optional channel elements”
    @pytest.mark.parametrize("name", ["title", "link", "description"])
    def test_exactly_one_of_each_that_must_be_there(self, channel, name):
        (one,) = channel.findall(name)
        assert one.text.strip()

    def test_link_is_the_page_of_the_list(self, channel, site):
        assert is_url(channel.findtext("link"))
        assert site.get(channel.findtext("link"))[1]["Content-Type"].startswith("text/html")

    def test_nothing_without_a_namespace_that_it_does_not_know(self, channel):
        assert {one.tag for one in channel if not one.tag.startswith("{")} <= CHANNEL
        assert {one.tag for item in items(channel) for one in item if not one.tag.startswith("{")} <= ITEM

    def test_each_once_but_item_and_category(self, channel):
        names = [one.tag for one in channel if not one.tag.startswith("{") and one.tag not in ("item", "category")]
        assert len(names) == len(set(names))

    def test_last_build_date(self, channel):
        """RFC 822, with the four digits of the year that the profile asks for."""
        assert DATE.fullmatch(channel.findtext("lastBuildDate"))

    def test_a_link_to_itself(self, channel, request):
        """Profile, atom:link: `self` is the address of the feed, with its type."""
        path = request.node.callspec.params["channel"]
        found = [one.attrib for one in channel.findall(f"{ATOM}link") if one.get("rel") == "self"]
        assert [{"rel": "self", "type": "application/rss+xml", "href": f"{ME}{path[1:]}.rss"}] == found


class TestItem:  # “Elements of <item>”
    def test_title_or_description(self, channel):
        """At least one must be there; each once at most."""
        for item in items(channel):
            assert item.findtext("title") or item.findtext("description")
            assert all(len(item.findall(name)) <= 1 for name in ITEM - {"category"})

    def test_link_is_the_permalink_and_guid_too(self, channel):
        """Unique; `isPermaLink` said in words."""
        found = [(one.findtext("link"), one.findtext("guid"), one.find("guid").get("isPermaLink")) for one in items(channel)]
        assert all(link == guid and is_url(link) and said == "true" for link, guid, said in found)
        assert len(found) == len(set(found))

    def test_pub_date(self, channel):
        """The newest first."""
        dates = [one.findtext("pubDate") for one in items(channel)]
        assert all(DATE.fullmatch(date) for date in dates)
        assert dates == sorted(dates, key=parsedate_to_datetime, reverse=True)

    def test_comments_is_a_url(self, channel):
        assert all(is_url(one.findtext("comments")) for one in items(channel))

    def test_author_is_no_name(self, channel):
        """It is for mail addresses; names are in dc:creator (profile)."""
        assert all((one.find("author"), one.findtext(f"{DC}creator")) == (None, "Olaf Owner") for one in items(channel))

    def test_one_enclosure_at_most_with_its_three_attributes(self, channel):
        """Profile: readers take the first of several, or none."""
        for item in items(channel):
            for found in item.findall("enclosure"):
                assert {"url", "length", "type"} == set(found.attrib)
                assert is_url(found.get("url"))
            assert len(item.findall("enclosure")) <= 1

    def test_descriptions_are_html(self, channel):
        """Escaped, and without relative addresses (profile)."""
        for item in items(channel):
            html = item.findtext("description")
            assert html.startswith("<")
            assert all(is_url(url) for url in re.findall(r'(?:href|src|poster)="([^"]*)"', html))

    def test_categories_are_words(self, channel):
        assert all(one.text.strip() and not one.text.startswith("#") for item in items(channel) for one in item.findall("category"))


def test_enclosures_have_their_true_length(rss, site):
    found = [*rss().iter("enclosure"), *rss().iter(f"{MEDIA}content")]
    assert ["audio/mpeg", "image/jpeg", "image/jpeg", "video/mp4"] == sorted(one.get("type") for one in found)
    for one in found:
        data, headers = site.get(one.get("url"))
        assert (one.get("length") or one.get("fileSize"), one.get("type")) == (str(len(data)), headers["Content-Type"])


def test_further_pictures_have_their_words(rss):
    """Media RSS 1.5.1: `url`, `type`, `medium`; the words of the picture in `media:description`, if it has some."""
    (one,) = rss("/photos").iter(f"{MEDIA}content")
    assert ("image", None) == (one.get("medium"), one.find(f"{MEDIA}description"))


def test_a_note_has_no_title(rss, posts):
    """FF-3: readers know it by that."""
    titled = {item.findtext("link") for item in items(rss().find("channel")) if item.find("title") is not None}
    assert titled == {posts[kind].url(ME) for kind in ("article", "bookmark", "arabic")}
