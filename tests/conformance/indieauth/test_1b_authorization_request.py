"""What an app asks, and what it is refused: items 13 to 16 and 20 to 25 of the requirements."""

from urllib.parse import parse_qsl, unquote_to_bytes, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.conformance.indieauth.conftest import (
    BACK,
    ME,
    STATE,
    VERIFIER,
    Consent,
    as_header,
    is_dead_end,
    returned,
    s256,
)

PARAMETERS = (
    "response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method", "scope", "me",
)  # fmt: skip
NO_PKCE = {"code_challenge": None, "code_challenge_method": None}


class Test1bParameters:
    """13 and 14: which there are."""

    def test_13_r1_all_of_them_lead_to_the_consent_page(self, flow):
        assert flow.consent(me=ME).handle

    @pytest.mark.parametrize("name", ["scope", "me"])
    def test_13_r1_the_optional_ones_may_be_missing(self, flow, name):
        assert flow.consent(**{name: None}).handle

    @pytest.mark.parametrize("name", PARAMETERS)
    @pytest.mark.parametrize("again", ["the same", "another"])
    def test_13_r1_duplicate_parameters_are_400(self, flow, name, again):
        sent = flow.query(me=ME)
        twice = [*sent.items(), (name, sent[name] if again == "the same" else "https://evil.example/")]

        assert is_dead_end(flow.browser.get(f"/auth?{urlencode(twice)}"))

    def test_13_r1_a_missing_state_is_refused(self, flow):
        told = returned(flow.ask(state=None))

        assert ("invalid_request", False) == (told["error"], "state" in told)

    def test_14_r2_no_parameters_at_all_are_answered_with_help(self, stranger):
        """A page for people, without having to sign in."""
        answer = stranger.browser.get("/auth")

        assert (200, "text/html") == (answer.status_code, answer.mimetype)
        assert ME.removesuffix("/").removeprefix("http://") in answer.text

    def test_14_r2_a_profile_exchange_without_parameters_is_a_clear_400(self, stranger):
        answer = stranger.app.post("/auth")

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])


class Test1bClientId:
    """15: what an app may be called by."""

    @pytest.mark.parametrize(
        "client_id",
        [
            "https://app.example/",
            "https://app.example",
            "https://app.example/app?version=1",
            "https://app.example:8443/",
            "http://localhost/",
            "http://localhost:3000/app",
            "http://127.0.0.1:8000/",
            "http://[::1]/",
            "HTTPS://App.Example/",
        ],
    )
    def test_15_r3_this_is_a_client_id(self, flow, client_id):
        parts = urlsplit(client_id)

        assert flow.consent(client_id=client_id, redirect_uri=f"{parts.scheme}://{parts.netloc}/back").handle

    @pytest.mark.parametrize(
        "client_id",
        [
            "app.example",
            "/app",
            "mailto:app@app.example",
            "javascript:alert(1)",
            "https://",
            "https:///",
            "https://app.example/#top",
            "https://app.example/#",
            "https://user@app.example/",
            "https://user:secret@app.example/",
            "https://app.example/./",
            "https://app.example/a/../b",
            "https://app.example/a/%2e%2E/b",
            "https://app.example/a/..",
            "https://192.0.2.1/",
            "https://10.0.0.1/",
            "http://127.0.0.2/",
            "http://127.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://0x7f.0.0.1/",
            "http://[2001:db8::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://169.254.169.254/",
            "https://app.example\\@evil.example/",
            "https://app.example/\n",
            "https://app.example:99999/",
        ],
    )
    def test_15_r3_this_is_none(self, flow, client_id):
        assert is_dead_end(flow.ask(client_id=client_id, redirect_uri=client_id))

    def test_15_r3_a_missing_path_means_a_slash(self, flow):
        assert 200 == flow.redeem(flow.code(client_id="https://app.example"), client_id="https://app.example/").status_code

    def test_15_r3_the_hosts_case_makes_no_difference(self, flow):
        assert 200 == flow.redeem(flow.code(), client_id="https://APP.Example/").status_code

    @pytest.mark.parametrize("other", ["https://app.example/App", "https://app.example/app/", "https://app.example/app?"])
    def test_15_r3_all_else_is_compared_letter_for_letter(self, flow, other):
        answer = flow.redeem(flow.code(client_id="https://app.example/app"), client_id=other)

        assert (400, "invalid_grant") == (answer.status_code, answer.json["error"])


