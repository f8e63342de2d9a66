"""The job that makes smaller copies of pictures."""

from io import BytesIO

import pytest
from PIL import ExifTags, Image

from indie import files, mirror, times


def picture(size=(1000, 500), kind="JPEG", color="#c81e28", **options):
    file = BytesIO()
    Image.new("RGB", size, color).save(file, kind, **options)
    return file.getvalue()


@pytest.fixture
def keep(store, storage):
    """Take a file in; returns its name."""

    def take(body):
        file = files.read(body)
        files.lay(storage, file)
        with store.write():
            files.add(store, storage, file, times.now())
        return file.medium.name

    return take


def sizes(store, name):
    return [(copy.width, copy.height) for copy in store.media.get(name).renditions]


def test_a_copy_for_each_width_that_is_less_than_its_own(store, keep, work):
    name = keep(picture())
    work()
    assert [(400, 200), (800, 400)] == sizes(store, name)


def test_its_colour_is_known(store, keep, work):
    """Near enough: JPEG is not exact."""
    name = keep(picture())
    work()
    color = bytes.fromhex(store.media.get(name).color.removeprefix("#"))
    assert max(abs(one - other) for one, other in zip(color, bytes.fromhex("c81e28"), strict=True)) < 8


def test_a_small_picture_has_a_colour_and_no_copies(store, keep, work):
    name = keep(picture((300, 200)))
    work()
    assert ([], True) == (sizes(store, name), store.media.get(name).color.startswith("#"))


@pytest.mark.parametrize(("kind", "copied"), [("WEBP", True), ("AVIF", True), ("JPEG", False), ("PNG", False), ("GIF", False)])
def test_a_jpeg_for_who_knows_no_newer_format(store, storage, keep, work, kind, copied):
    """With an address that follows from the picture's (`feeds` FF-6), gone when that is."""
    name = keep(picture((2000, 1000), kind))
    work()
    found = store.media.get(f"{name}.jpg")
    assert copied == (found is not None)
    if found:
        assert ((1600, 800), "image/jpeg", name) == ((found.width, found.height), found.type, found.origin)
        assert [name] == [one.name for one in store.media.uploaded(9)]
        files.delete(store, storage, name)
        assert (None, False) == (store.media.get(found.name), storage.has(found.file))


def test_what_shows_through_is_white_in_it(store, storage, keep, work):
    file = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(file, "WEBP")
    name = keep(file.getvalue())
    work()
    with storage.open(store.media.get(f"{name}.jpg").file) as stored:
        assert (255, 255, 255) == Image.open(BytesIO(stored.read())).getpixel((9, 9))


def test_copies_are_upright(store, keep, work):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    name = keep(picture((1000, 500), exif=exif))
    work()
    assert [(400, 800)] == sizes(store, name)


def test_twice_does_no_harm(store, storage, keep, work):
    """A worker may die after the copies were laid and before they were noted."""
    name = keep(picture())
    work()
    before = store.media.get(name), sorted(storage.list())
    files.render(store, storage, name)
    assert before == (store.media.get(name), sorted(storage.list()))


def test_nothing_is_left_of_a_picture_that_is_gone(store, storage, keep, work):
    """It was deleted before its job ran."""
    files.delete(store, storage, keep(picture()))
    work()
    assert ([], 0) == (sorted(storage.list()), store.jobs.waiting())


@pytest.mark.parametrize(
    "body",
    [picture()[:400], b"fLaC" + b"\0" * 60, b"\0\0\0\x14ftypheic\0\0\0\0heic"],
    ids=["cut short", "sound", "a kind we cannot read"],
)
def test_what_cannot_be_made_small_is_done_with(store, keep, work, body):
    """The job ends, and does not come again."""
    name = keep(body)
    work()
    assert ([], "", 0) == (sizes(store, name), store.media.get(name).color, store.jobs.waiting())


def test_faces_have_none(store, shop, frozen_web, work):
    """They are small already."""
    frozen_web.pages["https://a.example/me.jpg"] = b"HTTP/1.1 200 OK\nContent-Type: image/jpeg\n\n" + picture()
    with store.write():
        name = mirror.want(store, "avatar", "https://a.example/me.jpg", times.now())
    work()
    medium = store.media.get(name)
    assert ("here", (), 96) == (medium.state, medium.renditions, medium.width)


def test_photos_of_others_have(store, frozen_web, work):
    frozen_web.pages["https://a.example/1.jpg"] = b"HTTP/1.1 200 OK\nContent-Type: image/jpeg\n\n" + picture()
    with store.write():
        name = mirror.want(store, "photo", "https://a.example/1.jpg", times.now())
    work()
    assert [(400, 200), (800, 400)] == sizes(store, name)


def test_bytes_that_are_needed_elsewhere_stay(store, storage, keep, frozen_web, work):
    """The same picture came by two ways; one of them is deleted."""
    frozen_web.pages["https://a.example/1.jpg"] = b"HTTP/1.1 200 OK\nContent-Type: image/jpeg\n\n" + picture()
    with store.write():
        other = mirror.want(store, "photo", "https://a.example/1.jpg", times.now())
    name = keep(picture())
    work()
    before = sorted(storage.list())
    files.delete(store, storage, name)
    assert (None, before) == (store.media.get(name), sorted(storage.list()))
    files.delete(store, storage, other)
    assert [] == sorted(storage.list())
