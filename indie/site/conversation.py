"""The conversation under a post: everything that answers it, gathered, threaded, ready for the template."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from markupsafe import Markup, escape

from indie import conversations, text, urls
from indie.mf2.authorship import Author
from indie.posts import content
from indie.posts.post import Post
from indie.responses import thread, words
from indie.responses.response import Alias, Response
from indie.responses.said import FACES
from indie.responses.thread import Reply, Said, Thread
from indie.site.entries import Shelf
from indie.site.views import Card, Comment, Conversation, Face, Faces, Link, Mention
from indie.store.quoted import QUOTED, StoredQuoted

LONGEST = 1000
"""How many characters of somebody's reply stand here; the rest is where he wrote it."""

MOST_LINES = 10
"""How many lines of it stand here."""


def of(shelf: Shelf, post: Post, owner: Card) -> Conversation:
    """What is shown under a post."""
    return shown(shelf, post, gather(shelf, post, owner), owner)


def shown(shelf: Shelf, post: Post, found: Thread, owner: Card) -> Conversation:
    """The thread under a post, ready for the template."""
    me = shelf.settings.me
    rsvps = [reply for reply in found.replies if _is_plain_rsvp(reply)]
    replies = [reply for reply in found.replies if not _is_plain_rsvp(reply)]
    keys = set(conversations.keys(shelf.store, me, post))
    return Conversation(
        webmention=f"{me}webmention" if post.visible else None,
        target=post.url(me),
        comments=_comments(shelf, replies, owner),
        faces=(
            *(Faces("reacji", _faces(shelf, group.said), group.emoji) for group in found.reacji),
            *(Faces(kind, _faces(shelf, some)) for kind, some in found.faces.items()),
        ),
        rsvps=tuple(_row(shelf, one.said, keys, one.said.response.rsvp or "") for one in rsvps),
        mentions=tuple(_row(shelf, one, keys, one.response.kind) for one in found.mentions),
    )


def _is_plain_rsvp(reply: Reply) -> bool:
    """Whether it is an answer to the invitation alone, under which nobody said anything."""
    said = reply.said
    return said.response.kind == "rsvp" and not (reply.replies or reply.orphan_of or said.is_author or said.deleted)


def gather(shelf: Shelf, post: Post, owner: Card) -> Thread:
    """
    The thread under a post: responses to it, the owner's answers to those,
    responses to the owner's answers, and so on, until nothing new is found.
    """
    me = shelf.settings.me
    said: list[Said] = []
    seen: dict[int | None, str] = {post.id: ""}
    for found in conversations.rounds(shelf.store, me, post):
        said.extend(
            Said(
                anchor=f"c-{one.id}",
                response=one.response,
                received=one.received,
                under=seen[one.post_id] or None,
                keys=one.response.aliases,
                deleted=one.gone,
            )
            for one in found.stored
        )
        said.extend(_quoted(one, seen[one.post_id]) for one in found.quoted)
        seen.update({own.id: f"p-{own.id}" for own in found.own})
        said.extend(_own(shelf, own, owner) for own in found.own)
    return thread.build(conversations.names(shelf.store, me, post), said, _author(owner))


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


def _own(shelf: Shelf, post: Post, owner: Card) -> Said:
    """The owner's own post as one more voice."""
    url = post.url(shelf.settings.me)
    written = post.item.content()
    aliases = tuple(Alias(key, claimed=False) for key in conversations.names(shelf.store, shelf.settings.me, post))
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
    published = response.published or said.received
    long = len(response.text) > LONGEST or response.text.count("\n") >= MOST_LINES
    return Comment(
        id=said.anchor,
        author=owner if said.is_author else _card(shelf, said),
        url=response.url,
        published=published,
        updated=response.updated if response.updated and response.updated > published else None,
        content=_short(response) if long else words.without_address(response, reply.parent, owner.nickname),
        lang=response.lang,
        is_author=said.is_author,
        via=response.via,
        in_reply_to=_parent(reply),
        orphan_of=Link(reply.orphan_of.url, reply.orphan_of.label) if reply.orphan_of else None,
        rest=response.url if long else None,
        rsvp=response.rsvp,
        replies=below,
        coauthors=() if said.quoted else tuple(_person(shelf, author) for author in response.coauthors),
        photos=tuple(Link(photo.url, photo.alt or "Picture") for photo in response.photos),
        quoted=said.quoted,
        deleted=said.deleted,
        reactions=tuple(
            Faces(kind, _faces(shelf, some))
            for kind in FACES
            if (some := [one for one in reply.reactions if one.response.kind == kind])
        ),
    )


def _parent(reply: Reply) -> Link | None:
    if reply.parent is None or reply.parent.deleted:
        return None
    return Link(reply.parent.response.url, reply.parent.response.author.name)


def _short(response: Response) -> str:
    """The beginning of a long reply, as HTML: its first lines, else as many words as there is room for."""
    lines = response.text.splitlines()[:MOST_LINES]
    if sum(map(len, lines)) > LONGEST:
        return f"<p>{escape(text.excerpt(response.text, LONGEST))}</p>"
    return f"<p>{Markup('<br>').join(lines)} …</p>"


def _card(shelf: Shelf, said: Said) -> Card:
    """Who said it; of whom another site only quotes a name, and nowhere to go."""
    author = said.response.author
    if said.quoted:
        return Card(name=author.name, initial=text.initial(author.name))
    return _person(shelf, author)


def _person(shelf: Shelf, author: Author) -> Card:
    return Card(
        name=author.name,
        url=author.url,
        photo=shelf.face(author.photo),
        nickname=author.nickname,
        initial=text.initial(author.name),
    )


def _faces(shelf: Shelf, liked: Iterable[Said]) -> tuple[Face, ...]:
    return tuple(Face(_card(shelf, said), said.response.url, said.anchor, said.also) for said in liked)


def _row(shelf: Shelf, said: Said, keys: Collection[str], kind: str) -> Mention:
    response, author = said.response, said.response.author
    excerpt = words.excerpt(response, keys)
    label = response.name or excerpt or urls.host(response.url)
    return Mention(
        url=response.url,
        label=text.excerpt(label, 100),
        host=urls.host(response.source),
        id=said.anchor,
        published=response.published or said.received,
        kind=kind,
        author=_card(shelf, said) if author.url or response.via else None,
        excerpt=excerpt if text.fold(excerpt) not in ("", text.fold(text.excerpt(label, 100))) else "",
    )
