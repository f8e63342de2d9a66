"""Which posts stand on a page of a list, and where the pages beside it begin."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from indie.posts.post import Post
from indie.site.lists import Days, Listing
from indie.store import Store
from indie.store.finding import Filter, Position, position

LENGTH = 20
"""Posts on a page of a list, and in its feed."""

_START, _END = ("", 0), ("9999-99", 0)
"""Places before and behind every post."""


@dataclass(frozen=True)
class Page:
    """
    Posts of a list, newest first.

    older: where the next page begins; None at the end of the list.
    newer: where the page before this one begins, None where that is the first page.
    first: whether this is that.
    """

    posts: tuple[Post, ...]
    older: Position | None = None
    newer: Position | None = None
    first: bool = True


def day_of(post: Post) -> date:
    """The day that a post shows."""
    return post.published.date()


def page(store: Store, listing: Listing, before: Position | None = None, length: int = LENGTH) -> Page:
    """The posts of a list from one place on."""
    found = _walk(store, listing, length + 1, older=before)
    posts = tuple(found[:length])
    older = position(posts[-1]) if len(found) > length else None
    if before is None:
        return Page(posts, older)
    edge = position(posts[0]) if posts else before
    above = _walk(store, listing, length + 1, newer=edge)
    return Page(posts, older, position(above[0]) if len(above) > length else None, first=False)


def last(store: Store, listing: Listing) -> Position | None:
    """Where the last page of a list begins; None where that is the first."""
    oldest = _walk(store, listing, LENGTH + 1, newer=_START)
    return position(oldest[0]) if len(oldest) > LENGTH else None


def between(store: Store, listing: Listing, older: Position | None, newer: Position | None) -> list[Post]:
    """The newest posts between two places, at most as many as on a page."""
    return _walk(store, listing, LENGTH, older=older or _END, newer=newer)


def beside(store: Store, listing: Listing) -> tuple[date | None, date | None]:
    """For a year, a month or a day: the last day before it, and the first one after it, that have a post."""
    assert listing.days
    first, last = listing.days[0]
    past = replace(listing, days=((date.min, first - timedelta(1)),))
    coming = replace(listing, days=((last + timedelta(1), date.max),))
    # Why more than one: the next in the order of UTC may show a day further off than others around it do.
    before = map(day_of, _walk(store, past, LENGTH))
    after = map(day_of, _walk(store, coming, LENGTH, newer=_START))
    return max(before, default=None), min(after, default=None)


def _walk(
    store: Store, listing: Listing, limit: int, older: Position | None = None, newer: Position | None = None
) -> list[Post]:
    """At most `limit` posts, newest first; with `newer` alone those nearest to it."""
    if listing.days is None:
        return store.finding.posts(listing.wanted, limit, older=older, newer=newer)
    upwards = newer is not None and older is None
    found: list[Post] = []
    for days in listing.days[::-1] if upwards else listing.days:
        some = _of_days(store, listing.wanted, days, limit - len(found), older, newer)
        found = [*some, *found] if upwards else [*found, *some]
        if len(found) == limit:
            break
    return found


def _of_days(
    store: Store, wanted: Filter, days: Days, limit: int, older: Position | None, newer: Position | None
) -> list[Post]:
    """
    Those of `_walk` that show one of these days.

    Why a look at each: rows are in the order of UTC, and what a post shows is the date of its own offset, a day more
    or less at the most. So few are passed over, all at either end.
    """
    within = replace(wanted, between=(_sortable(days[0], -1), _sortable(days[1], 2)))
    upwards, batch = newer is not None and older is None, max(limit, LENGTH)
    found: list[Post] = []
    while True:
        some = store.finding.posts(within, batch, older=older, newer=newer)
        shown = [post for post in some if days[0] <= day_of(post) <= days[1]]
        found = [*shown, *found] if upwards else [*found, *shown]
        if len(some) < batch or len(found) >= limit:
            return found[-limit:] if upwards else found[:limit]
        if upwards:
            newer = position(some[0])
        else:
            older = position(some[-1])


def _sortable(day: date, days: int) -> str:
    """The beginning of the sortable text of a day so many days from here."""
    ordinal = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(ordinal).isoformat()
