"""Where a page takes webmentions (Webmention §3.1.2): the traps that webmention.rocks does not set."""

import pytest

from indie.fetch.fetched import Fetched, Headers
from indie.mf2.parse import parse
from indie.webmention import discovery

PAGE = "http://them.example/posts/1"


def in_header(*values):
    return discovery.in_headers(Fetched(PAGE, 200, Headers([("Link", value) for value in values]), b""))


def in_page(html):
    return discovery.in_page(parse(html.encode(), PAGE))


class TestHeader:
    @pytest.mark.parametrize(
        ("values", "endpoint"),
        [
            (["</wm>; rel=webmention"], "http://them.example/wm"),
            (['<wm?query=yes>; rel="webmention"'], "http://them.example/posts/wm?query=yes"),
            (['</wm>; rel="WebMention other"'], "http://them.example/wm"),
            (['</no>; rel="other", </wm>; rel="webmention"'], "http://them.example/wm"),
            (['</no/webmention>; rel="other"', '</wm>; rel="webmention"'], "http://them.example/wm"),
            (["</wm>; rel=webmention", "</no>; rel=webmention"], "http://them.example/wm"),
            (['</no>; title="a, b; rel=webmention"'], None),
            (["</no>; rel=not-webmention"], None),
            (["<mailto:me@them.example>; rel=webmention"], None),
            ([], None),
        ],
    )
    def test_the_first_that_says_webmention(self, values, endpoint):
        """A list of tokens, in any case, of several lines and links; relative to the page; query kept."""
        assert endpoint == in_header(*values)


class TestPage:
    @pytest.mark.parametrize(
        ("html", "endpoint"),
        [
            ('<link rel="webmention" href="/wm">', "http://them.example/wm"),
            ('<p><a href="wm?a=b" rel="nofollow webmention">x</a>', "http://them.example/posts/wm?a=b"),
            ('<link rel="webmention" href="">', PAGE),
            ('<link rel="webmention"><a rel="webmention" href="/wm">x</a>', "http://them.example/wm"),
            ('<a rel="webmention" href="/wm">x</a><link rel="webmention" href="/no">', "http://them.example/wm"),
            ('<link rel="not-webmention" href="/no"><a rel="webmention" href="/wm">x</a>', "http://them.example/wm"),
            ('<base href="/deep/"><link rel="webmention" href="wm">', "http://them.example/deep/wm"),
            ('<!-- <link rel="webmention" href="/no"> --><link rel="webmention" href="/wm">', "http://them.example/wm"),
            ('<template><a rel="webmention" href="/no">x</a></template>', None),
            ('<area rel="webmention" href="/no">', None),
            ('<b rel="webmention" href="/no">x</b>', None),
            ('<code>&lt;a href="/no" rel="webmention"&gt;</code>', None),
            ('<link rel="webmention" href="javascript:alert(1)">', None),
        ],
    )
    def test_the_first_link_or_a_in_the_document(self, html, endpoint):
        """Document order, not the tag; an empty href is the page, a missing one is nothing."""
        assert endpoint == in_page(html)
