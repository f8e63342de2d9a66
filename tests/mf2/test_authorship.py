import pytest

from indie.mf2.authorship import Author, complete, find
from indie.mf2.parse import parse

ALICE = "https://alice.example/"
HERE = parse(b"<p class=h-entry>x", "https://alice.example/2026/post")


def about(html, url=ALICE):
    return parse(html.encode(), url)


KNOWN = Author("alice.example", ALICE, None)


class TestComplete:
    def test_the_card_that_is_the_author_page(self):
        """Step 7.2: url and uid are the page."""
        page = about('<a class="h-card u-url" href="/">Nobody</a><a class="h-card" href="/x">B</a><div class="h-card"><a class="u-url u-uid p-name" href="/">Alice</a><img class="u-photo" src=a.jpg></div>')

        assert Author("Alice", ALICE, f"{ALICE}a.jpg") == complete(KNOWN, ALICE, page, HERE)

    def test_the_card_that_is_a_rel_me(self):
        """Step 7.3."""
        page = about('<div class="h-card"><a class="u-url p-name" rel="me" href="https://social.example/al">Alice</a><img class="u-photo" src=a.jpg></div>')

        assert Author("Alice", ALICE, f"{ALICE}a.jpg") == complete(KNOWN, ALICE, page, HERE)

    def test_the_card_on_the_page_of_the_entry(self):
        """Step 7.4."""
        here = about('<p class=h-entry>x</p><a class="h-card" href="/">Alice</a>', "https://alice.example/2026/post")

        assert Author("Alice", ALICE, None) == complete(None, ALICE, about(""), here)

    def test_a_card_inside_a_feed_is_found(self):
        page = about('<div class="h-feed"><div class="p-author h-card"><a class="u-url u-uid p-name" href="/">Alice</a></div></div>')

        assert Author("Alice", ALICE, None) == complete(KNOWN, ALICE, page, HERE)

    def test_another_persons_card_is_not_taken(self):
        page = about('<a class="h-card" href="https://bob.example/">Bob</a>')

        assert KNOWN == complete(KNOWN, ALICE, page, HERE)

    def test_what_the_entry_says_stays(self):
        page = about('<div class="h-card"><a class="u-url u-uid p-name" href="/">Alice at home</a><img class="u-photo" src=a.jpg><b class=p-nickname>al</b></div>')

        assert Author("Alice", ALICE, f"{ALICE}a.jpg", "al") == complete(Author("Alice", ALICE, None), ALICE, page, HERE)

    def test_people_of_one_page_are_told_apart_by_fragment(self):
        page = about('<p class="h-card"><a class="u-url u-uid" href="/#bob">Bob</a></p><p class="h-card"><a class="u-url u-uid" href="/#al">Alice</a></p>')

        assert "Alice" == complete(None, f"{ALICE}#al", page, HERE).name

    def test_nobody_is_made_up(self):
        assert complete(None, ALICE, about("<p>x"), HERE) is None

    def test_the_page_may_have_redirected(self):
        page = about('<div class="h-card"><a class="u-url u-uid p-name" href="">Alice</a></div>', "https://www.alice.example/")

        assert "Alice" == complete(KNOWN, ALICE, page, HERE).name


@pytest.mark.parametrize(
    ("name", "shown"),
    [("A\u202eecilA", "AecilA"), (" A\n B ", "A B"), ("<script>", "<script>"), ("x" * 10_000, "x" * 99 + "…")],
)
def test_a_name_is_one_clean_line(name, shown):
    page = parse(f"<p class=h-entry><b class=p-author>{name.replace('<', '&lt;')}</b>".encode(), ALICE)

    assert shown == find(page.items[0], page)[0].name


def test_a_picture_that_is_no_http_url_is_dropped():
    page = parse(b'<p class=h-entry><span class="p-author h-card"><b class=p-name>A</b><img class=u-photo src="data:image/svg+xml,x">', ALICE)

    assert Author("A", None, None) == find(page.items[0], page)[0]


def test_the_author_page_itself_is_worth_a_request_only_for_what_is_missing():
    page = parse(b'<p class=h-entry><span class="p-author h-card"><a class="u-url p-name" href="/">A</a>', ALICE)

    assert ALICE == find(page.items[0], page)[1]
