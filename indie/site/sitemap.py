"""What crawlers are told: `robots.txt`, and every public page in `sitemap.xml` (sitemaps.org, RFC 9309)."""

from collections.abc import Iterable

from flask import Blueprint, Response, make_response
from markupsafe import escape

from indie.context import current
from indie.errors import NotFound
from indie.site import feeds, following, own_pages

blueprint = Blueprint("sitemap", __name__)

TYPE = "application/xml"
LISTS = "sitemap-lists.xml"
CLOSED = ("/account$", "/account/", "/auth$", "/auth?", "/signin", "/micropub")
"""What is the owner's own. Why so few: what else is for no search engine says so itself, where it is read."""


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everybody may come."""
    closed = "".join(f"Disallow: {path}\n" for path in CLOSED)
    answer = make_response(f"User-agent: *\n{closed}Allow: /\n\nSitemap: {current().settings.me}sitemap.xml\n")
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Cache-Control"] = f"max-age={feeds.SECONDS}"
    return answer


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """The sitemaps: one of the lists, then one for so many posts in the order in which they came, as ever."""
    context = current()
    me, parts = context.settings.me, context.store.finding.parts()
    names = (LISTS, *(f"sitemap-{part}.xml" for part in parts))
    return _answer("sitemapindex", "sitemap", ((me + name, "") for name in names))


@blueprint.get(f"/{LISTS}")
def of_lists() -> Response:
    """Home, every list, the years and months, and what else there is to read."""
    context = current()
    me, store = context.settings.me, context.store
    found = [listing.url(me) for some in following.offered(store).values() for listing in some]
    months = [month for month, _ in store.tallies.months(store.preferences.get().quiet_kinds)]
    spans = sorted({month[:4] for month in months}) + [month.replace("-", "/") for month in months[::-1]]
    own = {f"{name}/" for name in (*own_pages.GIVEN, *(page.name for page in store.pages.all()))}
    paths = ("archive/", "tags/", "subscribe", *sorted(own), *(f"{span}/" for span in spans))
    return _answer("urlset", "url", ((url, "") for url in (*found, *(me + path for path in paths))))


@blueprint.get("/sitemap-<int(max=999999999):part>.xml")
def of_posts(part: int) -> Response:
    """
    The public posts of one part, each with the moment in which it changed last.

    Why by number: a part costs the same wherever it is, and all but the newest stay as they are when posts come.
    """
    context = current()
    found = context.store.finding.part(part)
    if not found:
        raise NotFound("There is no such sitemap; /sitemap.xml names those that there are.")
    me = context.settings.me
    return _answer("urlset", "url", ((me + path.lstrip("/"), changed) for path, changed in found))


def _answer(root: str, each: str, found: Iterable[tuple[str, str]]) -> Response:
    """found: (address, when it changed last or "")."""
    lines = (
        f"<{each}><loc>{escape(url)}</loc>{changed and f'<lastmod>{changed}</lastmod>'}</{each}>\n"
        for url, changed in found
    )
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return feeds.conditional(make_response(f"{head}{''.join(lines)}</{root}>\n"), TYPE)
