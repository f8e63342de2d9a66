"""A conversation: everything said about one post, as nested replies, faces and mentions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from indie.mf2.authorship import Author
from indie.responses.parents import Names, Place, missing, names, places
from indie.responses.people import faces, newest_answers, people
from indie.responses.said import Missing, Said

__all__ = ["Missing", "Reply", "Said", "Thread", "build"]


@dataclass(frozen=True)
class Reply:
    """
    A reply and what is nested under it.

    parent: what it answers, the one above; None at the top level.
    orphan_of: what it answers, where that is not in the tree; only at the top level. It may be here all
        the same, as a face or a mention: then `url` is its page and `label` its author's name.
    depth: 0 at the top level. Not capped: how much of it can be shown is for the page to decide.
    """

    said: Said
    replies: tuple["Reply", ...]
    parent: Said | None
    orphan_of: Missing | None
    depth: int


@dataclass(frozen=True)
class Thread:
    """
    The conversation under a post, each part in order of time.

    replies: those at the top level. likes, reposts, bookmarks: one for each person.
    mentions: pages that link here and answer nothing. count: replies in all, at every depth.
    """

    replies: tuple[Reply, ...]
    likes: tuple[Said, ...]
    reposts: tuple[Said, ...]
    bookmarks: tuple[Said, ...]
    mentions: tuple[Said, ...]
    count: int


def build(root: Collection[str], said: Iterable[Said], owner: Author | None = None) -> Thread:
    """
    Put what was said in its place (Webmention spec §4.2; pages spec S8-S13).

    root: `urls.key` of every address of the root post, its copies in silos included.
    said: each (source, target) once, anchors unique, in any order.
    owner: who wrote the root: replies that begin with the owner's @nickname answer the root.

    Nothing is lost and nothing stands twice, except what stands for something else here: a copy
    of an own post that comes back, a second route of the same person to a like or an RSVP, one
    source that answers the root and an own post too. What was sent to an own post (`under`) and is
    neither a reply nor answers anything here belongs to that post's page and is left out.
    Linear in the number of responses, but for sorting; no recursion, so that chains may be long.
    """
    everything = sorted(said, key=lambda one: one.order)
    person = people(everything)
    instead = _instead(everything, person)
    shown = [one for one in everything if one.anchor not in instead]
    known = Names(root, everything, instead)
    place = places(shown, known, person, owner)
    beside = [one for one in shown if place[one.anchor].depth < 0 and one.under is None]

    def reactions(kind: str) -> tuple[Said, ...]:
        return faces((one for one in beside if one.response.kind == kind), person)

    author = owner or next((one.response.author for one in shown if one.is_author), None)
    return Thread(
        replies=_tree(shown, place, known, author),
        likes=reactions("like"),
        reposts=reactions("repost"),
        bookmarks=reactions("bookmark"),
        mentions=tuple(one for one in beside if one.may_nest),
        count=sum(one.depth >= 0 for one in place.values()),
    )


def _tree(
    shown: Sequence[Said], place: Mapping[str, Place], known: Names, owner: Author | None
) -> tuple[Reply, ...]:
    """Nest the replies, the deepest first."""
    below: dict[str, list[Said]] = {}
    for one in shown:
        at = place[one.anchor]
        if at.depth >= 0:
            below.setdefault(at.parent.anchor if at.parent and at.depth else "", []).append(one)
    made: dict[str, Reply] = {}
    nested = [one for one in shown if place[one.anchor].depth >= 0]
    for one in sorted(nested, key=lambda one: -place[one.anchor].depth):
        at = place[one.anchor]
        made[one.anchor] = Reply(
            said=one,
            replies=tuple(made[child.anchor] for child in below.get(one.anchor, ())),
            parent=at.parent if at.depth else None,
            orphan_of=None if at.depth else missing(one, at.parent, known, owner),
            depth=at.depth,
        )
    return tuple(made[one.anchor] for one in below.get("", ()))


def _instead(said: Sequence[Said], person: Mapping[str, str]) -> dict[str, Said]:
    """What is not shown, by anchor, and what is shown instead of it."""
    instead = _copies(said)
    instead |= _same_source([one for one in said if one.anchor not in instead])
    rsvps = [one for one in said if one.response.kind == "rsvp" and one.anchor not in instead]
    counts = newest_answers(rsvps, person)
    for one in rsvps:
        newest = counts[person[one.anchor]]
        if newest.anchor != one.anchor:
            instead[one.anchor] = newest
    return {anchor: instead.get(one.anchor, one) for anchor, one in instead.items()}


def _copies(said: Sequence[Said]) -> dict[str, Said]:
    """
    Copies of own posts in silos, which Bridgy sends back: known by a name that the own post has too.

    Only what could stand in the tree: a like of the copy has a name much like the copy's.
    """
    own = {alias.key: one for one in said if one.is_author for alias in names(one) if alias.key}
    copies: dict[str, Said] = {}
    for one in said:
        if not one.is_author and one.may_nest:
            original = next((own[alias.key] for alias in one.response.aliases if alias.key in own), None)
            if original:
                copies[one.anchor] = original
    return copies


def _same_source(said: Sequence[Said]) -> dict[str, Said]:
    """One source sent to the root and to an own post of its thread: the reply stays, then the root's."""
    best: dict[str, Said] = {}
    alike = [one for one in said if one.may_nest]
    for one in sorted(alike, key=lambda one: (not one.is_reply, one.under is not None)):
        best.setdefault(one.response.source, one)
    return {one.anchor: kept for one in alike if (kept := best[one.response.source]).anchor != one.anchor}
