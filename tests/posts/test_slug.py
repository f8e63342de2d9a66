"""The path of a new post."""

import re
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie.mf2.item import Item
from indie.posts import slug

PUBLISHED = datetime.fromisoformat("2026-07-23T17:04:09-05:00")


def choose(mp_slug=None, published=PUBLISHED, taken=(), **properties):
    """The slug of a post with these properties, without its folder; underscores stand for hyphens."""
    return path(mp_slug, published, taken, **properties).rpartition("/")[2]


def path(mp_slug=None, published=PUBLISHED, taken=(), **properties):
    """The path of a post with these properties."""
    named = {name.replace("_", "-"): [value] for name, value in properties.items()}
    return slug.choose(Item(("h-entry",), named), mp_slug, published, lambda wanted: wanted in taken)


def test_the_path_has_the_date():
    """A title and a date make a path that can be read."""
    assert "/2026/07/23/llama-3-1" == path(name="Llama 3.1")


@pytest.mark.parametrize(
    ("published", "folder"),
    [
        ("2026-07-23T23:30:00-05:00", "/2026/07/23/"),
        ("2026-07-24T00:30:00+09:00", "/2026/07/24/"),
        ("0987-01-02T00:00:00+00:00", "/0987/01/02/"),
    ],
)
def test_the_date_is_that_of_the_posts_own_offset(published, folder):
    """Who writes late in the evening finds the post under the date on his wall."""
    assert path(name="x", published=datetime.fromisoformat(published)).startswith(folder)


def test_mp_slug_comes_first():
    """What the client asks for is better than anything guessed."""
    assert "asked-for" == choose("asked-for", name="Name", content="words")


def test_the_name_comes_second():
    """A titled reply goes by its title."""
    assert "name" == choose(name="Name", in_reply_to="https://a.example/", content="words")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("like_of", "like-of-a-example"),
        ("repost_of", "repost-of-a-example"),
        ("in_reply_to", "reply-to-a-example"),
        ("bookmark_of", "bookmark-of-a-example"),
        ("follow_of", "follow-of-a-example"),
    ],
)
def test_a_response_goes_by_the_host_that_it_answers(name, words):
    """A response without a name says what it is and to whom, not what is said in it."""
    assert words == choose(content="words", **{name: "https://www.a.example/1"})


def test_a_like_that_is_a_reply_too_is_a_like():
    """The order of the responses is that of post type discovery."""
    assert "like-of-a-example" == choose(in_reply_to="https://a.example/", like_of="https://a.example/")


def test_a_note_goes_by_its_first_words():
    """Six words are enough to know a note again."""
    assert "one-two-three-four-five-six" == choose(content="One, two… three\nfour — five six seven eight")


def test_a_note_in_html_goes_by_its_words():
    """Tags and attributes are no words."""
    assert "one-two" == choose(content={"html": '<p class="three">One <b>two</b></p>'})


def test_urls_are_no_words():
    """A note that begins with a link goes by what it says of it."""
    assert "is-worth-reading" == choose(content="https://a.example/long/path is worth reading")


def test_a_photo_without_words_goes_by_its_time():
    """Where there is nothing to go by, the time of day in the post's own offset is."""
    assert "170409" == choose(photo="https://a.example/1.jpg")


@pytest.mark.parametrize("text", ["कर्म ही पूजा है", "ラマ三世", "لاما", "🤓🤓", "…", "—"])
def test_other_scripts_go_by_the_time(text):
    """A path that is all escapes helps nobody and breaks some clients."""
    assert "170409" == choose(name=text, content=text)


@pytest.mark.parametrize("asked", ["", " ", "///", "...", "\x00", "ラマ"])
def test_an_mp_slug_without_letters_is_passed_over(asked):
    """A slug of which nothing is left is as good as none."""
    assert "name" == choose(asked, name="Name")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Llama 3.1", "llama-3-1"),
        ("/a/b/", "a-b"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden.", "hidden"),
        ("a\x00b\r\nc", "a-b-c"),
        ("--a---b--", "a-b"),
        ("It’s Ann's", "its-anns"),
        ("Ünïcödé çafé", "unicode-cafe"),
        ("U\u0308ber", "uber"),
        ("Straße Ærø Œuvre Łódź Đà Þór ŊØ", "strasse-aero-oeuvre-lodz-da-thor-ngo"),
        ("İstanbul ılık", "istanbul-ilik"),
        ("ＷＩＤＥ ﬁne x²", "wide-fine-x2"),
        ("100% + “fish” & ‘chips’?", "100-fish-chips"),
        ("C++/a#b", "c-a-b"),
        ("Llama ラマ 3", "llama-3"),
    ],
)
def test_words_are_cleaned(text, cleaned):
    """Only a-z, 0-9 and single hyphens stay; Latin letters lose their accents."""
    assert cleaned == choose(text)


@pytest.mark.parametrize(("word", "many"), [("three", 13), ("eightlet", 9)])
def test_a_long_name_ends_with_a_whole_word(word, many):
    """A path ends between two words, at 80 characters or before."""
    assert "-".join([word] * many) == choose(name=f"{word} " * 20)


def test_a_long_word_is_cut():
    """One word of 200 characters is cut at 80."""
    assert "x" * 80 == choose(name="x" * 200)


def test_a_taken_path_gets_a_number():
    """No post ever takes the place of another."""
    assert "llama-2" == choose(name="Llama", taken={"/2026/07/23/llama"})


def test_the_number_counts_up():
    """The first free number is taken."""
    taken = {"/2026/07/23/llama", "/2026/07/23/llama-2", "/2026/07/23/llama-3"}

    assert "llama-4" == choose(name="Llama", taken=taken)


@pytest.mark.parametrize(("name", "numbered"), [("x" * 80, "x" * 78 + "-2"), ("x" * 77 + "-yy", "x" * 77 + "-2")])
def test_a_number_fits_behind_a_long_name(name, numbered):
    """A slug with its number is not longer than one without, and has no hyphen more."""
    assert numbered == choose(name=name, taken={f"/2026/07/23/{name}"})


@given(st.text(), st.text(), st.integers(0, 3))
def test_whatever_is_written_makes_a_path(asked, name, many):
    """No input leads out of the date's folder, and no two posts to one path."""
    paths = set()
    for _ in range(many + 1):
        paths.add(path(asked, taken=paths, name=name))

    assert many + 1 == len(paths)
    assert [] == [found for found in paths if not re.fullmatch(r"/2026/07/23/(?=.{1,80}$)[a-z0-9]+(-[a-z0-9]+)*", found)]


class TestChange:
    """A slug that is asked for later."""

    @pytest.mark.parametrize(
        ("asked", "path"), [("New words", "new-words"), ("Ünï/../x", "uni-x"), ("吾輩", "old"), ("", "old"), ("old", "old")]
    )
    def test_the_folder_stays(self, asked, path):
        """And all of it, where no slug can be made."""
        assert f"/2026/07/23/{path}" == slug.change("/2026/07/23/old", asked, set().__contains__)

    def test_one_that_another_post_has_gets_a_number(self):
        assert "/2026/07/23/new-2" == slug.change("/2026/07/23/old", "new", {"/2026/07/23/new"}.__contains__)
