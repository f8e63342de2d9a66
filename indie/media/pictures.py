"""Reading pictures that may be anything, and making small ones of them. Pillow is used here alone."""

import struct
import threading
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageOps

from indie.media import types
from indie.media.types import MediaType

MAX_PIXELS = 50_000_000
"""The largest picture that is looked at. A file of 7 kB can hold more."""

MAX_DECODED = 3072 * 3072
"""The most pixels that are decoded. WebP takes 15 bytes for each while it does: 140 MB."""

AVATAR = 96
"""Width and height of an avatar, in pixels."""

PORTRAIT = 192
"""Those of the owner's, who is shown larger."""

ONE_AT_A_TIME = threading.Lock()
"""
Held by whoever decodes pixels.
Why: many threads make pictures small, and what one may take is all that there is room for.
"""

_FORMATS = {types.JPEG: "JPEG", types.PNG: "PNG", types.GIF: "GIF", types.WEBP: "WEBP", types.AVIF: "AVIF"}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture of this EXIF orientation upright."""

ON_ITS_SIDE = (5, 6, 7, 8)
"""EXIF orientations whose upright picture is as wide as the stored one is high."""

BROKEN = (
    OSError,
    RuntimeError,
    SyntaxError,
    ValueError,
    struct.error,
    Image.DecompressionBombError,
)
"""What Pillow raises on bytes that only begin like a picture."""

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


@dataclass(frozen=True)
class Picture:
    """width, height: in pixels, as it is seen, its EXIF orientation applied."""

    width: int
    height: int
    type: MediaType


def measure(body: bytes) -> Picture | None:
    """
    How large a picture is seen to be; its pixels are not decoded.

    None for what is no picture, for one above MAX_PIXELS, and for the kinds
    that we can keep but not read (HEIC).
    """
    try:
        with open_image(body) as image:
            width, height = image.size
            if orientation_of(image) in ON_ITS_SIDE:
                width, height = height, width
    except BROKEN:
        return None
    media_type = types.sniff(body[: types.HEAD])
    return Picture(width, height, media_type) if media_type else None


def avatar(body: bytes, side: int = AVATAR) -> bytes:
    """
    A square WebP of `side` pixels from the middle of a picture, of its first frame if it moves.

    Its orientation is applied, its transparency kept, everything else that came
    with it (place, date, camera, comments) left behind.
    Raises ValueError, with a sentence, for what is no picture, is cut short, or
    has more pixels than MAX_DECODED (a JPEG: than MAX_PIXELS).
    """
    try:
        with ONE_AT_A_TIME, open_image(body) as image:
            # Why: a JPEG can be decoded at an eighth of its size, in a fraction of the time and memory.
            image.draft("RGB", (8 * side, 8 * side))
            if image.width * image.height > MAX_DECODED:
                raise ValueError("too many pixels")
            # Why: everything after the decoding is done on few pixels; eight times the width is enough.
            most = min(8 * side, *image.size)
            square = ImageOps.fit(image, (most, most), Image.Resampling.NEAREST)
            orientation = orientation_of(image)
    except BROKEN:
        raise ValueError(
            "This is no picture that can be made small: send a whole JPEG, PNG, GIF, WebP or AVIF"
            f" of at most {MAX_DECODED // 1_000_000} megapixels."
        ) from None
    # Limit: colours are taken for sRGB; those of a wider profile come out a little paler.
    small = ImageOps.fit(square.convert("RGBA" if square.has_transparency_data else "RGB"), (side, side))
    file = BytesIO()
    upright(small, orientation).save(file, "WEBP", quality=82)
    return file.getvalue()


def icon(body: bytes, side: int, ground: str) -> bytes:
    """
    A square PNG of `side` pixels, of a picture that is one of ours.

    ground: the colour that is seen where the picture is transparent, `#rrggbb`.
    """
    with ONE_AT_A_TIME, open_image(body) as image:
        square = ImageOps.fit(image.convert("RGBA"), (side, side))
    whole = Image.new("RGBA", square.size, ground)
    whole.alpha_composite(square)
    file = BytesIO()
    whole.convert("RGB").save(file, "PNG", optimize=True)
    return file.getvalue()


def open_image(body: bytes) -> Image.Image:
    """
    A picture whose pixels are not decoded yet, to be closed by the caller.

    Raises one of BROKEN; ValueError where we know better than Pillow: for other
    kinds and for more pixels than MAX_PIXELS.
    """
    media_type = types.sniff(body[: types.HEAD])
    if media_type not in _FORMATS:
        raise ValueError("not a picture")
    image = Image.open(BytesIO(body), formats=[_FORMATS[media_type]])
    # Why: Pillow itself only warns up to twice its limit.
    if image.width * image.height > MAX_PIXELS:
        raise ValueError("too many pixels")
    return image


def orientation_of(image: Image.Image) -> object:
    """The EXIF orientation, 1 to 8 where the camera kept to the standard; None where it says nothing."""
    try:
        # Why: the method of a PNG decodes all pixels first, to find EXIF behind them.
        return Image.Image.getexif(image).get(ExifTags.Base.Orientation)
    except BROKEN:
        return None


def upright(image: Image.Image, orientation: object) -> Image.Image:
    """The picture as it is to be seen."""
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image
