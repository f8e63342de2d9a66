"""The conversation as it stands on a page, line by line (pages §2.6); each response came by webmention."""

import mf2py
import pytest
from bs4 import BeautifulSoup

from tests.webmention.conftest import ME, answer, html, look, post, publish, receive, target

__all__ = ["answer", "look", "post", "publish", "receive", "target"]

LONG = "So it goes on and on. " * 100


@pytest.fixture
def say(receive, look, target):
    """`say(name, text, relation, to)`: somebody's page says so about the post, or about `to`; returns its address."""

    def said(name, text="", relation="u-in-reply-to", to=target, more=""):
        home = f"http://{name.lower()}.example/"
        url = f"{home}{abs(hash((text, relation, to, more)))}"
        words = f'<div class="e-content" lang="en">{text}</div>' if text else ""
        links = f'<a class="{relation}" href="{to}">x</a>' + (f'<a href="{target}">x</a>' if to != target else "")
        when = '<time class="dt-published" datetime="2026-07-23T18:03:00Z"></time>'
        card = f'<a class="p-author h-card" href="{home}">{name}</a>'
        look(receive(html(f'<div class="h-entry">{links}{words}{when}{card}{more}</div>'), url))
        return url

    return said


@pytest.fixture
def page(client, post):
    """`page()` is the page of the post."""
    return lambda: BeautifulSoup(client.get(post.path).text, "lxml")


@pytest.fixture
def entry(client, post):
    """`entry()` is what mf2py finds there: the properties of the one entry."""

    def parsed():
        (found,) = mf2py.parse(doc=client.get(post.path).text, url=post.url(ME), html_parser="lxml")["items"]
        return found["properties"]

    return parsed


class TestFrame:
    def test_it_is_an_aside_with_its_heading(self, say, page):
        say("Ann", "Yes.")
        aside = page().select_one("main > article.h-entry > aside")
        assert ("comments", ["comments"], "comments-h") == (aside["id"], aside["class"], aside["aria-labelledby"])
        assert ("h2", "Conversation") == (aside.find(id="comments-h").name, aside.find(id="comments-h").get_text().strip())

    def test_the_form_has_label_source_and_hidden_target(self, page, target):
        form = page().select_one("#comments form")
        assert ("post", f"{ME}webmention") == (form["method"], form["action"])
        assert "source" == form.find("label")["for"] == form.find("input", type="url")["id"]
        assert target == form.find("input", type="hidden", attrs={"name": "target"})["value"]


class TestReplies:
    def test_a_reply_is_a_cite_in_a_list(self, say, page, entry):
        url = say("Ann", "Yes.")
        reply = page().select_one("ol.comment-thread > li")
        assert ["comment", "u-comment", "h-cite"] == reply["class"]
        (cite,) = entry()["comment"]
        properties = cite["properties"]
        (author,) = properties["author"]
        assert ([url], "Yes.", ["http://ann.example/"], ["Ann"]) == (
            properties["url"], properties["content"][0]["value"], author["properties"]["url"], author["properties"]["name"],
        )  # fmt: skip
        assert properties["published"][0].startswith("2026-07-23T18:03:00")

    def test_a_nested_list_gives_comments_of_comments(self, say, page, entry):
        """`comment[1].properties.comment[0]`, without a wrapper between `li` and `ol`."""
        say("Zoe", "First.")
        above = say("Ann", "Second.")
        say("Ben", "Below.", to=above)
        second = next(one for one in entry()["comment"] if one["properties"]["content"][0]["value"] == "Second.")
        assert "Below." == second["properties"]["comment"][0]["properties"]["content"][0]["value"]
        assert [above] == second["properties"]["comment"][0]["properties"]["in-reply-to"]
        assert page().select_one("li.comment > ol.comment-replies > li.comment")

    def test_headings_stay_h3_at_every_depth_and_have_name_and_time(self, say, page):
        above = say("Ann", "One.")
        say("Cat", "Three.", to=say("Ben", "Two.", to=above))
        headings = page().select(".comment > .comment-by")
        assert [("h3", "Ann"), ("h3", "Ben"), ("h3", "Cat")] == [(one.name, one.select_one(".p-name").string) for one in headings]
        assert [1, 1, 1] == [len(one("time")) for one in headings]

    def test_it_can_be_reached_and_focused(self, say, page):
        """§5: highlighted by `:target`, focusable."""
        say("Ann", "Yes.")
        reply = page().select_one(".comment")
        assert ("c-1", "-1") == (reply["id"], reply["tabindex"])

    def test_its_language_and_direction(self, say, page):
        say("Ann", "Yes.")
        words = page().select_one(".comment-text")
        assert ("en", "auto") == (words["lang"], words["dir"])
        assert "auto" == page().select_one(".comment-by .p-name")["dir"]

    def test_no_link_of_others_is_vouched_for(self, say, page):
        say("Ann", 'See <a href="http://far.example/">this</a>.')
        links = page().select("#comments .comment a")
        assert {("nofollow", "ugc")} == {tuple(link["rel"][:2]) for link in links}

    def test_long_words_are_cut_at_a_thousand(self, say, page):
        url = say("Ann", LONG)
        reply = page().select_one(".comment")
        assert 900 < len(reply.select_one(".comment-text").get_text()) <= 1010
        assert url == reply.select_one(".rest a")["href"]

    def test_headings_and_pictures_in_it_are_none(self, say, page):
        """A heading is a line, so that the list of headings is that of the replies; a picture is a link."""
        say("Ann", '<h1>Loud</h1><p>Words. <img src="http://far.example/1.png" alt="A llama"></p>')
        words = page().select_one(".comment-text")
        assert [] == words(["h1", "h2", "h3", "img"])
        assert ("Loud", "A llama") == (words.get_text().split()[0].removesuffix("Words."), words.a.string)

    def test_the_owner_has_a_badge_in_words(self, say, publish, page, owner):
        publish(content="Mine.", in_reply_to=say("Ann", "Yes."))
        own = page().select_one(".comment.is-author")
        assert "Author" == own.select_one(".badge").string
        assert 1 == len(page().select("#comments .badge"))

    def test_an_orphan_says_what_it_answers(self, say, page):
        say("Ann", "Yes.", more='<a class="u-in-reply-to" href="http://gone.example/7">y</a>')
        label = page().select_one(".comment > .orphan")
        assert "http://gone.example/7" == label.a["href"]
        assert "which is not here" in label.get_text()


