"""Everything of a site in one file, taken while it runs."""

import io
import os
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO

from indie import times
from indie.errors import Misconfigured, NotFound
from indie.media.storage import Storage
from indie.moving import archive, bodies, place
from indie.moving.archive import Manifest
from indie.moving.bodies import Drawn
from indie.moving.place import Place
from indie.store import transfer
from indie.store.transfer import Tell


def write(source: Place, path: Path, now: datetime, tell: Tell) -> Manifest:
    """
    Put a backup into a file, of which there is nothing under its name until it is whole.

    Raises Misconfigured where something is there already.
    """
    if path.exists():
        raise Misconfigured(f"{path} is there already; name a new file")
    part = path.with_name(f"{path.name}.part")
    try:
        # Why the mode: the secret is in it, and the hash of the password.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            manifest = pour(source, out, path.parent, now, tell)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def pour(source: Place, out: IO[bytes], scratch: Path | None, now: datetime, tell: Tell) -> Manifest:
    """
    Write a backup to a stream.

    scratch: the folder where the rows may lie meanwhile; None is the system's.

    Rows come first, of one moment, then the files: bytes under a name never change, so whatever a row of that
    moment speaks of is there afterwards, or was deleted meanwhile and is told as missing.
    """
    with (
        tempfile.TemporaryDirectory(prefix=".indie-", dir=scratch) as folder,
        transfer.faults(source.database),
    ):
        rows = Path(folder, archive.ROWS)
        secret, settings = place.secret(source.data), place.settings(source.data)
        tell("rows", 0, 1)
        tables, needed = transfer.dump(source.database, rows)
        tell("rows", 1, 1)
        with archive.begun(out) as writer:
            with rows.open("rb") as stream:
                _add(writer, archive.ROWS, stream)
            rows.unlink()
            _add(writer, archive.SECRET, io.BytesIO(secret))
            if settings is not None:
                _add(writer, place.SETTINGS, io.BytesIO(settings))
            packed = _add_media(writer, source.storage, tell)
            return writer.end(times.rfc3339(now), tables, tuple(sorted(needed - packed)))


def _add(writer: archive.Writer, path: str, stream: IO[bytes]) -> None:
    size, sha256 = bodies.poured(stream)
    stream.seek(0)
    writer.add(path, Drawn(stream, size, sha256))


def _add_media(writer: archive.Writer, storage: Storage, tell: Tell) -> set[str]:
    """Returns the names of those that were there."""
    names, packed = sorted(storage.list()), set()
    for number, name in enumerate(names):
        tell("files", number, len(names))
        try:
            # Why drawn first: one that is deleted, or breaks off, must leave nothing half in the archive.
            with closing(storage.open(name)) as stream, bodies.drawn(stream) as body:
                writer.add(archive.path_of(name), body)
        except NotFound:
            continue
        packed.add(name)
    tell("files", len(names), len(names))
    return packed
