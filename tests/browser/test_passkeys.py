"""Passkeys in a real browser, with an authenticator of its own making (item 68)."""

import base64
import hashlib
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from indie import times
from indie.indieauth import passkeys
from indie.store.passkeys import Passkey
from tests.live.running import people, running, until

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def running_site(tmp_path_factory):
    """The owner's site at http://localhost:…/, as passkeys are for names."""
    with running(tmp_path_factory.mktemp("passkeys") / "data") as made:
        made.home = f"http://localhost:{made.port}/"
        made.settings["INDIE_URL"] = made.home
        made.start()
        made.owner()
        yield made


@pytest.fixture
def store(running_site):
    """The store of the site, where nobody is signed in, nobody came too often, and no passkey is known."""
    opened = running_site.store()
    for table in ("passkeys", "limits", "sessions"):
        opened.database.execute(f"DELETE FROM {table}")
    yield opened
    opened.database.close()


@pytest.fixture
def site(running_site, store):
    return running_site


@pytest.fixture
def app():
    """An app on another site."""
    with people("127.0.0.2") as (elsewhere,):
        elsewhere.pages["/"] = "<!doctype html><title>An app</title>"
        yield elsewhere


@pytest.fixture
def page(chromium):
    """A page of a browser that nobody has used before."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


class Device:
    """The virtual authenticator of a page, whose owner's finger is always on it."""

    def __init__(self, page):
        self.wire = page.context.new_cdp_session(page)
        self.wire.send("WebAuthn.enable")
        self.id = self.wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def passkeys(self):
        return self.wire.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def finger(self, *, known):
        """Whose finger it is from now on."""
        self.wire.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": known})


@pytest.fixture
def device(page):
    return Device(page)


def sign_in(page, site, wanted="/account/passkeys"):
    page.goto(f"{site.home}signin?{urlencode({'next': wanted})}")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()


def add(page, name):
    page.get_by_label("What it is called").fill(name)
    page.get_by_role("button", name="Add a passkey").click()


def message(page):
    """What the script says, once it has said it."""
    return until(lambda: (said := page.locator("[data-passkey-message]").inner_text()) and "asks you now" not in said and said)


@contextmanager
def quiet(page, *hosts):
    """No page of the site has anything in the console, and nobody is asked but these."""
    errors, strangers = [], []
    page.on("console", lambda said: urlsplit(said.location["url"]).hostname == "localhost" and errors.append(said.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda asked: urlsplit(asked.url).hostname in hosts or strangers.append(asked.url))
    yield

    assert ([], []) == (errors, strangers)


def test_from_the_first_passkey_to_a_post(page, device, site, app):
    """Made on the account page, signed out, signed in with it on the way to the consent page, a token, a post."""
    asked = {
        "response_type": "code",
        "client_id": app.home,
        "redirect_uri": f"{app.home}back",
        "state": "abc",
        "scope": "create",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    with quiet(page, "localhost", "127.0.0.2"):
        sign_in(page, site)
        add(page, "My laptop")
        page.get_by_text("My laptop").first.wait_for()
        assert 1 == len(device.passkeys())
        page.get_by_role("button", name="Sign out").click()
        assert [] == page.context.cookies()

        page.goto(f"{site.home}auth?{urlencode(asked)}")
        assert "Sign in" == page.locator("h1").inner_text()
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("button", name="Allow").click()
        page.wait_for_url(f"{app.home}back?**", wait_until="commit")

    answer = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    assert ("abc", site.home) == (answer["state"], answer["iss"])
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "client_id": app.home,
        "redirect_uri": f"{app.home}back",
        "code_verifier": VERIFIER,
    }
    said = site.visitor().post(f"{site.home}token", data=form, timeout=60).json()
    assert ("create", site.home) == (said["scope"], said["me"])
    post = site.visitor(f"Bearer {said['access_token']}").post(
        f"{site.home}micropub", data={"h": "entry", "content": "By passkey."}, timeout=60
    )
    assert 201 == post.status_code
    assert "By passkey." in site.page(post.headers["Location"])


def test_a_device_that_has_one_says_so(page, device, site, store):
    """Nothing is made, on either side."""
    sign_in(page, site)
    add(page, "One")
    page.get_by_text("Remove One").wait_for()
    add(page, "Two")

    assert "This device has a passkey for this site already." == message(page)
    assert (["One"], 1) == ([passkey.name for passkey in store.passkeys.all()], len(device.passkeys()))


def test_the_wrong_finger_opens_nothing(page, device, site):
    """The sentence stands where a screen reader hears of it; the right finger opens afterwards."""
    sign_in(page, site)
    add(page, "Mine")
    page.get_by_text("Remove Mine").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site.home}signin")
    device.finger(known=False)
    page.get_by_role("button", name="Use a passkey").click()

    assert "That was cancelled, or took too long; try again." == message(page)
    assert "status" == page.locator("[data-passkey-message]").get_attribute("role")
    device.finger(known=True)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site.home}account")


