"""Who follows the site in real time, for the owner."""

from flask import Blueprint, Response

from indie import times
from indie.context import current
from indie.indieauth import session
from indie.site import headers, render
from indie.site.entries import Shelf
from indie.site.owner_views import Followed, FollowersPage, Reader
from indie.store.subscribers import Following

blueprint = Blueprint("followers", __name__)

MOST = 50
"""How many hosts of one list are named; the rest is counted."""


@blueprint.get("/account/followers")
def show() -> Response:
    """Each list that is followed: how many callbacks there are at which host, and what became of the last delivery."""
    context = current()
    session.require(context)
    zone = context.store.preferences.get().time_zone
    by_topic: dict[str, list[Following]] = {}
    for following in context.store.subscribers.followings(times.now()):
        by_topic.setdefault(following.topic, []).append(following)
    shelf = Shelf(context.store, context.settings)

    def reader(one: Following) -> Reader:
        delivered = one.delivered_at.astimezone(zone) if one.delivered_at else None
        return Reader(one.host, one.callbacks, delivered, one.failing, one.reason)

    followed = tuple(
        # Why the failing first: they are what the page is looked at for.
        Followed(
            url=topic,
            followers=sum(one.callbacks for one in some),
            readers=tuple(map(reader, sorted(some, key=lambda one: (-one.failing, -one.callbacks, one.host))[:MOST])),
            others=max(0, len(some) - MOST),
        )
        for topic, some in by_topic.items()
    )
    return headers.owner_page(render.page(FollowersPage(shelf.site(), followed, shelf.hubs())))
