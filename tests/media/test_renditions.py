"""Smaller copies of a picture."""

from concurrent.futures import ThreadPoolExecutor, wait
from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageChops, ImageCms, ImageStat

from indie.media import pictures, renditions

RED, BLUE = (250, 10, 10), (10, 10, 250)
KINDS = ["JPEG", "PNG", "GIF", "WEBP", "AVIF"]


def written(image, kind, **options):
    """The bytes of a picture."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(made, index=-1):
    """One of the renditions, as Pillow reads it."""
    return Image.open(BytesIO(made.files[index].body))


def sizes(made):
    """Width and height of all renditions."""
    return [(one.width, one.height) for one in made.files]


def turned(orientation):
    """The EXIF data of a camera that was held so, somewhere."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    return exif


def halves(size, left=RED, right=BLUE):
    """Two colours side by side."""
    image = Image.new("RGB", size, left)
    image.paste(right, (size[0] // 2, 0, *size))
    return image


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_one_for_each_lesser_width(kind):
    """Pages §5: 400, 800 and 1600 pixels wide, as high as the picture asks for."""
    assert [(400, 300), (800, 600)] == sizes(renditions.make(written(Image.new("RGB", (1000, 750)), kind)))


def test_all_three_of_a_photo():
    """A photo of twelve megapixels has all of them."""
    made = renditions.make(written(Image.new("RGB", (4000, 3000)), "JPEG"))

    assert [(400, 300), (800, 600), (1600, 1200)] == sizes(made)


def test_a_picture_of_just_that_width_needs_none():
    """The file itself serves."""
    assert [(400, 400)] == sizes(renditions.make(written(Image.new("RGB", (800, 800)), "PNG")))


def test_a_small_picture_has_its_colour_alone():
    """Nothing is made larger."""
    assert renditions.Renditions("#fa0a0a", ()) == renditions.make(written(Image.new("RGB", (30, 20), RED), "PNG"))


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_webp_of_that_size(kind):
    """What is said of a rendition is what is in it."""
    made = renditions.make(written(Image.new("RGB", (500, 250)), kind))

    assert ("WEBP", (400, 200)) == (opened(made).format, opened(made).size)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_it_is_upright(kind):
    """A telephone held upright: red is above, and the width is the one that is seen."""
    made = renditions.make(written(halves((1000, 500)), kind, exif=turned(6)))
    above = opened(made).convert("RGB").getpixel((200, 100))

    assert ([(400, 800)], True) == (sizes(made), above[0] > 200)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_metadata_are_left_behind(kind):
    """Place, camera and comments stay with the file."""
    options = {"comment": b"SECRET"} if kind == "JPEG" else {}
    made = renditions.make(written(Image.new("RGB", (500, 500)), kind, exif=turned(1), xmp=b"<x/>", **options))

    assert set() == {"exif", "xmp", "comment"} & opened(made).info.keys()


def test_the_colour_profile_is_kept():
    """So that a wide red stays as red as it was."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = renditions.make(written(Image.new("RGB", (500, 500)), "JPEG", icc_profile=profile))

    assert profile == opened(made).info["icc_profile"]


@pytest.mark.parametrize("profile", [bytes(16) + b"CMYK" + bytes(200), bytes(16) + b"RGB " + bytes(50_000), b"x"])
def test_a_profile_that_would_lie_or_weigh_is_not(profile):
    """The pixels are RGB, and a rendition is small."""
    made = renditions.make(written(Image.new("RGB", (500, 500)), "PNG", icc_profile=profile))

    assert "icc_profile" not in opened(made).info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_every_mode_is_read(mode):
    """Palettes, greys and transparency."""
    assert 1 == len(renditions.make(written(Image.new(mode, (500, 100)), "PNG")).files)


def test_transparency_is_kept():
    """On a dark page too."""
    made = renditions.make(written(Image.new("RGBA", (500, 500), (255, 0, 0, 0)), "PNG"))

    assert 0 == opened(made).getpixel((5, 5))[3]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_what_moves_is_shown_as_it_is(kind):
    """A still copy of an animation is another picture."""
    frames = [Image.new("RGB", (500, 500), colour) for colour in (RED, BLUE)]

    assert renditions.make(written(frames[0], kind, save_all=True, append_images=frames[1:])) is None


@pytest.mark.parametrize("body", [b"", b"<svg/>", b"\xff\xd8\xff\xe0", b"ID3\x04", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"])
def test_what_is_no_picture_has_none(body):
    """Nor have those that Pillow does not read."""
    assert renditions.make(body) is None


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_picture_has_none(kind):
    """What was cut short is not shown half grey."""
    body = written(Image.effect_noise((600, 600), 90).convert("RGB"), kind)

    assert renditions.make(body[: len(body) // 2]) is None


def test_a_bomb_has_none():
    """More pixels than fit into memory are not decoded."""
    assert renditions.make(written(Image.new("1", (4096, 4097)), "PNG")) is None


def test_a_large_jpeg_is_no_bomb():
    """It is decoded at a fraction of its size: 40 megapixels are 10 then."""
    made = renditions.make(written(Image.new("L", (8000, 5000), 90), "JPEG"))

    assert [(400, 250), (800, 500), (1600, 1000)] == sizes(made)


def test_a_roll_that_webp_cannot_hold_is_left_out():
    """WebP ends at 16383 pixels."""
    made = renditions.make(written(Image.new("1", (450, 20_000)), "PNG"), widths=(100, 400))

    assert [(100, 4444)] == sizes(made)


def test_one_is_made_at_a_time():
    """It waits for its turn, as avatars do: there is room in memory for one."""
    with ThreadPoolExecutor() as pool:
        with pictures.ONE_AT_A_TIME:
            made = pool.submit(renditions.make, written(Image.new("RGB", (9, 9)), "PNG"))
            assert not wait([made], timeout=0.2).done
        assert made.result(timeout=60)


def test_turning_it_loses_nothing():
    """A picture on its side is made small as well as the same one upright."""
    noise = Image.effect_noise((900, 600), 90)
    upright, lying = (
        opened(renditions.make(written(image, "PNG", **options))).convert("L")
        for image, options in [(noise.transpose(Image.Transpose.ROTATE_270), {}), (noise, {"exif": turned(6)})]
    )

    assert 6 > ImageStat.Stat(ImageChops.difference(upright, lying)).mean[0]


def test_the_colour_is_the_commonest():
    """Not the mean of all, which nobody would see: two thirds red, a third blue."""
    image = halves((900, 300))
    image.paste(RED, (450, 0, 600, 300))

    assert "#fa0a0a" == renditions.make(written(image, "PNG")).colour


@pytest.mark.parametrize("alpha", [0, 128, 254])
def test_what_is_see_through_has_no_colour(alpha):
    """It would be seen behind the picture for good."""
    image = Image.new("RGBA", (300, 300), (0, 0, 255, 255))
    image.paste((0, 0, 255, alpha), (100, 100, 150, 150))

    assert "" == renditions.make(written(image, "PNG")).colour


def test_transparency_that_nobody_uses_is_none():
    """Pictures of screens have a channel for it, and are solid."""
    assert "#fa0a0a" == renditions.make(written(Image.new("RGBA", (500, 300), (*RED, 255)), "PNG")).colour
