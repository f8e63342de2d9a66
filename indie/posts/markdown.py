"""Markdown as markup: GitHub's kind (tables, struck out, task lists), with footnotes."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from zlib import crc32

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from indie.posts.autolink import Piece

LONGEST = 256 * 1024
"""The most characters of Markdown that are read as such: 4 s, if each line is one letter."""

_MOST_SIGNS = 8_000
"""How many signs that mean something to Markdown one text may have; more than in a page of tables."""

_MOST_CELLS = 20_000
"""How many cells the tables may have together. Rows of one sign are filled up to the width of the first."""

_SIGNS = re.compile(r"[\[\]|<>*_`~^&!#@\\]")
_URL = re.compile(r"://[^\s<>\[\]`\\]*[^\s<>\[\]`\\*_~]")
_UNDER_A_HEAD = " \t>|:-"


def is_readable(text: str) -> bool:
    """
    Whether a text is short and wordy enough to be read as Markdown.

    A page of brackets holds the parser for a second, a kilobyte of `|` makes a megabyte of table.
    """
    if len(text) > LONGEST or sum(1 for _ in _SIGNS.finditer(text)) > _MOST_SIGNS:
        return False
    return sum(map(_cells, text.split("\n\n"))) <= _MOST_CELLS


def to_html(text: str, base: str, pieces: Callable[[str], Iterable[Piece]]) -> str:
    """
    The markup that a text in Markdown stands for; HTML in it is text. Links are not cleaned.

    base: the permalink, so that footnotes of different posts have different names.
    pieces: what becomes a link in words outside code and links (see autolink).
    """
    html: str = _MARKDOWN.render(text, {"docId": footnotes(base), "pieces": pieces})
    return html


def footnotes(base: str) -> str:
    """What the names of a post's footnotes begin with."""
    return f"{crc32(base.encode()):08x}"


def with_targets(html: str, base: str) -> str:
    """Cleaned markup whose footnotes and the references to them lead to one another again."""
    seen = set[str]()

    def named(match: re.Match[str]) -> str:
        name = f"{'fn' if match[2] else 'fnref'}-{match[3]}"
        if name in seen:
            return match[0]
        seen.add(name)
        return f'<a id="{name}"{match[1]}'

    doc = footnotes(base)
    return re.sub(rf'<a( href="[^"]*#fn(ref)?-({doc}-\d+)">)', named, html)


def _cells(block: str) -> int:
    """At most so many cells are in the table that a block may be."""
    rows = block.split("\n")
    columns = max((row.count("|") for row in rows if not row.strip(_UNDER_A_HEAD)), default=0)
    return columns and (columns + 1) * len(rows)


def _link(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_linked(token.children, state.env["pieces"]))


def _linked(tokens: Iterable[Token], pieces: Callable[[str], Iterable[Piece]]) -> Iterator[Token]:
    links = 0
    for token in tokens:
        links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type != "text" or links:
            yield token
            continue
        for words, href in pieces(token.content):
            text = Token("text", "", 0, content=words)
            if href:
                yield Token("link_open", "a", 1, attrs={"href": href})
                yield text
                yield Token("link_close", "a", -1)
            elif words:
                yield text


def _url(state: StateInline, silent: bool) -> bool:  # noqa: ARG001  # markdown-it calls it so
    """A URL is one word, though `/_x_` in it would be emphasis anywhere else; what stands behind it is not."""
    match = _URL.match(state.src, state.pos) if state.pending.lower().endswith(("http", "https")) else None
    if match:
        state.pending += match[0]
        state.pos = match.end()
    return match is not None


def _number(_renderer: object, tokens: Sequence[Token], index: int, *_: Any) -> str:
    """A footnote that is referred to twice has one number."""
    return f"[{tokens[index].meta['id'] + 1}]"


def _box(_renderer: object, tokens: Sequence[Token], index: int, *_: Any) -> str:
    """Of a task a box in words: no form stands in a post, and feeds show words everywhere."""
    return "☑" if " checked=" in tokens[index].content else "☐"


def _back(_renderer: object, tokens: Sequence[Token], index: int, _options: object, env: dict[str, Any]) -> str:
    """From a footnote back to the first place that refers to it."""
    meta = tokens[index].meta
    return "" if meta["subId"] else f' <a href="#fnref-{env["docId"]}-{meta["id"] + 1}">\u21a9\ufe0e</a>'


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("gfm-like", {"html": False})
    markdown.use(footnote_plugin, inline=False).use(tasklists_plugin)
    # Why before text_join: what was escaped (`\#`) is a token of its own until then, and no sign.
    markdown.disable("linkify")
    markdown.inline.ruler.before("linkify", "url", _url)
    markdown.core.ruler.before("text_join", "autolink", _link)
    # With html=False the boxes of tasks are all the raw HTML that there is.
    markdown.add_render_rule("html_inline", _box)
    markdown.add_render_rule("footnote_caption", _number)
    markdown.add_render_rule("footnote_anchor", _back)
    return markdown


_MARKDOWN = _markdown()
