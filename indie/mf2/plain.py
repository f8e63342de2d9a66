"""The links of a body that is no HTML: JSON, plain text, XML (Webmention §3.2.2)."""

import json
import re
from contextlib import suppress
from xml.parsers import expat

from indie import urls
from indie.mf2 import links
from indie.mf2.charset import decode
from indie.mf2.outline import MOST_LINKS, outline

_URL = re.compile(r"(?<![\w.+-])https?://[^\s<>\"`{}|\\^\x00-\x1f]+", re.IGNORECASE)
_ADDRESSES = frozenset({"href", "src", "url"})
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


def links_in_xml(body: bytes, url: str) -> tuple[str, ...]:
    """
    Every http URL in a feed or another XML document, each once; () where it is none.

    url: where the document was found. A link is an attribute that holds an address (`href`, `src`, `url`),
    a text that is nothing but one (RSS), or stands in HTML that a text holds (Atom and RSS content).
    A document that declares entities is read no further: they could be made to stand for gigabytes.
    """
    reader = _Xml(url)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.EntityDeclHandler = reader.refuse
    # What stands before a fault was read: a broken feed is a source all the same.
    with suppress(expat.ExpatError, ValueError, LookupError):
        parser.Parse(body, True)
    return tuple(reader.links)


class _Xml:
    """Collects the links of the document that it is told, element by element."""

    def __init__(self, url: str) -> None:
        self.links: dict[str, None] = {}
        self._url = url
        self._text: list[str] = []

    def refuse(self, *_: object) -> None:
        self.links.clear()
        raise ValueError("it declares entities")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._end_text()
        name = tag.rpartition(":")[2].lower()
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        for key in _ADDRESSES & plain.keys():
            self._add(plain[key])
        for href in links.hrefs(name, plain):
            self._add(href)

    def end(self, _: str) -> None:
        self._end_text()

    def data(self, text: str) -> None:
        self._text.append(text)

    def _end_text(self) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        if "<" in text:
            self.links |= outline(text, self._url).links
        elif urls.is_http(text):
            self._add(text)

    def _add(self, href: str) -> None:
        if len(self.links) < MOST_LINKS and (url := links.absolute(self._url, href)):
            self.links[url] = None


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
