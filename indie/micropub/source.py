"""`q=source`: a post as it was sent, with what the site knows beside (Micropub §3.7.2)."""

from collections.abc import Collection, Sequence
from typing import Any

from indie import publishing, times
from indie.errors import InvalidRequest
from indie.indieauth import scopes
from indie.posts.post import Post
from indie.store import Store
from indie.store.finding import DELETED


def one(store: Store, me: str, scope: Collection[str], url: str, properties: Sequence[str]) -> dict[str, Any]:
    """
    The post at one of our addresses.

    properties: only these, without the type; none of them named: all, with the type.
    Raises InvalidRequest where there is no such post, InsufficientScope where the token may not see it.
    """
    post = publishing.find(store, me, url)
    if post is None:
        raise InvalidRequest(f"There is no post at “{url[:200]}” (not found).")
    if not post.visible:
        scopes.require("query unseen", scope)
    return {"properties": _only(properties, _properties(post, me))} if properties else shown(post, me, ())


def shown(post: Post, me: str, properties: Sequence[str]) -> dict[str, Any]:
    """
    A post as mf2, with its type, `url`, `uid`, `post-status` and `visibility`.

    properties: only these; none of them named: all.
    """
    return post.item.to_json() | {"properties": _only(properties, _properties(post, me))}


def _properties(post: Post, me: str) -> dict[str, Any]:
    url = post.url(me)
    ours: dict[str, Any] = {"url": [url], "uid": [url]}
    # Why never left out: some clients take a post that does not say it is published for a draft (micropub.md §0.6).
    ours |= {"post-status": [post.post_status], "visibility": [post.visibility]}
    whole = ours | post.item.properties
    if post.deleted:
        whole |= {"post-status": [DELETED], "deleted": [times.rfc3339(post.deleted)]}
    return whole


def _only(names: Sequence[str], properties: dict[str, Any]) -> dict[str, Any]:
    return {name: properties[name] for name in names if name in properties} if names else properties
