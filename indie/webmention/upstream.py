"""
Salmention, sent: whoever a post has told is told again when others say something else below it (Webmention spec §4.3).

Damped, as two sites that tell each other would never end: nobody is told of what came from himself, nor twice of the
same, nor more often than the limits below say.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from indie import conversations, outbox, publishing
from indie.posts.post import Post
from indie.responses.response import Response, address
from indie.store import Store
from indie.store.deliveries import DUE, Delivery
from indie.store.webmentions import Webmention
from indie.webmention import syndication

DEBOUNCE = timedelta(minutes=10)
"""So long nobody is told: after the first of a burst of answers, and after the last time that he was told."""

AT_ONCE, EVERY = 6, timedelta(hours=4)
"""
So many times one target is told what others say under one post, and once more every so long: at most 12 times a day.

Why so few: that is a look at a busy thread every two hours, and whatever else goes round in circles ends there.
"""

SHOWN = ("url", "kind", "author", "name", "html", "published", "rsvp", "in_reply_to", "coauthors", "photos")
"""What of a response makes others see something else when it changes."""


@dataclass(frozen=True)
class Line:
    """
    One thing that is shown under a post.

    names: the addresses of whoever it comes from: its own, and those of the page that shows it.
    digest: of what is seen of it.
    """

    names: frozenset[str]
    digest: bytes


def upstream(store: Store, me: str, post_id: int, since: datetime, now: datetime, *, limited: bool) -> None:
    """
    The job: tell again what a post has told, and what all those have told whose conversations show this post's.

    since: when the first of what is new was said. limited: whether anybody waits for the DEBOUNCE.
    Who may not be told yet is told later, by this job, what is shown then.
    """
    due = since + DEBOUNCE
    if now >= due or not limited:
        posts = _shown_on(store, me, post_id)
        waits = [wait for post in posts for wait in _tell(store, me, post, now, limited=limited)]
        if not waits:
            return
        due = now + min(waits)
    with store.write():
        conversations.want(store, post_id, due - DEBOUNCE, now, due)


def digest(store: Store, me: str, post: Post, target: str) -> str:
    """
    What is shown under a post at this moment that did not come from this target; "" for nothing.

    To be taken before the target is told, as it looks after that; kept as `Delivery.heard` where it was told.
    """
    return _digest(_lines(store, me, post), target)


def catch_up(store: Store, me: str, post: Post, target: str, heard: str, now: datetime) -> None:
    """A target was told, and has heard this `digest`: ask for the job where something else was said meanwhile."""
    if digest(store, me, post, target) != heard:
        with store.write():
            conversations.want(store, post.id, now, now)


@contextmanager
def watching(store: Store, webmention: Webmention, now: datetime) -> Iterator[None]:
    """In a transaction: ask for the job where what is shown of this webmention is not what it was before."""
    # Why asked first: of most posts nobody was ever told, and of most sites nobody is a follower.
    if not conversations.matters(store, webmention.post_id):
        yield
        return
    before = _seen(store, webmention)
    yield
    if before != _seen(store, webmention):
        conversations.changed(store, webmention.post_id, now)


def _seen(store: Store, webmention: Webmention) -> object:
    """What visitors may see of it, and of what it shows."""
    stored = store.responses.of(webmention.id)
    if stored is None or not stored.public:
        return None
    return stored.response, [(one.key, one.state, one.response) for one in store.quoted.of(stored.id)]


def _shown_on(store: Store, me: str, post_id: int) -> list[Post]:
    """
    The post, and every one of ours whose conversation shows what is said under it: those that it answers, and so on.

    Limit: what it answered before it was edited is not among them.
    """
    start = store.posts.by_id(post_id)
    found = {start.id: start} if start else {}
    waiting = list(found.values())
    while waiting and len(found) <= conversations.ROUNDS:
        post = waiting.pop()
        if conversations.is_voice(post):
            new = {above.id: above for above in publishing.above(store, me, post) if above.id not in found}
            found |= new
            waiting.extend(new.values())
    return list(found.values())


def _tell(store: Store, me: str, post: Post, now: datetime, *, limited: bool) -> list[timedelta]:
    """Tell what one post has told; returns how long those have to wait who may not be told yet."""
    if not post.listed:
        return []
    known = store.deliveries.of(post.id)
    # Why not who is due: his job takes what is shown when it begins, and looks again when it ends.
    # Why not who makes copies: he would make another one.
    told = [one for one in known if one.told and one.state != DUE and not syndication.copies(store, one.target)]
    lines = _lines(store, me, post) if told else []
    new = [delivery for delivery in told if _digest(lines, delivery.target) != delivery.heard]
    with store.write():
        return [wait for delivery in new if (wait := _again(store, delivery, now, limited=limited))]


def _again(store: Store, delivery: Delivery, now: datetime, *, limited: bool) -> timedelta | None:
    """Ask that a target be told again; or how long it has to wait."""
    if limited and delivery.told_at and now < delivery.told_at + DEBOUNCE:
        return delivery.told_at + DEBOUNCE - now
    wait = store.limits.take(f"upstream {delivery.id}", now, AT_ONCE, EVERY)
    if wait is None:
        outbox.deliver(store, delivery.post_id, delivery.target, now)
    return wait


def _lines(store: Store, me: str, post: Post) -> list[Line]:
    lines: list[Line] = []
    for found in (under[post.id] for under in conversations.rounds(store, me, [post])):
        names = {one.id: _names(one.response) for one in found.stored}
        lines.extend(_line(names[one.id], one.response) for one in found.stored if not one.gone)
        for one in found.quoted:
            above = names.get(one.response_id, frozenset())
            lines.append(_line(_names(one.response) | above, one.response, one.state))
        lines.extend(Line(frozenset(), _hash([own.url(me), own.kind, own.item.to_json()])) for own in found.own)
    return lines


def _names(response: Response) -> frozenset[str]:
    """Why claims too: whoever takes a target's name only keeps from that target what he says himself."""
    return frozenset((address(response.source), *(alias.key for alias in response.aliases)))


def _line(names: frozenset[str], response: Response, state: str = "") -> Line:
    values = response.to_json()
    return Line(names, _hash([state, *(values[name] for name in SHOWN)]))


def _hash(value: object) -> bytes:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()


def _digest(lines: Sequence[Line], target: str) -> str:
    others = sorted(line.digest for line in lines if address(target) not in line.names)
    return hashlib.sha256(b"".join(others)).hexdigest() if others else ""
