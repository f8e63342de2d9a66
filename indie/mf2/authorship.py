"""
Who wrote an entry (indieweb.org/authorship-spec).

An author is a claim of the page that makes it: show beside it where the page is.
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

from indie import text, urls
from indie.mf2.item import Item
from indie.mf2.page import Page
from indie.mf2.representative import cards, is_named, is_rel_me

_ADDRESS = re.compile(r"(?:https?|mailto|javascript|vbscript|data|tel):\S*", re.IGNORECASE)
"""What stands where a name should, and is none."""


@dataclass(frozen=True)
class Author:
    """
    A person as they are shown.

    name: one line; where only the url is known, its host.
    url, photo: http URLs.
    """

    name: str
    url: str | None
    photo: str | None
    nickname: str | None = None


def find(entry: Item, page: Page) -> tuple[Author | None, str | None]:
    """
    Steps 1-6: the author as far as this page tells.

    Returns the author, None where nobody is named, and the address of an
    author page that is worth one more request, because the name or the
    picture is missing (then `complete`); None if it is not.
    Deviation: where the author is named by URL alone, a card with this URL on
    the page itself is taken before the author page is asked; step 7.4 has it
    last, when the request is made.
    """
    feeds = [item for item in _around(entry, page.items) or () if "h-feed" in item.type]
    for holder in (entry, *feeds):
        for author in named(holder, page):
            return author, _worth_fetching(author)
    if _is_permalink(entry, page):
        for url in filter(urls.is_http, page.rel("author")):
            author = _named_by_url(url, page)
            return author, _worth_fetching(author)
    return None, None


def named(item: Item, page: Page, name: str = "author") -> list[Author]:
    """Everybody whom this property of an item names, in order (steps 2-3, 5)."""
    holders = (Item(("h-entry",), {"author": [value]}) for value in item.properties.get(name, []))
    return [author for holder in holders if (author := _author(holder, page))]


def complete(author: Author | None, author_page_url: str, author_page: Page, page: Page) -> Author | None:
    """
    Step 7: what the author page adds. What is known already stays.

    author, author_page_url: what `find` returned; author_page: what was found
    there; page: the entry's own.
    """
    addresses = (author_page_url, author_page.url)
    card = (
        next((card for url in addresses for card in cards(author_page) if _is_own(card, url)), None)
        or next((card for card in cards(author_page) if is_rel_me(card, author_page)), None)
        or next((card for card in cards(page) if is_named(card, "url", author_page_url)), None)
    )
    found = _from_card(card) if card else None
    if not author or not found:
        return author or found
    return Author(
        name=found.name if _is_nameless(author) else author.name,
        url=author.url or found.url,
        photo=author.photo or found.photo,
        nickname=author.nickname or found.nickname,
    )


def _author(holder: Item, page: Page) -> Author | None:
    """The author in the one `author` value of this item (step 5)."""
    for card in holder.items("author"):
        return _from_card(card)
    if url := holder.url("author"):
        return _named_by_url(url, page)
    name = text.one_line(holder.text("author") or "")
    return Author(name, None, None) if name and not _ADDRESS.fullmatch(name) else None


def _from_card(card: Item) -> Author | None:
    """The author that a card describes; None where it neither names nor links to anybody."""
    url = card.url("url") or card.url("uid")
    value = card.rest.get("value")
    names = [*card.texts("name"), value if isinstance(value, str) and not url else ""]
    name = next(filter(None, map(text.one_line, names)), None)
    if not name or urls.is_http(name):
        name = urls.host(url) if url else None
    if not name:
        return None
    photo = next((image.url for image in card.images()), None)
    nickname = text.one_line(card.text("nickname") or "") or None
    return Author(name, url, photo, nickname)


def _named_by_url(url: str, page: Page) -> Author:
    """The author behind an address: as a card of this page has it (step 7.4), else the address alone."""
    for card in cards(page):
        if is_named(card, "url", url) and (author := _from_card(card)):
            return dataclasses.replace(author, url=url)
    return Author(urls.host(url), url, None)


def _worth_fetching(author: Author) -> str | None:
    return author.url if _is_nameless(author) or not author.photo else None


def _is_nameless(author: Author) -> bool:
    return author.url is not None and author.name == urls.host(author.url)


def _is_own(card: Item, url: str) -> bool:
    return is_named(card, "url", url) and is_named(card, "uid", url)


def _around(entry: Item, items: tuple[Item, ...]) -> list[Item] | None:
    """The items that the entry lies in as a child, the nearest first; None if it is not among these."""
    for item in items:
        if item == entry:
            return []
        around = _around(entry, item.children)
        if around is not None:
            return [*around, item]
    return None


def _is_permalink(entry: Item, page: Page) -> bool:
    """Whether the page is this entry's own: its address says so, or there is no other entry."""
    addresses = [page.url, *([page.canonical] if page.canonical else [])]
    if any(urls.same_page(own, url) for own in entry.urls("url") + entry.urls("uid") for url in addresses):
        return True
    return sum("h-entry" in item.type for item in _outer(page.items)) == 1


def _outer(items: tuple[Item, ...]) -> Iterator[Item]:
    """The items that stand on the page for themselves, also those in feeds, not those in properties."""
    for item in items:
        yield item
        if "h-feed" in item.type:
            yield from _outer(item.children)
