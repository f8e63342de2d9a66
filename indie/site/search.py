"""Search: a form, what was found, the newest first, its feeds, and how a browser may ask."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, make_response, request

from indie.context import current
from indie.errors import NotFound
from indie.mf2.sanitize import to_text
from indie.posts import words
from indie.posts.post import Post
from indie.site import feeds, headers, lists, pages, paging, render
from indie.site.entries import Shelf
from indie.site.feed_views import Hit, OpenSearch, SearchPage
from indie.site.lists import Listing, Place
from indie.site.views import Site
from indie.store.finding import Position

blueprint = Blueprint("search", __name__)

DESCRIPTION = "opensearch.xml"
DESCRIPTION_TYPE = "application/opensearchdescription+xml"


@blueprint.get("/search")
def search() -> Response:
    """
    The form; with `q` what has all of its words, whatever else is in it.

    Why for no search engine: there are as many of these pages as anybody can think of, and nothing of their own.
    """
    shelf = _shelf()
    site, asked = shelf.site(), request.args.get("q", "")
    listing = lists.search(asked)
    if listing is None:
        query = " ".join(asked.split())[: words.LONGEST]
        view = SearchPage(site, f"{site.url}search", query, alternates=_main(shelf, site))
    else:
        view = _found(shelf, site, listing, _before())
    answer = headers.page(render.page(view))
    if listing:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@blueprint.get("/search.<any(rss, atom, json):form>")
def feed(form: str) -> Response:
    """What has all words of `q`, as a feed."""
    listing = lists.search(request.args.get("q", ""))
    if listing is None:
        raise NotFound("There is nothing to look for; say in q what it is.")
    answer = feeds.answer(_shelf(), listing, Place(("search",), form, _before()))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@blueprint.get(f"/{DESCRIPTION}")
def description() -> Response:
    """How to search here, for browsers (OpenSearch 1.1)."""
    document = render.xml(render.page(OpenSearch(_shelf().site())))
    return feeds.conditional(make_response(document), DESCRIPTION_TYPE)


def _shelf() -> Shelf:
    context = current()
    return Shelf(context.store, context.settings)


def _before() -> Position | None:
    asked = request.args.get("before")
    before = lists.place(asked) if asked is not None else None
    if asked is not None and before is None:
        raise NotFound("There is no such page of what was found; search again.")
    return before


def _main(shelf: Shelf, site: Site) -> tuple[tuple[str, str, str], ...]:
    return feeds.alternates(lists.home(shelf.store.preferences.get()), site)


def _found(shelf: Shelf, site: Site, listing: Listing, before: Position | None) -> SearchPage:
    found = paging.page(shelf.store, listing, before)
    return SearchPage(
        site=site,
        url=listing.url(site.url, before),
        query=listing.query,
        hits=tuple(_hits(shelf, site, listing, found.posts)),
        older=listing.url(site.url, found.older) if found.older else None,
        newer=None if found.first else listing.url(site.url, found.newer),
        alternates=(*feeds.alternates(listing, site), *_main(shelf, site)),
    )


def _hits(shelf: Shelf, site: Site, listing: Listing, posts: Sequence[Post]) -> Iterator[Hit]:
    terms = listing.wanted.terms
    for entry in pages.counted(shelf, listing, site.owner, posts):
        alts = (photo.alt for photo in entry.photos if photo.alt)
        said = "\n".join(filter(None, (entry.summary, to_text(entry.content), *alts))) or entry.headline
        name = tuple(words.marked(entry.name, terms)) if entry.name else ()
        yield Hit(entry, name, tuple(words.snippet(said, terms)))
