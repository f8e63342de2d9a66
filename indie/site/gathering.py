"""What is said under posts, gathered from the tables and put in its place; and how much it is, for lists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from indie import conversations
from indie.conversations import Round
from indie.mf2.authorship import Author
from indie.posts import content
from indie.posts.post import Post
from indie.responses import thread
from indie.responses.pages import ROOM
from indie.responses.response import Alias, Response
from indie.responses.said import FACES, Said
from indie.responses.thread import Thread
from indie.site.entries import Shelf
from indie.site.views import Card
from indie.store.quoted import QUOTED, StoredQuoted
from indie.store.responses import Stored

REPLIES, REACTIONS = ("reply", "rsvp"), ("reacji", *FACES)


def gather(shelf: Shelf, post: Post, owner: Card) -> Thread:
    """
    The thread under a post: responses to it, the owner's answers to those,
    responses to the owner's answers, and so on, until nothing new is found.
    """
    return _threads(shelf, [post], owner)[post.id]


def counts(shelf: Shelf, posts: Sequence[Post], owner: Card) -> dict[int, tuple[int, int]]:
    """
    How many replies and reactions stand under each of these posts, by its id; in a few looks for all.

    Limit: of more than ROOM responses every one counts, also where two are the same person's, and of the owner's
    answers none: the number of thousands is told without a look at each.
    """
    kinds = shelf.store.responses.kinds([post.id for post in posts])
    many = {number: some for number, some in kinds.items() if sum(some.values()) > ROOM}
    threads = _threads(shelf, [post for post in posts if post.id not in many], owner)
    found = {number: (found.count, found.reactions) for number, found in threads.items()}
    return found | {number: (_sum(some, REPLIES), _sum(some, REACTIONS)) for number, some in many.items()}


def _sum(kinds: Mapping[str, int], some: Collection[str]) -> int:
    return sum(number for kind, number in kinds.items() if kind in some)


def _threads(shelf: Shelf, posts: Sequence[Post], owner: Card) -> dict[int, Thread]:
    store, me = shelf.store, shelf.settings.me
    said: dict[int, list[Said]] = {post.id: [] for post in posts}
    seen: dict[int, dict[int | None, str]] = {post.id: {post.id: ""} for post in posts}
    for found in conversations.rounds(store, me, posts):
        voices = {own.id: own for one in found.values() for own in one.own}
        called = conversations.all_names(store, me, voices.values())
        own = {number: _own(shelf, voice, called[number], owner) for number, voice in voices.items()}
        for root, one in found.items():
            said[root].extend(_said(one, seen[root]))
            said[root].extend(own[voice.id] for voice in one.own)
            seen[root].update({voice.id: own[voice.id].anchor for voice in one.own})
    names = conversations.all_names(store, me, posts)
    return {root: thread.build(names[root], some, author(owner)) for root, some in said.items()}


def _said(found: Round, seen: Mapping[int | None, str]) -> list[Said]:
    """What others say in a round. seen: the anchors of our posts by their ids; "" for the root's."""
    stored = [_stored(one, seen[one.post_id]) for one in found.stored]
    return stored + [_quoted(one, seen[one.post_id]) for one in found.quoted]


def _stored(one: Stored, under: str) -> Said:
    return Said(
        anchor=f"c-{one.id}",
        response=one.response,
        received=one.received,
        under=under or None,
        keys=one.response.aliases,
        deleted=one.gone,
    )


def _quoted(one: StoredQuoted, under: str) -> Said:
    """What a source shows of somebody else's; a like stands with what it likes there, whoever says so."""
    said = Said(
        anchor=f"q-{one.id}",
        response=one.response,
        received=one.found,
        under=under or None,
        keys=one.response.aliases,
    )
    return replace(said, quoted=one.state == QUOTED or not said.may_nest)


def _own(shelf: Shelf, post: Post, names: Sequence[str], owner: Card) -> Said:
    """The owner's own post as one more voice. names: its keys, and those of its copies."""
    url = post.url(shelf.settings.me)
    written = post.item.content()
    aliases = tuple(Alias(key, claimed=False) for key in names)
    response = Response(
        source=url,
        url=url,
        kind=post.kind,
        author=author(owner),
        via=None,
        name=post.item.text("name"),
        html=shelf.html(post),
        text=content.to_text(written, post.syntax) if written else "",
        lang=written.lang if written else None,
        published=post.published,
        updated=post.updated,
        rsvp=post.item.text("rsvp"),
        in_reply_to=tuple(post.item.urls("in-reply-to")),
        aliases=aliases,
    )
    return Said(
        anchor=f"p-{post.id}", response=response, received=post.published, is_author=True, under=None, keys=aliases
    )


def author(owner: Card) -> Author:
    """The owner, as one of those who speak."""
    return Author(name=owner.name, url=owner.url, photo=None, nickname=owner.nickname)
