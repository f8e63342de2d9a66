"""Lists of posts, home among them, and permalinks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from indie import text
from indie.context import current
from indie.errors import NotFound
from indie.mf2.sanitize import to_text
from indie.posts.post import Post
from indie.preferences import Preferences
from indie.site import (
    calendars,
    conversation,
    feeds,
    formats,
    gathering,
    headers,
    lists,
    own_pages,
    paging,
    photos,
    render,
    responses,
)
from indie.site.entries import Shelf
from indie.site.lists import Listing, Place
from indie.site.views import Card, Entry, GonePage, Link, ListPage, PostPage
from indie.store import Store

blueprint = Blueprint("site", __name__)

FORMAT = "format"
"""The parameter that asks for a permalink in other words (`site.formats`)."""

_NUMBER, _ANCHOR = re.compile("[1-9][0-9]{0,5}"), re.compile("[cpq]-[1-9][0-9]{0,17}")

NOTHING = "There is nothing at this address. It may have been typed wrongly, or moved before we came."


@blueprint.get("/")
def home() -> Response:
    """The owner's card and the newest posts."""
    return _list(Place(()))


@blueprint.get("/<path:path>")
def at(path: str) -> Answer:
    """A list, a feed of one, a page of the owner's, or a post."""
    place = lists.parse(path)
    if place is not None:
        return _list(place)
    return own_pages.at(path) or permalink(path)


def permalink(path: str) -> Answer:
    """A post at one of its addresses; the current one answers, the others redirect to it."""
    context = current()
    post = context.store.posts.at("/" + path.rstrip("/"))
    if post is None:
        raise NotFound(NOTHING)
    shelf = Shelf(context.store, context.settings)
    site = shelf.site()
    if not replace(post, deleted=None).visible:  # also a deleted one is as if it never was
        raise NotFound(NOTHING)
    if post.deleted:
        return headers.page(render.page(GonePage(site, post.url(site.url), post.deleted)), 410)
    if request.path != post.path:
        query = request.query_string.decode("ascii", "replace") if {FORMAT, conversation.PAGE} & {*request.args} else ""
        return redirect(post.url(site.url) + (f"?{query}" if query else ""), 301)
    if FORMAT in request.args:
        return formats.answer(of_post(shelf, post, number=None), post, request.args[FORMAT])
    asked = request.args.get(conversation.PAGE, "")
    if _ANCHOR.fullmatch(asked):
        return redirect(conversation.leads_to(shelf, post, site.owner, asked))
    number = int(asked) if _NUMBER.fullmatch(asked) else None
    view = of_post(shelf, post, number=number or 1)
    talk = view.conversation
    here = talk.pages.number if talk.pages else 1
    if number and (number == 1 or number != here):
        return redirect(conversation.address(post.url(site.url), here))
    if number:
        request.environ[headers.PAGED] = True
    answer = headers.page(render.page(view), until=shelf.closes(post))
    if view.entry.unlisted:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def of_post(shelf: Shelf, post: Post, banner: str | None = None, number: int | None = 1) -> PostPage:
    """What the page of a post shows. banner: a sentence above it. number: of a page of its conversation, None: all."""
    site = shelf.site()
    (entry,) = shelf.entries([post], site.owner)
    talk = conversation.of(shelf, post, site.owner, number)
    main = feeds.alternates(lists.home(shelf.store.preferences.get()), site)
    own = (*responses.alternates(post, site, entry.headline), *calendars.of_event(entry))
    others = () if banner else (*own, *main)
    return PostPage(site, entry, talk, _excerpt(entry), banner, others)


def _list(place: Place) -> Response:
    context = current()
    shelf = Shelf(context.store, context.settings)
    listing = lists.find(context.store, place.names)
    if listing is None:
        raise NotFound("There is no such list; begin at the home page.")
    if place.form:
        return feeds.answer(shelf, listing, place)
    site, found = shelf.site(), paging.page(context.store, listing, place.before)
    if place.names[:1] == ("tags",) and not found.posts:
        raise NotFound("No post has this tag, or none that is older; begin at the home page.")
    first = not place.names and place.before is None
    own, main = feeds.alternates(listing, site), feeds.alternates(lists.home(context.store.preferences.get()), site)
    view = ListPage(
        site=site,
        url=listing.url(site.url, place.before),
        title=listing.title,
        entries=tuple(counted(shelf, listing, site.owner, found.posts)),
        older=listing.url(site.url, found.older) if found.older else None,
        newer=None if found.first else listing.url(site.url, found.newer),
        card=first,
        grid=listing.grid,
        alternates=tuple(dict.fromkeys((*own, *calendars.alternates(listing, site), *main))),
        beside=_beside(context.store, listing, site.url) if _is_span(listing) else (None, None),
        feed=lists.everything().url(site.url) if first else None,
        hubs=shelf.hubs() if place.before is None else (),
    )
    return headers.page(render.page(view))


def counted(shelf: Shelf, listing: Listing, owner: Card, posts: Sequence[Post]) -> Iterator[Entry]:
    """The entries of a list, each with how much it was answered."""
    counts = gathering.counts(shelf, posts, owner)
    for entry, post in zip(shelf.entries(posts, owner), posts, strict=True):
        replies, reactions = counts[post.id]
        small = tuple(replace(photo, sizes=photos.HALF if photo.sizes else "") for photo in entry.photos)
        yield replace(
            entry,
            reply_count=replies,
            reaction_count=reactions,
            photos=small if listing.grid else entry.photos,
        )


def _is_span(listing: Listing) -> bool:
    """Whether it is a year, a month or a day."""
    return listing.path[:1].isdigit()


def _beside(store: Store, listing: Listing, me: str) -> tuple[Link | None, Link | None]:
    """The year, month or day before this one, and the one after it, in which there are posts."""
    before, after = paging.beside(store, listing)
    depth = listing.path.count("/")
    preferences = store.preferences.get()
    return _span(preferences, before, depth, me), _span(preferences, after, depth, me)


def _span(preferences: Preferences, day: date | None, depth: int, me: str) -> Link | None:
    found = lists.of_days(preferences, tuple(day.isoformat().split("-")[:depth])) if day else None
    return Link(found.url(me), found.title) if found else None


def _excerpt(entry: Entry) -> str:
    return text.excerpt(entry.summary or to_text(entry.content), 200)
