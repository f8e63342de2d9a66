"""The default theme in a real browser: axe, narrow screens, nothing asked of anybody else."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath

import pytest
from axe_playwright_python.sync_playwright import Axe

from indie.site import headers, render
from tests.site.samples import HOME, PAGES, PICTURES

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript"}


class Samples(BaseHTTPRequestHandler):
    """Every sample at `/NAME`, with the pictures that it shows."""

    def do_GET(self):
        path = PurePosixPath(self.path.partition("?")[0])
        kind = TYPES.get(path.suffix, "text/html; charset=utf-8")
        policy = headers.POLICY
        if path.parent == PurePosixPath("/static"):
            body = (render.STATIC / path.name).read_bytes()
        elif path.parent == PurePosixPath("/media"):
            body = PICTURES.get(path.stem, "").encode()
        else:
            here = f"http://127.0.0.1:{self.server.server_port}/"
            html = render.page(PAGES[path.name]).replace(f"{HOME}media/", f"{here}media/")
            body, policy = html.encode(), headers.policy(html)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def site():
    """The address of a server of samples."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Samples) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module", params=["light", "dark"])
def scheme(request, chromium):
    """A page of ordinary width in each colour scheme."""
    context = chromium.new_context(color_scheme=request.param, viewport={"width": 1100, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def narrow(chromium):
    """A page 320 px wide, which is also 1280 px at 400 %."""
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(chromium):
    """A fresh page."""
    context = chromium.new_context(viewport={"width": 1100, "height": 800})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(scheme, site, name):
    """WCAG 2.2 AA and good practice, tap targets of 24 px among them."""
    scheme.goto(site + name)
    # Deviation: the status page looks again until its state is final; nothing is typed there that could be lost.
    off = {"meta-refresh": {"enabled": False}} if name == "status" else {}
    found = Axe().run(scheme, options={**RULES, "rules": off})
    assert [] == [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found.response["violations"]]


@pytest.mark.parametrize("name", PAGES)
def test_no_sideways_scroll_at_320(narrow, site, name):
    narrow.goto(site + name)
    assert 320 >= narrow.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("name", PAGES)
def test_no_text_under_14_px(narrow, site, name):
    narrow.goto(site + name)
    small = narrow.evaluate(
        """() => [...document.querySelectorAll("body *")]
        .filter(e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
        .filter(e => parseFloat(getComputedStyle(e).fontSize) < 14 && !e.closest("[aria-hidden]"))
        .map(e => e.outerHTML)"""
    )
    assert [] == small


@pytest.mark.parametrize("name", ["permalink", "home", "setup", "hostile-talk"])
def test_nothing_is_asked_of_others_and_nothing_is_blocked(tab, site, name):
    """No request leaves the site, and the page needs nothing that our Content-Security-Policy refuses."""
    asked, said = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(site + name, wait_until="networkidle")
    assert ([], []) == ([url for url in asked if not url.startswith(site)], said)


@pytest.mark.parametrize(
    ("name", "colours"),
    [("permalink", ["rgb(201, 116, 107)"]), ("kind-photo", ["rgb(201, 116, 107)", "rgb(111, 168, 189)"])],
)
def test_the_place_of_a_picture_has_its_colour_until_it_is_there(scheme, site, name, colours):
    """All of the place, as large as the picture will be; and no policy is broken."""
    said, held = [], []
    scheme.on("console", lambda message: said.append(message.text))

    def hold(route):
        held.append(route)

    scheme.route(re.compile("/media/(ridge|harbour)"), hold)
    scheme.goto(site + name, wait_until="domcontentloaded")
    for picture in scheme.locator("article img[class*=c-]").all():
        picture.scroll_into_view_if_needed()
    places = scheme.locator("article img[class*=c-]").evaluate_all(
        "all => all.map(e => [getComputedStyle(e).backgroundColor, e.naturalWidth, e.clientHeight > 100])"
    )
    for route in held:
        route.abort()
    scheme.unroute_all()

    assert [[colour, 0, True] for colour in colours] == places
    assert [] == [line for line in said if "Content Security Policy" in line]


def test_at_most_five_requests_but_pictures(tab, site):
    asked = []
    tab.on("request", lambda request: asked.append(request.resource_type))
    tab.goto(site + "permalink", wait_until="networkidle")
    assert 5 >= len([kind for kind in asked if kind != "image"])


def test_the_first_tab_shows_the_skip_link(tab, site):
    tab.goto(site + "permalink")
    tab.keyboard.press("Tab")
    assert tab.locator(":focus").bounding_box()["y"] >= 0
    assert "Skip to the text" == tab.locator(":focus").text_content()


def test_focus_is_seen(tab, site):
    """A line of 3 px round whatever has the focus."""
    tab.goto(site + "permalink")
    for _ in range(12):
        tab.keyboard.press("Tab")
        assert "3px" == tab.evaluate("getComputedStyle(document.activeElement).outlineWidth")


def test_a_reply_that_is_asked_for_stands_out(tab, site):
    tab.goto(site + "permalink#c-3")
    ground = "e => getComputedStyle(e).backgroundColor"
    asked, other = (tab.locator(f"#{id_} > .comment-text").evaluate(ground) for id_ in ("c-3", "c-5"))
    assert asked != other


def indents(page):
    """Where the replies of a chain begin, each distance once, in px from the first."""
    lefts = page.evaluate("[...document.querySelectorAll('.comment')].map(e => e.getBoundingClientRect().left)")
    return sorted({round(left - lefts[0]) for left in lefts})


def test_replies_are_indented_three_times_at_most(tab, site):
    tab.goto(site + "deep")
    assert 4 == len(indents(tab))


def test_replies_are_indented_once_on_a_narrow_screen(narrow, site):
    narrow.goto(site + "deep")
    assert 2 == len(indents(narrow))


def test_what_is_not_indented_says_what_it_answers(tab, site):
    tab.goto(site + "deep")
    seen = [tab.locator(f"#c-{number} > .reply-to").is_visible() for number in range(2, 10)]
    assert [False] * 3 + [True] * 5 == seen


def test_arabic_runs_from_the_right(tab, site):
    tab.goto(site + "kind-arabic")
    assert "rtl" == tab.locator(".e-content").evaluate("e => getComputedStyle(e).direction")
    assert "rtl" == tab.locator("h1").evaluate("e => getComputedStyle(e).direction")


def test_the_measure_is_no_wider_than_38_rem(tab, site):
    tab.goto(site + "permalink")
    assert 38 * 16 >= tab.locator(".prose").bounding_box()["width"]


def test_paper_gets_words_and_addresses(tab, site):
    """No form, no faces; where a link leads stands beside it."""
    tab.goto(site + "permalink")
    tab.emulate_media(media="print")
    assert not tab.locator(".respond").is_visible()
    assert not tab.locator(".faces").first.is_visible()
    after = tab.locator(".e-content a").first.evaluate("e => getComputedStyle(e, '::after').content")
    assert re.search(r"https://platform\.example/p/1", after)


def test_the_lines_of_a_thread_meet_the_faces(tab, site):
    """The line goes down from the middle of the parent's face."""
    tab.goto(site + "permalink")
    face = tab.locator("#c-1 > .comment-by .face").bounding_box()
    start = tab.locator("#c-1").evaluate("e => parseFloat(getComputedStyle(e, '::before').left)")
    assert face["width"] / 2 == pytest.approx(start, abs=1)
