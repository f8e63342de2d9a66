"""The owner: made by the one-time link or by `setup`, through one door; his password, and who may try it how often."""

import hmac
from dataclasses import replace
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from indie import files, notices, text
from indie.errors import InvalidRequest, TooManyRequests
from indie.media import pictures
from indie.media.storage import Storage
from indie.store import Store
from indie.store.limits import network
from indie.store.media import AVATAR
from indie.store.owner import Owner

SHORTEST_PASSWORD = 8

TRIES_OF_ADDRESS = 5
TRIES_OF_ALL = 20
ANOTHER_TRY = timedelta(minutes=1)
"""So many passwords may be tried at once, by one address and by all of them; after that one a minute."""

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
        if before.password and not is_password(before, password):
            store.sessions.end_all()
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
        notices.notify(store, ("",), now)
    return owner


def change_password(store: Store, password: str, now: datetime, *, keep_session: int, revoke_tokens: bool) -> None:
    """
    Give the owner another password: he is signed out everywhere else (IA 57).

    keep_session: the session in which he changes it. revoke_tokens: whether all apps lose their tokens too.
    Raises Wrong.
    """
    owner = store.owner.get()
    assert owner is not None  # nobody else is signed in
    for wrong in check(owner.name, password):
        raise wrong
    hashed = _HASHER.hash(password)
    with store.write():
        store.owner.put(replace(owner, password=hashed), now)
        store.sessions.end_all(keep_session)
        if revoke_tokens:
            store.tokens.revoke_all(now)


def try_password(store: Store, password: str, address: str, now: datetime, *, limited: bool) -> bool:
    """
    Whether this is the owner's password.

    address: who tries. limited: whether somebody who comes too often is refused, before any hash is made.
    Raises TooManyRequests.
    """
    owner = store.owner.get()
    if owner is None:
        return False
    if limited:
        take_a_try(store, address, now)
    right = is_password(owner, password)
    if right:
        forget_tries(store, address)
    return right


def take_a_try(store: Store, address: str, now: datetime, *, by_password: bool = True) -> None:
    """
    Count a try to sign in.

    by_password: a password can be guessed by the whole world together, a passkey by nobody.
    Raises TooManyRequests where this address, or the whole world, tried too often. An address at which the owner
    is signed in waits for its own tries alone: strangers cannot lock him out there.
    """
    with store.write():
        wait = store.limits.take(_key(address), now, TRIES_OF_ADDRESS, ANOTHER_TRY)
        trusted = any(session.address == address for session in store.sessions.all(now))
        if wait is None and by_password and not trusted:
            wait = store.limits.take("sign-in", now, TRIES_OF_ALL, ANOTHER_TRY)
    if wait is not None:
        seconds = max(1, round(wait.total_seconds()))
        raise TooManyRequests(f"There were too many tries to sign in; try again in {seconds} seconds.", seconds)


def forget_tries(store: Store, address: str) -> None:
    """Whoever signed in may be wrong as often as before."""
    with store.write():
        store.limits.forget(_key(address))


def _key(address: str) -> str:
    return f"sign-in {network(address)}"


def is_password(owner: Owner, password: str) -> bool:
    """Whether this is the owner's password."""
    try:
        return _HASHER.verify(owner.password, password)
    except (VerificationError, ValueError):
        return False


def _portrait(photo: bytes) -> files.File:
    try:
        file = files.read(pictures.avatar(photo, pictures.PORTRAIT))
    except ValueError as error:
        raise Wrong("photo", f"The photo cannot be used. {error}") from None
    return replace(file, medium=replace(file.medium, purpose=AVATAR))
