"""What a file is, told by its first bytes: clients name and label their uploads wrongly."""

import re
from dataclasses import dataclass
from typing import Literal

HEAD = 512
"""How many of a file's first bytes `sniff` wants to see."""


@dataclass(frozen=True)
class MediaType:
    """
    name: the media type, without parameters.
    suffix: what the file's name ends in, without the dot; one type, one suffix.
    """

    name: str
    suffix: str
    kind: Literal["photo", "video", "audio", "captions"]


JPEG = MediaType("image/jpeg", "jpg", "photo")
PNG = MediaType("image/png", "png", "photo")
GIF = MediaType("image/gif", "gif", "photo")
WEBP = MediaType("image/webp", "webp", "photo")
AVIF = MediaType("image/avif", "avif", "photo")
HEIC = MediaType("image/heic", "heic", "photo")
MP4 = MediaType("video/mp4", "mp4", "video")
MOV = MediaType("video/quicktime", "mov", "video")
WEBM = MediaType("video/webm", "webm", "video")
OGV = MediaType("video/ogg", "ogv", "video")
MP3 = MediaType("audio/mpeg", "mp3", "audio")
M4A = MediaType("audio/mp4", "m4a", "audio")
OGG = MediaType("audio/ogg", "ogg", "audio")
WAV = MediaType("audio/wav", "wav", "audio")
FLAC = MediaType("audio/flac", "flac", "audio")
VTT = MediaType("text/vtt", "vtt", "captions")

TYPES = (JPEG, PNG, GIF, WEBP, AVIF, HEIC, MP4, MOV, WEBM, OGV, MP3, M4A, OGG, WAV, FLAC, VTT)
"""All that we take. No SVG and no HTML: both run scripts in the site's own name."""

_WEBVTT = re.compile(rb"(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|\Z)")
"""How a file of captions begins (WebVTT §4.1)."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"fLaC", FLAC),
    (b"ID3", MP3),
)
_RIFF = {b"WEBP": WEBP, b"WAVE": WAV}
_OGG = (
    (b"\x01vorbis", OGG),
    (b"OpusHead", OGG),
    (b"Speex   ", OGG),
    (b"\x7fFLAC", OGG),
    (b"\x80theora", OGV),
    (b"fishead\0", OGV),
)
_BRANDS = {
    AVIF: (b"avif", b"avis"),
    HEIC: (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
    M4A: (b"M4A ", b"M4B "),
    MOV: (b"qt  ",),
    MP4: (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V ", b"3gp4"),
}


def sniff(head: bytes) -> MediaType | None:
    """
    The type of the file that begins so; None where it is none of TYPES.

    head: its first HEAD bytes, or all of it.
    """
    for beginning, media_type in _BEGINNINGS:
        if head.startswith(beginning):
            return media_type
    if _WEBVTT.match(head):
        return VTT
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head.startswith(b"OggS"):
        return next((found for codec, found in _OGG if head[28:].startswith(codec)), None)
    if head.startswith(b"\x1aE\xdf\xa3"):
        # Limit: sound alone in WebM (as browsers record it) looks the same from here and counts as film.
        return WEBM if b"webm" in head[:64] else None
    return MP3 if _is_mp3_frame(head) else None


def of_name(name: str) -> MediaType | None:
    """The type of a stored file, by the suffix that its name was given after `sniff`."""
    suffix = name.rpartition(".")[2]
    return next((media_type for media_type in TYPES if media_type.suffix == suffix), None)


def _by_brand(head: bytes) -> MediaType | None:
    """ISO base media (MP4 and its family): the brands, the major one first. ISO 14496-12 §4.3."""
    box = head[8 : int.from_bytes(head[:4])]
    brands = {box[at : at + 4] for at in range(8, len(box), 4)}
    # Why: mif1 says no more than that there is a still picture; the brands beside it say how it is coded.
    major = box[:4] if box[:4] not in (b"mif1", b"msf1") else b""
    for candidates in ({major}, brands):
        for media_type, known in _BRANDS.items():
            if not candidates.isdisjoint(known):
                return media_type
    return None


def _is_mp3_frame(head: bytes) -> bool:
    """An MPEG frame header of layer III whose version, bit rate and sampling rate are not reserved values."""
    bits = int.from_bytes(head[:4])
    synchronised = bits >> 21 == 0x7FF and bits >> 17 & 3 == 1
    return synchronised and bits >> 19 & 3 != 1 and bits >> 12 & 15 not in (0, 15) and bits >> 10 & 3 != 3
