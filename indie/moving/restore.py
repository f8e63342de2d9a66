"""A site out of a backup, in an empty place: all of it or nothing."""

import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indie.config import Settings
from indie.errors import IndieError, Misconfigured
from indie.media.storage import Storage
from indie.moving import archive, bodies, place
from indie.moving.archive import Archive, Manifest
from indie.moving.place import Place
from indie.store import Store, transfer
from indie.store.database import Database
from indie.store.sqlite import SQLite
from indie.store.transfer import Tell


def restore(file: Path, target: Place, tell: Tell) -> Manifest:
    """
    Put everything that a backup holds into a place, brought to this version's schema.

    Raises Misconfigured where the place is not empty, or the backup is none, is damaged, or is of a newer version;
    then nothing of it is left there. The place may have tables and a secret already, which is replaced.
    """
    with transfer.faults(target.database), archive.opened(file) as found:
        transfer.ensure_tables(target.database)
        transfer.ensure_empty(target.database)
        media = found.media()
        if other := next((name for name in target.storage.list() if name not in media), None):
            raise Misconfigured(f"another site's files are where the media are to go, {other} for one; empty it first")
        with tempfile.TemporaryDirectory(prefix=".indie-", dir=target.data) as name:
            folder = Path(name)
            with (
                _unpacked(found, folder) as rows,
                _laid(found, media, target.storage, tell),
                _secret_or_none(target.data),
                target.database.write(),
            ):
                transfer.forget_place(target.database)
                transfer.copy(rows, target.database, tell)
                place.put_secret(target.data, place.secret(folder))
            place.put_settings(target.data, place.settings(folder))
        return found.manifest


@contextmanager
def _unpacked(found: Archive, folder: Path) -> Iterator[Database]:
    """Everything but media in a folder of its own; the rows are looked at, and brought to this version."""
    for path in (archive.ROWS, archive.SECRET, place.SETTINGS):
        if found.has(path):
            with found.open(path) as stream, (folder / path).open("wb") as out:
                found.ensure(path, *bodies.poured(stream, out))
    place.secret(folder)
    given = SQLite(folder / archive.ROWS)
    with transfer.faults(given):
        transfer.ensure_inert(given)
        if transfer.sums(given) != found.manifest.tables:
            raise Misconfigured("the backup is damaged: its rows are not what its manifest says; take another")
        given.close()
        store = Store.open(Settings(data=folder))
        try:
            yield store.database
        finally:
            store.database.close()


@contextmanager
def _laid(found: Archive, media: dict[str, str], storage: Storage, tell: Tell) -> Iterator[None]:
    """All media in the storage; if anything fails then or later, none of those that were not there before."""
    ours = []
    try:
        for number, (name, path) in enumerate(media.items()):
            tell("files", number, len(media))
            with found.open(path) as stream, bodies.drawn(stream) as body:
                found.ensure(path, body.size, body.sha256)
                if not bodies.holds(storage, name, body.size, body.sha256):
                    ours.append(name)
                    bodies.put(storage, name, body)
        tell("files", len(media), len(media))
        yield
    except BaseException:
        with contextlib.suppress(IndieError, OSError):  # what failed may be the storage
            for name in ours:
                storage.delete(name)
        raise


@contextmanager
def _secret_or_none(data: Path) -> Iterator[None]:
    """If anything fails, the secret that was there, or none."""
    path = data / archive.SECRET
    before = path.read_bytes() if path.exists() else None
    try:
        yield
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            place.put_secret(data, before)
        raise
