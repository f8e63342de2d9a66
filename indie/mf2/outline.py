"""
One pass over a page: its links and rels, its title, and how it is nested.

This much is known of every page, however hostile: no tree is built, and what
is kept has limits.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from indie import urls
from indie.mf2 import links, markup
from indie.mf2.page import Link

MOST_LINKS = 20_000
"""How many links, and how many rels, of one page are kept."""



def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAILWIND = _words("h-auto h-dvh h-fit h-full h-lvh h-max h-min h-px h-screen h-svh p-px")
"""Class names of a style sheet in wide use that look like microformats."""

_MF2 = re.compile(r"(?:h|p|u|dt|e)-(?:[a-z0-9]+-)?[a-z]+(?:-[a-z]+)*")
_MF1_ROOTS = _words("adr geo hentry hfeed hproduct hrecipe hresume hreview hreview-aggregate vcard vevent")
_MF1_PROPERTIES = _words(
    "additional-name adr affiliation attendee author bday best brand category contact count country-name"
    " description dtend dtstart dtreviewed duration education email entry-content entry-summary entry-title"
    " experience extended-address family-name fn geo given-name honorific-prefix honorific-suffix identifier"
    " ingredient instructions item key label latitude locality location logo longitude nickname note"
    " nutrition org organization-name organization-unit photo postal-code price published rating region"
    " review reviewer role skill street-address summary tel title uid updated url value votes worst yield"
)


class _Open(NamedTuple):
    """An element that has begun. Most change nothing; these are one object with the element above."""

    hidden: bool = False
    svg: bool = False
    title: bool = False
    mf1: bool = False
    nested: int = 0
    times: int = 1


class Outline:
    """
    What one pass finds; see `page.Page` for the first of them.

    base: what relative URLs are relative to: `<base>`, or the page.
    elements, depth, roots, classes: how many elements there are, how many lie
        in one another, how many begin an item, and the most classes of one.
    nested: how many elements with a microformats class lie in one another.
    visits: how many elements mf2py will look at: it reads an item once for
        each property that its root is, so items in items multiply.
    """

    def __init__(self, url: str) -> None:
        """Begin a page at this address."""
        self.base = self._url = url
        self._base_said = False
        self.rels: list[Link] = []
        self.links: dict[str, None] = {}
        self._hrefs: set[str] = set()
        self.title_parts: list[str] | None = None
        self.lang: str | None = None
        self.gone = False
        self.elements = self.depth = self.roots = self.classes = self.nested = self.visits = 0
        self._path = [_Open()]

    @property
    def title(self) -> str:
        """The text of the first `<title>`, in one line."""
        return " ".join("".join(self.title_parts or ()).split())

    @property
    def canonical(self) -> str | None:
        """The address that the page calls its own."""
        named = (link.href for link in self.rels if link.tag == "link" and "canonical" in link.rel)
        return next(filter(urls.is_http, named), None)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Count the element; note what it says unless it is hidden."""
        above = self._path[-1]
        here = self._measure(tag, attributes, above)
        self._path.append(above if here == above else here)
        self.elements += 1
        self.depth = max(self.depth, len(self._path) - 1)
        self.nested = max(self.nested, here.nested)
        self.visits += here.times
        if not above.hidden:
            self._note(tag, attributes)

    def end(self, tag: str) -> None:  # noqa: ARG002  # lxml says which; the last that began it is
        """Leave the element."""
        if len(self._path) > 1:
            self._path.pop()

    def data(self, text: str) -> None:
        """Keep the words of the first title."""
        here = self._path[-1]
        if here.title and self.title_parts is not None and len(self.title_parts) < 100:
            self.title_parts.append(text[:1000])

    def _measure(self, tag: str, attributes: Mapping[str, str], above: _Open) -> _Open:
        names = attributes.get("class", "").split()
        self.classes = max(self.classes, len(names))
        found = {name for name in names[:200] if _MF2.fullmatch(name)} - TAILWIND
        mf2_roots = {name for name in found if name.startswith("h-")}
        mf1_root = not mf2_roots and not _MF1_ROOTS.isdisjoint(names)
        if above.mf1:
            found |= _MF1_PROPERTIES.intersection(names)
        is_root = mf1_root or bool(mf2_roots)
        self.roots += is_root
        properties = len(found - mf2_roots)
        return _Open(
            hidden=above.hidden or tag in links.HIDING,
            svg=above.svg or tag == "svg",
            title=tag == "title" and self.title_parts is None and not (above.hidden or above.svg),
            mf1=mf1_root if is_root else above.mf1,
            nested=above.nested + (is_root or properties > 0),
            times=min(above.times * max(properties, 1), 1_000_000) if is_root else above.times,
        )

    def _note(self, tag: str, attributes: Mapping[str, str]) -> None:
        href = attributes.get("href")
        if tag == "base" and href is not None and not self._base_said:
            self.base = links.absolute(self._url, href) or self._url
            self._base_said = True
            self._hrefs.clear()
        elif self._path[-1].title:
            self.title_parts = []
        elif tag == "html" and self.lang is None:
            self.lang = attributes.get("lang", "").strip()[:35] or None
        elif tag == "meta" and attributes.get("http-equiv", "").strip().lower() == "status":
            self.gone = self.gone or attributes.get("content", "").split()[:1] == ["410"]
        if href is not None and "rel" in attributes and tag in ("a", "area", "link"):
            self._note_rel(tag, href, attributes["rel"])
        for text in links.hrefs(tag, attributes):
            if text not in self._hrefs and len(self.links) < MOST_LINKS:
                self._hrefs.add(text)
                link = links.absolute(self.base, text)
                self.links |= {link: None} if link else {}

    def _note_rel(self, tag: str, href: str, rel: str) -> None:
        tokens = tuple(dict.fromkeys(rel[:1000].lower().split()))
        if not tokens or len(href) > urls.LONGEST or len(self.rels) >= MOST_LINKS:
            return
        target = urls.resolve(self.base, href)
        if target is not None:
            self.rels.append(Link(tokens, target, tag))


def outline(text: str, url: str) -> Outline:
    """Look over a page once. Nothing that stands in it is an error."""
    found = Outline(url)
    markup.read(text, found)
    return found
