"""What is granted of what was asked for, and what it is called for people (IA-A2, IA-R8, IA-R11, IA-R12)."""

import hypothesis
import pytest
from hypothesis import strategies

from indie.indieauth import scopes

WORDS = strategies.lists(strategies.sampled_from([*scopes.SENTENCES, "launch", "recreate"]))


class TestGranted:
    @pytest.mark.parametrize(
        ("requested", "ticked", "granted"),
        [
            ("create update", "create update", "create update"),
            ("create update", "update", "update"),
            ("update create", "create update", "update create"),
            ("create", "create delete", "create"),
            ("create", "", ""),
            ("", "create", ""),
            ("post", "post", "create update"),
            ("post create", "post create", "create update"),
            ("create post media", "create post media", "create update media"),
            ("email", "email", ""),
            ("profile email", "email", ""),
            ("profile email", "profile email", "profile email"),
            ("launch", "launch", "launch"),
            ("create create", "create", "create"),
        ],
    )
    def test_only_what_was_asked_for_and_ticked(self, requested, ticked, granted):
        assert tuple(granted.split()) == scopes.granted(requested.split(), ticked.split(), pkce=True)

    @pytest.mark.parametrize(("requested", "granted"), [("create update delete undelete media", "create media"), ("post", "create"), ("update", "")])
    def test_without_pkce_nothing_that_changes_posts(self, requested, granted):
        assert tuple(granted.split()) == scopes.granted(requested.split(), requested.split(), pkce=False)

    @hypothesis.given(WORDS, WORDS, strategies.booleans())
    def test_never_more_than_was_asked_for(self, requested, ticked, pkce):
        """`post` asks for `create` and `update`."""
        asked = {*requested, *(("create", "update") if "post" in requested else ())}
        granted = scopes.granted(requested, ticked, pkce=pkce)

        assert (len(granted), True) == (len({*granted}), asked.issuperset(granted))


@pytest.mark.parametrize("word", sorted({*(word for words in scopes.OPENS.values() for word in words), *scopes.IDENTITY}))
def test_every_scope_that_opens_something_has_a_sentence(word):
    assert scopes.SENTENCES[word]


@pytest.mark.parametrize("action", scopes.OPENS)
def test_identity_opens_no_action(action):
    assert not scopes.opens(action, scopes.IDENTITY)
