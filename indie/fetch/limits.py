"""How much of somebody else's time and bytes each purpose takes."""

from dataclasses import dataclass

_KIB = 1024
_MIB = 1024 * _KIB

REDIRECTS = 5
"""How many redirects are followed where a purpose does not say otherwise."""


@dataclass(frozen=True)
class Limit:
    """
    The ceiling of one exchange; past it nothing is returned, unless it is to be cut.

    wire: bytes of the body as it comes, compressed and with its framing.
    decoded: bytes of the body after decompression.
    seconds: wall clock from the first look-up to the last byte, redirects included.
    cut: the beginning of the body is enough: past the ceiling the rest is left unread, and what cannot be
        decompressed is nothing.
    redirects: how many are followed.
    """

    wire: int
    decoded: int
    seconds: float = 10.0
    cut: bool = False
    redirects: int = REDIRECTS


SOURCE = Limit(wire=_MIB, decoded=2 * _MIB)
TARGET = Limit(wire=_MIB, decoded=2 * _MIB, cut=True)
"""A page that we link to: where it takes webmentions is told by its headers, or in its first mebibyte."""

PHOTO = Limit(wire=20 * _MIB, decoded=20 * _MIB)
FEED = Limit(wire=5 * _MIB, decoded=5 * _MIB)
CLIENT = Limit(wire=64 * _KIB, decoded=64 * _KIB, seconds=5.0, redirects=3)
AVATAR = Limit(wire=5 * _MIB, decoded=5 * _MIB)
ANSWER = Limit(wire=64 * _KIB, decoded=64 * _KIB, cut=True)
"""
What an endpoint answers to our POST, or a status page says of it: its status counts, however long the page
that comes with it.
"""
CHALLENGE = Limit(wire=_KIB, decoded=_KIB, seconds=5.0, redirects=0)
"""What a subscriber says when it is asked whether it meant it: a word that we gave it (WebSub §5.3)."""
CALLBACK = Limit(wire=0, decoded=0, seconds=3.0, cut=True, redirects=0)
"""What a subscriber answers to a delivery: its status counts, nothing else is even read (WebSub §7)."""
SLOW_CALLBACK = Limit(wire=0, decoded=0, cut=True, redirects=0)
"""The same of one that took longer than that before."""