class Test1bRefusals:
    """16: who is told what is wrong."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {"client_id": None},
            {"client_id": ""},
            {"client_id": "app"},
            {"redirect_uri": None},
            {"redirect_uri": ""},
            {"redirect_uri": "/back"},
            {"redirect_uri": "https://evil.example/back"},
            {"redirect_uri": "https://app.example.evil.example/back"},
            {"redirect_uri": "https://app.example@evil.example/back"},
            {"redirect_uri": "//app.example/back"},
            {"redirect_uri": "https://evil.example/back", "response_type": "token"},
        ],
    )
    @pytest.mark.parametrize("who", ["flow", "stranger"])
    def test_16_r4_nobody_is_sent_to_an_unverified_address(self, request, who, wrong):
        assert is_dead_end(request.getfixturevalue(who).ask(**wrong))

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"response_type": "code token"}, "unsupported_response_type"),
            ({"scope": 'cre"ate'}, "invalid_scope"),
            ({"scope": "create é"}, "invalid_scope"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
        ],
    )
    def test_16_r4_all_else_is_told_to_the_app(self, flow, wrong, error):
        told = returned(flow.ask(**wrong))

        assert (error, STATE, ME) == (told["error"], told["state"], told["iss"])

    def test_16_r4_a_refusal_carries_no_code(self, flow):
        assert "code" not in returned(flow.ask(response_type="token"))


class Test1bPkce:
    """20: proof that whoever redeems the code is who asked for it."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {"code_challenge_method": "plain"},
            {"code_challenge_method": "s256"},
            {"code_challenge_method": "S512"},
            {"code_challenge_method": ""},
            {"code_challenge_method": None},
            {"code_challenge": None},
            {"code_challenge": ""},
            {"code_challenge": s256(VERIFIER) + "="},
            {"code_challenge": s256(VERIFIER)[:-1]},
            {"code_challenge": s256(VERIFIER) + "A"},
            {"code_challenge": "+" * 43},
            {"code_challenge": "é" * 43},
        ],
    )
    def test_20_r8_all_but_a_sha256_by_s256_is_refused(self, flow, wrong):
        assert "invalid_request" == returned(flow.ask(**wrong))["error"]

    def test_20_r8_without_it_a_warning_is_shown(self, flow):
        alarm = flow.consent(**NO_PKCE).page.select_one(".alarm")

        assert "does not use PKCE" in alarm.get_text()

    def test_20_r8_with_it_none_is(self, flow):
        assert None is flow.consent().page.select_one(".alarm")

    def test_20_r8_without_it_what_changes_posts_cannot_be_ticked(self, flow):
        page = flow.consent(scope="create update delete undelete", **NO_PKCE)

        assert ["update", "delete", "undelete"] == [name for name, box in page.boxes.items() if box.has_attr("disabled")]

    @pytest.mark.parametrize("scope", ["update", "delete", "undelete", "post"])
    def test_20_r8_without_it_a_forged_tick_grants_nothing_that_changes_posts(self, flow, scope):
        asked = {"scope": f"create {scope}"} | NO_PKCE
        code = flow.code(ticked=["create", scope], **asked)

        assert "create" == flow.redeem(code, code_verifier=None).json["scope"]


