"""What a source shows below itself: the responses of others to it, or to us through it (Webmention spec §4.3)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from indie import urls
from indie.mf2.item import Item, nested
from indie.mf2.page import Page
from indie.responses import kinds
from indie.responses.classify import read
from indie.responses.entry import entry
from indie.responses.response import Response, address, host, site

MOST = 50
DEEPEST = 3

_KINDS = {"comment": "reply", "like": "like", "repost": "repost"}
_ANSWERS = frozenset({"h-entry", "h-cite"})


@dataclass(frozen=True)
class Quoted:
    """
    A response that another site shows.

    url: what that site says is its address: nothing that we saw, so it changes and joins nothing.
    kind: one of `response.KINDS`.
    response: as that site tells it; `source` is `url`, `via` the host of that site, and of what it
        answers the last is what it stands under there. Its author is a claim: never a link.
    """

    url: str
    kind: str
    response: Response


def quoted(page: Page, source: str, targets: Collection[str], received: datetime) -> tuple[Quoted, ...]:
    """
    The comments, likes and reposts in the entry that is the response, and in those again.

    source, targets: as in `classify`. At most 3 levels deep and 50 in all, each URL once, what stands
    first first. Left out are things without an http URL, the page itself, and posts of our own site,
    which need nobody to quote them.
    """
    item = entry(page, source, targets)
    if item is None:
        return ()
    found: dict[str, Quoted] = {}
    ours = {site(target) for target in targets}
    seen = {address(url) for url in (source, page.url, *item.urls("url"))}
    level = [(item, source)]
    for _ in range(DEEPEST):
        below: list[tuple[Item, str]] = []
        for above, url in level:
            for kind, one in _shown(above, url):
                own = one.url("url") or one.url("uid") or ""
                key = address(own)
                if not key or key in seen or site(own) in ours or len(found) >= MOST:
                    continue
                seen.add(key)
                found[key] = _quoted(one, kind, own, url, page, source, targets, received)
                below.append((one, own))
        level = below
    return tuple(found.values())


def _shown(item: Item, url: str) -> Iterator[tuple[str, Item]]:
    """What stands below an item, each with its kind there: in the properties for it, else what answers it by itself."""
    for name, kind in _KINDS.items():
        for value in item.properties.get(name, []):
            if one := nested(value) or _bare(value):
                yield kind, one
    keys = {urls.key(each) for each in (url, *item.urls("url"))}
    for child in item.children:
        if not _ANSWERS.isdisjoint(child.type):
            kind = kinds.kind(child, child.urls("in-reply-to"), keys)
            if kind in _KINDS.values():
                yield kind, child


def _bare(value: object) -> Item | None:
    """A response of which only the address is shown."""
    item = Item(("h-cite",), {"url": [value]})
    return item if isinstance(value, str) and item.url("url") else None


def _quoted(  # where it stands, and for whom
    item: Item,
    kind: str,
    url: str,
    above: str,
    page: Page,
    source: str,
    targets: Collection[str],
    received: datetime,
) -> Quoted:
    # Why alone on its page: the cards, feeds and rels around it say nothing about its author.
    alone = Page(page.url, (item,), (), (), lang=page.lang)
    named = [one for one in item.urls("in-reply-to") if address(one) not in (address(url), address(above))]
    response, _ = read(item, alone, url, targets, received, kind, [*named[:5], above])
    response = replace(response, via=host(source), profiles=())
    return Quoted(url, response.kind, response)
