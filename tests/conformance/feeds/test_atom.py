"""RFC 4287, element by element, on the feed of every kind of list; with RFC 4685, 5005 and 6721 where we use them."""

import re
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from tests.conformance.feeds.conftest import ARCHIVE, ATOM, EMPTY, LISTS, ME

THR = "{http://purl.org/syndication/thread/1.0}"
TOMBSTONES = "{http://purl.org/atompub/tombstones/1.0}"
XML = "{http://www.w3.org/XML/1998/namespace}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
ALL = (*LISTS, *EMPTY, ARCHIVE)

FEED = {"author", "category", "contributor", "generator", "icon", "id", "link", "logo", "rights", "subtitle", "title", "updated", "entry"}
ENTRY = {"author", "category", "content", "contributor", "id", "link", "published", "rights", "source", "summary", "title", "updated"}


def children(element, name):
    return element.findall(ATOM + name)


def entries(feed):
    return children(feed, "entry")


def is_iri(text):
    """Absolute, with a host, without white space."""
    parts = urlsplit(text)
    return bool(parts.scheme in ("http", "https") and parts.netloc) and not re.search(r"\s", text)


@pytest.fixture(params=ALL)
def feed(atom, request):
    """The Atom feed of each kind of list."""
    return atom(request.param)


def test_2_the_root_is_a_feed(feed):
    """§2: the document element, in the namespace of Atom."""
    assert f"{ATOM}feed" == feed.tag


def test_2_nothing_of_atom_that_it_does_not_know(feed):
    """§4.1.1, §4.1.2: what is in its namespace may stand there."""
    assert {one.tag.removeprefix(ATOM) for one in feed if one.tag.startswith(ATOM)} <= FEED
    assert {one.tag.removeprefix(ATOM) for entry in entries(feed) for one in entry if one.tag.startswith(ATOM)} <= ENTRY


def test_3_1_texts_are_plain(feed):
    """§3.1.1: without a type they are, and have no child elements."""
    texts = [one for parent in (feed, *entries(feed)) for name in ("title", "subtitle", "summary") for one in children(parent, name)]
    assert all((one.get("type"), len(one)) == (None, 0) for one in texts)


def test_3_2_persons(feed):
    """§3.2: exactly one name; one uri at most, absolute."""
    for person in feed.iter(f"{ATOM}author"):
        assert ["Olaf Owner"] == [one.text for one in children(person, "name")]
        assert [ME] == [one.text for one in children(person, "uri")]


def test_3_3_dates(feed):
    """§3.3: RFC 3339, with an upper case T and an offset."""
    dates = [one.text for name in ("updated", "published") for one in feed.iter(ATOM + name)]
    assert dates
    assert all(DATE.fullmatch(one) and datetime.fromisoformat(one) for one in dates)


class TestFeed:  # §4.1.1
    def test_exactly_one_id(self, feed):
        """§4.2.6: an absolute IRI."""
        (one,) = children(feed, "id")
        assert is_iri(one.text)

    def test_exactly_one_title(self, feed):
        (one,) = children(feed, "title")
        assert one.text.strip()

    def test_exactly_one_updated(self, feed):
        assert 1 == len(children(feed, "updated"))

    def test_an_author(self, feed):
        """So that no entry needs one; each has one all the same."""
        assert 1 == len(children(feed, "author"))

    def test_one_subtitle_and_icon_at_most(self, feed):
        assert all(len(children(feed, name)) <= 1 for name in ("subtitle", "icon", "logo", "generator", "rights"))

    def test_a_link_to_itself(self, feed, request):
        """§4.1.1: it should be there, and be the address that was asked for."""
        path = request.node.callspec.params["feed"]
        assert [f"{ME}{path[1:]}.atom"] == [one.get("href") for one in children(feed, "link") if one.get("rel") == "self"]

    def test_no_two_alternates_of_one_type(self, feed):
        kinds = [(one.get("type"), one.get("hreflang")) for one in children(feed, "link") if one.get("rel") == "alternate"]
        assert len(kinds) == len(set(kinds)) == 1

    def test_entries_come_last(self, feed):
        """Not demanded; readers that stream want to know what they read."""
        names = [one.tag for one in feed]
        first = names.index(f"{ATOM}entry") if f"{ATOM}entry" in names else len(names)
        assert {f"{ATOM}entry"} >= set(names[first:])


