"""
What reader mode shows of our pages: the matrix of pages §2.7, by Mozilla's Readability.

Each row has its second column too, where it is known: what would be shown if the conversation were a `<section>`.
"""

import re
from dataclasses import replace

import pytest

from indie.site import render
from indie.site.views import PostPage
from tests.site import samples

FROST = "The first frost, and the old bicycle sounds like a harp. "
REPLY = "Reply: I have read this twice, and think that you are right about the harp but wrong about the bicycle. "


def talk(replies, length=280):
    """So many replies of so many characters."""
    text = (REPLY * (length // len(REPLY) + 1))[:length]
    said = (samples.said(number, samples.JON, f"<p>{text}</p>", 17, 1) for number in range(replies))
    return replace(samples.TALK, comments=tuple(said))


def note(length):
    """A note of so many characters."""
    return (FROST * 9)[: length - 1] + "."


@pytest.fixture
def reader(node):
    """`reader(words, talk, change)` reads the page of a note (None: of the article), as `change` makes its HTML."""

    def read(words, conversation, change=lambda html: html):
        view = replace(samples.PERMALINK, conversation=conversation)
        if words is not None:
            entry = replace(samples.KINDS["note"], content=f"<p>{words}</p>")
            view = PostPage(samples.SITE, entry, conversation, words)
        return node("readability.mjs", change(render.page(view)), samples.LETTER_URL)

    return read


def section(html):
    """The conversation as it is not to be written."""
    assert '<aside id="comments"' in html
    return re.sub(r"(</?)aside\b", r"\1section", html)


def article_each(html):
    """Each reply an <article> in its <li>."""
    changed = re.sub(r'<li class="comment u-comment.*?</li>', lambda found: found[0].replace(">", "><article>", 1)[:-5] + "</article></li>", html, flags=re.DOTALL)
    assert changed.count("<article>") == 3
    return changed


class TestAside:
    """As we write it: clean."""

    @pytest.mark.parametrize("replies", [0, 3, 63])
    def test_an_article_of_500_characters(self, reader, replies):
        read = reader(None, talk(replies))
        assert "I wonder about it." in read["textContent"]
        assert "Reply" not in read["textContent"]

    def test_title_and_byline(self, reader):
        read = reader(None, talk(3))
        assert ("Mira Example", samples.LETTER.name) == (read["byline"], read["title"])

    @pytest.mark.parametrize("length", [29, 114, 226, 268])
    def test_a_note_with_three_replies(self, reader, length):
        read = reader(note(length), talk(3))
        assert note(length) in read["textContent"]
        assert not re.search("Reply|Have you answered|like|repost", read["textContent"].replace(note(length), ""))


    def test_even_where_each_reply_is_an_article(self, reader):
        """Deviation: in the pages that §2.7 was measured on a reply took the place of the note."""
        read = reader(note(29), talk(3), article_each)
        assert note(29) in read["textContent"]
        assert "Reply" not in read["textContent"]


class TestWhy:
    """What it would be otherwise: a theme that changes this markup loses the note."""

    def test_an_article_is_clean_in_a_section_too(self, reader):
        assert "Reply" not in reader(None, talk(3), section)["textContent"]

    @pytest.mark.parametrize("length", [29, 114, 226, 268])
    def test_in_a_section_all_replies_leak(self, reader, length):
        assert "Reply" in reader(note(length), talk(3), section)["textContent"]


class TestLimit:
    """Known: on a note under 500 characters so many words win, whatever they stand in (pages §7)."""

    def test_sixty_three_replies_to_a_short_note(self, reader):
        assert "Reply" in reader(note(29), talk(63))["textContent"]

    def test_one_reply_of_3600_characters(self, reader):
        assert "Reply" in reader(note(29), talk(1, 3600))["textContent"]
