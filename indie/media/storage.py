"""The place where media lie."""

import io
import os
import re
import secrets
from collections.abc import Iterator
from mmap import mmap
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from indie.errors import NotFound

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}(\.[a-z0-9]{1,10})?")


class Storage(Protocol):
    """Bytes under names of letters, digits, `_` and `-` with a suffix. Every other name is NotFound."""

    def put(self, name: str, body: bytes | mmap) -> None:
        """Keep these bytes under this name: all of them, safe from a power cut, or nothing."""

    def open(self, name: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """
        The bytes, to be read once from the first to the last; the caller closes it. Raises NotFound.

        start, length: in bytes, of a part of them that is there. No more than that is fetched.
        """

    def size(self, name: str) -> int:
        """How many bytes there are. Raises NotFound."""

    def has(self, name: str) -> bool:
        """Whether there is anything under this name."""

    def delete(self, name: str) -> None:
        """Forget these bytes. No error where there are none: a job may do it twice."""

    def list(self) -> Iterator[str]:
        """All names, in no order."""


class Folder:
    """
    A Storage in a folder, made when it is missing, with a subfolder for the first two characters of a name.

    Any number of processes may use it at once.
    Limit: a process that is killed leaves what it was writing in `.unfinished`,
    which nobody reads and which may be emptied while the site stands still.
    """

    def __init__(self, path: Path) -> None:
        """Open the folder at `path`."""
        self._path = path
        self._unfinished = path / ".unfinished"
        self._unfinished.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, body: bytes | mmap) -> None:
        """See Storage. A file that is there under this name is replaced."""
        place = self._place(name)
        unfinished = self._unfinished / secrets.token_hex(16)
        try:
            with unfinished.open("xb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            place.parent.mkdir(exist_ok=True)
            unfinished.replace(place)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        _sync(place.parent)
        _sync(self._path)

    def open(self, name: str, start: int = 0, length: int | None = None) -> BinaryIO:
        """See Storage."""
        try:
            file = self._place(name).open("rb")
        except FileNotFoundError:
            raise not_found(name) from None
        file.seek(start)
        return file if length is None else io.BufferedReader(_Part(file, length))

    def size(self, name: str) -> int:
        """See Storage."""
        try:
            return self._place(name).stat().st_size
        except FileNotFoundError:
            raise not_found(name) from None

    def has(self, name: str) -> bool:
        """See Storage."""
        return is_name(name) and self._place(name).is_file()

    def delete(self, name: str) -> None:
        """See Storage."""
        self._place(name).unlink(missing_ok=True)

    def list(self) -> Iterator[str]:
        """See Storage."""
        for file in self._path.glob("*/*"):
            if is_name(file.name) and file == self._place(file.name):
                yield file.name

    def _place(self, name: str) -> Path:
        ensure_name(name)
        return self._path / name[:2] / name


class _Part(io.RawIOBase):
    """A file from where it stands, for so many bytes and no more."""

    def __init__(self, file: BinaryIO, length: int) -> None:
        self._file, self._left = file, length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._file.read(min(len(buffer), self._left))
        buffer[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()


def is_name(name: str) -> bool:
    """Whether bytes may be kept under it."""
    return _NAME.fullmatch(name) is not None


def ensure_name(name: str) -> None:
    """Raise NotFound where nothing may be kept under this name."""
    if not is_name(name):
        raise not_found(name)


def not_found(name: str) -> NotFound:
    """What is raised where there is nothing under this name."""
    return NotFound(f"There is no file “{name[:60]}”.")


def _sync(folder: Path) -> None:
    """Put a folder's list of names on the disk: without it a power cut may undo a rename."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
