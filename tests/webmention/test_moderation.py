"""What the owner decides, and what outlasts it (Webmention spec §7.2)."""

from datetime import timedelta

import pytest

from indie import times
from indie.responses import policy
from indie.responses.policy import Rule
from indie.webmention import moderation
from tests.webmention.conftest import html

SOURCE = "http://ann.example/1"
NOW = times.now()


@pytest.fixture
def said(receive, look, answer):
    """Ann says this now: `said("…")` returns her webmention and response; others by their source."""

    def run(words="I think so too.", source=SOURCE):
        return look(receive(answer(words), source))

    return run


@pytest.fixture
def shown(store, post):
    """The texts that visitors see."""
    return lambda: [stored.response.text for stored in store.responses.shown([post.id])]


@pytest.fixture
def hold(store):
    """Nothing is shown that was not approved."""
    store.preferences.put("approve_replies", "none")


@pytest.fixture
def rule(store):
    """`rule("block", "host", "ann.example")`, with its effect."""

    def put(verdict, what, value):
        with store.write():
            moderation.put_rule(store, policy.rule(what, value, verdict), NOW)

    return put


class TestHeld:
    def test_what_is_held_waits(self, hold, said, shown):
        webmention, stored = said()
        assert ("pending", False, []) == (webmention.state, stored.public, shown())
        assert "waits for the owner" in webmention.reason

    def test_what_is_approved_is_shown(self, hold, said, shown, store):
        said()
        moderation.approve(store, SOURCE, times.now())
        assert ["I think so too."] == shown()
        assert "verified" == store.webmentions.all()[0].state

    def test_the_approved_version_stays_until_the_next_is_approved(self, hold, said, shown, store):
        said()
        moderation.approve(store, SOURCE, times.now())
        webmention, _ = said("Buy pills.")
        assert ("pending", ["I think so too."]) == (webmention.state, shown())
        moderation.approve(store, SOURCE, times.now())
        assert ["Buy pills."] == shown()
        assert None is store.responses.of(webmention.id).held

    def test_what_is_taken_back_while_it_waits_is_forgotten(self, hold, said, shown, store):
        """Back to the words that were approved: nothing waits any more."""
        said()
        moderation.approve(store, SOURCE, times.now())
        said("Buy pills.")
        webmention, stored = said()
        assert ("verified", None, ["I think so too."]) == (webmention.state, stored.held, shown())

    def test_what_waits_goes_on_waiting_while_its_source_is_down(self, hold, said, receive, look, store):
        said()
        webmention, _ = look(receive(html("x", "500 Oops")), last=True)
        assert "pending" == webmention.state

    def test_a_change_goes_on_waiting_while_its_source_is_down(self, hold, said, receive, look, shown, store):
        said()
        moderation.approve(store, SOURCE, times.now())
        said("Buy pills.")
        webmention, stored = look(receive(html("x", "500 Oops")), last=True)
        assert ("pending", "Buy pills.", ["I think so too."]) == (webmention.state, stored.held.text, shown())

    def test_the_approved_version_stays_when_the_source_is_gone_for_a_while(self, hold, said, receive, look, shown, store):
        said()
        moderation.approve(store, SOURCE, times.now())
        look(receive(html("x", "500 Oops")), last=True)
        assert ["I think so too."] == shown()

    def test_a_preference_that_comes_later_hides_nothing(self, said, shown, store):
        said()
        store.preferences.put("approve_replies", "none")
        webmention, _ = said("Edited.")
        assert ("pending", ["I think so too."]) == (webmention.state, shown())


class TestKnown:
    @pytest.fixture(autouse=True)
    def known(self, store):
        store.preferences.put("approve_replies", "known")

    def test_whoever_was_approved_once_is_shown_at_once(self, said, shown, store):
        said()
        moderation.approve(store, SOURCE, times.now())
        said("Next.", "http://ann.example/2")
        assert ["I think so too.", "Next."] == shown()

    def test_what_was_only_shown_makes_nobody_known(self, receive, look, answer, said, shown):
        """A like that needs no approval opens no door to words."""
        look(receive(answer(relation="u-like-of"), "http://ann.example/like"))
        assert "pending" == said()[0].state

    def test_who_claims_to_be_known_is_not(self, said, store):
        said()
        moderation.approve(store, SOURCE, times.now())
        assert "pending" == said("I am Ann.", "http://eve.example/1")[0].state


