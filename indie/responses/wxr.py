"""
The comments in an export of WordPress (WXR 1.0 to 1.2: RSS with words of its own).

Read as a stream by expat. A file that declares entities is refused: they could be made to stand for gigabytes.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from indie import urls

_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What WordPress exports all the same, though no XML may have it."""

_LINKBACKS = ("pingback", "trackback")
_RELATIONS = {
    **dict.fromkeys(("", "comment", "reply", "reacji"), "in-reply-to"),
    **dict.fromkeys(("like", "favorite"), "like-of"),
    **{name: f"{name}-of" for name in ("repost", "bookmark", "follow", "read", "listen", "watch")},
}
"""What a type of comment is to the post; any other only mentions it."""

_WORDLESS = frozenset({"like-of", "repost-of", "bookmark-of", "follow-of", "read-of", "listen-of", "watch-of"})
"""Why their text is left out: WordPress has a sentence of its own there."""


@dataclass(frozen=True)
class Comment:
    """
    A comment, pingback or webmention.

    source: the page that it is; of a comment that was typed into the blog's form, its place there.
    relation: the property by which it answers the post ("" if it mentions it), and the answer of an RSVP.
    html: as it came, with its paragraphs. date: in UTC, "" if unknown. approved: "1", "0", "spam", "trash".
    title: of a pingback, whose author is unknown.
    """

    id: str
    parent: str
    approved: str
    source: str
    author: str
    author_url: str
    avatar: str
    title: str
    html: str
    date: str
    relation: tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """A post that has comments. link: its address; slug: `wp:post_name`."""

    link: str
    slug: str
    comments: tuple[Comment, ...]


def read(body: bytes) -> list[Entry]:
    """Every post that has comments. Raises ValueError, with a sentence, for what is no such export."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(_CONTROLS.sub(b"", body), True)
    except expat.ExpatError as error:
        raise ValueError(f"it is broken XML ({error})") from None
    if not reader.is_export:
        raise ValueError("it is XML, but no export of WordPress (WXR)")
    return reader.entries


@dataclass
class _Reader:
    """Collects the posts of the document that it is told, element by element."""

    entries: list[Entry] = field(default_factory=list)
    is_export: bool = False
    _path: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _item: dict[str, str] = field(default_factory=dict)
    _comment: dict[str, str] = field(default_factory=dict)
    _meta: dict[str, str] = field(default_factory=dict)
    _pair: dict[str, str] = field(default_factory=dict)
    _comments: list[Comment] = field(default_factory=list)

    def refuse(self, *_: object) -> None:
        raise ValueError("it declares XML entities, which no export of WordPress does")

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._path.append(tag)
        self._text = []
        if name == "item":
            self._item, self._comments = {}, []
        elif tag == "wp:comment":
            self._comment, self._meta = {}, {}
        elif tag == "wp:commentmeta":
            self._pair = {}

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, tag: str) -> None:
        self._path.pop()
        above = self._path[-1] if self._path else ""
        words = "".join(self._text)
        if tag == "wp:wxr_version":
            self.is_export = True
        elif above == "wp:commentmeta":
            self._pair[tag] = words
        elif tag == "wp:commentmeta":
            self._meta[self._pair.get("wp:meta_key", "")] = self._pair.get("wp:meta_value", "").strip()
        elif above == "wp:comment":
            self._comment[tag.removeprefix("wp:comment_")] = words
        elif tag == "wp:comment":
            self._comments.append(_comment(self._comment, self._meta, self._item.get("link", "").strip()))
        elif above == "item":
            self._item.setdefault(tag, words)
        elif tag == "item" and self._comments:
            link, slug = (self._item.get(name, "").strip() for name in ("link", "wp:post_name"))
            self.entries.append(Entry(link, slug, tuple(self._comments)))
        self._text = []


def _comment(said: dict[str, str], meta: dict[str, str], link: str) -> Comment:
    number, kind = said.get("id", "").strip(), said.get("type", "").strip()
    author, author_url = said.get("author", "").strip(), said.get("author_url", "").strip()
    is_linkback = kind in _LINKBACKS
    received = meta.get("webmention_source_url") or meta.get("semantic_linkbacks_source")
    if kind == "webmention" and not received:
        received = meta.get("url") or meta.get("semantic_linkbacks_canonical") or author_url
    relation, rsvp = _relation(meta.get("semantic_linkbacks_type") or kind)
    if not received and urls.same_site(author_url, link) and said.get("user_id", "0").strip() in ("", "0"):
        # Why: anybody could type the address of the blog into its form; its users are known by their number.
        author_url = ""
    date = next((said[name].strip() for name in ("date_gmt", "date") if said.get(name, "0")[0:1] not in ("0", "")), "")
    return Comment(
        id=number,
        parent=said.get("parent", "").strip(),
        approved=said.get("approved", "").strip(),
        source=received or (author_url if is_linkback else f"{link}#comment-{number}"),
        author="" if is_linkback else author,
        author_url=meta.get("semantic_linkbacks_author_url") or ("" if is_linkback else author_url),
        avatar=meta.get("avatar") or meta.get("semantic_linkbacks_avatar") or "",
        title=author if is_linkback else "",
        html="" if relation in _WORDLESS else _paragraphs(said.get("content", "")),
        date=date,
        relation=(relation, rsvp),
    )


def _relation(kind: str) -> tuple[str, str]:
    name, _, answer = kind.lower().partition(":")
    if name == "rsvp" or name.startswith("rsvp-"):
        return "in-reply-to", answer or name.removeprefix("rsvp-")
    return _RELATIONS.get(name, ""), ""


def _paragraphs(text: str) -> str:
    """The markup with the paragraphs and lines that WordPress makes of line breaks."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")))
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts if part)
