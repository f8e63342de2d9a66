"""What other servers got wrong, and this one must not: items 58 to 66 of the requirements."""

import re
from datetime import timedelta

import pytest

from indie.indieauth import tokens
from indie.indieauth.tokens import PREFIXES
from tests.conformance.indieauth.conftest import APP, BACK, DOCUMENT, ME, NOW, VERIFIER, as_header, returned, s256

NO_PKCE = {"code_challenge": None, "code_challenge_method": None}
BOTH = pytest.mark.parametrize("at", ["/auth", "/token"])


class Test1gReplay:
    @BOTH
    @pytest.mark.parametrize("then", ["/auth", "/token"])
    def test_58_a_code_is_good_once_within_its_minutes(self, flow, clock, at, then):
        """Codes that are signed and recorded nowhere can be redeemed for as long as they live."""
        code = flow.code()
        flow.redeem(code, at)
        clock.shift(timedelta(minutes=1))

        assert "invalid_grant" == flow.redeem(code, then).json["error"]

    @pytest.mark.parametrize("path", ["/micropub?q=config", "/token", "/userinfo"])
    def test_59_a_code_is_no_access_token(self, flow, path):
        assert 401 == flow.app.get(path, headers=as_header(flow.code(scope="create profile"))).status_code

    def test_59_introspection_does_not_take_it_for_one(self, flow, introspect):
        assert {"active": False} == introspect(flow.code())

    def test_59_nor_does_it_vouch_for_itself(self, flow):
        code = flow.code()
        answer = flow.app.post("/introspect", data={"token": code}, headers=as_header(code))

        assert {"active": False} == answer.json

    @BOTH
    def test_59_an_access_token_is_no_code(self, flow, at):
        assert "invalid_grant" == flow.redeem(flow.tokens()["access_token"], at).json["error"]

    @BOTH
    def test_59_nor_is_a_refresh_token(self, flow, refreshable, at):
        assert "invalid_grant" == flow.redeem(refreshable["refresh_token"], at).json["error"]

    def test_59_nothing_but_a_refresh_token_refreshes(self, flow, refreshable, key):
        secrets = [flow.code(), refreshable["access_token"], key]

        assert [400] * 3 == [flow.refresh(secret).status_code for secret in secrets]

    def test_59_no_prefix_is_that_of_another_kind(self, flow):
        """So that nobody takes one for the other at a glance either."""
        beginnings = [*PREFIXES.values(), "indie_code_"]
        minted = [(name, tokens.secret(name)) for name in beginnings]

        assert [name for name, _ in minted] == [max((each for each in beginnings if one.startswith(each)), key=len) for _, one in minted]


class Test1gState:
    """60: what one visitor asks does not change what another one gets."""

    def test_60_a_flow_without_pkce_does_not_take_it_from_another(self, flow):
        with_it = flow.consent()
        flow.consent(**NO_PKCE)
        code = returned(flow.decide(with_it))["code"]

        assert 400 == flow.redeem(code, code_verifier=None).status_code

    def test_60_a_flow_with_pkce_does_not_ask_it_of_another(self, flow):
        without = flow.consent(scope="create", **NO_PKCE)
        flow.consent()
        code = returned(flow.decide(without))["code"]

        assert 200 == flow.redeem(code, code_verifier=None).status_code

    def test_60_two_interleaved_flows_end_each_at_its_own_app(self, flow):
        other = {"client_id": "https://other.example/", "redirect_uri": "https://other.example/back"}
        pages = [flow.consent(state="one"), flow.consent(state="two", code_challenge=s256("z" * 43), **other)]
        one, two = (flow.decide(page) for page in pages)

        assert (True, True) == (one.location.startswith(f"{BACK}?"), two.location.startswith("https://other.example/back?"))
        assert ("one", "two") == (returned(one)["state"], returned(two)["state"])

    def test_60_each_code_has_its_own_verifier(self, flow):
        codes = [flow.code(code_challenge=s256(verifier)) for verifier in ("a" * 43, "b" * 43)]

        assert [200, 400] == [flow.redeem(code, code_verifier="a" * 43).status_code for code in codes]


class Test1gPkce:
    @BOTH
    @pytest.mark.parametrize("verifier", [None, ""])
    def test_61_a_missing_verifier_does_not_skip_the_check(self, flow, at, verifier):
        assert "invalid_grant" == flow.redeem(flow.code(), at, code_verifier=verifier).json["error"]

    @BOTH
    def test_61_a_challenge_that_was_left_out_does_not_either(self, flow, at):
        """Whoever strips it from the request gets a code that the app's own verifier does not open."""
        assert "invalid_grant" == flow.redeem(flow.code(scope="create", **NO_PKCE), at, code_verifier=VERIFIER).json["error"]


class Test1gAge:
    @BOTH
    @pytest.mark.parametrize("age", [timedelta(minutes=10), timedelta(hours=24, seconds=5), timedelta(hours=25), timedelta(days=365)])
    def test_62_an_old_code_is_old_by_the_day_too(self, flow, clock, at, age):
        """`timedelta.seconds` forgets the days: 24 h and 5 s are 5 s to it."""
        code = flow.code()
        clock.shift(age)

        assert "invalid_grant" == flow.redeem(code, at).json["error"]

    def test_62_an_old_access_token_too(self, flow, refreshable, clock):
        clock.shift(timedelta(hours=24, seconds=5))

        assert not flow.opens(refreshable["access_token"])

    def test_62_an_old_session_too(self, flow, clock):
        clock.shift(timedelta(days=30, seconds=5))

        assert 303 == flow.browser.get("/account").status_code

    def test_62_the_clock_may_have_been_wrong_before(self, flow, clock):
        """A code from the future is a code, until it is used."""
        code = flow.code()
        clock.move_to(NOW - timedelta(hours=1), tick=False)

        assert [200, 400] == [flow.redeem(code).status_code, flow.redeem(code).status_code]


