"""What a file is, by its first bytes."""

from io import BytesIO

import pytest
from PIL import Image

from indie.media import types

FTYP = b"\x00\x00\x00\x18ftyp%s\x00\x00\x02\x00%s%s"
OGG_PAGE = b"OggS\x00\x02" + bytes(21) + b"\x1e"

HEADS = {
    "image/heic": FTYP % (b"heic", b"mif1", b"heic"),
    "video/mp4": FTYP % (b"isom", b"iso2", b"avc1"),
    "video/quicktime": FTYP % (b"qt  ", b"qt  ", b"\0\0\0\0"),
    "audio/mp4": FTYP % (b"M4A ", b"mp42", b"isom"),
    "video/webm": b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm",
    "audio/ogg": OGG_PAGE + b"OpusHead\x01\x02",
    "video/ogg": OGG_PAGE + b"\x80theora\x03\x02",
    "audio/mpeg": b"\xff\xfb\x90\x44" + bytes(60),
    "audio/wav": b"RIFF\x24\x08\x00\x00WAVEfmt ",
    "audio/flac": b"fLaC\x00\x00\x00\x22",
}


def picture(kind):
    """The bytes of a small picture as Pillow writes them."""
    file = BytesIO()
    Image.new("RGB", (4, 3)).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp", "avif"])
def test_a_picture_is_known(kind):
    """The pictures that browsers show are known by their own bytes."""
    assert f"image/{kind}" == types.sniff(picture(kind)).name


@pytest.mark.parametrize("name", HEADS)
def test_sound_film_and_heic_are_known(name):
    """The other types that we take are known by the beginning that their formats prescribe."""
    assert name == types.sniff(HEADS[name]).name


def test_mp3_with_tags_is_known():
    """An MP3 often begins with its tags and not with sound."""
    assert types.MP3 == types.sniff(b"ID3\x04\x00\x00\x00\x00\x00\x00")


def test_a_still_of_unsaid_coding_is_told_by_its_other_brands():
    """The major brand mif1 is shared by AVIF and HEIC; a compatible brand decides."""
    assert types.AVIF == types.sniff(FTYP % (b"mif1", b"mif1", b"avif"))


def test_an_unknown_major_brand_is_told_by_its_other_brands():
    """Cameras invent brands; one that says that isom reads it is MP4."""
    assert types.MP4 == types.sniff(FTYP % (b"XAVC", b"mp42", b"iso2"))


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"RIFF\x24\x08\x00\x00AVI LIST",
        b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska",
        FTYP % (b"jp2 ", b"jp2 ", b"jpx "),
        b"\xff\xfe<\x00h\x00t\x00m\x00l\x00",
        b"\xff\xf1\x50\x80" + bytes(60),
        b"\xff\xeb\x90\x44" + bytes(60),
        b"\xff\xfb\x00\x44" + bytes(60),
        b"\xff\xfb\xf0\x44" + bytes(60),
        b"\xff\xfb\x9c\x44" + bytes(60),
        OGG_PAGE + b"PCM     ",
        b"BM\x36\x00\x00\x00",
    ],
)
def test_anything_else_is_none(head):
    """SVG and HTML would run scripts in the site's name; what browsers do not play is of no use."""
    assert types.sniff(head) is None


def test_each_suffix_stands_for_one_type():
    """A stored file has its suffix from its type, and its type from its suffix again."""
    assert list(types.TYPES) == [types.of_name(f"name.{media_type.suffix}") for media_type in types.TYPES]


@pytest.mark.parametrize("name", ["", "name", "name.svg", "name.html"])
def test_a_name_of_ours_alone_has_a_type(name):
    """A name without one of our suffixes has no type, so that nothing is served as HTML."""
    assert types.of_name(name) is None
