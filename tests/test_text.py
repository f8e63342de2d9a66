"""Words about plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie import text


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Ann", "Ann"),
        ("  Ann \n\t Other ", "Ann Other"),
        ("A\x00n\x1bn\x7f", "Ann"),
        ("\u202eevil\u2066", "evil"),
        ("A\u200bn\ufeffn", "Ann"),
        ("\ud800Ann", "Ann"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("می‌خواهم", "می‌خواهم"),
        ("A\x85B", "A B"),
        ("", ""),
        ("\u200b \n", ""),
        ("\u3164\u200d\ufe0f", ""),
        ("A\u00adn\u2800n", "An\u2800n"),
        ("e" + "\u0301" * 50 + "a", "e" + "\u0301" * 4 + "a"),
    ],
)
def test_a_name_is_one_line_without_what_nobody_sees(name, line):
    """Joiners stay: emoji and Persian need them."""
    assert line == text.one_line(name)


def test_a_name_has_its_limit():
    assert 100 == len(text.one_line("x" * 500))


class TestExcerpt:
    @pytest.mark.parametrize(
        ("said", "limit", "cut"),
        [
            ("One two", 7, "One two"),
            ("One two three", 9, "One two…"),
            ("One two three", 8, "One two…"),
            ("One\n\ntwo   three", 20, "One two three"),
            ("Onetwothree", 5, "Onet…"),
            ("a bcdefghijk", 8, "a bcdef…"),
            ("e\u0301e\u0301e\u0301e\u0301", 4, "e\u0301…"),
            ("ab👍🏽cd", 4, "ab…"),
            ("ab👩‍👧cd", 5, "ab…"),
        ],
    )
    def test_it_is_cut_between_words_or_graphemes(self, said, limit, cut):
        """A word that would leave nothing is cut; an accent and a joined emoji never are."""
        assert cut == text.excerpt(said, limit)

    @given(st.text(), st.integers(2, 50))
    def test_it_is_one_line_within_its_limit(self, said, limit):
        cut = text.excerpt(said, limit)

        assert len(cut) <= limit
        assert cut == " ".join(cut.split())

    @given(st.text(), st.integers(2, 50))
    def test_it_is_the_beginning(self, said, limit):
        line = " ".join(said.split())
        cut = text.excerpt(said, limit)

        assert cut == line or line.startswith(cut.removesuffix("…").rstrip())


class TestFold:
    @pytest.mark.parametrize(
        ("one", "other"),
        [("Hello, World!", "hello world"), ("ＷＩＤＥ", "wide"), ("Straße", "STRASSE"), ("a-b_c", "abc"), ("x²", "X2"), ("e\u0301", "é")],
    )
    def test_what_reads_the_same_is_the_same(self, one, other):
        assert text.fold(one) == text.fold(other)

    @pytest.mark.parametrize(("one", "other"), [("a", "b"), ("résumé", "resume"), ("שלום", "عالم")])
    def test_what_does_not_is_not(self, one, other):
        assert text.fold(one) != text.fold(other)

    @pytest.mark.parametrize("said", ["", " …!", "🤓"])
    def test_without_letters_nothing_is_left(self, said):
        assert "" == text.fold(said)


@pytest.mark.parametrize(("name", "letter"), [("ann", "A"), ("@zoë", "Z"), ("…élan", "É"), ("7up", "7"), ("שלום", "ש"), ("", "?"), ("🤓", "?")])
def test_the_letter_that_stands_for_a_face(name, letter):
    assert letter == text.initial(name)


@pytest.mark.parametrize(
    "emoji",
    [
        *("👍", "👍🏽", "❤️", "❤", "🏳️‍🌈", "👨‍👩‍👧‍👦", "👩🏽‍🚀", "👁️‍🗨️", "🇩🇪"),
        *("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "1️⃣", "#⃣", "🤔", "🥃", "🫠"),
    ],
)
def test_one_emoji_is_one_however_many_characters_it_has(emoji):
    """Webmention spec §3.2, §4.5 scenario 27."""
    assert text.is_emoji(emoji)


@pytest.mark.parametrize(
    "other",
    [
        *("", "a", "1", "#", "1️", "👍👍", "👍 thanks", " 👍", "🇩", "🇩🇪🇫", "\ue000", "\U000f0000", "\u200d", "☺︎", "+1", ":)"),
        "👍" + "\u0301" * 9,
        "\u200d".join("👍" * 40),
    ],
)
def test_anything_else_is_no_emoji(other):
    """Private use is none either: it looks another way in each font."""
    assert not text.is_emoji(other)