def test_what_the_site_has_against_a_passkey_is_told(page, device, site, store):
    """Here it was removed while the page stood open."""
    sign_in(page, site)
    add(page, "Lost")
    page.get_by_text("Remove Lost").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site.home}signin")
    store.passkeys.remove(store.passkeys.all()[0].id)
    page.get_by_role("button", name="Use a passkey").click()

    assert passkeys.STRANGE == message(page)


def test_removing_one_on_the_page_ends_all_other_sessions(page, device, site, store):
    """Item 57."""
    sign_in(page, site)
    add(page, "Old phone")
    page.get_by_text("Remove Old phone").wait_for()
    store.sessions.add("another", "passkey", times.now(), "192.0.2.1", "")
    page.get_by_role("button", name="Remove Old phone").click()

    page.get_by_text("There is none yet").wait_for()
    assert ["password"] == [session.method for session in store.sessions.all(times.now())]


def test_who_left_his_desk_confirms_with_a_passkey_and_comes_back(page, device, site, store):
    sign_in(page, site)
    add(page, "First")
    page.get_by_text("Remove First").wait_for()
    store.database.execute("UPDATE sessions SET confirmed = '2026-01-01T00:00:00.000000Z'")
    add(page, "Second")
    page.wait_for_url(f"{site.home}signin?**")
    assert "Confirm that it is you" == page.locator("h1").inner_text()
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url(f"{site.home}account/passkeys")


def test_enter_in_the_name_makes_one(page, device, site, store):
    """And leaves the page no other way."""
    sign_in(page, site)
    page.get_by_label("What it is called").fill("By keyboard")
    page.keyboard.press("Enter")
    page.get_by_text("Remove By keyboard").wait_for()

    assert ["By keyboard"] == [passkey.name for passkey in store.passkeys.all()]


def test_one_without_a_name_is_called_after_the_browser(page, device, site, store):
    sign_in(page, site)
    add(page, "")
    page.get_by_text("Remove Chrome on Linux").wait_for()


def test_at_another_address_of_the_site_there_are_none(page, device, site, store):
    """A passkey is for one name; the sentence says so."""
    sign_in(page, site)
    add(page, "Mine")
    page.get_by_text("Remove Mine").wait_for()
    page.goto(f"http://127.0.0.1:{site.port}/signin")
    page.get_by_role("button", name="Use a passkey").click()

    assert "There are no passkeys at this address; open the site by its own." == message(page)


@pytest.mark.parametrize("way", ["no script", "no WebAuthn"])
def test_a_browser_that_can_do_without_is_shown_no_button(chromium, site, store, way):
    """The password still opens; the page of passkeys says what is missing."""
    store.passkeys.add(Passkey("id", b"key", 0, (), "Elsewhere", times.now()))
    context = chromium.new_context(java_script_enabled=way != "no script")
    context.add_init_script("delete window.PublicKeyCredential")
    page = context.new_page()
    page.goto(f"{site.home}signin")
    button = page.locator("[data-passkey]")

    assert (1, False) == (button.count(), button.is_visible())
    sign_in(page, site)
    assert (1, False) == (button.count(), button.is_visible())
    assert "A browser that runs the script of this page can add one." == page.locator("[data-passkey-message]").inner_text()
    context.close()
