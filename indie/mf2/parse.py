"""
The bytes of a page, read. The only module that knows mf2py.

`outline` sees every page; mf2py those alone that the guard lets through. It is
handed our soup and our URL: without a document it would fetch one itself, and
with its own parser 30 KB of markup hold it for more than 40 s.
"""

import gc
import re
import warnings
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

import bs4
import mf2py
from bs4.element import AttributeValueList
from lxml import etree

from indie.mf2 import guard, markup
from indie.mf2.charset import decode
from indie.mf2.item import Item
from indie.mf2.outline import TAILWIND, Outline, outline
from indie.mf2.page import Link, Page

__all__ = ["Link", "Page", "Refused", "parse"]

MOST_TEXT = 8_000_000
"""How many characters the items of one page may hold in all; words repeat in names, values and markup."""

_RELS = 2000
_TOO_MUCH_MEMORY = "it needs too much memory"
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>")


class Refused(Exception):
    """A page is not searched for microformats; the message says why."""


def parse(
    body: bytes, url: str, charset: str | None = None, limit: AbstractContextManager[object] | None = None
) -> Page:
    """
    Read an HTML page.

    url: where it was found, after redirects; never fetched.
    charset: what HTTP said (`Content-Type: …; charset=`).
    limit: entered while microformats are looked for; may raise Refused there.
    Any bytes give a Page: where microformats cannot be looked for, `refused`
    says why and the rest is there all the same. Takes seconds on a hostile
    page: `sandbox.Parser` gives it a process of its own.
    """
    text = markup.encodable(decode(body, charset))
    found = outline(text, url)
    items: tuple[Item, ...] = ()
    refused = guard.refusal(found, len(text))
    if not refused:
        try:
            with limit or nullcontext():
                items = _items(text, found)
        except (Refused, ValueError) as reason:
            refused = str(reason)
        except RecursionError:
            refused = "its elements lie too deep in one another"
        except MemoryError:
            refused = _TOO_MUCH_MEMORY
    if refused is _TOO_MUCH_MEMORY:
        # Why: a tree is full of circles, which would stay until somebody looks for them.
        gc.collect()
    return Page(
        url=url,
        items=items,
        rels=tuple(found.rels),
        links=tuple(found.links),
        title=found.title,
        lang=found.lang,
        gone=found.gone,
        canonical=found.canonical,
        refused=refused,
    )


class _Tag(bs4.Tag):
    """
    An element of which mf2py need not keep a copy.

    Why: reading mf1, mf2py asks every element for its `original` and copies it,
    with all that is in it, once a rule: 2.3 s for 50 KB of an old WordPress
    theme, against 0.3 s. The copy only spares the markup of `e-content` the
    class names that were added, which we drop anyway.
    """

    @property
    def original(self) -> "_Tag":
        return self


def _items(text: str, found: Outline) -> tuple[Item, ...]:
    soup = _soup(text)
    if soup is None:
        return ()
    _prepare(soup)
    items = mf2py.parse(doc=soup, url=found.base)["items"]
    if _is_larger(items, MOST_TEXT):
        raise Refused("its items repeat one another too often")
    return tuple(map(Item.from_json, items))


def _soup(text: str) -> bs4.BeautifulSoup | None:
    """The tree of the page, built by lxml; None where there is no markup to build one of."""
    text = _XML_DECLARATION.sub("", text, count=1)
    if "<" not in text:
        return None
    with warnings.catch_warnings():
        # Why: bs4 warns of markup that looks like XML or a file name. We know what we hand it.
        warnings.simplefilter("ignore")
        try:
            return bs4.BeautifulSoup(text, "lxml", element_classes={bs4.Tag: _Tag})
        except (bs4.ParserRejectedMarkup, etree.LxmlError):
            return None


def _prepare(soup: bs4.BeautifulSoup) -> None:
    """Take out of the tree what mf2py would trip over; links and rels are known already."""
    rels = 0
    for element in soup.find_all(name=True):
        if element.name == "noscript":
            # mf2py leaves templates out, and we read neither (see `links`).
            element.name = "template"
        elif element.name == "base":
            # `outline` has resolved it, and mf2py raises for `http://[`.
            del element["href"]
        if element.has_attr("rel"):
            rels += 1
            if rels > _RELS:
                # mf2py looks for each among all before it. It needs them for mf1 alone.
                del element["rel"]
        names = element.get("class")
        if isinstance(names, list) and not TAILWIND.isdisjoint(names):
            element["class"] = AttributeValueList(name for name in names if name not in TAILWIND)


def _is_larger(value: object, most: int) -> bool:
    """Whether JSON holds more than so many characters; what stands in it twice counts twice."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
        most -= len(part) if isinstance(part, str) else 1
        if most < 0:
            return True
    return False
