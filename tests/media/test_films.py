"""How large a film is seen to be."""

import pytest

from indie.media import films
from indie.media.films import Film

UPRIGHT = (1, 0, 0, 0, 1, 0, 0, 0, 1)
TURNED = (0, 1, 0, -1, 0, 0, 0, 0, 1)


def box(name, *parts):
    """A box of ISO base media."""
    inside = b"".join(parts)
    return (8 + len(inside)).to_bytes(4) + name + inside


def track(width, height, turn=UPRIGHT, version=0):
    """A track whose header says how it is seen."""
    before = bytes([version, 0, 0, 3]) + bytes(36 if version == 0 else 48)
    numbers = [*(one << 16 for one in turn), width << 16, height << 16]
    return box(b"trak", box(b"tkhd", before, *(number.to_bytes(4, signed=True) for number in numbers)))


def mp4(*tracks):
    return box(b"ftyp", b"isom\0\0\0\1isom") + box(b"mdat", bytes(99)) + box(b"moov", box(b"mvhd", bytes(100)), *tracks)


def element(name, inside, size=None):
    """An element of EBML; size: as it is written."""
    return bytes.fromhex(name) + (size or (0x08 << 56 | len(inside)).to_bytes(8).replace(b"\x08", b"\x01", 1)) + inside


def webm(*video, size=None):
    head = element("1a45dfa3", element("4282", b"webm"))
    entries = [element("ae", element("e0", inside)) for inside in video]
    return head + element("18538067", element("1654ae6b", b"".join(entries)), size)


def side(name, number):
    return element(name, number.to_bytes(2))


SIZED = side("b0", 640) + side("ba", 360)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (mp4(track(1920, 1080)), Film(1920, 1080)),
        (mp4(track(1920, 1080, version=1)), Film(1920, 1080)),
        # Held upright: a telephone notes that by a turn.
        (mp4(track(1920, 1080, TURNED)), Film(1080, 1920)),
        # Sound has no size.
        (mp4(track(0, 0), track(320, 240)), Film(320, 240)),
        (webm(SIZED), Film(640, 360)),
        # A recording that is not over says of its segment that it goes on to the end.
        (webm(SIZED, size=b"\x01" + b"\xff" * 7), Film(640, 360)),
        (webm(b"", SIZED), Film(640, 360)),
        (webm(SIZED + side("54b0", 480)), Film(480, 360)),
    ],
)
def test_what_the_container_says(body, expected):
    assert expected == films.measure(body)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"OggS" + bytes(100), mp4(), mp4(track(0, 0)), mp4(track(20_000, 10)), webm(), webm(b"\x00"), webm(side("b0", 9)),
        mp4(box(b"trak", box(b"tkhd", b"short"))), b"\x1aE\xdf\xa3" + b"\xff" * 50,
    ],
)  # fmt: skip
def test_none_where_it_cannot_be_told(body):
    assert None is films.measure(body)


def test_cut_anywhere_it_never_raises():
    for body in (mp4(track(1920, 1080)), webm(SIZED)):
        for end in range(len(body)):
            films.measure(body[:end])


def test_a_million_boxes_are_not_looked_at():
    assert None is films.measure(mp4(*[box(b"free")] * 100_000, track(320, 240)))
