"""Pictures large, in a real browser: by keyboard, mouse and touch, and without a script (pages §5, S16)."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from tests.live.running import running, until

WIDE = {"width": 1100, "height": 800}
NARROW = {"width": 320, "height": 640}
COLOURS = {"Dusk": "#c9746b", "Noon": "#6fa8bd", "Night": "#262442"}
LISTEN = """
window.refused = [];
addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
"""


def jpeg(color, size=(1800, 1200)):
    """A picture that is seen to lie one way up."""
    picture = Image.linear_gradient("L").resize(size)
    file = BytesIO()
    Image.composite(Image.new("RGB", size, color), Image.new("RGB", size, "#f3e9d2"), picture).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site with `photos` (three), `article` (with pictures in its text) and `note` (without)."""
    with running(tmp_path_factory.mktemp("lightbox") / "data") as made:
        made.start()
        made.owner()
        urls = {name: upload(made, jpeg(color)) for name, color in COLOURS.items()}
        small = upload(made, jpeg("#0b6156", (200, 100)))
        made.photos = made.micropub({"photo": [{"value": url, "alt": alt} for alt, url in urls.items()]})
        made.silent = made.micropub({"photo": [urls["Noon"]], "content": ["Nobody has described it."]})
        made.article = made.micropub(
            {
                "name": ["Of pictures"],
                "content": [
                    {
                        "html": f'<p>One <img src="{urls["Dusk"]}" alt="Dusk"></p>'
                        f'<p><a href="https://them.example/"><img src="{urls["Noon"]}" alt="Theirs"></a></p>'
                        f'<p>Small <img src="{small}" alt="Small"> and <img src="{urls["Night"]}"></p>'
                    }
                ],
            }
        )
        made.note = made.micropub({"content": ["No picture at all"]})
        until(lambda: made.page(made.photos).count("1600w") == 3)
        yield made


def upload(site, body):
    """The address of a file that was sent to the media endpoint."""
    answer = site.http.post(f"{site.home}micropub/media", files={"file": ("a.jpg", body)}, timeout=60)
    return answer.headers["Location"]


@pytest.fixture
def visit(chromium):
    """`visit(url, **context)` opens a page; in the end nobody may have complained."""
    contexts, said, pages = [], [], []

    def open_page(url, **options):
        context = chromium.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(LISTEN)
        # Why not that one: browsers look for it beside a file that is opened by itself.
        page.on("console", lambda message: message.location["url"].endswith("/favicon.ico") or said.append(message.text))
        page.on("pageerror", lambda error: said.append(f"{error}"))
        page.goto(url, wait_until="load")
        pages.append(page)
        return page

    yield open_page
    refused = [one for page in pages for one in page.evaluate("window.refused ?? []")]
    for context in contexts:
        context.close()
    assert ([], []) == (said, refused)


def shown(page):
    """The words under the open picture; None while there is none."""
    opened = page.locator("dialog.lightbox[open]")
    return opened.locator("p").last.text_content() if opened.count() else None


def is_loaded(page):
    page.wait_for_function("document.querySelector('.lightbox img').naturalWidth > 0")
    return True


class TestServed:
    def test_no_markup_of_it(self, site):
        """Only the words of its buttons, on the script's own element (S16)."""
        html = site.page(site.photos)
        assert ("<dialog" in html, html.count("lightbox")) == (False, 1)

    @pytest.mark.parametrize("name", ["note", "photos", "article"])
    def test_a_script_where_there_are_pictures(self, site, name):
        """And a policy that lets it run; elsewhere neither."""
        answer = site.http.get(getattr(site, name))
        has = "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert (has, has) == (name != "note", "<script" in answer.text)

    def test_on_lists_too(self, site):
        assert "lightbox.js" in site.page(f"{site.home}photos/")
        assert "<script" not in site.page(f"{site.home}notes/before/2000-01-01T00:00:00.000000Z-1")

    def test_no_more_than_5_kb_of_script(self, site):
        """All that a public page loads (pages §5)."""
        sizes = [len(site.http.get(f"{site.home}static/{name}").content) for name in ("lightbox.js",)]
        assert sum(sizes) <= 5 * 1024


