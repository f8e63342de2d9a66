"""An authorization request read from its query, and the address of the answer."""

from urllib.parse import parse_qsl, quote_from_bytes, unquote_to_bytes, urlencode, urlsplit

import hypothesis
import pytest
from hypothesis import strategies

from indie.errors import InvalidRequest
from indie.indieauth import authorization, pkce
from indie.indieauth.authorization import AuthorizationRequest

CHALLENGE = pkce.challenge("a" * 43)
ISSUER = "https://me.example/"
GOOD = {
    "response_type": "code",
    "client_id": "https://App.example",
    "redirect_uri": "https://app.example/back?x=1",
    "state": "st8",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "scope": "create update create",
    "me": "https://me.example/",
}


def parse(**changes):
    sent = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return authorization.parse(urlencode(sent).encode())


class TestParse:
    def test_what_it_reads(self):
        assert AuthorizationRequest(
            client_id="https://app.example/",
            redirect_uri="https://app.example/back?x=1",
            state="st8",
            scope=("create", "update"),
            challenge=CHALLENGE,
            me="https://me.example/",
        ) == parse().request

    def test_a_good_one_is_not_refused(self):
        assert None is parse().refusal

    def test_it_comes_back_from_json(self):
        request = parse(state="☃ \x00 +").request

        assert request == AuthorizationRequest.from_json(request.to_json())

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"response_type": "Code"}, "unsupported_response_type"),
            ({"state": None}, "invalid_request"),
            ({"state": ""}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge_method": None}, "invalid_request"),
            ({"code_challenge": None}, "invalid_request"),
            ({"code_challenge": "x"}, "invalid_request"),
            ({"scope": "ü"}, "invalid_scope"),
        ],
    )
    def test_what_the_app_is_told(self, changes, code):
        assert code == parse(**changes).refusal.code

    def test_of_a_request_that_is_refused_no_scope_is_known(self):
        assert () == parse(response_type="token").request.scope

    @pytest.mark.parametrize("name", ["response_type", "code_challenge", "code_challenge_method", "scope"])
    def test_what_is_not_in_utf8_is_told_too(self, name):
        query = urlencode({each: value for each, value in GOOD.items() if each != name}).encode() + f"&{name}=%FF".encode()

        assert "invalid_request" == authorization.parse(query).refusal.code

    @pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
    @pytest.mark.parametrize("value", [None, "", "\udcff", "x"])
    def test_without_sender_or_destination_nobody_is_told(self, name, value):
        sent = {each: told for each, told in (GOOD | {name: value}).items() if told is not None}

        with pytest.raises(InvalidRequest, match=r"\.$"):
            authorization.parse(urlencode(sent, errors="surrogateescape").encode())

    @pytest.mark.parametrize("name", [*GOOD, "nobody knows it", "%FF"])
    def test_nothing_may_be_there_twice(self, name):
        with pytest.raises(InvalidRequest, match="twice"):
            authorization.parse((urlencode(GOOD) + f"&{name.replace(' ', '+')}=a&{name.replace(' ', '+')}=a").encode())

    def test_nor_spelled_in_two_ways(self):
        with pytest.raises(InvalidRequest, match="twice"):
            authorization.parse((urlencode(GOOD) + "&%73tate=x").encode())

    @pytest.mark.parametrize(
        ("me", "challenge", "expects"),
        [("https://me.example/", None, True), ("", None, False), ("https://me.example/", CHALLENGE, False)],
    )
    def test_whether_it_expects_me(self, me, challenge, expects):
        method = "S256" if challenge else None

        assert expects is parse(me=me, code_challenge=challenge, code_challenge_method=method).request.expects_me

    @hypothesis.given(strategies.binary(max_size=300))
    def test_no_query_is_a_fault_of_ours(self, query):
        try:
            authorization.parse(urlencode(GOOD).encode() + b"&" + query)
        except InvalidRequest:
            return


class TestAnswer:
    @hypothesis.given(strategies.binary(min_size=1))
    def test_state_comes_back_byte_for_byte(self, state):
        """Read from one query, written into another: whatever its encoding."""
        rest = urlencode({name: value for name, value in GOOD.items() if name != "state"})
        request = authorization.parse(f"{rest}&state={quote_from_bytes(state, safe='')}".encode()).request
        (found,) = [
            part.partition("=")[2]
            for part in urlsplit(authorization.answer(request, ISSUER, code="c")).query.split("&")
            if part.startswith("state=")
        ]

        assert state == unquote_to_bytes(found.replace("+", " "))

    @pytest.mark.parametrize(
        ("redirect_uri", "begins"),
        [
            ("https://app.example/back", "https://app.example/back?code=c&"),
            ("https://app.example/back?x=1", "https://app.example/back?x=1&code=c&"),
            ("https://app.example/back?", "https://app.example/back?code=c&"),
            ("https://app.example/back?x=1&", "https://app.example/back?x=1&code=c&"),
            ("https://app.example", "https://app.example?code=c&"),
            ("com.example.app:/back", "com.example.app:/back?code=c&"),
        ],
    )
    def test_its_own_query_stays(self, redirect_uri, begins):
        request = AuthorizationRequest("https://app.example/", redirect_uri, "st8", (), "", "")

        assert authorization.answer(request, ISSUER, code="c").startswith(begins)

    @hypothesis.given(strategies.text(), strategies.text())
    def test_no_sentence_adds_a_parameter(self, error, description):
        request = parse().request
        location = authorization.answer(request, ISSUER, error=error, error_description=description)
        names = [name for name, _ in parse_qsl(urlsplit(location).query, keep_blank_values=True)]

        assert ["x", "error", "error_description", "state", "iss"] == names

    def test_without_a_state_none_is_made_up(self):
        request = parse(state=None).request

        assert "state" not in authorization.answer(request, ISSUER, error="invalid_request")
