import pytest

from indie.mf2.page import Link
from indie.mf2.rels import parse_link_header

BASE = "https://a.example/x/y"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("</wm>; rel=webmention", ["https://a.example/wm"]),
        ('</wm>; rel="webmention"', ["https://a.example/wm"]),
        ('<https://b.example/wm?a,b;c>; rel="webmention"', ["https://b.example/wm?a,b;c"]),
        ('</wm>; REL="WebMention"', ["https://a.example/wm"]),
        ('</wm>;rel="webmention somethingelse"', ["https://a.example/wm"]),
        ('</wm> ; title="a, <b>; rel=x" ; rel = webmention', ["https://a.example/wm"]),
        ('</wm>; title="say \\"rel\\", please"; rel=webmention', ["https://a.example/wm"]),
        ("</wm>; rel=other; rel=webmention", []),
        ("</a>; rel=other, </wm>; rel=webmention, </wm2>; rel=webmention", ["https://a.example/wm", "https://a.example/wm2"]),
        ("<>; rel=webmention", [BASE]),
        ("<wm>; rel=webmention", ["https://a.example/x/wm"]),
        ("</wm>; rel=not-webmention", []),
        ("</wm>", []),
        ("</wm>; rel", []),
        ('</wm>; rel=""', []),
        ("/wm; rel=webmention", []),
        ("junk, </wm>; rel=webmention", ["https://a.example/wm"]),
        ("<http://[x>; rel=webmention, </wm>; rel=webmention", ["https://a.example/wm"]),
        ('</wm>; anchor="https://b.example/"; rel=webmention', []),
        ('</wm>; anchor=""; rel=webmention', ["https://a.example/wm"]),
        ("</wm>; rel=webmention;", ["https://a.example/wm"]),
        ("", []),
        ("<<<<", []),
    ],
)
def test_link_header(header, expected):
    """RFC 8288 §3, webmention.rocks discovery 1, 2, 7, 8, 10, 18, 19."""
    assert expected == [link.href for link in parse_link_header([header], BASE) if "webmention" in link.rel]


def test_several_headers_in_order():
    expected = [Link(("hub",), "https://a.example/h", "header"), Link(("self", "me"), "https://a.example/s", "header")]

    assert expected == parse_link_header(["</h>; rel=hub", '</s>; rel="Self me self"'], BASE)
