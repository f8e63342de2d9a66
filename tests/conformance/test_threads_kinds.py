"""
What a page is taken for: the scenarios 19-22, 27 and 28 of Webmention §4.5.

One face for a person, the newest RSVP, a kind that changes, one for each target, emoji, which entry of several.
"""

import pytest

from tests.conformance.talk import texts


def faces(talk, post, name):
    """The addresses that each face leads to, by the property it stands for."""
    return [{link["href"] for link in face.select("a[href]")} for face in talk.soup(post).select(f"#comments .u-{name}")]


def rsvps(talk, post):
    """Who answers the invitation how, as mf2py reads the page."""
    found, waiting = [], [talk.entry(post)["properties"].get("comment", []), talk.entry(post)["properties"].get("rsvp", [])]
    while waiting:
        for comment in waiting.pop():
            if isinstance(comment, dict):
                found += comment["properties"].get("rsvp", [])
                waiting.append(comment["properties"].get("comment", []))
    return found


class TestOnePersonTwice:
    """19: somebody likes a post on the own site and in a silo, whose likes somebody else hands on."""

    @pytest.fixture(scope="module", params=["like", "repost"])
    @staticmethod
    def twice(request, talk):
        post, silo = talk.post(), "https://silo.example/ann"
        author = f'<a class="p-name u-url" href="{silo}">ann</a><a class="u-url" href="{talk.ann.home}">home</a>'
        own = talk.says(talk.ann, "", post, relation=f"{request.param}-of")
        other = talk.says(talk.dora, "", post, relation=f"{request.param}-of", author=author)
        return post, request.param, own, other

    def test_19_it_is_one_face(self, talk, twice):
        assert 1 == talk.count(twice[0], twice[1])

    def test_19_the_face_leads_to_both(self, talk, twice):
        post, name, own, other = twice
        (links,) = faces(talk, post, name)
        assert {own, other} <= links

    def test_19_two_people_are_two_faces(self, talk):
        post = talk.post()
        talk.says(talk.ann, "", post, relation="like-of")
        talk.says(talk.ben, "", post, relation="like-of")
        assert 2 == talk.count(post, "like")


RSVP = '<data class="p-rsvp" value="{}">So be it</data>'


class TestRsvp:
    @pytest.fixture
    def event(self, talk):
        """An invitation; each test has its own."""
        return talk.post()

    def test_20_the_newest_of_one_source_counts(self, talk, event):
        talk.says(talk.ann, "I come.", event, path="rsvp-1", more=RSVP.format("yes"))
        before = rsvps(talk, event)
        talk.says(talk.ann, "I do not.", event, path="rsvp-1", more=RSVP.format("no"))
        assert (["yes"], ["no"]) == (before, rsvps(talk, event))

    def test_20_of_two_sources_of_one_author_the_newest_counts(self, talk, event):
        talk.says(talk.ann, "I come.", event, more=RSVP.format("yes"))
        talk.says(talk.ann, "I do not.", event, more=RSVP.format("no"))
        assert ["no"] == rsvps(talk, event)

    def test_20_of_the_same_author_elsewhere_it_is_still_one(self, talk, event):
        """By a silo, whose page names the own site."""
        author = f'<a class="p-name u-url" href="{talk.ann.home}">Ann Alder</a>'
        talk.says(talk.ann, "I come.", event, more=RSVP.format("yes"))
        talk.says(talk.dora, "I come.", event, author=author, more=RSVP.format("yes"))
        assert ["yes"] == rsvps(talk, event)

    def test_20_upper_case_is_understood(self, talk, event):
        talk.says(talk.ben, "Perhaps.", event, more=RSVP.format("MAYBE"))
        assert ["maybe"] == rsvps(talk, event)


class TestChanged:
    def test_21_a_like_becomes_a_reply(self, talk):
        post = talk.post()
        talk.says(talk.ann, "", post, relation="like-of", path="changing")
        before = talk.count(post, "like"), talk.tree(post)
        talk.says(talk.ann, "On second thoughts.", post, path="changing")
        assert (1, []) == before
        assert (0, [("On second thoughts.", [])]) == (talk.count(post, "like"), talk.tree(post))

    def test_22_one_page_is_for_each_post_what_it_says_about_it(self, talk):
        liked, answered = talk.post(), talk.post()
        more = f'<a class="u-like-of" href="{liked}">and I like this</a>'
        source = talk.says(talk.ann, "I answer that.", answered, more=more)
        talk.shown(source, liked)
        assert (1, []) == (talk.count(liked, "like"), talk.tree(liked))
        assert (0, [("I answer that.", [])]) == (talk.count(answered, "like"), talk.tree(answered))


