"""Where a site is: its rows, its media, and its data folder with the secret."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from indie.errors import Misconfigured
from indie.media.storage import Storage
from indie.store import SECRET_BYTES
from indie.store.database import Database

SETTINGS = "settings.env"

_OF_THE_PLACE = ("INDIE_DATABASE", "INDIE_MEDIA")


@dataclass(frozen=True)
class Place:
    """A place, opened. data: the folder with `secret` and `settings.env`."""

    database: Database
    storage: Storage
    data: Path


def secret(data: Path) -> bytes:
    """The secret in a data folder. Raises Misconfigured if there is none; this makes none."""
    try:
        found = (data / "secret").read_bytes()
    except OSError as error:
        raise Misconfigured(f"{data / 'secret'} cannot be read ({error.strerror}); check INDIE_DATA") from None
    if len(found) < SECRET_BYTES:
        raise Misconfigured(f"{data / 'secret'} is damaged; restore it from a backup")
    return found


def put_secret(data: Path, body: bytes) -> None:
    """Make this the secret of a data folder, whatever it was: wholly, and for this user alone to read."""
    _put(data / "secret", body)


def settings(data: Path) -> bytes | None:
    """
    `settings.env`, without the lines that say where rows and media are; None if there is none.

    Why without: elsewhere they are elsewhere, and the first of them has a password.
    """
    try:
        lines = (data / SETTINGS).read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return None
    return b"".join(line for line in lines if not _names(line))


def put_settings(data: Path, body: bytes | None) -> None:
    """Give a data folder these settings, unless it has some already."""
    if body and not (data / SETTINGS).exists():
        _put(data / SETTINGS, body)


def _names(line: bytes) -> bool:
    return line.decode(errors="replace").partition("=")[0].strip() in _OF_THE_PLACE


def _put(path: Path, body: bytes) -> None:
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
