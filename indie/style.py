"""
What the owner may change of how the site looks: about twenty CSS custom properties, and what keeps them readable.

A colour is one for a light scheme and one for a dark one (`ink`, `ink-dark`). Text that could not be read on the
grounds that it stands on is made darker or lighter, in its own hue, until it can (WCAG 1.4.3, 1.4.11).
"""

import colorsys
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indie.languages import N_

TEXT, EDGE = 4.5, 3.0
"""The contrast of text, and of what only has to be seen."""

SCHEMES = ("light", "dark")

_BRIGHT = 0.179
"""The luminance at which black and white are read equally well."""

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FONTS = re.compile(r'(?:[-\w ]+|"[-\w ]+")(?:, *(?:[-\w ]+|"[-\w ]+"))*', re.ASCII)
_SIZE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)(rem|)")


@dataclass(frozen=True)
class Colour:
    """A colour, as in theme.css. ratio: what it needs against paper, raised and soft; 0 for a ground or ornament."""

    label: str
    light: str
    dark: str
    ratio: float = 0


@dataclass(frozen=True)
class Size:
    """A length or a bare number, as in theme.css, and what it may be."""

    label: str
    default: str
    least: float
    most: float


@dataclass(frozen=True)
class Fonts:
    """A list of font names, as in theme.css."""

    label: str
    default: str


GROUNDS = ("paper", "raised", "soft")

COLOURS = {
    "paper": Colour(N_("Paper"), "#fbfaf6", "#151716"),
    "raised": Colour(N_("Raised paper"), "#f2f1ea", "#1f2220"),
    "soft": Colour(N_("What is marked"), "#dfeeea", "#1b332e"),
    "ink": Colour(N_("Ink"), "#1d1f1e", "#e8e7e1", TEXT),
    "quiet": Colour(N_("Quiet ink"), "#5a605c", "#a3a8a1", TEXT),
    "accent": Colour(N_("Accent"), "#0b6156", "#74cbb8", TEXT),
    "line": Colour(N_("Lines"), "#d9d8cd", "#353935"),
    "edge": Colour(N_("Edges of fields"), "#84887f", "#777d76", EDGE),
}

OTHERS: dict[str, Size | Fonts] = {
    "serif": Fonts(
        N_("Fonts for what people wrote"),
        '"Iowan Old Style", Charter, Georgia, "Noto Serif", "DejaVu Serif Condensed", serif',
    ),
    "sans": Fonts(
        N_("Fonts for the rest"),
        '-apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans Condensed", system-ui, sans-serif',
    ),
    "measure": Size(N_("Widest line"), "41rem", 24, 60),
    "size": Size(N_("Size of text"), "1rem", 1, 1.5),
    "leading": Size(N_("Height of lines"), "1.6", 1.3, 2.2),
    "radius": Size(N_("Round corners"), ".4rem", 0, 2),
    "space": Size(N_("Space between posts"), "2rem", 0.5, 6),
}

DEFAULTS = {
    **{name: one.light for name, one in COLOURS.items()},
    **{f"{name}-dark": one.dark for name, one in COLOURS.items()},
    **{name: one.default for name, one in OTHERS.items()},
}
"""Every property, by name, as it is unless it is set."""


def read(name: str, text: str) -> str:
    """The value of a property, in one form. Raises ValueError, with a sentence, for a name or a text that is none."""
    text = " ".join(text.split())
    if name not in DEFAULTS:
        raise ValueError(f"there is no property “{name[:40]}”; there are {', '.join(DEFAULTS)}")
    kind = OTHERS.get(name)
    if kind is None:
        if not _COLOUR.fullmatch(text.lower()):
            raise ValueError(f"{name}: give a colour such as #0b6156")
        return text.lower()
    if isinstance(kind, Fonts):
        if len(text) > 200 or not _FONTS.fullmatch(text):
            raise ValueError(f"{name}: give names of fonts with commas between them, such as Georgia, serif")
        return text
    return _size(name, text, kind)


