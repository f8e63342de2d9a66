"""
`q=contact`: people whom the owner may want to name (`micropub.md` §3).

They are the h-cards that the owner has posted, and the authors of what was answered here.
"""

from collections.abc import Iterator
from typing import Any

from indie import files, mirror, urls
from indie.micropub.question import Question
from indie.posts import words
from indie.posts.post import Post
from indie.store import Store
from indie.store.finding import Filter

CARDS = 1000
HEARD = 2000
"""Limit: the newest so many posts and responses are looked through."""

Contact = dict[str, str]
"""`name`, and what is known of `nickname`, `url`, `photo` and, of an h-card of ours, its post: `_internal_url`."""


def answer(store: Store, me: str, question: Question, *, unseen: bool) -> dict[str, Any]:
    """
    Everybody once, those whom the owner has a card of first, the others by when they were last heard.

    question: `filter` finds by a part of name, nickname or URL; `limit` and `offset` as in every list.
    unseen: also private cards and drafts.
    """
    found: dict[str, Contact] = {}
    for contact in (*_cards(store, me, unseen=unseen), *_heard(store, me)):
        key = urls.key(contact.get("url", "")) or words.fold(contact["name"])
        found[key] = contact | found.get(key, {})
    wanted = words.fold(question.one("filter"))
    contacts = [contact for contact in found.values() if wanted in _searched(contact)]
    return {"contacts": question.page(contacts)}


def _cards(store: Store, me: str, *, unseen: bool) -> Iterator[Contact]:
    for post in store.finding.posts(Filter(kinds=("card",), unseen=unseen), CARDS):
        item, url = post.item, post.item.url("url")
        name = item.text("name") or item.text("nickname") or urls.host(url or "")
        known = {"name": name, "nickname": item.text("nickname"), "url": url, "photo": _photo(store, me, post)}
        if name:
            yield {part: value for part, value in known.items() if value} | {"_internal_url": post.url(me)}


def _photo(store: Store, me: str, post: Post) -> str | None:
    """The picture on a card, from here."""
    image = next(iter(post.item.images()), None)
    if image and urls.same_site(image.url, me):
        return image.url
    return _copy(store, me, "photo", image.url) if image else None


def _heard(store: Store, me: str) -> Iterator[Contact]:
    for author in store.responses.authors(HEARD):
        photo = _copy(store, me, "avatar", author.photo) if author.photo else None
        known = {"name": author.name, "nickname": author.nickname, "url": author.url, "photo": photo}
        yield {part: value for part, value in known.items() if value}


def _copy(store: Store, me: str, purpose: str, url: str) -> str | None:
    name = mirror.copy(store, purpose, url)
    return files.address(me, name) if name else None


def _searched(contact: Contact) -> str:
    return "\n".join(words.fold(contact.get(part, "")) for part in ("name", "nickname", "url"))
