"""Whose page it is: the representative h-card (microformats.org/wiki/representative-h-card-parsing)."""

from indie import urls
from indie.mf2.item import Item, walk
from indie.mf2.page import Page


def h_card(page: Page) -> Item | None:
    """
    The card of the person whose page this is; None if the page does not say.

    Looked for, in this order, among all its cards: one whose uid and url are
    the page; one whose url is also a `rel=me` link; the only one, if its url
    is the page.
    """
    found = cards(page)
    named = [card for card in found if is_named(card, "url", page.url)]
    return (
        next((card for card in named if is_named(card, "uid", page.url)), None)
        or next((card for card in found if is_rel_me(card, page)), None)
        or next((card for card in named if len(found) == 1), None)
    )


def cards(page: Page) -> list[Item]:
    """Every h-card of the page, also those inside other items."""
    return [item for item in walk(page.items) if "h-card" in item.type]


def is_named(card: Item, name: str, url: str) -> bool:
    """Whether this URL is among the card's `url` or `uid`; a fragment tells people of one page apart."""
    return any(_same(own, url) for own in card.urls(name))


def is_rel_me(card: Item, page: Page) -> bool:
    """Whether a url of the card is one that the page links to as `rel=me`."""
    return any(is_named(card, "url", me) for me in page.rel("me"))


def _same(one: str, other: str) -> bool:
    return urls.same_page(one, other) and one.partition("#")[2] == other.partition("#")[2]
