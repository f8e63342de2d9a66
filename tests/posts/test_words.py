"""The words by which a post is found."""

import pytest

from indie.mf2.item import Item
from indie.posts import words


def test_they_are_those_of_title_summary_content_and_categories():
    """Markup is none of them, nor is what other properties say."""
    item = Item(
        ("h-entry",),
        {
            "name": ["A  Title"],
            "summary": ["In short"],
            "category": ["One", "Two"],
            "content": [{"html": "<p class='x'>Some <b>bold</b>\nwords"}],
            "x": ["y"],
        },
    )

    assert "a title\nin short\none\ntwo\nsome bold words" == words.folded(words.texts(item))


def test_a_post_without_words_has_none():
    assert "" == words.folded(words.texts(Item(("h-entry",), {"like-of": ["https://a.example/"]})))


@pytest.mark.parametrize(
    ("one", "other"),
    [("STRASSE", "Straße"), ("ｗｉｄｅ", "Wide"), ("ﬁne", "FINE"), ("a\n b", " A B "), ("É", "e\u0301")],
)
def test_case_width_and_spaces_make_no_difference(one, other):
    assert words.fold(one) == words.fold(other)


@pytest.mark.parametrize(("one", "other"), [("C++", "C"), ("a.b", "ab"), ("100%", "100"), ("é", "e")])
def test_signs_and_accents_do(one, other):
    assert words.fold(one) != words.fold(other)
