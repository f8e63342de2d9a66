"""
Responses that were received elsewhere, taken over: they stand under our posts as if they had come here.

The owner asked for it, so they are public at once. Nobody is told and nothing is fetched here, but the faces, later,
by their job. Whoever sends one of them again updates the same row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from indie import mirror, notices, publishing, urls
from indie.posts import topics
from indie.posts.post import Post
from indie.responses import classify, imported
from indie.responses.imported import Imported, Skipped
from indie.responses.response import Response
from indie.store import Store
from indie.store.database import portions
from indie.store.transfer import Tell
from indie.webmention import process

PORTION = 200
"""How many are saved in one transaction."""

REASON = "It was received elsewhere, and taken over."


@dataclass
class Taken:
    """
    What became of a file.

    new: taken over, or to be. known: here before, and left as they are.
    unmatched: (source, target) where no post of ours is the target.
    """

    new: int = 0
    known: int = 0
    unmatched: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def take(
    store: Store, me: str, found: Sequence[Imported | Skipped], now: datetime, tell: Tell, *, dry_run: bool = False
) -> Taken:
    """
    Save what is new of what was read from a file.

    me: the site's address. tell: is told how far it is. dry_run: count, and save nothing.
    """
    taken = Taken(skipped=[one for one in found if isinstance(one, Skipped)])
    whole = [one for one in found if isinstance(one, Imported)]
    posts: dict[tuple[str, str], Post | None] = {}
    done, seen = 0, set[tuple[str, int]]()
    for some in portions(whole, PORTION):
        matched: list[tuple[Imported, Post]] = []
        for one in some:
            key = (one.target, one.slug)
            if key not in posts:
                posts[key] = find(store, me, one.target, one.slug)
            if post := posts[key]:
                matched.append((one, post))
            else:
                taken.unmatched.append((one.source, one.target))
        known = store.mentions.known([(one.source, post.id) for one, post in matched])
        new: list[tuple[Imported, Post]] = []
        for one, post in matched:
            pair = (one.source, post.id)
            if pair in known or pair in seen or _is_own(store, me, one.source):
                taken.known += 1
                continue
            seen.add(pair)
            new.append((one, post))
        taken.new += len(new)
        if new and not dry_run:
            _save(store, me, new, now)
        done += len(some)
        tell("mentions", done, len(whole))
    return taken


def find(store: Store, me: str, target: str, slug: str = "") -> Post | None:
    """
    The post of ours that a target elsewhere has become: it has its path, its copy stands there, or its address ends so.

    Drafts, private and deleted posts take no responses. A slug that several posts have tells nothing.
    """
    try:
        path = urlsplit(urls.normalize(target)).path.lstrip("/")
    except ValueError:
        return None
    post = publishing.find(store, me, me + path) or store.posts.syndicated([target])
    if post is None and slug:
        ending = store.mentions.ending(slug)
        post = store.posts.by_id(ending[0]) if len(ending) == 1 else None
    return post if post and post.visible else None


def _is_own(store: Store, me: str, source: str) -> bool:
    """Whether the source is a post of ours, which stands in the conversation by itself."""
    return "#" not in source and publishing.find(store, me, source) is not None


def _save(store: Store, me: str, new: Iterable[tuple[Imported, Post]], now: datetime) -> None:
    read: list[tuple[Imported, Post, Response]] = []
    for one, post in new:
        own = [me + path.lstrip("/") for path in store.posts.paths(post.id)]
        read.append((one, post, imported.response(one, post.url(me), own)))
    with store.write():
        # Why again: it may have been sent meanwhile.
        known = store.mentions.known([(one.source, post.id) for one, post, _ in read])
        for one, post, response in read:
            if (one.source, post.id) in known:
                continue
            # Why no job: its source was looked at elsewhere, and may be no page any more.
            webmention = store.webmentions.queue(one.source, post.url(me), post.id, one.received)
            store.responses.put(webmention.id, post.id, response, one.received, classify.VERSION)
            store.webmentions.conclude(webmention.id, "verified", REASON, now, steps=[(process.IMPORTED, REASON)])
            if response.author.photo and not urls.same_site(response.author.photo, me):
                mirror.want(store, "avatar", response.author.photo, now)
        notices.notify(store, topics.of_responses(None), now)
