"""Buckets: what a service may do to us, and what it is told. What is true of every storage is in test_storage.py."""

import logging
import subprocess
import sys
from mmap import mmap
from pathlib import Path

import pytest

from indie.errors import Misconfigured, Unavailable
from indie.media import s3 as room
from indie.media.s3 import Bucket
from tests.buckets import Wire, refusal

HOUSE = Path(__file__).parent.parent.parent


class TestObjects:
    def test_their_keys_stand_below_the_prefix(self, s3, bucket):
        """Others may use the same bucket."""
        Bucket(bucket).put("name.jpg", b"bytes")

        assert ["of/media/name.jpg"] == s3.objects(bucket)

    def test_without_a_prefix_they_stand_alone(self, s3, bucket):
        whole = bucket.removesuffix("/of/media")
        Bucket(whole).put("name.jpg", b"bytes")

        assert (["name.jpg"], ["name.jpg"]) == (s3.objects(bucket), list(Bucket(whole).list()))

    def test_those_of_others_are_not_listed(self, bucket):
        """Neither beside the prefix, nor below it, nor by a name that is none of ours."""
        top, below = Bucket(bucket.removesuffix("/of/media")), Bucket(f"{bucket}/below")
        for stranger in (top, below, Bucket(f"{bucket}2")):
            stranger.put("stranger.jpg", b"")
        top._client.put_object(Bucket=top._bucket, Key="of/media/not a name", Body=b"")
        Bucket(bucket).put("ours.jpg", b"")

        assert ["ours.jpg"] == list(Bucket(bucket).list())

    def test_more_than_one_page_of_them_is_listed(self, bucket, monkeypatch):
        """A service gives a thousand at a time; here, two."""
        monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
        opened = Bucket(bucket)
        for number in range(5):
            opened.put(f"n{number}", b"")

        assert {f"n{number}" for number in range(5)} == set(opened.list())


