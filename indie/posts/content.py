"""What a post says: as HTML, as plain text, and where it points to."""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import islice

from linkify_it import LinkifyIt

from indie import urls
from indie.mf2 import links as mf2_links
from indie.mf2 import sanitize
from indie.mf2.item import Content, Item

MOST_LINKS = 200
"""Targets of one post: a page pasted with thousands of links is no conversation."""

_POINTING = (
    "in-reply-to",
    "like-of",
    "repost-of",
    "bookmark-of",
    "quotation-of",
    "follow-of",
    "tag-of",
    "listen-of",
    "watch-of",
    "read-of",
    "invitee",
    "category",
)
"""Properties whose URLs are pages of others. Media are files, and copies (syndication) are our own."""

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_BESIDE_LINKS = re.compile("([“”„‟‘’‚‛«»‹›—…、。「」『』【】（），！？：；])")
"""
Why: linkify-it takes these into a URL that they only stand beside. Browsers
write them with escapes when an address is copied, so one that is bare is prose.
"""

_LINKIFY = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})


def to_html(content: Content, base: str, picture: Callable[[str], str] | None = None) -> str:
    """
    What stands in e-content: safe to be put on the page as it is.

    Plain text stays what was written, character by character: blank lines part
    paragraphs, line breaks break lines, http and https URLs become links.
    HTML is cleaned.
    base: the URL that relative links in HTML are seen from.
    picture: from the URL of each picture in HTML to the one that is to be shown.
    """
    if content.html is not None:
        return sanitize.clean_own(content.html, base, picture)
    text = content.text.replace("\r\n", "\n").replace("\r", "\n")
    paragraphs = [part for part in _BLANK_LINES.split(text.strip("\n")) if part.strip()]
    # Why: no line feed beside <br>: a theme that keeps white space would break the line twice.
    lines = [_linked(paragraph).replace("\n", "<br>") for paragraph in paragraphs]
    return "\n".join(f"<p>{line}</p>" for line in lines)


def to_text(content: Content) -> str:
    """What is said, as readable plain text: HTML loses its tags and keeps its paragraphs."""
    return content.text if content.html is None else sanitize.to_text(content.html)


def pictures(item: Item, base: str) -> tuple[str, ...]:
    """The absolute URL of every picture in the content, each once."""
    found: list[str] = []

    def note(url: str) -> str:
        found.append(url)
        return url

    if content := item.content():
        to_html(content, base, note)
    return tuple(dict.fromkeys(found))


def links(item: Item, base: str) -> tuple[str, ...]:
    """
    Every http URL that the post itself points to: the targets of its webmentions.

    First those of its properties (also of a tagged person's h-card), then the
    links in its content, absolute, each once, at most MOST_LINKS. Not the
    post's own page, nor its pictures, sound, film and copies elsewhere.
    base: the permalink of the post.
    Webmention §3.1.1.
    """
    found = [url for name in _POINTING for url in item.urls(name)]
    if content := item.content():
        anchors = _Anchors()
        anchors.feed(to_html(content, base))
        found += [url for href in anchors.hrefs if (url := mf2_links.absolute(base, href))]
    others = (url for url in dict.fromkeys(found) if not urls.same_page(url, base))
    return tuple(islice(others, MOST_LINKS))


class _Anchors(HTMLParser):
    """Collects a[href]. Good enough for HTML that we wrote or cleaned ourselves, and for no other."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.hrefs += [value for name, value in attrs if name == "href" and value]


def _linked(text: str) -> str:
    """Plain text as HTML, its URLs as links."""
    return "".join(_linked_part(part) for part in _BESIDE_LINKS.split(text))


def _linked_part(text: str) -> str:
    done, written = 0, []
    for match in _LINKIFY.match(text) or ():
        shown = match.raw.rstrip(":*_~")
        # Why: linkify-it also finds ftp:, mailto: and // (no http URL), and takes passwords in URLs.
        href = mf2_links.absolute("", shown)
        if href:
            written.append(html.escape(text[done : match.index], quote=False))
            written.append(f'<a href="{html.escape(href)}">{html.escape(shown, quote=False)}</a>')
            done = match.index + len(shown)
    written.append(html.escape(text[done:], quote=False))
    return "".join(written)
