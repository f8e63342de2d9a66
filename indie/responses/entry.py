"""Which of the items on a page is the response."""

from collections.abc import Collection, Iterable

from indie import urls
from indie.mf2.item import Item
from indie.mf2.outline import outline
from indie.mf2.page import Page
from indie.responses.response import address

RESPONSE_PROPERTIES = (
    "in-reply-to", "reply-to", "repost-of", "repost", "like-of", "like", "bookmark-of", "quotation-of",
    "follow-of", "read-of", "listen-of", "watch-of", "favorite-of", "tag-of", "category", "invitee",
)  # fmt: skip
"""What points at another page, as an answer to it or because of it."""

_ROOTS = frozenset({"h-entry", "h-event", "h-review", "h-cite", "h-recipe"})
_SHOWN_BELOW = ("like", "repost")
"""Old words for `like-of` and `repost-of`; with an item in them, what others say about this page."""


def entry(page: Page, source: str, targets: Collection[str]) -> Item | None:
    """
    The item that says what the page says to us, or None where it cannot be told.

    targets: every address of our post. In this order: the item whose id is the
    fragment of `source`; whose url or uid is the page's own, or a part of it; that points at the
    target with a property; whose content links to it; the only one there is.
    What lies in the properties of an item (comments, citations) is never it.
    Webmention spec §3.1.
    """
    keys = {urls.key(target) for target in targets}
    addresses = (source, urls.without_fragment(source), page.url, page.canonical or "")
    exact = {address(url) for url in addresses} - {""}
    own = {urls.key(url) for url in addresses} - {""}
    fragment = source.partition("#")[2]
    found = _candidates(page.items)

    def merits(item: Item) -> tuple[bool, bool, bool, bool]:
        named = item.urls("url") + item.urls("uid")
        return (
            bool(fragment) and item.id == fragment,
            any(address(url) in exact for url in named),
            any(urls.key(url) in own for url in named),
            points_at(item, RESPONSE_PROPERTIES, keys),
        )

    best = max(found, key=merits, default=None)
    if best and any(merits(best)):
        return best
    linking = (item for item in found if any(urls.key(url) in keys for url in content_links(item, page)))
    return next(linking, found[0] if len(found) == 1 else None)


def answers(item: Item, name: str) -> list[str]:
    """
    The http URLs that a response property names.

    Deviation: `like` and `repost` count for `like-of` and `repost-of` as a bare
    URL alone; an item there is somebody else's like, shown on this page.
    """
    if name in _SHOWN_BELOW:
        bare = [value for value in item.properties.get(name, []) if isinstance(value, str)]
        item = Item(item.type, {name: bare})
    return item.urls(name)


def points_at(item: Item, names: Iterable[str], keys: Collection[str]) -> bool:
    """Whether one of these properties names one of these pages (`urls.key`)."""
    return any(urls.key(url) in keys for name in names for url in answers(item, name))


def content_links(item: Item, page: Page) -> tuple[str, ...]:
    """Where what the item says links to."""
    content = item.content()
    return tuple(outline(content.html, page.url).links) if content and content.html else ()


def _candidates(items: Iterable[Item]) -> list[Item]:
    """Every item that could be a response, the outer ones first."""
    found: list[Item] = []
    level = list(items)
    while level:
        found += [item for item in level if not _ROOTS.isdisjoint(item.type)]
        level = [child for item in level for child in item.children]
    return found
