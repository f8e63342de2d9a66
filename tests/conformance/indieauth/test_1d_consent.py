"""What the owner is shown and what his answer does: items 32 to 38 of the requirements."""

import dataclasses
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from indie import times, wiring
from indie.indieauth import tokens
from indie.store import Store
from tests.conformance.indieauth.conftest import (
    APP,
    BACK,
    DOCUMENT,
    ME,
    NOW,
    STATE,
    Flow,
    returned,
    s256,
)

NO_PKCE = {"code_challenge": None, "code_challenge_method": None}
SCOPES = ["create", "draft", "update", "delete", "undelete", "media", "profile", "email"]


def forms(answer):
    """Where the page's policy lets its forms lead."""
    directives = [each.split() for each in answer.headers["Content-Security-Policy"].split(";")]
    return {source for name, *sources in directives if name == "form-action" for source in sources}


def rows(store, table):
    return store.database.query(f"SELECT * FROM {table}")


class Test1dPage:
    """32: what the page says."""

    def test_32_a1_the_whole_address_of_the_app(self, flow):
        asked = "https://app.example:8443/some/app?version=1"
        page = flow.consent(client_id=asked, redirect_uri="https://app.example:8443/back")

        assert asked in [each.get_text(strip=True) for each in page.page.select(".address")]

    def test_32_a1_the_host_of_its_home_page(self, flow, document):
        document(client_uri="https://json.example/")
        page = flow.consent(client_id=DOCUMENT, redirect_uri="https://json.example/back")

        assert "Its home page json.example" in page.text

    def test_32_a1_its_name_as_a_claim(self, flow, document):
        document()

        assert "It calls itself Json App" in flow.consent(client_id=DOCUMENT, redirect_uri="https://json.example/back").text

    def test_32_a1_the_host_that_the_answer_goes_to(self, flow, document):
        document(redirect_uris=["https://other.example:8443/back"])
        page = flow.consent(client_id=DOCUMENT, redirect_uri="https://other.example:8443/back")

        assert "The answer goes to other.example:8443" in page.text

    def test_32_a1_who_the_owner_will_be(self, flow):
        assert f"You are {ME}" in flow.consent().text

    @pytest.mark.parametrize("scope", SCOPES)
    def test_32_a1_each_scope_with_a_box_and_a_sentence(self, flow, scope):
        box = flow.consent(scope=" ".join(SCOPES)).boxes[scope]
        words = box.find_parent("label").select_one(".sentence").get_text().split()

        assert len(words) > 2

    @pytest.mark.parametrize("scope", SCOPES)
    def test_32_a1_each_of_them_ticked(self, flow, scope):
        assert scope in flow.consent(scope=" ".join(SCOPES)).ticked

    def test_32_a1_for_how_long(self, flow):
        chosen = flow.consent().page.select_one('select[name="lifetime"] option[selected]')

        assert ("365", "A year") == (chosen["value"], chosen.get_text())

    @pytest.mark.parametrize(("more", "says"), [({}, "(PKCE)"), (NO_PKCE, "(no PKCE)")])
    def test_32_a1_whether_pkce_is_used(self, flow, more, says):
        assert says in flow.consent(**more).text

    def test_32_a1_the_first_time(self, flow):
        assert "It asks for the first time" in flow.consent().text

    def test_32_a1_and_the_next(self, flow):
        flow.code()

        assert "You allowed it before" in flow.consent().text

    def test_32_a1_another_apps_consent_is_none_of_its_own(self, flow):
        flow.code()

        assert "It asks for the first time" in flow.consent(client_id=f"{APP}other").text

    def test_32_a1_nobody_sees_it_without_signing_in(self, stranger):
        answer = stranger.ask()

        assert (303, "/signin") == (answer.status_code, urlsplit(answer.location).path)

    def test_32_a1_a_page_alone_grants_nothing(self, flow, store):
        flow.consent()

        assert [] == rows(store, "codes") + rows(store, "grants")