class TestEntry:  # §4.1.2
    def test_exactly_one_id_its_permalink(self, feed, posts):
        """§4.2.6.1: compared letter by letter, for ever the same."""
        ids = [one.text for entry in entries(feed) for one in children(entry, "id")]
        assert len(ids) == len(entries(feed)) == len(set(ids))
        assert set(ids) <= {post.url(ME) for post in posts.values()}

    def test_exactly_one_title(self, feed):
        """§4.2.14."""
        assert all(len(children(entry, "title")) == 1 for entry in entries(feed))

    def test_exactly_one_updated_and_published(self, feed):
        """§4.2.15, §4.2.9: no entry was updated before it was published."""
        for entry in entries(feed):
            ((updated,), (published,)) = (children(entry, name) for name in ("updated", "published"))
            assert datetime.fromisoformat(updated.text) >= datetime.fromisoformat(published.text)

    def test_an_author(self, feed):
        """§4.2.1."""
        assert all(children(entry, "author") for entry in entries(feed))

    def test_content_is_html_escaped(self, feed):
        """§4.1.3: one at most; of type html its text, no elements."""
        for entry in entries(feed):
            (content,) = children(entry, "content")
            assert ("html", 0, True) == (content.get("type"), len(content), content.text.strip().startswith("<"))

    def test_one_alternate(self, feed):
        """§4.1.2: no two of one type and language."""
        for entry in entries(feed):
            (link,) = (one for one in children(entry, "link") if one.get("rel") == "alternate")
            assert (entry.findtext(f"{ATOM}id"), "text/html") == (link.get("href"), link.get("type"))

    def test_one_summary_at_most(self, feed):
        assert all(len(children(entry, "summary")) <= 1 for entry in entries(feed))

    def test_the_newest_first(self, feed):
        dates = [datetime.fromisoformat(entry.findtext(f"{ATOM}published")) for entry in entries(feed)]
        assert sorted(dates, reverse=True) == dates


class TestLinks:  # §4.2.7
    def test_href_is_absolute(self, feed):
        """§4.2.7.1: it must be there."""
        assert all(is_iri(one.get("href")) for one in feed.iter(f"{ATOM}link"))

    def test_rel_is_a_registered_word(self, feed):
        """§4.2.7.2, and the IANA's list."""
        known = {
            *("alternate", "self", "enclosure", "related", "replies", "hub"),
            *("first", "last", "next", "previous", "prev-archive", "next-archive", "current"),
        }
        assert {one.get("rel") for one in feed.iter(f"{ATOM}link")} <= known

    def test_type_is_a_media_type(self, feed):
        """§4.2.7.3."""
        kinds = [one.get("type") for one in feed.iter(f"{ATOM}link") if one.get("type")]
        assert all(re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", kind) for kind in kinds)

    def test_enclosures_have_their_true_length(self, atom, site):
        """§4.2.7.6."""
        found = [one for one in atom().iter(f"{ATOM}link") if one.get("rel") == "enclosure"]
        assert {"image/jpeg", "video/mp4", "audio/mpeg"} == {one.get("type") for one in found}
        for one in found:
            data, headers = site.get(one.get("href"))
            assert (one.get("length"), one.get("type")) == (str(len(data)), headers["Content-Type"])


def test_categories_have_a_term(feed):
    """§4.2.2.1: it must be there."""
    assert all(one.get("term") for one in feed.iter(f"{ATOM}category"))


def test_languages_are_tags(feed):
    """§2, by XML 1.0 §2.12; an empty one says that it is unknown, and is not that of the feed."""
    found = {one.get(f"{XML}lang") for one in entries(feed)}
    assert found <= {"", "ar"}


def test_updated_of_the_feed_is_the_newest_change(atom):
    """§4.2.15; a deletion is one."""
    assert "2024-03-01T00:00:00+00:00" == atom().findtext(f"{ATOM}updated")
    assert "2024-02-01T00:00:00+00:00" == atom("/tags/walks").findtext(f"{ATOM}updated")


class TestExtensions:
    def test_what_a_reply_answers(self, atom):
        """RFC 4685 §3: `ref` must be there."""
        entry = entries(atom("/replies"))[-1]
        (found,) = entry.findall(f"{THR}in-reply-to")
        assert is_iri(found.get("ref"))

    def test_where_answers_stand(self, atom, posts):
        """RFC 4685 §4, §5: `replies`, with their count; the feed of them is there."""
        (entry,) = (one for one in entries(atom("/notes")) if one.findtext(f"{ATOM}id") == posts["note"].url(ME))
        replies = [one for one in children(entry, "link") if one.get("rel") == "replies"]
        assert {"text/html", "application/atom+xml"} == {one.get("type") for one in replies}
        assert {"1"} == {one.get(f"{THR}count") for one in replies}

    def test_what_was_deleted(self, atom):
        """RFC 6721 §3: `ref` and `when` must be there."""
        (found,) = atom().findall(f"{TOMBSTONES}deleted-entry")
        assert is_iri(found.get("ref"))
        assert DATE.fullmatch(found.get("when"))
