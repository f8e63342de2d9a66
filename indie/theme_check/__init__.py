"""
Whether a theme keeps what the site promises: markup, links, contrast, budgets (pages §2, §5).

A site is filled with a post of every kind and every page of it is looked at, as the theme has it.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from indie import style
from indie.site import contract, render
from indie.theme_check.filled import ME, Filled, filling
from indie.theme_check.page import Page

LARGEST_SHEET, LARGEST_SCRIPTS, LARGEST_PAGE = 12 * 1024, 5 * 1024, 15 * 1024
MOST_REQUESTS, LARGEST_TOTAL = 5, 50 * 1024
"""The budget of the page with the example conversation, pictures apart (pages §5)."""

MOST_PAGES = 400

_COLOUR = re.compile(
    r"--([a-z]+)\s*:\s*(?:light-dark\(\s*(#[0-9a-f]{6})\s*,\s*(#[0-9a-f]{6})\s*\)|(#[0-9a-f]{6}))", re.IGNORECASE
)
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_ELSEWHERE = re.compile(r"""@import|url\(\s*["']?(?:[a-z]+:)?//""", re.IGNORECASE)


def check(data: Path | None, theme: str, texts: dict[str, str]) -> list[str]:
    """
    Everything that is wrong with a theme: one sentence each, with the template and what to do.

    data: the folder whose own templates lie over it; None for the theme alone. texts: preferences, as written.
    """
    with filling(data, theme, texts) as site:
        return faults(site)


def faults(site: Filled) -> list[str]:
    """The same of a site that is filled."""
    said = _Said()
    with said.listening():
        found = [*_pages(site, said), *_budget(site)]
    css = site.get(f"{ME}theme.css").text
    return list(dict.fromkeys([*said.broken, *found, *_sheet(css)]))


class _Said(logging.Handler):
    """
    What `render` says while a site is looked at.

    template: that of the page that was rendered last. broken: which could not be used, and why.
    """

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.broken: list[str] = []
        self.template = ""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear it, and nobody else."""
        before = render.LOG.level, render.LOG.propagate
        render.LOG.addHandler(self)
        render.LOG.setLevel(logging.DEBUG)
        render.LOG.propagate = False
        try:
            yield
        finally:
            render.LOG.removeHandler(self)
            render.LOG.setLevel(before[0])
            render.LOG.propagate = before[1]

    def emit(self, record: logging.LogRecord) -> None:
        """Of `logging.Handler`."""
        if record.levelno == logging.DEBUG:
            self.template = record.getMessage()
        else:
            self.broken.append(f"{record.getMessage().split(';')[0]}; mend it, or take the file away")


def _pages(site: Filled, said: _Said) -> Iterator[str]:
    """
    Every page that can be reached, looked at once, and every address that one leads to, asked once.

    Limit: the first `MOST_PAGES` addresses, in the order of the links.
    """
    pages: dict[str, Page | None] = {}
    waiting = [(ME, "", ""), *((url, "", "") for url in (site.letter, *site.others))]
    fragments: list[tuple[str, str, str]] = []
    for url, fragment, template in waiting:
        if fragment:
            fragments.append((url, fragment, template))
        if url in pages or not url.startswith(ME) or len(pages) >= MOST_PAGES:
            continue
        answer = site.get(url)
        pages[url] = None
        if template and answer.status >= 400 and url not in site.others:
            yield f"{template}: a link to {url}, which answers {answer.status}; lead it somewhere, or take it out"
        if answer.cookie:
            yield f"{said.template}: {url} sets a cookie; visitors get none"
        if answer.kind == "text/html" and not answer.moved:
            page = pages[url] = Page(answer.text, url)
            yield from (f"{said.template}: {fault} ({url})" for fault in _faults(page, answer.text, site))
            waiting += [(to, at, said.template) for to, at in page.links]
    for url, fragment, template in fragments:
        there = pages.get(url)
        if there and fragment not in there.ids:
            yield f"{template}: a link to #{fragment} of {url}, where nothing has that id; give it one"


def _faults(page: Page, html: str, site: Filled) -> Iterator[str]:
    yield from page.faults
    # Why: a search shows of each post what was found, and not what it says.
    found = urlsplit(page.url).path == "/search"
    yield from contract.faults(html, page.url, (lambda _: None) if found else site.post_at)
    for name, number in page.landmarks.items():
        if number != 1:
            yield f"{number} <{name}>; a page has one"
    if "main" not in page.ids:
        yield "nothing has the id “main”, to which the skip link leads; give it to <main>"
    others = [url for url in page.loads if not url.startswith(ME)]
    yield from (f"{url} is asked of another site; keep a copy in static/" for url in others)


def _budget(site: Filled) -> Iterator[str]:
    """The page with the example conversation: how much it is, pictures apart."""
    html = site.get(site.letter).body
    page = Page(html.decode(), site.letter)
    asked = {url for url in (*page.sheets, *page.scripts) if url.startswith(ME)}
    files = {url: len(site.get(url).body) for url in asked}
    sheets, scripts = ([files.get(url, 0) for url in urls] for urls in (page.sheets, page.scripts))
    for name, size, most in (
        ("sheets", sum(sheets), LARGEST_SHEET),
        ("scripts", sum(scripts), LARGEST_SCRIPTS),
        ("HTML", len(html), LARGEST_PAGE),
        ("HTML, sheets and scripts", len(html) + sum(files.values()), LARGEST_TOTAL),
    ):
        if size > most:
            yield f"post.html: {size} bytes of {name} on the page with five replies, and {most} at most; say it shorter"
    if len(sheets) > 1:
        yield f"post.html: {len(sheets)} sheets, and one at most; put the rules into theme.css"
    if 1 + len(files) > MOST_REQUESTS:
        yield f"post.html: {1 + len(files)} requests, pictures apart, and {MOST_REQUESTS} at most; join the files"


def _sheet(css: str) -> Iterator[str]:
    """Whether its colours can be read in both schemes, and whether it stays on the site."""
    colours = {name: value for name, value in style.DEFAULTS.items() if value.startswith("#")}
    # Limit: what stands behind @media, for paper say, is not looked at.
    for name, light, dark, both in _COLOUR.findall(_MEDIA.sub("", css)):
        if name in style.COLOURS:
            colours |= {name: (light or both).lower(), f"{name}-dark": (dark or both).lower()}
    yield from (f"theme.css: {fault}; make it darker or lighter" for fault in style.faults(colours))
    if _ELSEWHERE.search(css):
        yield "theme.css: it asks another site for something, or imports a sheet; keep a copy in static/"
