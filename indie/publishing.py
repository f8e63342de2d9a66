"""
The one door through which a post is created, deleted and undeleted, whoever asks.

A post and the work that it causes are saved in one transaction; nothing here
talks to anybody else's host.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from indie import mirror, urls
from indie.errors import InvalidRequest, UnsupportedMediaType
from indie.media import names, pictures, types
from indie.media.storage import Storage
from indie.mf2.item import Item
from indie.posts import content
from indie.posts.compose import compose
from indie.posts.post import Post
from indie.store import Store
from indie.store.media import HERE, Medium

SEND = "webmention.send"
"""The job that tells one target of one post: `{"delivery": id}`."""

MEDIA = "media/"
"""Below the site's address, where media are served."""

PICTURES = ("photo", "featured")
"""Properties whose URLs are pictures that we fetch and serve ourselves."""


@dataclass(frozen=True)
class Upload:
    """A file that came with a post: the property it stands for, and its bytes."""

    property: str
    body: bytes


def create(  # what a post is made of
    store: Store,
    storage: Storage,
    me: str,
    now: datetime,
    item: Item,
    commands: Mapping[str, list[Any]],
    uploads: Sequence[Upload] = (),
    *,
    client_id: str = "",
    draft_only: bool = False,
) -> Post:
    """
    Publish a new post: its page is there when this returns.

    me: the site's address.
    Raises InvalidRequest or UnsupportedMediaType; nothing is stored then.
    """
    files = [(upload.property, _file(upload), upload.body) for upload in uploads]
    properties = {name: list(values) for name, values in item.properties.items()}
    for name, medium, _ in files:
        properties.setdefault(name, []).append(f"{me}{MEDIA}{medium.name}")
    whole = replace(item, properties=properties)

    def draw() -> Post:
        return compose(whole, commands, now, store.posts.taken, draft_only=draft_only, client_id=client_id)

    # Why drawn twice: what is refused leaves no file behind, and the path is chosen under the lock.
    draw()
    for _, medium, body in files:
        storage.put(medium.name, body)
    with store.write():
        for _, medium, _ in files:
            store.media.put(medium, now)
        post = store.posts.add(draw(), now)
        shown = [image.url for name in PICTURES for image in post.item.images(name)]
        for url in (*shown, *content.pictures(post.item, post.url(me))):
            if not urls.same_site(url, me):
                mirror.want(store, "photo", url, now)
        _announce(store, post, me, now)
    return post


def delete(store: Store, post: Post, me: str, now: datetime, client_id: str = "") -> None:
    """
    Take a post away: its page answers 410 and everybody who was told of it is told again.

    Everything can be restored; deleting twice changes nothing.
    """
    with store.write():
        before = store.posts.by_id(post.id)
        if before and not before.deleted:
            _change(store, before, replace(before, deleted=now), "delete", me, now, client_id)


def undelete(store: Store, post: Post, me: str, now: datetime, client_id: str = "") -> None:
    """Put a deleted post back at its address, as it was."""
    with store.write():
        before = store.posts.by_id(post.id)
        if before and before.deleted:
            _change(store, before, replace(before, deleted=None), "undelete", me, now, client_id)


def find(store: Store, me: str, url: str) -> Post | None:
    """
    The post at one of our addresses, in whatever spelling it was sent.

    http or https, escapes, a final slash, query and fragment make no difference.
    """
    if not urls.same_site(url, me):
        return None
    path = unquote(urlsplit(urls.normalize(url)).path).rstrip("/")
    return store.posts.at(path) if path else None


def _change(  # what a version is made of
    store: Store, before: Post, after: Post, change: str, me: str, now: datetime, client_id: str
) -> None:
    store.posts.change(before, after, change, client_id, now)
    _announce(store, after, me, now)


def _announce(store: Store, post: Post, me: str, now: datetime) -> None:
    """
    Ask that everybody be told whom this version, or an earlier one, links to.

    Unlisted, private and draft posts tell nobody; own pages are joined in the database.
    """
    targets = {delivery.target: None for delivery in store.deliveries.of(post.id)}
    if post.listed:
        targets.update(dict.fromkeys(content.links(post.item, post.url(me))))
    for target in targets:
        if urls.same_site(target, me):
            continue
        delivery = store.deliveries.add(post.id, target, now)
        store.later(SEND, {"delivery": delivery}, now, lane=urls.host(target), dedupe=f"{SEND} {delivery}")


def _file(upload: Upload) -> Medium:
    """What an uploaded file is, by its bytes. Raises UnsupportedMediaType."""
    kind = types.sniff(upload.body)
    if kind is None:
        raise UnsupportedMediaType(
            f"The file for “{upload.property}” is no picture, film or sound that this site takes: "
            f"send one of {', '.join(known.suffix for known in types.TYPES)}."
        )
    if upload.property not in ("photo", "video", "audio", *PICTURES):
        raise InvalidRequest(f"A file cannot be the value of “{upload.property}”; send it as photo, video or audio.")
    size = pictures.measure(upload.body) if kind.kind == "photo" else None
    name = names.content_name(upload.body, kind.suffix)
    return Medium(
        name,
        HERE,
        "photo",
        file=name,
        type=kind.name,
        size=len(upload.body),
        width=size.width if size else 0,
        height=size.height if size else 0,
    )
