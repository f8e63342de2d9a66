"""
micropub.rocks' tests of servers, by their numbers: creating (1xx–3xx), querying (6xx), authorizing (8xx).

Black box: requests as its harness sends them, Location as it came, permalinks
read by mf2py. Where the original asks a person to look, the check is the same
by machine. Deviations of ours stand with their tests.
"""

from datetime import datetime
from io import BytesIO

import mf2py
import pytest
from PIL import Image

SUNSET = "https://media.example/sunset.jpg"
CITY = "https://media.example/city-at-night.jpg"


def jpeg(colour):
    """A small JPEG."""
    file = BytesIO()
    Image.new("RGB", (16, 12), colour).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture(autouse=True)
def _media(frozen_web):
    """The host of the suite's pictures."""
    for url, colour in ((SUNSET, "orange"), (CITY, "navy")):
        frozen_web.pages[url] = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n" + jpeg(colour)


@pytest.fixture
def rocks(client, bearer, work):
    return Rocks(client, bearer("create update delete undelete"), work)


class Rocks:
    """The harness: form without Accept, JSON with it, `noauth` where a test says so."""

    def __init__(self, client, auth, work):
        self.client, self.auth, self.work = client, auth, work

    def form(self, body, auth=None):
        headers = self.auth if auth is None else auth
        return self.client.post("/micropub", data=body, content_type="application/x-www-form-urlencoded", headers=headers)

    def json(self, **properties):
        named = {name.replace("_", "-"): values for name, values in properties.items()}
        headers = {**self.auth, "Accept": "application/json"}
        return self.client.post("/micropub", json={"type": ["h-entry"], "properties": named}, headers=headers)

    def get(self, query, auth=None):
        headers = {**(self.auth if auth is None else auth), "Accept": "application/json"}
        return self.client.get(f"/micropub?{query}", headers=headers)

    def created(self, answer):
        """Create-ok: 201 or 202 and a Location. Returns the properties of the permalink's h-entry."""
        assert answer.status_code in (201, 202)
        self.location = answer.headers["Location"]
        page = self.client.get(self.location)
        assert 200 == page.status_code
        self.html = page.text
        (entry,) = [item for item in mf2py.parse(page.text, url=self.location)["items"] if "h-entry" in item["type"]]
        return entry["properties"]

    def source(self):
        answer = self.get(f"q=source&url={self.location}")
        assert 200 == answer.status_code
        return answer.json

    def pictures(self, entry):
        """(URL, alt) of the entry's photos, each of which is there: 200 and a JPEG."""
        self.work()
        found = [photo if isinstance(photo, dict) else {"value": photo} for photo in entry["photo"]]
        for photo in found:
            answer = self.client.get(photo["value"])
            assert (200, "image/jpeg") == (answer.status_code, answer.headers["Content-Type"])
            photo["body"] = answer.data
            answer.close()
        return found


def test_100_create_an_h_entry_post_form_encoded(rocks):
    entry = rocks.created(rocks.form("h=entry&content=Micropub+test+of+creating+a+basic+h-entry"))

    assert "Micropub test of creating a basic h-entry" == entry["content"][0]["value"].strip()


def test_101_create_with_multiple_categories_form_encoded(rocks):
    entry = rocks.created(rocks.form("h=entry&content=Two+categories&category[]=test1&category[]=test2"))

    assert ["test1", "test2"] == entry["category"]


def test_104_create_with_a_photo_referenced_by_url_form_encoded(rocks):
    entry = rocks.created(rocks.form(f"h=entry&content=Nice+sunset+tonight&photo={SUNSET.replace(':', '%3A').replace('/', '%2F')}"))
    (photo,) = rocks.pictures(entry)

    assert jpeg("orange") == photo["body"]


def test_107_create_with_one_category_form_encoded(rocks):
    entry = rocks.created(rocks.form("h=entry&content=One+category&category=test1"))

    assert ["test1"] == entry["category"]


def test_200_create_an_h_entry_post_json(rocks):
    entry = rocks.created(rocks.json(content=["Micropub test of creating an h-entry with a JSON request"]))

    assert "Micropub test of creating an h-entry with a JSON request" == entry["content"][0]["value"].strip()


def test_201_create_with_multiple_categories_json(rocks):
    entry = rocks.created(rocks.json(content=["Two categories"], category=["test1", "test2"]))

    assert ["test1", "test2"] == entry["category"]


def test_202_create_with_html_content_json(rocks):
    entry = rocks.created(rocks.json(content=[{"html": "<p>This post has <b>bold</b> and <i>italic</i> text.</p>"}]))
    html = entry["content"][0]["html"]

    assert "<b>bold</b>" in html
    assert "<i>italic</i>" in html
    assert "&lt;b" not in rocks.html


def test_203_create_with_a_photo_referenced_by_url_json(rocks):
    (photo,) = rocks.pictures(rocks.created(rocks.json(content=["A sunset"], photo=[SUNSET])))

    assert jpeg("orange") == photo["body"]


def test_204_create_with_a_nested_object_json(rocks):
    place = {
        "type": ["h-card"],
        "properties": {
            "name": ["Los Gorditos"],
            "url": ["https://foursquare.example/v/502c4bbde4b06e61e06d1ebf"],
            "latitude": [45.524330801154],
            "longitude": [-122.68068808051],
            "street-address": ["922 NW Davis St"],
            "locality": ["Portland"],
            "region": ["OR"],
            "country-name": ["United States"],
            "postal-code": ["97209"],
        },
    }
    answer = rocks.json(published=["2017-05-31T12:03:36-07:00"], content=["Lunch meeting"], checkin=[place])
    entry = rocks.created(answer)

    assert [place] == rocks.source()["properties"]["checkin"]
    assert datetime.fromisoformat("2017-05-31T12:03:36-07:00") == datetime.fromisoformat(entry["published"][0])


