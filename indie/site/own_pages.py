"""Pages of the owner's that are no posts: /about/, /now/, whatever he writes; and those that every site has."""

import re
from dataclasses import replace

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from indie.context import current
from indie.errors import InvalidRequest
from indie.languages import N_
from indie.mf2.item import Content
from indie.posts import content
from indie.site import feeds, headers, lists, render
from indie.site.entries import Shelf
from indie.site.feed_views import AboutPage, AccessibilityPage, OwnPage, PrivacyPage
from indie.site.views import Site
from indie.store.pages import Page

GIVEN = {
    "about": Page("about", N_("About"), ""),
    "accessibility": Page("accessibility", N_("Accessibility"), ""),
    "privacy": Page("privacy", N_("Privacy"), ""),
}
"""Pages that are there before the owner has written them."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_HEADING = re.compile(r"#[ \t]+([^\n]+?)[ \t#]*(?:\n|\Z)")


def read(name: str, markdown: str, menu: int = 0) -> Page:
    """
    The page that an owner wrote. markdown: a heading at its beginning, `# Now`, is its title.

    Raises InvalidRequest where no page can have this name.
    """
    if not _NAME.fullmatch(name):
        raise InvalidRequest(f"“{name[:40]}” is no name of a page; give letters a-z, digits and hyphens, such as now.")
    text = markdown.strip()
    heading = _HEADING.match(text)
    title = " ".join(heading[1].split()) if heading else GIVEN[name].title if name in GIVEN else name.capitalize()
    return Page(name, title, text[heading.end() :].strip() if heading else text, menu)


def is_free(app: Flask, name: str) -> bool:
    """Whether nothing else of the site is at the address of a page of this name."""
    addresses = app.url_map.bind("")
    try:
        there = {addresses.match(f"/{name}{end}")[0] for end in ("", "/")}
    except HTTPException:  # there is something that takes no GET
        return False
    return there == {"site.at"} and lists.parse(name) is None


def at(path: str) -> Response | None:
    """The page at a path, decoded and without the slash that it begins with; None if there is none."""
    name = path.removesuffix("/")
    if not _NAME.fullmatch(name):
        return None
    context = current()
    given = GIVEN.get(name)
    page = context.store.pages.get(name) or given
    if page is None:
        return None
    shelf = Shelf(context.store, context.settings)
    site = shelf.site()
    if given and page.title in ("", given.title):
        page = replace(page, title=site.language.gettext(given.title))
    return headers.page(render.page(_view(shelf, site, page)))


def _view(shelf: Shelf, site: Site, page: Page) -> AboutPage | OwnPage:
    url = f"{site.url}{page.name}/"
    html = content.to_html(Content(page.content), url, shelf.picture, syntax="markdown", tag=shelf.tag_url)
    if page.name == "about":
        return AboutPage(site, url, html, feeds.alternates(lists.home(shelf.store.preferences.get()), site))
    kind = {"privacy": PrivacyPage, "accessibility": AccessibilityPage}.get(page.name, OwnPage)
    return kind(site, url, page.title, html)
