"""What a sceptical reader found by hand, so that it is never found again."""

import pytest
from PIL import Image

COPY = "https://silo.example/1"


def test_a_private_post_is_not_found_by_its_copy(post):
    """Who may only create learns neither the address nor the preview of a post that he may not see."""
    hidden = post(
        json={"properties": {"content": ["SECRET"], "syndication": [COPY], "visibility": ["private"]}}, scope="create"
    )
    other = post(json={"properties": {"content": ["b"], "syndication": [COPY]}}, scope="create")

    assert 201 == other.status_code
    assert hidden.location != other.location
    assert "preview" not in other.json


def test_a_private_post_is_found_by_who_may_see_it(post):
    """It is not doubled for its owner's own tools."""
    sent = {"properties": {"content": ["SECRET"], "syndication": [COPY], "visibility": ["private"]}}
    hidden = post(json=sent, scope="create update")

    assert hidden.location == post(json={"properties": {"content": ["b"], "syndication": [COPY]}}, scope="create update").location


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"h=entry&content=%ff%fea", "application/x-www-form-urlencoded"),
        (b"h=entry&content=\xff\xfea", "application/x-www-form-urlencoded"),
        (b"h=entry&%ff=a&content=b", "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="content"\r\n\r\n\xff\xfeab\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_400_for_a_form_that_is_not_utf8(client, bearer, posts, body, kind):
    """It comes back exact, or not at all."""
    answer = client.post("/micropub", data=body, content_type=kind, headers=bearer("create"))

    assert (400, "invalid_request") == (answer.status_code, answer.json["error"])
    assert 0 == posts()


def test_utf8_with_a_plus_comes_back_exact(create, post, client, bearer):
    """Strictness harms nobody who is right."""
    answer = post({"content": "100% + ü & 🌍"})
    source = client.get("/micropub", query_string={"q": "source", "url": answer.location}, headers=bearer("create"))

    assert ["100% + ü & 🌍"] == source.json["properties"]["content"]


class TestFilesOfPostsThatMayComeBack:
    """A file that a deleted post, or an earlier version, shows is in use."""

    @pytest.fixture
    def photo(self, client, bearer, tmp_path):
        """The address of an uploaded picture."""
        Image.new("RGB", (8, 8), "teal").save(tmp_path / "a.png")
        with (tmp_path / "a.png").open("rb") as file:
            answer = client.post("/micropub/media", data={"file": (file, "a.png")}, headers=bearer("media"))
        return answer.location

    @pytest.fixture
    def take_away(self, client, bearer, photo):
        """Try to delete it."""
        form = {"action": "delete", "url": photo}
        return lambda: client.post("/micropub/media", data=form, headers=bearer("media delete"))

    def test_that_of_a_deleted_post_stays(self, create, post, photo, take_away):
        url = create(content=["x"], photo=[photo])
        post({"action": "delete", "url": url}, scope="delete")

        assert 400 == take_away().status_code

    def test_that_of_an_earlier_version_stays(self, create, post, photo, take_away):
        url = create(content=["x"], photo=[photo])
        post(json={"action": "update", "url": url, "delete": ["photo"]}, scope="update")

        assert 400 == take_away().status_code

    def test_that_of_no_post_goes(self, take_away):
        assert 204 == take_away().status_code


@pytest.mark.parametrize("header", ["items=0-1", "bytes=abc", "bytes=0-0,2-3", "seconds=1-2"])
def test_200_for_what_is_no_range_of_bytes(client, create, bearer, tmp_path, header):
    """RFC 9110 §14.2: it is passed over."""
    Image.new("RGB", (8, 8), "teal").save(tmp_path / "a.png")
    with (tmp_path / "a.png").open("rb") as file:
        url = client.post("/micropub/media", data={"file": (file, "a.png")}, headers=bearer("media")).location
    with client.get(url, headers={"Range": header}) as answer:
        assert 200 == answer.status_code


def test_an_unlisted_reply_of_the_owner_stays_off_public_pages(create, client):
    """Unlisted posts stand where somebody has their address, and nowhere else."""
    root = create(content=["Root"])
    create(content=["Between us"], visibility=["unlisted"], in_reply_to=[root])

    assert "Between us" not in client.get(root).text


@pytest.mark.parametrize("path", ["/micropub/", "/micropub/nope", "/micropub/media/", "/micropub/media/x"])
def test_404_beside_the_endpoint_is_json(client, path):
    """A slash too many is told in the language of the client that sent it (`micropub.md` §9)."""
    answer = client.get(path)

    assert (404, "not_found") == (answer.status_code, answer.json["error"])
