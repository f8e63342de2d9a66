"""
The file of a backup: a tar that is a data folder when it is unpacked, and a manifest of it.

    indie.db                the rows, as a SQLite file, from whatever engine
    secret, settings.env    the second if there is one, without where rows and media are
    media/ab/abcdef….jpg    as `media.storage.Folder` has them
    manifest.json           the last: what the others are, by which all is checked before anything is restored

What comes in is hostile until it is read: nothing is unpacked by its own name, nothing but plain files is taken.
"""

import contextlib
import io
import json
import struct
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from indie.errors import Misconfigured
from indie.media import storage
from indie.moving import place
from indie.moving.bodies import Drawn
from indie.store.transfer import Sum

FORMAT = 1
ROWS, SECRET, MANIFEST = "indie.db", "secret", "manifest.json"

LARGEST_MANIFEST = 256 * 1024 * 1024
"""In bytes: a million files."""
LARGEST_TEXT = 64 * 1024
"""In bytes, of `secret` and `settings.env`."""


@dataclass(frozen=True)
class Entry:
    """A file in the archive. size: in bytes."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """
    What an archive holds.

    created: RFC 3339. tables: of `indie.db`, in the version of the schema that it has. files: by path.
    missing: names of media that rows speak of and that were not to be had.
    """

    created: str
    tables: Mapping[str, Sum]
    files: Mapping[str, Entry]
    missing: tuple[str, ...]

    def dumped(self) -> bytes:
        """As it stands in the archive."""
        return json.dumps({"indie": FORMAT, **asdict(self)}, indent=1).encode()


class Writer:
    """Writes an archive, from its first byte to its last. Made by `begun`."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._files: dict[str, Entry] = {}

    def add(self, path: str, body: Drawn) -> None:
        """Put a file in."""
        self._put(path, body.stream, body.size)
        self._files[path] = Entry(body.size, body.sha256)

    def end(self, created: str, tables: Mapping[str, Sum], missing: tuple[str, ...]) -> Manifest:
        """Put the manifest in: nothing comes after it."""
        manifest = Manifest(created, tables, self._files, missing)
        dumped = manifest.dumped()
        self._put(MANIFEST, io.BytesIO(dumped), len(dumped))
        return manifest

    def _put(self, path: str, stream: IO[bytes], size: int) -> None:
        info = tarfile.TarInfo(path)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, stream)


@contextmanager
def begun(out: IO[bytes]) -> Iterator[Writer]:
    """Begin an archive. out: need not be seekable."""
    with tarfile.open(fileobj=out, mode="w|") as tar:
        yield Writer(tar)


class Archive:
    """An archive whose outside is in order: plain files of known names, each with the size that the manifest tells."""

    def __init__(self, tar: tarfile.TarFile, members: Mapping[str, tarfile.TarInfo], manifest: Manifest) -> None:
        """Made by `opened`."""
        self._tar, self._members, self.manifest = tar, members, manifest

    def media(self) -> dict[str, str]:
        """The names of all media, and where they are in it."""
        return {name: path for path in self._members if (name := _medium(path))}

    def has(self, path: str) -> bool:
        """Whether a file is in it."""
        return path in self._members

    @contextmanager
    def open(self, path: str) -> Iterator[IO[bytes]]:
        """A file, to be read from its beginning. Its bytes are not yet compared with the manifest: `ensure`."""
        with _stream(self._tar, self._members[path]) as stream:
            yield stream

    def ensure(self, path: str, size: int, sha256: str) -> None:
        """Raise Misconfigured unless this is what the manifest says of a file."""
        if self.manifest.files[path] != Entry(size, sha256):
            raise Misconfigured(f"the backup is damaged: {path} is not what its manifest says; take another")


@contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """Open an archive and look at it from outside. Raises Misconfigured for whatever is no backup of ours."""
    with contextlib.ExitStack() as stack:
        with _reading():
            tar = stack.enter_context(tarfile.open(file, "r:"))
            members = _members(tar)
            with _stream(tar, members.pop(MANIFEST)) as stream:
                manifest = _parse(stream.read(LARGEST_MANIFEST))
        told = {path: entry.size for path, entry in manifest.files.items()}
        if told != {path: info.size for path, info in members.items()} or not {ROWS, SECRET} <= told.keys():
            raise Misconfigured(f"{file} is damaged: what is in it is not what its manifest says; take another")
        if any(told.get(path, 0) > LARGEST_TEXT for path in (SECRET, place.SETTINGS)):
            raise Misconfigured(f"{file} is no backup of Indie: its secret or settings are too large")
        yield Archive(tar, members, manifest)


def _members(tar: tarfile.TarFile) -> dict[str, tarfile.TarInfo]:
    found: dict[str, tarfile.TarInfo] = {}
    for info in tar:
        # Why no sparse one: it may be a terabyte of nothing.
        if not info.isreg() or info.sparse or info.name in found or not _is_ours(info.name):
            raise Misconfigured(f"this is no backup of Indie: it holds “{info.name[:60]}”")
        found[info.name] = info
    if MANIFEST not in found:
        raise Misconfigured("this is no whole backup of Indie: it has no manifest; take another")
    return found


def path_of(name: str) -> str:
    """Where a medium is in the archive."""
    return f"media/{name[:2]}/{name}"


def _medium(path: str) -> str | None:
    name = path.rpartition("/")[2]
    return name if storage.is_name(name) and path == path_of(name) else None


def _is_ours(path: str) -> bool:
    return path in (ROWS, SECRET, place.SETTINGS, MANIFEST) or _medium(path) is not None


@contextmanager
def _reading() -> Iterator[None]:
    """Misconfigured for whatever is wrong with the bytes. Why so many: tarfile lets out what it stumbles over."""
    try:
        yield
    except (tarfile.TarError, EOFError, ValueError, LookupError, OverflowError, RecursionError, struct.error) as error:
        raise Misconfigured(f"this is no whole backup of Indie ({error}); take another") from None


def _stream(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = tar.extractfile(info)
    assert stream is not None  # it is a plain file
    return stream


def _parse(text: bytes) -> Manifest:
    try:
        told: dict[str, Any] = json.loads(text)
        if told["indie"] != FORMAT:
            raise Misconfigured("the backup is of a newer version of Indie; update the program")
        return Manifest(
            str(told["created"]),
            {str(name): Sum(int(one["rows"]), str(one["sha256"])) for name, one in told["tables"].items()},
            {str(path): Entry(int(one["size"]), str(one["sha256"])) for path, one in told["files"].items()},
            tuple(map(str, told["missing"])),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Misconfigured("the manifest of the backup is damaged; take another") from None
