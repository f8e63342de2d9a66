"""Making the owner: by the one-time link or by `setup`, through one door."""

import hmac
from dataclasses import replace
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from indie import files, text
from indie.errors import InvalidRequest
from indie.media import pictures
from indie.media.storage import Storage
from indie.store import Store
from indie.store.media import AVATAR
from indie.store.owner import Owner

SHORTEST_PASSWORD = 8

_HASHER = PasswordHasher()


class Wrong(InvalidRequest):
    """What is wrong with one field of the set-up. field: its name."""

    def __init__(self, field: str, message: str) -> None:
        """Name the field, say what to do."""
        super().__init__(message)
        self.field = field


def setup_key(secret: bytes) -> str:
    """The end of the set-up link. It opens nothing once there is an owner, so it works once."""
    return hmac.digest(secret, b"set-up link", "sha256").hex()[:40]


def check(name: str, password: str) -> list[Wrong]:
    """Everything that is wrong with what somebody wants to set up."""
    wrong = []
    if not text.one_line(name):
        wrong.append(Wrong("name", "Give a name; it stands beside everything that you post."))
    if len(password) < SHORTEST_PASSWORD:
        wrong.append(Wrong("password", f"Give a password of {SHORTEST_PASSWORD} characters or more."))
    try:
        password.encode()
    except UnicodeEncodeError:
        wrong.append(Wrong("password", "Give the password as text in UTF-8."))
    return wrong


def set_up(  # what an owner is made of
    store: Store,
    storage: Storage,
    now: datetime,
    *,
    name: str,
    password: str,
    nickname: str | None = None,
    note: str | None = None,
    photo: bytes | None = None,
) -> Owner:
    """
    Make the owner, or change what is known of him; what is None stays as it is.

    photo: the bytes of a picture.
    Raises Wrong for the first thing that is wrong; nothing is changed then.
    """
    for wrong in check(name, password):
        raise wrong
    portrait = _portrait(photo) if photo is not None else None
    if portrait:
        files.lay(storage, portrait)
    hashed = _HASHER.hash(password)
    with store.write():
        before = store.owner.get() or Owner(name)
        if portrait:
            files.add(store, storage, portrait, now)
        owner = Owner(
            name=text.one_line(name),
            nickname=before.nickname if nickname is None else text.one_line(nickname).lstrip("@"),
            note=before.note if note is None else note.strip(),
            photo=portrait.medium.name if portrait else before.photo,
            password=hashed,
        )
        store.owner.put(owner, now)
    return owner


def is_password(owner: Owner, password: str) -> bool:
    """Whether this is the owner's password."""
    try:
        return _HASHER.verify(owner.password, password)
    except (VerificationError, ValueError):
        return False


def _portrait(photo: bytes) -> files.File:
    try:
        file = files.read(pictures.avatar(photo))
    except ValueError as error:
        raise Wrong("photo", f"The photo cannot be used. {error}") from None
    return replace(file, medium=replace(file.medium, purpose=AVATAR))
