"""
micropub.rocks' 36 tests of servers, by their numbers, over HTTP at a live site.

Black box: the requests are those of the suite's harness, to the header; the Location is taken as it came;
permalinks are read by mf2py. Where the original asks a person to look, the check is the same by machine.
What the suite does not ask, and we do, stands with the test or beside it as `test_NNN_own_…`.
"""

import json
import mimetypes
import re
from datetime import datetime
from functools import cache
from io import BytesIO
from urllib.parse import quote

import mf2py
import pytest
from PIL import Image

from tests.live.running import PATIENCE, people, until

NUMBERS = """
100 101 104 107
200 201 202 203 204 205 206
300 301
400 401 402 403 404 405
500 501 502 503
600 601 602 603
700 701 702
800 801 802 803 804 805
"""

SCOPE = "create update delete undelete"
"""What the suite asks for when it logs in."""

LARGEST = 2_375_239
"""Bytes of the GIF of test 702."""


def test_all_36_are_here():
    """Each number has just one test, those of our own aside."""
    tests = [name for name in globals() if re.match(r"test_\d{3}_(?!own_)", name)]

    assert 36 == len(tests)
    assert NUMBERS.split() == sorted(name.split("_")[1] for name in tests)


class Rocks:
    """
    The harness. Form and multipart go without Accept, JSON and queries with it; no redirect is followed.

    Every request carries the suite's token, unless another is named; "" is none.
    endpoint: the Micropub endpoint that the home page advertises.
    """

    def __init__(self, site, token, media):
        self.home, self.token, self.media, self.http = site.home, token, media, site.visitor()
        self.http.headers.update({"User-Agent": "GuzzleHttp/6.5.5 curl/7.64.0 PHP/7.3", "Accept": None})
        self.endpoint = mf2py.parse(self.page(self.home), url=self.home)["rels"]["micropub"][0]

    def form(self, body, token=None):
        return self._send("POST", self.endpoint, token, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def json(self, body):
        """One line, with the runs of spaces that are left when the newlines are stripped out."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return self._send("POST", self.endpoint, None, json.dumps(body, indent=4).replace("\n", ""), headers)

    def get(self, query):
        mark = "&" if "?" in self.endpoint else "?"
        return self._send("GET", f"{self.endpoint}{mark}{query}", headers={"Accept": "application/json"})

    def multipart(self, endpoint, files, **fields):
        """Files: (part's name, file's name, bytes); the type of each is guessed from its name."""
        parts = [(part, (name, body, mimetypes.guess_type(name)[0])) for part, name, body in files]
        return self._send("POST", endpoint, data=fields, files=parts)

    def _send(self, method, url, token=None, data=None, headers=None, files=None):
        token = self.token if token is None else token
        headers = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        return self.http.request(
            method, url, data=data, headers=headers, files=files, allow_redirects=False, timeout=PATIENCE
        )

    def read(self, url):
        """What anybody gets at an address; redirects are followed."""
        return self.http.get(url, timeout=PATIENCE)

    def page(self, url):
        """The HTML of a page that is there."""
        answer = self.read(url)
        assert 200 == answer.status_code
        return answer.text

    def entry(self, url):
        """The properties of the h-entry that is a page's one item."""
        (item,) = mf2py.parse(doc=self.page(url), url=url, html_parser="lxml")["items"]
        assert "h-entry" in item["type"]
        return item["properties"]

    def posts(self):
        """Where the entries of the home page have their permalinks."""
        items = mf2py.parse(doc=self.page(self.home), url=self.home, html_parser="lxml")["items"]
        (feed,) = [item for item in items if "h-feed" in item["type"]]
        return [entry["properties"]["url"][0] for entry in feed.get("children", [])]

    def query(self, query):
        """The object that answers a query."""
        answer = self.get(query)
        assert 200 == answer.status_code
        assert isinstance(seen(answer), dict)
        return seen(answer)

    def source(self, url, chosen=""):
        return self.query(f"q=source{chosen}&url={quote(url, safe='')}")

    def create(self, **properties):
        """Make a post by JSON; returns its Location."""
        named = {name.replace("_", "-"): values for name, values in properties.items()}
        return created(self.json({"type": ["h-entry"], "properties": named}))

    def update(self, url, **change):
        return self.json({"action": "update", "url": url, **change})

    def picture(self, name, body):
        """A new URL of a picture, on a host of other people."""
        path = f"/{len(self.media.pages)}/{name}"
        self.media.pages[path] = (200, {"Content-Type": "image/jpeg"}, body)
        return f"{self.media.home.rstrip('/')}{path}"

    def photos(self, url):
        """The photos that a post shows, as {"value": …, "alt": …}; each is there, on the site itself, as a JPEG."""
        found = self.entry(url)["photo"]
        for photo in found:
            assert photo["value"].startswith(self.home)
            got = until(lambda where=photo["value"]: (answer := self.read(where)).status_code == 200 and answer)
            assert "image/jpeg" == got.headers["Content-Type"]
            photo["body"] = got.content
        return found


def seen(answer):
    """The JSON, as the suite sees it: by the media type, and a brace as the very first byte. Else None."""
    is_json = re.search("application/json", answer.headers.get("Content-Type", "")) and answer.content[:1] == b"{"
    return answer.json() if is_json else None


def created(answer):
    """Create-ok: returns the Location. The suite takes 202 too; ours is there when it is answered."""
    assert 201 == answer.status_code, answer.text
    assert answer.headers["Location"]
    return answer.headers["Location"]


def done(answer):
    """Updated, deleted or undeleted: 204. The suite takes 200 too, and 201 with a Location."""
    assert (204, b"") == (answer.status_code, answer.content)


def text(entry):
    """The text of an entry's content."""
    return entry["content"][0]["value"].strip()


@cache
def picture(kind, size):
    """A picture of noise: nothing makes it small. The same one each time."""
    file = BytesIO()
    Image.effect_noise(size, 80).save(file, kind)
    return file.getvalue()


def sunset():
    return picture("JPEG", (640, 480))


def city_at_night():
    return picture("JPEG", (480, 640))


@cache
def w3c_socialwg():
    """A GIF as large as that of the suite, to the byte: a comment fills it up (GIF89a §24)."""
    body = picture("GIF", (1500, 1100)).removesuffix(b";")
    blocks, rest = divmod(LARGEST - len(body) - 4, 256)
    assert blocks > 0, "make the picture smaller"
    filling = (b"\xff" + b"c" * 255) * blocks + (bytes([rest - 1]) + b"c" * (rest - 1) if rest > 1 else b"")
    whole = body + b"\x21\xfe" + filling + b"\0;"
    return whole + b"\0" * (LARGEST - len(whole))


@pytest.fixture(scope="module")
def site(tmp_path_factory, hosting):
    """The site as its owner runs it; it may fetch from this machine."""
    with hosting(tmp_path_factory.mktemp("site") / "data") as made:
        made.owner()
        yield made.start()


@pytest.fixture(scope="module")
def mint(site):
    """`mint("create")` is a token with just these scopes, from the owner's command line."""

    def token(scope):
        ran = site.command("token", "--scope", scope)
        assert 0 == ran.returncode, ran.stderr
        return ran.stdout.splitlines()[-1]

    return token


@pytest.fixture(scope="module")
def rocks(site, mint):
    with people("127.0.0.2") as (media,):
        harness = Rocks(site, mint(SCOPE), media)
        yield harness
        harness.http.close()


def test_100_create_an_h_entry_by_form(rocks):
    url = created(rocks.form("h=entry&content=Micropub+test+of+creating+a+basic+h-entry"))

    assert "Micropub test of creating a basic h-entry" == text(rocks.entry(url))


def test_101_create_with_several_categories_by_form(rocks):
    url = created(rocks.form("h=entry&content=Two+categories,+by+a+form&category[]=test1&category[]=test2"))

    assert ["test1", "test2"] == rocks.entry(url)["category"]


def test_104_create_with_a_photo_by_its_url_by_form(rocks):
    photo = quote(rocks.picture("sunset.jpg", sunset()), safe="")
    url = created(rocks.form(f"h=entry&content=Nice+sunset+tonight&photo={photo}"))

    assert [sunset()] == [photo["body"] for photo in rocks.photos(url)]


def test_107_create_with_one_category_by_form(rocks):
    url = created(rocks.form("h=entry&content=One+category,+by+a+form&category=test1"))

    assert ["test1"] == rocks.entry(url)["category"]


def test_200_create_an_h_entry_by_json(rocks):
    url = rocks.create(content=["Micropub test of creating an h-entry with a JSON request"])

    assert "Micropub test of creating an h-entry with a JSON request" == text(rocks.entry(url))


def test_201_create_with_several_categories_by_json(rocks):
    url = rocks.create(content=["Two categories, by JSON"], category=["test1", "test2"])

    assert ["test1", "test2"] == rocks.entry(url)["category"]


def test_202_create_with_html_content_by_json(rocks):
    """HTML, not escaped."""
    url = rocks.create(content=[{"html": "<p>This post has <b>bold</b> and <i>italic</i> text.</p>"}])
    html = rocks.entry(url)["content"][0]["html"]

    assert "<b>bold</b>" in html
    assert "<i>italic</i>" in html
    assert "&lt;b" not in rocks.page(url)


def test_203_create_with_a_photo_by_its_url_by_json(rocks):
    url = rocks.create(content=["A sunset, by JSON"], photo=[rocks.picture("sunset.jpg", sunset())])

    assert [sunset()] == [photo["body"] for photo in rocks.photos(url)]


def test_204_create_with_a_nested_object_by_json(rocks):
    """It is kept whole, with its numbers; and the time is the one that was sent."""
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
    published = "2017-05-31T12:03:36-07:00"
    url = rocks.create(published=[published], content=["Lunch meeting"], checkin=[place])

    assert [place] == rocks.source(url)["properties"]["checkin"]
    assert datetime.fromisoformat(published) == datetime.fromisoformat(rocks.entry(url)["published"][0])


def test_205_create_with_a_photo_with_alt_text_by_json(rocks):
    """The text stands on the page and, with the photo's URL as it was sent, in the source."""
    sent = [{"value": rocks.picture("sunset.jpg", sunset()), "alt": "Photo of a sunset"}]
    url = rocks.create(content=["A sunset, in words too"], photo=sent)

    assert ["Photo of a sunset"] == [photo["alt"] for photo in rocks.photos(url)]
    assert sent == rocks.source(url)["properties"]["photo"]


def test_206_create_with_several_photos_by_their_urls_by_json(rocks):
    """In their order."""
    sent = [rocks.picture("sunset.jpg", sunset()), rocks.picture("city-at-night.jpg", city_at_night())]
    url = rocks.create(content=["Two photos"], photo=sent)

    assert [sunset(), city_at_night()] == [photo["body"] for photo in rocks.photos(url)]


def test_300_create_with_an_uploaded_photo(rocks):
    files = [("photo", "sunset.jpg", sunset())]
    url = created(rocks.multipart(rocks.endpoint, files, h="entry", content="Nice sunset, uploaded"))

    assert [sunset()] == [photo["body"] for photo in rocks.photos(url)]


def test_301_create_with_two_uploaded_photos(rocks):
    """In their order."""
    files = [("photo[]", "sunset.jpg", sunset()), ("photo[]", "city-at-night.jpg", city_at_night())]
    url = created(rocks.multipart(rocks.endpoint, files, h="entry", content="Two photos, uploaded"))

    assert [sunset(), city_at_night()] == [photo["body"] for photo in rocks.photos(url)]


def test_400_replace_a_property(rocks):
    url = rocks.create(content=["This is the first version of the post."])
    done(rocks.update(url, replace={"content": ["This is the second version."]}))

    assert "This is the second version." == text(rocks.entry(url))
    assert ["This is the second version."] == rocks.source(url)["properties"]["content"]


def test_401_add_a_value_to_a_property(rocks):
    url = rocks.create(content=["A post with one category."], category=["test1"])
    done(rocks.update(url, add={"category": ["test2"]}))

    assert ["test1", "test2"] == rocks.entry(url)["category"] == rocks.source(url)["properties"]["category"]


def test_402_add_a_property(rocks):
    url = rocks.create(content=["A post without a category."])
    done(rocks.update(url, add={"category": ["test1"]}))

    assert ["test1"] == rocks.entry(url)["category"] == rocks.source(url)["properties"]["category"]


def test_403_remove_a_value(rocks):
    url = rocks.create(content=["A post that loses one category."], category=["test1", "test2"])
    done(rocks.update(url, delete={"category": ["test2"]}))

    assert ["test1"] == rocks.entry(url)["category"] == rocks.source(url)["properties"]["category"]


def test_404_remove_a_property(rocks):
    url = rocks.create(content=["A post that loses all categories."], category=["test1", "test2"])
    done(rocks.update(url, delete=["category"]))

    assert "category" not in rocks.entry(url)
    assert "category" not in rocks.source(url)["properties"]


def test_405_reject_an_operation_that_is_no_list(rocks):
    """Own: and the post is as it was, to the byte."""
    url = rocks.create(content=["This must stay."])
    before = (rocks.source(url), rocks.page(url))
    answer = rocks.update(url, replace="This is not a valid update.")

    assert (400, "invalid_request") == (answer.status_code, seen(answer)["error"])
    assert before == (rocks.source(url), rocks.page(url))


def test_500_delete_by_form(rocks):
    """410, and it is nowhere on the home page."""
    url = created(rocks.form("h=entry&content=To+be+deleted+by+a+form"))
    assert url in rocks.posts()
    done(rocks.form(f"action=delete&url={url}"))

    assert 410 == rocks.read(url).status_code
    assert url not in rocks.page(rocks.home)


def test_501_delete_by_json(rocks):
    """410, and it is nowhere on the home page."""
    url = rocks.create(content=["To be deleted by JSON"])
    assert url in rocks.posts()
    done(rocks.json({"action": "delete", "url": url}))

    assert 410 == rocks.read(url).status_code
    assert url not in rocks.page(rocks.home)


def test_502_undelete_by_form(rocks):
    """Own: the same page and source, to the byte, and it is back on the home page."""
    url = created(rocks.form("h=entry&content=To+be+undeleted+by+a+form"))
    before = (rocks.source(url), rocks.page(url))
    done(rocks.form(f"action=delete&url={url}"))
    done(rocks.form(f"action=undelete&url={url}"))

    assert before == (rocks.source(url), rocks.page(url))
    assert url in rocks.posts()


def test_503_undelete_by_json(rocks):
    """Own: the same page and source, to the byte, and it is back on the home page."""
    url = rocks.create(content=["To be undeleted by JSON"])
    before = (rocks.source(url), rocks.page(url))
    done(rocks.json({"action": "delete", "url": url}))
    done(rocks.json({"action": "undelete", "url": url}))

    assert before == (rocks.source(url), rocks.page(url))
    assert url in rocks.posts()


def test_600_configuration_query(rocks):
    """An object. Own: nothing in it is null."""
    assert "null" not in json.dumps(rocks.query("q=config"))


def test_601_syndication_endpoint_query(rocks):
    """An array; it is empty as long as the owner has named no places."""
    assert [] == rocks.query("q=syndicate-to")["syndicate-to"]


def test_601_own_every_element_has_a_uid_and_a_name(site, rocks):
    """Not the first alone; and a service has a name."""
    service = {"name": "S"}
    targets = [{"uid": "a", "name": "A", "service": service}, {"uid": "b", "name": "B"}]
    assert 0 == site.command("prefer", "syndicate_to", json.dumps(targets)).returncode
    try:
        found = rocks.query("q=syndicate-to")["syndicate-to"]
    finally:
        assert 0 == site.command("prefer", "syndicate_to", "").returncode

    assert [("a", "A"), ("b", "B")] == [(target["uid"], target["name"]) for target in found]
    assert "S" == found[0]["service"]["name"]


CONTENT = "Test of querying the endpoint for the source content"


def test_602_source_query_of_all_properties(rocks):
    """Own: both categories in their order, the content a string, and the type is there."""
    source = rocks.source(rocks.create(content=[CONTENT], category=["micropub", "test"]))

    assert ["h-entry"] == source["type"]
    assert ["micropub", "test"] == source["properties"]["category"]
    assert [CONTENT] == source["properties"]["content"]


def test_603_source_query_of_specific_properties(rocks):
    """Own: these properties and no other."""
    url = rocks.create(content=[CONTENT], category=["micropub", "test"])
    source = rocks.source(url, "&properties%5B%5D=content&properties%5B%5D=category")

    assert {"properties": {"content": [CONTENT], "category": ["micropub", "test"]}} == source


def uploads(rocks, name, body):
    """
    Upload a file to the media endpoint and get it as anybody: its type is exactly what it was.

    Own: and it is what was sent, to the last byte.
    """
    endpoint = rocks.query("q=config")["media-endpoint"]
    answer = rocks.multipart(endpoint, [("file", name, body)])
    assert 201 == answer.status_code, answer.text
    assert answer.headers["Location"].startswith(rocks.home)

    got = rocks.read(answer.headers["Location"])
    assert (200, mimetypes.guess_type(name)[0]) == (got.status_code, got.headers["Content-Type"])
    assert body == got.content


def test_700_upload_a_jpeg(rocks):
    uploads(rocks, "sunset.jpg", sunset())


def test_700_own_the_media_endpoint_is_an_absolute_url(rocks):
    assert f"{rocks.home}micropub/media" == rocks.query("q=config")["media-endpoint"]


def test_701_upload_a_png(rocks):
    uploads(rocks, "micropub-rocks.png", picture("PNG", (320, 320)))


def test_702_upload_a_gif(rocks):
    uploads(rocks, "w3c-socialwg.gif", w3c_socialwg())


def test_702_own_the_gif_is_as_large_as_theirs():
    """Or the test above would prove nothing about limits."""
    assert LARGEST == len(w3c_socialwg())


def test_800_accept_a_token_in_the_header(rocks):
    url = created(rocks.form("h=entry&content=Testing+accepting+access+token+in+HTTP+Authorization+header"))

    assert "Testing accepting access token in HTTP Authorization header" == text(rocks.entry(url))


IN_BODY = "Testing accepting access token in post body"


def test_801_accept_a_token_in_the_body(rocks):
    url = created(rocks.form(f"h=entry&content={IN_BODY.replace(' ', '+')}&access_token={rocks.token}", token=""))

    assert IN_BODY == text(rocks.entry(url))


def test_802_the_token_is_not_stored(rocks):
    """Own: it stands neither in the source nor on a page."""
    url = created(rocks.form(f"h=entry&content={IN_BODY.replace(' ', '+')}&access_token={rocks.token}", token=""))
    source = rocks.source(url)

    assert IN_BODY == source["properties"]["content"][0]
    assert "access_token" not in source["properties"]
    assert rocks.token not in str(source) + rocks.page(url) + rocks.page(rocks.home)


def test_803_reject_a_request_without_a_token(rocks):
    """Own: it is told how to come back, and no post is made."""
    before = rocks.posts()
    answer = rocks.form("h=entry&content=Testing+unauthenticated+request", token="")

    assert (401, "unauthorized") == (answer.status_code, seen(answer)["error"])
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert before == rocks.posts()


def test_804_reject_a_token_that_may_not_create(rocks, mint):
    """
    401, as the Recommendation and the suite have it; the living spec has 403 (DESIGN §2).

    Own: no post is made.
    """
    before = rocks.posts()
    answer = rocks.form("h=entry&content=Testing+a+request+with+an+unauthorized+access+token", token=mint("profile"))

    assert (401, "insufficient_scope") == (answer.status_code, seen(answer)["error"])
    assert before == rocks.posts()


def test_805_reject_two_ways_of_authentication(rocks):
    """
    400. The suite wants another code than the spec in a JSON body, so there is none (DESIGN §2).

    Own: no post is made.
    """
    before = rocks.posts()
    answer = rocks.form(f"h=entry&content=Testing+multiple+authentication+methods&access_token={rocks.token}")

    assert (400, b"") == (answer.status_code, answer.content)
    assert 'error="invalid_request"' in answer.headers["WWW-Authenticate"]
    assert before == rocks.posts()
