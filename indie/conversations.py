"""What stands under a post, as the tables have it; and who is to hear that it changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from indie import notices, times, urls
from indie.posts import topics
from indie.posts.post import Post
from indie.store import Store
from indie.store.posts import answers
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


def rounds(store: Store, me: str, posts: Sequence[Post]) -> Iterator[dict[int, Round]]:
    """
    Responses to each of these posts, the owner's answers to those, responses to them, and so on, until nothing new is
    found; by the id of the post. A round asks as much of the database for many posts as for one.
    """
    seen = {post.id: {post.id} for post in posts}
    new = {post.id: [post] for post in posts}
    for _ in range(ROUNDS):
        every = {one.id: one for some in new.values() for one in some}
        stored, quoted = _by_post(store.responses.shown(every, gone=True)), _by_post(store.quoted.shown(every))
        called = all_names(store, me, every.values())
        known = {
            root: {key for one in some for key in called[one.id]}
            | {alias.key for one in some for said in stored.get(one.id, ()) for alias in said.response.aliases}
            for root, some in new.items()
        }
        voices = [one for one in store.posts.answering(set().union(*known.values())) if is_voice(one)]
        answered = {one.id: answers(one) for one in voices}
        found = {
            root: Round(
                _of(stored, some),
                _of(quoted, some),
                [one for one in voices if one.id not in seen[root] and not known[root].isdisjoint(answered[one.id])],
            )
            for root, some in new.items()
        }
        yield found
        new = {root: one.own for root, one in found.items() if one.own}
        if not new:
            return
        for root, some in new.items():
            seen[root].update(one.id for one in some)


_Told = TypeVar("_Told", Stored, StoredQuoted)


def _by_post(found: Iterable[_Told]) -> dict[int | None, list[_Told]]:
    by: dict[int | None, list[_Told]] = {}
    for one in found:
        by.setdefault(one.post_id, []).append(one)
    return by


def _of(by: Mapping[int | None, list[_Told]], posts: Iterable[Post]) -> list[_Told]:
    return sorted((one for post in posts for one in by.get(post.id, ())), key=lambda one: one.id)


def is_voice(post: Post) -> bool:
    """Whether a post of the owner's stands in the conversation of what it answers."""
    return post.kind in ("reply", "rsvp")


def keys(store: Store, me: str, post: Post) -> list[str]:
    """By which keys a post is found: all the addresses it ever had."""
    return [urls.key(me + path.lstrip("/")) for path in store.posts.paths(post.id)]


def all_names(store: Store, me: str, posts: Iterable[Post]) -> dict[int, list[str]]:
    """The keys of each of these posts and of its copies elsewhere, by any of which it may be answered; by its id."""
    copies = {post.id: [urls.key(copy) for copy in post.item.urls("syndication")] for post in posts}
    paths = store.posts.all_paths(copies)
    return {number: [urls.key(me + path.lstrip("/")) for path in paths[number]] + copies[number] for number in copies}


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