def test_205_create_with_a_photo_with_alt_text_json(rocks):
    sent = [{"value": SUNSET, "alt": "Photo of a sunset"}]
    (photo,) = rocks.pictures(rocks.created(rocks.json(content=["A sunset"], photo=sent)))

    assert "Photo of a sunset" == photo["alt"]
    assert sent == rocks.source()["properties"]["photo"]


def test_206_create_with_multiple_photos_referenced_by_url_json(rocks):
    photos = rocks.pictures(rocks.created(rocks.json(content=["Two photos"], photo=[SUNSET, CITY])))

    assert [jpeg("orange"), jpeg("navy")] == [photo["body"] for photo in photos]


def multipart(*files):
    """The parts h and content, and these files: (part's name, file's name, bytes)."""
    named = {"h": "entry", "content": "Nice sunset tonight"}
    for part, filename, body in files:
        named.setdefault(part, []).append((BytesIO(body), filename))
    return {"data": named, "content_type": "multipart/form-data"}


def test_300_create_with_an_uploaded_photo_multipart(rocks):
    body = multipart(("photo", "sunset.jpg", jpeg("orange")))
    (photo,) = rocks.pictures(rocks.created(rocks.client.post("/micropub", headers=rocks.auth, **body)))

    assert jpeg("orange") == photo["body"]


def test_301_create_with_two_uploaded_photos_multipart(rocks):
    body = multipart(("photo[]", "sunset.jpg", jpeg("orange")), ("photo[]", "city-at-night.jpg", jpeg("navy")))
    photos = rocks.pictures(rocks.created(rocks.client.post("/micropub", headers=rocks.auth, **body)))

    assert [jpeg("orange"), jpeg("navy")] == [photo["body"] for photo in photos]


def is_json_object(answer):
    """As the suite sees it: the media type, and a brace as the very first byte."""
    return "application/json" in answer.headers["Content-Type"] and answer.data[:1] == b"{"


def test_600_configuration_query(rocks):
    answer = rocks.get("q=config")

    assert 200 == answer.status_code
    assert is_json_object(answer)


def test_601_syndication_endpoint_query(rocks):
    """Stricter than the original: every element has a name and a uid."""
    answer = rocks.get("q=syndicate-to")

    assert 200 == answer.status_code
    assert is_json_object(answer)
    assert [] == [to for to in answer.json["syndicate-to"] if not (to["uid"] and to["name"])]


TEXT = "Test of querying the endpoint for the source content"


def test_602_source_query_all_properties(rocks):
    """Stricter than the original: the order of categories is kept, content is a string, there is a type."""
    rocks.created(rocks.json(content=[TEXT], category=["micropub", "test"]))
    source = rocks.source()

    assert ["h-entry"] == source["type"]
    assert ["micropub", "test"] == source["properties"]["category"]
    assert [TEXT] == source["properties"]["content"]


def test_603_source_query_specific_properties(rocks):
    """Stricter than the original: these properties and no other."""
    rocks.created(rocks.json(content=[TEXT], category=["micropub", "test"]))
    wanted = "properties%5B%5D=content&properties%5B%5D=category"
    answer = rocks.get(f"q=source&{wanted}&url={rocks.location}")

    assert 200 == answer.status_code
    assert {"properties": {"content": [TEXT], "category": ["micropub", "test"]}} == answer.json


def test_800_accept_access_token_in_http_header(rocks):
    rocks.created(rocks.form("h=entry&content=Testing+accepting+access+token+in+HTTP+Authorization+header"))


@pytest.fixture
def token(rocks):
    """The token of the suite, bare."""
    return rocks.auth["Authorization"].removeprefix("Bearer ")


def test_801_accept_access_token_in_post_body(rocks, token):
    body = f"h=entry&content=Testing+accepting+access+token+in+post+body&access_token={token}"

    rocks.created(rocks.form(body, auth={}))


def test_802_does_not_store_access_token_property(rocks, token):
    """Stricter than the original: the token stands neither in the source nor on a page."""
    body = f"h=entry&content=Testing+accepting+access+token+in+post+body&access_token={token}"
    rocks.created(rocks.form(body, auth={}))
    source = rocks.source()

    assert "Testing accepting access token in post body" == source["properties"]["content"][0]
    assert "access_token" not in source["properties"]
    assert token not in str(source) + rocks.html + rocks.client.get("/").text


def posts(rocks):
    """The entries of the home page."""
    (feed,) = [item for item in mf2py.parse(rocks.client.get("/").text)["items"] if "h-feed" in item["type"]]
    return feed.get("children", [])


def test_803_rejects_unauthenticated_requests(rocks):
    answer = rocks.form("h=entry&content=Testing+unauthenticated+request", auth={})

    assert (401, "unauthorized") == (answer.status_code, answer.json["error"])
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert [] == posts(rocks)


def test_804_rejects_unauthorized_access_tokens(rocks, bearer):
    """401, as the Recommendation and the suite have it; the living spec has 403 (DESIGN §2)."""
    answer = rocks.form("h=entry&content=Testing+a+request+with+an+unauthorized+access+token", auth=bearer("profile"))

    assert (401, "insufficient_scope") == (answer.status_code, answer.json["error"])
    assert [] == posts(rocks)


def test_805_rejects_multiple_authentication_methods(rocks, token):
    """400. The suite wants another code than the spec in a JSON body, so there is none (DESIGN §2)."""
    body = f"h=entry&content=Testing+multiple+authentication+methods&access_token={token}"
    answer = rocks.form(body)

    assert (400, b"") == (answer.status_code, answer.data)
    assert 'error="invalid_request"' in answer.headers["WWW-Authenticate"]
    assert [] == posts(rocks)
