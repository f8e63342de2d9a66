"""A code for a profile or for tokens: items 39 to 43 of the requirements."""

import threading
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.conformance.indieauth.conftest import APP, BACK, ME, VERIFIER, s256

NO_PKCE = {"code_challenge": None, "code_challenge_method": None}
BOTH = pytest.mark.parametrize("at", ["/auth", "/token"])
WRONG = [
    {"client_id": "https://evil.example/"},
    {"redirect_uri": "https://app.example/other"},
    {"redirect_uri": "https://app.example/back?"},
    {"code_verifier": "0" * 64},
    {"code_verifier": None},
    {"code_verifier": VERIFIER[:-1]},
    {"code_verifier": VERIFIER + "0"},
]


class Test1eForm:
    """39: what is sent."""

    @BOTH
    def test_39_t1_a_form_is_understood(self, flow, at):
        assert 200 == flow.redeem(flow.code(), at).status_code

    @BOTH
    def test_39_t1_me_and_state_may_come_along(self, flow, at):
        """Indigenous, shpub and old libraries send them."""
        assert 200 == flow.redeem(flow.code(), at, me=ME, state="x").status_code

    @BOTH
    def test_39_t1_so_may_what_nobody_knows(self, flow, at):
        assert 200 == flow.redeem(flow.code(), at, resource="https://x.example/", client_secret="").status_code

    @BOTH
    def test_39_t1_the_parameters_may_stand_in_the_query_of_the_post(self, flow, at):
        """Where Indiekit puts them."""
        assert 200 == flow.app.post(f"{at}?{urlencode(flow.exchange(flow.code()))}").status_code

    def test_39_t1_at_the_authorization_endpoint_grant_type_may_be_missing(self, flow):
        assert 200 == flow.redeem(flow.code(), "/auth", grant_type=None).status_code

    def test_39_t1_at_the_token_endpoint_it_may_not(self, flow):
        answer = flow.redeem(flow.code(), "/token", grant_type=None)

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])

    def test_39_t1_a_parameter_that_is_there_twice_is_refused(self, flow):
        """RFC 6749 §3.2."""
        sent = [*flow.exchange(flow.code()).items(), ("client_id", "https://evil.example/")]
        answer = flow.app.post("/token", data=urlencode(sent), content_type="application/x-www-form-urlencoded")

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])

    def test_39_t1_no_session_is_needed(self, flow):
        """The app's own server asks."""
        assert 200 == flow.site.test_client().post("/token", data=flow.exchange(flow.code())).status_code

    def test_39_t1_a_get_redeems_nothing(self, flow):
        """It would stand in logs and histories."""
        code = flow.code()
        flow.app.get(f"/token?{urlencode(flow.exchange(code))}")

        assert 200 == flow.redeem(code).status_code


class Test1eEndpoints:
    """40: what each of the two gives."""

    @pytest.mark.parametrize("scope", [None, "profile", "create update", "profile email create"])
    def test_40_t2_the_profile_exchange_gives_no_token(self, flow, scope):
        assert {"me", "profile"} >= flow.redeem(flow.code(scope=scope), "/auth").json.keys()

    @pytest.mark.parametrize("scope", [None, "profile", "create update"])
    def test_40_t2_it_says_who_the_owner_is(self, flow, scope):
        assert ME == flow.redeem(flow.code(scope=scope), "/auth").json["me"]

    def test_40_t2_a_code_without_scope_buys_no_token(self, flow):
        answer = flow.redeem(flow.code(scope=None))

        assert 400 == answer.status_code
        assert answer.json["error"] in ("invalid_grant", "invalid_scope")


