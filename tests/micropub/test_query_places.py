"""`q=geo`: places near a point where the owner has been."""

import pytest


def card(name, latitude, longitude, **more):
    properties = {"name": [name], "latitude": [latitude], "longitude": [longitude]}
    return {"type": ["h-card"], "properties": properties | {key: [value] for key, value in more.items()}}


def labels(answer):
    return [place["label"] for place in answer["places"]]


@pytest.fixture(autouse=True)
def _walks(put):
    """Ghent: a café (twice), a park 500 m north of it, a station 5 km away; a home that is private."""
    put("/1", checkin=[card("Café", 51.05, 3.72, url="https://cafe.example/")])
    put("/2", location=["geo:51.0545,3.72;name=Park"])
    put("/3", checkin=["geo:51.0501,3.72;name=Café"])
    put("/4", location=["geo:51.10,3.72;name=Station"])
    put("/5", location=["geo:51.0501,3.7201"])
    put("/6", location=[card("Home", 51.0502, 3.72)], visibility="private")


def test_those_nearby_come_with_the_nearest_first(ask):
    """Each once, with the coordinates of the last time; without a name it is no place to choose."""
    assert ["Café", "Home", "Park"] == labels(ask("geo", lat="51.05", lon="3.72"))
    assert ["Park", "Home", "Café"] == labels(ask("geo", lat="51.054", lon="3.72"))


def test_a_place_has_what_a_client_shows(ask):
    (place,) = ask("geo", lat="51.0546", lon="3.72", limit="1")["places"]

    assert {"label": "Park", "latitude": 51.0545, "longitude": 3.72} == place


def test_the_url_of_a_venue_comes_too(ask, put):
    put("/7", checkin=[card("Bar", 10, 10, url="https://bar.example/")])

    assert [{"label": "Bar", "latitude": 10, "longitude": 10, "url": "https://bar.example/"}] == ask(
        "geo", lat="10", lon="10"
    )["places"]


def test_the_owner_is_where_a_place_is_very_near(ask):
    assert {"label": "Park", "visibility": "public"} == ask("geo", lat="51.0546", lon="3.72")["geo"]
    assert "geo" not in ask("geo", lat="51.058", lon="3.72")


def test_far_from_all_there_is_none(ask):
    assert {"places": []} == ask("geo", lat="-51", lon="3.72")


def test_private_places_are_for_who_may_see_them(ask):
    """A home is no place to tell to an app that may only post."""
    assert ["Café", "Park"] == labels(ask("geo", lat="51.05", lon="3.72", scope="create"))


def test_the_point_may_be_a_geo_uri(ask):
    assert ["Station"] == labels(ask("geo", uri="geo:51.1,3.72;u=10"))


@pytest.mark.parametrize(
    "wrong", ["", "&lat=1", "&lon=1", "&lat=x&lon=1", "&lat=91&lon=1", "&lat=nan&lon=1", "&uri=geo:x"]
)
def test_400_without_a_point(ask, wrong):
    assert "invalid_request" == ask(raw=f"q=geo{wrong}", status=400)["error"]
