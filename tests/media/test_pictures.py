"""Reading pictures that may be anything, and making avatars of them."""

from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageFile, PngImagePlugin, WebPImagePlugin

from indie.media import pictures, types
from indie.media.pictures import Picture

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 160, 0), (0, 0, 255), (255, 255, 255)
KINDS = ["JPEG", "PNG", "GIF", "WEBP", "AVIF"]


def written(image, kind, **options):
    """The bytes of a picture."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def turned(orientation):
    """The EXIF data of a camera that was held so."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return exif


def quarters(size=(200, 200)):
    """Red at the upper left, green at the upper right, blue at the lower left, white at the lower right."""
    image = Image.new("RGB", (2, 2))
    for place, colour in zip([(0, 0), (1, 0), (0, 1), (1, 1)], [RED, GREEN, BLUE, WHITE], strict=True):
        image.putpixel(place, colour)
    return image.resize(size, Image.Resampling.NEAREST)


def corners(body):
    """The colour that each corner of a picture has, in the order of `quarters`, made plain."""
    image = Image.open(BytesIO(body)).convert("RGB")
    seen = [image.getpixel(place) for place in [(9, 9), (86, 9), (9, 86), (86, 86)]]
    return [min((RED, GREEN, BLUE, WHITE), key=lambda colour: distance(colour, pixel)) for pixel in seen]


def distance(one, other):
    """How unlike two colours are."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_measured(kind):
    """Width and height of every kind that browsers show are known."""
    body = written(Image.new("RGB", (40, 30)), kind)

    assert Picture(40, 30, types.sniff(body)) == pictures.measure(body)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_lying_on_its_side_is_measured_upright(kind):
    """A phone held upright writes a wide picture and an orientation; the measure is the one that is seen."""
    measured = pictures.measure(written(Image.new("RGB", (40, 30)), kind, exif=turned(6)))

    assert (30, 40) == (measured.width, measured.height)


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 0, 9])
def test_other_orientations_change_no_measure(orientation):
    """A picture upside down or mirrored is as wide as it was; so is one with an orientation that is none."""
    measured = pictures.measure(written(Image.new("RGB", (40, 30)), "JPEG", exif=turned(orientation)))

    assert (40, 30) == (measured.width, measured.height)


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_are_not_decoded_to_measure(kind, monkeypatch):
    """To measure a picture takes its first bytes; none of its pixels are asked of Pillow."""
    body = written(quarters(), kind)
    for reader in (ImageFile.ImageFile, PngImagePlugin.PngImageFile, WebPImagePlugin.WebPImageFile):
        monkeypatch.setattr(reader, "load", lambda _self: pytest.fail("Pillow was asked for the pixels"))

    assert 200 == pictures.measure(body).width


def test_a_picture_cut_short_is_measured():
    """A PNG whose pixels are missing is measured all the same."""
    body = written(quarters(), "PNG")

    assert 200 == pictures.measure(body[: body.index(b"IDAT") + 12]).width


@pytest.mark.parametrize("body", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"ID3\x04"])
def test_no_picture_has_no_measure(body):
    """What is no picture, or ends after a picture's first bytes, has no measure."""
    assert pictures.measure(body) is None


def test_heic_has_no_measure():
    """HEIC may be kept, but Pillow does not read it."""
    assert pictures.measure(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic") is None


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(8000, 7000), (60000, 60000)])
def test_a_bomb_has_no_measure(size):
    """A file of a few kB that says that it has more than 50 megapixels is not looked at further."""
    body = written(Image.new("1", (1, 1)), "PNG")
    header = body[:16] + b"".join(side.to_bytes(4) for side in size) + body[24:29]

    assert pictures.measure(header + PngImagePlugin.zlib.crc32(header[12:]).to_bytes(4) + body[33:]) is None


@pytest.mark.parametrize("kind", KINDS)
def test_an_avatar_is_a_small_square_webp(kind):
    """Of every kind of picture a WebP of 96 by 96 pixels is made."""
    image = Image.open(BytesIO(pictures.avatar(written(Image.new("RGB", (400, 300)), kind))))

    assert ("WEBP", (96, 96)) == (image.format, image.size)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_every_mode_becomes_an_avatar(mode):
    """Palettes, greys and transparency are all read."""
    assert types.WEBP == types.sniff(pictures.avatar(written(Image.new(mode, (5, 9)), "PNG")))


