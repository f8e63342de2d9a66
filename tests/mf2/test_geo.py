"""Places as URIs."""

import pytest

from indie.mf2 import geo
from indie.mf2.geo import Place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("geo:52.5,13.4", Place("52.5", "13.4")),
        (" GEO:-90,180,12.5 ", Place("-90", "180", "12.5")),
        ("geo:52.5,13.4;u=35", Place("52.5", "13.4", uncertainty="35")),
        ("geo:52.5,13.4;crs=wgs84;u=35", Place("52.5", "13.4", uncertainty="35")),
        ("geo:1,2;name=Café Kotti;url=https://k.example/", Place("1", "2", name="Café Kotti", url="https://k.example/")),
        ("geo:1,2;name=Caf%C3%A9%20Kotti", Place("1", "2", name="Café Kotti")),
        ("geo:1,2;name=This; that;u=3", Place("1", "2", name="This; that", uncertainty="3")),
        ("geo:1,2;url=https://k.example/?a=b", Place("1", "2", url="https://k.example/?a=b")),
        ("geo:1,2;url=javascript:alert(1)", Place("1", "2")),
        ("geo:1,2;name=", Place("1", "2")),
        ("geo:1,2;;flag", Place("1", "2")),
    ],
)
def test_a_point_and_what_is_said_of_it(text, place):
    assert place == geo.parse(text)


@pytest.mark.parametrize("text", ["", "geo:", "geo:1", "geo:a,b", "geo:91,0", "geo:0,180.5", "geo:1e3,2", "geo:nan,1", "https://a.example/", "geo:1,2,3,4"])
def test_what_is_no_place(text):
    assert geo.parse(text) is None


def test_a_point_alone_is_a_geo():
    item = geo.parse("geo:1,2,3").to_item()
    assert (("h-geo",), {"latitude": ["1"], "longitude": ["2"], "altitude": ["3"]}) == (item.type, item.properties)


def test_a_point_with_a_name_is_a_card():
    item = geo.parse("geo:1,2;name=Home").to_item()
    assert (("h-card",), {"name": ["Home"], "latitude": ["1"], "longitude": ["2"]}) == (item.type, item.properties)
