"""Who may stand on our pages (Webmention spec §3.3, §7.2): rules, preferences, places, and what was approved."""

from dataclasses import replace

import pytest

from indie.mf2.authorship import Author
from indie.preferences import Preferences
from indie.responses import policy
from indie.responses.policy import Rule
from indie.responses.response import Response

SOURCE = "https://ann.example/1"
SAID = Response(
    SOURCE, SOURCE, "reply", Author("Ann", "https://ann.example/", None), None, None,
    "<p>I think so.</p>", "I think so.", None, None, None, None, (), (),
)  # fmt: skip


def judged(*rules, response=SAID, source=SOURCE, final=None, known=(), **preferences):
    """The verdict alone."""
    made = Preferences(**preferences)
    return policy.judge(response, source, final or source, rules, made, known).verdict


class TestPreferences:
    def test_all_are_shown_unless_the_owner_says_otherwise(self):
        assert "allow" == judged()

    @pytest.mark.parametrize(("kind", "verdict"), [("reply", "hold"), ("mention", "hold"), ("rsvp", "hold"), ("like", "allow"), ("reacji", "allow")])
    def test_words_and_reactions_are_told_apart(self, kind, verdict):
        assert verdict == judged(response=replace(SAID, kind=kind), approve_replies="none")

    def test_a_known_place_is_one_of_which_something_was_approved(self):
        assert "hold" == judged(approve_replies="known")
        assert "allow" == judged(approve_replies="known", known={"ann.example"})

    def test_a_known_author_is_nothing(self):
        """Anybody can claim to be Ann; what counts is where it lies."""
        assert "hold" == judged(source="https://eve.example/1", approve_replies="known", known={"ann.example"})

    def test_a_redirector_on_a_known_host_is_no_good(self):
        """Both addresses must be known (§7.2)."""
        assert "hold" == judged(final="https://eve.example/", approve_replies="known", known={"ann.example"})

    def test_none_holds_the_known_too(self):
        assert "hold" == judged(approve_replies="none", known={"ann.example"})


class TestRules:
    @pytest.mark.parametrize(
        ("what", "value"),
        [
            ("host", "ann.example"), ("host", "example"), ("path", "ann.example/1"), ("author", "ann"),
            ("author", "http://ann.example"), ("kind", "reply"), ("words", "THINK  so"),
        ],
    )  # fmt: skip
    def test_each_can_block(self, what, value):
        assert "block" == judged(policy.rule(what, value, "block") if what != "host" else Rule(what, value, "block"))

    @pytest.mark.parametrize(
        ("what", "value"),
        [("host", "nn.example"), ("host", "ann.example.org"), ("path", "ann.example/10"), ("path", "ann.example/1/2"), ("author", "An"), ("kind", "like"), ("words", "so I")],
    )
    def test_each_is_about_nothing_else(self, what, value):
        assert "allow" == judged(Rule(what, value, "block"))

    def test_a_final_address_that_is_blocked_blocks(self):
        assert "block" == judged(Rule("host", "eve.example", "block"), final="https://eve.example/")

    def test_what_is_allowed_goes_before_what_holds(self):
        assert "allow" == judged(Rule("host", "ann.example", "allow"), Rule("kind", "reply", "hold"), approve_replies="none")

    def test_what_blocks_goes_before_what_allows(self):
        assert "block" == judged(Rule("host", "ann.example", "allow"), Rule("words", "think", "block"))

    def test_a_redirector_on_an_allowed_host_is_no_good(self):
        assert "hold" == judged(Rule("host", "ann.example", "allow"), final="https://eve.example/", approve_replies="none")

    def test_a_name_below_an_allowed_host_is_somebody_else(self):
        rule = Rule("host", "ann.example", "allow")
        assert "hold" == judged(rule, source="https://eve.ann.example/1", approve_replies="none")

    def test_holding_leaves_the_preference_alone(self):
        assert ["hold", "allow"] == [judged(Rule("kind", kind, "hold")) for kind in ("reply", "like")]

    @pytest.mark.parametrize("what", ["author", "words"])
    def test_nobody_is_allowed_for_what_he_claims(self, what):
        with pytest.raises(ValueError, match="anybody can claim"):
            policy.rule(what, "Ann", "allow")

    @pytest.mark.parametrize("text", ["", "nonsense", "http://", "a b.example", "ftp://a.example/"])
    def test_what_is_no_place(self, text):
        with pytest.raises(ValueError, match=r"\w"):
            policy.rule("host", text, "block")

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("Spam.Example", ("host", "spam.example")),
            ("https://www.spam.example:8443/", ("host", "spam.example")),
            ("https://spam.example/~eve/", ("path", "spam.example/~eve")),
            ("brid.gy/like/mastodon", ("path", "brid.gy/like/mastodon")),
        ],
    )
    def test_a_place_as_the_owner_spells_it(self, text, rule):
        assert rule == policy.about(text)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://www.ann.example/1", "ann.example"),
        ("https://brid.gy/comment/mastodon/@me@a.example/1/2", "brid.gy/comment/mastodon/@me@a.example"),
        ("https://ap.brid.gy/convert/web/https:/a.example/users/ann/statuses/1", "ap.brid.gy/convert/web/https:/a.example/users/ann/statuses"),
        ("https://ap.brid.gy/convert/web/https://a.example/users/ann/statuses/1", "ap.brid.gy/convert/web/https:/a.example/users/ann/statuses"),
        ("https://ap.brid.gy/convert/web/https:/a.example/notes/1", "ap.brid.gy/convert/web/https:/a.example/notes/1"),
        ("https://micro.blog/ann/1", "micro.blog/ann"),
        ("https://tilde.example/~ann/1", "tilde.example/~ann"),
        ("https://social.example/@ann/1", "social.example/@ann"),
    ],
)  # fmt: skip
def test_a_place_is_where_one_person_writes(url, place):
    """On shared hosts the account's path (§3.3); an account that cannot be told is the page alone."""
    assert place == policy.place(url)