class Test1dScopes:
    """33: the owner decides."""

    def test_33_a2_what_he_unticks_is_not_granted(self, flow):
        assert "create media" == flow.redeem(flow.code(ticked=["create", "media"], scope="create update media")).json["scope"]

    @pytest.mark.parametrize("forged", ["delete", "profile", "create delete", "*"])
    def test_33_a2_what_was_not_asked_for_is_not_granted(self, flow, forged):
        """The server works it out from the request that it kept, not from the form."""
        code = flow.code(ticked=["create", forged], scope="create")

        assert "create" == flow.redeem(code).json["scope"]

    @pytest.mark.parametrize(
        "forged", [{"client_id": "https://evil.example/"}, {"redirect_uri": "https://evil.example/back"}, {"state": "evil"}]
    )
    def test_33_a2_nothing_else_in_the_form_counts(self, flow, forged):
        answer = flow.decide(flow.consent(), **forged)

        assert "evil" not in answer.location

    def test_33_a2_with_nothing_ticked_it_only_learns_who_he_is(self, flow):
        code = flow.code(ticked=[])

        assert {"me": ME} == flow.redeem(code, at="/auth").json

    def test_33_a2_and_gets_no_token(self, flow):
        assert "invalid_scope" == flow.redeem(flow.code(ticked=[])).json["error"]

    @pytest.mark.parametrize(("lifetime", "seconds"), [("1", 86_400), ("30", 30 * 86_400), ("365", 365 * 86_400), ("0", None)])
    def test_33_a2_he_says_for_how_long(self, flow, lifetime, seconds):
        assert seconds == flow.tokens(form={"lifetime": lifetime}).get("expires_in")

    @pytest.mark.parametrize("forged", ["", "36500", "-1", "1.5", "x", "NaN"])
    def test_33_a2_no_other_time_than_those_of_the_form(self, flow, forged):
        assert 365 * 86_400 == flow.tokens(form={"lifetime": forged})["expires_in"]


class Test1dHandle:
    """34: the page belongs to one session."""

    @pytest.mark.parametrize("decision", ["approve", "deny"])
    @pytest.mark.parametrize("handle", ["", "x", "A" * 43, "\ud800"])
    def test_34_a3_a_guessed_handle_is_refused(self, flow, decision, handle):
        page = flow.consent()
        page.handle = handle.encode("utf-8", "surrogatepass")

        assert 400 == flow.decide(page, decision).status_code

    @pytest.mark.parametrize("decision", ["approve", "deny"])
    def test_34_a3_another_sessions_handle_is_refused(self, site, flow, decision):
        other = Flow(site)
        other.sign_in()

        assert 400 == other.decide(flow.consent(), decision).status_code

    @pytest.mark.parametrize("decision", ["approve", "deny"])
    def test_34_a3_without_a_session_nothing_is_decided(self, flow, stranger, decision):
        answer = stranger.decide(flow.consent(), decision)

        assert (303, "/signin") == (answer.status_code, urlsplit(answer.location).path)

    def test_34_a3_it_works_once(self, flow):
        page = flow.consent()
        flow.decide(page)

        assert 400 == flow.decide(page).status_code

    def test_34_a3_no_two_are_the_same(self, flow):
        assert 3 == len({flow.consent().handle for _ in range(3)})

    def test_34_a3_it_cannot_be_guessed(self, flow):
        assert re.fullmatch(r"[A-Za-z0-9_-]{22,}", flow.consent().handle)

    def test_34_a3_only_its_digest_is_kept(self, flow, store):
        handle = flow.consent().handle

        assert [tokens.digest(handle)] == [row["hash"] for row in rows(store, "authorization_requests")]

    def test_34_a3_the_request_outlives_a_restart(self, flow, settings, store, frozen_web):
        page = flow.consent()
        store.database.close()
        again = Store.open(settings)
        later = wiring.create_app(settings, again, web=frozen_web).test_client()
        later.set_cookie("indie", flow.browser.get_cookie("indie").value)
        answer = later.post("/auth/approve", data={"request": page.handle, "scope": page.ticked})
        again.database.close()

        assert returned(answer)["code"]

    def test_34_a3_two_tabs_do_not_mix(self, flow):
        one, two = flow.consent(state="one", scope="create"), flow.consent(state="two", scope="media")
        told = [returned(flow.decide(page)) for page in (two, one)]

        assert [("two", "media"), ("one", "create")] == [
            (each["state"], flow.redeem(each["code"]).json["scope"]) for each in told
        ]

    def test_34_a3_after_an_hour_the_page_is_too_old(self, flow, clock):
        page = flow.consent()
        clock.shift(timedelta(hours=1, seconds=1))

        assert 400 == flow.decide(page).status_code

    def test_34_a3_signing_out_ends_it(self, flow):
        page = flow.consent()
        flow.browser.post("/signout")
        flow.sign_in()

        assert 400 == flow.decide(page).status_code

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://site.example"},
        ],
    )
    @pytest.mark.parametrize("path", ["/auth/approve", "/auth/deny"])
    def test_34_a3_no_other_site_can_send_the_form(self, flow, path, headers):
        page = flow.consent()
        answer = flow.browser.post(path, data={"request": page.handle, "scope": page.ticked}, headers=headers)

        assert 403 == answer.status_code

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://site.example"}])
    def test_34_a3_our_own_page_can(self, flow, headers):
        page = flow.consent()
        answer = flow.browser.post("/auth/approve", data={"request": page.handle, "scope": page.ticked}, headers=headers)

        assert returned(answer)["code"]


