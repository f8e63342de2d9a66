"""
Which attributes of a page are links, and what URL stands in them.

Not links are comments, text (escaped markup, `<textarea>`, `<script>`) and
what a browser keeps from its reader: the insides of `<template>`, and those of
`<noscript>`, which only a reader without scripts would see.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from indie import urls

LINK_ATTRIBUTES = {
    "a": ("href",),
    "area": ("href",),
    "link": ("href",),
    "img": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "blockquote": ("cite",),
    "q": ("cite",),
    "ins": ("cite",),
    "del": ("cite",),
    "object": ("data",),
    # Why: Bridgy and others write u-like-of and its like on elements that nobody sees.
    "data": ("value",),
    "input": ("value",),
}

HIDING = frozenset({"template", "noscript", "textarea", "xmp", "noembed", "noframes", "plaintext", "iframe"})
"""Elements whose insides are no part of the page."""

_UNQUOTED = re.compile(r'[ "<>{}|^`]')
_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*)([^,(]*(?:\([^)]*\)[^,(]*)*)")


def absolute(base: str, href: str) -> str | None:
    """
    The http URL that `href` names on the page at `base`; None for everything else.

    Characters that browsers quote are quoted (`my photo.jpg`, `"`), so that
    the URL may stand in an attribute and passes `urls.parse_http`.
    """
    text = href.strip()
    if len(text) > urls.LONGEST:
        return None
    url = urls.resolve(base, text)
    url = url and _UNQUOTED.sub(lambda match: quote(match[0]), url)
    return url if urls.is_http(url) else None


def hrefs(tag: str, attributes: Mapping[str, str]) -> Iterator[str]:
    """The links in one start tag, as they are written there."""
    for name in LINK_ATTRIBUTES.get(tag, ()):
        value = attributes.get(name)
        if value is None or (name == "value" and not _is_url_property(attributes)):
            continue
        if name == "srcset":
            yield from srcset(value)
        else:
            yield value


def srcset(value: str) -> list[str]:
    """The URLs of a `srcset`; a comma within one belongs to it, one at its end does not (HTML §4.8.4.2)."""
    found = []
    position = 0
    while match := _CANDIDATE.match(value, position):
        url = match[1]
        # A comma at the end of the URL closes the candidate: no descriptor follows.
        position = match.end(1) if url.endswith(",") else match.end()
        found.append(url.rstrip(","))
    return found


def _is_url_property(attributes: Mapping[str, str]) -> bool:
    return any(name.startswith("u-") for name in attributes.get("class", "").split())
