"""What comes back for a code: items 44 to 48 of the requirements."""

from io import BytesIO
from urllib.parse import parse_qs

import pytest
from PIL import Image

from indie.indieauth import owner as owners
from tests.conformance.indieauth.conftest import ME, NOW, PASSWORD, as_header

FORM = "application/x-www-form-urlencoded"
BOTH = pytest.mark.parametrize("at", ["/auth", "/token"])
FOR_SCRIPTS = [
    ("GET", "/.well-known/oauth-authorization-server"),
    ("POST", "/token"),
    ("GET", "/token"),
    ("POST", "/revoke"),
    ("POST", "/introspect"),
    ("GET", "/userinfo"),
]
"""What scripts of any page may use: (method, path)."""


@pytest.fixture
def email(store):
    """The owner says his e-mail address."""
    with store.write():
        store.preferences.put("email", "olaf@site.example")


class Test1eSuccess:
    """44 and 45: how it is told."""

    @pytest.mark.parametrize(("name", "value"), [("Cache-Control", "no-store"), ("Pragma", "no-cache")])
    @BOTH
    def test_44_t6_no_cache_keeps_it(self, flow, at, name, value):
        assert value == flow.redeem(flow.code(), at).headers[name]

    @BOTH
    def test_44_t6_it_is_200_and_json(self, flow, at):
        answer = flow.redeem(flow.code(), at)

        assert (200, "application/json") == (answer.status_code, answer.mimetype)

    @pytest.mark.parametrize("member", ["access_token", "scope", "me"])
    def test_44_t6_what_quill_and_micropublish_cannot_do_without(self, flow, member):
        assert flow.tokens()[member]

    def test_44_t6_its_type_is_bearer(self, flow):
        assert "Bearer" == flow.tokens()["token_type"]

    def test_44_t6_its_scope_is_what_was_granted(self, flow):
        """Joined by spaces, in the order of the request."""
        assert "update create" == flow.redeem(flow.code(ticked=["create", "update"], scope="update media create")).json["scope"]

    def test_44_t6_expires_in_is_a_whole_number_of_seconds(self, flow):
        assert 365 * 86_400 == flow.tokens()["expires_in"]

    def test_44_t6_and_missing_where_there_is_no_end(self, flow):
        assert "expires_in" not in flow.tokens(form={"lifetime": "0"})

    def test_44_t6_the_token_opens_what_it_says(self, flow):
        assert flow.opens(flow.tokens(scope="create")["access_token"])

    @pytest.mark.parametrize("accept", [None, "*/*", "application/json", "text/html", "application/json, application/x-www-form-urlencoded;q=0.8", f"{FORM}, application/json"])
    def test_45_t7_json_is_the_usual(self, flow, accept):
        """Absent, `*/*`, or at least as welcome as a form."""
        headers = {"Accept": accept} if accept else {}

        assert "application/json" == flow.redeem(flow.code(), headers=headers).headers["Content-Type"]

    @pytest.mark.parametrize("accept", [FORM, f"{FORM}, application/json;q=0.9", f"application/json;q=0.1, {FORM};q=0.2"])
    def test_45_t7_a_form_where_it_is_more_welcome(self, flow, accept):
        answer = flow.redeem(flow.code(), headers={"Accept": accept})

        assert (FORM, [ME]) == (answer.mimetype, parse_qs(answer.text)["me"])

    def test_45_t7_the_form_has_what_old_clients_read(self, flow):
        answer = flow.redeem(flow.code(scope="create profile"), headers={"Accept": FORM})

        assert {"access_token", "token_type", "scope", "me", "expires_in"} == parse_qs(answer.text).keys()


class Test1eProfile:
    """46: who the owner is."""

    @BOTH
    @pytest.mark.parametrize(("member", "value"), [("name", "Olaf Owner"), ("url", ME)])
    def test_46_t8_with_the_scope_profile(self, flow, at, member, value):
        assert value == flow.redeem(flow.code(scope="profile"), at).json["profile"][member]

    @BOTH
    @pytest.mark.parametrize("scope", ["create", "email create", None])
    def test_46_t8_without_it_there_is_none(self, flow, email, at, scope):
        answer = flow.redeem(flow.code(scope=scope), at)

        assert "profile" not in answer.json

    @BOTH
    def test_46_t8_the_photo_is_an_address_of_ours(self, flow, store, storage, at):
        photo = BytesIO()
        Image.new("RGB", (300, 100), "red").save(photo, "PNG")
        owners.set_up(store, storage, NOW, name="Olaf Owner", password=PASSWORD, photo=photo.getvalue())
        flow.sign_in()

        assert flow.redeem(flow.code(scope="profile"), at).json["profile"]["photo"].startswith(f"{ME}media/")

    @BOTH
    def test_46_t8_without_a_photo_nothing_is_said_of_one(self, flow, at):
        assert "photo" not in flow.redeem(flow.code(scope="profile"), at).json["profile"]

    @BOTH
    def test_46_t8_email_with_both_scopes(self, flow, email, at):
        assert "olaf@site.example" == flow.redeem(flow.code(scope="profile email"), at).json["profile"]["email"]

    @BOTH
    def test_46_t8_no_email_without_its_scope(self, flow, email, at):
        assert "email" not in flow.redeem(flow.code(scope="profile"), at).json["profile"]

    @BOTH
    def test_46_t8_no_email_where_the_owner_named_none(self, flow, at):
        assert "email" not in flow.redeem(flow.code(scope="profile email"), at).json["profile"]


