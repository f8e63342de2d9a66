"""The consent page, as the owner sees it and as his browser sends it back (IA-A1 to A6; §1d, items 17–24, 32–37)."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from indie import mirror
from indie.indieauth import tokens
from indie.site import consent
from indie.store.media import AVATAR, HERE, Medium
from tests.conformance.indieauth.conftest import APP, DOCUMENT, NOW, STATE, Consent, returned

JSON_BACK = "https://json.example/back"
SHPUB = {
    "client_id": "http://cweiske.de/shpub.htm",
    "redirect_uri": "http://127.0.0.1:12345/callback",
    "code_challenge": None,
    "code_challenge_method": None,
    "me": "http://site.example/",
    "state": "1784635200",
}
"""What shpub sends."""


def facts(found):
    """The lines of the page's list, by their terms."""
    return {term.string: term.find_next("dd").get_text(" ", strip=True) for term in found.page.select(".facts dt")}


class TestPage:
    def test_the_name_is_a_claim_and_the_address_a_fact(self, flow, document):
        document(client_uri="https://json.example/", policy_uri="/privacy")
        found = flow.consent(client_id=DOCUMENT, redirect_uri=JSON_BACK)

        assert f"It calls itself Json App . {DOCUMENT} It asks for the first time." in found.text
        assert {"Its home page": "json.example", "Its privacy policy": "json.example/privacy"}.items() <= facts(found).items()

    def test_an_app_that_says_nothing_has_an_address_alone(self, flow):
        assert f"It gives no name. {APP}" in flow.consent().text

    def test_who_was_allowed_before_is_known_again(self, flow, clock):
        flow.allow()
        clock.shift(24 * 60 * 60)

        assert "You allowed it before, on 23 July 2026 ." in flow.consent().text

    def test_it_says_who_is_told_of_and_where_the_answer_goes(self, flow):
        assert ("http://site.example/", "app.example") == tuple(facts(flow.consent()).values())[:2]

    @pytest.mark.parametrize("where", ["com.example.app:/callback", "http://127.0.0.1:8000/back", "http://localhost/back"])
    def test_where_the_host_says_too_little_the_whole_address_stands(self, flow, document, where):
        document(redirect_uris=[where])

        assert where in facts(flow.consent(client_id=DOCUMENT, redirect_uri=where))["The answer goes to"]

    def test_each_scope_is_a_box_with_a_sentence(self, flow):
        """Those that we know are ticked; of others nobody knows what they would open (IA-R12)."""
        found = flow.consent(scope="create frobnicate profile")

        assert (["create", "frobnicate", "profile"], ["create", "profile"]) == (list(found.boxes), found.ticked)
        assert "Publish new posts create" in found.text
        assert all(box.find_parent("label") for box in found.boxes.values())

    def test_email_without_profile_is_not_offered(self, flow):
        """IndieAuth §5.2: it is ignored."""
        assert ["create"] == list(flow.consent(scope="create email").boxes)

    def test_without_scopes_it_only_learns_who_the_owner_is(self, flow):
        found = flow.consent(scope=None)

        assert "Tell this app who you are?" == found.page.h1.string
        assert "It only learns who you are." in found.text
        assert [] == found.page.select('[type="checkbox"], select')

    def test_so_it_does_with_profile_alone(self, flow):
        found = flow.consent(scope="profile email")

        assert ("Tell this app who you are?", ["profile", "email"]) == (found.page.h1.string, found.ticked)

    def test_a_year_unless_said_otherwise(self, flow):
        found = flow.consent()

        assert ["1", "30", "365", "0"] == [option["value"] for option in found.page("option")]
        assert "365" == found.page.select_one("option[selected]")["value"]
        assert "not used for 60 days" in found.page.find(id="lifetime-hint").string

    def test_an_app_that_refreshes_is_told_apart(self, flow, document):
        document(grant_types=["authorization_code", "refresh_token"])
        found = flow.consent(client_id=DOCUMENT, redirect_uri=JSON_BACK)

        assert "changes every hour" in found.page.find(id="lifetime-hint").string

    def test_without_pkce_it_warns_and_takes_the_dangerous_boxes_away(self, flow):
        """IA-R8: a code that is stolen must not cost posts."""
        found = flow.consent(code_challenge=None, code_challenge_method=None, scope="create update delete undelete")

        assert "does not use PKCE" in found.page.select_one(".alarm").get_text()
        assert ["create"] == found.ticked
        assert ["update", "delete", "undelete"] == [word for word, box in found.boxes.items() if box.has_attr("disabled")]

    def test_with_pkce_nothing_warns(self, flow):
        assert None is flow.consent().page.select_one(".alarm")

    def test_what_the_app_said_of_itself_warns(self, flow, document):
        """Here it claims a home that is not its own (IA-C2)."""
        document(client_uri="https://bank.example/")
        found = flow.consent(client_id=DOCUMENT, redirect_uri=JSON_BACK)

        assert "bank.example" in found.page.select_one(".alarm").get_text()
        assert "Its home page" not in facts(found)

    def test_one_that_could_be_taken_for_another_warns(self, flow, document, serve):
        """By the name of one that was allowed, on another host; also when that one was looked up long ago."""
        document()
        flow.allow(client_id=DOCUMENT, redirect_uri=JSON_BACK)
        other = "https://other.example/id"
        serve({"client_id": other, "client_name": "Json App"}, other)
        found = flow.consent(client_id=other, redirect_uri="https://other.example/back")

        assert "json.example" in found.page.select_one(".alarm").get_text()

    def test_its_logo_is_shown_from_here(self, flow, document, store):
        """IA-C5: our copy, once it is here; nothing is loaded from the app's host."""
        document(logo_uri="/logo.png")
        name = mirror.name(store.secret, AVATAR, "https://json.example/logo.png")
        with store.write():
            store.media.put(Medium(name, HERE, AVATAR, origin="https://json.example/logo.png"), NOW)
        found = flow.consent(client_id=DOCUMENT, redirect_uri=JSON_BACK)

        assert f"http://site.example/media/{name}" == found.page.select_one(".app img")["src"]

    def test_until_then_its_initial_and_somebody_fetches_it(self, flow, document, store):
        document(logo_uri="/logo.png")
        found = flow.consent(client_id=DOCUMENT, redirect_uri=JSON_BACK)

        assert "J" == found.page.select_one(".app .face").string
        assert 1 == store.database.one("SELECT count(*) AS wanted FROM jobs WHERE name = 'mirror.fetch'")["wanted"]

    def test_two_forms_allow_first(self, flow):
        """So that neither needs a button with a value."""
        forms = flow.consent().page("form")

        assert [("/auth/approve", "post", "Allow"), ("/auth/deny", "post", "Deny")] == [
            (form["action"], form["method"], form.button.string) for form in forms
        ]


