"""Copies of a picture: smaller ones for pages on small screens, and a JPEG for who knows no newer format."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from indie.media import pictures

WIDTHS = (400, 800, 1600)
"""In pixels: a telephone, a column of text, the same on a screen of twice the density."""

_NEW = ("WEBP", "AVIF")
"""Formats that not every reader of feeds takes (`feeds` FF-6)."""

_HIGHEST = 16383
"""What WebP can hold, in pixels."""

_LARGEST_PROFILE = 16 * 1024
"""In bytes. Display P3 has 548; those of scanners and printers have hundreds of thousands."""

_SWATCH = 32
"""Width and height of the picture that the dominant colour is looked for in."""


@dataclass(frozen=True)
class Rendition:
    """width, height: in pixels; body: a WebP, of `Renditions.jpeg` a JPEG."""

    width: int
    height: int
    body: bytes


@dataclass(frozen=True)
class Renditions:
    """
    colour: the dominant one as "#rrggbb", to be seen until the picture is there; "" where something shows through.
    files: the narrowest first; none where the picture is no wider than the least of the widths.
    jpeg: the same picture for who takes no WebP and no AVIF, at most as wide as the greatest of the widths;
    None where it is of an older format itself.
    """

    colour: str
    files: tuple[Rendition, ...]
    jpeg: Rendition | None = None


def make(body: bytes, widths: Iterable[int] = WIDTHS) -> Renditions | None:
    """
    A WebP for each of `widths` that is less than the picture's own, upright, its dominant colour, and a JPEG.

    Of what came with the picture only its colour profile is kept.
    None for what is to be shown as it is: pictures that move, are no pictures,
    are cut short, or have more pixels than pictures.MAX_DECODED (a JPEG: once
    it is decoded at the smallest size that the widths need).
    """
    try:
        with pictures.ONE_AT_A_TIME, pictures.open_image(body) as image:
            return None if getattr(image, "is_animated", False) else _made(image, widths)
    except pictures.BROKEN:
        return None


def _made(image: Image.Image, widths: Iterable[int]) -> Renditions | None:
    widths, new = sorted(widths), image.format in _NEW
    orientation = pictures.orientation_of(image)
    lies = orientation in pictures.ON_ITS_SIDE
    width, height = image.size[::-1] if lies else image.size
    sizes = [(wanted, max(1, round(height * wanted / width))) for wanted in widths if wanted < width]
    sizes = [size for size in sizes if size[1] <= _HIGHEST]
    largest = sizes[-1] if sizes else (min(width, _SWATCH), min(height, _SWATCH))
    if new and width <= widths[-1]:
        largest = (width, height)
    stored = largest[::-1] if lies else largest
    image.draft("RGB", stored)
    if image.width * image.height > pictures.MAX_DECODED:
        return None
    profile = _profile(image)
    pixels = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small = pictures.upright(pixels.resize(stored, Image.Resampling.LANCZOS, reducing_gap=3), orientation)
    files = [_written(small.resize(size, Image.Resampling.LANCZOS), profile) for size in sizes]
    return Renditions(_colour(small), tuple(files), _jpeg(small, profile) if new else None)


def _profile(image: Image.Image) -> bytes | None:
    """
    The colours that the pixels mean; None for sRGB.

    Limit: those of print (CMYK) and of very large profiles are taken for sRGB.
    """
    profile = image.info.get("icc_profile")
    whole = isinstance(profile, bytes) and len(profile) <= _LARGEST_PROFILE and profile[16:20] == b"RGB "
    return profile if whole else None


def _written(image: Image.Image, profile: bytes | None) -> Rendition:
    file = BytesIO()
    image.save(file, "WEBP", quality=80, icc_profile=profile or b"")
    return Rendition(image.width, image.height, file.getvalue())


def _jpeg(image: Image.Image, profile: bytes | None) -> Rendition:
    """What shows through shows white."""
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    file = BytesIO()
    image.save(file, "JPEG", quality=85, progressive=True, icc_profile=profile or b"")
    return Rendition(image.width, image.height, file.getvalue())


def _colour(image: Image.Image) -> str:
    """The middle of the commonest of 512 neighbourhoods of colour; "" where it would stay to be seen behind."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255):
        return ""
    swatch = image.convert("RGB").resize((_SWATCH, _SWATCH), Image.Resampling.BOX).tobytes()
    seen = [swatch[at : at + 3] for at in range(0, len(swatch), 3)]
    common = Counter(_neighbourhood(pixel) for pixel in seen).most_common(1)[0][0]
    chosen = [pixel for pixel in seen if _neighbourhood(pixel) == common]
    return "#" + "".join(f"{round(sum(channel) / len(chosen)):02x}" for channel in zip(*chosen, strict=True))


def _neighbourhood(pixel: bytes) -> tuple[int, ...]:
    return tuple(value >> 5 for value in pixel)
