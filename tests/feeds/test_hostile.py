"""Feeds that mean harm: they are read in a process of their own, and in bounds."""

import json
from datetime import UTC, datetime

import pytest

from indie.errors import ParserGaveUp
from indie.feeds import reader
from indie.feeds.feed import MOST_ITEMS
from indie.feeds.item import LONGEST_TEXT, LONGEST_UID
from indie.fetch.limits import FEED
from indie.mf2.sandbox import Parser
from indie.mf2.sanitize import LONGEST_FOREIGN

URL = "https://ann.example/feed"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ITEM = "<item><link>https://ann.example/{0}</link><description>{1}</description></item>"
LAUGHS = "".join(f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "lol"}{("&l" + str(n - 1) + ";") * 9 if n else ""}">' for n in range(12))


@pytest.fixture(scope="module")
def parser():
    with Parser(children=1) as opened:
        yield opened


@pytest.fixture
def read(parser):
    """Read a body as a feed, in the parser's process."""

    def read_it(body, media_type="application/xml"):
        return reader.read(parser, body.encode() if isinstance(body, str) else body, URL, media_type, None, NOW)

    return read_it


def rss(items, doctype=""):
    return f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'


def test_laughs_are_not_multiplied(read):
    """Entities in entities: a billion of them in a kilobyte."""
    (item,) = read(rss(ITEM.format(1, "Ha &l11;"), f"<!DOCTYPE rss [{LAUGHS}]>")).items
    assert len(item["content"]["text"]) < 100


def test_one_large_entity_many_times_is_bounded(read):
    """50 KB, named ten thousand times."""
    bomb = rss(ITEM.format(1, "&a;" * 10_000), f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>')
    try:
        items = read(bomb).items
    except ParserGaveUp:
        return
    assert all(len(item.get("content", {}).get("html", "")) <= LONGEST_FOREIGN * 2 for item in items)


def test_no_file_is_read(read, tmp_path):
    """An entity names one, and so does the body itself."""
    secret = tmp_path / "secret"
    secret.write_text(rss(ITEM.format(1, "secret")))
    by_entity = read(rss(ITEM.format(1, "x &f;"), f'<!DOCTYPE rss [<!ENTITY f SYSTEM "file://{secret}">]>'))
    assert "secret" not in str(by_entity.items)
    assert () == read(str(secret)).items


def test_what_follows_a_bomb_is_read(read):
    """The process that gave up is replaced."""
    with pytest.raises(ParserGaveUp):
        read(b"<?xml version='1.0'?><rss>" + b"<a>" * 1_600_000)
    assert "T" == read(rss("")).title


def test_the_largest_feed_is_read_to_what_is_kept(read):
    """5 MB of small items."""
    item = ITEM.format("{0}", "One & two")
    body = rss("".join(item.format(number) for number in range(FEED.decoded // len(item) - 20)))
    assert MOST_ITEMS == len(read(body).items)


def test_an_item_is_cut(read):
    """Each part of it has an end."""
    words = "<p>" + "word " * 100_000
    (item,) = read(rss(f"<item><guid>{'g' * 10_000}</guid><title>{'t' * 9000}</title><description><![CDATA[{words}]]></description></item>")).items
    assert len(item["uid"]) <= LONGEST_UID
    assert len(item["name"]) <= 300
    assert len(item["content"]["text"]) <= LONGEST_TEXT
    assert len(item["content"]["html"]) <= LONGEST_FOREIGN + 100


@pytest.mark.parametrize("body", [b"", b"\x00" * 100, b"{", b"[]", b'{"version": 1}', b"<?xml", b"<feed", b"\xff\xfe<rss>"])
@pytest.mark.parametrize("media_type", ["", "text/html", "application/xml", "application/feed+json"])
def test_any_bytes_give_a_feed(read, body, media_type):
    """One of no kind, or with nothing in it."""
    assert () == read(body, media_type).items


def test_json_as_deep_as_it_can_be(read):
    """A list in a list, two million times."""
    assert "" == read(b"{" + b'"a":' + b"[" * 2_000_000, "application/feed+json").kind


def test_no_letter_comes_through_that_a_database_refuses(read):
    """NUL, in a text and in what an item is known by."""
    (item,) = read(b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "a\\u0000b", "content_text": "c\\u0000d", "content_html": "e\\u0000f", "title": "T\\u0000", "tags": ["g\\u0000h"], "summary": "i\\u0000j", "author": {"name": "k\\u0000"}}]}').items
    assert "\\u0000" not in json.dumps(item)
