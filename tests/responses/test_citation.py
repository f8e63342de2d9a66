"""What a post of ours is about, in a few words; the pages that it is read from are in `tests/web` (`*.citation.json`)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie.mf2.authorship import Author
from indie.mf2.parse import parse
from indie.responses import citation
from indie.responses.citation import LONGEST, Citation

URL = "https://ann.example/1"
ME = "http://site.example/"
SEEN = datetime(2026, 8, 1, 12, tzinfo=UTC)
ANN = Author("Ann", "https://ann.example/", "https://ann.example/ann.jpg", "ann")
WHOLE = Citation(ANN, "Title", "Words.", "via.example", "en", SEEN)


def read(html):
    response, _ = citation.read(parse(html.encode(), URL), URL, ME, SEEN)
    return Citation.of(response)


def entry(inside):
    return f'<div class="h-entry">{inside}<a class="p-author h-card" href="/">Ann</a><a class="u-url" href="{URL}"></a></div>'


class TestJson:
    def test_what_is_kept_comes_back_unchanged(self):
        assert WHOLE == Citation.from_json(WHOLE.to_json())

    def test_so_does_what_has_nothing_but_a_title(self):
        bare = Citation(None, "Title", "")
        assert bare == Citation.from_json(bare.to_json())


class TestText:
    @given(st.text(max_size=2000))
    def test_it_is_one_line_of_at_most_280_characters(self, words):
        said = words.replace("<", "").replace("&", "")
        found = read(entry(f'<p class="e-content">A{said}</p>'))
        assert len(found.text) <= LONGEST
        assert 1 == len(found.text.splitlines())

    def test_a_word_is_not_cut(self):
        text = read(entry(f'<p class="e-content">{"fence " * 100}</p>')).text
        assert {"fence", "fence…"} == set(text.split())

    def test_markup_is_not_kept(self):
        assert "Bold & red" == read(entry('<p class="e-content"><b>Bold</b> &amp; <a href="javascript:x">red</a></p>')).text


class TestNothing:
    def test_a_page_without_title_or_entry_is_none(self):
        assert None is read("<p>Words.</p>")

    def test_no_author_is_made_up(self):
        """A response has the host's name there; a context says “a post on ann.example”."""
        assert None is read("<title>T</title>").author


@pytest.mark.parametrize(
    ("now", "less"),
    [
        (WHOLE, False),
        (replace(WHOLE, text="Other words."), False),
        (replace(WHOLE, name=None), False),
        (replace(WHOLE, published=None, lang=None), False),
        (replace(WHOLE, text=""), True),
        (replace(WHOLE, author=None), True),
        (Citation(None, "Log in", ""), True),
    ],
)
def test_it_says_less_without_author_or_text(now, less):
    """So that a log-in page never takes the place of a post."""
    assert less == now.says_less(WHOLE)


def test_a_title_alone_may_change():
    assert not Citation(None, "New", "").says_less(Citation(None, "Old", ""))