class TestKeyboard:
    def test_enter_opens_and_the_way_out_has_the_focus(self, visit, site):
        page = visit(site.photos)
        page.locator("figure a").first.focus()
        page.keyboard.press("Enter")
        assert "Dusk · 1/3" == shown(page)
        assert "Close" == page.evaluate("document.activeElement.ariaLabel")
        assert is_loaded(page)

    def test_arrows_go_round(self, visit, site):
        page = visit(site.photos)
        page.locator("figure a").first.click()
        seen = []
        for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
            page.keyboard.press(key)
            seen.append(shown(page))
        assert ["Noon · 2/3", "Night · 3/3", "Dusk · 1/3", "Night · 3/3"] == seen

    def test_arrows_follow_the_lines(self, visit, site):
        """Where they run from the right, what comes next is to the left."""
        page = visit(site.photos)
        page.evaluate("document.documentElement.dir = 'rtl'")
        page.locator("figure a").first.click()
        page.keyboard.press("ArrowLeft")
        assert "Noon · 2/3" == shown(page)

    def test_escape_leads_back_to_the_link(self, visit, site):
        page = visit(site.photos)
        page.locator("figure a").nth(1).focus()
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Escape")
        assert None is shown(page)
        assert page.locator("figure a").nth(1).evaluate("link => link === document.activeElement")

    def test_tab_stays_within(self, visit, site):
        """And comes by every button."""
        page = visit(site.photos)
        page.locator("figure a").first.click()
        seen = [page.evaluate("document.activeElement.ariaLabel")]
        for _ in range(2):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.ariaLabel"))
        assert ["Close", "Previous picture", "Next picture"] == seen

    def test_ctrl_enter_is_the_browsers(self, visit, site):
        page = visit(site.photos)
        page.locator("figure a").first.focus()
        with page.context.expect_page() as opened:
            page.keyboard.press("Control+Enter")
        assert (None, True) == (shown(page), "/media/" in opened.value.url)


class TestMouse:
    @pytest.mark.parametrize("how", [{"modifiers": ["Control"]}, {"button": "middle"}, {"modifiers": ["Shift"]}])
    def test_a_tab_of_its_own_is_the_browsers(self, visit, site, how):
        page = visit(site.photos)
        with page.context.expect_page() as opened:
            page.locator("figure a").first.click(**how)
        opened.value.wait_for_load_state()
        assert (None, True) == (shown(page), opened.value.url.startswith(f"{site.home}media/"))

    def test_beside_the_picture_closes(self, visit, site):
        page = visit(site.photos)
        page.locator("figure a").first.click()
        assert is_loaded(page)
        page.mouse.click(20, 600)
        assert None is shown(page)

    def test_on_the_picture_does_not(self, visit, site):
        page = visit(site.photos)
        page.locator("figure a").first.click()
        assert is_loaded(page)
        page.locator(".lightbox img").click()
        assert "Dusk · 1/3" == shown(page)

    def test_its_buttons(self, visit, site):
        page = visit(site.photos)
        page.locator("figure a").first.click()
        page.get_by_role("button", name="Next picture").click()
        page.get_by_role("button", name="Previous picture").click()
        page.get_by_role("button", name="Previous picture").click()
        assert "Night · 3/3" == shown(page)
        page.get_by_role("button", name="Close").click()
        assert None is shown(page)

    def test_one_dialog_for_all(self, visit, site):
        """And no way on where there is one picture alone."""
        page = visit(f"{site.home}")
        for number in (1, 2, 1):
            page.locator("article").nth(number).locator("a[href*='/media/']").first.click()
            page.keyboard.press("Escape")
        assert 1 == page.locator("dialog").count()
        page.goto(site.silent)
        page.locator("figure a").click()
        assert ("", 1) == (shown(page), page.locator(".lightbox button:visible").count())


