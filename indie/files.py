"""
The one door through which a file comes into the site: with a post, to the media endpoint, from elsewhere.

It is told by its first bytes, named by all of them and kept as it was sent, without
the place where it was made. Smaller copies of a picture are made later, by a job.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from mmap import ACCESS_COPY, mmap
from typing import IO
from urllib.parse import unquote, urlsplit

from indie import urls
from indie.errors import InvalidRequest, UnsupportedMediaType
from indie.media import films, location, names, pictures, renditions, types
from indie.media.storage import Storage
from indie.store import Store
from indie.store.media import HERE, PHOTO, Medium, Rendition

FOLDER = "media/"
"""Below the site's address, where media are served."""

RENDER = "media.render"
"""The job that makes the smaller copies of a picture: `{"name": name}`."""

PLAIN = ".jpg"
"""Behind the name of a picture: that of its copy for who takes no WebP and no AVIF."""

IN_MEMORY = 1024 * 1024
"""In bytes. A larger file stays on the disk while it is looked at."""


@dataclass(frozen=True)
class File:
    """What is to be known of a file, and its bytes, ready to be kept."""

    medium: Medium
    body: bytes | mmap


def whole(stream: IO[bytes]) -> bytes | mmap:
    """
    All that an upload brings; nothing of a large one is in memory yet.

    stream: seekable; where it is large, a file on the disk.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    # Why a copy: what is written there later changes this process's pages, and no file.
    return stream.read() if size <= IN_MEMORY else mmap(stream.fileno(), 0, access=ACCESS_COPY)


def read(body: bytes | mmap) -> File:
    """
    What a file is, by its bytes; whatever tells its place is taken out of them.

    Raises InvalidRequest for an empty one, UnsupportedMediaType for what is none of types.TYPES.
    Limit: a picture is in memory while it is read, some times over; a film or sound that is an mmap is not,
    and is changed where it lies.
    """
    if not len(body):
        raise InvalidRequest("This file is empty; send it again.")
    kind = types.sniff(body[: types.HEAD])
    if kind is None:
        raise UnsupportedMediaType(
            "This file is no picture, film, sound or captions that this site takes: "
            f"send one of {', '.join(known.suffix for known in types.TYPES)}."
        )
    size: pictures.Picture | films.Film | None = None
    if kind.kind == "photo":
        body = location.without_location(body[:])
        size = pictures.measure(body)
    elif isinstance(body, mmap):
        location.clear(body)
    else:
        body = location.without_location(body)
    if kind.kind == "video":
        size = films.measure(body)
    name = names.content_name(body, kind.suffix)
    medium = Medium(
        name,
        HERE,
        PHOTO,
        file=name,
        type=kind.name,
        size=len(body),
        width=size.width if size else 0,
        height=size.height if size else 0,
    )
    return File(medium, body)


def lay(storage: Storage, file: File) -> None:
    """Put the bytes where they belong. The same ones are kept once."""
    _lay(storage, file.medium.file, file.body)


def add(store: Store, storage: Storage, file: File, now: datetime) -> None:
    """Take a file that was laid into the table, in the transaction at hand, and ask for its smaller copies."""
    # Why again: its twin may have been deleted since it was laid.
    lay(storage, file)
    store.media.put(file.medium, now)
    if file.medium.purpose == PHOTO and is_picture(file.medium):
        name = file.medium.name
        store.later(RENDER, {"name": name}, now, dedupe=f"{RENDER} {name}")


def delete(store: Store, storage: Storage, name: str) -> None:
    """Forget a medium and its smaller copies. Posts that show it are not asked."""
    with store.write():
        for file in (*store.media.delete(name + PLAIN), *store.media.delete(name)):
            # Why inside: whoever brings the same bytes waits for the lock, and lays them again.
            storage.delete(file)


def render(store: Store, storage: Storage, name: str) -> None:
    """The job: make the copies of a picture, and find its colour; nothing for what has none."""
    medium = store.media.get(name)
    if medium is None or medium.state != HERE or medium.created is None:
        return
    with storage.open(medium.file) as file:
        made = renditions.make(file.read())
    if made is None:
        return
    copies = [(names.content_name(copy.body, types.WEBP.suffix), copy) for copy in made.files]
    plain = _plain(name, made.jpeg) if made.jpeg else None
    bodies = [(file_name, copy.body) for file_name, copy in copies]
    bodies += [(plain.file, made.jpeg.body)] if plain and made.jpeg else []
    for file_name, body in bodies:
        _lay(storage, file_name, body)
    with store.write():
        if store.media.get(name) is None:
            return
        for file_name, body in bodies:
            _lay(storage, file_name, body)
        rows = [Rendition(copy.width, copy.height, file_name) for file_name, copy in copies]
        store.media.put_renditions(name, made.colour, rows)
        if plain:
            store.media.put(plain, medium.created)


def _plain(name: str, copy: renditions.Rendition) -> Medium:
    """A copy of the picture of this name, as a medium of its own: its address follows from that of the picture."""
    file = names.content_name(copy.body, types.JPEG.suffix)
    kind, size = types.JPEG.name, len(copy.body)
    return Medium(name + PLAIN, HERE, PHOTO, name, file, kind, size, copy.width, copy.height)


def is_picture(medium: Medium) -> bool:
    """Whether it is a picture that stands still or moves, no film and no sound."""
    return any(kind.name == medium.type and kind.kind == "photo" for kind in types.TYPES)


def address(me: str, name: str) -> str:
    """Where a medium, or a smaller copy of one, is served."""
    return f"{me}{FOLDER}{name}"


def name_at(me: str, url: str) -> str | None:
    """The name of the medium at one of our addresses, in whatever spelling; None for any other address."""
    if urls.key(url).partition("/")[0] != urls.key(me):
        return None
    folder, _, name = unquote(urlsplit(url).path).lstrip("/").rpartition("/")
    return name if f"{folder}/" == FOLDER and name else None


def _lay(storage: Storage, name: str, body: bytes | mmap) -> None:
    if not storage.has(name):
        storage.put(name, body)
