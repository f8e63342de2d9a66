"""Places as URIs: `geo:` with what clients add to it, a name and a page (RFC 5870; `micropub.md` §3, #32)."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from indie.mf2 import links
from indie.mf2.item import Item, nested

EARTH = 6_371_000.0
"""Its radius, in metres."""

_NUMBER = r"-?\d{1,6}(?:\.\d{1,20})?"
_POINT = re.compile(rf"geo:({_NUMBER}),({_NUMBER})(?:,({_NUMBER}))?", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """
    A point on the earth, as it was written.

    latitude, longitude: in degrees, -90 to 90 and -180 to 180; altitude: in metres.
    uncertainty: how far off it may be, in metres.
    """

    latitude: str
    longitude: str
    altitude: str | None = None
    uncertainty: str | None = None
    name: str | None = None
    url: str | None = None

    def to_item(self) -> Item:
        """The same as mf2: an h-geo, or an h-card where it has a name or a page."""
        parts = ("name", "url", "latitude", "longitude", "altitude")
        properties = {part: [value] for part in parts if (value := getattr(self, part)) is not None}
        return Item(("h-card" if self.name or self.url else "h-geo",), properties)


def parse(text: str) -> Place | None:
    """
    Read `geo:LAT,LON[,ALT][;u=…][;name=…][;url=…]`; None for what is no such place.

    Names may have spaces, escapes or neither (Indigenous); a url that is not http is left out.
    """
    point, *rest = text.strip().split(";")
    match = _POINT.fullmatch(point.strip())
    if match is None or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
        return None
    named: dict[str, str] = {}
    last = ""
    for part in rest:
        name, equals, value = part.partition("=")
        if equals and name.strip().isalnum():
            last = name.strip().lower()
            named[last] = value
        elif last:
            # Why: a “;” in a name is one of its own characters, for clients that escape nothing.
            named[last] += f";{part}"
    words = {name: unquote(value).strip() for name, value in named.items()}
    return Place(
        match[1],
        match[2],
        match[3],
        words.get("u") or None,
        words.get("name") or None,
        links.absolute("", words.get("url", "")),
    )


def places(item: Item, name: str) -> Iterator[Place]:
    """The places that a property names, as far as they have coordinates: geo URIs, and h-card, h-adr and h-geo."""
    for value in item.properties.get(name, []):
        inner = nested(value)
        place = _of_item(inner) if inner else parse(value) if isinstance(value, str) else None
        if place:
            yield place


def metres(one: Place, other: Place) -> float:
    """The way between two places over the ground (haversine), to a half of a hundredth of it."""
    here, there = math.radians(float(one.latitude)), math.radians(float(other.latitude))
    north, east = there - here, math.radians(float(other.longitude) - float(one.longitude))
    chord = math.sin(north / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(east / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(chord)))


def _of_item(item: Item) -> Place | None:
    if item.has("latitude") and item.has("longitude"):
        point = parse(f"geo:{item.text('latitude')},{item.text('longitude')}")
    else:
        # Why further inside: a card may keep its coordinates in an h-geo or h-adr of its own.
        point = next((place for inside in ("geo", "location", "adr") for place in places(item, inside)), None)
    return replace(point, name=item.text("name") or point.name, url=item.url("url") or point.url) if point else None