class TestHeaders:
    def test_it_is_kept_nowhere_framed_nowhere_told_to_nobody(self, flow):
        """IA-A4."""
        headers = flow.ask().headers

        assert ("no-store", "DENY", "no-referrer") == tuple(
            headers[name] for name in ("Cache-Control", "X-Frame-Options", "Referrer-Policy")
        )
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]

    def test_its_page_says_so_to_other_sites_alone(self, flow):
        """With `no-referrer` browsers would say that our own forms come from nowhere."""
        assert "same-origin" == flow.consent().page.find("meta", attrs={"name": "referrer"})["content"]

    @pytest.mark.parametrize(
        ("where", "forms"),
        [
            ("https://json.example:8443/back", "'self' https://json.example:8443 https:"),
            ("http://localhost:8000/back", "'self' http://localhost:8000 https: http:"),
            ("http://[::1]:8000/back", "'self' https: http:"),
            ("com.example.app:/callback", "'self' com.example.app:"),
        ],
    )
    def test_its_forms_may_lead_back_to_the_app(self, flow, document, where, forms):
        """Browsers look at `form-action` at every redirect that follows on a form."""
        document(redirect_uris=[where])
        policy = flow.ask(client_id=DOCUMENT, redirect_uri=where).headers["Content-Security-Policy"]

        assert f"form-action {forms};" in policy

    def test_the_way_back_is_303_and_kept_nowhere(self, flow):
        answer = flow.decide(flow.consent())

        assert (303, "no-store", "no-referrer") == (
            answer.status_code, answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]
        )  # fmt: skip


