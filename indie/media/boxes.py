"""ISO base media (MP4, MOV, HEIC, AVIF): where in it a place is told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import NamedTuple

_CONTAINERS = (b"moov", b"trak", b"udta", b"meta", b"mpvd")
_PLACES = (b"\xa9xyz", b"loci")
_LOCATION_KEY = b"com.apple.quicktime.location"

_MOST_EXIF = 8
"""How many blocks of EXIF one picture may have."""

_LOOSE = re.compile(
    rb"(?:\xa9xyz|loci)[\s\S]{0,64}"
    rb"|[+-]\d{2,6}(?:\.\d{1,12})?[+-]\d{3,7}(?:\.\d{1,12})?(?:[+-]\d{1,7}(?:\.\d{1,12})?)?(?:CRS[\w:.]{1,20})?/"
)
"""A place where no boxes can be told apart: the names of its boxes, coordinates as in ISO 6709."""


class Box(NamedTuple):
    """start: of its header; inside: of what it holds; end: of both, never behind that of its parent."""

    name: bytes
    start: int
    inside: int
    end: int


@dataclass
class _File:
    """A file whose boxes are told apart while its places are overwritten."""

    body: bytearray | mmap

    def clear(self, start: int) -> None:
        waiting = [(b"", start, len(self.body))]
        while waiting:
            name, start, end = waiting.pop()
            if name == b"meta":
                self._clear_keyed(start, end)
            at = start
            for box in boxes(self.body, start, end):
                if box.name in _PLACES:
                    self.free(box)
                elif box.name in _CONTAINERS:
                    waiting.append((box.name, _children(self.body, box), box.end))
                at = box.end
            # Four zeros may end the user data of QuickTime.
            if any(self.body[at:end]):
                rest = bytes(self.body[at:end])
                in_words = name in (b"udta", b"meta")
                loose = bytes(len(rest)) if in_words else _LOOSE.sub(lambda match: bytes(len(match[0])), rest)
                self.body[at:end] = loose

    def free(self, box: Box) -> None:
        """Leave a box of the same size that says nothing. ISO 14496-12 §8.1.2."""
        self.body[box.start + 4 : box.start + 8] = b"free"
        self.body[box.inside : box.end] = bytes(box.end - box.inside)

    def _clear_keyed(self, start: int, end: int) -> None:
        """QuickTime names its values in one box (`keys`) and numbers them in another (`ilst`)."""
        inner = {box.name: box for box in boxes(self.body, start, end)}
        if b"keys" not in inner or b"ilst" not in inner:
            return
        keys, values = inner[b"keys"], inner[b"ilst"]
        # Each key is built like a box: its size, its namespace, its name.
        named = enumerate(boxes(self.body, keys.inside + 8, keys.end), 1)
        places = {
            number.to_bytes(4) for number, key in named
            if self.body[key.inside : key.end].startswith(_LOCATION_KEY)
        }
        for value in boxes(self.body, values.inside, values.end):
            if value.name in places:
                self.free(value)


def without_location(body: bytes, start: int = 0) -> bytes:
    """
    A film or sound whose boxes tell no place (©xyz, loci, QuickTime's location keys); the same length.

    start: where its first box begins; what stands before is left as it is.
    What cannot be told apart loses whatever looks like a place in it.
    QuickTime File Format, "User data atoms", "Metadata"; 3GPP TS 26.244 §8.
    Limit: tracks that note a place with every picture (dashboards, GoPro) are kept.
    """
    cleared = bytearray(body)
    clear(cleared, start)
    return bytes(cleared)


def clear(body: bytearray | mmap, start: int = 0) -> None:
    """Do what `without_location` does to bytes where they lie."""
    _File(body).clear(start)


def boxes(body: bytes | bytearray | mmap, start: int, end: int) -> Iterator[Box]:
    """The boxes that follow one another from `start`, up to `end` or the first that is none."""
    at = start
    while at + 8 <= end:
        size, name, inside = int.from_bytes(body[at : at + 4]), bytes(body[at + 4 : at + 8]), at + 8
        if size == 1:
            size, inside = int.from_bytes(body[at + 8 : at + 16]), at + 16
        elif size == 0:
            if name == b"\0\0\0\0":
                return
            size = end - at
        if size < inside - at or inside > end:
            return
        yield Box(name, at, inside, min(at + size, end))
        at = min(at + size, end)


def exif_items(body: bytes) -> list[list[tuple[int, int]]]:
    """
    Where the EXIF of a HEIC or AVIF lies: for each item the start and end of its parts, in order.

    HEIF (ISO 23008-12) Annex A, ISO 14496-12 §8.11.
    """
    meta = next((box for box in boxes(body, 0, len(body)) if box.name == b"meta"), None)
    if meta is None:
        return []
    inner = {box.name: box for box in boxes(body, meta.inside + 4, meta.end)}
    if b"iinf" not in inner or b"iloc" not in inner:
        return []
    idat = inner[b"idat"].inside if b"idat" in inner else 0
    wanted = _exif_numbers(body, inner[b"iinf"])
    return [parts for number, parts in _locations(body, inner[b"iloc"], idat) if number in wanted][:_MOST_EXIF]


def _children(body: bytearray | mmap, box: Box) -> int:
    """Where the boxes in a box begin: `meta` has a version before them in MP4 and none in QuickTime."""
    plain = box.name != b"meta" or body[box.inside + 4 : box.inside + 8] == b"hdlr"
    return box.inside if plain else min(box.inside + 4, box.end)


def _exif_numbers(body: bytes, iinf: Box) -> set[int]:
    first = iinf.inside + (6 if body[iinf.inside] == 0 else 8)
    found = set()
    for entry in boxes(body, first, iinf.end):
        wide = 4 if body[entry.inside : entry.inside + 1] == b"\3" else 2
        number = entry.inside + 4
        if body[number + wide + 2 : number + wide + 6] == b"Exif":
            found.add(int.from_bytes(body[number : number + wide]))
    return found


def _locations(body: bytes, iloc: Box, idat: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """The items with their parts, as places in the file."""
    read = _Reader(body, iloc.inside, iloc.end)
    version = read.number(4) >> 24
    sizes = read.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    wide = 4 if version == 2 else 2
    for _ in range(read.number(wide)):
        number = read.number(wide)
        method = read.number(2) & 15 if version else 0
        read.number(2)
        base = read.number(base_size) + (idat if method == 1 else 0)
        parts = []
        count = read.number(2)
        # Why: parts that take no room could be claimed without end.
        for _ in range(count if index_size + offset_size + length_size else min(count, 1)):
            read.number(index_size)
            start = base + read.number(offset_size)
            parts.append((start, start + read.number(length_size)))
            if read.is_at_end():
                break
        yield number, [(start, min(end, len(body))) for start, end in parts]
        if read.is_at_end():
            return


@dataclass
class _Reader:
    body: bytes
    at: int
    end: int

    def number(self, size: int) -> int:
        """The next so many bytes; missing ones are missing digits."""
        found = int.from_bytes(self.body[self.at : min(self.at + size, self.end)])
        self.at += size
        return found

    def is_at_end(self) -> bool:
        return self.at >= self.end
