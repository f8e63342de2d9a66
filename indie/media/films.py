"""How large a film is seen to be, by what its container says: ISO base media (MP4, MOV) and WebM."""

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

from indie.media import boxes

LARGEST = 16_384
"""Pixels of a side; more is a mistake or a trap."""

_SEGMENT, _TRACKS, _ENTRY, _VIDEO = 0x18538067, 0x1654AE6B, 0xAE, 0xE0
_WIDTH, _HEIGHT, _SHOWN_WIDTH, _SHOWN_HEIGHT = 0xB0, 0xBA, 0x54B0, 0x54BA
_UNKNOWN = (1 << 56) - 1
"""What remains of a size of eight bytes that are all ones: to the end (RFC 8794 §6.2)."""

_MOST = 1000
"""Boxes or elements that are looked at beside one another: a hostile file has millions."""


@dataclass(frozen=True)
class Film:
    """width, height: in pixels, as it is seen."""

    width: int
    height: int


def measure(body: bytes | mmap) -> Film | None:
    """
    The size of the first picture track; None where it cannot be told.

    ISO 14496-12 §8.3.2 (tkhd); Matroska (RFC 9559) §5.1.4.1. Limit: nothing is known of Ogg.
    """
    sizes = _of_webm(body) if body[:4] == b"\x1aE\xdf\xa3" else _of_boxes(body)
    return next((Film(*size) for size in sizes if all(0 < side <= LARGEST for side in size)), None)


def _of_boxes(body: bytes | mmap) -> Iterator[tuple[int, int]]:
    for moov in _inside(body, 0, len(body), b"moov"):
        for trak in _inside(body, moov.inside, moov.end, b"trak"):
            for tkhd in _inside(body, trak.inside, trak.end, b"tkhd"):
                yield _of_header(bytes(body[max(tkhd.inside, tkhd.end - 44) : tkhd.end]))


def _inside(body: bytes | mmap, start: int, end: int, name: bytes) -> Iterator[boxes.Box]:
    found = (box for _, box in zip(range(_MOST), boxes.boxes(body, start, end), strict=False))
    return (box for box in found if box.name == name)


def _of_header(tail: bytes) -> tuple[int, int]:
    """tail: nine numbers that say how it is turned, then width and height, in 16.16."""
    if len(tail) < 44:
        return 0, 0
    across, _, _, _, down = (int.from_bytes(tail[at : at + 4], signed=True) for at in range(0, 20, 4))
    width, height = (int.from_bytes(tail[at : at + 2]) for at in (36, 40))
    return (height, width) if across == 0 == down else (width, height)


def _of_webm(body: bytes | mmap) -> Iterator[tuple[int, int]]:
    for start, end in _elements(body, 0, len(body), _SEGMENT):
        for tracks in _elements(body, start, end, _TRACKS):
            for entry in _elements(body, *tracks, _ENTRY):
                for video in _elements(body, *entry, _VIDEO):
                    yield _value(body, *video, _SHOWN_WIDTH, _WIDTH), _value(body, *video, _SHOWN_HEIGHT, _HEIGHT)


def _value(body: bytes | mmap, start: int, end: int, *names: int) -> int:
    """What the first of these elements says; 0 where there is none."""
    found = (place for name in names for place in _elements(body, start, end, name))
    return next((int.from_bytes(body[at : min(behind, at + 8)]) for at, behind in found), 0)


def _elements(body: bytes | mmap, start: int, end: int, name: int) -> Iterator[tuple[int, int]]:
    """Where what these elements hold begins and ends (EBML, RFC 8794 §6)."""
    at = start
    for _ in range(_MOST):
        found, at = _number(body, at, end, marked=True)
        size, at = _number(body, at, end)
        if at >= end or found == 0:
            return
        behind = end if size == _UNKNOWN else min(at + size, end)
        if found == name:
            yield at, behind
        at = behind


def _number(body: bytes | mmap, at: int, end: int, *, marked: bool = False) -> tuple[int, int]:
    """A number whose first byte says by its leading zeros how long it is, and what follows; (0, end) for none."""
    first = body[at] if at < end else 0
    if first == 0:
        return 0, end
    length = 9 - first.bit_length()
    number = int.from_bytes(body[at : at + length])
    if marked:
        return number, at + length
    bits = 7 * length
    value = number & ((1 << bits) - 1)
    return (_UNKNOWN if value == (1 << bits) - 1 else value), at + length
