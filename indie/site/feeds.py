"""
Every list as a feed: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, with the same posts as its page.

Documents of a feed hang together as RFC 5005 has it: `next` and `previous` page through the list as it is now,
`prev-archive` and `next-archive` through months that stay as they are; a list that fits on one page says that it
is complete. Where a post was deleted, Atom says so (RFC 6721).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Response, jsonify, make_response, request

from indie import cors
from indie.errors import NotFound
from indie.posts.post import Post
from indie.posts.topics import FORMS, NAMES, TYPES
from indie.site import feed_items, feed_page, gathering, headers, json_feed, paging, render
from indie.site.entries import Shelf
from indie.site.feed_views import AtomFeed, Feed, FeedItem, FeedLink, FeedPage, RssFeed
from indie.site.lists import Listing, Place
from indie.site.paging import Page
from indie.site.views import Link, Site
from indie.store.finding import DELETED, Position, position

ARCHIVED = 200
"""Posts in an archive document at the most; a month with more has several."""

SECONDS = 300
"""How long a reader may keep what it has without asking."""

Linker = Callable[[str, Position | None, str], FeedLink]
"""From a rel, where the page begins, and the month of an archive, to the link."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def alternates(listing: Listing, site: Site) -> tuple[tuple[str, str, str], ...]:
    """What the pages of a list link to: (media type, title, address)."""
    title = feed_title(listing, site)
    return tuple((TYPES[form], f"{title} ({NAMES[form]})", listing.feed(site.url, form)) for form in FORMS)


def feed_title(listing: Listing, site: Site) -> str:
    """What a reader calls the feed."""
    return f"{listing.title} – {site.owner.name}" if listing.title else site.owner.name


def answer(shelf: Shelf, listing: Listing, place: Place) -> Response:
    """A feed, or 304 where the reader has it."""
    site, whole = shelf.site(), listing
    if place.month:
        if listing.days is not None:
            raise NotFound("This list has no archive; its page has everything.")
        listing = _of_month(listing, place.month)
    found = paging.page(shelf.store, listing, place.before, ARCHIVED if place.month else paging.LENGTH)
    items = tuple(_items(shelf, site, found.posts, place))
    gone = tuple(_gone(shelf, listing, found, place.before)) if place.form == "atom" and listing.followed else ()
    feed = Feed(
        site=site,
        id=whole.feed(site.url, place.form),
        url=whole.feed(site.url, place.form, place.before, place.month),
        home=whole.url(site.url, place.before),
        title=feed_title(whole, site),
        description=site.note or site.language.gettext("What %(name)s posts") % {"name": site.owner.name},
        updated=max([*(item.updated for item in items), *(moment for _, moment in gone)], default=_BEGINNING),
        items=items,
        links=tuple(_links(shelf, whole, place, found, site.url)),
        archive=bool(place.month),
        complete=not place.month and place.before is None and found.older is None,
        gone=gone,
    )
    if feed_page.is_wanted(request.environ):
        return feed_page.answer(_page(feed, place.form))
    made = jsonify(json_feed.of(feed)) if place.form == "json" else make_response(document(feed, place.form))
    made.headers["Vary"] = feed_page.VARY
    if hubs := [link.url for link in feed.links if link.rel == "hub"]:
        headers.link(made, headers.topic(hubs, feed.url))
    return conditional(made, TYPES[place.form])


def _page(feed: Feed, form: str) -> FeedPage:
    items = tuple((Link(item.entry.url, item.title or item.entry.headline), item.published) for item in feed.items)
    return FeedPage(feed.site, feed.url, feed.home, feed.title, TYPES[form], NAMES[form], items)


def document(feed: Feed, form: str) -> str:
    """The feed as XML, without the characters that XML 1.0 cannot hold."""
    view = AtomFeed(**vars(feed)) if form == "atom" else RssFeed(**vars(feed))
    return render.xml(render.page(view))


def conditional(made: Response, kind: str) -> Response:
    """A document for readers, which they may ask for again and again. kind: its media type, told the same each time."""
    made.headers["Content-Type"] = f"{kind}; charset=utf-8"
    made.headers["Cache-Control"] = f"max-age={SECONDS}"
    cors.share(made, "ETag")
    return headers.conditional(made)


def _items(shelf: Shelf, site: Site, posts: Sequence[Post], place: Place) -> Iterator[FeedItem]:
    """Why no count of answers in an archive: its documents stay as they are, and have ten times the posts."""
    titles = shelf.store.preferences.get().feed_titles
    titles = ("dots" if place.form == "atom" else "none") if titles == "auto" else titles
    entries = shelf.entries(posts, site.owner)
    media = shelf.store.media.named([name for entry in entries for name in feed_items.names_of(entry, site.url)])
    counts = {} if place.month else gathering.counts(shelf, posts, site.owner)
    for entry, post in zip(entries, posts, strict=True):
        count, _ = counts.get(post.id, (0, 0))
        yield feed_items.item(replace(entry, reply_count=count), titles, media, site)


def _gone(shelf: Shelf, listing: Listing, found: Page, before: Position | None) -> Iterator[tuple[str, datetime]]:
    """Public posts that stood among these until they were deleted."""
    last = position(found.posts[-1]) if found.posts and found.older else None
    wanted = replace(listing, wanted=replace(listing.wanted, statuses=(DELETED,), unseen=True))
    for post in paging.between(shelf.store, wanted, before, last):
        if post.deleted and replace(post, deleted=None).listed:
            yield post.url(shelf.settings.me), post.deleted


def _links(shelf: Shelf, listing: Listing, place: Place, found: Page, me: str) -> Iterator[FeedLink]:
    """What hangs on a document of a feed; only the newest one can be subscribed to, and has what is for subscribers."""
    kind = TYPES[place.form]

    def link(rel: str, before: Position | None = None, month: str = "") -> FeedLink:
        return FeedLink(rel, kind, listing.feed(me, place.form, before, month))

    if place.before is None and not place.month and listing.followed:
        yield from (FeedLink("hub", "", hub) for hub in shelf.hubs())
    if place.month:
        yield link("current")
        yield from _archives(shelf, listing, place, found, link)
        return
    if found.older or not found.first:
        yield link("first")
        yield link("last", paging.last(shelf.store, listing))
    if not found.first:
        yield link("previous", found.newer)
    if found.older:
        yield link("next", found.older)
    if place.before is None and found.older and listing.days is None and listing.followed:
        yield from _archives(shelf, listing, place, found, link)


def _archives(shelf: Shelf, listing: Listing, place: Place, found: Page, link: Linker) -> Iterator[FeedLink]:
    """
    The archive document before this one, and the one after it.

    Why none for what is still to come: the newest month is not over, and whatever is in it is in the feed itself.
    """
    finding, wanted = shelf.store.finding, listing.wanted
    last = position(found.posts[-1]) if found.posts else (place.month, 0)
    for older in finding.posts(wanted, 1, older=last):
        month = position(older)[0][:7]
        yield link("prev-archive", last if last[0].startswith(month) else None, month)
    if place.month and place.before is None:
        for newer in finding.posts(wanted, 1, newer=(_after(place.month), 0)):
            month = position(newer)[0][:7]
            if finding.posts(wanted, 1, newer=(_after(month), 0)):
                yield link("next-archive", None, month)


def _of_month(listing: Listing, month: str) -> Listing:
    return replace(listing, wanted=replace(listing.wanted, between=(month, _after(month))))


def _after(month: str) -> str:
    """`2027-01` for `2026-12`."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"
