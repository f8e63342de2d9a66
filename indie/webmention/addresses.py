"""The addresses of this site that can be answered: its posts, the comments under them, the home page."""

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, unquote, urlsplit

from indie import publishing, urls
from indie.posts.post import Post
from indie.responses.response import Response
from indie.responses.said import FACES
from indie.store import Store
from indie.store.responses import Stored
from indie.store.webmentions import Webmention

COMMENTS = "c/"
"""Where the pages of comments are: `/c/12` is that of response 12."""

_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_MAY_NAME = re.compile("/c/|[#?&](?:c-|replytocom)|%", re.IGNORECASE)
_REPLIES = ("reply", "rsvp", "reacji")


@dataclass(frozen=True)
class Target:
    """
    post: None for the home page.
    comment: the response that the address names, shown under the post; None where it names the page alone.
    """

    post: Post | None
    comment: int | None = None


def find(store: Store, me: str, url: str) -> Target | None:
    """
    What an address of ours leads to, in whatever spelling it was sent; None where nothing takes webmentions there.

    A comment may be named as `/c/12`, as `<post>#c-12`, and as `<post>?replytocom=12`, which is
    WordPress's way (Webmention §4.2). Any other query or fragment makes no difference.
    Why one answer for all that is hidden: nobody finds out what there is.
    """
    if not urls.same_site(url, me):
        return None
    path = unquote(urlsplit(urls.normalize(url)).path).strip("/")
    if not path:
        return Target(None)
    if path.startswith(COMMENTS):
        stored = shown(store, path.removeprefix(COMMENTS))
        post = store.posts.by_id(stored.post_id) if stored and stored.post_id is not None else None
        return Target(post, stored.id) if stored and post and post.visible else None
    post = publishing.find(store, me, url)
    return Target(post, _comment(store, url)) if post and post.visible else None


def shown(store: Store, number: str) -> Stored | None:
    """The response of this id, as an address has it, if visitors see it."""
    stored = store.responses.get(int(number)) if _NUMBER.fullmatch(number) else None
    return stored if stored and stored.public else None


def of(store: Store, me: str, webmention: Webmention) -> list[str]:
    """
    Every address of what a webmention answers, by any of which its source may link to it.

    Those of the post's paths; those that were named as its target, queries and all; and where that was a comment,
    all addresses of the comment.
    """
    named = store.webmentions.targets(webmention.id)
    if webmention.post_id is None:
        return [me, *named]
    paths = [me + path.lstrip("/") for path in store.posts.paths(webmention.post_id)]
    comments = _comments(store, me, named)
    queries = [f"{path}?replytocom={comment}" for path in paths for comment in comments]
    return [*paths, *named, *queries, *(f"{me}{COMMENTS}{comment}" for comment in comments)]


def nested(store: Store, me: str, webmention: Webmention, response: Response) -> Response:
    """
    A response that says which comment it answers by the one address that the thread knows: `<post>#c-12`.

    A reply that names the post alone, and was sent to a comment under it, answers that comment; a like, or whatever
    else shows as a face, means the comment where it was sent to nothing else. Why no mention: a mere link is no reply.
    """
    found = [_anchor(store, me, url) for url in response.in_reply_to]
    answered = [anchor or url for anchor, url in zip(found, response.in_reply_to, strict=True)]
    if not any(found):
        sent_to = [_anchor(store, me, url) for url in store.webmentions.targets(webmention.id)]
        comments = [anchor for anchor in sent_to if anchor]
        if response.kind in _REPLIES or (response.kind in FACES and len(comments) == len(sent_to)):
            answered += comments
    return replace(response, in_reply_to=tuple(dict.fromkeys(answered)))


def _anchor(store: Store, me: str, url: str) -> str:
    """Where the comment stands that an address names; "" where it names none."""
    target = _comment_target(store, me, url)
    return f"{target.post.url(me)}#c-{target.comment}" if target and target.post and target.comment else ""


def _comments(store: Store, me: str, named: list[str]) -> list[int]:
    found = [_comment_target(store, me, url) for url in named]
    return list(dict.fromkeys(target.comment for target in found if target and target.comment))


def _comment_target(store: Store, me: str, url: str) -> Target | None:
    """`find`, for what may name a comment; most addresses name none, and nothing is looked up."""
    return find(store, me, url) if _MAY_NAME.search(url) else None


def _comment(store: Store, url: str) -> int | None:
    parts = urlsplit(url)
    fields = parse_qs(parts.query).get("replytocom", [])
    numbers = [parts.fragment.removeprefix("c-")] if parts.fragment.startswith("c-") else fields
    stored = shown(store, numbers[0]) if numbers else None
    return stored.id if stored else None
