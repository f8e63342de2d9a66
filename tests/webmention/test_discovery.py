"""Where a page takes webmentions (Webmention §3.1.2): the traps that webmention.rocks does not set."""

import pytest

from indie.errors import ServerBusy
from indie.fetch.fetched import Fetched, Headers
from indie.mf2.parse import parse
from indie.mf2.sandbox import Parser
from indie.webmention import discovery
from indie.webmention.discovery import Found
from tests.webmention.conftest import html

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
            (['</no>; title="a, </no>; rel=webmention"; rel=other, </wm>; rel=webmention'], "http://them.example/wm"),
            (["</wm>; REL=WEBMENTION"], "http://them.example/wm"),
            (['</wm?a=1,2,3>; rel="webmention"'], "http://them.example/wm?a=1,2,3"),
            (["</wm>; rel=webmention, </no>; rel=webmention"], "http://them.example/wm"),
            (["</no>; rel=other; rel=webmention, </wm>; rel=webmention"], "http://them.example/wm"),
            (['</no>; title="unclosed, </wm>; rel=webmention'], "http://them.example/wm"),
            (['</no>; rel=webmention; anchor="/other"'], None),
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
            ('<link REL="WebMention" HREF="/wm">', "http://them.example/wm"),
            ('<base href="http://based.example/"><a rel="webmention" href="wm">x</a>', "http://based.example/wm"),
            ('<template><a rel="webmention" href="/no">x</a></template>', None),
            ('<noscript><a rel="webmention" href="/no">x</a></noscript>', None),
            ('<svg><a rel="webmention" href="/wm"><text>x</text></a></svg>', "http://them.example/wm"),
            ('<meta http-equiv="Link" content="&lt;/no>; rel=webmention">', None),
            ('<form rel="webmention" action="/no" href="/no"></form>', None),
            ('<a rel="webmention" href="/no', None),
            ('<area rel="webmention" href="/no">', None),
            ('<b rel="webmention" href="/no">x</b>', None),
            ('<code>&lt;a href="/no" rel="webmention"&gt;</code>', None),
            ('<link rel="webmention" href="javascript:alert(1)">', None),
        ],
    )
    def test_the_first_link_or_a_in_the_document(self, html, endpoint):
        """Document order, not the tag; an empty href is the page, a missing one is nothing."""
        assert endpoint == in_page(html)


LINK = "Link: </wm>; rel=webmention"
ENDPOINT = "http://them.example/wm"
LEGACY = ["http://webmention.org/", "http://webmention.org", "HTTP://Webmention.org/"]


@pytest.fixture(scope="module")
def parser():
    with Parser(children=1) as made:
        yield made


@pytest.fixture
def discover(frozen_web, parser):
    """`discover(raw)` asks the page that answers so."""

    def ask(raw, target=PAGE, known=None):
        frozen_web.pages[target.partition("#")[0]] = frozen_web.pages[target] = raw
        return discovery.discover(frozen_web, parser, target, known)

    return ask


class TestDiscover:
    @pytest.mark.parametrize("status", ["200 OK", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"])
    @pytest.mark.parametrize("where", ["header", "page"])
    def test_a_page_of_any_status_may_have_one(self, discover, status, where):
        raw = html("<p>x", status, LINK) if where == "header" else html('<a rel="webmention" href="/wm">x</a>', status)
        assert ENDPOINT == discover(raw).endpoint

    @pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "408 Slow", "425 Early", "429 Many"])
    def test_one_that_says_later_is_asked_later(self, discover, status):
        """Whatever stands there besides."""
        with pytest.raises(ServerBusy):
            discover(html("<p>x", status, LINK))

    @pytest.mark.parametrize("kind", ["image/png", "application/pdf", "text/plain", "application/json"])
    def test_what_is_no_html_has_headers(self, discover, kind):
        """And its words are not read."""
        head = f"HTTP/1.1 200 OK\nContent-Type: {kind}\n"
        assert ENDPOINT == discover(f"{head}{LINK}\n\nx".encode()).endpoint
        assert discover(f'{head}\n<a rel="webmention" href="/no">x</a>'.encode()).endpoint is None

    @pytest.mark.parametrize("kind", ["text/html, text/html", "application/xhtml+xml", "Text/HTML;charset=utf-8", ""])
    def test_what_is_html(self, discover, kind):
        raw = f'HTTP/1.1 200 OK\nContent-Type: {kind}\n\n<a rel="webmention" href="/wm">x</a>'.encode()
        assert ENDPOINT == discover(raw).endpoint

    def test_a_fragment_is_no_part_of_the_page(self, discover):
        """Neither where the endpoint is the page, nor where a header says whose link it is."""
        assert PAGE == discover(html('<link rel="webmention" href="">'), PAGE + "#comment").endpoint
        assert ENDPOINT == discover(html("", "200 OK", f'{LINK}; anchor="{PAGE}"'), PAGE + "#comment").endpoint

    def test_a_header_that_names_no_page_leaves_it_to_the_page(self, discover):
        raw = html('<link rel="webmention" href="/wm">', "200 OK", "Link: <mailto:a@b.example>; rel=webmention")
        assert ENDPOINT == discover(raw).endpoint

    @pytest.mark.parametrize("rel", LEGACY)
    def test_the_rel_of_old(self, discover, rel):
        """Some still write it."""
        assert ENDPOINT == discover(html(f'<a rel="{rel}" href="/wm">x</a>')).endpoint
        assert ENDPOINT == discover(html("x", "200 OK", f'Link: </wm>; rel="{rel}"')).endpoint

    def test_the_rel_of_old_comes_last(self, discover):
        """It says nothing where the page, or its header, has the new one."""
        old, new = 'rel="http://webmention.org/"', "rel=webmention"
        assert ENDPOINT == discover(html(f'<a {old} href="/no">x</a><a {new} href="/wm">x</a>')).endpoint
        assert ENDPOINT == discover(html(f'<a {new} href="/wm">x</a>', "200 OK", f"Link: </no>; {old}")).endpoint
        assert ENDPOINT == discover(html(f'<a {old} href="/no">x</a>', "200 OK", f"Link: </wm>; {old}")).endpoint


