"""
The one door through which a post is created, changed, deleted and undeleted, whoever asks.

A post and the work that it causes are saved in one transaction; nothing here
talks to anybody else's host.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from mmap import mmap
from typing import Any
from urllib.parse import unquote, urlsplit

from indie import conversations, files, mirror, notices, outbox, times, urls
from indie.errors import InvalidRequest
from indie.media.storage import Storage
from indie.mf2.item import Item
from indie.posts import content, topics
from indie.posts.compose import ABOUT, compose, recompose
from indie.posts.post import SCHEDULED, Post
from indie.responses.response import address
from indie.store import Store
from indie.store.replays import Replay

CITE = "webmention.cite"
"""The job that looks at a page which a post of ours is about: `{"post": id, "url": …}`."""

PUBLISH = "post.publish"
"""The job that publishes a scheduled post at its time: `{"post": id}`."""

PICTURES = ("photo", "featured")
"""Properties whose URLs are pictures that we fetch and serve ourselves."""


@dataclass(frozen=True)
class Upload:
    """A file that came with a post: the property it stands for, and its bytes."""

    property: str
    body: bytes | mmap


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
    replay: Replay | None = None,
    sees_unseen: bool = True,
) -> Post:
    """
    Publish a new post: its page is there when this returns.

    me: the site's address.
    sees_unseen: whether who asks may know of posts that not everybody can see.
    replay: what the request is known by; None where nothing can come twice.
    Returns the post that the same request made before, or that has one of these `syndication`, where there
    is one: whoever sends it again means that one.
    Raises InvalidRequest or UnsupportedMediaType; nothing is stored then.
    """
    came = [(upload.property, _file(upload)) for upload in uploads]
    properties = {name: list(values) for name, values in item.properties.items()}
    for name, file in came:
        properties.setdefault(name, []).append(files.address(me, file.medium.name))
    whole = replace(item, properties=properties)
    preferences = store.preferences.get()

    def draw(taken: Callable[[str], bool]) -> Post:
        return compose(
            whole,
            commands,
            now.astimezone(preferences.time_zone),
            taken,
            preferences=preferences,
            draft_only=draft_only,
            client_id=client_id,
        )

    # Why before the lock: what is refused leaves no file behind, and nobody waits while it is drawn. Whether its path
    # is free can only be told under it.
    drawn = draw(lambda _: False)
    for _, file in came:
        files.lay(storage, file)
    with store.write():
        # Why under the lock: of two at once the second finds what the first has made.
        made = store.replays.made(replay, now) if replay else None
        known = store.posts.by_id(made) if made else store.posts.syndicated(item.urls("syndication"))
        if known and (made or known.visible or sees_unseen):
            return known
        for _, file in came:
            files.add(store, storage, file, now)
        number, taken = store.posts.place(drawn.path)
        free = draw(store.posts.taken) if taken else drawn
        post = store.posts.add(replace(free, id=number), now)
        if replay:
            store.replays.put(replay, post.id, now)
        _follow_up(store, None, post, me, now)
    return post


def update(  # what a version is made of
    store: Store,
    me: str,
    now: datetime,
    post: Post,
    change: Callable[[Post], Item],
    commands: Mapping[str, list[Any]],
    *,
    client_id: str = "",
) -> Post:
    """
    Change what a post says; everybody who was ever told of it is told again.

    change: makes the new item of the post as it is at this moment. It runs while nobody
        else can write, so that no other change is lost; what it raises changes nothing.
    Returns the post as it is now: where nothing changed, as it was. Its path is another
    one where `mp-slug` asked for that; the old one leads to it for ever.
    Raises InvalidRequest, also for a deleted post.
    """

    def changed(before: Post) -> Post:
        if before.deleted:
            raise InvalidRequest("This post is deleted; undelete it first.")
        return _recompose(store, before, change(before), commands, now)

    return _change(store, post, changed, "update", me, now, client_id)


def publish(store: Store, post: Post, me: str, now: datetime) -> None:
    """Publish a scheduled post whose time has come; any other stays as it is."""

    def changed(before: Post) -> Post:
        due = before.status == SCHEDULED and not before.deleted
        return _recompose(store, before, before.item, {}, now) if due else before

    _change(store, post, changed, "publish", me, now, "")


def restore(store: Store, post: Post, number: int, me: str, now: datetime, client_id: str = "") -> Post:
    """
    Say again what a version of a post said; a deleted post comes back with it.

    When it was published, who may see it and where its copies are stays as it is now.
    number: that of `store.revisions.of`. Raises InvalidRequest where there is no such version.
    """

    def changed(before: Post) -> Post:
        versions = {version.number: version for version in store.revisions.of(before.id)}
        if number not in versions:
            raise InvalidRequest(f"There is no version {number}; there are 1 to {len(versions)}.")
        item = versions[number].item
        said = {name: values for name, values in item.properties.items() if name not in ABOUT}
        # Why the copies too: of most posts they are made a moment after its first version.
        kept = (*ABOUT, "syndication")
        about = {name: values for name, values in before.item.properties.items() if name in kept}
        return _recompose(store, replace(before, deleted=None), replace(item, properties=said | about), {}, now)

    return _change(store, post, changed, "restore", me, now, client_id)


def delete(store: Store, post: Post, me: str, now: datetime, client_id: str = "") -> None:
    """
    Take a post away: its page answers 410 and everybody who was told of it is told again.

    Everything can be restored; deleting twice changes nothing.
    """
    _change(store, post, lambda before: replace(before, deleted=before.deleted or now), "delete", me, now, client_id)


def undelete(store: Store, post: Post, me: str, now: datetime, client_id: str = "") -> None:
    """Put a deleted post back at its address, as it was."""
    _change(store, post, lambda before: replace(before, deleted=None), "undelete", me, now, client_id)


def syndicated(store: Store, post: Post, url: str, now: datetime) -> None:
    """
    Note where a copy of a post is, as a value of its `syndication`; twice is once.

    A version is kept; nobody is told, and the post does not count as edited: it says what it said. One that was
    deleted meanwhile stays as it is.
    """
    with store.write():
        before = store.posts.by_id(post.id)
        if before is None or before.deleted or any(_same_copy(url, copy) for copy in before.item.urls("syndication")):
            return
        properties = before.item.properties
        copies = [*properties.get("syndication", []), url]
        after = replace(before, item=replace(before.item, properties=properties | {"syndication": copies}))
        store.posts.change(before, after, "syndicate", "", now)


def find(store: Store, me: str, url: str) -> Post | None:
    """
    The post at one of our addresses, in whatever spelling it was sent.

    http or https, escapes, a final slash, query and fragment make no difference.
    """
    if not urls.same_site(url, me):
        return None
    path = unquote(urlsplit(urls.normalize(url)).path).rstrip("/")
    return store.posts.at(path) if path else None


def above(store: Store, me: str, post: Post) -> list[Post]:
    """The posts of ours under which a reply of the owner's stands: it names them, a copy of them, or what is there."""
    answered = post.item.urls("in-reply-to")
    said = store.responses.answered([urls.key(url) for url in answered])
    named = [find(store, me, url) for url in answered]
    return [one for one in (*named, store.posts.syndicated(answered), *map(store.posts.by_id, said)) if one]


