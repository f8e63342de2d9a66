"""
The markup contract of a page (pages §2): what other people's software is to find on it, in any theme.

The door is `faults(html, url, posts)`: a sentence for everything that is wrong, so none means that the page keeps
the contract. It is pure and asks nobody; every page can be given to it, also one without a post on it.

    faults(html, "https://me.example/2026/07/23/llama")    the rules of markup alone
    faults(html, "https://me.example/", posts.get)         and each entry beside its stored post (posts: by permalink)
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from indie import languages, urls
from indie.mf2 import markup
from indie.mf2.item import Item, nested, walk
from indie.mf2.parse import parse
from indie.posts.content import CONTEXTS
from indie.posts.post import Post
from indie.site import readback

ROOTS = frozenset(
    {
        *("h-adr", "h-app", "h-card", "h-cite", "h-entry", "h-event", "h-feed", "h-geo", "h-item", "h-product"),
        *("h-recipe", "h-resume", "h-review", "h-review-aggregate"),
        *("h-food", "h-leg", "h-measure"),  # what Micropub clients send
    }
)
"""The roots that are known; a page may have others only where a post was sent with them."""

POSTS = ("h-entry", "h-event", "h-review")
"""The roots of our own posts."""

MF1 = frozenset({"hentry", "hfeed", "vcard", "vevent", "hreview", "hproduct", "hrecipe", "hresume", "adr", "geo"})
"""The roots of microformats 1, which parsers would take for a second item."""

_ANSWERS = ("comment", "like", "repost", "bookmark", "mention")
_NOT_SAID = ("script", "noscript", "style", "template", "form", "iframe")
_ROOT = re.compile(r"h-[a-z0-9]+(-[a-z0-9]+)*")
_WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*([+-]\d\d:?\d\d|Z)")


def faults(html: str, url: str, post_at: Callable[[str], Post | None] = lambda _: None) -> list[str]:
    """
    Everything in which a page breaks the contract: a sentence each, in no order that means anything.

    url: where the page stands, absolute; its host is ours.
    post_at: the post that is stored at a permalink. An entry of the page is compared with it field by field, and
    the roots that it was sent with are known.
    """
    page = parse(html.encode(), url, "utf-8")
    known, found = set(ROOTS), [*_page(page.items)]
    if page.refused and 'id="comments"' not in html:
        # Limit: a conversation nested deeper than `mf2.guard` lets through is looked at element by element alone.
        found.append(f"The page cannot be searched for microformats: {page.refused}.")
    for item, is_listed in _posts(page.items):
        post = post_at(item.url("url") or "")
        found += _post(item, url, is_listed, post.item.texts("category") if post else ())
        if post and not item.has("deleted"):
            known |= {root for one in walk([post.item]) for root in one.type}
            found += readback.differences(item, post, url, is_listed=is_listed)
    elements = _Elements(known)
    markup.read(html, elements)
    return [*found, *elements.faults]


def _posts(items: tuple[Item, ...]) -> Iterator[tuple[Item, bool]]:
    """Our own posts, and whether each stands in a list."""
    for item in items:
        if "h-feed" in item.type:
            yield from ((child, True) for child in item.children)
        elif not {*POSTS}.isdisjoint(item.type):
            yield item, False


def _but_cited(items: Iterable[Item]) -> Iterator[Item]:
    """Every item but what posts cite: of that an app may have sent no more than the name of an author."""
    for item in items:
        yield item
        yield from _but_cited(one for name in item.properties if name not in CONTEXTS for one in item.items(name))
        yield from _but_cited(item.children)


def _page(items: tuple[Item, ...]) -> Iterator[str]:
    feeds = [item for item in items if "h-feed" in item.type]
    if len(feeds) > 1:
        yield "The page has more than one h-feed."
    for feed in feeds:
        for name in ("name", "url", "author"):
            if len(feed.properties.get(name, [])) != 1:
                yield f"The h-feed has not one {name}."
    for item in _but_cited(items):
        for author in item.properties.get("author", []):
            card = nested(author)
            if not card or "h-card" not in card.type or not card.text("name"):
                yield f"An author is no h-card with a name: {author!r:.100}."


def _post(item: Item, url: str, is_listed: bool, tags: Collection[str]) -> Iterator[str]:
    """The rules for a post, on its own page or in a list. tags: as they are stored; one may begin with a sign."""
    addresses = item.properties.get("url", [])
    called = f"The {item.type[0]} {addresses[0] if addresses else '(without u-url)'}"
    if len(addresses) != 1 or not urls.same_site(str(addresses[0]), url):
        yield f"{called} has not exactly one u-url, of this site."
    if item.has("deleted"):
        if item.text("name") not in [languages.of(tag).gettext("Deleted") for tag in languages.known()]:
            yield f"{called} is a tombstone and not called Deleted."
        return
    if item.properties.get("uid") != addresses:
        yield f"{called} has another u-uid than u-url."
    for name in ("published", "updated"):
        dates = item.texts(name)
        if len(dates) > 1 or (name == "published" and not dates) or not all(map(_WITH_OFFSET.fullmatch, dates)):
            yield f"{called} has not one dt-{name} with its offset: {dates}."
    authors = item.items("author")
    if len(authors) != 1 or not authors[0].urls("url"):
        yield f"{called} has not exactly one p-author h-card with a u-url."
    if not (item.has("content") or item.has("summary") or item.has("name")):
        yield f"{called} has neither e-content, p-summary nor p-name: parsers make a name of all its text."
    if item.has("name") and item.has("content") and item.properties["name"] == item.texts("content"):
        yield f"{called} has its content for a name."
    if item.children:
        yield f"{called} has items in it that are no property of it."
    if is_listed and (answers := [name for name in _ANSWERS if name in item.properties]):
        yield f"{called} has its conversation in a list: {', '.join(answers)}."
    if signs := [tag for tag in item.texts("category") if tag.startswith("#") and tag not in tags]:
        yield f"{called} has a p-category with its sign: {', '.join(signs)}."
    for name in CONTEXTS:
        yield from _cites(item, name, called)


def _cites(item: Item, name: str, called: str) -> Iterator[str]:
    """What a post is about is found by its address, and is not the post."""
    for value in item.properties.get(name, []):
        cite = nested(value)
        value_of = cite.rest.get("value") if cite else value
        if cite and cite.urls("url") and value_of != cite.properties["url"][0]:
            yield f"{called}: the value of u-{name} is {value_of!r:.100}, not its u-url."
        if value_of in item.urls("url"):
            yield f"{called} names itself as {name}."


class _Open(NamedTuple):
    tag: str
    names: frozenset[str]
    content: bool
    """Whether it stands in e-content."""


class _Elements:
    """One pass over the elements (`markup.Reader`): what no parser tells of them."""

    def __init__(self, known: Collection[str]) -> None:
        self.faults: list[str] = []
        self._known = known
        self._path = [_Open("", frozenset(), content=False)]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        above, names = self._path[-1], frozenset(attributes.get("class", "").split())
        self._path.append(_Open(tag, names, above.content or "e-content" in above.names))
        roots = {name for name in names if _ROOT.fullmatch(name)}
        self.faults += [f"“{name}” is no root that is known." for name in roots.difference(self._known)]
        self.faults += [f"“{name}” is a root of microformats 1." for name in names & MF1]
        if self._path[-1].content and (tag in _NOT_SAID or roots):
            self.faults.append(f"There is a <{tag} class=“{' '.join(names)}”> in e-content.")
        if roots and names & {"u-url", "u-uid"}:
            self.faults.append(f"<{tag}> is a root and a u-url: that is the URL of what is around it.")
        if roots and tag in ("a", "area", "img"):
            self.faults.append(f"<{tag} class=“{' '.join(names)}”> loses its URL or picture to whatever stands in it.")
        if tag == "img" and above.tag == "a" and "u-photo" in above.names:
            self.faults.append("u-photo is on the link around a picture, whose alt is lost.")
        if not roots:
            self.faults += self._addresses(tag, names, attributes)

    def end(self, tag: str) -> None:  # noqa: ARG002  # lxml says which
        if len(self._path) > 1:
            self._path.pop()

    def data(self, text: str) -> None:
        """Words are no markup."""

    def _addresses(self, tag: str, names: frozenset[str], attributes: Mapping[str, str]) -> Iterator[str]:
        """What is read as a URL is one, and begins with its scheme."""
        found = [part.split()[0] for part in attributes.get("srcset", "").split(",") if part.strip()]
        for name in names:
            if name.startswith("u-"):
                attribute = next((one for one in ("href", "src", "value") if one in attributes), "")
                found.append(attributes.get(attribute, ""))
        wrong = [url for url in found if not _is_absolute(url)]
        yield from (f"<{tag} class=“{' '.join(names)}”> has no absolute URL: “{url}”." for url in wrong)


def _is_absolute(url: str) -> bool:
    try:
        return bool(urlsplit(url).scheme)
    except ValueError:
        return False
