"""`theme check`: each rule, with a theme that breaks it; and that our own break none."""

from dataclasses import replace

import pytest

from indie import theme_check
from indie.theme_check.filled import filling

HOME = "http://theme.example/"

BROKEN = {
    "archive.html": "<p>\n{% if %}",
    "about.html": '{% extends "built-in/about.html" %}{% block main %}{{ page.nothing }}{% endblock %}',
    "subscribe.html": "<title>x</title><h1>x</h1><main></main>",
    "list.html": '<title>x</title><main id="main"><h1>x</h1><article class="h-entry"><p class="p-name">x</p></article></main>',
    "slots/head.html": '<script>x()</script><link rel="stylesheet" href="/static/forms.css">'
    + "".join(f'<script src="/static/account.js?{number}"></script>' for number in range(9)),
    "slots/before-post.html": "<h1>x</h1>",
    "slots/after-post.html": '<a href="/no/such/thing">x</a><a href="#nowhere">x</a><p style="color: red" onclick="x()">x</p>'
    '<img src="/favicon.ico"><p class="h-nothing">x</p><iframe></iframe>' + "x" * 15_000,
    "slots/footer.html": '<img alt="" src="https://cdn.example/x.png" srcset="https://cdn.example/y.png 2x">',
    "custom.css": ":root {--accent: light-dark(#aaaaaa, #74cbb8); --quiet: #777777}"
    "a::after {background: url(//cdn.example/x.png); content: '" + "x" * 3000 + "'}",
}
"""A theme with one fault against every rule."""

FAULTS = [
    "archive.html:2: Expected an expression, got 'end of statement block'; mend it",
    "about.html:1: 'indie.site.feed_views.AboutPage object' has no attribute 'nothing'; mend it",
    "subscribe.html: nothing has the id “main”",
    "list.html: The h-entry (without u-url) has not exactly one u-url",
    "post.html: <script> in the page, which the policy refuses",
    "post.html: <iframe> in the page, which the policy refuses",
    "post.html: 2 <h1>; a page has one",
    "post.html: a link to http://theme.example/no/such/thing, which answers 404",
    "post.html: a link to #nowhere of",
    "post.html: a style attribute on <p>, which the policy refuses",
    "post.html: onclick= on <p>, which the policy refuses",
    "post.html: a picture without alt",
    "post.html: “h-nothing” is no root that is known",
    "post.html: https://cdn.example/x.png is asked of another site",
    "post.html: https://cdn.example/y.png is asked of another site",
    "bytes of HTML on the page with five replies, and 15360 at most",
    "bytes of sheets on the page with five replies, and 12288 at most",
    "bytes of scripts on the page with five replies, and 5120 at most",
    "post.html: 2 sheets, and one at most",
    "requests, pictures apart, and 5 at most",
    "theme.css: accent #aaaaaa on paper #fbfaf6 has a contrast of 2.22:1 and needs 4.5:1",
    "theme.css: quiet-dark #777777 on paper-dark #151716 has a contrast of",
    "theme.css: it asks another site for something",
    "gone.html: https://cdn.example/x.png is asked of another site",
    "error.html: https://cdn.example/x.png is asked of another site",
]


@pytest.fixture(scope="module")
def site():
    """A site that is filled once."""
    with filling(None, "plain", {}) as made:
        yield made


@pytest.fixture(scope="module")
def found(site, _read_back):
    """What is wrong with the broken theme."""
    for name, text in BROKEN.items():
        path = site.data / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with site.store.write():  # as `theme reload` does
        site.store.preferences.put("theme", "")
    faults = theme_check.faults(site)
    _read_back.clear()  # these pages are meant to be wrong
    yield faults
    for path in (site.data / "templates").rglob("*.*"):
        path.unlink()


def test_every_page_of_ours_is_looked_at_and_has_no_fault(site, monkeypatch):
    looked = set()
    judge = theme_check._faults
    monkeypatch.setattr(theme_check, "_faults", lambda page, *more: looked.add(page.url.removeprefix(HOME)) or judge(page, *more))

    assert [] == theme_check.faults(site)
    kinds = {url.removeprefix(HOME) for url in site.kinds.values()}
    assert kinds | {"", "archive/", "about/", "subscribe", "webmention", "photos/", "tags/fences/", "no/such/page", "2026/07/"} <= looked


@pytest.mark.parametrize("fault", FAULTS)
def test_a_rule_that_is_broken_is_told(found, fault):
    assert any(fault in one for one in found), "\n".join(found)


@pytest.mark.parametrize("theme", ["card", "photo"])
def test_no_theme_of_ours_has_a_fault(theme):
    assert [] == theme_check.check(None, theme, {})


def test_black_on_white_paper_is_no_fault():
    """What stands behind @media print is for paper, where nothing is dark."""
    assert [] == list(theme_check._sheet("@media print{:root{--accent:#999999}i{color:red}}"))


def test_a_cookie_is_a_fault(site):
    """Visitors get none, whatever a theme is."""
    baked = replace(site, get=lambda url: site.get(url)._replace(cookie=True))

    assert any("sets a cookie; visitors get none" in fault for fault in theme_check.faults(baked))
