"""
What becomes of a reply: the scenarios 9-16 and 23 of Webmention §4.5.

Its page is edited, goes, fails, gains replies of its own (salmention), moves.
"""

import time

import pytest

from tests.conformance.talk import own_words, texts
from tests.live.running import until


def without_link(talk, source):
    talk.serves(source, "<!doctype html><title>Still here</title><article class=h-entry>But nothing of you.</article>")


def gone_by_meta(talk, source):
    talk.serves(source, '<!doctype html><meta http-equiv="Status" content="410 GONE"><title>Gone</title>')


GONE = {"410": lambda talk, source: talk.takes_down(source), "meta 410": gone_by_meta, "no link": without_link}


class TestEdited:
    def test_9_the_text_changes_in_place_and_what_is_below_stays(self, talk):
        post = talk.post()
        source = talk.says(talk.ann, "As I first had it.", post, path="edited")
        talk.says(talk.ben, "Below.", post, source, post)
        talk.says(talk.ann, "As I have it now.", post, path="edited")
        assert [("As I have it now.", [("Below.", [])])] == talk.tree(post)

    def test_9_it_keeps_its_anchor(self, talk):
        """So that a link to the comment outlasts the edit."""
        post = talk.post()
        talk.says(talk.ann, "First.", post, path="anchored")
        before = talk.comment(post, "First.")["id"]
        talk.says(talk.ann, "Second.", post, path="anchored")
        assert before == talk.comment(post, "Second.")["id"]


@pytest.mark.parametrize("how", GONE)
class TestGone:
    """10, 11: the page is gone, says so in a meta element, or does not link here any more."""

    def test_10_a_leaf_is_gone(self, talk, how):
        post = talk.post()
        source = talk.says(talk.ann, "For a while.", post)
        GONE[how](talk, source)
        said = talk.tell(source, post)
        assert ("gone", []) == (said["status"], talk.tree(post))

    def test_10_what_stood_below_stands_below_a_stub(self, talk, how):
        """The stub says that something was deleted, and not whose it was."""
        post = talk.post()
        source = talk.says(talk.dora, "For a while.", post)
        talk.says(talk.ben, "For ever.", post, source, post)
        GONE[how](talk, source)
        talk.tell(source, post)
        stub = talk.comment(post, "For ever.").find_parent(class_="comment")
        assert stub is not None
        assert "[deleted]" in own_words(stub)
        assert [] == [word for word in ("Dora", "For a while.", talk.dora.home) if word in own_words(stub)]

    def test_10_nothing_of_the_author_is_left_on_the_page(self, talk, how):
        """Neither name nor site nor the address of what was deleted, but as what the child itself says it answers."""
        post = talk.post()
        source = talk.says(talk.dora, "For a while.", post)
        talk.says(talk.ben, "For ever.", post, source, post)
        GONE[how](talk, source)
        talk.tell(source, post)
        cards = [card.get_text(" ", strip=True) for card in talk.soup(post).select("#comments .p-author")]
        assert ["Ben Birch"] == [" ".join(card.split()[-2:]) for card in cards]
        assert "Dora" not in talk.site.page(post)

    def test_10_the_stub_goes_with_the_last_below_it(self, talk, how):
        post = talk.post()
        source = talk.says(talk.ann, "For a while.", post)
        below = talk.says(talk.ben, "A little longer.", post, source, post)
        GONE[how](talk, source)
        talk.tell(source, post)
        GONE[how](talk, below)
        talk.tell(below, post)
        assert [] == talk.soup(post).select("#comments .comment")

    def test_10_what_comes_back_stands_where_it_stood(self, talk, how):
        post = talk.post()
        source = talk.says(talk.ann, "Back again.", post, path=f"back-{how.replace(' ', '-')}")
        talk.says(talk.ben, "Below.", post, source, post)
        page = talk.ann.pages["/" + source.removeprefix(talk.ann.home)]
        GONE[how](talk, source)
        talk.tell(source, post)
        talk.serves(source, page)
        talk.shown(source, post)
        assert [("Back again.", [("Below.", [])])] == talk.tree(post)


