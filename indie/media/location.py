"""Files as they were sent, but for the place where they were made."""

import re
import zlib
from collections.abc import Callable
from mmap import mmap

from indie.media import boxes, exif, iptc, types, xmp

_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_ALONE = b"\x01\xd8"
"""Markers that no segment follows: TEM and the start of a picture."""

_EXIF, _PHOTOSHOP, _XMP = b"Exif\0", b"Photoshop 3.0\0", b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_BEFORE_MORE = len(_MORE_XMP) + 40
"""Behind the name stand the checksum, the length and the place of the part. XMP 3 (ISO 16684-3) §1.1.3.1."""
_TIFF = re.compile(rb"II\*\0|MM\0\*")

_PACKET = b"XML:com.adobe.xmp"
_TELLING = re.compile(
    rb"Raw profile type (?:exif|app1|xmp|iptc|8bim)|.*(?:location|gps|latitude|longitude)", re.IGNORECASE
)
"""Keywords of a PNG's texts that go: metadata of other formats in hexadecimal digits, and plain places."""

_Edit = Callable[[bytes], bytes]
_Part = tuple[int, int]


def without_location(body: bytes) -> bytes:
    """
    The same file without the place where it was made, as long as before (a PNG may lose chunks).

    Pixels, orientation, date, camera, colour profile and words stay, byte by
    byte. Done for pictures (EXIF, XMP, IPTC; also in the pictures and films that
    phones hang on to a JPEG) and for MP4 and QuickTime (and XMP, in whatever kind of
    file). EXIF that is malformed loses everything but its orientation.
    Never raises, whatever the bytes are; takes time in proportion to their number.
    Limit: tags of WebM, Ogg, FLAC and MP3 are not looked at, nor are makers' own formats.
    """
    match types.sniff(body[: types.HEAD]):
        case types.PNG:
            return _png(body)
        case types.JPEG:
            return xmp.swept(_jpeg(body))
        case types.WEBP:
            return xmp.swept(_webp(body))
        case types.HEIC | types.AVIF:
            return xmp.swept(boxes.without_location(_heif(body)))
        case types.MP4 | types.MOV | types.M4A:
            return xmp.swept(boxes.without_location(body))
    return xmp.swept(body)


def clear(film: mmap) -> None:
    """
    Do what `without_location` does to a film or sound where it lies: it may be too large to be copied.

    What is no film and no sound is left as it is.
    """
    kind = types.sniff(film[: types.HEAD])
    if kind in (types.MP4, types.MOV, types.M4A):
        boxes.clear(film)
    if kind and kind.kind != "photo":
        xmp.sweep(film)


def _jpeg(body: bytes) -> bytes:
    """
    Segment by segment; what follows on the end of the picture may be another one, or a film.

    Exif 3.0 §4.7, CIPA DC-007 (MPF).
    """
    cleared = bytearray(body)
    parts: list[_Part] = []
    at, end_of_first = 0, len(body)
    while match := _MARKER.search(body, at):
        at = match.end()
        marker = match[1][0]
        if marker == 0xD9:
            end_of_first = min(end_of_first, at)
            at = body.find(b"\xff\xd8\xff", at)
            if at < 0:
                break
        elif marker not in _ALONE:
            end = min(at + max(2, int.from_bytes(body[at : at + 2])), len(body))
            if body.startswith(_MORE_XMP, at + 2):
                parts.append((min(at + 2 + _BEFORE_MORE, end), end))
            else:
                _segment(cleared, at + 2, end)
            at = end
    _edit_parts(cleared, parts, xmp.without_location)
    film = body.find(b"ftyp", end_of_first + 4)
    return bytes(cleared) if film < 0 else boxes.without_location(bytes(cleared), film - 4)


def _segment(cleared: bytearray, start: int, end: int) -> None:
    head = bytes(cleared[start : start + len(_XMP)])
    if head.startswith(_EXIF):
        _edit(cleared, start + len(_EXIF) + 1, end, exif.without_location)
    elif head.startswith(_PHOTOSHOP):
        _edit(cleared, start + len(_PHOTOSHOP), end, iptc.resources_without_location)
    elif head.startswith(_XMP):
        _edit(cleared, start + len(_XMP), end, xmp.without_location)


def _webp(body: bytes) -> bytes:
    """WebP Container Specification, "Metadata"."""
    cleared = bytearray(body)
    at = 12
    while at + 8 <= len(body):
        start = at + 8
        end = start + int.from_bytes(body[at + 4 : start], "little")
        if body[at:start].startswith(b"EXIF"):
            _edit_exif(cleared, start, end)
        elif body[at:start].startswith(b"XMP "):
            _edit(cleared, start, end, xmp.without_location)
        at = end + end % 2
    return bytes(cleared)


def _heif(body: bytes) -> bytes:
    cleared = bytearray(body)
    for parts in boxes.exif_items(body):
        if len(parts) == 1:
            _edit_exif(cleared, *parts[0])
        else:
            # Why: nobody writes it so; we need not understand it.
            _edit_parts(cleared, parts, lambda whole: bytes(len(whole)))
    return bytes(cleared)


def _png(body: bytes) -> bytes:
    """PNG 3 §11.3: the chunks eXIf, iTXt with XMP, and what older programs put into texts."""
    written, at = [body[:8]], 8
    while at + 12 <= len(body):
        end = at + 12 + int.from_bytes(body[at : at + 4])
        name, content = body[at + 4 : at + 8], body[at + 8 : end - 4]
        cleared = _chunk(name, content)
        if cleared == content:
            written.append(body[at:end])
        elif cleared is not None:
            checksum = zlib.crc32(name + cleared).to_bytes(4)
            written += [len(cleared).to_bytes(4), name, cleared, checksum]
        at = end
    return b"".join((*written, body[at:]))


def _chunk(name: bytes, content: bytes) -> bytes | None:
    """What a chunk holds, without a place; None if it is to go."""
    if name == b"eXIf":
        cleared = bytearray(content)
        _edit_exif(cleared, 0, len(content))
        return bytes(cleared)
    if name not in (b"tEXt", b"zTXt", b"iTXt"):
        return content
    keyword, _, text = content.partition(b"\0")
    if _TELLING.match(keyword[:80]):
        return None
    if name != b"iTXt" or keyword != _PACKET:
        return content
    # Why: nobody packs XMP, so a packed one is not worth unpacking what may be a bomb.
    return None if text[:1] != b"\0" else keyword + b"\0" + xmp.without_location(text)


def _edit_exif(cleared: bytearray, start: int, end: int) -> None:
    """EXIF behind whatever its container puts before it."""
    header = _TIFF.search(cleared, start, min(end, start + 16))
    _edit(cleared, header.start() if header else start, end, exif.without_location)


def _edit(cleared: bytearray, start: int, end: int, edit: _Edit) -> None:
    cleared[start:end] = edit(bytes(cleared[start:end]))


def _edit_parts(cleared: bytearray, parts: list[_Part], edit: _Edit) -> None:
    """Edit what lies in several places as the one text that it is."""
    whole = edit(b"".join(bytes(cleared[start:end]) for start, end in parts))
    done = 0
    for start, end in parts:
        length = len(cleared[start:end])
        cleared[start : start + length] = whole[done : done + length]
        done += length
