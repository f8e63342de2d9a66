"""A conversation: everything said about one post, as nested replies, faces and mentions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from indie.mf2.authorship import Author
from indie.responses.parents import Names, Place, missing, names, places
from indie.responses.people import faces, newest_answers, people
from indie.responses.response import address, is_proxy
from indie.responses.said import FACES, Missing, Said

__all__ = ["Missing", "Reacji", "Reply", "Said", "Thread", "build"]

_TEXT_OR_PICTURE = "\ufe0f"
"""VS16, which some programs put behind an emoji and some leave out."""


@dataclass(frozen=True)
class Reply:
    """
    A reply and what is nested under it.

    parent: what it answers, the one above; None at the top level.
    orphan_of: what it answers, where that is not in the tree; only at the top level. It may be here all
        the same, as a face or a mention: then `url` is its page and `label` its author's name.
    depth: 0 at the top level. Not capped: how much of it can be shown is for the page to decide.
    reactions: faces of those who liked or reposted this reply and not the root.
    """

    said: Said
    replies: tuple["Reply", ...]
    parent: Said | None
    orphan_of: Missing | None
    depth: int
    reactions: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Reacji:
    """One emoji and everybody who answered with just that, each person once."""

    emoji: str
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Thread:
    """
    The conversation under a post, each part in order of time.

    replies: those at the top level. reacji: by emoji, the first first.
    faces: of each of `said.FACES` that is here, one for each person.
    mentions: pages that link here and answer nothing, quotations and tags among them.
    count: replies in all, at every depth, but for those that are gone or only quoted.
    """

    replies: tuple[Reply, ...]
    reacji: tuple[Reacji, ...]
    faces: Mapping[str, tuple[Said, ...]]
    mentions: tuple[Said, ...]
    count: int

    @property
    def reactions(self) -> int:
        """How many faces there are in all, those of reacji too."""
        return sum(map(len, self.faces.values())) + sum(len(group.said) for group in self.reacji)


def build(root: Collection[str], said: Iterable[Said], owner: Author | None = None) -> Thread:
    """
    Put what was said in its place (Webmention spec §4.2; pages spec S8-S13).

    root: `urls.key` of every address of the root post, its copies in silos included.
    said: each (source, target) once, anchors unique, in any order.
    owner: who wrote the root: replies that begin with the owner's @nickname answer the root.

    Nothing is lost and nothing stands twice, except what stands for something else here: a copy
    of an own post that comes back, a second route of the same person to a like or an RSVP, one
    source that answers the root and an own post too. What was sent to something here (`under`) and is
    no reply is a reaction to that alone; a mention there belongs to that post's page and is left out.
    Linear in the number of responses, but for sorting; no recursion, so that chains may be long.
    """
    everything = sorted(said, key=lambda one: one.order)
    person = people(everything)
    instead = _instead(everything, person)
    shown = [one for one in everything if one.anchor not in instead]
    known = Names(root, everything, instead)
    place = places(shown, known, person, owner)
    reactions = _reactions(shown, known, place)
    elsewhere = {one.anchor for some in reactions.values() for one in some}
    beside = [
        one
        for one in shown
        if place[one.anchor].depth < 0
        and one.under is None
        and one.anchor not in elsewhere
        and not (one.quoted or one.deleted)
    ]
    author = owner or next((one.response.author for one in shown if one.is_author), None)
    made = _tree(shown, place, known, {anchor: faces(some, person) for anchor, some in reactions.items()}, author)
    found = {kind: faces((one for one in beside if one.response.kind == kind), person) for kind in FACES}
    return Thread(
        replies=tuple(made[one.anchor] for one in shown if one.anchor in made and made[one.anchor].depth == 0),
        reacji=_reacji([one for one in beside if one.response.kind == "reacji"], person),
        faces={kind: some for kind, some in found.items() if some},
        mentions=tuple(one for one in beside if one.may_nest and one.response.kind != "reacji"),
        count=sum(not (one.said.deleted or one.said.quoted) for one in made.values()),
    )


def _reacji(said: Sequence[Said], person: Mapping[str, str]) -> tuple[Reacji, ...]:
    groups: dict[str, list[Said]] = {}
    for one in said:
        groups.setdefault(one.response.text.replace(_TEXT_OR_PICTURE, ""), []).append(one)
    # Why the longest: where anybody wrote VS16, it is a picture to all.
    return tuple(
        Reacji(max((one.response.text for one in group), key=len), faces(group, person))
        for group in groups.values()
    )


def _tree(
    shown: Sequence[Said],
    place: Mapping[str, Place],
    known: Names,
    reactions: Mapping[str, tuple[Said, ...]],
    owner: Author | None,
) -> dict[str, Reply]:
    """
    Nest the replies, the deepest first.

    Left out is what is gone and has nothing under it, and what is quoted and has nothing above it:
    the comments on a page that only mentions us are no part of this conversation.
    """
    nested = [one for one in shown if place[one.anchor].depth >= (1 if one.quoted else 0)]
    below: dict[str, list[Said]] = {}
    for one in nested:
        if parent := place[one.anchor].parent:
            below.setdefault(parent.anchor, []).append(one)
    made: dict[str, Reply] = {}
    for one in sorted(nested, key=lambda one: -place[one.anchor].depth):
        at = place[one.anchor]
        replies = tuple(made[child.anchor] for child in below.get(one.anchor, ()) if child.anchor in made)
        if one.deleted and not replies:
            continue
        made[one.anchor] = Reply(
            said=one,
            replies=replies,
            parent=at.parent if at.depth else None,
            orphan_of=None if at.depth else missing(one, at.parent, known, owner),
            depth=at.depth,
            reactions=reactions.get(one.anchor, ()),
        )
    return made


def _reactions(shown: Iterable[Said], known: Names, place: Mapping[str, Place]) -> dict[str, list[Said]]:
    """The likes and reposts of a reply, by its anchor: sent to it here, or shown with it on its own page."""
    found: dict[str, list[Said]] = {}
    for one in shown:
        if one.may_nest or one.deleted:
            continue
        named = [known.holder(url) for url in one.response.in_reply_to]
        holder = next((reply for reply in named if reply and place[reply.anchor].depth >= 0), known.at(one.under))
        if holder:
            found.setdefault(holder.anchor, []).append(one)
    return found


def _instead(said: Sequence[Said], person: Mapping[str, str]) -> dict[str, Said]:
    """What is not shown, by anchor, and what is shown instead of it."""
    instead = _copies(said) | _arrived(said)
    instead |= _same_source([one for one in said if one.anchor not in instead])
    rsvps = [one for one in said if one.response.kind == "rsvp" and not one.deleted and one.anchor not in instead]
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


def _arrived(said: Sequence[Said]) -> dict[str, Said]:
    """
    What is quoted and came here itself too, by whatever way: the name that the quotation gives it is one of its own.

    A claim does not count (but Bridgy's): who makes one must not silence what is quoted.
    """
    key = {one.anchor: address(one.response.source) for one in said if one.quoted}
    here: dict[str, Said] = {}
    for one in said if key else ():
        if not one.quoted:
            sure = one.is_author or is_proxy(one.response.source)
            here |= {alias.key: one for alias in names(one) if alias.key and (sure or not alias.claimed)}
            here.setdefault(address(one.response.url), one)
    return {anchor: here[name] for anchor, name in key.items() if name in here}


def _same_source(said: Sequence[Said]) -> dict[str, Said]:
    """One source sent to the root and to an own post of its thread: the reply stays, then the root's."""
    best: dict[str, Said] = {}
    alike = [one for one in said if one.may_nest]
    for one in sorted(alike, key=lambda one: (not one.is_reply, one.under is not None)):
        best.setdefault(one.response.source, one)
    return {one.anchor: kept for one in alike if (kept := best[one.response.source]).anchor != one.anchor}
