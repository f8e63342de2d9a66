"""Whether it is the owner who asks: his sessions, their cookie, and what other sites may not make his browser do."""

from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from indie import wiring
from indie.indieauth import session, tokens

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
FORM = {"password": "correct horse"}


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def browser(clock, client, owner):
    """A browser in which the owner is signed in."""
    assert 303 == client.post("/signin", data=FORM).status_code
    return client


@pytest.fixture
def is_in(browser):
    """`is_in()`: whether it still is."""
    return lambda: 200 == browser.get("/account").status_code


class TestCookie:
    def test_it_is_256_random_bits(self, browser):
        assert 43 == len(browser.get_cookie("indie").value)

    def test_its_digest_alone_is_kept(self, browser, store):
        (row,) = store.database.query("SELECT hash FROM sessions")

        assert tokens.digest(browser.get_cookie("indie").value) == row["hash"]

    def test_the_digest_opens_nothing(self, browser, is_in, store):
        """What a stolen database holds is no cookie."""
        (row,) = store.database.query("SELECT hash FROM sessions")
        browser.set_cookie("indie", row["hash"])

        assert not is_in()

    @pytest.mark.parametrize("value", ["", "x", "é", "A" * 43, "x" * 4000])
    def test_no_other_opens_anything(self, browser, is_in, value):
        browser.set_cookie("indie", value)

        assert not is_in()

    def test_signing_in_again_ends_the_one_before(self, browser, is_in):
        before = browser.get_cookie("indie").value
        browser.post("/signin", data=FORM)
        after = browser.get_cookie("indie").value
        browser.set_cookie("indie", before)

        assert (True, False) == (before != after, is_in())

    def test_one_that_was_planted_does_not_become_the_owners(self, client, owner, store):
        """Session fixation."""
        client.set_cookie("indie", "planted")
        client.post("/signin", data=FORM)

        assert "planted" != client.get_cookie("indie").value
        assert None is store.sessions.find(tokens.digest("planted"), NOW)

    def test_signing_out_takes_it_away(self, browser):
        browser.post("/signout")

        assert None is browser.get_cookie("indie")

    def test_over_https_the_plain_name_counts_for_nothing(self, settings, store, owner):
        """A page without TLS, or of another host, could have set it."""
        app = wiring.create_app(settings.__class__(data=settings.data, url="https://site.example/"), store).test_client()
        app.post("/signin", data=FORM, base_url="https://site.example/")
        app.set_cookie("indie", app.get_cookie("__Host-indie", "site.example").value, domain="site.example")
        app.delete_cookie("__Host-indie", domain="site.example")

        assert 303 == app.get("/account", base_url="https://site.example/").status_code


class TestLife:
    @pytest.mark.parametrize(("after", "alive"), [(timedelta(days=29, hours=23), True), (timedelta(days=30), False)])
    def test_it_ends_after_thirty_days_without_use(self, is_in, clock, after, alive):
        clock.shift(after)

        assert alive is is_in()

    def test_use_keeps_it_alive(self, is_in, clock):
        seen = []
        for _ in range(4):
            clock.shift(timedelta(days=29))
            seen.append(is_in())

        assert [True] * 4 == seen

    @pytest.mark.parametrize("path", ["/account/keys/new", "/account/password", "/account/passkeys"])
    @pytest.mark.parametrize(("after", "status"), [(timedelta(minutes=14, seconds=59), 200), (timedelta(minutes=15), 303)])
    def test_for_what_opens_doors_a_quarter_of_an_hour(self, browser, clock, path, after, status):
        clock.shift(after)

        assert status == browser.get(path).status_code

    def test_then_he_proves_it_once_more(self, browser, clock):
        clock.shift(timedelta(hours=1))
        wanted = browser.get("/account/password").location
        browser.post("/signin", data=FORM)

        assert ("/signin?next=%2Faccount%2Fpassword", 200) == (wanted, browser.get("/account/password").status_code)


class TestSignInFirst:
    def test_a_page_leads_back_to_itself(self, client):
        """With its query, as it was sent."""
        answer = client.get("/account/keys/new?kind=key&x=%FF")

        assert (303, f"/signin?next={quote('/account/keys/new?kind=key&x=%FF', safe='')}") == (answer.status_code, answer.location)

    def test_a_form_leads_to_the_account(self, client):
        """What was typed is gone."""
        assert "/signin?next=%2Faccount" == client.post("/account/keys/new").location

    def test_a_script_is_told_in_json(self, client):
        answer = client.post("/account/keys/new", json={})

        assert (401, "unauthorized") == (answer.status_code, answer.json["error"])

    def test_no_cache_keeps_it(self, client):
        assert "no-store" == client.get("/account").headers["Cache-Control"]


class TestLocalPath:
    @pytest.mark.parametrize("path", ["/", "/account", "/auth?client_id=https%3A%2F%2Fapp.example%2F&state=%FF", "/a//b"])
    def test_a_path_of_this_site_stays(self, path):
        assert path == session.local_path(path)

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "account",
            "//evil.example/",
            "///evil.example/",
            "/\\evil.example/",
            "\\\\evil.example/",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\t/evil.example/",
            "/\n/evil.example/",
            " /account",
            "/ü",
            "/account\r\nSet-Cookie: x=y",
        ],
    )
    def test_all_else_leads_to_the_account(self, path):
        assert "/account" == session.local_path(path)

    @pytest.mark.parametrize("evil", ["//evil.example/", "https://evil.example/", "/\\evil.example/"])
    def test_nobody_is_sent_to_another_site_after_signing_in(self, client, owner, evil):
        sent = [
            client.post("/signin", data=FORM | {"next": evil}).location,
            client.get(f"/signin?next={quote(evil, safe='')}").location,
        ]

        assert ["/account", "/account"] == sent


OURS = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    {"Origin": "http://site.example"},
]
THEIRS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://site.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://site.example.evil.example"},
    {"Origin": "http://site.example:8080"},
    {"Origin": "null"},
    {"Origin": "nonsense"},
]


class TestCrossSite:
    @pytest.mark.parametrize("headers", OURS)
    def test_our_own_form_is_taken(self, browser, headers):
        assert 303 == browser.post("/signout", headers=headers).status_code

    @pytest.mark.parametrize("headers", THEIRS)
    def test_that_of_another_site_is_refused(self, browser, is_in, headers):
        assert (403, True) == (browser.post("/signout", headers=headers).status_code, is_in())

    @pytest.mark.parametrize("path", ["/signin", "/signin/passkey", "/signin/passkey/options", "/account/passkeys/register", "/setup/x"])
    def test_also_where_nobody_is_signed_in(self, client, path):
        """Or another site signs the owner in to somebody else's session."""
        assert 403 == client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code

    def test_a_link_from_another_site_is_followed(self, browser):
        """Apps lead here."""
        assert 200 == browser.get("/account", headers={"Sec-Fetch-Site": "cross-site"}).status_code

    @pytest.mark.parametrize("path", ["/token", "/revoke", "/introspect"])
    def test_what_no_cookie_opens_is_for_all(self, client, path):
        assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code in (400, 401)
