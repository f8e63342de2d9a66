"""Under which name bytes are kept."""

import re

from indie.media.names import content_name


def test_the_name_is_the_hash_of_the_bytes():
    """SHA-256 of nothing, in the base64url of RFC 4648 §5 without padding: 43 characters and the suffix."""
    assert "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU.jpg" == content_name(b"", "jpg")


def test_one_byte_makes_another_name():
    """Other bytes never stand under the same name, so an address may be cached for ever."""
    assert content_name(b"a", "png") != content_name(b"b", "png")


def test_every_name_may_stand_in_a_url():
    """Hashes with the two odd characters of base64 (+ and /) are spelled with - and _."""
    names = [content_name(bytes([n]), "gif") for n in range(256)]

    assert [] == [name for name in names if not re.fullmatch(r"[A-Za-z0-9_-]{43}\.gif", name)]