def test_a_cmyk_jpeg_becomes_an_avatar():
    """Pictures made for print are read."""
    assert types.WEBP == types.sniff(pictures.avatar(written(Image.new("CMYK", (5, 9)), "JPEG")))


def test_an_avatar_is_cut_from_the_middle():
    """Of a wide picture the middle is kept: what stands at its ends is not seen."""
    image = Image.new("RGB", (900, 300), RED)
    image.paste(quarters((300, 300)), (300, 0))

    assert [RED, GREEN, BLUE, WHITE] == corners(pictures.avatar(written(image, "PNG")))


@pytest.mark.parametrize(
    ("orientation", "seen"),
    [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
    ],
)
def test_an_avatar_is_upright(orientation, seen):
    """Each of EXIF's eight orientations is undone, in the picture itself."""
    body = written(quarters(), "JPEG", exif=turned(orientation), quality=95)

    assert seen == corners(pictures.avatar(body))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_every_kind_is_set_upright(kind):
    """The orientation is undone wherever a format keeps it."""
    assert [BLUE, RED, WHITE, GREEN] == corners(pictures.avatar(written(quarters(), kind, exif=turned(6))))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_metadata_are_left_behind(kind):
    """Where and with what a picture was made is nobody's business."""
    exif = turned(1)
    exif[ExifTags.Base.Make] = "SECRET camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRET text")
    options = {"comment": b"SECRET comment"} if kind == "JPEG" else {"pnginfo": text} if kind == "PNG" else {}
    body = written(quarters(), kind, exif=exif, xmp=b"<x:xmpmeta>SECRET</x:xmpmeta>", icc_profile=b"SECRET", **options)

    image = Image.open(BytesIO(pictures.avatar(body)))
    assert set() == {"exif", "xmp", "icc_profile", "comment"} & image.info.keys()


def test_transparency_is_kept():
    """A cut-out face stays cut out, on a dark page too."""
    image = Image.open(BytesIO(pictures.avatar(written(Image.new("RGBA", (50, 50), (255, 0, 0, 0)), "PNG"))))

    assert 0 == image.getpixel((48, 48))[3]


def test_a_moving_gif_stands_still_at_its_first_frame():
    """Of an animation the first frame is taken, and nothing moves."""
    first, second = Image.new("RGB", (50, 50), RED), Image.new("RGB", (50, 50), BLUE)
    image = Image.open(BytesIO(pictures.avatar(written(first, "GIF", save_all=True, append_images=[second]))))

    assert (1, [RED] * 4) == (getattr(image, "n_frames", 1), corners(written(image, "PNG")))


def test_a_tiny_picture_is_made_larger():
    """One pixel is a picture too."""
    assert [RED] * 4 == corners(pictures.avatar(written(Image.new("RGB", (1, 1), RED), "PNG")))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_cut_short_is_refused(kind):
    """Half a file is a failed transfer, not a half grey face."""
    body = written(Image.effect_noise((200, 200), 90).convert("RGB"), kind)

    with pytest.raises(ValueError, match="send a whole"):
        pictures.avatar(body[: len(body) // 2])


def test_an_avif_without_its_picture_is_refused():
    """Pillow says with an error of its own that the main item of an AVIF is missing."""
    body = written(quarters(), "AVIF").replace(b"pitm", b"free")

    with pytest.raises(ValueError, match="no picture"):
        pictures.avatar(body)


@pytest.mark.parametrize("body", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"BM6\0\0\0"])
def test_what_is_no_picture_is_refused(body):
    """Formats that nobody needs (EPS starts another program) are not even tried."""
    with pytest.raises(ValueError, match="no picture"):
        pictures.avatar(body)


def test_a_bomb_is_refused():
    """More pixels than fit into memory are refused before they are decoded."""
    with pytest.raises(ValueError, match="at most 9 megapixels"):
        pictures.avatar(written(Image.new("1", (4096, 4097)), "PNG"))


def test_a_large_photo_is_no_bomb():
    """A phone's JPEG of 20 megapixels is decoded at a smaller size, so it is taken."""
    body = written(Image.new("RGB", (5000, 4000), GREEN), "JPEG")

    assert [GREEN] * 4 == corners(pictures.avatar(body))
