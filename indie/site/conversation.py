"""The conversation under a post: everything that answers it, gathered, threaded, ready for the template."""

from collections.abc import Iterable, Sequence

from markupsafe import escape

from indie import text, urls
from indie.mf2.authorship import Author
from indie.posts import content
from indie.posts.post import Post
from indie.responses import thread
from indie.responses.response import Alias, Response
from indie.responses.thread import Reply, Said, Thread
from indie.site.entries import Shelf
from indie.site.views import Card, Comment, Conversation, Face, Link, Mention

LONGEST = 1000
"""How many characters of somebody's reply stand here; the rest is where he wrote it."""

ROUNDS = 500
"""Limit: how many times the owner's answers to answers are followed."""


def of(shelf: Shelf, post: Post, owner: Card) -> Conversation:
    """What is shown under a post."""
    found = gather(shelf, post, owner)
    me = shelf.settings.me
    return Conversation(
        webmention=f"{me}webmention" if post.visible else None,
        target=post.url(me),
        comments=_comments(shelf, found.replies, owner),
        likes=_faces(shelf, found.likes),
        reposts=_faces(shelf, found.reposts),
        bookmarks=_faces(shelf, found.bookmarks),
        mentions=tuple(_mention(said) for said in found.mentions),
    )


def gather(shelf: Shelf, post: Post, owner: Card) -> Thread:
    """
    The thread under a post: responses to it, the owner's answers to those,
    responses to the owner's answers, and so on, until nothing new is found.
    """
    said: list[Said] = []
    seen: dict[int | None, str] = {post.id: ""}
    new = [post]
    for _ in range(ROUNDS):
        stored = shelf.store.responses.shown([one.id for one in new])
        said.extend(
            Said(
                anchor=f"c-{one.id}",
                response=one.response,
                received=one.received,
                under=seen[one.post_id] or None,
                keys=one.response.aliases,
            )
            for one in stored
        )
        keys = {key for known in new for key in _names(shelf, known)}
        keys |= {alias.key for one in stored for alias in one.response.aliases}
        new = [
            own
            for own in shelf.store.posts.answering(keys)
            if own.id not in seen and own.kind in ("reply", "rsvp")
        ]
        if not new:
            break
        seen.update({own.id: f"p-{own.id}" for own in new})
        said.extend(_own(shelf, own, owner) for own in new)
    return thread.build(_names(shelf, post), said, _author(owner))


def _own(shelf: Shelf, post: Post, owner: Card) -> Said:
    """The owner's own post as one more voice."""
    url = post.url(shelf.settings.me)
    written = post.item.content()
    aliases = tuple(Alias(key, claimed=False) for key in _names(shelf, post))
    response = Response(
        source=url,
        url=url,
        kind=post.kind,
        author=_author(owner),
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


def _keys(shelf: Shelf, post: Post) -> list[str]:
    """By which keys a post is found: all the addresses it ever had."""
    return [urls.key(shelf.settings.me + path.lstrip("/")) for path in shelf.store.posts.paths(post.id)]


def _names(shelf: Shelf, post: Post) -> list[str]:
    """The keys of a post and of its copies elsewhere, by any of which it may be answered."""
    return _keys(shelf, post) + [urls.key(copy) for copy in post.item.urls("syndication")]


def _author(owner: Card) -> Author:
    return Author(name=owner.name, url=owner.url, photo=None, nickname=owner.nickname)


def _comments(shelf: Shelf, replies: Sequence[Reply], owner: Card) -> tuple[Comment, ...]:
    """The replies, each with those below it; built from the leaves up, however deep the thread is."""
    order: list[Reply] = []
    waiting = list(replies)
    while waiting:
        reply = waiting.pop()
        order.append(reply)
        waiting.extend(reply.replies)
    made: dict[str, Comment] = {}
    for reply in reversed(order):
        below = tuple(made.pop(child.said.anchor) for child in reply.replies)
        made[reply.said.anchor] = _comment(shelf, reply, below, owner)
    return tuple(made[reply.said.anchor] for reply in replies)


def _comment(shelf: Shelf, reply: Reply, below: tuple[Comment, ...], owner: Card) -> Comment:
    said, response = reply.said, reply.said.response
    long = len(response.text) > LONGEST
    return Comment(
        id=said.anchor,
        author=owner if said.is_author else _card(shelf, response.author),
        url=response.url,
        published=response.published or said.received,
        content=_short(response) if long else response.html,
        lang=response.lang,
        is_author=said.is_author,
        via=response.via,
        in_reply_to=_parent(reply),
        orphan_of=Link(reply.orphan_of.url, reply.orphan_of.label) if reply.orphan_of else None,
        rest=response.url if long else None,
        rsvp=response.rsvp,
        replies=below,
    )


def _parent(reply: Reply) -> Link | None:
    if reply.parent is None:
        return None
    return Link(reply.parent.response.url, reply.parent.response.author.name)


def _short(response: Response) -> str:
    """The beginning of a long reply, as HTML."""
    return f"<p>{escape(text.excerpt(response.text, LONGEST))}</p>"


def _card(shelf: Shelf, author: Author) -> Card:
    return Card(
        name=author.name,
        url=author.url,
        photo=shelf.face(author.photo),
        nickname=author.nickname,
        initial=text.initial(author.name),
    )


def _faces(shelf: Shelf, liked: Iterable[Said]) -> tuple[Face, ...]:
    return tuple(Face(_card(shelf, said.response.author), said.response.url, said.anchor) for said in liked)


def _mention(said: Said) -> Mention:
    response = said.response
    return Mention(
        url=response.url,
        label=response.name or text.excerpt(response.text, 100) or urls.host(response.url),
        host=urls.host(response.source),
        id=said.anchor,
        published=response.published or said.received,
    )