class Test1gProfile:
    """63: the profile exchange is an exchange."""

    def test_63_it_uses_the_code_up(self, flow):
        code = flow.code()
        flow.redeem(code, "/auth")

        assert [400, 400] == [flow.redeem(code, at).status_code for at in ("/auth", "/token")]

    def test_63_it_looks_at_the_codes_age(self, flow, clock):
        code = flow.code(scope=None)
        clock.shift(timedelta(minutes=5, seconds=1))

        assert 400 == flow.redeem(code, "/auth").status_code

    @pytest.mark.parametrize("redirect_uri", [None, "", "https://app.example/other", APP])
    def test_63_it_looks_at_the_redirect_uri(self, flow, redirect_uri):
        assert 400 == flow.redeem(flow.code(scope=None), "/auth", redirect_uri=redirect_uri).status_code


class Test1gTokens:
    """64: several servers, several slips."""

    @pytest.mark.parametrize("scope", ["recreate", "create2", "creat", "xcreatex", "create,update"])
    def test_64_part_of_a_word_is_no_scope(self, flow, store, scope):
        held = tokens.issue(store, [scope], APP, NOW)

        assert 401 == flow.app.post("/micropub", data={"h": "entry", "content": "x"}, headers=as_header(held)).status_code

    def test_64_a_token_is_answered_with_200_and_json(self, flow):
        answer = flow.redeem(flow.code(), headers={"Accept": "*/*"})

        assert (200, "application/json") == (answer.status_code, answer.mimetype)

    @pytest.mark.parametrize("lifetime", ["1", "30"])
    def test_64_expires_in_is_what_is_true(self, flow, clock, lifetime):
        issued = flow.tokens(form={"lifetime": lifetime})
        clock.shift(issued["expires_in"] - 1)
        before = flow.opens(issued["access_token"])
        clock.shift(1)

        assert (True, False) == (before, flow.opens(issued["access_token"]))

    def test_64_what_is_secret_is_random(self, flow):
        """256 bits, of which no two share a beginning."""
        secrets = [re.sub(r"^indie_(code_)?", "", flow.code()) for _ in range(8)]

        assert (8, {43}) == (len({secret[:8] for secret in secrets}), {len(secret) for secret in secrets})

    @pytest.mark.parametrize("hint", ["http://site.example/other", "https://site.example/", "http://SITE.example", "http://site.example:8080/"])
    def test_64_me_is_no_matter_of_the_host_alone(self, flow, hint):
        assert ME == flow.redeem(flow.code(me=hint)).json["me"]

    @pytest.mark.parametrize("path", ["/token", "/userinfo", "/micropub?q=config"])
    def test_64_a_bad_token_is_401_and_not_404(self, flow, path):
        assert 401 == flow.app.get(path, headers=as_header("x")).status_code

    def test_64_a_token_ends(self, flow, clock):
        held = flow.tokens()["access_token"]
        clock.shift(timedelta(days=366))

        assert not flow.opens(held)

    def test_64_a_token_can_be_taken_back(self, flow):
        held = flow.tokens()["access_token"]
        flow.app.post("/revoke", data={"token": held})

        assert not flow.opens(held)


class Test1gDocument:
    def test_65_the_redirect_uris_of_a_document_count(self, flow, document):
        document(redirect_uris=["https://other.example/back"])

        assert flow.code(client_id=DOCUMENT, redirect_uri="https://other.example/back")

    def test_65_they_count_instead_of_its_own_origin(self, flow, document):
        document(redirect_uris=["https://other.example/back"])

        assert 400 == flow.ask(client_id=DOCUMENT, redirect_uri="https://json.example/back").status_code


class Test1gHeader:
    """66: servers in front that take the header away."""

    @pytest.mark.parametrize("path", ["/micropub?q=config", "/token", "/userinfo"])
    def test_66_apaches_other_name_of_the_header_is_read(self, flow, path):
        held = flow.tokens(scope="create profile")["access_token"]
        answer = flow.app.get(path, environ_overrides={"REDIRECT_HTTP_AUTHORIZATION": f"Bearer {held}"})

        assert 200 == answer.status_code

    def test_66_nobody_can_send_it_as_a_header(self, flow):
        """What a client calls so arrives under another name."""
        held = flow.tokens(scope="profile")["access_token"]
        answer = flow.app.get("/userinfo", headers={"Redirect-Http-Authorization": f"Bearer {held}"})

        assert 401 == answer.status_code

    def test_66_the_owner_finds_out_whether_it_arrives(self, flow):
        """On the page of his keys, with what to run by hand."""
        page = flow.browser.get("/account").text

        assert (True, True) == ("Do keys arrive?" in page, f"{ME}userinfo" in page)

    def test_66_the_answer_tells_a_lost_header_from_a_bad_token(self, flow):
        """Which is what that page looks at."""
        told = [flow.app.get("/userinfo", headers=headers).json.get("error") for headers in ({}, as_header("test"))]

        assert [None, "invalid_token"] == told
