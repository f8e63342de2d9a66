from datetime import UTC, datetime

import pytest

from indie import urls
from indie.mf2.item import Item
from indie.mf2.page import Page
from indie.responses import quoted, words
from indie.responses.classify import classify
from indie.responses.said import Said

TARGET = "https://me.example/p/1"
RECEIVED = datetime(2024, 8, 1, 12, tzinfo=UTC)


def response(html, source="https://bob.example/1", **properties):
    said = {"in-reply-to": [TARGET], "content": [{"html": html, "value": html}], **properties}
    return classify(Page(source, (Item(("h-entry",), said),), (), ()), source, [TARGET], RECEIVED)[0]


class TestExcerpt:
    """Pages spec §6, 17: a long article is shown by the words around its link."""

    def excerpt(self, html):
        return words.excerpt(response(html), {urls.key(TARGET)})

    def test_of_a_short_text_all(self):
        assert "See this." == self.excerpt(f'See <a href="{TARGET}">this</a>.')

    def test_of_a_long_one_what_stands_around_the_link(self):
        found = self.excerpt(f'{"before " * 500}<a href="{TARGET}?utm_source=x">the link</a>{" behind" * 500}')
        assert "before the link behind" in found
        assert found.startswith("…")
        assert found.endswith("…")
        assert len(found) < 250

    def test_without_a_link_the_beginning(self):
        assert self.excerpt("word " * 500).startswith("word word")


class TestWithoutAddress:
    """Webmention spec §4.4: Micro.blog writes whom it answers before every reply."""

    HTML = '<p><a href="https://micro.blog/me">@me</a> Agreed.</p>'

    def shown(self, source="https://micro.blog/nc/1", parent=None, owner="me", html=HTML):
        return words.without_address(response(html, source), parent, owner)

    def test_the_authors_name_goes_from_an_answer_to_the_post(self):
        assert "<p>Agreed.</p>" == self.shown()

    def test_that_of_whom_it_answers_goes_under_that(self):
        card = {"type": ["h-card"], "properties": {"name": ["NC"], "url": ["https://micro.blog/nc"]}}
        parent = Said("c-1", response("Hm.", author=[card]), RECEIVED)
        assert "<p>Agreed.</p>" == self.shown(parent=parent, html=self.HTML.replace("me", "nc"))

    @pytest.mark.parametrize(
        "other", [{"source": "https://bob.example/1"}, {"owner": "you"}, {"html": "<p>@me Agreed.</p>"}, {"owner": None}]
    )
    def test_any_other_stays(self, other):
        """Of somebody elsewhere, of somebody who is not above, as mere text."""
        assert "@me" in self.shown(**other)


class TestQuoted:
    """Webmention spec §4.3, step 3; the cases of every kind are in `tests/web`."""

    def test_no_more_than_fifty(self):
        comments = [{"type": ["h-cite"], "properties": {"url": [f"https://c.example/{n}"]}} for n in range(80)]
        item = Item(("h-entry",), {"in-reply-to": [TARGET], "comment": comments})
        page = Page("https://bob.example/1", (item,), (), ())
        found = quoted.quoted(page, "https://bob.example/1", [TARGET], RECEIVED)
        assert [f"https://c.example/{n}" for n in range(50)] == [one.url for one in found]

    def test_a_page_without_an_entry_quotes_nothing(self):
        assert () == quoted.quoted(Page("https://bob.example/1", (), (), ()), "https://bob.example/1", [TARGET], RECEIVED)


def test_what_stays_of_a_deleted_reply_is_its_place():
    """§4.5, scenario 10: no author data."""
    gone = response("Hello.", author=["Ann"], photo=["https://bob.example/p.jpg"]).without_words()
    assert ("", None, "", "", ()) == (gone.author.name, gone.via, gone.html, gone.text, gone.photos)
    assert ((TARGET,), "bob.example/1") == (gone.in_reply_to, gone.aliases[0].key)


def test_a_response_is_the_same_after_json():
    card = {"type": ["h-card"], "properties": {"name": ["Ann"], "url": ["https://ann.example/"]}}
    one = response("Hi.", author=[card, "Ben"], photo=[{"value": "https://bob.example/p.jpg", "alt": "P"}])
    assert one == type(one).from_json(one.to_json())
    assert (1, 1) == (len(one.coauthors), len(one.photos))
