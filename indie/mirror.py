"""
Other people's pictures, fetched once and served from here: photos given by URL, faces.

A picture has its address with us from the moment it is named; a job fills it. So
no page ever asks somebody else's host for anything (DESIGN §7), and nobody waits
for one while he posts.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import datetime

from indie import files, urls
from indie.errors import FetchFailed, InvalidRequest
from indie.fetch import limits
from indie.fetch.client import Fetcher
from indie.media import pictures
from indie.media.storage import Storage
from indie.store import Store
from indie.store.media import AVATAR, HERE, MISSING, WANTED, Medium

JOB = "mirror.fetch"


def name(secret: bytes, purpose: str, url: str) -> str:
    """Under which name the picture at `url` is kept: always the same, and unguessable."""
    digest = hmac.digest(secret, f"{purpose} {url}".encode("utf-8", "replace"), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def want(store: Store, purpose: str, url: str, now: datetime) -> str:
    """
    Ask for the picture at `url`, in the transaction at hand; one that is here stays as it is.

    purpose: `photo` is kept as it is, `avatar` becomes a small square.
    Returns its name among the media.
    """
    named = name(store.secret, purpose, url)
    known = store.media.get(named)
    if known is None or known.state == MISSING:
        store.media.put(Medium(named, WANTED, purpose, origin=url), now)
        store.later(JOB, {"name": named}, now, lane=urls.host(url), dedupe=f"{JOB} {named}")
    return named


def copy(store: Store, purpose: str, url: str) -> str | None:
    """The name of our copy of the picture at `url`; None while there is none."""
    medium = store.media.get(name(store.secret, purpose, url))
    return medium.name if medium and medium.state == HERE else None


def fetch(store: Store, storage: Storage, fetcher: Fetcher, named: str, now: datetime, *, last: bool) -> None:
    """
    The job: fetch a picture that is wanted.

    last: there will be no other try; what fails now is missing.
    Raises FetchFailed where another try may help.
    """
    medium = store.media.get(named)
    if medium is None or medium.state != WANTED:
        return
    try:
        filled = _fill(medium, fetcher)
    except FetchFailed as error:
        if error.again and not last:
            raise
        filled = None
    if filled:
        files.lay(storage, filled)
    with store.write():
        if filled:
            files.add(store, storage, filled, now)
        else:
            store.media.put(Medium(named, MISSING, medium.purpose, origin=medium.origin), now)


def abandon(store: Store, named: str, now: datetime) -> None:
    """The job was given up for a fault of ours: the page shows a link instead."""
    if medium := store.media.get(named):
        store.media.put(Medium(named, MISSING, medium.purpose, origin=medium.origin), now)


def _fill(medium: Medium, fetcher: Fetcher) -> files.File | None:
    """The picture at the origin of a medium, as a file of its name; None if there is none."""
    limit = limits.AVATAR if medium.purpose == AVATAR else limits.PHOTO
    fetched = fetcher.get(medium.origin, limit, accept="image/*").unless_busy()
    if not fetched.ok:
        return None
    try:
        file = files.read(pictures.avatar(fetched.body) if medium.purpose == AVATAR else fetched.body)
    except (ValueError, InvalidRequest):
        return None
    if not files.is_picture(file.medium):
        return None
    return replace(file, medium=replace(file.medium, name=medium.name, purpose=medium.purpose, origin=medium.origin))