class TestApprove:
    @pytest.mark.parametrize(
        ("ticked", "granted"),
        [
            (["create", "update"], "create update"),
            (["create"], "create"),
            (["create", "delete", "media"], "create"),
            (["post", "CREATE", "create update"], ""),
            ([], ""),
        ],
    )
    def test_what_was_asked_and_ticked_is_granted(self, flow, store, ticked, granted):
        """Never what the form alone says (IA-A2)."""
        flow.allow(ticked, scope="create update")

        assert granted == " ".join(store.grants.latest(APP).scope)

    def test_a_forged_tick_does_not_replace_pkce(self, flow, store):
        flow.allow(["create", "delete"], scope="create delete", code_challenge=None, code_challenge_method=None)

        assert ("create",) == store.grants.latest(APP).scope

    @pytest.mark.parametrize(("sent", "days"), [("1", 1), ("30", 30), ("365", 365), ("0", 0), ("7", 365), ("-1", 365), ("", 365)])
    def test_it_holds_as_long_as_was_chosen(self, flow, store, sent, days):
        """A year where that is none of ours."""
        flow.allow(form={"lifetime": sent})

        assert days == store.grants.latest(APP).days

    def test_what_the_app_called_itself_is_remembered(self, flow, document, store):
        document(logo_uri="/logo.png")
        flow.allow(client_id=DOCUMENT, redirect_uri=JSON_BACK)
        known = store.grants.clients()[DOCUMENT]

        assert ("Json App", "https://json.example/logo.png") == (known.name, known.logo)

    def test_two_tabs_do_not_mix(self, flow, store):
        """IA-A3: each page has a request of its own, whichever is answered first."""
        first, second = flow.consent(scope="create", state="first"), flow.consent(scope="delete", state="second")
        states = [returned(flow.decide(page))["state"] for page in (second, first)]

        assert (["second", "first"], ("create",)) == (states, store.grants.latest(APP).scope)

    @pytest.mark.parametrize("decision", ["approve", "deny"])
    def test_a_page_is_answered_once(self, flow, decision):
        page = flow.consent()
        flow.decide(page)
        answer = flow.decide(page, decision)

        assert (400, None) == (answer.status_code, answer.location)
        assert "Go back to the app and begin again." in answer.text

    @pytest.mark.parametrize("decision", ["approve", "deny"])
    def test_another_sessions_page_is_nobodys(self, flow, stranger, decision):
        stranger.sign_in()

        assert 400 == stranger.decide(flow.consent(), decision).status_code

    @pytest.mark.parametrize("handle", ["", "guess", "\ud800"])
    def test_a_guess_is_400(self, flow, handle):
        answer = flow.browser.post("/auth/approve", data={"request": handle.encode("utf-8", "replace"), "scope": "create"})

        assert 400 == answer.status_code

    def test_after_an_hour_it_is_too_old(self, flow, clock):
        page = flow.consent()
        clock.shift(consent.PATIENCE / timedelta(seconds=1))

        assert 400 == flow.decide(page).status_code

    @pytest.mark.parametrize("decision", ["approve", "deny"])
    def test_who_is_not_signed_in_signs_in(self, flow, stranger, decision):
        """And nothing is granted."""
        answer = stranger.decide(flow.consent(), decision)

        assert (303, "/signin") == (answer.status_code, answer.location.partition("?")[0])

    @pytest.mark.parametrize("decision", ["approve", "deny"])
    def test_another_sites_form_is_403(self, flow, decision):
        answer = flow.browser.post(
            f"/auth/{decision}", data={"request": flow.consent().handle}, headers={"Sec-Fetch-Site": "cross-site"}
        )

        assert 403 == answer.status_code

    def test_nothing_that_opens_anything_is_kept_in_clear(self, flow, store):
        """Neither the handle of the page nor the code."""
        page = flow.consent()
        code = returned(flow.decide(flow.consent()))["code"]
        tables = ("authorization_requests", "codes")
        kept = {row["hash"] for table in tables for row in store.database.query(f"SELECT hash FROM {table}")}

        assert {tokens.digest(page.handle), tokens.digest(code)} == kept


class TestDeny:
    def test_the_app_is_told(self, flow, store):
        """IA-A6."""
        said = returned(flow.decide(flow.consent(), "deny"))

        assert ("access_denied", STATE, "http://site.example/") == (said["error"], said["state"], said["iss"])
        assert None is store.grants.latest(APP)


class TestStranger:
    """Where the answer would go is not the app's (IA-R4, IA-R5)."""

    @pytest.mark.parametrize("signed_in", [True, False])
    @pytest.mark.parametrize("more", [{}, {"response_type": "token"}, {"state": None}, {"code_challenge_method": "plain"}])
    def test_400_and_nobody_is_sent_there(self, flow, stranger, signed_in, more):
        """Whatever else is wrong with the request."""
        answer = (flow if signed_in else stranger).ask(redirect_uri="https://evil.example/", **more)

        assert (400, None) == (answer.status_code, answer.location)
        assert "https://evil.example/" in BeautifulSoup(answer.text, "lxml").main.get_text()

    def test_what_the_app_took_off_its_list_since_is_refused_on_the_way_back_too(self, flow, document, clock):
        document("Cache-Control: max-age=1", redirect_uris=["https://old.example/back"])
        page = flow.consent(client_id=DOCUMENT, redirect_uri="https://old.example/back")
        document(redirect_uris=["https://json.example/back"])
        clock.shift(6 * 60)

        assert 400 == flow.decide(page).status_code

    @pytest.mark.parametrize("signed_in", [True, False])
    def test_what_else_is_wrong_is_told_to_the_app_at_its_own_address(self, flow, stranger, signed_in):
        said = returned((flow if signed_in else stranger).ask(response_type="token"))

        assert ("unsupported_response_type", STATE) == (said["error"], said["state"])


