"""
micropub.rocks, server tests 700–702 (media endpoint): a JPEG, a PNG, and a GIF of 2.4 MB.

As on the wire: the endpoint is asked for, the file comes in one part that is called `file`, with the
token in the header; whoever has its address gets it, with no token. What the suite does not ask
(the same bytes, no other name for the type) is asked here too.
"""

from functools import cache
from io import BytesIO

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

LARGEST = 2_375_239
"""Bytes of the GIF of test 702."""


@cache
def written(kind, size):
    """A picture of noise: nothing makes it small. The same one each time."""
    file = BytesIO()
    Image.effect_noise(size, 80).save(file, kind)
    return file.getvalue()


def jpeg():
    return written("JPEG", (640, 480))


def png():
    return written("PNG", (320, 320))


def gif():
    """As large as that of the suite, to the byte: a comment fills it up (GIF89a §24)."""
    body = written("GIF", (1500, 1100)).removesuffix(b";")
    blocks, rest = divmod(LARGEST - len(body) - 4, 256)
    assert blocks > 0, "make the picture smaller"
    filling = (b"\xff" + b"c" * 255) * blocks + (bytes([rest - 1]) + b"c" * (rest - 1) if rest > 1 else b"")
    whole = body + b"\x21\xfe" + filling + b"\0;"
    return whole + b"\0" * (LARGEST - len(whole))


def send(client, endpoint, body, name, media_type, headers):
    """Upload a file, whole from memory: of a large one Werkzeug's client would leave a file open."""
    upload = FileStorage(BytesIO(body), name, content_type=media_type)
    boundary, encoded = encode_multipart({"file": upload})
    return client.post(
        endpoint, data=encoded, content_type=f'multipart/form-data; boundary="{boundary}"', headers=headers
    )


@pytest.fixture
def endpoint(client, bearer):
    """The media endpoint, as the configuration tells it."""
    answer = client.get("/micropub", query_string={"q": "config"}, headers=bearer("create"))
    assert (200, "application/json") == (answer.status_code, answer.mimetype)
    return answer.json["media-endpoint"]


@pytest.mark.parametrize(
    ("make", "name", "media_type"),
    [(jpeg, "sunset.jpg", "image/jpeg"), (png, "micropub-rocks.png", "image/png"), (gif, "w3c-socialwg.gif", "image/gif")],
    ids=["700 JPEG", "701 PNG", "702 GIF"],
)
class TestUpload:
    @pytest.fixture
    def answer(self, client, bearer, endpoint, make, name, media_type):
        return send(client, endpoint, make(), name, media_type, bearer("create update delete media"))

    @pytest.fixture
    def got(self, client, answer):
        with client.get(answer.headers["Location"]) as got:
            yield got

    def test_201_with_an_address(self, answer):
        assert 201 == answer.status_code
        assert answer.headers["Location"].startswith("http://site.example/")

    def test_anybody_gets_it(self, got):
        assert 200 == got.status_code

    def test_its_type_is_exactly_what_it_was(self, got, media_type):
        """No parameters, nothing made of it: the suite compares the header with the type."""
        assert [media_type] == got.headers.getlist("Content-Type")

    def test_it_is_what_was_sent(self, got, make):
        """To the last byte, also the filling of the GIF that no reader would miss."""
        assert make() == got.data


def test_the_endpoint_is_an_absolute_url(endpoint):
    assert "http://site.example/micropub/media" == endpoint


def test_the_gif_is_as_large_as_theirs():
    """Or the test above would prove nothing about limits."""
    assert LARGEST == len(gif())
