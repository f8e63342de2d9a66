"""What the script of the passkeys talks to, over HTTP (items 57, 68)."""

import contextlib
from datetime import datetime, timedelta

import pytest
import time_machine

from indie import wiring
from indie.config import Settings
from indie.errors import TooManyRequests
from indie.indieauth import owner as owners
from indie.site import passkeys, render
from tests.indieauth.authenticator import Authenticator

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
SIGN_IN = ("/signin/passkey/options", "/signin/passkey")
ACCOUNT = ("/account/passkeys/options", "/account/passkeys/register")
LARGEST_SCRIPT = 3 * 1024
"""In bytes."""


@pytest.fixture
def settings(tmp_path):
    """Of a site whose address may have passkeys."""
    return Settings(data=tmp_path / "data", url="http://localhost:5000/")


@pytest.fixture
def clock():
    """The time stands still; `clock.shift(seconds)`."""
    with time_machine.travel(NOW, tick=False) as stopped:
        yield stopped


@pytest.fixture
def device():
    return Authenticator()


@pytest.fixture
def signed_in(clock, client, owner):
    """The owner's browser, in which he signed in by password."""
    assert 303 == client.post("/signin", data={"password": "correct horse"}).status_code
    return client


@pytest.fixture
def visitor(signed_in, device):
    """Somebody's browser, with no session; the device has a passkey of the site."""
    assert 200 == make(signed_in, device, "Laptop").status_code
    return signed_in.application.test_client()


def make(browser, device, name=""):
    options = browser.post(ACCOUNT[0], json={}).text
    return browser.post(ACCOUNT[1], json={"credential": device.create(options), "name": name})


def sign(browser, device, wanted="", **more):
    """Sign in; the site's last answer."""
    options = browser.post(SIGN_IN[0], json={}, **more)
    if options.status_code != 200:
        return options
    return browser.post(SIGN_IN[1], json={"credential": device.get(options.text), "next": wanted}, **more)


def challenges(store):
    return store.database.one("SELECT count(*) AS made FROM challenges")["made"]


class TestRegister:
    def test_200_and_the_page_of_passkeys_comes_next(self, signed_in, device, store):
        answer = make(signed_in, device, "Laptop")

        assert (200, {"next": "/account/passkeys"}) == (answer.status_code, answer.json)
        assert ["Laptop"] == [passkey.name for passkey in store.passkeys.all()]

    @pytest.mark.parametrize("path", ACCOUNT)
    def test_401_for_whoever_is_not_signed_in(self, client, owner, store, path):
        answer = client.post(path, json={})

        assert (401, "Sign in to see this page.") == (answer.status_code, answer.json["error_description"])
        assert 0 == challenges(store)

    @pytest.mark.parametrize("path", ACCOUNT)
    def test_401_for_an_owner_who_left_his_desk(self, signed_in, clock, path):
        """A passkey is another way in: who makes one proves that it is he."""
        clock.shift(timedelta(minutes=15))
        answer = signed_in.post(path, json={})

        assert (401, "Confirm that it is you.") == (answer.status_code, answer.json["error_description"])

    def test_400_for_one_that_is_known(self, visitor, signed_in, device):
        answer = make(signed_in, device)

        assert (400, "This passkey is known already.") == (answer.status_code, answer.json["error_description"])


class TestSignIn:
    def test_200_with_a_session_begun_by_passkey(self, visitor, device, store):
        answer = sign(visitor, device, "/auth?client_id=https%3A%2F%2Fapp.example%2F")

        assert (200, {"next": "/auth?client_id=https%3A%2F%2Fapp.example%2F"}) == (answer.status_code, answer.json)
        assert 200 == visitor.get("/account").status_code
        assert {"password", "passkey"} == {session.method for session in store.sessions.all(NOW)}

    def test_it_confirms_who_left_his_desk(self, visitor, signed_in, device, clock):
        """In the same browser: the old session gives way to a new one."""
        clock.shift(timedelta(minutes=15))
        assert 303 == signed_in.get("/account/passkeys").status_code
        assert 200 == sign(signed_in, device).status_code
        assert 200 == signed_in.get("/account/passkeys").status_code

    def test_nobody_is_sent_to_another_site(self, visitor, device):
        for wanted in ("", "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", None, ["/auth"]):
            assert {"next": "/account"} == sign(visitor, device, wanted).json

    def test_403_for_a_stranger_and_no_cookie(self, visitor):
        stranger = Authenticator()
        answer = sign(visitor, stranger)

        assert (403, "forbidden") == (answer.status_code, answer.json["error"])
        assert "Set-Cookie" not in answer.headers

    def test_403_for_the_same_answer_again(self, visitor, device):
        body = {"credential": device.get(visitor.post(SIGN_IN[0], json={}).text)}

        assert [200, 403] == [visitor.post(SIGN_IN[1], json=body).status_code for _ in range(2)]

    def test_no_cookie_with_the_options(self, visitor):
        """Who only looks stays unknown."""
        assert "Set-Cookie" not in visitor.post(SIGN_IN[0], json={}).headers


