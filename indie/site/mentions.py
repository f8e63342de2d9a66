"""
What others answered, for the widgets of other pages: jf2 and counts, as webmention.io has them (Webmention spec §5).

Deviation: no JSONP (it is other people's script that runs in the page), no `access_token` (what is public is there
for all), no pages that answer the home page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import MultiDict

from indie import cors, publishing, times, urls
from indie.config import Settings
from indie.context import current
from indie.errors import InvalidRequest
from indie.responses.response import KINDS
from indie.site import headers
from indie.site.entries import Shelf
from indie.store import Store
from indie.store.mentions import Mention, Wanted

blueprint = Blueprint("mentions", __name__)

PATHS = ("/api/mentions.jf2", "/api/mentions", "/api/count")

LENGTH, LONGEST = 20, 1000
"""Responses on a page, unless it is asked for more or fewer; and at most."""

TARGETS = 100
"""Limit: so many targets may be named in one request."""

PROPERTIES = {
    "reply": "in-reply-to",
    "reacji": "in-reply-to",
    "rsvp": "rsvp",
    **{kind: f"{kind}-of" for kind in ("like", "repost", "bookmark", "follow", "read", "listen", "watch")},
}
"""`wm-property` of each kind; every other kind is `mention-of`."""

EXACTLY = {"quotation": "quotation-of", "tag": "tag-of"}
"""What says more than the `mention-of` that the widgets know, and stands beside it."""

RSVPS = ("yes", "maybe", "interested", "no")
"""The order of `sort-by=rsvp`."""

_ORDERS = {"created": "received", "updated": "checked", "published": "published", "rsvp": "received"}
_METHODS = "GET, HEAD, OPTIONS"
_LONGEST_NUMBER = 12


def preflight() -> Response | None:
    """Let a script ask with a condition (`If-None-Match`)."""
    if request.method != "OPTIONS" or request.path not in PATHS:
        return None
    return cors.preflight(_METHODS, "If-None-Match, Accept")


def share(answer: Response) -> Response:
    """Let any page's script read the answer, a refusal too."""
    if request.path in PATHS:
        cors.share(answer, "ETag, Link")
    return answer


@blueprint.get("/api/mentions.jf2")
@blueprint.get("/api/mentions")
def feed() -> Response:
    """
    A jf2 feed of public responses, the newest first.

    target, target[]: addresses of posts, old ones too; without any, those to all posts that are public.
    domain, wm-property[], sort-by, sort-dir, per-page, page, since, since_id: as at webmention.io.
    """
    context, asked = current(), request.args
    wanted = _wanted(context.store, context.settings, asked)
    found = _page(context.store, wanted, asked)
    shelf = Shelf(context.store, context.settings)
    faces = shelf.faces(one.response.author.photo for one in found)
    children = [jf2(one, context.settings.me, faces) for one in found]
    return conditional(jsonify({"type": "feed", "name": "Webmentions", "children": children}))


@blueprint.get("/api/count")
def count() -> Response:
    """How many public responses there are to these targets, in all and of each type; RSVPs by their answer."""
    context = current()
    if not (request.args.get("target") or request.args.get("target[]")):
        raise InvalidRequest("Name the target whose responses are to be counted.")
    wanted = _wanted(context.store, context.settings, request.args)
    found = context.store.mentions.count(wanted)
    types = {kind: found[kind] for kind in KINDS if kind in found and kind != "rsvp"}
    if "rsvp" in found:
        # Limit: the answers of the newest LONGEST are told apart; all are counted.
        rsvps = context.store.mentions.find(_only(wanted, ("rsvp",)), LONGEST)
        said = [one.response.rsvp for one in rsvps]
        types |= {f"rsvp-{word}": said.count(word) for word in RSVPS if word in said}
    return conditional(jsonify({"count": sum(found.values()), "type": types}))


def conditional(answer: Response) -> Response:
    """An answer with its ETag, or 304 where the client has it."""
    answer.headers["Cache-Control"] = "no-cache"
    return headers.conditional(answer)


