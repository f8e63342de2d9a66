"""
Foreign markup made safe to show, and markup as plain text.

Two passes. The first writes anew what the allow-list lets through: balanced,
shallow, links absolute. The second is nh3, which has the last word.
Why both: nh3 rebuilds unclosed formatting as browsers do, so that 64 KB of
`<p><b x=1><p><b x=2>…` cost it 18 s and 3 GB. What the first pass writes is
never of that kind.
"""

import re
from collections.abc import Callable, Collection, Mapping
from html import escape
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import nh3

from indie import urls
from indie.mf2 import links, markup

LONGEST_FOREIGN = 64 * 1024
"""How much of somebody else's markup is kept, in characters."""

DEEPEST = 32
"""How many elements may lie in one another; deeper ones lose their tags and keep their words."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLAIN = "b i em strong code pre blockquote q p br ul li del ins s sub sup hr"
_FOREIGN = dict.fromkeys(_PLAIN.split(), _words("")) | {
    "a": _words("href"),
    "abbr": _words("title"),
    "ol": _words("start"),
    "time": _words("datetime"),
}
"""What others may use: the elements, with their attributes."""

_OWN_PLAIN = (
    "h1 h2 h3 h4 h5 h6 figure figcaption table caption thead tbody tfoot tr dl dt dd kbd samp var mark small"
    " u cite dfn details summary ruby rt rp"
)
_OWN = {
    **_FOREIGN,
    **dict.fromkeys(_OWN_PLAIN.split(), _words("")),
    "img": _words("src alt title width height"),
    "video": _words("src poster controls width height"),
    "audio": _words("src controls"),
    "source": _words("src type"),
    "td": _words("colspan rowspan"),
    "th": _words("colspan rowspan scope"),
}

_SIZE = _words("width height")
_FROM_US = _words("srcset sizes class loading decoding")
"""Attributes of an `<img>` that its author cannot give: addresses would be anywhere, a `u-photo` would be a photo."""

_LINK = _words("href aria-label")
"""Attributes of the link that is put around a picture."""

_VOID = _words("br hr img source")
_URLS = _words("href src poster")
_NOTHING_WITHOUT = {"a": "href", "img": "src", "source": "src"}
_DROPPED = links.HIDING | _words("script style title object svg math select canvas video audio")
"""Elements that go with everything in them, unless they are allowed."""

_BLOCKS = _words(
    "address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p pre section summary table"
    " tbody td tfoot th thead tr ul"
)
_MAILTO = re.compile(r"mailto:[\w.!#$%&'*+/=?^`{|}~@-]+", re.IGNORECASE)


def clean_foreign(html: str, base: str = "", without: Collection[str] = ()) -> str:
    """
    What somebody else wrote, as it may stand on our page.

    base: what its relative URLs are relative to. without: the URLs of pictures to leave out.
    Pictures become links with the words that stand for them, headings lines;
    no class stays (a foreign `u-url` would become ours), nor id, style or
    handler. Links carry `rel="nofollow ugc noopener"`. Cut at 64 KB.
    Webmention §4.2.
    """
    return _FOREIGN_CLEANER.clean(_rewrite(html[:LONGEST_FOREIGN], base, _FOREIGN, without=without))


Picture = Callable[[str], Mapping[str, str]]
"""
From the absolute URL of an `<img>` to what is to stand there: its `src`, and what else is known of it.

