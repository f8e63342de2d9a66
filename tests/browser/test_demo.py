"""The whole site in a real browser: the example conversation, every page that a visitor may meet, both forms."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.live.running import command, people, running

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDE = {"width": 1100, "height": 800}
NARROW = {"width": 320, "height": 640}  # also 1280 px at 400 % (WCAG 1.4.10)
PAGES = ("home", "letter", "photo", "reply", "webmention", "status", "missing", "gone", "setup")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The example, served; `pages` has the address of each kind of page."""
    with running(tmp_path_factory.mktemp("demo") / "data") as made:
        example = command(made.data, "demo", **made.settings)
        assert example.returncode == 0, example.stderr
        made.start()
        token = command(made.data, "token", "--scope", "create delete", **made.settings).stdout.split()[-1]
        made.http.headers["Authorization"] = f"Bearer {token}"
        letter = example.stdout.split()[-1]
        gone = made.micropub({"content": ["Not for long"]})
        made.http.post(f"{made.home}micropub", data={"action": "delete", "url": gone}).raise_for_status()
        with people("127.0.0.3") as (other,):
            status = made.mention(f"{other.home}nothing", letter)
            made.verified(status)
        made.pages = {
            "home": made.home,
            "letter": letter,
            "photo": re.search(r'class="u-url u-uid" href="(\S+/2026/07/19/\S+)"', made.page(made.home))[1],
            "reply": re.search(r'href="(\S+/reply-to-\S+)"', made.page(letter))[1],
            "webmention": f"{made.home}webmention",
            "status": status,
            "missing": f"{made.home}nothing/here",
            "gone": gone,
        }
        yield made


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A site that nobody owns yet; `link` is what `serve` printed."""
    with running(tmp_path_factory.mktemp("empty") / "data") as made:
        made.start()
        made.link = re.search(r"http://\S+", made.said())[0]
        yield made


@pytest.fixture(scope="module")
def addresses(site, empty):
    return {**site.pages, "setup": empty.link}


@pytest.fixture
def tab(chromium):
    """`tab(color_scheme="dark")` opens a fresh page, in a context of its own."""
    contexts = []

    def fresh(**options):
        contexts.append(chromium.new_context(**{"viewport": WIDE, **options}))
        return contexts[-1].new_page()

    yield fresh
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(tab, addresses, name, scheme):
    """WCAG 2.2 AA and good practice."""
    page = tab(color_scheme=scheme)
    page.goto(addresses[name])
    found = Axe().run(page, options=RULES).response["violations"]
    assert [] == [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


@pytest.mark.parametrize("name", PAGES)
def test_no_sideways_scroll_on_320_px(tab, addresses, name):
    page = tab(viewport=NARROW)
    page.goto(addresses[name])
    assert 320 >= page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("name", PAGES)
def test_it_asks_nobody_else_and_says_nothing(tab, addresses, name):
    """Every request goes to the site itself; no cookie, nothing kept, no word on the console (so no CSP violation)."""
    page, asked, said = tab(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    answer = page.goto(addresses[name])
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    home = re.match(r"http://[^/]+/", addresses[name])[0]
    # Chromium itself notes on the console that a page was answered with an error.
    noted = [line for line in said if answer.ok or f"status of {answer.status}" not in line]
    assert ([], []) == ([url for url in asked if not url.startswith(home)], noted)
    assert ([], 0) == (page.context.cookies(), page.evaluate("localStorage.length + sessionStorage.length"))


def test_every_picture_of_the_letter_is_there(tab, site):
    """Lazy ones too, once they are in sight."""
    page = tab()
    page.goto(site.pages["letter"])
    for picture in page.locator("img").all():
        picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert [] == page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.outerHTML)")


def test_the_first_tab_reaches_the_skip_link(tab, site):
    page = tab()
    page.goto(site.pages["letter"])
    page.keyboard.press("Tab")
    assert ("#main", True) == (
        page.locator(":focus").get_attribute("href"),
        page.locator(":focus").is_visible(),
    )
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_paper_gets_no_form(tab, site):
    page = tab()
    page.goto(site.pages["letter"])
    page.emulate_media(media="print")
    assert not page.locator("form").is_visible()
    assert page.locator(".comment").first.is_visible()


class TestWebmentionForm:
    """The form below a post, by a visitor whose browser runs no script."""

    @pytest.fixture
    def letter(self, tab, site):
        page = tab(java_script_enabled=False)
        page.goto(site.pages["letter"])
        return page

    def test_the_letter_is_whole(self, letter):
        assert (5, 5) == (letter.locator(".comment").count(), letter.locator(".facepile li").count())

    def test_a_bad_address_is_refused_in_words(self, letter, site):
        """An address that the browser lets pass; the answer says what is wrong with it."""
        letter.get_by_label("Address of your post").fill("ftp://ada.example/post")
        with letter.expect_navigation() as moved:
            letter.get_by_role("button", name="Send").click()
        assert 400 == moved.value.status
        assert "The source cannot be used" in letter.locator("main").inner_text()

    def test_a_good_one_is_followed_to_the_end(self, letter, site):
        """The status page, which looks again by itself, then the answer under the letter."""
        with people("127.0.0.3") as (other,):
            other.pages["/answer"] = f"""<article class="h-entry"><p class="p-author h-card">Vera Visitor</p>
                <a class="u-in-reply-to" href="{site.pages["letter"]}">re</a>
                <p class="e-content">By a form.</p></article>"""
            letter.get_by_label("Address of your post").fill(f"{other.home}answer")
            letter.get_by_role("button", name="Send").click()
            assert letter.url.startswith(f"{site.home}webmention/")
            letter.get_by_role("link", name="See it where it stands").click(timeout=30_000)
        assert site.pages["letter"] == letter.url.partition("#")[0]
        assert "By a form." in letter.locator(":target").inner_text()