def jf2(mention: Mention, me: str, faces: dict[str | None, str]) -> dict[str, Any]:
    """A response as webmention.io tells it. faces: our copies of people's pictures, which nobody else's host serves."""
    response, author = mention.response, mention.response.author
    target = me + mention.path.lstrip("/")
    name = PROPERTIES.get(response.kind, "mention-of")
    entry: dict[str, Any] = {
        "type": "entry",
        "author": {
            "type": "card",
            "name": author.name,
            "photo": faces.get(author.photo, ""),
            "url": author.url or "",
        },
        "url": response.url,
        "published": times.rfc3339(response.published) if response.published else None,
        "wm-received": _utc(mention.received),
        "wm-id": mention.id,
        "wm-source": response.source,
        "wm-target": target,
        "wm-protocol": "webmention",
    }
    if response.name:
        entry["name"] = response.name
    if response.updated:
        entry["updated"] = times.rfc3339(response.updated)
    if response.html:
        entry["content"] = {"html": response.html, "text": response.text}
    if response.photos:
        entry["photo"] = [photo.url for photo in response.photos]
    if response.rsvp:
        entry["rsvp"] = response.rsvp
    entry["in-reply-to" if name == "rsvp" else name] = target
    if exactly := EXACTLY.get(response.kind):
        entry[exactly] = target
    if others := [url for url in response.in_reply_to if not urls.same_page(url, target)]:
        entry["_in-reply-to"] = others
    return entry | {"wm-property": name, "wm-private": False}


def _wanted(store: Store, settings: Settings, asked: MultiDict[str, str]) -> Wanted:
    targets = [*asked.getlist("target"), *asked.getlist("target[]")]
    if len(targets) > TARGETS:
        raise InvalidRequest(f"Name at most {TARGETS} targets at once.")
    since = asked.get("since")
    try:
        moment: datetime | None = times.parse(since) if since else None
    except ValueError as error:
        raise InvalidRequest(f"since: {error}") from None
    properties = [*asked.getlist("wm-property"), *asked.getlist("wm-property[]")]
    return Wanted(
        post_ids=_posts(store, settings, targets, asked.getlist("domain")),
        kinds=_kinds(properties) if properties else None,
        since=moment,
        since_id=_number(asked, "since_id", 0) if asked.get("since_id") else None,
    )


def _posts(store: Store, settings: Settings, targets: Sequence[str], domains: Sequence[str]) -> tuple[int, ...] | None:
    """The ids of the posts that are asked for and may be seen; unlisted ones too, for whoever knows their address."""
    home = urls.host(settings.me)
    if domains and not any(domain.lower() in (home, settings.me, urls.origin(settings.me)) for domain in domains):
        return ()
    if not targets:
        return None
    found = (publishing.find(store, settings.me, target) for target in dict.fromkeys(targets) if urls.is_http(target))
    return tuple(dict.fromkeys(post.id for post in found if post and post.visible))


def _kinds(properties: Sequence[str]) -> tuple[str, ...]:
    return tuple(kind for kind in KINDS if PROPERTIES.get(kind, "mention-of") in properties)


def _page(store: Store, wanted: Wanted, asked: MultiDict[str, str]) -> list[Mention]:
    by, way = asked.get("sort-by", "created"), asked.get("sort-dir", "down")
    if by not in _ORDERS:
        raise InvalidRequest(f"sort-by is one of {', '.join(_ORDERS)}.")
    if way not in ("up", "down"):
        raise InvalidRequest("sort-dir is up or down.")
    length = min(_number(asked, "per-page", _number(asked, "perPage", LENGTH)), LONGEST)
    passed = _number(asked, "page", 0) * length
    if by != "rsvp":
        return store.mentions.find(wanted, length, passed, by=_ORDERS[by], upwards=way == "up")
    # Limit: RSVPs stand in the order of their words among the newest LONGEST alone.
    found = store.mentions.find(_only(wanted, ("rsvp",)), LONGEST)
    ranks = {word: rank for rank, word in enumerate(RSVPS)}
    found.sort(key=lambda one: ranks.get(one.response.rsvp or "", len(ranks)), reverse=way == "up")
    return found[passed : passed + length]


def _only(wanted: Wanted, kinds: tuple[str, ...]) -> Wanted:
    both = kinds if wanted.kinds is None else tuple(kind for kind in wanted.kinds if kind in kinds)
    return Wanted(wanted.post_ids, both, wanted.since, wanted.since_id)


def _number(asked: MultiDict[str, str], name: str, default: int) -> int:
    text = asked.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
        raise InvalidRequest(f"{name} is a number from 0 on.")
    return int(text)


def _utc(moment: datetime) -> str:
    return times.sortable(moment)[:19] + "Z"