With an `href` a link to that is put around it, unless it stands in one already; where the picture has no words
of its own, `aria-label` is what the link is called.
"""


def clean_own(html: str, base: str = "", picture: Picture | None = None) -> str:
    """
    What the owner wrote: headings, pictures, film, tables and figures stay too; links carry no `rel`.

    picture: what stands in the place of each `<img>`; an alt, a width or height that its author gave stays.
    """
    return _OWN_CLEANER.clean(_rewrite(html, base, _OWN, picture))


def to_text(html: str) -> str:
    """Markup as readable plain text: a line for each block and `<br>`, for pictures the words beside them."""
    reader = _Text()
    markup.read(html, reader)
    return reader.text()


def _cleaner(allowed: dict[str, frozenset[str]], rel: str | None) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(allowed),
        # Why "*": nh3 lets lang and title through everywhere unless told otherwise.
        attributes={"*": set(), **allowed},
        link_rel=rel,
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
    )


_FOREIGN_CLEANER = _cleaner(_FOREIGN, "nofollow ugc noopener")
_OWN_CLEANER = _cleaner(_OWN | {"img": _OWN["img"] | _FROM_US, "a": _OWN["a"] | _LINK}, None)


def _rewrite(
    html: str,
    base: str,
    allowed: dict[str, frozenset[str]],
    picture: Picture | None = None,
    without: Collection[str] = (),
) -> str:
    writer = _Writer(base, allowed, picture, without)
    markup.read(html, writer)
    return "".join(writer.written).strip()


class _Writer:
    """Writes the allowed part of what it is told."""

    def __init__(
        self, base: str, allowed: dict[str, frozenset[str]], picture: Picture | None, without: Collection[str]
    ) -> None:
        self._without = without
        self.written: list[str] = []
        self._base = base
        self._picture = picture
        self._allowed = allowed
        self._path: list[str] = []
        self._shown = 0
        self._dropped = 0
        self._link: int | None = None
        # Whether words follow a line that a tag we leave out has ended.
        self._break = False
        self._at_line_start = True

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._dropped or (tag in _DROPPED and tag not in self._allowed):
            self._dropped += 1
            return
        if tag == "img" and "img" not in self._allowed:
            self._picture_as_link(attributes)
            tag = ""
        elif tag not in self._allowed or self._shown >= DEEPEST or (tag == "a" and self._link is not None):
            self._break = self._break or tag in _BLOCKS
            tag = ""
        else:
            tag = self._open(tag, attributes)
        self._path.append(tag)
        self._shown += bool(tag)

    def end(self, tag: str) -> None:
        if self._dropped:
            self._dropped -= 1
            return
        shown = self._path.pop() if self._path else ""
        self._break = self._break or (not shown and tag in _BLOCKS)
        self._shown -= bool(shown)
        if shown == "a" and self._link is not None:
            if not "".join(self.written[self._link + 1 :]).strip():
                # Nobody sees a link without words; proxies put them there for machines.
                del self.written[self._link :]
            else:
                self.written.append("</a>")
            self._link = None
        elif shown and shown not in _VOID:
            self.written.append(f"</{shown}>")
            self._note_line(shown)

    def data(self, text: str) -> None:
        if self._dropped:
            return
        if text.strip():
            self._begin_words()
        self.written.append(escape(text, quote=False))

    def _open(self, tag: str, attributes: Mapping[str, str]) -> str:
        """Write a start tag; "" where the element is not worth one."""
        kept = {name: attributes[name] for name in self._allowed[tag] if name in attributes}
        for name in _URLS & kept.keys():
            url = self._url(kept.pop(name), mail=name == "href")
            kept |= {name: url} if url else {}
        link: dict[str, str] = {}
        if tag == "img" and "src" in kept:
            known = dict(self._picture(kept["src"])) if self._picture else {}
            link = {name: known.pop(name) for name in _LINK & known.keys()}
            # One of the two is enough: the other of ours would distort it.
            given = kept.keys() | (set() if kept.keys().isdisjoint(_SIZE) else _SIZE)
            kept |= {name: value for name, value in known.items() if name == "src" or name not in given}
        if tag in _NOTHING_WITHOUT and _NOTHING_WITHOUT[tag] not in kept:
            return ""
        if tag in _BLOCKS or tag == "br":
            self._note_line(tag)
        else:
            self._begin_words()
        if tag == "a":
            self._link = len(self.written)
        element = _start(tag, kept)
        if link and self._link is None:
            if kept.get("alt", "").strip():
                link.pop("aria-label", None)
            element = f"{_start('a', link)}{element}</a>"
        self.written.append(element)
        return tag

    def _picture_as_link(self, attributes: Mapping[str, str]) -> None:
        words = attributes.get("alt", "").strip()
        url = self._url(attributes.get("src", ""))
        if url in self._without:
            return
        # An emoji that its site draws as a picture is a word.
        if url and self._link is None and "emoji" not in attributes.get("class", ""):
            words = words or PurePosixPath(urlsplit(url).path).name or urls.host(url)
            self._begin_words()
            self.written.append(f'<a href="{escape(url)}">{escape(words)}</a>')
        elif words:
            self.data(words)

    def _url(self, href: str, *, mail: bool = False) -> str | None:
        if mail and _MAILTO.fullmatch(href.strip()):
            return href.strip()
        return links.absolute(self._base, href)

    def _begin_words(self) -> None:
        if self._break and not self._at_line_start:
            self.written.append("<br>")
        self._break = self._at_line_start = False

    def _note_line(self, tag: str) -> None:
        if tag in _BLOCKS or tag == "br":
            self._break = False
            self._at_line_start = True


def _start(tag: str, attributes: Mapping[str, str]) -> str:
    """A start tag."""
    written = "".join(f' {name}="{escape(attributes[name])}"' for name in sorted(attributes))
    return f"<{tag}{written}>"


class _Text:
    """Keeps the words of what it is told, line by line."""

    def __init__(self) -> None:
        self._lines: list[list[str]] = [[]]
        self._dropped = 0
        self._pre = 0

    def text(self) -> str:
        lines = ("".join(line).strip("\n").rstrip() for line in self._lines)
        return "\n".join(filter(None, lines)).strip()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._dropped or tag in _DROPPED:
            self._dropped += 1
            return
        if tag in _BLOCKS or tag == "br":
            self._lines.append([])
        self._pre += tag == "pre"
        if tag == "img" and (words := attributes.get("alt", "").strip()):
            self.data(f" {words} ")

    def end(self, tag: str) -> None:
        if self._dropped:
            self._dropped -= 1
            return
        self._pre -= tag == "pre"
        if tag in _BLOCKS:
            self._lines.append([])

    def data(self, text: str) -> None:
        if self._dropped:
            return
        if self._pre:
            self._lines[-1].append(text)
            return
        line = self._lines[-1]
        words = " ".join(text.split())
        starts, ends = text[:1].isspace(), text[-1:].isspace()
        if starts and line and not line[-1].endswith((" ", "\n")):
            line.append(" ")
        if words:
            line.append(words + " " * ends)
