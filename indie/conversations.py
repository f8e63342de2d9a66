"""What stands under a post, as the tables have it; and who is to hear that it changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from indie import notices, times, urls
from indie.posts import topics
from indie.posts.post import Post
from indie.store import Store
from indie.store.quoted import StoredQuoted
from indie.store.responses import Stored

JOB = "webmention.upstream"
"""The job that tells again what a post has told, when something else is said below it: `{"post": id, "since": …}`."""

ROUNDS = 500
"""Limit: how many times the owner's answers to answers are followed."""


@dataclass(frozen=True)
class Round:
    """
    What answers some posts of ours.

    stored: what was sent to them, the places of what is gone too. quoted: what others show of it.
    own: the owner's answers to all that, which are asked about in the next round.
    """

    stored: list[Stored]
    quoted: list[StoredQuoted]
    own: list[Post]


def rounds(store: Store, me: str, post: Post) -> Iterator[Round]:
    """Responses to a post, the owner's answers to those, responses to them, and so on, until nothing new is found."""
    seen, new = {post.id}, [post]
    for _ in range(ROUNDS):
        ids = [one.id for one in new]
        stored = store.responses.shown(ids, gone=True)
        known = {key for one in new for key in names(store, me, one)}
        known |= {alias.key for one in stored for alias in one.response.aliases}
        own = [one for one in store.posts.answering(known) if one.id not in seen and is_voice(one)]
        yield Round(stored, store.quoted.shown(ids), own)
        if not own:
            return
        seen |= {one.id for one in own}
        new = own


def is_voice(post: Post) -> bool:
    """Whether a post of the owner's stands in the conversation of what it answers."""
    return post.kind in ("reply", "rsvp")


def keys(store: Store, me: str, post: Post) -> list[str]:
    """By which keys a post is found: all the addresses it ever had."""
    return [urls.key(me + path.lstrip("/")) for path in store.posts.paths(post.id)]


def names(store: Store, me: str, post: Post) -> list[str]:
    """The keys of a post and of its copies elsewhere, by any of which it may be answered."""
    return keys(store, me, post) + [urls.key(copy) for copy in post.item.urls("syndication")]


def matters(store: Store, post_id: int | None) -> bool:
    """Whether anybody is to hear when what is shown under a post changes: who was told of it, or who follows."""
    return (post_id is not None and store.deliveries.concern(post_id)) or store.subscribers.matter()


def changed(store: Store, post_id: int | None, now: datetime) -> None:
    """
    What is shown under a post changed: ask that whoever it has told, and who follows, be told. In its transaction.

    post_id: None for the home page, which has told nobody.
    """
    if post_id is not None and store.deliveries.concern(post_id):
        want(store, post_id, now, now)
    if store.subscribers.matter():
        post = store.posts.by_id(post_id) if post_id is not None else None
        notices.notify(store, topics.of_responses(post), now)


def want(store: Store, post_id: int, since: datetime, now: datetime, due: datetime | None = None) -> None:
    """Ask for the job. since: from when on nothing more was said, as far as is known."""
    arguments: dict[str, object] = {"post": post_id, "since": times.sortable(since)}
    store.later(JOB, arguments, now, due, dedupe=f"{JOB} {post_id}")
