"""Proof Key for Code Exchange (RFC 7636): whoever redeems a code is who asked for it. S256 alone."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

_HEX = re.compile(r"[0-9a-f]{64}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def is_challenge(text: str) -> bool:
    """Whether this is what S256 makes: 256 bits in 43 characters, without padding (RFC 7636 §4.2)."""
    return bool(_CHALLENGE.fullmatch(text))


def one_spelling(code_challenge: str) -> str:
    """
    A challenge as RFC 7636 §4.2 spells it.

    Deviation: indieauth-helper, the library from npm that Together signs in with, spells the same 256 bits in
    hexadecimal, under the name of S256.
    """
    if not _HEX.fullmatch(code_challenge):
        return code_challenge
    return _spelled(bytes.fromhex(code_challenge))


def challenge(code_verifier: str) -> str:
    """The challenge of a verifier, by S256."""
    return _spelled(hashlib.sha256(code_verifier.encode("ascii", "replace")).digest())


def verify(code_challenge: str, code_verifier: str) -> bool:
    """Whether the verifier is well-formed (RFC 7636 §4.1) and the challenge is made of it; in constant time."""
    well_formed = bool(_VERIFIER.fullmatch(code_verifier))
    return well_formed and hmac.compare_digest(challenge(code_verifier), code_challenge)


def _spelled(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode().rstrip("=")
