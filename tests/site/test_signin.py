"""The page on which the owner proves that it is he (DESIGN §2, §10)."""

from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from indie import times
from indie.config import Settings
from indie.store.passkeys import Passkey
from tests.conformance.indieauth.conftest import APP


def page(answer):
    return BeautifulSoup(answer.text, "lxml")


class TestForm:
    def test_a_password_manager_knows_what_to_fill_in(self, stranger):
        """The site's address as user name, which nobody can change, and the current password."""
        form = page(stranger.browser.get("/signin")).select_one("form.fields")
        name, password = form.find(id="username"), form.find(id="password")

        assert ("username", "http://site.example/", True) == (name["autocomplete"], name["value"], name.has_attr("readonly"))
        assert ("current-password", "password") == (password["autocomplete"], password["type"])

    def test_it_is_kept_nowhere_and_in_nobodys_frame(self, stranger):
        """IA-A4."""
        headers = stranger.browser.get("/signin").headers

        assert ("no-store", "DENY", "noindex") == tuple(
            headers[name] for name in ("Cache-Control", "X-Frame-Options", "X-Robots-Tag")
        )
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]

    def test_it_names_the_app_that_waits(self, stranger):
        """Where the way goes on to its consent page."""
        wanted = f"/auth?{urlencode(stranger.query())}"

        assert APP == page(stranger.browser.get("/signin", query_string={"next": wanted})).main.b.string

    @pytest.mark.parametrize("path", ["/account", "/authors"])
    def test_elsewhere_it_names_none(self, stranger, path):
        wanted = f"{path}?{urlencode(stranger.query())}"

        assert None is page(stranger.browser.get("/signin", query_string={"next": wanted})).main.b

    def test_nor_where_the_app_asks_for_nonsense(self, stranger):
        assert None is page(stranger.browser.get("/signin?next=/auth?client_id=nonsense")).main.b

    def test_no_passkey_no_button_and_no_script(self, stranger):
        found = page(stranger.browser.get("/signin"))

        assert [] == found("script") + found.select("[data-passkey]")


class TestPasskey:
    @pytest.fixture
    def settings(self, tmp_path):
        """Of a site whose address may have passkeys."""
        return Settings(data=tmp_path / "data", url="http://localhost:5000/")

    def test_it_has_a_button_which_its_script_shows(self, stranger, store):
        """Hidden until then; it goes on to where the form does."""
        with store.write():
            store.passkeys.add(Passkey("id", b"key", 0, (), "Laptop", times.now()))
        found = page(stranger.browser.get("/signin?next=/account/sessions"))

        assert found.find("script")["src"].startswith("/static/passkey.js?v=")
        button = found.select_one("[data-passkey]")
        assert (True, "signin", "/account/sessions") == (button.has_attr("hidden"), button["data-passkey"], button["data-next"])


class TestSignIn:
    @pytest.mark.parametrize("wanted", ["/account", "/auth?state=%C3%A4+%2B&x=1"])
    def test_303_to_where_it_was_wanted(self, stranger, wanted):
        answer = stranger.sign_in(to=wanted)

        assert (303, wanted) == (answer.status_code, answer.location)

    @pytest.mark.parametrize("wanted", ["", "https://evil.example/", "//evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:x"])
    def test_never_to_another_site(self, stranger, wanted):
        assert "/account" == stranger.sign_in(to=wanted).location

    def test_no_script_reads_the_cookie_and_no_site_sends_it_along_with_a_form(self, stranger):
        cookie = stranger.sign_in().headers["Set-Cookie"]

        assert ("indie=", True, True) == (cookie[:6], "HttpOnly" in cookie, "SameSite=Lax" in cookie)

    def test_a_wrong_password_is_403_with_the_form_again(self, stranger):
        """What is wrong in words beside the field; nothing of what was typed; no cookie; the way on is kept."""
        answer = stranger.sign_in("wrong horse", to="/account/sessions")
        found = page(answer)

        assert (403, None) == (answer.status_code, answer.headers.get("Set-Cookie"))
        assert "This is not the password of this site." == found.find(id="password-error").string
        assert "wrong horse" not in answer.text
        assert "/account/sessions" == found.find("input", attrs={"name": "next"})["value"]
        assert found.title.string.startswith("Error: ")

    def test_too_many_are_429_and_told_when_to_come_back(self, stranger):
        """Also with the right password, else it would be told apart."""
        codes = [stranger.sign_in("wrong horse").status_code for _ in range(6)]
        answer = stranger.sign_in()

        assert ([403] * 5 + [429], 429, None) == (codes, answer.status_code, answer.headers.get("Set-Cookie"))
        assert f"try again in {answer.headers['Retry-After']} seconds" in page(answer).find(id="password-error").string

    def test_a_minute_later_it_opens(self, stranger, clock):
        for _ in range(6):
            stranger.sign_in("wrong horse")
        clock.shift(60)

        assert 303 == stranger.sign_in().status_code

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site"}])
    @pytest.mark.parametrize("path", ["/signin", "/signout"])
    def test_another_sites_form_is_403(self, flow, path, headers):
        """And changes nothing."""
        answer = flow.browser.post(path, data={"password": "correct horse"}, headers=headers)

        assert (403, None) == (answer.status_code, answer.headers.get("Set-Cookie"))
        assert 200 == flow.browser.get("/account").status_code


class TestConfirm:
    def test_who_has_just_signed_in_goes_on_at_once(self, flow):
        answer = flow.browser.get("/signin?next=/account/password")

        assert (303, "/account/password") == (answer.status_code, answer.location)

    def test_after_a_quarter_of_an_hour_it_asks_once_more(self, flow, clock):
        """And says why; then the page opens."""
        clock.shift(16 * 60)
        sent = flow.browser.get("/account/password")

        assert (303, "/signin?next=%2Faccount%2Fpassword") == (sent.status_code, sent.location)
        assert "Confirm that it is you" == page(flow.browser.get(sent.location)).h1.string
        assert "/account/password" == flow.sign_in(to="/account/password").location
        assert 200 == flow.browser.get("/account/password").status_code


class TestSignOut:
    def test_the_session_is_over(self, flow):
        """The cookie goes, and would open nothing any more."""
        kept = flow.browser.get_cookie("indie").value
        answer = flow.browser.post("/signout")

        assert (303, "http://site.example/", None) == (answer.status_code, answer.location, flow.browser.get_cookie("indie"))
        flow.browser.set_cookie("indie", kept)
        assert 303 == flow.browser.get("/account").status_code

    def test_of_who_is_not_signed_in_nothing_is_asked(self, stranger):
        assert 303 == stranger.browser.post("/signout").status_code


class TestWithoutOwner:
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_404_says_who_can_change_that(self, client, method):
        """No form: there is nobody to be."""
        answer = getattr(client, method)("/signin")

        assert (404, None) == (answer.status_code, page(answer).form)
        assert "Nobody lives here yet" == page(answer).h1.string


def test_the_owners_link_stands_on_no_page_of_visitors(flow):
    """Nor for himself: what is public looks the same to everybody."""
    answer = flow.browser.get("/")

    assert ([], []) == (page(answer).select('[href^="/account"]'), page(answer)("script"))