class TestTooMany:
    def test_429_after_five_challenges_from_one_address(self, visitor, store):
        """With Retry-After; what is refused makes no row."""
        before = challenges(store)
        answers = [visitor.post(SIGN_IN[0], json={}) for _ in range(6)]

        assert [200] * 5 + [429] == [answer.status_code for answer in answers]
        assert ("60", before + 5) == (answers[-1].headers["Retry-After"], challenges(store))
        assert "try again in 60 seconds" in answers[-1].json["error_description"]

    def test_a_minute_later_there_is_another(self, visitor, clock):
        for _ in range(5):
            visitor.post(SIGN_IN[0], json={})
        clock.shift(timedelta(minutes=1))

        assert [200, 429] == [visitor.post(SIGN_IN[0], json={}).status_code for _ in range(2)]

    def test_failures_count(self, visitor):
        """Without any challenge, too."""
        assert [403] * 5 + [429] * 2 == [visitor.post(SIGN_IN[1], json={}).status_code for _ in range(7)]
        assert 429 == visitor.post(SIGN_IN[0], json={}).status_code

    def test_they_count_with_wrong_passwords(self, visitor):
        """There is one count for all ways in."""
        for _ in range(5):
            assert 403 == visitor.post("/signin", data={"password": "wrong"}).status_code

        assert 429 == visitor.post(SIGN_IN[0], json={}).status_code

    def test_another_address_has_tries_of_its_own(self, visitor, device):
        elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
        for _ in range(6):
            visitor.post(SIGN_IN[0], json={})

        assert 200 == sign(visitor, device, environ_overrides=elsewhere).status_code

    def test_the_whole_world_cannot_lock_a_passkey_out(self, visitor, device, store):
        """Nobody guesses one: where every password has to wait, it opens."""
        for number in range(owners.TRIES_OF_ALL):
            with contextlib.suppress(TooManyRequests):
                owners.take_a_try(store, f"192.0.2.{number}", NOW)
        fresh = {"REMOTE_ADDR": "198.51.100.1"}

        assert 429 == visitor.post("/signin", data={"password": "correct horse"}, environ_overrides=fresh).status_code
        assert 200 == sign(visitor, device, environ_overrides=fresh).status_code

    def test_a_success_forgets_them(self, visitor, device):
        for _ in range(4):
            visitor.post(SIGN_IN[0], json={})
        assert 200 == sign(visitor, device).status_code
        assert [200] * 5 == [visitor.post(SIGN_IN[0], json={}).status_code for _ in range(5)]

    def test_nobody_is_refused_where_limits_are_off(self, settings, visitor, store):
        """INDIE_RATE_LIMIT=off."""
        free = wiring.create_app(Settings(data=settings.data, url=settings.url, rate_limit=False), store).test_client()

        assert {200} == {free.post(SIGN_IN[0], json={}).status_code for _ in range(9)}
        assert {403} == {free.post(SIGN_IN[1], json={}).status_code for _ in range(9)}


class TestRequests:
    @pytest.mark.parametrize("path", SIGN_IN + ACCOUNT)
    def test_403_for_what_another_site_sends(self, visitor, signed_in, path):
        """The cookie would come along; also from a page of a sister domain."""
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}):
            assert 403 == signed_in.post(path, json={}, headers=headers).status_code

    @pytest.mark.parametrize("path", SIGN_IN + ACCOUNT)
    def test_400_for_what_is_no_object(self, signed_in, path):
        for body in ("", "null", "[]", '"x"', "{", "[" * 20_000, b"\xff"):
            answer = signed_in.post(path, data=body, content_type="application/json")
            assert (400, "invalid_request") == (answer.status_code, answer.json["error"])

    @pytest.mark.parametrize("path", SIGN_IN + ACCOUNT)
    def test_400_for_what_does_not_say_that_it_is_json(self, signed_in, path):
        """A page of another site can send a form or plain text without being asked; JSON it cannot."""
        for kind in ("application/x-www-form-urlencoded", "text/plain", ""):
            assert 400 == signed_in.post(path, data="{}", content_type=kind).status_code

    @pytest.mark.parametrize("path", SIGN_IN + ACCOUNT)
    def test_413_for_what_is_larger_than_any_passkey(self, signed_in, path):
        answer = signed_in.post(path, json={"name": "x" * passkeys.LARGEST_ANSWER})

        assert 413 == answer.status_code
        assert "larger than 64 KB" in answer.json["error_description"]

    def test_no_answer_is_kept_by_a_cache(self, signed_in, device):
        assert "no-store" == signed_in.post(ACCOUNT[0], json={}).headers["Cache-Control"]
        assert "no-store" == signed_in.post(SIGN_IN[0], json={}).headers["Cache-Control"]


class TestNowhere:
    """404 with the reason where there can be none."""

    @pytest.mark.parametrize(
        ("url", "reason"), [("http://127.0.0.1:5000/", "is a number"), ("http://olaf.example/", "need https")]
    )
    @pytest.mark.parametrize("path", SIGN_IN)
    def test_an_address_that_may_have_none(self, tmp_path, store, storage, owner, url, reason, path):
        site = wiring.create_app(Settings(data=tmp_path / "data", url=url), store).test_client()
        answer = site.post(path, json={})

        assert (404, True) == (answer.status_code, reason in answer.json["error_description"])

    @pytest.mark.parametrize("path", SIGN_IN)
    def test_a_site_without_an_owner(self, client, path):
        assert 404 == client.post(path, json={}).status_code


def test_the_script_is_small():
    assert LARGEST_SCRIPT >= len((render.STATIC / "passkey.js").read_bytes())
