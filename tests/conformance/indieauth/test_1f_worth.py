"""What a token is worth, asked by others and by itself, until it is taken back: items 51 to 54 of the requirements."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from indie.indieauth import tokens
from tests.conformance.indieauth.conftest import APP, DOCUMENT, ME, NOW, as_header

SCOPE = "create update"


@pytest.fixture
def held(flow):
    """An access token."""
    return flow.tokens(scope=SCOPE)["access_token"]


@pytest.fixture
def ask(site, key):
    """`ask(token, bearer)`: the answer to a question at the introspection endpoint; bearer: the key unless told."""

    def post(token=None, bearer=key):
        sent = {} if token is None else {"token": token}
        return site.test_client().post("/introspect", data=sent, headers=as_header(bearer) if bearer else {})

    return post


class Test1fIntrospection:
    """51: asked by others."""

    def test_51_f3_without_authorization_it_is_401(self, ask, held):
        assert 401 == ask(held, bearer=None).status_code

    @pytest.mark.parametrize("bearer", ["x", "indie_key_" + "A" * 43, "é"])
    def test_51_f3_with_a_wrong_one_too(self, ask, held, bearer):
        assert 401 == ask(held, bearer=bearer).status_code

    def test_51_f3_the_refusal_says_nothing_of_the_token(self, ask, held):
        assert "active" not in ask(held, bearer="x").json

    def test_51_f3_an_access_token_opens_nothing_but_itself(self, flow, ask, held):
        assert 401 == ask(held, bearer=flow.tokens()["access_token"]).status_code

    def test_51_f3_a_key_that_was_taken_back_opens_nothing(self, ask, held, store):
        with store.write():
            store.tokens.revoke_all(NOW)

        assert 401 == ask(held).status_code

    def test_51_f3_with_a_resource_key_it_is_200(self, ask, held):
        assert 200 == ask(held).status_code

    def test_51_f3_with_the_very_token_too(self, ask, held):
        assert [200, True] == [ask(held, bearer=held).status_code, ask(held, bearer=held).json["active"]]

    @pytest.mark.parametrize(
        ("member", "value"),
        [
            ("active", True),
            ("me", ME),
            ("client_id", APP),
            ("scope", SCOPE),
            ("iat", int(NOW.timestamp())),
        ],
    )
    def test_51_f3_what_it_says(self, introspect, held, member, value):
        told = introspect(held)[member]

        assert (value, type(value)) == (told, type(told))

    def test_51_f3_exp_is_a_whole_number_of_seconds(self, flow, refreshable, introspect):
        told = introspect(refreshable["access_token"])["exp"]

        assert (int(NOW.timestamp()) + 3600, int) == (told, type(told))

    @pytest.mark.parametrize("wrong", ["x", "", "é", "\x00", "indie_" + "A" * 43, "x" * 10_000])
    def test_51_f3_of_an_unknown_one_only_that_it_is_not_active(self, ask, wrong):
        """A parameter without a value is none (RFC 6749 §3.1)."""
        answer = ask(wrong)

        assert {"active": False} == answer.json if wrong else 400 == answer.status_code

    def test_51_f3_the_same_of_one_that_was_taken_back(self, flow, introspect, held):
        flow.app.post("/revoke", data={"token": held})

        assert {"active": False} == introspect(held)

    def test_51_f3_and_of_an_expired_one(self, introspect, held, clock):
        clock.shift(timedelta(days=366))

        assert {"active": False} == introspect(held)

    @pytest.mark.parametrize("kind", ["code", "refresh token", "key", "session"])
    def test_51_f3_and_of_all_that_is_no_access_token(self, flow, refreshable, key, introspect, kind):
        secret = {
            "code": flow.code(),
            "refresh token": refreshable["refresh_token"],
            "key": key,
            "session": flow.browser.get_cookie("indie").value,
        }[kind]

        assert {"active": False} == introspect(secret)

    def test_51_f3_of_one_that_is_dead_it_says_so_itself(self, flow, ask, held):
        flow.app.post("/revoke", data={"token": held})

        assert (200, {"active": False}) == ((answer := ask(held, bearer=held)).status_code, answer.json)

    def test_51_f3_without_a_token_it_is_an_invalid_request(self, ask):
        answer = ask()

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])

    def test_51_f3_a_get_is_no_question(self, flow, key, held):
        answer = flow.app.get(f"/introspect?token={held}", headers=as_header(key))

        assert (True, False) == (answer.status_code in (404, 405), "active" in answer.text)

    def test_51_f3_to_be_asked_about_is_no_use(self, ask, held, store):
        """Somebody else's server must not keep a token alive that nobody uses."""
        ask(held)

        assert [None] == [token.used for token in store.tokens.all(NOW) if token.kind == "access"]


class Test1fVerification:
    """52: asked by itself, in the old way."""

    @pytest.mark.parametrize(("member", "value"), [("me", ME), ("client_id", APP), ("scope", SCOPE), ("iat", int(NOW.timestamp()))])
    def test_52_f4_it_says(self, flow, held, member, value):
        assert value == flow.app.get("/token", headers=as_header(held)).json[member]

    def test_52_f4_it_is_200_and_json(self, flow, held):
        answer = flow.app.get("/token", headers=as_header(held))

        assert (200, "application/json") == (answer.status_code, answer.mimetype)

    def test_52_f4_with_the_profile_where_the_scope_is(self, flow):
        """What Indigenous shows as the account."""
        token = flow.tokens(scope="profile create")["access_token"]

        assert "Olaf Owner" == flow.app.get("/token", headers=as_header(token)).json["profile"]["name"]

    def test_52_f4_and_without_it_where_not(self, flow, held):
        assert "profile" not in flow.app.get("/token", headers=as_header(held)).json

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Bearer"}, {"Authorization": "Basic eDp5"}])
    def test_52_f4_a_bad_token_is_401(self, flow, headers):
        assert 401 == flow.app.get("/token", headers=headers).status_code

    def test_52_f4_a_form_where_that_is_more_welcome(self, flow, held):
        """Old clients ask for one."""
        headers = as_header(held) | {"Accept": "application/x-www-form-urlencoded"}

        assert urlencode({"me": ME}) in flow.app.get("/token", headers=headers).text


