"""
Copies of a post elsewhere that come about by a webmention, as Bridgy makes them.

The post's page links to the place (`uid`), which is told of it like any other target. What the place answers says
where the copy is. Which places are asked is told by `preferences.Target` and the `syndicate_to` of the post.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from indie import outbox, publishing, urls
from indie.fetch.fetched import Fetched
from indie.posts.post import Post
from indie.preferences import is_bridge
from indie.store import Store
from indie.store.deliveries import Delivery
from indie.webmention import answers


def taken(store: Store, me: str, post: Post, delivery: Delivery, answer: Fetched, now: datetime) -> None:
    """Keep where the copy is that a place has made, in the transaction at hand; any other target says nothing of it."""
    if copies(store, delivery.target):
        url = copy(answer, me)
        if url:
            publishing.syndicated(store, post, url, now)


def copies(store: Store, target: str) -> bool:
    """Whether this target is a place that makes copies. A link to a bridge that the owner wrote himself is one too."""
    return is_bridge(target) or bool(store.preferences.get().told_by_webmention([target]))


def is_taken_back(store: Store, me: str, post: Post, target: str) -> bool:
    """
    Whether a post was to be copied there, and is no more.

    Why asked when it is sent: Bridgy Fed copies what it is told of, whether the page still asks for it or not.
    """
    return copies(store, target) and target not in outbox.targets(store, post, me)


def had_it(delivery: Delivery, answer: Fetched) -> bool:
    """
    Whether a refusal says that the place made its copy before.

    Why it counts as a yes where we never had one: its first answer did not reach us, and the copy is there.
    """
    return not delivery.told and 400 <= answer.status < 500 and _original(answer) is not None


def copy(answer: Fetched, me: str) -> str | None:
    """
    The URL of the copy: `url` of the JSON, else the `Location`, absolute; of a refusal the `url` of its `original`.

    None where there is none, or it is a page of our own: Bridgy names the post itself where the copy has no page.
    Why the JSON first: by Webmention §3.2 the Location of a 201 may be a page that tells how it goes.
    """
    found = _named(answer) if answer.ok else iter((_original(answer),))
    for url in found:
        absolute = urls.resolve(answer.url, url) if isinstance(url, str) else None
        if absolute and urls.is_http(absolute) and not urls.same_site(absolute, me):
            return absolute
    return None


def _named(answer: Fetched) -> Iterator[Any]:
    yield answers.json(answer).get("url")
    yield answer.headers.get("Location")


def _original(answer: Fetched) -> Any:  # any JSON
    original = answers.json(answer).get("original")
    return original.get("url") if isinstance(original, dict) else None
