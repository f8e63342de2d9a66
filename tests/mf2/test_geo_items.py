"""Places that the properties of an item name, and the way between two."""

import pytest

from indie.mf2 import geo
from indie.mf2.geo import Place
from indie.mf2.item import Item


def card(**properties):
    return {"type": ["h-card"], "properties": {name: [value] for name, value in properties.items()}}


def of(value):
    """The one place that a property with this value names; None for none."""
    found = list(geo.places(Item(("h-entry",), {"location": [value]}), "location"))
    assert len(found) <= 1
    return found[0] if found else None


def place(latitude, longitude, name=None, url=None):
    return Place(latitude, longitude, name=name, url=url)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("geo:51.05,3.72;name=A%20b", place("51.05", "3.72", "A b")),
        (card(name="A", latitude=51.05, longitude="3.72", url="https://a.example/"), place("51.05", "3.72", "A", "https://a.example/")),
        (card(name="A", geo="geo:1,2;name=B;url=https://b.example/"), place("1", "2", "A", "https://b.example/")),
        (card(geo={"type": ["h-geo"], "properties": {"latitude": ["1"], "longitude": ["2"]}}), place("1", "2")),
        (card(name="A", adr={"type": ["h-adr"], "properties": {"geo": ["geo:1,2"]}}), place("1", "2", "A")),
        (card(name="A", location=card(name="B", latitude=1, longitude=2)), place("1", "2", "A")),
    ],
)  # fmt: skip
def test_a_place(value, expected):
    """A `geo:` URI, and the items of microformats, whose own name goes before that of what is in them."""
    assert expected == of(value)


@pytest.mark.parametrize(
    "value",
    ["Ghent", 5, None, {"html": "geo:1,2"}, card(name="A"), card(latitude=1), card(latitude="x", longitude="y"), card(latitude=91, longitude=0)],
)  # fmt: skip
def test_no_place(value):
    """Without coordinates that are on the earth there is none."""
    assert None is of(value)


def test_several_keep_their_order():
    item = Item(("h-entry",), {"location": ["geo:1,2", "Ghent", "geo:3,4"]})

    assert [place("1", "2"), place("3", "4")] == list(geo.places(item, "location"))


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (("51.05", "3.72"), ("51.05", "3.72"), 0),
        (("0", "0"), ("0", "1"), 111_195),
        (("0", "179.5"), ("0", "-179.5"), 111_195),
        (("52.52", "13.405"), ("48.8566", "2.3522"), 877_463),
        (("90", "0"), ("-90", "0"), 20_015_087),
    ],
)
def test_the_way_between_two(one, other, metres):
    """Over the ground, also across the date line."""
    assert metres == round(geo.metres(Place(*one), Place(*other)))
