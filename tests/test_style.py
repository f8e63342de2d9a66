"""What can be changed of the look, and that it can be read whatever was chosen (WCAG 1.4.3)."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie import style

CSS = (Path(style.__file__).parent / "site/static/theme.css").read_text()
COLOUR = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize("name", style.COLOURS)
def test_a_colour_is_the_one_of_the_sheet(name):
    light, dark = re.search(rf"--{name}: light-dark\((#\w{{6}}), (#\w{{6}})\)", CSS).groups()
    assert (light, dark) == (style.COLOURS[name].light, style.COLOURS[name].dark)


@pytest.mark.parametrize("name", style.OTHERS)
def test_another_property_is_the_one_of_the_sheet(name):
    assert style.OTHERS[name].default == re.search(rf"--{name}: ([^;\n]+)", CSS)[1]


@pytest.mark.parametrize("name", style.DEFAULTS)
def test_a_default_can_be_read(name):
    assert style.read(name, style.DEFAULTS[name])


@pytest.mark.parametrize("name", [*style.COLOURS, *style.OTHERS])
def test_the_sheet_uses_it(name):
    assert f"var(--{name})" in CSS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("accent", text) for text in ("red", "#fff", "#0b6156; x: y", "", "url(//evil.example)")),
        *(("serif", text) for text in ("a;b", "x}", "url(x)", '"', "a,,b", "a" * 201, "\\66")),
        *(("measure", text) for text in ("41", "1rem", "99rem", "41px", "calc(1rem)", "-41rem", "1e9rem")),
        ("leading", "1.6rem"),
        ("nothing", "#0b6156"),
    ],
)
def test_what_cannot_be(name, text):
    with pytest.raises(ValueError, match=r"."):
        style.read(name, text)


def test_what_was_not_changed_is_not_said():
    assert "" == style.sheet({})
    assert ":root{--radius:1rem}\n" == style.sheet({"radius": "1rem"})


def test_an_accent_for_the_light_is_one_for_the_dark_too():
    """Of the same hue, as light as it must be to be read there."""
    found = style.readable({"accent": "#7a0014"})
    assert "#7a0014" == found["accent"]
    assert style.contrast(found["accent-dark"], style.COLOURS["paper"].dark) >= 4.5
    assert int(found["accent-dark"][1:3], 16) > int(found["accent-dark"][3:5], 16)


def test_a_colour_that_can_be_read_stays():
    assert {} == style.corrected({"accent": "#7a0014", "accent-dark": "#ffaaaa"})


@given(COLOUR, COLOUR)
def test_any_accent_can_be_read(light, dark):
    found = style.readable({"accent": light, "accent-dark": dark})
    assert [] == style.faults(found)


@given(COLOUR, st.booleans())
def test_any_paper_has_an_ink(paper, dark):
    """Where all three grounds are alike."""
    ending = "-dark" * dark
    assert [] == style.faults(style.readable({f"{name}{ending}": paper for name in style.GROUNDS}))


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#777777", "#0b6156"])
def test_ink_on_any_ground(colour):
    ink = {"#000": "#000000", "#fff": "#ffffff"}[style.ink_on(colour)]
    assert style.contrast(ink, colour) >= 4.5
