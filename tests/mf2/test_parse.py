import codecs
import sys

import bs4
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indie.mf2.parse import parse

URL = "https://a.example/post"
PIECES = st.sampled_from(
    ["<", ">", "</", "<p class=h-entry>", '<a href="', "u-url", "<b>", "<base href=http://[x>", "<meta charset=utf-7>", "<title>",
     "<div class='h-card p-author e-content'>", "<template>", "<noscript>", "<svg>", "<!--", "<![CDATA[", "\0", "&#0;", "&#xd800;", "\ud800",
     "<img srcset=', ,,a 1x,'>", "<table>", "<td>", "<?xml version='1.0'?>", "<!doctype", "vcard hentry", "<time class=dt-x>2026", " "]
)


@settings(max_examples=150)
@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "utf-16", "punycode", "nonsense\0", "idna", "unicode_escape", "ascii"]))
def test_any_bytes_are_a_page(body, charset):
    assert URL == parse(body, URL, charset).url


@settings(max_examples=150)
@given(st.lists(PIECES | st.text(max_size=5), max_size=25))
def test_any_markup_is_a_page(pieces):
    assert URL == parse("".join(pieces).encode("utf-8", "surrogatepass"), URL).url


@pytest.mark.parametrize("url", ["", "x", "http://[", "mailto:a@b.example", "https://a.example/\ud800"], ids=repr)
def test_any_address_will_do(url):
    assert 1 == len(parse(b"<p class=h-entry>x <a href=y class=u-url>z</a>", url).items)


class TestCharset:
    @pytest.mark.parametrize(
        ("before", "encoding", "charset"),
        [
            (b"", "utf-8", None),
            (b"", "latin-1", None),
            (b"", "latin-1", "iso-8859-1"),
            (b"", "koi8-r", "koi8-r"),
            (b"<meta charset=koi8-r>", "koi8-r", None),
            (b"<meta charset=iso-8859-1>", "utf-8", "utf-8"),
            (codecs.BOM_UTF8, "utf-8", "iso-8859-1"),
            (codecs.BOM_UTF16_LE, "utf-16-le", None),
            (codecs.BOM_UTF16_BE, "utf-16-be", "utf-8"),
            (b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "cp1251", None),
            (b'<?xml version="1.0" encoding="iso-8859-1"?><meta charset=utf-8>', "utf-8", None),
            (b"", "utf-8", "no-such-charset"),
            (b"", "utf-8", "ascii\0"),
            (b"<meta charset=utf-16>", "utf-8", None),
            (b"<meta charset=utf-7>", "utf-8", None),
            (b"", "utf-8", "unicode_escape"),
            (b"", "utf-8", "punycode"),
            (b"", "latin-1", "utf-8"),
        ],
    )
    def test_the_title_is_read(self, before, encoding, charset):
        """Byte order mark, HTTP, meta, UTF-8, Windows-1252; a name that lies or is none is passed over."""
        letter = "é" if encoding in ("utf-8", "latin-1") or encoding.startswith("utf") else "ж"
        body = before + f"<title>{letter}</title>".encode(encoding)

        assert letter == parse(body, URL, charset).title

    def test_nul_is_replaced(self):
        assert "a\ufffdb" == parse(b"<title>a\0b</title>", URL).title


class TestGuard:
    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("<div>" * 300, "deep"),
            ('<div class="h-entry">' * 13, "microformats lie"),
            ('<div class="hentry">' * 13, "microformats lie"),
            ('<div class="hentry">' + '<div class="entry-content">' * 13, "microformats lie"),
            ('<p class="h-entry">x</p>' * 1001, "1000"),
            ('<p class="vcard">x</p>' * 1001, "1000"),
            ('<p class="' + " ".join(f"c{number}" for number in range(201)) + '">', "classes"),
            ('<div class="h-entry p-a p-b p-c p-d p-e p-f">' * 12, "repeat"),
            ("<i></i>" * 100_001, "elements"),
            ("x" * 4_000_001, "longer"),
        ],
        ids=["depth", "mf2", "mf1", "entry-content", "roots", "mf1 roots", "classes", "properties", "elements", "length"],
    )
    def test_a_page_is_refused_and_its_links_are_known(self, body, reason):
        head = '<title>T</title><link rel=canonical href=/c><meta http-equiv=status content=410><a rel=me href="https://b.example/">b</a>'
        page = parse((head + body).encode(), URL)

        assert reason in page.refused
        assert () == page.items
        assert ("https://a.example/c", "https://b.example/") == page.links
        assert ("T", True, "https://a.example/c", ["https://b.example/"]) == (page.title, page.gone, page.canonical, page.rel("me"))

    def test_a_value_that_stands_in_many_properties_is_refused(self):
        """One megabyte under 150 names would be 150 MB of JSON."""
        names = " ".join(f"e-{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(150))
        page = parse(f'<div class=h-entry><div class="{names}">{"x" * 100_000}'.encode(), URL)

        assert "repeat" in page.refused

    def test_a_style_sheet_with_names_like_microformats_does_not_count(self):
        page = parse(b'<div class="h-full">' * 20 + b'<p class="h-entry h-full">x', URL)

        assert [("h-entry",)] == [item.type for item in page.items]

    def test_an_ordinary_long_page_is_not_refused(self):
        body = '<article class="h-entry"><div class="e-content">' + "<p>Some words and <a href=/x>a link</a></p>" * 1000
        page = parse(body.encode(), URL)

        assert page.refused is None
        assert 1 == len(page.items)


class TestItems:
    def test_classic_microformats_are_read_without_a_copy_a_rule(self):
        """Left alone, mf2py copies each element of an old WordPress theme, and what is in it, ten times."""
        body = '<div class="hentry"><div class="entry-content">' + "<p>Some <b>words</b> and <a href=/x>a link</a></p>" * 100
        copies = 0

        def count(frame, event, _):
            nonlocal copies
            copies += event == "call" and frame.f_code is bs4.Tag.copy_self.__code__

        sys.setprofile(count)
        try:
            (item,) = parse(body.encode(), URL).items
        finally:
            sys.setprofile(None)

        assert item.content().text.startswith("Some words and a link")
        assert 0 < copies < 300 * 5

    def test_noscript_and_template_hold_no_properties(self):
        body = "<div class=h-entry><noscript><b class=p-name>n</b></noscript><template><b class=p-name>t</b></template><b class=p-name>x</b>"

        assert ["x"] == parse(body.encode(), URL).items[0].texts("name")

    def test_base_counts_for_items(self):
        body = "<base href=/x/><a class=h-entry href=y>z</a>"

        assert ["https://a.example/x/y"] == parse(body.encode(), URL).items[0].urls("url")

    def test_nothing_of_mf2py_itself_comes_along(self):
        assert {} == parse(b"<p class=h-card>x", URL).items[0].rest

    def test_content_keeps_its_pictures_and_links(self):
        body = '<div class=h-entry><div class=e-content><a href="/y" rel=me>y</a><img src=z alt=w></div></div>'
        html = parse(body.encode(), URL).items[0].content().html

        assert '<a href="https://a.example/y" rel="me">y</a><img alt="w" src="https://a.example/z"/>' == html