class Test1bScope:
    """21 to 24: what is asked for."""

    @pytest.mark.parametrize("response_type", ["id", None])
    def test_21_r9_the_old_sign_in_grants_no_scope(self, flow, response_type):
        """`id`, or nothing at all: who somebody is, whatever scope stands there."""
        assert {} == flow.consent(response_type=response_type).boxes

    @pytest.mark.parametrize("response_type", ["id", None])
    def test_21_r9_its_code_says_who_somebody_is(self, flow, response_type):
        code = flow.code(response_type=response_type, scope=None)

        assert {"me": ME} == flow.redeem(code, at="/auth").json

    @pytest.mark.parametrize("response_type", ["id", None])
    def test_21_r9_its_code_buys_no_token(self, flow, response_type):
        code = flow.code(response_type=response_type)

        assert 400 == flow.redeem(code).status_code

    @pytest.mark.parametrize("hint", ["https://evil.example/", "http://site.example/somebody", "nonsense"])
    @pytest.mark.parametrize("at", ["/auth", "/token"])
    def test_22_r10_me_is_a_hint_and_never_comes_back(self, flow, hint, at):
        assert ME == flow.redeem(flow.code(me=hint), at=at).json["me"]

    def test_22_r10_nor_in_the_redirect(self, flow):
        assert ME == flow.allow(me="https://evil.example/", **NO_PKCE)["me"]

    @pytest.mark.parametrize("scope", [None, "", " "])
    def test_23_r11_without_a_scope_there_is_no_token(self, flow, scope):
        answer = flow.redeem(flow.code(scope=scope))

        assert 400 == answer.status_code
        assert answer.json["error"] in ("invalid_grant", "invalid_scope")
        assert "access_token" not in answer.json

    def test_23_r11_email_without_profile_is_ignored(self, flow):
        page = flow.consent(scope="email create")

        assert ["create"] == [*page.boxes]

    def test_23_r11_email_with_profile_unticked_is_ignored(self, flow):
        assert "create" == flow.redeem(flow.code(ticked=["email", "create"], scope="profile email create")).json["scope"]

    def test_23_r11_profile_alone_buys_a_token_for_userinfo(self, flow):
        token = flow.tokens(scope="profile")["access_token"]

        assert 200 == flow.app.get("/userinfo", headers=as_header(token)).status_code

    def test_23_r11_and_for_nothing_else(self, flow):
        token = flow.tokens(scope="profile email")["access_token"]
        form = {"h": "entry", "content": "Hello"}

        assert 401 == flow.app.post("/micropub", data=form, headers=as_header(token)).status_code

    def test_24_r12_post_is_the_old_name_of_create_and_update(self, flow):
        assert "create update" == flow.tokens(scope="post")["scope"]

    def test_24_r12_an_unknown_scope_is_shown_and_not_ticked(self, flow):
        page = flow.consent(scope="create launch https://a.example/rockets")

        assert (["create"], ["create", "launch", "https://a.example/rockets"]) == (page.ticked, [*page.boxes])

    def test_24_r12_so_it_is_not_granted(self, flow):
        assert "create" == flow.tokens(scope="create launch")["scope"]

    @pytest.mark.parametrize("scope", ["a" * 1500, "<script>", "create\tupdate", "create%00", "💥", "', DROP TABLE", " ".join(map(str, range(300)))])
    def test_24_r12_no_scope_is_a_fault_of_ours(self, flow, scope):
        assert flow.ask(scope=scope).status_code < 500


@pytest.mark.parametrize(
    "state",
    ["a", "1234", "a+b", "a%2Bb", "a%20b", "%E2%98%83", "%ff%fe", "%00", "a%26code%3Dx%23", "%25", "x" * 1500, "%F0%9F%92%A5=="],
)
class Test1bState:
    """25: what an app has to find again."""

    def test_25_r13_state_comes_back_byte_for_byte(self, flow, state):
        answer = flow.browser.get(f"/auth?{urlencode(flow.query(state=None))}&state={state}")

        assert sent(state) == found(flow.decide(Consent(answer)))

    def test_25_r13_also_after_signing_in(self, stranger, state):
        """The way leads over another page."""
        wanted = stranger.browser.get(f"/auth?{urlencode(stranger.query(state=None))}&state={state}")
        form = BeautifulSoup(stranger.browser.get(wanted.location).text, "lxml")
        onwards = stranger.sign_in(to=form.select_one('input[name="next"]')["value"])

        assert sent(state) == found(stranger.decide(Consent(stranger.browser.get(onwards.location))))


def sent(state):
    """The bytes of a value in a query."""
    return unquote_to_bytes(state.replace("+", " "))


def found(answer):
    """The bytes of `state` in a redirect."""
    (value,) = [part.removeprefix("state=") for part in urlsplit(answer.location).query.split("&") if part.startswith("state=")]
    return sent(value)


@pytest.mark.parametrize("query", ["x=1", "x=1&y=%2F%20", "", "x=1&"])
def test_25_r13_the_query_of_the_redirect_uri_stays(flow, query):
    back = f"{BACK}?{query}"
    location = flow.decide(flow.consent(redirect_uri=back)).location

    assert location.startswith(back)


def test_25_r13_code_state_and_iss_are_there_once(flow):
    location = flow.decide(flow.consent(redirect_uri=f"{BACK}?x=1")).location

    assert ["x", "code", "state", "iss"] == [name for name, _ in parse_qsl(urlsplit(location).query)]