EMOJI = {
    "skin tone": "👍🏽",
    "joined": "🏳️‍🌈",
    "VS16": "❤️",
    "keycap": "1️⃣",
    "family": "👨‍👩‍👧‍👦",
    "flag": "🇩🇪",
    "tag sequence": "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "plain": "🤔",
}
WORDS = ["👍👍", "👍 thanks", "❤️!", "1", "#", "A", "®x", "日"]


class TestReacji:
    """27: a reply that is one emoji is a reaction."""

    @pytest.mark.parametrize("name", EMOJI)
    def test_27_one_emoji_is_no_comment(self, talk, name):
        post = talk.post()
        talk.says(talk.ann, EMOJI[name], post)
        talk.says(talk.ben, "A word.", post)
        assert ["A word."] == [said.get_text(strip=True) for said in talk.soup(post).select("#comments .comment .comment-text")]
        assert EMOJI[name] in talk.soup(post).select_one("#comments").get_text()

    def test_27_the_same_emoji_of_two_people_is_one_group(self, talk):
        """The emoji stands there once, with both faces."""
        post = talk.post()
        talk.says(talk.ann, "👍🏽", post)
        talk.says(talk.ben, " <p>👍🏽</p> ", post)
        talk.says(talk.cleo, "🤔", post)
        (group,) = [part for part in talk.soup(post).select("#comments .faces") if "👍🏽" in part.get_text()]
        assert {talk.ann.home, talk.ben.home} == {card["href"] for card in group.select(".p-author a.u-url")}

    @pytest.mark.parametrize("says", WORDS)
    def test_27_anything_more_is_a_reply(self, talk, says):
        post = talk.post()
        talk.says(talk.ann, says, post)
        assert [says] == [said.get_text(strip=True) for said in talk.soup(post).select("#comments .comment .comment-text")]


FEED = """<!doctype html><title>A feed</title><div class="h-feed"><h1 class="p-name">My pages</h1>
<p class="p-author h-card"><a class="p-name u-url" href="{home}">Ann Alder</a></p>
<article class="h-entry"><a class="u-in-reply-to" href="{post}">this</a><p class="e-content">Within a feed.</p>
<a class="u-url" href="{url}">then</a></article></div>"""

CROWDED = """<!doctype html><title>A crowd</title>
<aside class="h-card"><a class="p-name u-url" href="http://elsewhere.example/">Somebody Else</a></aside>
<main class="h-feed"><article class="h-entry"><p class="p-author h-card"><a class="p-name u-url" href="{home}">Ann Alder</a></p>
<a class="u-in-reply-to" href="{post}">this</a><p class="e-content">The right one.</p><a class="u-url" href="{url}">then</a></article></main>
<section><article class="h-entry"><a class="u-url p-name" href="/related">A related post</a>
<p class="p-author h-card">Somebody Else</p><p class="e-content">The wrong one.</p></article></section>"""


class TestWhichEntry:
    """28: pages with more on them than the entry that answers."""

    def test_28_a_feed_of_one_entry_is_that_entry(self, talk):
        post, url = talk.post(), f"{talk.ann.home}feed"
        talk.serves(url, FEED.format(home=talk.ann.home, post=post, url=url))
        talk.shown(url, post)
        assert [("Within a feed.", [])] == talk.tree(post)

    def test_28_its_author_is_the_feeds(self, talk):
        post, url = talk.post(), f"{talk.ann.home}feed-2"
        talk.serves(url, FEED.format(home=talk.ann.home, post=post, url=url))
        talk.shown(url, post)
        assert "Ann Alder" == talk.comment(post, "Within a feed.").select_one(".p-name").get_text()

    def test_28_beside_a_sidebar_and_related_posts_the_right_entry_and_author(self, talk):
        post, url = talk.post(), f"{talk.ann.home}crowd"
        talk.serves(url, CROWDED.format(home=talk.ann.home, post=post, url=url))
        talk.shown(url, post)
        assert ["The right one."] == texts(talk.tree(post))
        assert "Ann Alder" == talk.comment(post, "The right one.").select_one(".p-name").get_text()
