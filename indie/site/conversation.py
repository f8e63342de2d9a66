"""The conversation under a post: everything that answers it, a page of it, ready for the template."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape

from indie import conversations, text, urls
from indie.mf2.authorship import Author
from indie.posts.post import Post
from indie.responses import pages, words
from indie.responses.pages import BELOW, Group, walk
from indie.responses.response import Response
from indie.responses.said import FACES, Said
from indie.responses.thread import Reply, Thread
from indie.site.entries import Shelf
from indie.site.gathering import gather
from indie.site.views import Card, Comment, Conversation, Face, Faces, Link, Mention, Pages

PAGE = "page"
"""
The parameter that asks for a page of a long conversation: its number, or the anchor of what is to be on it.

Why a parameter: whoever links to such an address, and says so by webmention, has linked to the post.
"""

LONGEST = 1000
"""How many characters of somebody's reply stand here; the rest is where he wrote it."""

MOST_LINES = 10
"""How many lines of it stand here."""

_LONG = 100
"""
Responses from which on a link to one of them lets the server find its page.

Why so few: what was sent to the owner's answers stands in the same conversation, and is not counted.
"""


def of(shelf: Shelf, post: Post, owner: Card, wanted: int | str | None = 1) -> Conversation:
    """
    What is shown under a post.

    wanted: the number of a page, the last one where there are not so many; or the anchor of what is to be on it; None
    for all of it at once.
    """
    return shown(shelf, post, gather(shelf, post, owner), owner, wanted)


def shown(shelf: Shelf, post: Post, found: Thread, owner: Card, wanted: int | str | None = 1) -> Conversation:
    """A page of the thread under a post, ready for the template. wanted: as of `of`."""
    url = post.url(shelf.settings.me)
    cut = pages.cut(found) if wanted else (pages.whole(found),)
    number = _number(cut, wanted) if isinstance(wanted, str) else min(wanted or 1, len(cut))
    page = cut[number - 1]
    places = {anchor: place for place, one in enumerate(cut, 1) for anchor in one.anchors} if len(cut) > 1 else {}
    room = _Room(shelf, owner, shelf.faces(_photos(page)), url, places)
    keys = set(conversations.keys(shelf.store, shelf.settings.me, post))
    named = [group for group in page.groups if not _has_faces(group)]
    rows = [(group, _row(room, one, keys, group)) for group in named for one in group.said]
    return Conversation(
        webmention=f"{shelf.settings.me}webmention" if shelf.takes_responses(post) else None,
        target=url,
        comments=_comments(room, page.replies),
        faces=tuple(room.faces_of(group) for group in page.groups if _has_faces(group)),
        rsvps=tuple(row for group, row in rows if group.kind == "rsvp"),
        mentions=tuple(row for group, row in rows if group.kind != "rsvp"),
        pages=_pages(url, number, len(cut), _newest(cut)) if len(cut) > 1 else None,
    )


def leads_to(shelf: Shelf, post: Post, owner: Card, anchor: str) -> str:
    """Where something stands: the page that it is on, and its place there."""
    return address(post.url(shelf.settings.me), _number(pages.cut(gather(shelf, post, owner)), anchor), anchor)


def _number(cut: Sequence[pages.Page], anchor: str) -> int:
    """The page on which something stands; the first where it is on none."""
    return next((number for number, page in enumerate(cut, 1) if anchor in page.anchors), 1)


def address(url: str, number: int, anchor: str = "") -> str:
    """Where a page of a conversation is, or a place on it. url: the post's."""
    page = f"{url}?{urlencode({PAGE: number})}" if number > 1 else url
    return f"{page}#{anchor}" if anchor else page


def place(url: str, anchor: str, responses: int) -> str:
    """
    Where something stands, for those who keep the address: in a long conversation it leads there, however that grows.

    url: the post's. responses: how many were sent to it.
    """
    return f"{url}?{urlencode({PAGE: anchor})}#{anchor}" if responses > _LONG else f"{url}#{anchor}"


def _pages(url: str, number: int, count: int, newest: tuple[int, str]) -> Pages:
    return Pages(
        number=number,
        count=count,
        first=address(url, 1),
        before=address(url, number - 1) if number > 1 else None,
        after=address(url, number + 1) if number < count else None,
        newest=address(url, *newest),
    )


def _newest(cut: Sequence[pages.Page]) -> tuple[int, str]:
    """The page and the anchor of the newest reply; of the last page where nobody replied."""
    replies = ((number, one.said) for number, page in enumerate(cut, 1) for one in walk(page.replies))
    found = max(replies, default=None, key=lambda one: one[1].order)
    return (found[0], found[1].anchor) if found else (len(cut), "comments")