def silent(handler):
    time.sleep(20)


def cut(handler):
    handler.connection.close()


def tls(handler):
    """It leads to this very port, by TLS, which is not spoken here."""
    handler.send_response(302)
    handler.send_header("Location", f"https://127.0.0.5:{handler.server.server_port}/x")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


FAILURES = {
    "404": (404, {}, "Not here."),
    "403": (403, {}, "Not for you."),
    "500": (500, {}, "Sorry."),
    "503": (503, {}, "Later."),
    "cut": cut,
    "timeout": silent,
    "tls": tls,
    "loop": (302, {"Location": "/loop"}, ""),
    "picture": (200, {"Content-Type": "image/png"}, "\x89PNG"),
    "large": (200, {}, "x" * 3_000_000),
}


class TestFailing:
    """12: the source fails when it is sent again, by which nobody may take a comment away."""

    @pytest.fixture(scope="module", params=FAILURES)
    @staticmethod
    def failed(request, talk):
        """The comment before and after, and what the status URL says."""
        post = talk.post()
        source = talk.says(talk.dora, "I stay.", post)
        before = talk.comment(post, "I stay.")
        page = FAILURES[request.param]
        talk.dora.pages["/loop"] = FAILURES["loop"]
        talk.serves(source, page)
        said = talk.tell(source, post)
        return before, talk.comment(post, "I stay."), said

    def test_12_the_comment_is_as_it_was(self, failed):
        before, after, _ = failed
        assert str(before) == str(after)

    def test_12_the_status_tells_that_it_failed(self, failed):
        said = failed[2]
        assert said["status"] in ("missing", "error", "queued")
        assert any(word in said["summary"] for word in ("tried again", "(")), said


QUOTED = """<div class="u-comment h-cite"><a class="p-author h-card" href="{home}">{name}</a>
<a class="u-url" href="{url}">then</a><p class="p-content">{says}</p></div>"""


def quoting(talk, person, url, says):
    """Markup of a page that shows what somebody else said at this address."""
    return QUOTED.format(home=person.home, name=talk.name(person), url=url, says=says)