class Test1eOnce:
    """41: a code is used up."""

    @BOTH
    @pytest.mark.parametrize("then", ["/auth", "/token"])
    def test_41_t3_a_second_use_is_refused(self, flow, at, then):
        code = flow.code()
        flow.redeem(code, at)
        answer = flow.redeem(code, then)

        assert (400, "invalid_grant") == (answer.status_code, answer.json["error"])

    @BOTH
    def test_41_t3_it_takes_back_the_tokens_of_the_first(self, flow, at):
        code = flow.code()
        token = flow.redeem(code).json["access_token"]
        before = flow.opens(token)
        flow.redeem(code, at)

        assert (True, False) == (before, flow.opens(token))

    @pytest.mark.parametrize("wrong", WRONG)
    def test_41_t3_also_where_it_is_wrong(self, flow, wrong):
        code = flow.code()
        token = flow.redeem(code).json["access_token"]
        flow.redeem(code, **wrong)

        assert not flow.opens(token)

    def test_41_t3_the_refresh_token_too(self, flow, document):
        document(grant_types=["refresh_token"])
        who = {"client_id": "https://json.example/id", "redirect_uri": "https://json.example/back"}
        code = flow.code(**who)
        issued = flow.redeem(code, **who).json
        flow.redeem(code, **who)

        assert "invalid_grant" == flow.refresh(issued["refresh_token"]).json["error"]

    def test_41_t3_those_of_another_sign_in_stay(self, flow):
        other, code = flow.tokens()["access_token"], flow.code()
        flow.redeem(code)
        flow.redeem(code)

        assert flow.opens(other)

    @BOTH
    @pytest.mark.parametrize("wrong", WRONG)
    def test_41_t3_a_failed_check_burns_the_code(self, flow, at, wrong):
        code = flow.code()
        failed = flow.redeem(code, at, **wrong)

        assert [400, 400] == [failed.status_code, flow.redeem(code, at).status_code]

    @BOTH
    def test_41_t3_of_eight_at_the_same_moment_one_gets_it(self, flow, store, at):
        code, start, seen = flow.code(), threading.Barrier(8), []

        def come():
            app = flow.site.test_client()
            start.wait()
            seen.append(app.post(at, data=flow.exchange(code)).status_code)
            store.database.release()

        threads = [threading.Thread(target=come) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [200, *[400] * 7] == sorted(seen)

    def test_41_t3_and_what_he_got_opens_nothing_any_more(self, flow, store):
        """Seven others had the code: one of the eight is a thief."""
        code, start, bought = flow.code(), threading.Barrier(8), []

        def come():
            app = flow.site.test_client()
            start.wait()
            answer = app.post("/token", data=flow.exchange(code))
            bought.extend([answer.json["access_token"]] if answer.status_code == 200 else [])
            store.database.release()

        threads = [threading.Thread(target=come) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [False] == [flow.opens(token) for token in bought]

    def test_41_t3_an_expired_code_buys_nothing(self, flow, clock):
        code = flow.code()
        clock.shift(timedelta(minutes=10))

        assert "invalid_grant" == flow.redeem(code).json["error"]

    @pytest.mark.parametrize("code", ["x", "indie_code_" + "A" * 43, "é", "\x00", "x" * 100_000])
    def test_41_t3_an_unknown_code_buys_nothing(self, flow, code):
        assert (400, "invalid_grant") == ((answer := flow.redeem(code)).status_code, answer.json["error"])


class Test1eBound:
    """42: to whom it was given, and where."""

    @BOTH
    @pytest.mark.parametrize(
        "wrong",
        [
            {"client_id": "https://evil.example/"},
            {"client_id": "https://app.example/other"},
            {"client_id": "http://app.example/"},
            {"client_id": "https://app.example:8443/"},
            {"client_id": "nonsense"},
            {"redirect_uri": "https://app.example/back/"},
            {"redirect_uri": "https://APP.example/back"},
            {"redirect_uri": "https://app.example/back?x"},
            {"redirect_uri": "https://evil.example/back"},
        ],
    )
    def test_42_t4_another_one_is_refused(self, flow, at, wrong):
        answer = flow.redeem(flow.code(), at, **wrong)

        assert (400, "invalid_grant") == (answer.status_code, answer.json["error"])

    @BOTH
    @pytest.mark.parametrize("name", ["client_id", "redirect_uri", "code"])
    @pytest.mark.parametrize("value", [None, ""])
    def test_42_t4_a_missing_one_is_an_invalid_request(self, flow, at, name, value):
        answer = flow.redeem(flow.code(), at, **{name: value}) if name != "code" else flow.redeem(value, at)

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])

    def test_42_t4_the_redirect_uri_is_the_one_that_was_asked_with(self, flow):
        """Not any that the app may use."""
        assert 400 == flow.redeem(flow.code(redirect_uri=f"{APP}one"), redirect_uri=BACK).status_code


class Test1ePkce:
    """43: the proof."""

    @BOTH
    @pytest.mark.parametrize("verifier", [None, "", "0" * 64, s256(VERIFIER)])
    def test_43_t5_a_challenge_needs_its_verifier(self, flow, at, verifier):
        answer = flow.redeem(flow.code(), at, code_verifier=verifier)

        assert (400, "invalid_grant") == (answer.status_code, answer.json["error"])

    @BOTH
    def test_43_t5_a_verifier_needs_a_challenge(self, flow, at):
        answer = flow.redeem(flow.code(scope="create", **NO_PKCE), at)

        assert (400, "invalid_grant") == (answer.status_code, answer.json["error"])

    @BOTH
    def test_43_t5_neither_is_a_pair_too(self, flow, at):
        assert 200 == flow.redeem(flow.code(scope="create", **NO_PKCE), at, code_verifier=None).status_code

    @pytest.mark.parametrize("verifier", ["a" * 43, "Z" * 128, "aA0-._~" * 8])
    def test_43_t5_a_well_formed_verifier_is_taken(self, flow, verifier):
        assert 200 == flow.redeem(flow.code(code_challenge=s256(verifier)), code_verifier=verifier).status_code

    @pytest.mark.parametrize("verifier", ["a", "a" * 42, "a" * 129, "a" * 42 + "+", "a" * 42 + " ", "a" * 42 + "\n", "é" * 43, "a" * 43 + "="])
    def test_43_t5_a_malformed_one_is_not_though_the_challenge_is_made_of_it(self, flow, verifier):
        """43 to 128 unreserved characters (RFC 7636 §4.1)."""
        assert 400 == flow.redeem(flow.code(code_challenge=s256(verifier)), code_verifier=verifier).status_code