def test_always_is_of_the_place_and_no_more():
    rule = policy.always("https://brid.gy/comment/mastodon/@me@a.example/1/2")
    mine, other = (f"https://brid.gy/comment/mastodon/@{name}@a.example/3/4" for name in ("me", "you"))
    assert ["allow", "hold"] == [judged(rule, source=url, approve_replies="none") for url in (mine, other)]


class TestSettled:
    HOLD, ALLOW = (policy.Judgement(verdict, "") for verdict in ("hold", "allow"))
    EDITED = replace(SAID, text="Buy pills.", html="<p>Buy pills.</p>")

    def settle(self, judgement, decision="", earlier=None, public=True, new=None):
        settled = policy.settle(new or self.EDITED, judgement, decision, earlier, public=public)
        return settled.state, settled.response.text, settled.public, settled.held is not None

    def test_a_new_one_that_is_held_waits(self):
        assert ("pending", "Buy pills.", False, False) == self.settle(self.HOLD, public=False)

    def test_what_is_shown_stays_until_its_change_is_approved(self):
        assert ("pending", "I think so.", True, True) == self.settle(self.HOLD, earlier=SAID)

    def test_what_was_approved_by_hand_is_not_changed_behind_the_owners_back(self):
        """Bait and switch (§7.2): its place is known by now, and that is not enough."""
        assert ("pending", "I think so.", True, True) == self.settle(self.ALLOW, "approved", SAID)

    def test_what_is_allowed_for_always_changes_at_once(self):
        always = policy.Judgement("allow", "", always=True)
        assert ("verified", "Buy pills.", True, False) == self.settle(always, "approved", SAID)

    def test_what_was_never_held_changes_at_once(self):
        assert ("verified", "Buy pills.", True, False) == self.settle(self.ALLOW, earlier=SAID)

    def test_other_dates_are_no_change(self):
        later = replace(SAID, lang="en", profiles=("https://ann.example/me",))
        assert ("verified", "I think so.", True, False) == self.settle(self.HOLD, "approved", SAID, new=later)

    @pytest.mark.parametrize("change", [{"kind": "like"}, {"author": Author("Eve", None, None)}, {"html": "<a>I think so.</a>"}])
    def test_kind_author_and_links_are(self, change):
        assert "pending" == self.settle(self.HOLD, "approved", SAID, new=replace(SAID, **change))[0]

    def test_what_is_rejected_stays_so(self):
        assert ("rejected", "Buy pills.", False, False) == self.settle(self.ALLOW, "rejected", SAID, public=False)

    def test_what_is_blocked_is_not_shown_any_more(self):
        assert ("rejected", False) == self.settle(policy.Judgement("block", ""), earlier=SAID)[::2]

    def test_what_was_approved_before_it_was_read_is_shown(self):
        assert ("verified", True) == self.settle(self.HOLD, "approved", public=False)[::2]
