"""
Other people's pictures, fetched once and served from here: photos given by URL, faces.

A picture has its address with us from the moment it is named; a job fills it. So
no page ever asks somebody else's host for anything (DESIGN §7), and nobody waits
for one while he posts.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime

from indie import urls
from indie.errors import FetchFailed
from indie.fetch import limits
from indie.fetch.client import Fetcher
from indie.media import names, pictures, types
from indie.media.storage import Storage
from indie.store import Store
from indie.store.media import HERE, MISSING, WANTED, Medium

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
        filled = _fill(medium, storage, fetcher)
    except FetchFailed as error:
        if error.again and not last:
            raise
        filled = None
    with store.write():
        store.media.put(filled or Medium(named, MISSING, medium.purpose, origin=medium.origin), now)


def abandon(store: Store, named: str, now: datetime) -> None:
    """The job was given up for a fault of ours: the page shows a link instead."""
    if medium := store.media.get(named):
        store.media.put(Medium(named, MISSING, medium.purpose, origin=medium.origin), now)


def _fill(medium: Medium, storage: Storage, fetcher: Fetcher) -> Medium | None:
    """The medium with its bytes stored; None if there is no picture at its origin."""
    limit = limits.AVATAR if medium.purpose == "avatar" else limits.PHOTO
    fetched = fetcher.get(medium.origin, limit, accept="image/*").unless_busy()
    body = fetched.body
    if not fetched.ok:
        return None
    if medium.purpose == "avatar":
        try:
            body = pictures.avatar(body)
        except ValueError:
            return None
    kind = types.sniff(body)
    if kind is None or kind.kind != "photo":
        return None
    size = pictures.measure(body)
    file = names.content_name(body, kind.suffix)
    storage.put(file, body)
    return Medium(
        medium.name,
        HERE,
        medium.purpose,
        origin=medium.origin,
        file=file,
        type=kind.name,
        size=len(body),
        width=size.width if size else 0,
        height=size.height if size else 0,
    )
