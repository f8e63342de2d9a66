"""
Media in a bucket of an S3-compatible service: Amazon's, Cloudflare's R2, MinIO and their like.

The only module that knows boto3, which is installed only where the settings name a bucket.
Region, endpoint, credentials and proxies come from where every AWS tool takes them.

Why its own connections, and not those of `fetch/`: it talks to the operator's storage, which often
stands in a private network, and to nobody whom a visitor could name.
"""

import io
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from mmap import mmap
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from indie.errors import Misconfigured, NotFound, Unavailable
from indie.media.storage import ensure_name, is_name, not_found

LOG = logging.getLogger(__name__)

CONNECT_SECONDS, SILENT_SECONDS, TRIES = 3, 10, 2
"""
Limit: some things are asked inside a write transaction; one service that accepts and then says nothing may hold
the others up for as long as they wait for their turn (`store.database`). One that is down fails within seconds.
"""

CONNECTIONS = 64
"""At most so many for one process: every thread that answers requests may be sending a film."""

BLOCK = 64 * 1024
"""In bytes: as much of an object that is read is in memory at a time."""

_MISSING = ("404", "NoSuchKey")  # the first where the question is HEAD, whose answer has no words


class _Body(Protocol):
    """The bytes of an object as they come. Reading raises BotoCoreError when the connection breaks."""

    def read(self, amt: int) -> bytes: ...

    def close(self) -> None: ...


class Bucket:
    """
    A Storage in a bucket: an object for each name, all of them below one prefix.

    Any number of processes and machines may use it at once. An object is sent in one request,
    which the service carries out whole or not at all; who is killed while sending leaves nothing.
    Everything raises Unavailable where the service does not do what it is asked for.
    """

    def __init__(self, url: str) -> None:
        """
        Ask whether the bucket is there and lets us in.

        url: `s3://bucket/prefix`. Raises Misconfigured.
        """
        parts = urlsplit(url)
        self._bucket, prefix = parts.netloc, parts.path.strip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        try:
            self._client = _client()
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
        except (BotoCoreError, ClientError, ValueError) as error:  # the last for an endpoint that is no URL
            raise Misconfigured(f"INDIE_MEDIA={url} cannot be used: {_advice(error)}") from None

    def put(self, name: str, body: bytes | mmap) -> None:
        """See Storage. The bytes are sent from where they are; the service compares them with their signed digest."""
        key = self._key(name)
        if isinstance(body, mmap):
            body.seek(0)
        with _asking(name):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body)

    def open(self, name: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """See Storage. Nothing but what is wanted is asked for."""
        key = self._key(name)
        last = "" if length is None else start + length - 1

        def get(place: int) -> _Body:
            # Why not always: of an empty object there is no part.
            part = {"Range": f"bytes={place}-{last}"} if place or length else {}
            with _asking(name):
                body: _Body = self._client.get_object(Bucket=self._bucket, Key=key, **part)["Body"]
                return body

        return io.BufferedReader(_Reader(get, start), BLOCK)

    def size(self, name: str) -> int:
        """See Storage."""
        key = self._key(name)
        with _asking(name):
            return int(self._client.head_object(Bucket=self._bucket, Key=key)["ContentLength"])

    def has(self, name: str) -> bool:
        """See Storage."""
        try:
            self.size(name)
        except NotFound:
            return False
        return True

    def delete(self, name: str) -> None:
        """See Storage."""
        key = self._key(name)
        with _asking(name):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def list(self) -> Iterator[str]:
        """See Storage. What others keep in the same bucket is passed over."""
        listing = self._client.get_paginator("list_objects_v2")
        with _asking(""):
            for page in listing.paginate(Bucket=self._bucket, Prefix=self._prefix, Delimiter="/"):
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(self._prefix)
                    if is_name(name):
                        yield name

    def _key(self, name: str) -> str:
        ensure_name(name)
        return f"{self._prefix}{name}"


class _Reader(io.RawIOBase):
    """
    The bytes of an object from a place on.

    Where the connection breaks it goes on in another one: a service ends those that wait long
    for a slow visitor. A second break before the next byte is Unavailable.
    """

    def __init__(self, get: Callable[[int], _Body], place: int) -> None:
        """get: gives what comes from a place on; place: in bytes."""
        self._get, self._place = get, place
        self._body = get(place)

    def readable(self) -> bool:
        """Yes: that is all it is for."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes into the buffer; returns how many."""
        try:
            piece = self._body.read(len(buffer))
        except BotoCoreError:
            self._body.close()
            self._body = self._get(self._place)
            with _asking(""):
                piece = self._body.read(len(buffer))
        buffer[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def close(self) -> None:
        """Let go of the connection."""
        self._body.close()
        super().close()


def _client() -> Any:
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=SILENT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        max_pool_connections=CONNECTIONS,
        # Why: those that it makes unasked are unknown to some of Amazon's likes, who then refuse everything.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    # Why the region: boto3 alone of all AWS tools calls its variable AWS_DEFAULT_REGION, which holds as well.
    return Session(region_name=os.environ.get("AWS_REGION") or None).client("s3", config=config)


@contextmanager
def _asking(name: str) -> Iterator[None]:
    """
    NotFound and Unavailable for what comes instead of an answer.

    The operator is told more, in the log, than visitors are.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and _code(error) in _MISSING:
            raise not_found(name) from None
        LOG.warning("the storage of media: %s", error)
        raise Unavailable("The storage of files cannot be reached; try again in a moment.") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _advice(error: Exception) -> str:
    """What was the matter and what to do, for the operator, in one line."""
    said = " ".join(str(error).split())
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return f"{said}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment"
        case ClientError() if _code(error) == "NoSuchBucket":
            return f"{said}; make the bucket, or name another"
        case ClientError():
            return (
                f"{said}; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, "
                "and that they may list, read, write and delete there"
            )
        case _:
            return f"{said}; check AWS_ENDPOINT_URL_S3 and AWS_REGION, and that the service answers"
