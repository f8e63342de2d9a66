"""A feed as a page, for whoever opens its address in a browser (decision 8)."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from indie.site import headers, render
from indie.site.feed_views import FeedPage

VARY = "Sec-Fetch-Dest, Sec-Fetch-Mode"
"""What the two answers of a feed's address depend on."""


def is_wanted(environ: Mapping[str, Any]) -> bool:
    """
    Whether a person follows a link to a feed (Fetch Metadata §2).

    Why not by Accept: readers name HTML there too, and browsers have said of themselves that they take feeds.
    environ: of WSGI. Programs do not send these two headers, nor do the scripts and frames of a page send these values.
    """
    return environ.get("HTTP_SEC_FETCH_DEST") == "document" and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"


def answer(page: FeedPage) -> Response:
    """The page, which is for no search engine: the same posts stand on the page of the list."""
    made = headers.page(render.page(page), kept=False)
    made.headers.update({"X-Robots-Tag": "noindex", "Vary": VARY})
    return made
