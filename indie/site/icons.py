"""The site as a sign: in a tab, among bookmarks, on the screen of a phone."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request, send_from_directory

from indie.context import Context, current
from indie.errors import NotFound
from indie.media import pictures
from indie.site import headers, render
from indie.site.entries import Shelf
from indie.site.views import Site

blueprint = Blueprint("icons", __name__)

TOUCH = 180
"""Width and height of what Apple's devices ask for, in pixels."""

SIZES = (192, 512)
"""Those of the manifest."""

SECONDS = 86400
"""How long a browser may keep an icon without asking."""


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """For whoever asks without having read a page."""
    return _kept(send_from_directory(render.STATIC, "favicon.ico"))


@blueprint.get("/apple-touch-icon.png")
def touch() -> Response:
    """The owner's photo, or the sign of the software, for the screen of a phone."""
    return _icon(TOUCH)


@blueprint.get("/icon-<int(max=9999):side>.png")
def icon(side: int) -> Response:
    """The same in one of SIZES."""
    if side not in SIZES:
        raise NotFound("There is no icon of this size.")
    return _icon(side)


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """What a browser wants to know to put the site among the apps (W3C Web Application Manifest)."""
    site = _site()
    name, paper = site.owner.name, site.look.papers[0]
    said: dict[str, Any] = {
        "name": name,
        "short_name": name,
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": paper,
        "theme_color": paper,
        "icons": [{"src": f"/icon-{side}.png", "sizes": f"{side}x{side}", "type": "image/png"} for side in SIZES],
    }
    answer = jsonify(said)
    answer.headers["Content-Type"] = "application/manifest+json"
    answer.headers["Cache-Control"] = "no-cache"
    return headers.conditional(answer)


def _icon(side: int) -> Response:
    answer = make_response(_drawn(_picture(current()), side, _site().look.papers[0]))
    answer.headers["Content-Type"] = "image/png"
    answer.add_etag()
    answer.make_conditional(request)
    return _kept(answer)


@lru_cache(maxsize=2 * (1 + len(SIZES)))
def _drawn(picture: bytes, side: int, ground: str) -> bytes:
    """Why kept: anybody may ask, as often as he likes, and one takes a tenth of a second of the processor."""
    return pictures.icon(picture, side, ground)


def _site() -> Site:
    context = current()
    return Shelf(context.store, context.settings).site()


def _picture(context: Context) -> bytes:
    """The owner's photo, else our sign."""
    owner = context.store.owner.get()
    photo = context.store.media.get(owner.photo) if owner and owner.photo else None
    if photo is None or not photo.file:
        return Path(render.STATIC, "icon.png").read_bytes()
    with context.storage.open(photo.file) as file:
        return file.read()


def _kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = f"max-age={SECONDS}"
    return answer
