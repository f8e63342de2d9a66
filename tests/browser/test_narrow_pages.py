"""Every kind of page in a real browser at its narrowest: nothing beside the screen, nothing too small (pages §5)."""

import pytest

from tests.page_kinds import PAGES

MEASURE = """() => {
  const shown = e => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && e.getClientRects().length;
  const all = [...document.querySelectorAll("body *")].filter(shown);
  const small = all
    .filter(e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()) && !e.closest("[aria-hidden]"))
    .filter(e => parseFloat(getComputedStyle(e).fontSize) < 14);
  const targets = all.filter(e => e.matches("a[href], button, input:not([type=hidden]), select, textarea, summary"));
  const inText = e => getComputedStyle(e).display == "inline";
  const tiny = targets.filter(e => !inText(e) && !e.matches(".unseen, .skip"))
    .filter(e => { const b = (e.closest("label") || e).getBoundingClientRect(); return b.width < 24 || b.height < 24 });
  return {width: document.documentElement.scrollWidth, small: small.map(e => e.outerHTML), tiny: tiny.map(e => e.outerHTML)};
}"""

PRINTED = """() => [...document.querySelectorAll("article form, article nav, .pages, .skip, .end, .faces")]
  .filter(e => e.checkVisibility()).map(e => e.outerHTML)"""


@pytest.fixture(scope="module")
def measured(filled, chromium):
    """What a page measures, 320 px wide, which is also 1280 px at 400 %: `measured("home")`."""
    known = {}
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()

    def measure(name):
        if name not in known:
            wanted = filled.pages[name]
            cookies = filled.owner()._cookies.values() if wanted.owners else ()
            page.set_extra_http_headers({"Cookie": "; ".join(f"{one.key}={one.value}" for one in cookies)} if cookies else {})
            page.goto(wanted.url)
            known[name] = page.evaluate(MEASURE)
            page.emulate_media(media="print")
            known[name]["printed"] = page.evaluate(PRINTED)
            page.emulate_media(media="screen")
        return known[name]

    with filled.served():
        yield measure
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_stands_beside_the_screen(measured, name):
    assert 320 >= measured(name)["width"]


@pytest.mark.parametrize("name", PAGES)
def test_no_text_is_under_14_px(measured, name):
    assert [] == measured(name)["small"]


@pytest.mark.parametrize("name", PAGES)
def test_what_is_tapped_is_at_least_24_px(measured, name):
    """WCAG 2.2, 2.5.8; links within a sentence are let off there."""
    assert [] == measured(name)["tiny"]


@pytest.mark.parametrize("name", PAGES)
def test_paper_gets_no_form_and_no_way_about(measured, name):
    """Nothing on paper can be pressed or sent (pages §5); but a page that is a form alone stays one."""
    assert [] == measured(name)["printed"]
