"""Proof Key for Code Exchange (RFC 7636), S256 alone."""

import hypothesis
import pytest
from hypothesis import strategies

from indie.indieauth import pkce

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"


def test_the_example_of_the_rfc():
    """Appendix B."""
    assert CHALLENGE == pkce.challenge(VERIFIER)
    assert pkce.verify(CHALLENGE, VERIFIER)


@hypothesis.given(strategies.text(UNRESERVED, min_size=43, max_size=128))
def test_a_verifier_verifies_its_own_challenge(verifier):
    assert pkce.is_challenge(pkce.challenge(verifier))
    assert pkce.verify(pkce.challenge(verifier), verifier)


@hypothesis.given(strategies.text())
def test_nothing_else_does(verifier):
    """Whatever it is, no error comes of it."""
    assert not pkce.verify(CHALLENGE, verifier)


@pytest.mark.parametrize("verifier", ["a" * 42, "a" * 129, "a" * 42 + "é", "a" * 42 + " ", "a" * 43 + "\n", "", "\ud800" * 43])
def test_a_malformed_verifier_verifies_not_even_its_own(verifier):
    assert not pkce.verify(pkce.challenge(verifier), verifier)


@pytest.mark.parametrize("text", ["", "a" * 42, "a" * 44, CHALLENGE + "=", "+" * 43, "é" * 43, CHALLENGE + "\n"])
def test_this_is_no_challenge(text):
    assert not pkce.is_challenge(text)
