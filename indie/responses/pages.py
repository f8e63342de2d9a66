"""A long conversation on several pages: what stands on which, and what stays together (DESIGN §2)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from indie.responses.said import Said
from indie.responses.thread import Reply, Thread

ROOM = 250
"""Responses on a page, at most."""

BESIDE = 100
"""How many of those may stand beside the replies, as long as there are replies."""

FIRST = 8
"""How many of every group stand on the first page before more of any do, and before a group folds (pages §2.6)."""

BELOW = 50
"""Limit: how many faces stand in a reply; of the rest only how many there are."""


@dataclass(frozen=True)
class Group:
    """
    Those who did the same, and did not reply.

    kind: one of `said.FACES`, `reacji`, `rsvp`; else mentions: `quotation`, `tag`, `mention`.
    said: those on this page. number: how many there are on all pages. emoji: what they sent, of `reacji`.
    """

    kind: str
    said: tuple[Said, ...]
    number: int
    emoji: str | None = None


@dataclass(frozen=True)
class Page:
    """
    replies: those at the top of it. What answers something on an earlier page is there too, with its `parent`.
    groups: those of which something stands here.
    """

    replies: tuple[Reply, ...]
    groups: tuple[Group, ...]

    @property
    def anchors(self) -> Iterator[str]:
        """What has its place here."""
        yield from (one.said.anchor for one in walk(self.replies))
        yield from (one.anchor for reply in walk(self.replies) for one in reply.reactions[:BELOW])
        yield from (one.anchor for group in self.groups for one in group.said)


def cut(found: Thread) -> tuple[Page, ...]:
    """
    The pages of a conversation, oldest first; one, maybe empty, where all of it has room there.

    A thread stays whole where it is short enough (ROOM - BESIDE), else whatever stands under its beginning does, and
    so on; pages so stay at least half full but for the last, and what comes later changes few of them.
    """
    all_of_it = whole(found)
    sizes = _sizes(all_of_it.replies)
    beside = _beside(all_of_it.groups)
    if len(beside) + sum(sizes[one.said.anchor] for one in all_of_it.replies) <= ROOM:
        return (all_of_it,)
    pieces = list(_pieces(all_of_it.replies, sizes))[::-1]
    made: list[Page] = []
    while pieces or beside:
        some = beside[: BESIDE if pieces else ROOM]
        beside, room, taken = beside[len(some) :], ROOM - len(some), list[tuple[Reply, bool]]()
        while pieces and _size(pieces[-1], sizes) <= room:
            room -= _size(pieces[-1], sizes)
            taken.append(pieces.pop())
        made.append(Page(_forest(taken), _regrouped(all_of_it.groups, some)))
    return tuple(made)


def whole(found: Thread) -> Page:
    """All of a conversation at once."""
    groups, replies = _groups(found)
    return Page(replies, groups)


def walk(replies: Sequence[Reply]) -> Iterator[Reply]:
    """These, and all that stand under them, in the order of the page; however deep."""
    waiting = list(replies)[::-1]
    while waiting:
        reply = waiting.pop()
        yield reply
        waiting.extend(reversed(reply.replies))


def _groups(found: Thread) -> tuple[tuple[Group, ...], tuple[Reply, ...]]:
    """What stands beside the replies, in the order of the page, and the replies that are left."""
    rsvps = _by_word(
        (reply.said.response.rsvp or "", reply.said) for reply in found.replies if _is_plain_rsvp(reply)
    )
    mentions = _by_word((one.response.kind, one) for one in found.mentions)
    groups = (
        *(Group("reacji", one.said, len(one.said), one.emoji) for one in found.reacji),
        *(Group(kind, some, len(some)) for kind, some in found.faces.items()),
        *(Group("rsvp", some, len(some)) for some in rsvps.values()),
        *(Group(kind, some, len(some)) for kind, some in mentions.items()),
    )
    return groups, tuple(reply for reply in found.replies if not _is_plain_rsvp(reply))


def _by_word(said: Iterable[tuple[str, Said]]) -> dict[str, tuple[Said, ...]]:
    some: dict[str, list[Said]] = {}
    for word, one in said:
        some.setdefault(word, []).append(one)
    return {word: tuple(found) for word, found in some.items()}


def _is_plain_rsvp(reply: Reply) -> bool:
    """Whether it is an answer to the invitation alone, under which nobody said or did anything."""
    said = reply.said
    more = reply.replies or reply.reactions or reply.orphan_of
    return said.response.kind == "rsvp" and not (more or said.is_author or said.deleted)


def _beside(groups: Sequence[Group]) -> list[tuple[int, Said]]:
    """All that stands beside the replies, with the number of its group: first some of every group, then the rest."""
    numbered = [(number, group.said) for number, group in enumerate(groups)]
    first = [(number, one) for number, said in numbered for one in said[:FIRST]]
    return first + [(number, one) for number, said in numbered for one in said[FIRST:]]


def _regrouped(groups: Sequence[Group], some: Iterable[tuple[int, Said]]) -> tuple[Group, ...]:
    here: dict[int, list[Said]] = {}
    for number, one in some:
        here.setdefault(number, []).append(one)
    return tuple(replace(groups[number], said=tuple(said)) for number, said in sorted(here.items()))


def _sizes(replies: Sequence[Reply]) -> dict[str, int]:
    """How many responses each reply is, with its faces and all that stands under it; by anchor."""
    sizes: dict[str, int] = {}
    for reply in reversed(list(walk(replies))):
        below = sum(sizes[one.said.anchor] for one in reply.replies)
        sizes[reply.said.anchor] = _alone(reply) + below
    return sizes


def _alone(reply: Reply) -> int:
    return 1 + min(len(reply.reactions), BELOW)


def _size(piece: tuple[Reply, bool], sizes: Mapping[str, int]) -> int:
    reply, whole = piece
    return sizes[reply.said.anchor] if whole else _alone(reply)


def _pieces(replies: Sequence[Reply], sizes: Mapping[str, int]) -> Iterator[tuple[Reply, bool]]:
    """What is not torn apart, in the order of the page: a reply with (`True`) or without what stands under it."""
    waiting = list(replies)[::-1]
    while waiting:
        reply = waiting.pop()
        whole = sizes[reply.said.anchor] <= ROOM - BESIDE
        yield reply, whole
        if not whole:
            waiting.extend(reversed(reply.replies))


def _forest(pieces: Sequence[tuple[Reply, bool]]) -> tuple[Reply, ...]:
    """The pieces of a page, each under what it answers where that is here."""
    open_ = {reply.said.anchor for reply, whole in pieces if not whole}
    below: dict[str | None, list[Reply]] = {}
    for reply, whole in reversed(pieces):
        under = below.pop(reply.said.anchor, [])
        made = reply if whole else replace(reply, replies=tuple(reversed(under)))
        parent = reply.parent.anchor if reply.parent else None
        below.setdefault(parent if parent in open_ else None, []).append(made)
    return tuple(reversed(below.get(None, [])))