class TestTouch:
    @pytest.fixture
    def phone(self, visit, site):
        page = visit(site.photos, viewport=NARROW, has_touch=True, is_mobile=True)
        page.locator("figure a").first.tap()
        assert is_loaded(page)
        return page

    def swipe(self, page, x, y=0):
        """With one finger from the middle of the picture."""
        touch = page.context.new_cdp_session(page)
        points = [(160 + x * part / 4, 320 + y * part / 4) for part in range(5)]
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": points[0][0], "y": points[0][1]}]})
        for left, top in points[1:]:
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": left, "y": top}]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def test_a_tap_opens(self, phone):
        assert "Dusk · 1/3" == shown(phone)

    def test_swiping(self, phone):
        self.swipe(phone, -120)
        assert "Noon · 2/3" == shown(phone)
        self.swipe(phone, 120)
        assert "Dusk · 1/3" == shown(phone)

    @pytest.mark.parametrize("way", [(-20, 0), (-60, 200)])
    def test_a_little_or_downwards_is_no_swipe(self, phone, way):
        self.swipe(phone, *way)
        assert "Dusk · 1/3" == shown(phone)

    def test_no_sideways_scroll(self, phone):
        assert 320 >= phone.evaluate("document.querySelector('.lightbox').scrollWidth")

    def test_buttons_are_large_enough(self, phone):
        """44 px for what is used most (pages §5)."""
        sizes = phone.locator(".lightbox button").evaluate_all("all => all.map(e => [e.offsetWidth, e.offsetHeight])")
        assert [[44, 44]] * 3 == sizes


class TestArticle:
    def test_pictures_in_the_text_open(self, visit, site):
        """Those that lead to their own file; a picture that leads elsewhere still does."""
        page = visit(site.article)
        page.get_by_role("link", name="Dusk").click()
        seen = [shown(page)]
        page.keyboard.press("ArrowRight")
        assert ["Dusk · 1/2", "2/2"] == [*seen, shown(page)]

    def test_what_leads_elsewhere_does(self, site):
        html = site.page(site.article)
        assert '<a href="https://them.example/"><img ' in html
        assert 3 == html.count('"><img ')

    def test_a_small_one_is_whole_already(self, visit, site):
        page = visit(site.article)
        assert not page.locator("img[alt=Small]").evaluate("e => !!e.closest('a')")

    def test_what_nobody_described_has_a_name_all_the_same(self, visit, site):
        """WCAG 2.4.4."""
        assert 1 == visit(site.article).get_by_role("link", name="The whole picture").count()
        assert 1 == visit(site.silent).get_by_role("link", name="The whole picture").count()


class TestWithoutScript:
    def test_the_link_leads_to_the_whole_file(self, visit, site):
        page = visit(site.photos, java_script_enabled=False)
        page.locator("figure a").first.click()
        page.wait_for_url(f"{site.home}media/*.jpg")


class TestSeen:
    def test_the_copy_fits_the_screen(self, visit, site):
        page = visit(site.photos)
        page.locator("figure a").first.click()
        assert is_loaded(page)
        box = page.locator(".lightbox img").bounding_box()
        assert box["height"] <= 800
        assert 1.5 == pytest.approx(box["width"] / box["height"], abs=0.02)

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["320", "1100"])
    def test_axe_finds_nothing(self, visit, site, scheme, viewport):
        page = visit(site.photos, color_scheme=scheme, viewport=viewport, reduced_motion="reduce")
        page.locator("figure a").first.click()
        assert is_loaded(page)
        found = Axe().run(page).response["violations"]
        assert [] == [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]

    @pytest.mark.parametrize(("motion", "moves"), [("reduce", 0), ("no-preference", 1)])
    def test_nothing_moves_for_whom_motion_harms(self, visit, site, motion, moves):
        page = visit(site.photos, reduced_motion=motion)
        count = "() => { document.querySelector('figure a').click(); return document.getAnimations().length }"
        assert moves == page.evaluate(count)

    def test_the_page_behind_stays_where_it_is(self, visit, site):
        page = visit(site.photos, viewport={"width": 800, "height": 300})
        page.locator("figure a").first.click()
        assert "hidden" == page.evaluate("getComputedStyle(document.documentElement).overflowY")
