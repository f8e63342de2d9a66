"""While the bucket of media cannot be reached: what needs it is refused and saves nothing, all else goes on."""

from dataclasses import replace
from io import BytesIO

import pytest

from indie import files
from tests.buckets import refusal


@pytest.fixture
def settings(settings, bucket, wire):
    """Those of a site whose media lie in a bucket."""
    return replace(settings, media=bucket)


@pytest.fixture
def cut(client, wire):
    """`cut()` makes the bucket refuse everything, `cut(back=True)` brings it back."""

    def set_fault(*, back=False):
        wire.fault = None if back else refusal(503, "SlowDown")

    return set_fault


@pytest.fixture
def upload(client, bearer, picture):
    """Send a picture to an endpoint."""

    def send(path="/micropub/media", name="file", **form):
        sent = {**form, name: (BytesIO(picture("PNG")), "a.png")}
        return client.post(path, data=sent, headers=bearer("create media delete"))

    return send


@pytest.fixture
def rows(store):
    """How many posts, media, jobs and versions there are."""
    tables = ("posts", "media", "jobs", "revisions")
    return lambda: [store.database.one(f"SELECT count(*) AS rows FROM {table}")["rows"] for table in tables]


def send_post(upload):
    return upload("/micropub", "photo", h="entry", content="Look")


@pytest.mark.parametrize("send", [send_post, lambda upload: upload()], ids=["post", "upload"])
class TestPictures:
    def test_503_in_json_that_says_when_to_come_back(self, upload, cut, send):
        cut()
        answer = send(upload)

        assert (503, "temporarily_unavailable") == (answer.status_code, answer.json["error"])
        assert int(answer.headers["Retry-After"]) > 0

    def test_nothing_is_saved(self, upload, cut, rows, send):
        """No post without its picture, no picture without its bytes, no work for either."""
        before = rows()
        cut()
        send(upload)

        assert before == rows()

    def test_201_when_it_is_sent_again(self, upload, cut, send):
        cut()
        send(upload)
        cut(back=True)

        assert 201 == send(upload).status_code


@pytest.mark.parametrize("send", [send_post, lambda upload: upload()], ids=["post", "upload"])
def test_nobody_waits_while_a_picture_is_sent(store, upload, wire, send):
    """Whoever writes something meanwhile can do so: the transaction begins when the bytes are where they belong."""
    written = []

    def meanwhile(handler):
        if handler.command != "PUT":
            refusal(404, "NoSuchKey")(handler)
            return
        with store.write():
            written.append(handler.path)
        store.database.release()
        wire.fault = None
        refusal(503, "SlowDown")(handler)  # and it is sent again

    wire.fault = meanwhile

    assert 201 == send(upload).status_code
    assert 1 == len(written)


def test_posts_without_pictures_are_published(post, cut):
    cut()

    assert 201 == post({"content": "Words."}).status_code


def test_pages_are_served(client, upload, cut):
    """Those with pictures too."""
    address = send_post(upload).location
    cut()

    assert (200, 200) == (client.get("/").status_code, client.get(address).status_code)


def test_a_file_that_cannot_be_deleted_stays(client, bearer, upload, cut, rows):
    """It is not forgotten while it is there: the next try finds it."""
    address = upload().location
    before = rows()
    deletion = {"data": {"action": "delete", "url": address}, "headers": bearer("delete media")}
    cut()

    assert 503 == client.post("/micropub/media", **deletion).status_code
    assert before == rows()
    cut(back=True)
    assert 204 == client.post("/micropub/media", **deletion).status_code


def test_the_job_for_smaller_copies_waits(settings, store, storage, upload, cut, shop, work):
    """It is tried again later, and not given up."""
    upload()
    cut()
    work(shop)

    (job,) = store.database.query("SELECT * FROM jobs WHERE name = :name", name=files.RENDER)
    assert (1, True) == (job["attempts"], job["due"] is not None)
