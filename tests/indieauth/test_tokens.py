"""Access tokens and the scopes they carry."""

import re
from datetime import datetime, timedelta

import pytest

from indie.errors import Forbidden, InsufficientScope, InvalidRequest
from indie.indieauth import bearer as bearers
from indie.indieauth import scopes, tokens

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")


class TestIssue:
    def test_it_is_opaque_and_long(self, store):
        """256 bits, with a beginning by which scanners for leaked secrets know it."""
        assert re.fullmatch(r"indie_[A-Za-z0-9_-]{43}", tokens.issue(store, ["create"], "", NOW))

    def test_no_two_are_the_same(self, store):
        assert 20 == len({tokens.issue(store, ["create"], "", NOW) for _ in range(20)})

    def test_it_carries_just_these_scopes(self, store):
        token = tokens.issue(store, ["create", "update", "create"], "https://client.example/", NOW)
        found = tokens.introspect(store, token, NOW)

        assert (("create", "update"), "https://client.example/") == (found.scope, found.client_id)

    def test_without_days_it_never_expires(self, store):
        token = tokens.issue(store, ["create"], "", NOW)

        assert None is not tokens.introspect(store, token, NOW + timedelta(days=36_500))

    @pytest.mark.parametrize("days", [0, 1, 30])
    def test_after_its_days_it_opens_nothing(self, store, days):
        """No days are none, not all of them."""
        token = tokens.issue(store, ["create"], "", NOW, days)

        assert None is tokens.introspect(store, token, NOW + timedelta(days=days))

    @pytest.mark.parametrize("wrong", ["", "indie_", "\ud800", "ü", "x" * 100_000])
    def test_nothing_else_opens_anything(self, store, wrong):
        tokens.issue(store, ["create"], "", NOW)

        assert None is tokens.introspect(store, wrong, NOW)

    def test_a_digest_opens_nothing(self, store):
        """What a stolen database holds is no token."""
        token = tokens.issue(store, ["create"], "", NOW)

        assert None is tokens.introspect(store, tokens.digest(token), NOW)


class TestParse:
    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ("create", ("create",)),
            ("create update media", ("create", "update", "media")),
            ("  update \n create update ", ("update", "create")),
            ("profile", ("profile",)),
            ("https://a.example/scope#x", ("https://a.example/scope#x",)),
        ],
    )
    def test_words_each_once_in_order(self, sent, words):
        assert words == scopes.parse(sent)

    @pytest.mark.parametrize("sent", ["", "  ", 'cre"ate', "a\\b", "ü", "\x00", "create ü"])
    def test_what_no_scope_could_be_is_refused(self, sent):
        """RFC 6749 §3.3."""
        with pytest.raises(InvalidRequest, match=r"\.$"):
            scopes.parse(sent)


class TestRequire:
    @pytest.mark.parametrize("action", scopes.OPENS)
    def test_each_that_opens_it_opens_it_alone(self, action):
        for scope in scopes.OPENS[action]:
            scopes.require(action, ("profile", scope))

    @pytest.mark.parametrize("action", scopes.OPENS)
    def test_no_part_of_a_word_does(self, action):
        """`recreate` and `create.all` are not `create`; a token without any of Micropub's is not for it."""
        words = [*(f"re{word}" for word in scopes.OPENS[action]), *(f"{word}.all" for word in scopes.OPENS[action]), ""]

        with pytest.raises(Forbidden if action == "query" else InsufficientScope) as refused:
            scopes.require(action, words)
        assert action == "query" or scopes.OPENS[action][0] == refused.value.scope

    @pytest.mark.parametrize(
        ("scope", "only"),
        [(("draft",), True), (("draft", "update"), True), (("draft", "create"), False), (("draft", "post"), False), (("create",), False)],
    )
    def test_draft_without_create_makes_drafts_alone(self, scope, only):
        assert only is scopes.drafts_only(scope)


def test_an_error_that_is_none_of_these_has_a_plain_challenge():
    """RFC 6750 §3: no error code where nothing was tried."""
    assert "Bearer" == bearers.challenge(ValueError())
