"""A site from one engine to another, from one storage to another: whole, verified, and gone on with after a kill."""

import hmac
from dataclasses import dataclass

from indie.errors import Misconfigured
from indie.media.storage import Storage
from indie.moving import bodies, place
from indie.moving.place import Place
from indie.store import transfer
from indie.store.database import Database
from indie.store.transfer import Tell


@dataclass(frozen=True)
class Moved:
    """What was copied. missing: files that rows speak of and that the source does not have."""

    rows: int
    files: int
    missing: frozenset[str]


def move(source: Place, target: Place, tell: Tell, *, rows: bool, media: bool) -> Moved:
    """
    Copy the site, or only its rows or its media, to a place that is empty or holds a begun copy of it.

    The source is only read; it may be in use, but what comes to it after the beginning does not come along.
    Raises Misconfigured for any other target, and where the copy does not come out the same.
    """
    secret, copied, carried = place.secret(source.data), 0, set[str]()
    with transfer.faults(source.database, target.database):
        transfer.ensure_current(source.database)
        transfer.ensure_whole(source.database)
        resumed = rows and _begin(target.database, secret)
        if media and not resumed:
            _ensure_ours(source.storage, target.storage)
        if rows:
            transfer.begin(target.database, secret)
            if target.data != source.data:
                place.put_secret(target.data, secret)
            copied = transfer.copy(source.database, target.database, tell)
        needed = transfer.files((target if rows else source).database)
        if media:
            carried = bodies.carry(source.storage, target.storage, tell)
        if rows:
            if target.data != source.data:
                place.put_settings(target.data, place.settings(source.data))
            transfer.end(target.database)
    return Moved(copied, len(carried), frozenset(needed - carried if media else ()))


def _begin(target: Database, secret: bytes) -> bool:
    """Whether a copy of this site was begun there; if none was, it is empty, with its tables."""
    transfer.ensure_tables(target)
    if hmac.compare_digest(transfer.begun(target), transfer.digest(secret)):
        return True
    if transfer.begun(target):
        raise Misconfigured(f"{target.place} holds a begun copy of another site; name an empty place")
    transfer.ensure_empty(target)
    return False


def _ensure_ours(source: Storage, target: Storage) -> None:
    """Refuse a storage with files that are not this site's: nobody could tell them apart afterwards."""
    if other := next((name for name in target.list() if not source.has(name)), None):
        raise Misconfigured(f"another site's files are where the media are to go, {other} for one; name an empty place")