class TestSalmention:
    """13-16: a source that we know shows replies of its own."""

    def test_13_a_reply_whose_page_says_nothing_is_quoted(self, talk):
        """It stands below the source that shows it, and says who quotes it."""
        post, nowhere = talk.post(), f"{talk.cleo.home}nowhere"
        talk.says(talk.ann, "Above.", post, path="upstream-1")
        talk.says(talk.ann, "Above.", post, path="upstream-1", more=quoting(talk, talk.cleo, nowhere, "Hearsay."))
        assert [("Above.", [("Hearsay.", [])])] == _settled(talk, post, "Hearsay.")
        assert "as quoted by 127.0.0.2" in own_words(talk.comment(post, "Hearsay."))

    def test_13_a_reply_whose_page_answers_the_source_is_verified(self, talk):
        """Then it says what it says itself, whatever it is quoted with."""
        post = talk.post()
        source = talk.says(talk.ann, "Above.", post, path="upstream-2")
        child = talk.write(talk.cleo, "My own words.", source)
        talk.says(talk.ann, "Above.", post, path="upstream-2", more=quoting(talk, talk.cleo, child, "Other words."))
        assert [("Above.", [("My own words.", [])])] == _settled(talk, post, "My own words.")
        assert "as quoted by" not in own_words(talk.comment(post, "My own words."))

    def test_14_who_then_speaks_for_himself_is_there_once(self, talk):
        post = talk.post()
        source = f"{talk.ann.home}upstream-3"
        child = f"{talk.cleo.home}downstream-3"
        talk.says(talk.ann, "Above.", post, path="upstream-3")
        talk.says(talk.ann, "Above.", post, path="upstream-3", more=quoting(talk, talk.cleo, child, "As they say."))
        talk.says(talk.cleo, "As I say.", post, source, post, path="downstream-3")
        assert [("Above.", [("As I say.", [])])] == talk.tree(post)

    def test_15_what_the_source_drops_is_gone(self, talk):
        post, nowhere = talk.post(), f"{talk.cleo.home}nowhere-4"
        talk.says(talk.ann, "Above.", post, path="upstream-4")
        talk.says(talk.ann, "Above.", post, path="upstream-4", more=quoting(talk, talk.cleo, nowhere, "Hearsay."))
        before = _settled(talk, post, "Hearsay.")
        talk.says(talk.ann, "Above.", post, path="upstream-4")
        assert [("Above.", [("Hearsay.", [])])] == before
        assert [("Above.", [])] == talk.tree(post)

    def test_15_what_came_by_itself_stays(self, talk):
        post = talk.post()
        source, child = f"{talk.ann.home}upstream-5", f"{talk.cleo.home}downstream-5"
        more = quoting(talk, talk.cleo, child, "As they say.")
        talk.says(talk.ann, "Above.", post, path="upstream-5")
        talk.says(talk.ann, "Above.", post, path="upstream-5", more=more)
        talk.says(talk.cleo, "As I say.", post, source, post, path="downstream-5")
        talk.says(talk.ann, "Above.", post, path="upstream-5")
        assert [("Above.", [("As I say.", [])])] == talk.tree(post)

    def test_15_what_a_source_that_is_gone_had_quoted_is_gone_with_it(self, talk):
        post, nowhere = talk.post(), f"{talk.cleo.home}nowhere-6"
        talk.says(talk.ann, "Above.", post, path="upstream-6")
        source = talk.says(talk.ann, "Above.", post, path="upstream-6", more=quoting(talk, talk.cleo, nowhere, "Hearsay."))
        talk.takes_down(source)
        talk.tell(source, post)
        assert "Hearsay." not in talk.site.page(post)

    @pytest.mark.parametrize("claim", ["nested", "own"])
    def test_16_who_claims_somebodys_address_changes_nothing(self, talk, claim):
        """Neither by a nested comment of that address nor by taking it for the page's own."""
        post = talk.post()
        victim = talk.says(talk.ben, "My words.", post)
        before = talk.comment(post, "My words.")
        more = quoting(talk, talk.ben, victim, "Put into my mouth.") if claim == "nested" else ""
        talk.says(talk.dora, "I am Ben.", post, more=more, url=victim if claim == "own" else "")
        assert str(before) == str(talk.comment(post, "My words."))
        assert "Put into my mouth." not in talk.site.page(post)

    def test_16_a_claim_that_came_first_does_not_keep_the_true_one_away(self, talk):
        post = talk.post()
        address = f"{talk.ben.home}not-yet"
        talk.says(talk.dora, "Above.", post, more=quoting(talk, talk.ben, address, "Put into my mouth."))
        talk.says(talk.ben, "My words.", post, path="not-yet")
        assert "My words." in texts(talk.tree(post))
        assert "Put into my mouth." not in talk.site.page(post)


class TestMoved:
    """23: a page that has another address now; the old one leads there."""

    @pytest.fixture(scope="module")
    @staticmethod
    def moved(talk):
        """The post, after both addresses of the page were sent."""
        post = talk.post()
        old = talk.says(talk.ann, "I move.", post, path="old-home")
        new = talk.write(talk.ann, "I move.", post, path="new-home")
        talk.serves(old, (301, {"Location": "/new-home"}, ""))
        talk.tell(new, post)
        talk.tell(old, post)
        return post, old, new

    def test_23_it_is_one_comment(self, talk, moved):
        assert [("I move.", [])] == [(says, []) for says, _ in talk.tree(moved[0])]

    def test_23_both_addresses_can_be_answered(self, talk, moved):
        post, old, new = moved
        talk.says(talk.ben, "To the old address.", post, old, post)
        talk.says(talk.cleo, "To the new address.", post, new, post)
        assert [("I move.", [("To the old address.", []), ("To the new address.", [])])] == talk.tree(post)


def _settled(talk, post, says):
    """The tree of a page once this stands there: one more page may have to be asked first."""
    until(lambda: says in talk.site.page(post), seconds=10)
    return talk.tree(post)
