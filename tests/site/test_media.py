"""How a file is served: the same, byte for byte and header for header, wherever it lies."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from indie import files, times, wiring
from indie.config import Settings
from indie.store import Store
from tests.buckets import refusal

SIZE = 100_000
SOUND = (b"RIFF\x98\x86\1\0WAVE" + bytes(range(256)) * 400)[:SIZE]
ALL, NOTHING = slice(0, SIZE), slice(0, 0)


@pytest.fixture(scope="module")
def sites(tmp_path_factory, s3):
    """The site with its files in a folder, and in a bucket: the clients of both, by name, and the address of a sound."""
    settings = Settings(data=tmp_path_factory.mktemp("site"), url="http://site.example/")
    store = Store.open(settings)
    file = files.read(SOUND)
    with store.write():
        store.media.put(file.medium, times.now())
    made = {}
    for name, media in (("folder", ""), ("bucket", s3.bucket())):
        here = replace(settings, media=media)
        files.lay(wiring.storage(here), file)
        made[name] = wiring.create_app(here, store).test_client()
    yield SimpleNamespace(clients=made, url=f"/media/{file.medium.name}", tag=f'"{file.medium.file}"')
    store.database.close()


def got(client, url, method="GET", headers=()):
    """Status, headers without the time of day, and body."""
    with client.open(url, method=method, headers=headers) as answer:
        return answer.status_code, sorted(item for item in answer.headers if item[0] != "Date"), answer.get_data()


REQUESTS = {
    "whole": ({}, 200, ALL),
    "the first bytes": ({"Range": "bytes=0-9"}, 206, slice(0, 10)),
    "one byte": ({"Range": "bytes=0-0"}, 206, slice(0, 1)),
    "the middle": ({"Range": "bytes=5000-70000"}, 206, slice(5000, 70001)),
    "from somewhere on": ({"Range": "bytes=99990-"}, 206, slice(99990, SIZE)),
    "from the first on": ({"Range": "bytes=0-"}, 206, ALL),
    "the last bytes": ({"Range": "bytes=-5"}, 206, slice(SIZE - 5, SIZE)),
    "more last bytes than there are": ({"Range": "bytes=-200000"}, 206, ALL),
    "an end behind the end": ({"Range": "bytes=99999-200000"}, 206, slice(SIZE - 1, SIZE)),
    "behind the end": ({"Range": "bytes=100000-"}, 416, None),
    "no last bytes": ({"Range": "bytes=-0"}, 416, None),
    "backwards": ({"Range": "bytes=9-1"}, 416, None),
    "several parts": ({"Range": "bytes=0-1,5-6"}, 200, ALL),
    "another unit": ({"Range": "seconds=1-2"}, 200, ALL),
    "no numbers": ({"Range": "bytes=a-b"}, 200, ALL),
    "no number at all": ({"Range": "bytes=-"}, 200, ALL),
    "a number of many digits": ({"Range": f"bytes={'9' * 5000}-"}, 200, ALL),
    "known": ({"If-None-Match": "TAG"}, 304, NOTHING),
    "known among others": ({"If-None-Match": 'W/"x", W/TAG'}, 304, NOTHING),
    "known otherwise": ({"If-None-Match": '"x"'}, 200, ALL),
    "a part of what is known": ({"Range": "bytes=0-9", "If-None-Match": "TAG"}, 304, NOTHING),
    "a part of what is known otherwise": ({"Range": "bytes=0-9", "If-None-Match": '"x"'}, 206, slice(0, 10)),
    "a part if it is the same": ({"Range": "bytes=0-9", "If-Range": "TAG"}, 206, slice(0, 10)),
    "a part if it is nearly the same": ({"Range": "bytes=0-9", "If-Range": "W/TAG"}, 200, ALL),
    "a part if it is another": ({"Range": "bytes=0-9", "If-Range": '"x"'}, 200, ALL),
    "a part if it is as old": ({"Range": "bytes=0-9", "If-Range": "Sat, 01 Jan 2000 00:00:00 GMT"}, 200, ALL),
    "a part that is not there, if it is another": ({"Range": "bytes=100000-", "If-Range": '"x"'}, 200, ALL),
}


@pytest.mark.parametrize("place", ["folder", "bucket"])
@pytest.mark.parametrize(("asked", "status", "part"), REQUESTS.values(), ids=REQUESTS)
def test_what_is_asked_for(sites, place, asked, status, part):
    """RFC 9110 §13.2.2 and §14: the status, the part and its length, on either storage."""
    asked = {name: value.replace("TAG", sites.tag) for name, value in asked.items()}
    answered, headers, body = got(sites.clients[place], sites.url, headers=asked)
    said = {name: value for name, value in headers if name in ("Content-Length", "Content-Range", "ETag")}

    assert status == answered
    if status == 416:
        assert f"bytes */{SIZE}" == said["Content-Range"]
        return
    assert SOUND[part] == body
    expected = {"ETag": sites.tag}
    if status == 206:
        expected["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{SIZE}"
    if status != 304:
        expected["Content-Length"] = str(len(body))
    assert expected == said


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("asked", [asked for asked, _, _ in REQUESTS.values()], ids=REQUESTS)
def test_nobody_sees_where_it_lies(sites, asked, method):
    """Every header and every byte is the same."""
    asked = {name: value.replace("TAG", sites.tag) for name, value in asked.items()}
    folder, bucket = (got(client, sites.url, method, asked) for client in sites.clients.values())

    assert folder == bucket


@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_head_is_told_of_the_whole(sites, place):
    """RFC 9110 §14.2: a range is for GET alone."""
    whole = got(sites.clients[place], sites.url)
    asked = got(sites.clients[place], sites.url, "HEAD", {"Range": "bytes=0-9"})

    assert (whole[0], whole[1], b"") == asked


class TestBucket:
    """What a bucket is asked for."""

    @pytest.fixture
    def client(self, settings, store, bucket, wire):
        here = replace(settings, media=bucket)
        file = files.read(SOUND)
        with store.write():
            files.add(store, wiring.storage(here), file, times.now())
        app = wiring.create_app(here, store)
        wire.asked.clear()
        wire.brought = 0
        made = app.test_client()
        made.url = f"/media/{file.medium.name}"
        return made

    def test_no_more_than_the_part_comes_out_of_it(self, client, wire):
        got(client, client.url, headers={"Range": "bytes=-5"})

        assert (["bytes=99995-99999"], 5) == ([part for _, _, part in wire.asked], wire.brought)

    @pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 304)])
    def test_nothing_is_asked_for_where_nothing_is_sent(self, client, wire, method, status):
        tag = dict(got(client, client.url, "HEAD")[1])["ETag"]
        headers = {"If-None-Match": tag} if status == 304 else {}

        assert status == got(client, client.url, method, headers)[0]
        assert [] == wire.asked

    def test_503_while_it_cannot_be_reached(self, client, wire):
        """It says when to come back, no cache keeps it, and nobody learns where the bucket is."""
        wire.fault = refusal(500, "InternalError")
        status, headers, body = got(client, client.url)

        assert (503, b"The storage of files cannot be reached; try again in a moment.\n") == (status, body)
        assert {"Retry-After"} == {name for name, _ in headers} & {"Retry-After", "ETag", "Accept-Ranges"}
        assert "immutable" not in str(headers)

    def test_404_for_what_is_lost(self, client, wire):
        """A file that is known and not there, as after a restore that went wrong."""
        wire.fault = refusal(404, "NoSuchKey")

        assert 404 == got(client, client.url)[0]
