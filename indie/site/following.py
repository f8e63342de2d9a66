"""What leads to the lists: how to follow them, all of their feeds in one file, the months of the archive, the tags."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from flask import Blueprint, Response, make_response

from indie import languages, text, times
from indie.context import current
from indie.languages import Language
from indie.posts.topics import FORMS, KINDS, NAMES
from indie.preferences import Preferences
from indie.site import feeds, headers, lists, render
from indie.site.entries import Shelf
from indie.site.feed_views import ArchivePage, Counted, Followed, Outlines, SubscribePage, TagsPage
from indie.site.lists import Listing
from indie.site.views import Link, Site
from indie.store import Store

blueprint = Blueprint("following", __name__)

OPML = "feeds.opml"
OPML_TYPE = "text/x-opml"

Groups = tuple[tuple[str, tuple[Followed, ...]], ...]


@blueprint.get("/subscribe")
def subscribe() -> Response:
    """How to follow, and every list that there is."""
    shelf = _shelf()
    site = shelf.site()
    view = SubscribePage(site, f"{site.url}subscribe", _groups(shelf, site), f"{site.url}{OPML}")
    return headers.page(render.page(view))


@blueprint.get(f"/{OPML}")
def outlines() -> Response:
    """Every list that there is, for readers (OPML 2.0)."""
    shelf = _shelf()
    site = shelf.site()
    document = render.xml(render.page(Outlines(site, _groups(shelf, site))))
    return feeds.conditional(make_response(document), OPML_TYPE)


@blueprint.get("/archive/", strict_slashes=False)
def archive() -> Response:
    """Every year and month in which something was posted. Of today, so it is made anew each time."""
    shelf = _shelf()
    site, preferences = shelf.site(), shelf.store.preferences.get()
    months = shelf.store.tallies.months(preferences.quiet_kinds)
    by_year = groupby(months, key=lambda month: month[0][:4])
    years = tuple(_year(site, preferences, year, dict(some)) for year, some in by_year)
    today = times.now().astimezone(preferences.time_zone)
    there = Link(f"{site.url}{lists.ON_THIS_DAY}{today:%m-%d}/", site.language.gettext("On this day in other years"))
    view = ArchivePage(site, f"{site.url}archive/", years, there)
    return headers.page(render.page(view), kept=False)


@blueprint.get("/tags/", strict_slashes=False)
def tags() -> Response:
    """Every tag, with how many posts have it."""
    shelf = _shelf()
    site = shelf.site()
    found = tuple(
        Counted(Link(shelf.tag_url(key), text.one_line(label) or key), posts)
        for key, label, posts in shelf.store.tallies.tags()
    )
    return headers.page(render.page(TagsPage(site, f"{site.url}tags/", found)))


def _shelf() -> Shelf:
    context = current()
    return Shelf(context.store, context.settings)


def offered(store: Store) -> dict[str, list[Listing]]:
    """Every list with something in it, and every channel, by what they are lists of."""
    preferences = store.preferences.get()
    language = languages.of(preferences.language)
    _ = language.gettext
    return {
        _("Posts"): [lists.home(preferences), lists.everything(language)],
        _("Kinds"): list(_kinds(store, language)),
        _("Channels"): lists.channels(preferences),
        _("Tags"): [lists.of_tag(key) for key, _label, _posts in store.tallies.tags()],
    }


def _groups(shelf: Shelf, site: Site) -> Groups:
    return tuple((title, tuple(_followed(some, site))) for title, some in offered(shelf.store).items() if some)


def _kinds(store: Store, language: Language) -> Iterator[Listing]:
    for folder in KINDS:
        listing = lists.of_kind(folder, language)
        if store.finding.posts(listing.wanted, 1):
            yield listing


def _followed(some: Iterable[Listing], site: Site) -> Iterator[Followed]:
    for listing in some:
        links = tuple(Link(listing.feed(site.url, form), NAMES[form]) for form in FORMS)
        yield Followed(Link(listing.url(site.url), listing.title or site.owner.name), links)


def _year(
    site: Site, preferences: Preferences, year: str, months: Mapping[str, int]
) -> tuple[Counted, tuple[Counted, ...]]:
    counted = tuple(Counted(_span(site, preferences, (year, month[5:])), posts) for month, posts in months.items())
    return Counted(_span(site, preferences, (year,)), sum(months.values())), counted


def _span(site: Site, preferences: Preferences, names: tuple[str, ...]) -> Link:
    found = lists.of_days(preferences, names)
    assert found
    return Link(found.url(site.url), found.title)