class Test1eErrors:
    """47: how a refusal is told."""

    @pytest.mark.parametrize(
        ("sent", "error"),
        [
            ({}, "invalid_request"),
            ({"grant_type": "authorization_code"}, "invalid_request"),
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
            ({"grant_type": ""}, "unsupported_grant_type"),
            ({"grant_type": "refresh_token"}, "invalid_request"),
            ({"grant_type": "refresh_token", "refresh_token": "x", "client_id": "https://app.example/"}, "invalid_grant"),
            ({"grant_type": "authorization_code", "code": "x", "client_id": "https://app.example/", "redirect_uri": "x"}, "invalid_grant"),
        ],
    )
    def test_47_t9_it_is_400_with_the_code_of_the_specification(self, stranger, sent, error):
        answer = stranger.app.post("/token", data=sent)

        assert (400, error) == (answer.status_code, answer.json["error"])

    def test_47_t9_a_sentence_says_what_is_wrong(self, stranger):
        assert stranger.app.post("/token").json["error_description"].endswith(".")

    @pytest.mark.parametrize(("name", "value"), [("Cache-Control", "no-store"), ("Pragma", "no-cache")])
    def test_47_t9_no_cache_keeps_it(self, stranger, name, value):
        assert value == stranger.app.post("/token").headers[name]

    @pytest.mark.parametrize("path", ["/auth", "/token", "/introspect", "/revoke"])
    @pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", "nonsense"])
    def test_47_t9_a_body_of_another_kind_is_refused_in_json(self, stranger, path, kind):
        answer = stranger.app.post(path, data=b'{"code": "x"}', headers={"Content-Type": kind, "Accept": "text/html"})

        assert ("application/json", True) == (answer.mimetype, 400 <= answer.status_code < 500)

    @pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke", "/userinfo"])
    def test_47_t9_another_method_is_refused_in_json(self, stranger, path):
        """Never HTML, whatever the caller says that it reads."""
        answer = stranger.app.put(path, headers={"Accept": "text/html"})

        assert (405, "application/json") == (answer.status_code, answer.mimetype)

    @pytest.mark.parametrize("path", ["/auth", "/token", "/introspect", "/revoke"])
    def test_47_t9_a_body_that_is_too_large_is_refused_in_json(self, stranger, path):
        answer = stranger.app.post(path, data={"code": "x" * 11_000_000}, headers=as_header("x"))

        assert ("application/json", True) == (answer.mimetype, 400 <= answer.status_code < 500)

    @pytest.mark.parametrize("code", ["%", "é", "\x00", "'", "x" * 10_000])
    def test_47_t9_no_code_is_a_fault_of_ours(self, stranger, code):
        assert 400 == stranger.redeem(code).status_code

    @pytest.mark.parametrize("query", ["?grant_type=%FF", "?code=%00", "?=&&=", "?grant_type"])
    def test_47_t9_no_query_is_a_fault_of_ours(self, stranger, query):
        assert 400 == stranger.app.post(f"/token{query}").status_code

    def test_47_t9_a_form_that_is_not_text_is_no_fault_of_ours(self, stranger):
        answer = stranger.app.post("/token", data=b"grant_type=\xff\xfe&code=\xff", content_type=FORM)

        assert 400 == answer.status_code


class Test1eCors:
    """48: who may ask from a browser."""

    @pytest.mark.parametrize(("method", "path"), FOR_SCRIPTS)
    def test_48_t10_scripts_of_any_page_may_read_the_answer(self, stranger, method, path):
        assert "*" == stranger.app.open(path, method=method).headers["Access-Control-Allow-Origin"]

    @pytest.mark.parametrize(("method", "path"), FOR_SCRIPTS)
    def test_48_t10_a_browser_may_ask_first(self, stranger, method, path):
        wanted = {"Origin": "https://app.example", "Access-Control-Request-Method": method}
        answer = stranger.app.options(path, headers=wanted)
        allowed = answer.headers["Access-Control-Allow-Methods"].split(", ")

        assert (204, "*", True) == (answer.status_code, answer.headers["Access-Control-Allow-Origin"], method in allowed)

    @pytest.mark.parametrize(("method", "path"), FOR_SCRIPTS)
    def test_48_t10_and_send_a_token(self, stranger, method, path):
        assert "Authorization" in stranger.app.options(path).headers["Access-Control-Allow-Headers"]

    @pytest.mark.parametrize("path", ["/auth", "/signin", "/account"])
    @pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
    def test_48_t10_not_where_the_owner_decides(self, flow, path, method):
        assert "Access-Control-Allow-Origin" not in flow.browser.open(path, method=method).headers

    def test_48_t10_no_cookie_goes_along(self, stranger):
        """The star and credentials exclude each other; so they do here."""
        assert "Access-Control-Allow-Credentials" not in stranger.app.options("/token").headers