class TestPart:
    """A part of a film is asked for as a part."""

    SIZE = 4_000_000

    @pytest.fixture
    def film(self, bucket, wire):
        opened = Bucket(bucket)
        opened.put("film.mp4", bytes(range(250)) * (self.SIZE // 250))
        wire.asked.clear()
        wire.brought = 0
        return opened

    def test_no_more_is_brought(self, film, wire):
        with film.open("film.mp4", self.SIZE - 5, 5) as file:
            assert bytes(range(245, 250)) == file.read()

        assert [("GET", "bytes=3999995-3999999")] == [(method, part) for method, _, part in wire.asked]
        assert 5 == wire.brought

    def test_the_whole_is_no_part(self, film, wire):
        """Of an empty object there is none, and it would be refused."""
        film.open("film.mp4").close()

        assert [("GET", None)] == [(method, part) for method, _, part in wire.asked]

    def test_one_that_is_not_read_to_its_end_is_not_brought_to_it(self, film, wire):
        """Whoever closes a page in the middle of a film does not make the service send the rest."""
        with film.open("film.mp4") as file:
            file.read(1)

        assert wire.brought < self.SIZE

    def test_after_a_break_it_goes_on_where_it_was(self, film, wire):
        """No byte is lost, none comes twice."""
        wire.cuts[:] = [1000]
        with film.open("film.mp4", 100, 5000) as file:
            assert (bytes(range(250)) * 21)[100:5100] == file.read()

        assert ["bytes=100-5099", "bytes=1100-5099"] == [part for _, _, part in wire.asked]

    def test_a_break_is_told_where_it_cannot_go_on(self, film, wire):
        wire.cuts[:] = [1000]
        with film.open("film.mp4") as file:
            wire.fault = refusal(500, "InternalError")
            with pytest.raises(Unavailable):
                file.read()


ASKED = {
    "put": lambda opened: opened.put("name.jpg", b"bytes"),
    "open": lambda opened: opened.open("name.jpg"),
    "size": lambda opened: opened.size("name.jpg"),
    "has": lambda opened: opened.has("name.jpg"),
    "delete": lambda opened: opened.delete("name.jpg"),
    "list": lambda opened: list(opened.list()),
}


def hang_up(handler):
    handler.close_connection = True


def say_nothing(handler):
    handler.close_connection = True
    handler.rfile.read(1)  # until the other side has had enough


@pytest.fixture(scope="module")
def line(s3):
    """A wire, and a bucket at its end; half a second counts as silence."""
    made = Wire(s3.endpoint)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_S3", made.endpoint)
        patch.setattr(room, "SILENT_SECONDS", 0.5)
        yield made, Bucket(s3.bucket())
    made.close()


@pytest.fixture
def cut(line):
    """The wire, to be cut, and the bucket, with one object in it."""
    wire, opened = line
    wire.fault = None
    opened.put("name.jpg", b"bytes")
    wire.asked.clear()
    return wire, opened


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
class TestRefusals:
    @pytest.mark.parametrize(
        "fault",
        [
            refusal(403, "AccessDenied"),
            refusal(500, "InternalError"),
            refusal(503, "SlowDown"),
            hang_up,
            say_nothing,
        ],
        ids=["403", "500", "503", "hangs up", "is silent"],
    )
    def test_unavailable(self, cut, ask, fault):
        """And nobody asks again and again."""
        wire, opened = cut
        wire.fault = fault

        with pytest.raises(Unavailable):
            ask(opened)
        assert len(wire.asked) <= room.TRIES

    def test_one_that_passes_is_not_noticed(self, cut, ask):
        """It is asked once more."""
        wire, opened = cut

        def once(handler):
            wire.fault = None
            refusal(503, "SlowDown")(handler)

        wire.fault = once
        ask(opened)


def test_the_operator_learns_more_than_visitors(bucket, wire, caplog):
    """Names of buckets and services are nobody's business."""
    opened = Bucket(bucket)
    wire.fault = refusal(403, "AccessDenied")
    with caplog.at_level(logging.WARNING), pytest.raises(Unavailable) as told:
        opened.open("name.jpg")

    assert "AccessDenied" in caplog.text
    assert "The storage of files cannot be reached; try again in a moment." == str(told.value)


def test_a_bucket_that_is_gone_is_no_missing_file(bucket, s3):
    """404 must not be told, and remembered, for what will be there again."""
    opened = Bucket(bucket)
    opened._client.delete_bucket(Bucket=opened._bucket)

    with pytest.raises(Unavailable):
        opened.open("name.jpg")


def test_a_file_that_was_looked_at_is_sent_from_its_front(bucket, wire):
    """At the first try; its digest too, which the service compares."""
    opened = Bucket(bucket)
    wire.asked.clear()
    with mmap(-1, 100_000) as body:
        body.seek(5000)
        opened.put("film.mp4", body)

    assert ["PUT"] == [method for method, _, _ in wire.asked]
    assert 100_000 == opened.size("film.mp4")


def test_a_failed_put_leaves_nothing(bucket, wire):
    """What the service refuses in the end is not there, and the next try stores it."""
    opened = Bucket(bucket)
    wire.fault = refusal(500, "InternalError")
    with pytest.raises(Unavailable):
        opened.put("name.jpg", b"bytes")
    wire.fault = None

    assert [] == list(opened.list())
    opened.put("name.jpg", b"bytes")
    assert ["name.jpg"] == list(opened.list())


class TestStart:
    """What is wrong is one line that says what to do."""

    @pytest.fixture
    def refused(self, bucket):
        def open_it(url=bucket):
            with pytest.raises(Misconfigured) as told:
                Bucket(url)
            assert "\n" not in str(told.value)
            return str(told.value)

        return open_it

    def test_no_bucket(self, refused):
        assert "INDIE_MEDIA=s3://none-such cannot be used" in (told := refused("s3://none-such"))
        assert "make the bucket" in told

    def test_no_credentials(self, refused, monkeypatch):
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

        assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in refused()

    def test_half_of_the_credentials(self, refused, monkeypatch):
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

        assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in refused()

    @pytest.mark.parametrize("code", ["InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied"])
    def test_wrong_credentials(self, refused, wire, code):
        wire.fault = refusal(403, code)

        assert f"({code})" in (told := refused())
        assert "check AWS_ACCESS_KEY_ID" in told

    def test_nobody_listens(self, refused, wire):
        wire.close()

        assert f"{wire.endpoint}/" in (told := refused())
        assert "check AWS_ENDPOINT_URL_S3" in told

    def test_no_endpoint(self, refused, monkeypatch):
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "minio")

        assert "check AWS_ENDPOINT_URL_S3" in refused()


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [("https://minio.example:9000", "https://minio.example:9000/mine/name.jpg"), ("", "https://mine.s3.")],
)
def test_the_bucket_is_in_the_host_at_amazon_alone(s3, monkeypatch, endpoint, address):
    """MinIO and R2 have one host for all buckets."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    signed = room._client().generate_presigned_url("get_object", Params={"Bucket": "mine", "Key": "name.jpg"})

    assert signed.startswith(address)


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_is_that_of_the_environment(s3, monkeypatch, variable):
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setenv(variable, "eu-north-1")

    assert "eu-north-1" == room._client().meta.region_name


WITHOUT = """
import sys
from mmap import mmap
from pathlib import Path
sys.modules["boto3"] = sys.modules["botocore"] = None
from indie import wiring
from indie.config import Settings
from indie.errors import Misconfigured
wiring.storage(Settings(data=Path(sys.argv[1])))
try:
    wiring.storage(Settings(data=Path(sys.argv[1]), media="s3://bucket"))
except Misconfigured as told:
    print(told)
"""


def test_only_a_bucket_needs_boto3(tmp_path):
    """Without it a folder works, and a bucket is refused by a line that says what to install."""
    ran = subprocess.run([sys.executable, "-c", WITHOUT, tmp_path], cwd=HOUSE, capture_output=True, encoding="utf-8", check=True)

    (told,) = ran.stdout.splitlines()
    assert told.startswith("INDIE_MEDIA names a bucket")
    assert told.endswith("pip install boto3")
