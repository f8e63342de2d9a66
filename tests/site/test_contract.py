"""The markup contract: a page that keeps it has no faults, and each break of a rule is told in a sentence."""

import pytest

from indie import publishing, times
from indie.mf2.item import Item
from indie.site import contract, render
from tests.site import samples
from tests.site.samples import PAGES
from tests.site.test_kinds import CAFE

ME = "http://site.example/"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_the_theme_keeps_it(name):
    """With conversations, hostile names, foreign scripts."""
    page = PAGES[name]
    assert [] == contract.faults(render.page(page), getattr(page, "url", samples.LETTER_URL))


BREAKS = {
    "a root that nobody knows": ('class="h-entry kind-article"', 'class="h-entry h-odd"', "“h-odd” is no root"),
    "a root of microformats 1": ('class="h-entry kind-article"', 'class="h-entry hentry"', "“hentry” is a root of microformats 1"),
    "no address": ("u-url u-uid", "u-uid", "has not exactly one u-url"),
    "another uid": ("u-url u-uid", "u-url", "has another u-uid"),
    "an address of somebody else": (f'class="u-url u-uid" href="{samples.HOME}', 'class="u-url u-uid" href="https://other.example/', "of this site"),
    "a relative address": (f'class="u-url u-uid" href="{samples.HOME}', 'class="u-url u-uid" href="/', "has no absolute URL"),
    "a relative picture": (f'src="{samples.HOME}media/mira.svg"', 'src="/media/mira.svg"', "has no absolute URL"),
    "a relative source set": ("<img ", '<img srcset="/a.webp 400w" ', "has no absolute URL: “/a.webp”"),
    "no date": ('<time class="dt-published"', '<time class=""', "has not one dt-published"),
    "a date without offset": ('datetime="2026-07-23T17:00:00+02:00">23', 'datetime="2026-07-23T17:00:00">23', "has not one dt-published"),
    "no author": ('<p class="p-author h-card">', '<p class="">', "has not exactly one p-author"),
    "an author that is no card": ('<p class="p-author h-card">', '<p class="p-author">', "An author is no h-card"),
    "a card that is a link": ('<p class="p-author h-card">', '<a href="/" class="p-author h-card">', "loses its URL"),
    "the address on the root": ('<p class="p-author h-card">', '<p class="p-author h-card u-url">', "is a root and a u-url"),
    "nothing to read": ("e-content", "content", "has neither e-content"),
    "a script in the words": ('<div class="e-content prose" dir="auto" lang="en">', '<div class="e-content prose"><noscript>x</noscript>', "<noscript class=“”> in e-content"),
    "another post inside": ('<footer class="entry-footer">', '<footer class="entry-footer"><div class="h-entry"><p class="p-name">x</p></div>', "items in it that are no property"),
    "a sign on a tag": (">open web</a>", ">#open web</a>", "p-category with its sign: #open web"),
    "an answer to itself": (' class="u-url u-uid"', ' class="u-url u-uid u-in-reply-to"', "names itself as in-reply-to"),
    "a class on the link of a picture": ('<a href="https://mira.example/media/ridge.svg">', '<a class="u-photo" href="https://mira.example/media/ridge.svg">', "whose alt is lost"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_it_is_told(name):
    old, new, sentence = BREAKS[name]
    html = render.page(samples.PERMALINK)
    if name == "nothing to read":
        html = html.replace('class="p-name" dir="auto" lang="en">A letter', 'dir="auto">A letter')
    assert old in html
    found = contract.faults(html.replace(old, new), samples.LETTER_URL)
    assert any(sentence in fault for fault in found), found


LIST_BREAKS = {
    "two feeds": ('<footer class="end">', '<div class="h-feed"></div><footer class="end">', "more than one h-feed"),
    "a feed without a name": ('<h2 class="p-name unseen">', '<h2 class="unseen">', "has not one name"),
    "a conversation in a list": ('<p class="meta">', '<p class="meta"><a class="u-comment" href="https://x.example/">x</a>', "has its conversation in a list"),
}


@pytest.mark.parametrize("name", LIST_BREAKS)
def test_what_breaks_a_list_is_told(name):
    old, new, sentence = LIST_BREAKS[name]
    html = render.page(samples.FRONT)
    assert old in html
    found = contract.faults(html.replace(old, new), samples.HOME)
    assert any(sentence in fault for fault in found), found


def test_a_tombstone_is_called_so():
    html = render.page(PAGES["gone"]).replace(">Deleted</h1>", ">Gone</h1>")
    assert any("not called Deleted" in fault for fault in contract.faults(html, samples.HOME))


def test_a_page_that_cannot_be_read_is_told():
    assert "cannot be searched" in contract.faults("<div class='h-entry'>" * 5000, ME)[0]


STORED = {
    "name": ["On fences"], "content": ["A fence is a promise."], "category": ["fences"], "published": ["2026-07-23T17:00:00+02:00"],
    "in-reply-to": ["https://bob.example/1"], "syndication": ["https://mas.example/1"], "summary": ["In short."],
    "photo": [{"value": "https://elsewhere.example/a.jpg", "alt": "A fence"}], "license": ["https://l.example/"],
    "checkin": [CAFE],
}  # fmt: skip
LIES = {
    "name": [">On fences</h1>", ">On walls</h1>"],
    "content": ["A fence is a promise.</p>", "A fence is a threat.</p>"],
    "category": [">fences</a>", ">walls</a>"],
    "published": ["2026-07-23T17:00:00+02:00", "2026-07-23T17:00:00+01:00"],
    "in-reply-to": ['class="u-in-reply-to" href="https://bob.example/1"', 'class="u-in-reply-to" href="https://bob.example/2"'],
    "syndication": ['rel="syndication" href="https://mas.example/1"', 'rel="syndication" href="https://mas.example/2"'],
    "summary": [">In short.</p>", ">In long.</p>"],
    "license": ['rel="license" href="https://l.example/"', 'rel="license" href="https://m.example/"'],
    "like-of": ["u-in-reply-to", "u-in-reply-to u-like-of"],
    "weather": ["u-syndication", "u-syndication u-weather"],
}


class TestReadBack:
    @pytest.fixture
    def post(self, store, storage, owner):
        return publishing.create(store, storage, ME, times.now(), Item(("h-entry",), STORED), {})

    @pytest.fixture
    def html(self, client, post):
        return client.get(post.path).text

    def test_a_true_page_has_no_faults(self, html, post):
        assert [] == contract.faults(html, post.url(ME), {post.url(ME): post}.get)

    @pytest.mark.parametrize("name", LIES)
    def test_a_page_that_says_otherwise_is_told(self, html, post, name):
        old, new = LIES[name]
        assert old in html
        found = contract.faults(html.replace(old, new), post.url(ME), {post.url(ME): post}.get)
        assert any(name in fault for fault in found), found
