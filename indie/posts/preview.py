"""
The link by which a post that is not public can be seen: it says which post, and nobody can guess it.

It stays the same as long as the post lives, so that whoever was given it sees the post grow.
"""

import hmac
from base64 import urlsafe_b64encode

from indie.posts.post import Post

FOLDER = "preview/"
"""Below the site's address."""


def url(me: str, secret: bytes, post: Post) -> str:
    """The link. me: the site's address; secret: the site's own."""
    return f"{me}{FOLDER}{post.id}-{_seal(secret, post.id)}"


def post_id(secret: bytes, key: str) -> int | None:
    """The id of the post that the end of a link opens; None for one that we did not make."""
    number, _, seal = key.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    right = hmac.compare_digest(seal.encode(), _seal(secret, int(number)).encode())
    return int(number) if right else None


def _seal(secret: bytes, number: int) -> str:
    digest = hmac.digest(secret, f"preview {number}".encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")