class TestFaces:
    @pytest.mark.parametrize(("relation", "name"), [("u-like-of", "like"), ("u-repost-of", "repost"), ("u-bookmark-of", "bookmark")])
    def test_each_is_a_cite_with_author_and_its_own_url(self, say, page, entry, relation, name):
        url = say("Ann", "", relation)
        (cite,) = entry()[name]
        assert ([url], ["http://ann.example/"]) == (
            cite["properties"]["url"], cite["properties"]["author"][0]["properties"]["url"],
        )  # fmt: skip
        assert [f"u-{name}", "h-cite"] == page().select_one("ul.facepile > li")["class"]
        assert f"1 {name}" == page().select_one("#comments h3").string

    @pytest.mark.parametrize(("number", "folded"), [(8, 0), (9, 1)])
    def test_they_fold_after_eight(self, say, page, number, folded):
        for one in range(number):
            say(f"P{one}", "", "u-like-of")
        assert (8, folded) == (len(page().select(".faces > div > ul > .u-like")), len(page().select(".faces details .u-like")))

    def test_the_same_person_counts_once(self, say, page):
        say("Ann", "", "u-like-of")
        say("Ann", "", "u-like-of", more="<p>By another way.</p>")
        assert "1 like" == page().select_one("#comments h3").string

    def test_emoji_stand_together(self, say, page, entry):
        say("Ann", "👍")
        say("Ben", "👍")
        say("Cat", "🎉")
        assert ["👍 2", "🎉 1"] == [one.string for one in page().select(".faces h3")]
        assert ["👍", "👍", "🎉"] == [one["properties"]["content"][0] for one in entry()["comment"]]


class TestOthers:
    def test_a_mention_is_a_line_in_a_list(self, say, page, entry):
        url = say("Ann", "See there.", "x")
        (cite,) = entry()["mention"]
        assert [url] == cite["properties"]["url"]
        assert ["u-mention", "h-cite"] == page().select_one(".mentions > ul > li")["class"]
        assert "Linked from" == page().select_one(".mentions h3").string

    def test_answers_to_an_invitation_stand_in_groups(self, say, page, entry):
        """Who is coming, who may be, who is not."""
        for name, word in (("Ann", "no"), ("Ben", "yes"), ("Cat", "maybe"), ("Dan", "interested"), ("Eve", "yes")):
            say(name, more=f'<data class="p-rsvp" value="{word}"></data>')
        assert ["Going", "Maybe", "Interested", "Not going"] == [one.string for one in page().select(".mentions h3")]
        found = [(one["properties"]["rsvp"], one["properties"]["author"][0]["properties"]["name"]) for one in entry()["comment"]]
        assert [(["yes"], ["Ben"]), (["yes"], ["Eve"]), (["maybe"], ["Cat"]), (["interested"], ["Dan"]), (["no"], ["Ann"])] == found
        assert {("u-comment", "h-cite")} == {tuple(one["class"]) for one in page().select(".mentions li")}
