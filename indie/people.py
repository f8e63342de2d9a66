"""
Who is meant by an @nickname: people of whom the owner has posted a card, and who have answered here.

Known by the nickname of their card, else by a name that is one word.
"""

from collections.abc import Iterator

from indie.mf2.item import Item
from indie.posts import autolink
from indie.store import Store
from indie.store.finding import Filter

CARDS = 1000
HEARD = 2000
"""Limit: the newest so many cards and responses are looked through."""


def mentioned(store: Store, item: Item) -> dict[str, str]:
    """
    The people whom the text of a post may mention: from nicknames in lower case to their URLs.

    Who has a card with us goes before all others, who was heard first before who came later:
    a newcomer takes nobody's name. Empty, and nothing is looked up, where there is no “@”.
    """
    said = item.content()
    wanted = autolink.nicknames(said.text) if said and said.html is None else frozenset()
    found: dict[str, str] = {}
    for nickname, url in _known(store) if wanted else ():
        if nickname in wanted:
            found.setdefault(nickname, url)
    return found


def _known(store: Store) -> Iterator[tuple[str, str]]:
    for post in store.finding.posts(Filter(kinds=("card",), unseen=False), CARDS):
        if url := post.item.url("url"):
            yield from _called(post.item.text("nickname"), post.item.text("name"), url)
    for author in reversed(store.responses.authors(HEARD)):
        if author.url:
            yield from _called(author.nickname, author.name, author.url)


def _called(nickname: str | None, name: str | None, url: str) -> Iterator[tuple[str, str]]:
    word = (nickname or name or "").strip().removeprefix("@").lower()
    if word and not any(map(str.isspace, word)):
        yield word, url