class Test1dHeaders:
    """35: what the browser is told."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store")],
    )
    def test_35_a4_the_page_says(self, flow, name, value):
        assert value == flow.ask().headers[name]

    def test_35_a4_no_page_may_frame_it(self, flow):
        assert "frame-ancestors 'none'" in flow.ask().headers["Content-Security-Policy"]

    def test_35_a4_its_form_may_lead_to_the_app(self, flow, document):
        """Chromium looks at the redirect of a form's answer too."""
        document(redirect_uris=["https://other.example:8443/back"])
        answer = flow.ask(client_id=DOCUMENT, redirect_uri="https://other.example:8443/back")

        assert {"'self'", "https://other.example:8443"} <= forms(answer)

    def test_35_a4_also_to_an_app_with_a_scheme_of_its_own(self, flow, document):
        document(redirect_uris=["com.example.app:/back"])

        assert {"'self'", "com.example.app:"} <= forms(flow.ask(client_id=DOCUMENT, redirect_uri="com.example.app:/back"))

    def test_35_a4_no_address_can_add_to_the_policy(self, flow):
        answer = flow.ask(redirect_uri="https://app.example;script-src%20*/back")

        assert "script-src *" not in answer.headers.get("Content-Security-Policy", "")

    @pytest.mark.parametrize("decision", ["approve", "deny"])
    def test_35_a4_the_redirect_sends_nothing_of_the_form_along(self, flow, decision):
        """302 or 303, never 307."""
        assert flow.decide(flow.consent(), decision).status_code in (302, 303)

    @pytest.mark.parametrize(("name", "value"), [("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")])
    def test_35_a4_the_redirect_is_kept_nowhere(self, flow, name, value):
        assert value == flow.decide(flow.consent()).headers[name]

    @pytest.mark.parametrize("word", ["SameSite=Lax", "HttpOnly", "Path=/"])
    def test_35_a4_the_cookie_of_the_session_is(self, stranger, word):
        assert word in stranger.sign_in().headers["Set-Cookie"].split("; ")

    @pytest.mark.parametrize("word", ["Secure", "SameSite=Lax", "HttpOnly", "Path=/"])
    def test_35_a4_over_https_it_is(self, site, settings, store, frozen_web, word):
        app = wiring.create_app(dataclasses.replace(settings, url="https://site.example/"), store, web=frozen_web)
        cookie = Flow(app).sign_in().headers["Set-Cookie"].split("; ")

        assert (True, True) == (cookie[0].startswith("__Host-indie="), word in cookie)

    def test_35_a4_nobody_who_does_not_sign_in_gets_one(self, stranger):
        answers = [stranger.ask(), stranger.browser.get("/"), stranger.browser.get("/signin"), stranger.sign_in("wrong")]

        assert [] == [answer for answer in answers if "Set-Cookie" in answer.headers]