class TestRejected:
    def test_it_stays_so_when_it_is_sent_again(self, said, shown, store):
        said()
        moderation.reject(store, SOURCE, times.now())
        webmention, _ = said("Again.")
        assert ("rejected", []) == (webmention.state, shown())

    def test_approval_brings_it_back(self, said, shown, store):
        said()
        moderation.reject(store, SOURCE, times.now())
        moderation.approve(store, SOURCE, times.now())
        assert ["I think so too."] == shown()


class TestBlocked:
    def test_what_is_here_from_there_vanishes(self, said, shown, rule, store):
        said()
        said("Bob says.", "http://bob.example/1")
        rule("block", "host", "ann.example")
        assert ["Bob says."] == shown()
        assert ["verified", "rejected"] == [webmention.state for webmention in store.webmentions.all()]

    def test_nothing_from_there_is_fetched(self, said, rule, frozen_web):
        rule("block", "host", "ann.example")
        webmention, stored = said()
        assert ("rejected", None, []) == (webmention.state, stored, frozen_web.requested)

    def test_what_was_queued_is_not_fetched(self, receive, answer, rule, work, store, frozen_web):
        receive(answer())
        rule("block", "path", "http://ann.example/1")
        work()
        assert ("rejected", []) == (store.webmentions.all()[0].state, frozen_web.requested)

    def test_what_leads_there_is_not_shown(self, receive, look, answer, rule, frozen_web, shown):
        rule("block", "host", "ann.example")
        frozen_web.pages[SOURCE] = answer()
        look(receive(f"HTTP/1.1 302 Found\nLocation: {SOURCE}\n\n".encode(), "http://r.example/"))
        assert [] == shown()

    def test_words_block_what_says_them(self, said, shown, rule):
        rule("block", "words", "pills")
        assert ["rejected", "verified"] == [said("Buy PILLS!")[0].state, said("Fine.", "http://bob.example/1")[0].state]
        assert ["Fine."] == shown()

    def test_the_door_can_ask(self, store, rule):
        rule("block", "host", "ann.example")
        assert [True, False] == [moderation.blocked(store, url) for url in (SOURCE, "http://bob.example/")]

    def test_the_sender_is_not_told_the_rule(self, said, rule):
        rule("block", "words", "think")
        webmention, _ = said()
        assert "think" not in f"{webmention.reason}{webmention.steps}"


class TestRulesThatChange:
    def test_what_a_rule_hid_comes_back_with_it(self, said, shown, rule, store):
        said()
        rule("block", "host", "ann.example")
        store.moderation.remove("host", "ann.example")
        moderation.reconsider(store, times.now())
        assert ["I think so too."] == shown()

    def test_what_is_allowed_is_shown_at_once(self, hold, said, shown, rule):
        said()
        rule("allow", "host", "ann.example")
        assert ["I think so too."] == shown()

    def test_what_is_held_from_now_on_stays(self, said, shown, rule):
        said()
        rule("hold", "host", "ann.example")
        assert ["I think so too."] == shown()

    def test_what_the_owner_rejected_no_rule_shows(self, said, shown, rule, store):
        said()
        moderation.reject(store, SOURCE, times.now())
        rule("allow", "host", "ann.example")
        assert [] == shown()

    def test_a_second_rule_about_the_same_takes_the_place_of_the_first(self, store):
        for verdict in ("block", "allow"):
            store.moderation.put(Rule("host", "ann.example", verdict), NOW)
        assert [Rule("host", "ann.example", "allow")] == store.moderation.all()


class TestFigures:
    """What the door asks before it takes more."""

    def test_responses_of_a_post_are_counted(self, said, store, post):
        said()
        said("Next.", "http://ann.example/2")
        assert (2, 0) == (store.responses.count(post.id), store.responses.count(None))

    def test_new_pairs_of_a_host_are_counted(self, said, store):
        said()
        said("Again.")
        said("Next.", "http://ann.example/2")
        since = NOW - timedelta(days=1)
        assert [2, 0, 0] == [
            store.webmentions.new_from("ann.example", since),
            store.webmentions.new_from("bob.example", since),
            store.webmentions.new_from("ann.example", NOW + timedelta(days=1)),
        ]

    def test_a_pair_is_found(self, said, store, post):
        webmention, _ = said()
        assert (webmention, None) == (store.webmentions.find(SOURCE, post.id), store.webmentions.find(SOURCE, None))
