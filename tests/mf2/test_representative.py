import pytest

from indie.mf2.parse import parse
from indie.mf2.representative import h_card

URL = "https://a.example/"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a class="h-card" href="/x">X</a><div class="h-card"><a class="u-url u-uid p-name" href="/">A</a></div>', "A"),
        ('<a class="h-card" href="/x">X</a><div class="h-card"><a class="u-url p-name" rel=me href="https://b.example/">A</a></div>', "A"),
        ('<a class="h-card" href="/">A</a>', "A"),
        ('<a class="h-card" href="/">X</a><a class="h-card" href="/y">Y</a>', None),
        ('<a class="h-card" href="https://b.example/">B</a>', None),
        ('<div class=h-entry><div class="p-author h-card"><a class="u-url u-uid p-name" href="/">A</a></div></div>', "A"),
        ("<p>nobody", None),
    ],
    ids=["uid and url", "rel me", "the only one", "one of two", "the only one, of another page", "in an entry", "none"],
)
def test_representative_h_card(html, expected):
    card = h_card(parse(html.encode(), URL))

    assert expected == (card and card.text("name"))
