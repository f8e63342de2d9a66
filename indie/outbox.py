"""
The outbox: whom a post tells that it links to them, and who has still to be told.

What is to be told is saved in the transaction that causes it, and told later, by a job (`webmention.send`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from indie import people, urls
from indie.posts import content
from indie.posts.post import Post
from indie.preferences import takes_once
from indie.store import Store
from indie.store.deliveries import DUE, SENT, Delivery

SEND = "webmention.send"
"""The job that tells one target of one post: `{"delivery": id}`."""


def links(store: Store, post: Post, me: str) -> tuple[str, ...]:
    """Every URL that a post points to, people who are mentioned among them (`posts.content.links`)."""
    return content.links(post.item, post.url(me), syntax=post.syntax, people=people.mentioned(store, post.item))


def targets(store: Store, post: Post, me: str) -> tuple[str, ...]:
    """
    Every page elsewhere that a post concerns: what it links to, then the places that copy it when they are told.

    At most MOST_LINKS; the places, which were asked for by name, are not cut. Our own pages are joined in the
    database, and told nothing.
    """
    places = store.preferences.get().told_by_webmention(post.syndicate_to) if post.syndicate_to else ()
    room = max(0, content.MOST_LINKS - len(places))
    found = (*links(store, post, me)[:room], *places[: content.MOST_LINKS])
    return tuple(target for target in dict.fromkeys(found) if not urls.same_site(target, me))


def recipients(store: Store, post: Post, me: str) -> list[str]:
    """Whom a post is to tell as it is now, those whom an earlier version concerned among them (`announce`)."""
    return _concerned(store, post, store.deliveries.of(post.id), me)


def announce(store: Store, before: Post | None, post: Post, me: str, now: datetime) -> None:
    """
    Ask that everybody be told whom this version, or an earlier one, concerns.

    Unlisted, private and draft posts tell nobody that they are there; that one is there no
    more is told to all who knew of it. Own pages are joined in the database.
    """
    if not post.visible and (before is None or not before.visible):
        return
    known = store.deliveries.of(post.id) if before else []
    targets = _concerned(store, post, known, me)
    if before and before.visible and post.visible:
        done = {delivery.target for delivery in known if delivery.told and takes_once(delivery.target)}
        targets = [target for target in targets if target not in done]
    _send(store, post, targets, me, now)


def tell(store: Store, post: Post, me: str, now: datetime) -> int:
    """
    Tell those again whom this post has not told: it has not changed, so who took it needs no second webmention.

    Returns how many are to be told now: what waits is hastened, what failed or was refused gets another chance.
    """
    with store.write():
        current = store.posts.by_id(post.id) or post
        known = store.deliveries.of(current.id)
        targets = _concerned(store, current, known, me)
        # Why not made due anew: one that is being told at this moment would be told twice.
        waiting = {one.target: one.id for one in known if one.state == DUE and one.target in targets}
        for target, delivery in waiting.items():
            _want(store, delivery, target, now)
        settled = {*waiting, *(one.target for one in known if one.state == SENT)}
        others = [target for target in targets if target not in settled]
        return len(waiting) + _send(store, current, others, me, now)


def tell_everybody(store: Store, post: Post, me: str, now: datetime) -> int:
    """Tell all whom a post concerns, whether they took it before or not. Returns how many."""
    with store.write():
        current = store.posts.by_id(post.id) or post
        return _send(store, current, recipients(store, current, me), me, now)


def deliver(store: Store, post_id: int, target: str, now: datetime) -> None:
    """Note in the outbox that a post is to tell a target, now or again, and ask for it. In a transaction."""
    _want(store, store.deliveries.add(post_id, target, now), target, now)


def _concerned(store: Store, post: Post, known: Sequence[Delivery], me: str) -> list[str]:
    """Whom a post as it is now has to tell: all it concerns and ever concerned, if it may; else who was told of it."""
    if not post.listed:
        return [delivery.target for delivery in known if delivery.told]
    return list(dict.fromkeys([*(delivery.target for delivery in known), *targets(store, post, me)]))


def _send(store: Store, post: Post, targets: Iterable[str], me: str, now: datetime) -> int:
    """Note in the outbox that these are to be told, and ask for it; returns how many. Own pages are told nothing."""
    others = [target for target in targets if not urls.same_site(target, me)]
    for target in others:
        deliver(store, post.id, target, now)
    return len(others)


def _want(store: Store, delivery: int, target: str, now: datetime) -> None:
    store.later(SEND, {"delivery": delivery}, now, lane=urls.host(target), dedupe=f"{SEND} {delivery}")