def _change(  # what a version is made of
    store: Store, post: Post, make: Callable[[Post], Post], change: str, me: str, now: datetime, client_id: str
) -> Post:
    """Put what `make` makes of the post in its place, with all that follows; nothing where that is the same."""
    with store.write():
        before = store.posts.by_id(post.id) or post
        after = make(before)
        if after != before:
            store.posts.change(before, after, change, client_id, now)
            _follow_up(store, before, after, me, now)
    return after


def _recompose(
    store: Store, before: Post, item: Item, commands: Mapping[str, list[Any]], now: datetime
) -> Post:
    own = store.posts.paths(before.id)
    preferences = store.preferences.get()
    return recompose(
        before,
        item,
        commands,
        now.astimezone(preferences.time_zone),
        lambda path: path not in own and store.posts.taken(path),
        published_before=store.revisions.published(before.id),
        preferences=preferences,
    )


def _follow_up(store: Store, before: Post | None, post: Post, me: str, now: datetime) -> None:
    """Ask for the work that a new version causes: its pictures, what it cites, its time, whom to tell."""
    shown = [image.url for name in PICTURES for image in post.item.images(name)]
    for url in (*shown, *content.pictures(post.item, post.url(me), syntax=post.syntax)):
        if not urls.same_site(url, me):
            mirror.want(store, "photo", url, now)
    _cite(store, post, me, now)
    if post.status == SCHEDULED and not post.deleted:
        # Why by its date: a job for another one finds nothing to do, and must not take this one's place.
        due = post.published
        store.later(PUBLISH, {"post": post.id}, now, due, dedupe=f"{PUBLISH} {post.id} {times.sortable(due)}")
    voices = [version for version in (before, post) if version and version.listed and conversations.is_voice(version)]
    if any(above(store, me, version) for version in voices):
        conversations.want(store, post.id, now, now)
    outbox.announce(store, before, post, me, now)
    if post.visible or (before and before.visible):
        notices.notify(store, (*(topics.of(before) if before else ()), *topics.of(post)), now)


def _cite(store: Store, post: Post, me: str, now: datetime) -> None:
    """
    Ask for a look at what a post is about, with each version anew. Our own posts are in the database.

    Why only what everybody can see: the look tells another site that we have read its page, which a draft, a private
    post, or one whose time is still to come must not.
    """
    for url in content.cited(post.item) if post.visible else ():
        key = address(url)
        if key and not urls.same_site(url, me):
            store.citations.want(key, url)
            asked: dict[str, object] = {"post": post.id, "url": url}
            store.later(CITE, asked, now, lane=urls.host(url), dedupe=f"{CITE} {post.id} {key}")


def _same_copy(one: str, other: str) -> bool:
    """Why the fragment: two comments on one page elsewhere differ in nothing else."""
    return urls.same_page(one, other) and urlsplit(one).fragment == urlsplit(other).fragment


def _file(upload: Upload) -> files.File:
    """What an uploaded file is. Raises InvalidRequest or UnsupportedMediaType."""
    if upload.property not in ("photo", "video", "audio", *PICTURES):
        raise InvalidRequest(f"A file cannot be the value of “{upload.property}”; send it as photo, video or audio.")
    return files.read(upload.body)