class Test1fRevocation:
    """53: taken back."""

    @pytest.mark.parametrize("path", ["/revoke", "/token?action=revoke", "/token"])
    def test_53_f5_a_revoked_token_opens_nothing(self, flow, held, path):
        before = flow.opens(held)
        flow.app.post(path, data={"token": held} | ({"action": "revoke"} if path == "/token" else {}))

        assert (True, False) == (before, flow.opens(held))

    def test_53_f5_the_next_call_is_401(self, flow, held):
        flow.app.post("/revoke", data={"token": held})

        assert 401 == flow.app.get("/micropub?q=config", headers=as_header(held)).status_code

    @pytest.mark.parametrize("token", ["x", "indie_" + "A" * 43, "é", "\x00"])
    @pytest.mark.parametrize("form", [{}, {"action": "revoke"}])
    def test_53_f5_an_unknown_one_is_200_too(self, flow, token, form):
        path = "/token" if form else "/revoke"

        assert 200 == flow.app.post(path, data={"token": token} | form).status_code

    def test_53_f5_a_second_time_is_200_too(self, flow, held):
        assert [200, 200] == [flow.app.post("/revoke", data={"token": held}).status_code for _ in range(2)]

    def test_53_f5_no_hint_of_its_kind_is_needed(self, flow, held):
        """And a wrong one does no harm (RFC 7009 §2.1)."""
        flow.app.post("/revoke", data={"token": held, "token_type_hint": "refresh_token"})

        assert not flow.opens(held)

    def test_53_f5_a_refresh_token_goes(self, flow, refreshable):
        flow.app.post("/revoke", data={"token": refreshable["refresh_token"]})

        assert "invalid_grant" == flow.refresh(refreshable["refresh_token"]).json["error"]

    def test_53_f5_with_its_family(self, flow, refreshable):
        following = flow.refresh(refreshable["refresh_token"]).json
        flow.app.post("/revoke", data={"token": following["refresh_token"]})

        assert [False, False] == [flow.opens(each["access_token"]) for each in (refreshable, following)]

    def test_53_f5_another_apps_tokens_stay(self, flow, held, refreshable):
        flow.app.post("/revoke", data={"token": refreshable["refresh_token"]})

        assert flow.opens(held)

    def test_53_f5_nobody_needs_to_prove_who_he_is(self, flow, held):
        """Whoever has the token may give it away; the metadata say `none`."""
        assert 200 == flow.site.test_client().post("/revoke", data={"token": held}).status_code


class Test1fUserinfo:
    """54: who the owner is."""

    def test_54_f6_it_is_the_object_of_the_exchange(self, flow):
        issued = flow.tokens(scope="profile")

        assert issued["profile"] == flow.app.get("/userinfo", headers=as_header(issued["access_token"])).json

    def test_54_f6_email_has_a_scope_of_its_own(self, flow, store):
        with store.write():
            store.preferences.put("email", "olaf@site.example")
        told = [
            flow.app.get("/userinfo", headers=as_header(flow.tokens(scope=scope)["access_token"])).json.get("email")
            for scope in ("profile", "profile email")
        ]

        assert [None, "olaf@site.example"] == told

    def test_54_f6_without_a_token_it_is_401_and_no_error_is_named(self, flow):
        """RFC 6750 §3.1: nothing was wrong, it is only needed."""
        answer = flow.app.get("/userinfo")

        assert (401, False, False) == (
            answer.status_code, "error" in answer.json, "error" in answer.headers["WWW-Authenticate"]
        )  # fmt: skip

    def test_54_f6_a_bad_one_is_an_invalid_token(self, flow):
        answer = flow.app.get("/userinfo", headers=as_header("x"))

        assert (401, "invalid_token") == (answer.status_code, answer.json["error"])
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]

    def test_54_f6_one_without_profile_has_an_insufficient_scope(self, flow, held):
        answer = flow.app.get("/userinfo", headers=as_header(held))

        assert (403, "insufficient_scope") == (answer.status_code, answer.json["error"])
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]

    @pytest.mark.parametrize("which", ["none", "bad", "other"])
    def test_54_f6_each_refusal_is_a_challenge(self, flow, held, which):
        """One that also says where tokens come from (RFC 9728 §5.1)."""
        headers = {"none": {}, "bad": as_header("x"), "other": as_header(held)}[which]
        challenge = flow.app.get("/userinfo", headers=headers).headers["WWW-Authenticate"]

        assert challenge.startswith("Bearer ")
        assert f'resource_metadata="{ME}.well-known/oauth-protected-resource"' in challenge

    def test_54_f6_no_cache_keeps_it(self, flow):
        token = flow.tokens(scope="profile")["access_token"]

        assert "no-store" == flow.app.get("/userinfo", headers=as_header(token)).headers["Cache-Control"]


def test_51_f3_an_app_with_a_document_is_named_by_its_address(introspect, refreshable):
    assert DOCUMENT == introspect(refreshable["access_token"])["client_id"]


def test_51_f3_a_token_without_an_end_has_no_exp(introspect, store, key):
    """One made by hand."""
    assert "exp" not in introspect(tokens.issue(store, ["create"], "", NOW))