class TestLookUps:
    """Apps are looked up before sign-in too, but nobody makes us ask the world at his pace."""

    @pytest.fixture
    def ask(self, stranger, frozen_web):
        def one(number):
            url = f"https://app{number}.example/"
            stranger.ask(client_id=url, redirect_uri=url)
            return url in frozen_web.requested

        return one

    def test_ten_at_once_then_one_every_ten_seconds(self, ask, clock):
        """Those over the limit sign in first."""
        assert [True] * 10 + [False] == [ask(number) for number in range(11)]
        clock.shift(10)
        assert [True, False] == [ask(11), ask(12)]

    def test_an_app_that_is_known_costs_nothing(self, ask, stranger, document):
        document()
        codes = [stranger.ask(client_id=DOCUMENT, redirect_uri="https://evil.example/").status_code for _ in range(12)]

        assert [400] * 12 == codes

    def test_over_the_limit_one_signs_in_and_then_hears_it(self, ask, stranger):
        for number in range(10):
            ask(number)
        first = stranger.ask(redirect_uri="https://evil.example/")
        stranger.sign_in()

        assert [303, 400] == [first.status_code, stranger.ask(redirect_uri="https://evil.example/").status_code]


class TestShpub:
    """It lists no address; the owner may vouch for the one he sees (IA-R7, item 19)."""

    def test_the_box_is_off_and_the_whole_address_stands_beside_it(self, flow):
        box = flow.consent(**SHPUB).page.find(id="own-machine")

        assert not box.has_attr("checked")
        assert SHPUB["redirect_uri"] in box.find_parent("label").get_text()

    def test_without_the_box_the_page_comes_again(self, flow, store):
        """With a sentence; from there it still works."""
        again = flow.decide(flow.consent(**SHPUB))
        assert (400, None) == (again.status_code, store.grants.latest(SHPUB["client_id"]))
        found = BeautifulSoup(again.text, "lxml")
        assert "Tick the box" in found.find(id="own-machine-error").string

        handle = found.select_one('form.allow input[name="request"]')["value"]
        answer = flow.browser.post("/auth/approve", data={"request": handle, "scope": "create", "own-machine": "yes"})
        assert "code" in returned(answer)

    def test_with_it_the_app_gets_its_code_and_the_me_that_it_reads(self, flow):
        """IA-A5."""
        answer = flow.decide(flow.consent(**SHPUB), **{"own-machine": "yes"})

        assert answer.location.startswith("http://127.0.0.1:12345/callback?")
        assert ("http://site.example/", "1784635200") == (returned(answer)["me"], returned(answer)["state"])

    def test_denied_it_is_told_nothing(self, flow):
        """Nobody vouched for that address."""
        assert "/account?said=denied" == flow.decide(flow.consent(**SHPUB), "deny").location

    @pytest.mark.parametrize("where", ["http://192.0.2.7:12345/callback", "http://localhost:12345/callback"])
    def test_also_on_a_server_of_ones_own(self, flow, where):
        """By its number, as over SSH."""
        assert 200 == flow.ask(**SHPUB | {"redirect_uri": where}).status_code

    @pytest.mark.parametrize(
        "changes",
        [
            {"client_id": APP},
            {"client_id": "http://cweiske.de/other.htm"},
            {"redirect_uri": "http://evil.example:12345/callback"},
            {"redirect_uri": "https://127.0.0.1/callback"},
        ],
    )
    def test_no_other_app_and_no_named_host(self, flow, changes):
        assert 400 == flow.ask(**SHPUB | changes).status_code

    def test_the_box_opens_nothing_for_others(self, flow, document, clock):
        """Sent along for an app whose list does not have the address any more."""
        document("Cache-Control: max-age=1", redirect_uris=["http://127.0.0.1:12345/callback"])
        page = flow.consent(client_id=DOCUMENT, redirect_uri="http://127.0.0.1:12345/callback")
        document(redirect_uris=["https://json.example/back"])
        clock.shift(6 * 60)

        assert 400 == flow.decide(page, **{"own-machine": "yes"}).status_code


def test_without_parameters_it_explains_itself(stranger):
    """IA-R2, whoever asks."""
    answer = stranger.browser.get("/auth")

    assert 200 == answer.status_code
    assert "http://site.example/" == BeautifulSoup(answer.text, "lxml").select_one("main .address").string


def test_who_is_not_signed_in_comes_back_after_it(stranger):
    """With every parameter as it was sent."""
    sent = stranger.ask(state="ä &+%")
    wanted = stranger.app.get(sent.location).request.args["next"]
    asked = stranger.browser.get(stranger.sign_in(to=wanted).location)

    assert "&state=%C3%A4%20%26%2B%25&" in stranger.decide(Consent(asked)).location
