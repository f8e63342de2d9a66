"""Who is who in a conversation: nicknames, the same person twice, one face each."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import unquote

from indie.mf2.authorship import Author
from indie.responses.response import address, host, is_proxy
from indie.responses.said import Said
from indie.text import fold

_ADDRESSED = re.compile(r"@([\w.-]+(?:@[\w.-]+)?)")


def addressed(text: str) -> str | None:
    """The nickname, as written and without its `@`, that a text begins with (pages spec S13)."""
    found = _ADDRESSED.match(text.lstrip())
    nick = found[1].strip(".-") if found else ""
    return nick or None


def nicks(author: Author) -> frozenset[str]:
    """
    Every way to address somebody, in lower case and without `@`.

    The nickname, the last segment of the URL's path, both also with the host as
    in `bob@inst.example`; the name without its spaces; the host.
    """
    name = host(author.url or "")
    segment = unquote((author.url or "").partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2])
    short = {(author.nickname or "").strip().lstrip("@"), segment.removeprefix("www.").lstrip("@")}
    full = {f"{nick}@{name}" for nick in short if nick and name}
    return frozenset(nick.casefold() for nick in {*short, *full, "".join(author.name.split()), name} if nick)


def people(said: Iterable[Said]) -> dict[str, str]:
    """
    Who speaks, by anchor: the same value for the same person.

    Somebody speaking elsewhere than at home is the person of one of the claimed
    profiles when that person is here in person. Why only then: a claim may make
    its own author stand back behind somebody, never the other way round.
    """
    said = list(said)
    home = {_primary(one) for one in said if one.at_home}

    def person(one: Said) -> str:
        primary = _primary(one)
        if one.at_home or primary in home:
            return primary
        return next((key for key in map(address, one.response.profiles) if key in home), primary)

    return {one.anchor: person(one) for one in said}


def faces(said: Iterable[Said], person: Mapping[str, str]) -> tuple[Said, ...]:
    """
    One for each person, in the order given, with where the others are (`also`).

    person: as `people` says. Of several the one from the person's own site stands for all, else the first.
    """
    ways: dict[str, list[Said]] = {}
    for one in said:
        ways.setdefault(person[one.anchor], []).append(one)
    best = (_face(each) for each in ways.values())
    return tuple(sorted(best, key=lambda one: one.order))


def _face(ways: Sequence[Said]) -> Said:
    best = next((one for one in ways if one.at_home), ways[0])
    others = dict.fromkeys(one.response.url for one in ways)
    return replace(best, also=tuple(url for url in others if url != best.response.url))


def newest_answers(said: Iterable[Said], person: Mapping[str, str]) -> dict[str, Said]:
    """
    The RSVP that counts, for each person; `said` are RSVPs, oldest first.

    The newest does. Why not always: what another site claims in somebody's name
    does not undo what the own site says; Bridgy is believed.
    """
    best: dict[str, Said] = {}
    for one in said:
        seen = best.setdefault(person[one.anchor], one)
        if not _trusted(seen) or _trusted(one):
            best[person[one.anchor]] = one
    return best


def _trusted(said: Said) -> bool:
    return said.at_home or is_proxy(said.response.source)


def _primary(said: Said) -> str:
    """The author's URL; without one the name, on the host that says it."""
    author = said.response.author
    return address(author.url or "") or f"{fold(author.name)} {host(said.response.source)}"