class Test1dAnswer:
    """36 and 37: what the app is told."""

    def test_36_a5_a_code_with_state_and_iss(self, flow):
        told = flow.allow()

        assert ({"code", "state", "iss"}, STATE) == ({*told}, told["state"])

    def test_36_a5_iss_is_the_issuer_of_the_metadata(self, flow):
        metadata = flow.app.get("/.well-known/oauth-authorization-server").json

        assert metadata["issuer"] == flow.allow()["iss"]

    def test_36_a5_it_goes_to_the_redirect_uri(self, flow):
        assert flow.decide(flow.consent()).location.startswith(f"{BACK}?code=")

    def test_36_a5_me_for_an_app_that_asked_with_me_and_without_pkce(self, flow):
        """The form in which shpub looks for it."""
        assert ME == flow.allow(me=ME, **NO_PKCE)["me"]

    @pytest.mark.parametrize("more", [{"me": ME}, NO_PKCE, {}])
    def test_36_a5_and_for_no_other(self, flow, more):
        assert "me" not in flow.allow(**more)

    def test_37_a6_a_denial_is_told_as_one(self, flow):
        told = returned(flow.decide(flow.consent(), "deny"))

        assert ("access_denied", STATE, ME) == (told["error"], told["state"], told["iss"])

    def test_37_a6_without_a_code(self, flow, store):
        assert ("code" in returned(flow.decide(flow.consent(), "deny")), []) == (False, rows(store, "codes"))

    def test_37_a6_a_denied_page_can_not_be_allowed_afterwards(self, flow):
        page = flow.consent()
        flow.decide(page, "deny")

        assert 400 == flow.decide(page).status_code


class Test1dCode:
    """38: the code."""

    def test_38_a7_it_has_128_random_bits_or_more(self, flow):
        assert re.fullmatch(r"indie_code_[A-Za-z0-9_-]{22,}", flow.code())

    def test_38_a7_no_two_are_the_same(self, flow):
        assert 5 == len({flow.code() for _ in range(5)})

    def test_38_a7_only_its_digest_is_kept(self, flow, store):
        code = flow.code()
        (row,) = rows(store, "codes")

        assert (tokens.digest(code), False) == (row["hash"], code in f"{row}")

    def test_38_a7_it_can_be_redeemed_for_five_minutes(self, flow, clock):
        code = flow.code()
        clock.shift(timedelta(minutes=4, seconds=59))

        assert 200 == flow.redeem(code).status_code

    def test_38_a7_and_no_longer(self, flow, clock):
        """Ten are the most that the specification allows."""
        code = flow.code()
        clock.shift(timedelta(minutes=5))

        assert "invalid_grant" == flow.redeem(code).json["error"]

    def test_38_a7_it_is_bound_to_what_was_asked_and_granted(self, flow, store):
        flow.code(ticked=["create"])
        (row,), (grant,) = rows(store, "codes"), rows(store, "grants")

        assert (APP, BACK, "create", s256("3f1c" * 16), times.sortable(NOW)) == (
            grant["client_id"], row["redirect_uri"], grant["scope"], row["challenge"], row["created"],
        )  # fmt: skip

    def test_38_a7_a_stolen_database_opens_nothing(self, flow, store):
        """No column holds a code that could be redeemed."""
        flow.code()
        kept = [row["hash"] for row in rows(store, "codes")]

        assert [400] == [flow.redeem(digest).status_code for digest in kept]


def test_32_a1_a_lookalike_of_a_known_app_is_warned_of(flow):
    flow.code(client_id="https://quill.example/", redirect_uri="https://quill.example/back")
    page = flow.consent(client_id="https://qui11.example/", redirect_uri="https://qui11.example/back")

    assert "quill.example" in page.page.select_one(".alarm").get_text()
