"""Home, its older pages, the pages of tags, and permalinks."""

import re
from dataclasses import replace

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from indie import text, times
from indie.context import current
from indie.errors import NotFound
from indie.mf2.sanitize import to_text
from indie.posts import tags
from indie.posts.post import QUIET_KINDS, Post
from indie.site import conversation, formats, headers, render, responses
from indie.site.entries import Shelf
from indie.site.views import Entry, GonePage, HomePage, PostPage, Site
from indie.store.finding import Filter, Position
from indie.store.posts import TAG

blueprint = Blueprint("site", __name__)

LENGTH = 20
"""Posts on a page of a list."""

FORMAT = "format"
"""The parameter that asks for a permalink in other words (`site.formats`)."""

_CURSOR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)-(\d{1,18})")


@blueprint.get("/")
def home() -> Response:
    """The owner's card and the newest posts."""
    return _newest(None)


@blueprint.get("/before/<cursor>")
def older(cursor: str) -> Response:
    """The posts before one that was seen: a cursor, so that this page stays the same when new ones come."""
    return _newest(_seen(cursor))


@blueprint.get(f"/{tags.FOLDER}<tag>/", strict_slashes=False)
def tagged(tag: str) -> Response:
    """The newest public posts of any kind with this category, or this #tag in their text; case makes no difference."""
    return _tagged(tag, None)


@blueprint.get(f"/{tags.FOLDER}<tag>/before/<cursor>")
def tagged_older(tag: str, cursor: str) -> Response:
    """Those before one that was seen."""
    return _tagged(tag, _seen(cursor))


@blueprint.get("/<path:path>")
def permalink(path: str) -> Answer:
    """A post at one of its addresses; the current one answers, the others redirect to it."""
    context = current()
    post = context.store.posts.at("/" + path.rstrip("/"))
    if post is None:
        raise NotFound("There is nothing at this address. It may have been typed wrongly, or moved before we came.")
    shelf = Shelf(context.store, context.settings)
    site = shelf.site()
    if not replace(post, deleted=None).visible:  # also a deleted one is as if it never was
        raise NotFound("There is nothing at this address. It may have been typed wrongly, or moved before we came.")
    if post.deleted:
        return headers.page(render.page(GonePage(site, post.url(site.url), post.deleted)), 410)
    if request.path != post.path:
        query = request.query_string.decode("ascii", "replace") if FORMAT in request.args else ""
        return redirect(post.url(site.url) + (f"?{query}" if query else ""), 301)
    view = of_post(shelf, post)
    if FORMAT in request.args:
        return formats.answer(view, post, request.args[FORMAT])
    talk = view.conversation
    found = (*site.endpoints, ("webmention", talk.webmention)) if talk.webmention else site.endpoints
    answer = headers.page(render.page(view), rels=found)
    if view.entry.unlisted:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def of_post(shelf: Shelf, post: Post, banner: str | None = None) -> PostPage:
    """What the page of a post shows. banner: a sentence above it."""
    site = shelf.site()
    (entry,) = shelf.entries([post], site.owner)
    talk = conversation.of(shelf, post, site.owner)
    others = () if banner else responses.alternates(post, site.url, entry.headline)
    return PostPage(site, entry, talk, _excerpt(entry), banner, others)


def _seen(cursor: str) -> Position:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise NotFound("This page of the list does not exist; begin at the home page.")
    return match[1], int(match[2])


def _newest(before: Position | None) -> Response:
    context = current()
    posts = context.store.posts.listed(LENGTH + 1, before, without=QUIET_KINDS)
    return _list(posts, context.settings.me, before)


def _tagged(tag: str, before: Position | None) -> Response:
    context, key = current(), tags.key(tag)
    wanted = Filter(values=((TAG, key),), visibilities=("public",), unseen=False)
    posts = context.store.finding.posts(wanted, LENGTH + 1, older=before)
    if not posts:
        raise NotFound("No post has this tag, or none that is older; begin at the home page.")
    spellings = (one for one in tags.of(posts[0].item, posts[0].syntax) if tags.key(one) == key)
    return _list(posts, tags.url(context.settings.me, key), before, text.one_line(next(spellings, key)) or key)


def _list(posts: list[Post], start: str, before: Position | None, tag: str | None = None) -> Response:
    """
    A page of a list.

    posts: those of the page, and one more where the list goes on.
    start: the address where the list begins, with the final slash.
    """
    context = current()
    shelf = Shelf(context.store, context.settings)
    site, page = shelf.site(), posts[:LENGTH]
    view = HomePage(
        site=site,
        url=start if before is None else f"{start}before/{before[0]}-{before[1]}",
        entries=tuple(_counted(shelf, site, page)),
        older=f"{start}before/{cursor(page[-1])}" if len(posts) > LENGTH else None,
        first=before is None and tag is None,
        tag=tag,
        hubs=shelf.hubs() if before is None else (),
    )
    # Why: who follows, or speaks of, the owner names the home page.
    taken = [("webmention", f"{site.url}webmention")] if view.first else []
    followed = headers.topic(view.hubs, view.url) if view.hubs else []
    return headers.page(render.page(view), rels=[*site.endpoints, *taken, *followed])


def _counted(shelf: Shelf, site: Site, posts: list[Post]) -> list[Entry]:
    """The entries of a list, each with how much it was answered."""
    entries = shelf.entries(posts, site.owner)
    threads = [conversation.gather(shelf, post, site.owner) for post in posts]
    return [
        replace(
            entry,
            reply_count=found.count,
            reaction_count=found.reactions,
        )
        for entry, found in zip(entries, threads, strict=True)
    ]


def cursor(post: Post) -> str:
    """Where the list goes on after this post."""
    return f"{times.sortable(post.published)}-{post.id}"


def _excerpt(entry: Entry) -> str:
    return text.excerpt(entry.summary or to_text(entry.content), 200)
