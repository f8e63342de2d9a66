"""The `Link` header (RFC 8288 §3)."""

import re
from collections.abc import Iterator, Sequence

from indie import urls
from indie.mf2.page import Link

_TARGET = re.compile(r"<([^<>]*)>")
_PARAMETER = re.compile(r"\s*;\s*([\w!#$&+.^`|~*-]*)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]*)))?")
_QUOTED_PAIR = re.compile(r"\\(.)")


def parse_link_header(values: Sequence[str], base: str) -> list[Link]:
    """
    The links of one or more `Link` headers, in order.

    base: the URL that was answered; relative targets are resolved against it.
    Of several `rel` in one link the first counts (§3.3). A link with an
    `anchor` speaks of another page and is left out (§3.2). Which of several
    links wins is for the caller. What cannot be read is passed over.
    """
    found = []
    for value in values:
        for target, parameters in _entries(value):
            rel = tuple(dict.fromkeys(parameters.get("rel", "").lower().split()))
            anchor = urls.resolve(base, parameters.get("anchor", ""))
            href = urls.resolve(base, target)
            if rel and href is not None and anchor is not None and anchor in ("", base):
                found.append(Link(rel, href, "header"))
    return found


def _entries(value: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each target of one header with its parameters, the first of each name."""
    position = 0
    while match := _TARGET.search(value, position):
        position = match.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(value, position):
            position = parameter.end()
            name, quoted, token = parameter.groups()
            text = token or "" if quoted is None else _QUOTED_PAIR.sub(r"\1", quoted)
            parameters.setdefault(name.lower(), text)
        yield match[1], parameters
        # The next link begins behind the next comma, whatever stands before it.
        position = value.find(",", position)
        if position < 0:
            return
