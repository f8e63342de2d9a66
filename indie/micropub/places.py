"""`q=geo`: places near a point where the owner has been (`micropub.md` §3)."""

from typing import Any

from indie.errors import InvalidRequest
from indie.mf2 import geo
from indie.mf2.geo import Place
from indie.micropub.question import Question
from indie.posts import words
from indie.store import Store
from indie.store.finding import Filter

NEAR = 1000.0
"""Metres from the point that still are nearby."""

HERE = 100.0
"""Metres from the point to the place where the owner is taken to be."""

POSTS = 1000
"""Limit: the newest so many check-ins, and so many posts with a location, are looked through."""


def answer(store: Store, question: Question, *, unseen: bool) -> dict[str, Any]:
    """
    The named places within NEAR of `lat` and `lon` (or of a `geo:` URI in `uri`), the nearest first.

    `geo` says where the owner is taken to be; it is not there where no place is near enough.
    unseen: also what only drafts and private posts know.
    Raises InvalidRequest without a point.
    """
    point = _point(question)
    known: dict[str, tuple[float, Place]] = {}
    for name in ("checkin", "location"):
        for post in store.finding.posts(Filter(exists=(name,), unseen=unseen), POSTS):
            for place in geo.places(post.item, name):
                metres = geo.metres(point, place)
                if place.name and metres <= NEAR:
                    known.setdefault(words.fold(place.name), (metres, place))
    near = sorted(known.values(), key=lambda found: found[0])
    shown: dict[str, Any] = {"places": question.page([_shown(place) for _, place in near])}
    if near and near[0][0] <= HERE:
        nearest = _shown(near[0][1])
        about = {part: nearest[part] for part in ("label", "url") if part in nearest}
        shown["geo"] = about | {"visibility": "public"}
    return shown


def _point(question: Question) -> Place:
    point = geo.parse(question.one("uri") or f"geo:{question.one('lat')},{question.one('lon')}")
    if point is None:
        raise InvalidRequest("Near what? Send lat and lon, in degrees such as 51.05.")
    return point


def _shown(place: Place) -> dict[str, Any]:
    where = {"label": place.name, "latitude": float(place.latitude), "longitude": float(place.longitude)}
    return where | ({"url": place.url} if place.url else {})
