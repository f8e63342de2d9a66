"""The owner's own pages in a real browser: axe, narrow screens, the walk from an app and back with the keyboard alone."""

import io
import json
import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from indie import times
from indie.store.subscribers import Asked
from tests.live.running import people, running, until

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDE = {"width": 1100, "height": 800}
NARROW = {"width": 320, "height": 640}  # also 1280 px at 400 % (WCAG 1.4.10)
STRANGERS = ("sign in", "help", "refused")
OWNERS = (
    *("consent", "without PKCE", "who", "shpub", "apps and keys", "key", "introspection"),
    *("sessions", "passkeys", "password", "followers"),
)
PKCE = {"code_challenge": "c" * 43, "code_challenge_method": "S256"}
PRIMARY = 44
"""The least height of what is pressed, in pixels."""


class Pages(dict):
    """Pages by their path, whatever their query."""

    def get(self, path, default=None):
        return super().get(path.partition("?")[0], default)


@pytest.fixture(scope="module")
def writer():
    """Somebody's app: `id` describes it, `back` is where it is answered, so is `onwards`, which leads to another host."""
    with people("127.0.0.2", "127.0.0.3") as (app, other):
        app.other = other
        app.document = {
            "client_id": f"{app.home}id",
            "client_name": "Writer",
            "client_uri": app.home,
            "logo_uri": f"{app.home}logo.png",
            "policy_uri": f"{app.home}privacy",
            "redirect_uris": [f"{app.home}back", f"{app.home}onwards"],
        }
        other.pages = Pages({"/landed": "<title>Landed</title>"})
        app.pages = Pages({
            "/id": (200, {"Content-Type": "application/json"}, json.dumps(app.document)),
            "/logo.png": (200, {"Content-Type": "image/png"}, logo()),
            "/back": "<title>Back</title>",
            "/onwards": (302, {"Location": f"{other.home}landed"}, ""),
        })  # fmt: skip
        yield app


def logo():
    file = io.BytesIO()
    Image.new("RGB", (200, 200), "#33658a").save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory, writer):
    """The owner's site, with a key of each kind; `pages` has the address of each page, `ask` that of a consent page."""
    with running(tmp_path_factory.mktemp("consent") / "data") as made:
        made.home = made.settings["INDIE_URL"] = f"http://localhost:{made.port}/"
        made.start()
        made.owner()

        def ask(**changes):
            usual = {
                "response_type": "code",
                "client_id": f"{writer.home}id",
                "redirect_uri": f"{writer.home}back",
                "state": "st8",
                "scope": "create update media profile frobnicate",
                **PKCE,
            }
            return f"{made.home}auth?{urlencode({k: v for k, v in (usual | changes).items() if v is not None})}"

        without = dict.fromkeys(PKCE)
        shpub = {"client_id": "http://cweiske.de/shpub.htm", "redirect_uri": "http://127.0.0.1:12345/callback"}
        made.ask = ask
        made.pages = {
            "sign in": f"{made.home}signin?{urlencode({'next': urlsplit(ask())._replace(scheme='', netloc='').geturl()})}",
            "help": f"{made.home}auth",
            "refused": ask(redirect_uri="https://evil.example/"),
            "consent": ask(),
            "without PKCE": ask(scope="create update delete", **without),
            "who": ask(scope=None),
            "shpub": ask(**shpub, **without),
            "apps and keys": f"{made.home}account",
            "key": f"{made.home}account/keys/new",
            "introspection": f"{made.home}account/keys/new?kind=key",
            "sessions": f"{made.home}account/sessions",
            "passkeys": f"{made.home}account/passkeys",
            "password": f"{made.home}account/password",
            "followers": f"{made.home}account/followers",
            "theme": f"{made.home}account/theme",
        }
        follow(made, "reader.example")
        follow(made, f"{'long-' * 11}name.example", failing="It answered 500")
        yield made


def follow(site, host, failing=""):
    """Somebody there follows the home page in real time."""
    store = site.store()
    with store.write():
        made = store.subscribers.ask(site.home, f"https://{host}/", host, Asked("subscribe", 1, "", ""), times.now())
        store.subscribers.confirm(made, "", times.now() + timedelta(days=1))
        if failing:
            store.subscribers.failed(made, 500, failing)
    store.database.close()