def _size(name: str, text: str, kind: Size) -> str:
    unit = "rem" * kind.default.endswith("rem")
    found = _SIZE.fullmatch("0" + text if text.startswith(".") else text)
    if not found or found[2] != unit or not kind.least <= float(found[1]) <= kind.most:
        raise ValueError(f"{name}: give {kind.least:g}{unit} to {kind.most:g}{unit}")
    return f"{float(found[1]):g}{unit}"


def sheet(chosen: Mapping[str, str], scheme: str = "auto") -> str:
    """
    The rule that sets what was chosen, in colours that can be read; "" for nothing.

    scheme: `light` or `dark` for whoever comes, `auto` for what his system says.
    """
    colours = [f"--{name}:light-dark({light},{dark})" for name, (light, dark) in _changed(chosen).items()]
    others = [f"--{name}:{chosen[name]}" for name in OTHERS if name in chosen]
    forced = [f"color-scheme:{scheme}"] if scheme in SCHEMES else []
    rules = ";".join([*forced, *colours, *others])
    return f":root{{{rules}}}\n" if rules else ""


def corrected(chosen: Mapping[str, str]) -> dict[str, str]:
    """Those of the chosen colours, and of the others on the chosen grounds, that are shown in another shade."""
    wanted, shown = {**DEFAULTS, **_derived(chosen)}, readable(chosen)
    return {name: shown[name] for name in shown if shown[name] != wanted[name]}


def readable(chosen: Mapping[str, str]) -> dict[str, str]:
    """Every colour by name, in both schemes, such that text can be read."""
    found = {**DEFAULTS, **_derived(chosen)}
    for ending in ("", "-dark"):
        grounds = [found[name + ending] for name in GROUNDS]
        for name, colour in COLOURS.items():
            if colour.ratio:
                # Why the paper alone for edges: no field stands on another ground.
                against = grounds if colour.ratio == TEXT else grounds[:1]
                found[name + ending] = shade(found[name + ending], against, colour.ratio)
    return {name: found[name] for name in DEFAULTS if name not in OTHERS}


def shade(colour: str, grounds: Iterable[str], ratio: float) -> str:
    """The same hue, as little darker or lighter as makes it stand out from every ground; else black or white."""
    against = list(grounds)
    if all(contrast(colour, ground) >= ratio for ground in against):
        return colour
    hue, light, saturation = colorsys.rgb_to_hls(*_shares(colour))
    bright = sum(map(luminance, against)) / len(against) > _BRIGHT
    steps = range(1, 101)
    for step in steps:
        moved = light * (1 - step / 100) if bright else light + (1 - light) * step / 100
        tried = "#" + "".join(f"{round(share * 255):02x}" for share in colorsys.hls_to_rgb(hue, moved, saturation))
        if all(contrast(tried, ground) >= ratio for ground in against):
            return tried
    return "#000000" if bright else "#ffffff"


def faults(colours: Mapping[str, str]) -> list[str]:
    """What of these colours cannot be read: one sentence each (WCAG 1.4.3)."""
    pairs = [
        (name, ground, colour.ratio)
        for name, colour in COLOURS.items()
        for ground in (GROUNDS if colour.ratio == TEXT else GROUNDS[:1])
        if colour.ratio
    ]
    return [
        f"{name}{ending} {colours[name + ending]} on {ground}{ending} {colours[ground + ending]} has a contrast of "
        f"{contrast(colours[name + ending], colours[ground + ending]):.2f}:1 and needs {ratio:g}:1"
        for ending in ("", "-dark")
        for name, ground, ratio in pairs
        if contrast(colours[name + ending], colours[ground + ending]) < ratio
    ]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on this colour."""
    return "#000" if luminance(colour) > _BRIGHT else "#fff"


def luminance(colour: str) -> float:
    """The relative luminance of a colour `#rrggbb`, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in _shares(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _shares(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _derived(chosen: Mapping[str, str]) -> dict[str, str]:
    """An accent that is chosen for light alone is that of the dark scheme too, as light as it must be there."""
    accent = chosen.get("accent")
    return {"accent-dark": accent, **chosen} if accent else dict(chosen)


def _changed(chosen: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    shown = readable(chosen)
    pairs = {name: (shown[name], shown[f"{name}-dark"]) for name in COLOURS}
    return {name: pair for name, pair in pairs.items() if pair != (COLOURS[name].light, COLOURS[name].dark)}
