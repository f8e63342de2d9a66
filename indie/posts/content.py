"""What a post says: as HTML, as plain text, and where it points to."""

import html
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from itertools import islice

from indie import urls
from indie.mf2 import links as mf2_links
from indie.mf2 import sanitize
from indie.mf2.item import Content, Item
from indie.posts import autolink, markdown
from indie.posts.autolink import Signs
from indie.preferences import Syntax

MOST_LINKS = 200
"""Targets of one post: a page pasted with thousands of links is no conversation."""

CONTEXTS = (
    *("in-reply-to", "like-of", "repost-of", "bookmark-of", "quotation-of", "follow-of", "tag-of"),
    *("listen-of", "watch-of", "read-of", "jam-of"),
)
"""Properties that say what a post is about elsewhere."""

MOST_CITED = 20
"""Pages that one post may have us look at."""

_POINTING = (*CONTEXTS, "invitee", "category")
"""Properties whose URLs are pages of others. Media are files, and copies (syndication) are our own."""

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")


def to_html(
    content: Content,
    base: str,
    picture: sanitize.Picture | None = None,
    *,
    syntax: Syntax = "text",
    people: Mapping[str, str] | None = None,
    tag: Callable[[str], str] | None = None,
) -> str:
    """
    What stands in e-content: safe to be put on the page as it is.

    Plain text stays what was written, character by character: blank lines part
    paragraphs, line breaks break lines. In it and in Markdown http and https
    URLs, #tags and @mentions become links, but not in code, in links or inside words.
    HTML is cleaned, whatever `syntax` says; so is what Markdown makes.
    Markdown that would take too long (see markdown.is_readable) stays plain text.
    base: the URL that relative links in HTML are seen from.
    picture: what stands in the place of each picture in HTML (sanitize.clean_own).
    people: from nicknames in lower case to the URLs of the people; others are not linked.
    tag: from a tag to the URL of its page; without it tags are not linked.
    """
    if content.html is not None:
        return sanitize.clean_own(content.html, base, picture)
    signs = Signs(people or {}, tag)
    text = content.text.replace("\r\n", "\n").replace("\r", "\n")
    if syntax == "markdown" and markdown.is_readable(text):
        return markdown.with_targets(sanitize.clean_own(_marked_up(text, base, signs), base, picture), base)
    paragraphs = [part for part in _BLANK_LINES.split(text.strip("\n")) if part.strip()]
    # Why: no line feed beside <br>: a theme that keeps white space would break the line twice.
    lines = [_linked(paragraph, base, signs).replace("\n", "<br>") for paragraph in paragraphs]
    return "\n".join(f"<p>{line}</p>" for line in lines)


def to_text(content: Content, syntax: Syntax = "text") -> str:
    """What is said, as readable plain text: HTML and Markdown lose their markup and keep their paragraphs."""
    if content.html is not None:
        return sanitize.to_text(content.html)
    if syntax == "markdown" and markdown.is_readable(content.text):
        return sanitize.to_text(_marked_up(content.text, "", Signs()))
    return content.text


def tags(content: Content, syntax: Syntax = "text") -> tuple[str, ...]:
    """Every #tag that `to_html` can link, in the order of the text, as it was written but without its sign."""
    found: list[str] = []

    def note(tag: str) -> str:
        found.append(tag)
        return ""

    if content.html is None and "#" in content.text:
        to_html(content, "", syntax=syntax, tag=note)
    return tuple(found)


def pictures(item: Item, base: str, *, syntax: Syntax = "text") -> tuple[str, ...]:
    """The absolute URL of every picture in the content, each once."""
    found: list[str] = []

    def note(url: str) -> dict[str, str]:
        found.append(url)
        return {"src": url}

    if content := item.content():
        to_html(content, base, note, syntax=syntax)
    return tuple(dict.fromkeys(found))


def links(
    item: Item, base: str, *, syntax: Syntax = "text", people: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """
    Every http URL that the post itself points to: the targets of its webmentions.

    First those of its properties (also of a tagged person's h-card), then the
    links in its content, absolute, each once, at most MOST_LINKS. Not the
    post's own page, nor its pictures, sound, film and copies elsewhere.
    base: the permalink of the post.
    syntax, people: as in `to_html`; who is mentioned is told. Tags lead to our own pages.
    Webmention §3.1.1.
    """
    found = [url for name in _POINTING for url in item.urls(name)]
    if content := item.content():
        anchors = _Anchors()
        anchors.feed(to_html(content, base, syntax=syntax, people=people))
        found += [url for href in anchors.hrefs if (url := mf2_links.absolute(base, href))]
    others = (url for url in dict.fromkeys(found) if not urls.same_page(url, base))
    return tuple(islice(others, MOST_LINKS))


def cited(item: Item) -> tuple[str, ...]:
    """Every http URL of what a post is about, each once, at most MOST_CITED."""
    return tuple(islice(dict.fromkeys(url for name in CONTEXTS for url in item.urls(name)), MOST_CITED))


class _Anchors(HTMLParser):
    """Collects a[href]. Good enough for HTML that we wrote or cleaned ourselves, and for no other."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.hrefs += [value for name, value in attrs if name == "href" and value]


def _marked_up(text: str, base: str, signs: Signs) -> str:
    return markdown.to_html(text, base, lambda words: autolink.pieces(words, base, signs))


def _linked(text: str, base: str, signs: Signs) -> str:
    """Plain text as HTML, with its links."""
    written = []
    for words, href in autolink.pieces(text, base, signs):
        shown = html.escape(words, quote=False)
        written.append(f'<a href="{html.escape(href)}">{shown}</a>' if href else shown)
    return "".join(written)
