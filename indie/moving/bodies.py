"""The bytes of files on their way: in portions, with their SHA-256, never a whole film in memory."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from mmap import mmap
from typing import IO

from indie import files
from indie.errors import Misconfigured, NotFound
from indie.media.storage import Storage
from indie.store.transfer import Tell

PORTION = 64 * 1024
"""In bytes."""


@dataclass(frozen=True)
class Drawn:
    """A file that was read to its end. stream: stands at its beginning; size: in bytes."""

    stream: IO[bytes]
    size: int
    sha256: str


@contextmanager
def drawn(stream: IO[bytes]) -> Iterator[Drawn]:
    """All that a stream brings; on the disk where it is large."""
    with tempfile.SpooledTemporaryFile(files.IN_MEMORY) as kept:
        size, sha256 = poured(stream, kept)
        kept.seek(0)
        yield Drawn(kept, size, sha256)


def poured(stream: IO[bytes], into: IO[bytes] | None = None) -> tuple[int, str]:
    """Read a stream to its end, and write it if there is something to write it into; returns its size and SHA-256."""
    size, digest = 0, hashlib.sha256()
    while portion := stream.read(PORTION):
        size += len(portion)
        digest.update(portion)
        if into:
            into.write(portion)
    return size, digest.hexdigest()


def put(storage: Storage, name: str, body: Drawn) -> None:
    """
    Keep a file, and read it back.

    Raises Misconfigured if that gives other bytes.
    """
    content = files.whole(body.stream)
    try:
        storage.put(name, content)
    finally:
        if isinstance(content, mmap):
            content.close()
    if not holds(storage, name, body.size, body.sha256):
        raise Misconfigured(f"the file {name} came back with other bytes than were put there; check the storage")


def holds(storage: Storage, name: str, size: int, sha256: str) -> bool:
    """Whether these very bytes are in a storage."""
    try:
        if storage.size(name) != size:
            return False
        with closing(storage.open(name)) as stream:
            return poured(stream) == (size, sha256)
    except NotFound:
        return False


def carry(source: Storage, target: Storage, tell: Tell) -> set[str]:
    """
    Copy every file that is not there yet; returns the names of all that there are.

    What is deleted at the source meanwhile is left out.
    """
    names, carried = sorted(source.list()), set()
    for number, name in enumerate(names):
        tell("files", number, len(names))
        try:
            with closing(source.open(name)) as stream, drawn(stream) as body:
                if not holds(target, name, body.size, body.sha256):
                    put(target, name, body)
        except NotFound:
            continue
        carried.add(name)
    tell("files", len(names), len(names))
    return carried
