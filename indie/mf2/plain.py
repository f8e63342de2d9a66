"""The links of a body that is no HTML: JSON and plain text (Webmention §3.2.2)."""

import json
import re

from indie import urls
from indie.mf2 import links
from indie.mf2.charset import decode

_URL = re.compile(r"(?<![\w.+-])https?://[^\s<>\"`{}|\\^\x00-\x1f]+", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "}": "{"}
_PUNCTUATION = ".,;:!?'*_~…’”»"


def links_in_json(body: bytes) -> tuple[str, ...]:
    """Every http URL that is the whole of a string value, each once; () where the body is no JSON."""
    try:
        waiting = [json.loads(decode(body))]
    except (ValueError, RecursionError):
        return ()
    found: dict[str, None] = {}
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, str) and (url := links.absolute("", value)):
            found[url] = None
    return tuple(found)


def links_in_text(body: bytes, charset: str | None = None) -> tuple[str, ...]:
    """
    Every http URL in plain text or Markdown, each once.

    A URL is a whole token: `https://a.example/posts` does not link to `https://a.example/post`.
    Punctuation at its end belongs to the sentence, and a bracket that nothing opened to the text around it.
    """
    found = (links.absolute("", _trimmed(match[0])) for match in _URL.finditer(decode(body, charset)))
    return tuple(dict.fromkeys(filter(None, found)))


def _trimmed(url: str) -> str:
    if len(url) > 2 * urls.LONGEST:
        return ""
    # Where it is the target of a Markdown link, all behind the closing bracket is text again.
    depth = 0
    for index, character in enumerate(url):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            url = url[:index]
            break
    while url:
        last = url[-1]
        opening = _CLOSING.get(last)
        if last not in _PUNCTUATION and (opening is None or url.count(last) <= url.count(opening)):
            break
        url = url[:-1]
    return url