class TestAskedAgain:
    """Each webmention asks the page anew; HTTP says whether it has changed (RFC 9110 §13.1)."""

    VALIDATORS = ('ETag: W/"1"', "Last-Modified: Thu, 23 Jul 2026 12:00:00 GMT")
    KNOWN = Found(ENDPOINT, 'W/"1"', "Thu, 23 Jul 2026 12:00:00 GMT", PAGE)
    SAME = b"HTTP/1.1 304 Not Modified\n\n"

    def asked(self, web):
        """The conditions of the last GET."""
        return {name: value for name, value in web.sent[-1][1].items() if name.startswith("If-")}

    def test_the_validators_are_kept(self, discover):
        assert self.KNOWN == discover(html("", "200 OK", LINK, *self.VALIDATORS))

    def test_they_are_asked_by(self, discover, frozen_web):
        discover(self.SAME, known=self.KNOWN)
        assert {"If-None-Match": 'W/"1"', "If-Modified-Since": self.KNOWN.modified} == self.asked(frozen_web)

    def test_where_nothing_changed_the_endpoint_is_known(self, discover):
        assert self.KNOWN == discover(self.SAME, known=self.KNOWN)

    def test_a_page_with_a_fragment_is_asked_too(self, discover):
        """Its own address is that of the page."""
        found = discover(html("", "200 OK", LINK, *self.VALIDATORS), PAGE + "#c")
        assert found == discover(self.SAME, PAGE + "#c", known=Found(found.endpoint, found.etag, found.modified, PAGE + "#c"))

    def test_the_answer_itself_may_name_another(self, discover):
        """A header comes with every answer."""
        raw = b"HTTP/1.1 304 Not Modified\nLink: </new>; rel=webmention\n\n"
        assert "http://them.example/new" == discover(raw, known=self.KNOWN).endpoint

    def test_a_page_that_changed_is_read(self, discover):
        assert Found("http://them.example/new", url=PAGE) == discover(html('<a rel="webmention" href="/new">x</a>'), known=self.KNOWN)

    @pytest.mark.parametrize("known", [None, Found(None, 'W/"1"', "", PAGE), Found(ENDPOINT, url=PAGE)])
    def test_nothing_known_nothing_asked(self, discover, frozen_web, known):
        discover(html("", "200 OK", LINK), known=known)
        assert {} == self.asked(frozen_web)

    def test_what_is_not_to_be_stored_is_not(self, discover):
        """One-time endpoints come with it (RFC 9111 §5.2.2.5)."""
        found = discover(html("", "200 OK", LINK, *self.VALIDATORS, "Cache-Control: private, No-Store"))
        assert ("", "") == (found.etag, found.modified)

    @pytest.mark.parametrize("raw", [html("", "404 Not Found", LINK, *VALIDATORS)])
    def test_those_of_an_error_are_not_kept(self, discover, raw):
        assert Found(ENDPOINT, url=PAGE) == discover(raw)

    def test_those_of_another_page_are_not_kept(self, discover, frozen_web):
        """Where the target leads may be another page the next time."""
        frozen_web.pages["http://them.example/2"] = html("", "200 OK", LINK, *self.VALIDATORS)
        assert Found(ENDPOINT, url="http://them.example/2") == discover(b"HTTP/1.1 302 Found\nLocation: /2\n\n")

    def test_where_the_target_leads_elsewhere_by_now_that_page_is_read(self, discover, frozen_web):
        """It answers that it has not changed, and was never seen."""
        frozen_web.pages["http://them.example/2"] = self.SAME
        found = discover(b"HTTP/1.1 302 Found\nLocation: /2\n\n", known=self.KNOWN)
        assert (None, {}) == (found.endpoint, self.asked(frozen_web))
