"""An event for calendars, at its permalink with `.ics` behind it, and all events at `/events.ics`."""

from collections.abc import Iterator

from flask import Blueprint, Response, make_response

from indie import text
from indie.context import current
from indie.errors import NotFound
from indie.posts import content
from indie.posts.post import Post
from indie.site import feeds, icalendar, kinds, lists
from indie.site.entries import Shelf
from indie.site.lists import Listing
from indie.site.views import Entry, Fact, Site

blueprint = Blueprint("calendars", __name__)

EVENTS = "events"
MOST = 1000
"""Events of the whole calendar, the newest posts first."""


@blueprint.get(f"/{EVENTS}.ics")
def events() -> Response:
    """Every public event."""
    context = current()
    posts = context.store.finding.posts(lists.of_kind(EVENTS).wanted, MOST)
    return _answer(Shelf(context.store, context.settings).site(), posts)


@blueprint.get("/<path:path>.ics")
def one(path: str) -> Response:
    """One event that everybody may see."""
    context = current()
    post = context.store.posts.at(f"/{path}")
    if post is None or not post.visible or kinds.moments(post.item)[0] is None:
        raise NotFound("There is no event at this address.")
    answer = _answer(Shelf(context.store, context.settings).site(), [post])
    if not post.listed:
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def alternates(listing: Listing, site: Site) -> tuple[tuple[str, str, str], ...]:
    """What the list of events links to beside its feeds: (media type, title, address)."""
    if listing.path != f"{EVENTS}/":
        return ()
    return ((icalendar.TYPE, f"{feeds.feed_title(listing, site)} (iCalendar)", f"{site.url}{EVENTS}.ics"),)


def of_event(entry: Entry) -> tuple[tuple[str, str, str], ...]:
    """The same of the page of an event."""
    return ((icalendar.TYPE, f"{entry.headline} (iCalendar)", entry.calendar),) if entry.calendar else ()


def _answer(site: Site, posts: list[Post]) -> Response:
    found = (list(_event(post, site.url)) for post in posts)
    name = feeds.feed_title(lists.of_kind(EVENTS), site)
    return feeds.conditional(make_response(icalendar.calendar(name, filter(None, found))), icalendar.TYPE)


def _event(post: Post, me: str) -> Iterator[tuple[str, str]]:
    item, (start, end), written = post.item, kinds.moments(post.item), post.item.content()
    if start is None:
        return iter(())
    said = content.to_text(written, post.syntax) if written else item.text("summary") or ""
    return icalendar.event(
        post.url(me),
        start.value,
        end.value if end else None,
        post.updated or post.published,
        summary=text.one_line(item.text("name") or said) or post.path,
        description=said,
        location=", ".join(filter(None, map(_place, kinds.places(item, "location")))),
    )


def _place(fact: Fact) -> str:
    """A place as people write it: its name, then where it lies."""
    if not fact.item:
        return fact.text
    lies = [one.text for one in fact.item.facts if one.text and one.property != "p-tel"]
    return ", ".join(filter(None, [fact.item.name, *lies]))
