"""Whatever somebody writes, wherever it is shown, feeds stay XML and JSON (FF-1; XML 1.0 §2.2)."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import feedparser
import pytest

from indie.posts.topics import FORMS
from indie.site import feed_items, feed_views, feeds
from indie.site.views import Context, Link, Photo
from tests.conformance.feeds.conftest import ME
from tests.site import samples

NASTY = {
    "controls": "a\x00b\x08c\x0bd\x1fe\x7ff\x85g",
    "no characters": "a\ufffeb\uffffc",
    "lone surrogates": "a\ud800b\udfffc",
    "the end of CDATA": "a]]>b<![CDATA[c",
    "markup": "<b a='\"'>&amp;&lt;&#0;&nbsp;&bogus;</b><!-- --><?php ?>",
    "an ampersand": "a & b; c&d=e",
    "beyond the plane": "👩‍🌾 🏴󠁧󠁢󠁳󠁣󠁴󠁿 \U0010ffff",
    "marks of direction": "\u202eabc\u202c \u2067שלום\u2069 \u200f",
    "separators": "a\u2028b\u2029c\r\nd\re",
}
ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(words):
    """A feed that has these words in every place that takes some; those of HTML come as the sanitizer leaves them."""
    html = samples.KINDS["note"].content
    photo = Photo(f"{ME}media/a.jpg", words, f"{ME}media/a.jpg", 8, 5)
    entry = replace(
        samples.KINDS["note"],
        name=words, summary=words, content=html, lang=words, photos=(photo,), author=replace(samples.MIRA, name=words),
        categories=(Link(f"{ME}tags/x/", words),), contexts=(Context("in-reply-to", f"https://them.example/?{words}", words), Context("bookmark-of", f"https://them.example/?{words}", words)),
    )  # fmt: skip
    site = replace(samples.SITE, owner=replace(samples.MIRA, name=words), note=words)
    item = feed_items.item(entry, "dots", {}, site)
    enclosure = feed_views.Enclosure(f"{ME}media/a.jpg", "image/jpeg", 1, "image", words, 8, 5)
    item = replace(item, enclosures=(enclosure, enclosure))
    return feed_views.Feed(site, ME, ME, ME, words, words, entry.published, (item,))


@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("form", ["rss", "atom"])
def test_xml_stays_xml(words, form):
    """In titles, names, tags, alt texts, addresses, summaries, language."""
    data = feeds.document(feed(words), form).encode()
    ET.fromstring(data)
    found = feedparser.parse(data)
    assert (False, 1) == (bool(found.bozo), len(found.entries))


@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY)
@pytest.mark.parametrize("form", ["rss", "atom"])
def test_what_xml_can_hold_is_there(words, form):
    """Everything else; line ends are made one kind (XML 1.0 §2.11)."""
    root = ET.fromstring(feeds.document(feed(words), form).encode())
    title = root.findtext("channel/title") if form == "rss" else root.findtext("{http://www.w3.org/2005/Atom}title")
    assert ILLEGAL.sub("", words).replace("\r\n", "\n").replace("\r", "\n") == title


@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY)
def test_json_stays_json(words):
    made = feeds.json_feed.of(feed(words))
    assert ILLEGAL.sub("", words) == json.loads(json.dumps(made).encode())["title"]


@pytest.mark.parametrize("form", FORMS)
def test_what_an_app_sends_comes_through(client, bearer, form):
    """Lone surrogates in JSON are refused at the door or left out; the feed is whole either way."""
    body = json.dumps({"type": ["h-entry"], "properties": {"content": ["".join(NASTY.values())]}})
    answer = client.post("/micropub", data=body, content_type="application/json", headers=bearer("create"))
    assert answer.status_code in (201, 400)
    data = client.get(f"/all.{form}").data
    assert not ILLEGAL.search(data.decode())