@dataclass(frozen=True)
class _Room:
    """
    What the makers of a page share.

    photos: our copies of pictures of people. url: the post's. places: the page of each anchor; none where there is one.
    """

    shelf: Shelf
    owner: Card
    photos: Mapping[str | None, str]
    url: str
    places: Mapping[str, int]

    def card(self, said: Said) -> Card:
        """Who said it; of whom another site only quotes a name, and nowhere to go."""
        author = said.response.author
        if said.quoted:
            return Card(name=author.name, initial=text.initial(author.name))
        return self.person(author)

    def person(self, author: Author) -> Card:
        """Somebody else."""
        photo, initial = self.photos.get(author.photo), text.initial(author.name)
        return Card(name=author.name, url=author.url, photo=photo, nickname=author.nickname, initial=initial)

    def faces_of(self, group: Group) -> Faces:
        """Those of a group that are on the page."""
        faces = tuple(Face(self.card(said), said.response.url, said.anchor, said.also) for said in group.said)
        return Faces(group.kind, faces, group.emoji, more=group.number - len(faces))


def _has_faces(group: Group) -> bool:
    return group.kind in FACES or group.emoji is not None


def _photos(page: pages.Page) -> Iterable[str | None]:
    """The pictures of everybody on a page."""
    for reply in walk(page.replies):
        for said in (reply.said, *reply.reactions[:BELOW]):
            yield said.response.author.photo
            yield from (author.photo for author in said.response.coauthors)
    yield from (said.response.author.photo for group in page.groups for said in group.said)


def _comments(room: _Room, replies: Sequence[Reply]) -> tuple[Comment, ...]:
    """The replies, each with those below it; built from the leaves up, however deep the thread is."""
    made: dict[str, Comment] = {}
    here = {reply.said.anchor for reply in walk(replies)} if room.places else set()
    for reply in reversed(list(walk(replies))):
        below = tuple(made.pop(child.said.anchor) for child in reply.replies)
        made[reply.said.anchor] = _comment(room, reply, below, here)
    return tuple(made[reply.said.anchor] for reply in replies)


def _comment(room: _Room, reply: Reply, below: tuple[Comment, ...], here: Collection[str]) -> Comment:
    said, response = reply.said, reply.said.response
    published = response.published or said.received
    long = len(response.text) > LONGEST or response.text.count("\n") >= MOST_LINES
    return Comment(
        id=said.anchor,
        author=room.owner if said.is_author else room.card(said),
        url=response.url,
        published=published,
        updated=response.updated if response.updated and response.updated > published else None,
        content=_short(response) if long else words.without_address(response, reply.parent, room.owner.nickname),
        lang=response.lang,
        is_author=said.is_author,
        via=response.via,
        in_reply_to=_parent(reply),
        orphan_of=Link(reply.orphan_of.url, reply.orphan_of.label) if reply.orphan_of else None,
        above=_above(room, reply, here),
        rest=response.url if long else None,
        rsvp=response.rsvp,
        replies=below,
        coauthors=() if said.quoted else tuple(room.person(author) for author in response.coauthors),
        photos=tuple(Link(photo.url, photo.alt or room.shelf.language.gettext("Picture")) for photo in response.photos),
        quoted=said.quoted,
        deleted=said.deleted,
        reactions=tuple(_reactions(room, reply)),
    )


def _parent(reply: Reply) -> Link | None:
    if reply.parent is None or reply.parent.deleted:
        return None
    return Link(reply.parent.response.url, reply.parent.response.author.name)


def _above(room: _Room, reply: Reply, here: Collection[str]) -> str | None:
    """Where what it answers stands, if that is on an earlier page."""
    anchor = reply.parent.anchor if reply.parent else None
    if anchor is None or anchor in here or anchor not in room.places:
        return None
    return address(room.url, room.places[anchor], anchor)


def _reactions(room: _Room, reply: Reply) -> Iterable[Faces]:
    for kind in FACES:
        every = [one for one in reply.reactions if one.response.kind == kind]
        some = tuple(one for one in reply.reactions[:BELOW] if one.response.kind == kind)
        if every:
            yield room.faces_of(Group(kind, some, len(every)))


def _short(response: Response) -> str:
    """The beginning of a long reply, as HTML: its first lines, else as many words as there is room for."""
    lines = response.text.splitlines()[:MOST_LINES]
    if sum(map(len, lines)) > LONGEST:
        return f"<p>{escape(text.excerpt(response.text, LONGEST))}</p>"
    return f"<p>{Markup('<br>').join(lines)} …</p>"


def _row(room: _Room, said: Said, keys: Collection[str], group: Group) -> Mention:
    response, author = said.response, said.response.author
    excerpt = words.excerpt(response, keys)
    label = response.name or excerpt or urls.host(response.url)
    return Mention(
        url=response.url,
        label=text.excerpt(label, 100),
        host=urls.host(response.source),
        id=said.anchor,
        published=response.published or said.received,
        kind=response.rsvp or "" if group.kind == "rsvp" else group.kind,
        author=room.card(said) if author.url or response.via else None,
        excerpt=excerpt if text.fold(excerpt) not in ("", text.fold(text.excerpt(label, 100))) else "",
    )