@pytest.fixture(scope="module")
def signed_in(chromium, site):
    """The cookies of the owner's browser, in which an app and a key made by hand are at home."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.ask())
    sign_in(page)
    press(page, "Allow")
    page.goto(site.pages["key"])
    page.get_by_label("What it is for").fill("A script")
    page.get_by_label("Publish new posts").check()
    press(page, "Make it")
    yield context.storage_state()
    context.close()


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


def sign_in(page):
    page.get_by_label("Password").fill("correct horse")
    press(page, "Sign in")


def press(page, name):
    """Press a button that leads to another page; the answer of that."""
    with page.expect_navigation() as moved:
        page.get_by_role("button", name=name, exact=True).click()
    return moved.value


def show(page, address):
    """Open a page, and all of it that is folded."""
    answer = page.goto(address)
    for folded in page.locator("summary").all():
        folded.click()
    return answer


@pytest.fixture
def show_to(tab, site, request):
    """`show_to("consent", color_scheme="dark")`: the page, as the one who may see it has it on his screen."""

    def open_(name, **options):
        cookies = {"storage_state": request.getfixturevalue("signed_in")} if name in OWNERS else {}
        page = tab(**cookies, **options)
        show(page, site.pages[name])
        return page

    return open_


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", STRANGERS + OWNERS)
def test_axe_finds_nothing(show_to, name, scheme):
    """WCAG 2.2 AA and good practice."""
    found = Axe().run(show_to(name, color_scheme=scheme), options=RULES).response["violations"]
    assert [] == [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


@pytest.mark.parametrize("name", STRANGERS + OWNERS)
def test_no_sideways_scroll_on_320_px(show_to, name):
    page = show_to(name, viewport=NARROW)
    assert 320 >= page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("name", STRANGERS + OWNERS)
def test_what_is_pressed_is_large_enough(show_to, name):
    """Buttons, fields, and the whole line of a box."""
    page = show_to(name, viewport=NARROW)
    seen = "button, select, .box, input:not([type=hidden], [type=checkbox])"
    small = f"[...document.querySelectorAll('{seen}')].filter(e => e.offsetHeight && e.offsetHeight < {PRIMARY})"
    assert [] == page.evaluate(f"{small}.map(e => e.outerHTML)")


@pytest.mark.parametrize("name", OWNERS)
def test_it_asks_nobody_else_and_is_silent(tab, site, signed_in, name):
    """Every request goes to the site itself; no word on the console, so the Content-Security-Policy lets all through."""
    page, asked, said = tab(storage_state=signed_in), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    show(page, site.pages[name])
    page.wait_for_load_state("networkidle")
    # Chromium notes on the console that the self-test was answered with 401, which is what it wants to hear.
    noted = [line for line in said if name != "apps and keys" or "status of 401" not in line]
    assert ([], []) == ([url for url in asked if not url.startswith(site.home)], noted)


class TestWalk:
    """From an app to the owner's site, and back."""

    def test_with_the_keyboard_and_without_script(self, tab, site, writer):
        """Sign in, take a tick away, allow; the app has its code."""
        page = tab(java_script_enabled=False)
        page.goto(site.ask(state="by keys"))
        until(lambda: focused(page, "#password"), pause=0)
        page.keyboard.type("correct horse")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "Let this app in?" == page.locator("h1").inner_text()

        until(lambda: focused(page, "[value=update]"), pause=0)
        page.keyboard.press("Space")
        until(lambda: focused(page, "button"), pause=0)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        sent = dict(parse_qsl(urlsplit(page.url).query))
        assert (f"{writer.home}back", "by keys", site.home) == (page.url.partition("?")[0], sent["state"], sent["iss"])
        assert sent["code"].startswith("indie_code_")

    def test_a_live_session_is_not_asked_again(self, tab, site, writer, signed_in):
        """Also by a link on the app's page, which is another site."""
        writer.pages["/start"] = f'<a href="{site.ask().replace("&", "&amp;")}">Sign in</a>'
        page = tab(storage_state=signed_in)
        page.goto(f"{writer.home}start")
        with page.expect_navigation():
            page.get_by_role("link").click()
        assert "Let this app in?" == page.locator("h1").inner_text()

    def test_an_app_may_send_people_on(self, tab, site, writer, signed_in):
        """From its callback to another host: browsers hold `form-action` against that too."""
        page = tab(storage_state=signed_in)
        page.goto(site.ask(redirect_uri=f"{writer.home}onwards"))
        page.get_by_role("button", name="Allow").click()
        page.wait_for_url(f"{writer.other.home}landed")

    def test_denied_the_app_hears_it(self, tab, site, writer, signed_in):
        page = tab(storage_state=signed_in)
        page.goto(site.ask())
        page.get_by_role("button", name="Deny").click()
        page.wait_for_url(re.compile(re.escape(f"{writer.home}back?error=access_denied")))

    def test_its_logo_comes_from_here(self, tab, site, signed_in):
        """Once the worker has fetched it."""
        page = tab(storage_state=signed_in)

        def seen():
            page.goto(site.ask())
            return page.locator(".app img").count() == 1

        until(seen)
        assert page.locator(".app img").get_attribute("src").startswith(f"{site.home}media/")
        assert page.locator(".app img").evaluate("i => i.naturalWidth > 0")


def focused(page, selector):
    """Go one on with the Tab key; whether it stands there now."""
    page.keyboard.press("Tab")
    return page.locator(f"{selector}:focus").count() == 1


class TestAccount:
    def test_it_tells_that_keys_arrive(self, tab, site, signed_in):
        """Item 66: by the script; the command is for others."""
        page = tab(storage_state=signed_in)
        page.goto(site.pages["apps and keys"])
        page.get_by_text("Yes: the header arrives.").wait_for()
        assert not page.get_by_text("curl").is_visible()

    def test_without_script_it_tells_how_to_find_out(self, tab, site, signed_in):
        page = tab(storage_state=signed_in, java_script_enabled=False)
        page.goto(site.pages["apps and keys"])
        assert page.get_by_text("curl").is_visible()

    def test_another_sites_form_does_nothing(self, tab, site, writer, signed_in):
        """Sent by the owner's own browser (DESIGN §10)."""
        writer.pages["/evil"] = f'<form action="{site.home}account/revoke" method="post"><button>Win</button></form>'
        page = tab(storage_state=signed_in)
        page.goto(f"{writer.home}evil")
        assert 403 == press(page, "Win").status
        page.goto(site.pages["apps and keys"])
        assert page.get_by_text("A script", exact=True).is_visible()

    def test_signed_out_one_has_to_sign_in(self, tab, site):
        """In a browser of its own: the others stay."""
        page = tab()
        page.goto(site.pages["sessions"])
        sign_in(page)
        assert "Sessions" == page.locator("h1").inner_text()
        press(page, "Sign out")
        page.goto(site.pages["sessions"])
        assert "Sign in" == page.locator("h1").inner_text()
