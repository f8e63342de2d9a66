"""EXIF without the place, byte by byte: everything that stays lies where it lay."""

import struct

from indie.media import iptc

_ORIENTATION, _EXIF, _GPS, _SUB_IFDS = 0x0112, 0x8769, 0x8825, 0x014A
_IPTC, _PHOTOSHOP = 0x83BB, 0x8649
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
"""Bytes that a value of each type takes. TIFF 6.0 §2."""

_MOST_ENTRIES = 512
_MOST_DIRECTORIES = 16
_LARGEST_GPS = 64 * 1024
"""Limits on what we take for well-formed, so that no file can hold us up. Cameras write 60, 4 and 300 bytes."""


class _Malformed(ValueError):
    """What is no EXIF, or such that a place could hide in it."""


def without_location(exif: bytes) -> bytes:
    """
    EXIF data without the directory of GPS and the place names of IPTC in it; the same length.

    exif: from its TIFF header ("II*" or "MM") on.
    What is malformed comes back with nothing but its orientation, so far as that could be read.
    Exif 3.0 §4.6.3. Limit: what a maker writes into its own note is not looked into.
    """
    directories = _Directories(exif)
    try:
        return directories.without_location()
    except _Malformed:
        return _only(directories.orientation, len(exif))


class _Directories:
    """The directories (IFDs) of one block of EXIF."""

    def __init__(self, exif: bytes) -> None:
        self.orientation = 1
        self._bytes = bytearray(exif)
        self._order = ">" if exif[:2] == b"MM" else "<"

    def without_location(self) -> bytes:
        """Raises _Malformed."""
        if bytes(self._bytes[:4]) not in (b"II*\0", b"MM\0*"):
            raise _Malformed
        waiting, seen = [self._number("I", 4)], set[int]()
        while waiting:
            directory = waiting.pop()
            # Why: some cameras write a directory that follows nowhere; nothing can be in it.
            if directory in seen or not 0 < directory < len(self._bytes) - 1:
                continue
            seen.add(directory)
            if len(seen) > _MOST_DIRECTORIES:
                raise _Malformed
            waiting += self._clear(directory)
        return bytes(self._bytes)

    def _clear(self, directory: int) -> list[int]:
        """Take the place out of one directory; where those lie that it points to."""
        entries = self._entries(directory)
        end = directory + 2 + 12 * len(entries)
        after = self._number("I", end) if end + 4 <= len(self._bytes) else 0
        further, kept = [after], []
        for entry in entries:
            tag, kind, count, value = struct.unpack(self._order + "HHII", entry)
            if tag == _GPS:
                self._blank(value)
                continue
            if tag == _ORIENTATION:
                self.orientation = struct.unpack_from(self._order + "H", entry, 8)[0]
            elif tag in (_EXIF, _SUB_IFDS):
                further += self._pointers(kind, count, value)
            elif tag in (_IPTC, _PHOTOSHOP):
                self._replace(value, count * _SIZES.get(kind, 1), tag)
            kept.append(entry)
        if len(kept) < len(entries):
            rest = self._bytes[end : end + 4]
            whole = struct.pack(self._order + "H", len(kept)) + b"".join(kept) + rest
            self._bytes[directory : end + len(rest)] = whole.ljust(end + len(rest) - directory, b"\0")
        return further

    def _entries(self, directory: int) -> list[bytes]:
        count = self._number("H", directory)
        first = directory + 2
        if count > _MOST_ENTRIES or first + 12 * count > len(self._bytes):
            raise _Malformed
        return [bytes(self._bytes[at : at + 12]) for at in range(first, first + 12 * count, 12)]

    def _blank(self, directory: int) -> None:
        """Overwrite a directory and all its values."""
        entries, blanked = self._entries(directory), 0
        for entry in entries:
            _, kind, count, value = struct.unpack(self._order + "HHII", entry)
            size = count * _SIZES.get(kind, 1)
            blanked += size
            if blanked > _LARGEST_GPS:
                raise _Malformed
            if size > 4:
                self._zero(value, size)
        self._zero(directory, 2 + 12 * len(entries))

    def _pointers(self, kind: int, count: int, value: int) -> list[int]:
        if count == 1:
            return [value]
        if kind not in (4, 13) or count > _MOST_DIRECTORIES:
            raise _Malformed
        return [self._number("I", value + 4 * index) for index in range(count)]

    def _replace(self, start: int, size: int, tag: int) -> None:
        block = bytes(self._bytes[start : start + size])
        if size > 4:
            clear = iptc.without_location if tag == _IPTC else iptc.resources_without_location
            self._bytes[start : start + len(block)] = clear(block)

    def _zero(self, start: int, size: int) -> None:
        if start + size > len(self._bytes):
            raise _Malformed
        self._bytes[start : start + size] = bytes(size)

    def _number(self, form: str, at: int) -> int:
        try:
            number: int = struct.unpack_from(self._order + form, self._bytes, at)[0]
        except struct.error:
            raise _Malformed from None
        return number


def _only(orientation: int, size: int) -> bytes:
    """EXIF that says this and no more, in so many bytes; where it finds no room, nothing."""
    entry = struct.pack("<HHIHH", _ORIENTATION, 3, 1, orientation if 1 <= orientation <= 8 else 1, 0)
    smallest = b"II*\0\x08\0\0\0\x01\0" + entry + bytes(4)
    return (smallest if len(smallest) <= size else b"").ljust(size, b"\0")
