"""Whom each reply answers: by the URLs that it names, else by the nickname that it begins with."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from indie import urls
from indie.mf2.authorship import Author
from indie.responses.people import addressed, nicks
from indie.responses.response import Alias, address, is_proxy
from indie.responses.said import Missing, Said

_Rank = tuple[bool, bool, int, datetime, int, str]


@dataclass(frozen=True)
class Place:
    """
    Where something stands.

    parent: what it answers, if that is here.
    depth: 0 at the top level; -1 beside the tree (faces, and mentions that answer nothing here).
    """

    parent: Said | None
    depth: int


class Names:
    """Every name in the conversation, and what answers to it."""

    def __init__(self, root: Collection[str], said: Iterable[Said], instead: Mapping[str, Said]) -> None:
        """
        Give each name to one.

        root: keys of the root post, which nobody can take. instead: for the anchor of
        what is not shown, what is shown in its place and answers to its names.
        Own posts come first, then names on the source's own host, then those that Bridgy
        hands on, then claims; what is only quoted last; among equals the first that arrived.
        """
        self._root = frozenset(root)
        self._anchors: dict[str, Said] = {}
        self._own = set(self._root)
        best: dict[str, tuple[_Rank, Said]] = {}
        for one in said:
            self._anchors[one.anchor] = instead.get(one.anchor, one)
            for alias in names(one):
                if one.is_author:
                    self._own.add(alias.key)
                rank = _rank(one, alias)
                if alias.key and (alias.key not in best or rank < best[alias.key][0]):
                    best[alias.key] = (rank, self._anchors[one.anchor])
        self._holders = {key: holder for key, (_, holder) in best.items()}

    def holder(self, url: str) -> Said | None:
        """What is here under this URL; None for the root and for what is not here."""
        exact = address(url)
        key, _, fragment = exact.partition("#")
        if fragment and key in self._own and fragment in self._anchors:
            return self._anchors[fragment]
        if exact in self._root or (key in self._root and exact not in self._holders):
            return None
        return self._holders.get(exact) or self._holders.get(key)

    def at(self, anchor: str | None) -> Said | None:
        """What is here under this anchor."""
        return self._anchors.get(anchor or "")

    def is_here(self, url: str) -> bool:
        """Whether the URL is the root's, or something's here."""
        return address(url).partition("#")[0] in self._root or self.holder(url) is not None


def names(said: Said) -> list[Alias]:
    """Every name that something answers to; of what is only quoted, all are claims."""
    return [Alias(address(said.response.source), claimed=said.quoted), *said.response.aliases, *said.keys]


def places(
    said: Sequence[Said], known: Names, person: Mapping[str, str], owner: Author | None
) -> dict[str, Place]:
    """
    Where each stands, by anchor.

    said: what is shown, oldest first. person: as `people` says.
    Of several parents the deepest counts: Bridgy names the parent and the root.
    Circles are cut, so that what answers itself stands at the top level.
    """
    answered = {one.anchor: _answered(one, known) for one in said if one.may_nest}
    for anchor, parent in _by_nickname(said, answered, known, person, owner).items():
        answered[anchor] = [parent]
    return _settle(said, answered)


def missing(said: Said, parent: Said | None, known: Names, owner: Author | None) -> Missing | None:
    """
    What a reply at the top level answers, if that is not the root (pages spec S10).

    parent: the face or mention that it answers, which has no place in the tree.
    """
    if parent:
        return Missing(parent.response.url, parent.response.author.name or "something deleted")
    nick = addressed(said.response.text)
    if url := _unknown(said, known):
        return Missing(url, f"@{nick}" if nick else f"a post on {urls.host(url)}")
    if nick and not (owner and nick.casefold() in nicks(owner)):
        return Missing("", f"@{nick}")
    return None


def _answered(said: Said, known: Names) -> list[Said]:
    """Everything here that it names, but for itself; else the own post that it was sent to."""
    holders = [known.holder(url) for url in said.response.in_reply_to]
    found = [one for one in holders if one and one.anchor != said.anchor]
    if not found and (said.is_reply or said.response.kind == "reacji") and (post := known.at(said.under)):
        found = [post]
    return found


def _unknown(said: Said, known: Names) -> str | None:
    """The first URL that it answers and that is not here."""
    answers = said.response.in_reply_to
    return next((url for url in answers if not known.is_here(url) and not _is_silo_copy(said, url)), None)


def _by_nickname(
    said: Sequence[Said],
    answered: Mapping[str, list[Said]],
    known: Names,
    person: Mapping[str, str],
    owner: Author | None,
) -> dict[str, Said]:
    """
    The latest earlier reply of whom a reply addresses, where its URLs name the root alone.

    Who addresses the owner means the owner's latest reply to them, else the root.
    Why: Micro.blog begins every reply with the owner's nickname.
    """
    found: dict[str, Said] = {}
    latest: dict[str, Said] = {}
    owners = nicks(owner) if owner else frozenset()
    to: dict[str, Said] = {}
    for one in said:
        if not one.is_reply or one.deleted:
            continue
        nick = (addressed(one.response.text) or "").casefold()
        parents = answered[one.anchor]
        if nick and not parents and not _unknown(one, known):
            parent = to.get(person[one.anchor]) if nick in owners else latest.get(nick)
            parents = [parent] if parent else []
            found.update({one.anchor: parent} if parent else {})
        latest.update(dict.fromkeys(nicks(one.response.author), one))
        if one.is_author:
            owners |= nicks(one.response.author)
            to.update({person[parent.anchor]: one for parent in parents})
    return found


def _settle(said: Sequence[Said], answered: Mapping[str, list[Said]]) -> dict[str, Place]:
    """
    Choose one parent each and tell the depth, without recursion.

    A node is settled after all that it answers; who is met again on the way there closes
    a circle and is passed over. Beginning with the newest leaves the oldest on top.
    """
    settled = {one.anchor: Place(None, -1) for one in said if not one.may_nest}
    begun: set[str] = set()
    for start in reversed(said):
        path = [start]
        while path:
            one = path[-1]
            if one.anchor in settled:
                path.pop()
            elif one.anchor not in begun:
                begun.add(one.anchor)
                path.extend(parent for parent in answered[one.anchor] if parent.anchor not in begun)
            else:
                settled[one.anchor] = _place(one, answered[one.anchor], settled)
                path.pop()
    return settled


def _place(said: Said, parents: Iterable[Said], settled: Mapping[str, Place]) -> Place:
    """The deepest of those that are settled; among equals the oldest."""
    here = sorted((parent for parent in parents if parent.anchor in settled), key=lambda parent: parent.order)
    deepest = max(here, key=lambda parent: settled[parent.anchor].depth, default=None)
    depth = settled[deepest.anchor].depth if deepest else -1
    if said.is_reply:
        return Place(deepest, depth + 1)
    return Place(deepest, depth + 1) if depth >= 0 else Place(None, -1)


def _rank(said: Said, alias: Alias) -> _Rank:
    doubt = 0 if not alias.claimed else 1 if is_proxy(said.response.source) else 2
    return (not said.is_author, said.quoted, doubt, said.received, len(said.anchor), said.anchor)


def _is_silo_copy(said: Said, url: str) -> bool:
    """
    Whether a URL that Bridgy names is the silo's copy of the root.

    `brid.gy/comment/SILO/USER/POST/COMMENT`: POST is what the silo calls the post that the
    thread began with, so naming it is naming the root, also where we do not know of the copy.
    """
    if not is_proxy(said.response.source):
        return False
    path = said.response.source.partition("?")[0].split("/")[3:]
    post = unquote(path[3]).rpartition("/")[2] if len(path) == 5 else ""
    return bool(post) and unquote(url.partition("?")[0].rstrip("/")).rpartition("/")[2] == post
