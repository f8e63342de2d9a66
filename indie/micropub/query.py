"""What a client may ask: `q=config`, `q=source`, `q=syndicate-to` (Micropub §3.7)."""

from collections.abc import Sequence
from typing import Any

from indie import publishing
from indie.errors import InvalidRequest
from indie.indieauth import scopes
from indie.micropub import syntax
from indie.posts.post import Post
from indie.store import Store
from indie.store.tokens import Token

QUERIES = ("config", "source", "syndicate-to")

POST_TYPES = (
    ("note", "Note", ("content", "category", "photo"), ("content",)),
    ("article", "Article", ("name", "content", "category", "photo"), ("name", "content")),
    ("photo", "Photo", ("photo", "content", "category"), ("photo",)),
    ("reply", "Reply", ("in-reply-to", "content"), ("in-reply-to", "content")),
    ("like", "Like", ("like-of",), ("like-of",)),
    ("repost", "Repost", ("repost-of", "content"), ("repost-of",)),
    ("bookmark", "Bookmark", ("bookmark-of", "name", "content", "category"), ("bookmark-of",)),
    ("rsvp", "RSVP", ("in-reply-to", "rsvp", "content"), ("in-reply-to", "rsvp")),
)
"""(type, name, properties, required properties) of what the pages know how to show."""


def answer(store: Store, me: str, token: Token, arguments: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """
    Answer a query.

    arguments: (name, value) of the query string, in order.
    Raises InvalidRequest for a question that nobody asks, and for a post that is not there.
    """
    asked: dict[str, list[str]] = {}
    for name, value in arguments:
        asked.setdefault(syntax.key(name)[0], []).append(value)
    match asked.get("q", [""])[0]:
        case "config":
            return config()
        case "syndicate-to":
            return {"syndicate-to": []}
        case "source":
            return source(store, me, token, asked.get("url", [""])[0], asked.get("properties"))
        case _:
            raise InvalidRequest(f"Ask one of q={', q='.join(QUERIES)}.")


def config() -> dict[str, Any]:
    """What this server can do; no key without a value (a client may trip over null)."""
    return {
        "syndicate-to": [],
        "q": list(QUERIES),
        "post-types": [
            {"type": kind, "name": name, "h": "entry", "properties": list(all_), "required-properties": list(required)}
            for kind, name, all_, required in POST_TYPES
        ],
        "mp": ["slug", "photo-alt"],
        "properties": ["post-status", "visibility"],
        "visibility": ["public", "unlisted", "private"],
    }


def source(store: Store, me: str, token: Token, url: str, properties: Sequence[str] | None) -> dict[str, Any]:
    """
    A post as it was sent, with what the site added: `url`, `post-status`, `visibility`.

    properties: only these; None for all of them and the type.
    """
    post = publishing.find(store, me, url)
    if post is None:
        raise InvalidRequest(f"There is no post at “{url[:200]}” (not found).")
    if not post.visible:
        scopes.require("query unseen", token.scope)
    whole = _whole(post, me)
    if properties is None:
        return whole
    return {"properties": {name: whole["properties"][name] for name in properties if name in whole["properties"]}}


def _whole(post: Post, me: str) -> dict[str, Any]:
    whole = post.item.to_json()
    added = {"url": [post.url(me)], "post-status": [post.status], "visibility": [post.visibility]}
    if post.updated:
        added["updated"] = [post.updated.isoformat(timespec="seconds")]
    return whole | {"properties": added | whole["properties"]}
