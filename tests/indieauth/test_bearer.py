"""The access token of a request, and what is noted of its use."""

from datetime import timedelta

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from indie import times
from indie.errors import InvalidToken, TwoTokens, Unauthorized
from indie.indieauth import bearer as bearers
from indie.indieauth import tokens

NOW = times.parse("2026-07-23T12:00:00Z")


@pytest.fixture
def token(store):
    return tokens.issue(store, ["create"], "https://client.example/", NOW, idle_days=60)


def request(**parts):
    """A request made of what `EnvironBuilder` takes."""
    return Request(EnvironBuilder(**parts).get_environ())


def admit(store, now=NOW, **parts):
    return bearers.admit(store, request(**parts), now)


class TestHeader:
    @pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "BEARER  {} ", " Bearer {}"])
    def test_it_is_read(self, store, token, header):
        assert ("create",) == admit(store, headers={"Authorization": header.format(token)}).scope

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic {}", "{}", "Token {}"])
    def test_all_else_is_no_token(self, store, token, header):
        with pytest.raises(Unauthorized) as refused:
            admit(store, headers={"Authorization": header.format(token)})
        assert not isinstance(refused.value, InvalidToken)

    def test_apaches_name_of_it_is_read(self, store, token):
        """IA 66."""
        assert admit(store, environ_overrides={"REDIRECT_HTTP_AUTHORIZATION": f"Bearer {token}"})

    def test_the_right_name_counts_first(self, store, token):
        with pytest.raises(InvalidToken):
            admit(store, headers={"Authorization": "Bearer x"}, environ_overrides={"REDIRECT_HTTP_AUTHORIZATION": f"Bearer {token}"})

    def test_a_client_cannot_send_apaches_name(self, store, token):
        with pytest.raises(Unauthorized):
            admit(store, headers={"Redirect-Http-Authorization": f"Bearer {token}"})


class TestElsewhere:
    @pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
    def test_it_is_read_in_a_form(self, store, token, content_type):
        assert admit(store, method="POST", data={"access_token": token}, content_type=content_type)

    def test_not_in_json(self, store, token):
        with pytest.raises(Unauthorized):
            admit(store, method="POST", json={"access_token": token})

    def test_not_in_the_query(self, store, token):
        with pytest.raises(Unauthorized):
            admit(store, query_string={"access_token": token})

    def test_not_in_a_cookie(self, store, token):
        with pytest.raises(Unauthorized):
            admit(store, headers={"Cookie": f"access_token={token}; indie={token}"})

    def test_never_in_two_places(self, store, token):
        with pytest.raises(TwoTokens):
            admit(store, method="POST", data={"access_token": token}, headers={"Authorization": f"Bearer {token}"})

    def test_nor_twice_in_one(self, store, token):
        with pytest.raises(TwoTokens):
            admit(store, method="POST", data={"access_token": [token, token]})


class TestUse:
    def used(self, store):
        return [(each.used, each.address, each.agent) for each in store.tokens.all(NOW)]

    def test_it_is_noted_with_who_it_was(self, store, token):
        admit(
            store,
            headers={"Authorization": f"Bearer {token}", "User-Agent": "Quill"},
            environ_base={"REMOTE_ADDR": "192.0.2.1"},
        )

        assert [(NOW, "192.0.2.1", "Quill")] == self.used(store)

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_of_questions_too(self, store, token, method):
        """A token that only reads is not an idle one."""
        admit(store, method=method, headers={"Authorization": f"Bearer {token}"})

        assert NOW == self.used(store)[0][0]

    @pytest.mark.parametrize(("after", "noted"), [(timedelta(minutes=59), False), (timedelta(hours=1), True)])
    def test_once_an_hour(self, store, token, after, noted):
        for moment in (NOW, NOW + after):
            admit(store, moment, headers={"Authorization": f"Bearer {token}"})

        assert (NOW + after if noted else NOW) == self.used(store)[0][0]

    def test_what_is_refused_is_no_use(self, store, token):
        with pytest.raises(InvalidToken):
            admit(store, headers={"Authorization": "Bearer x"})

        assert [(None, "", "")] == self.used(store)

    def test_a_long_name_of_a_browser_is_cut(self, store, token):
        admit(store, headers={"Authorization": f"Bearer {token}", "User-Agent": "x" * 10_000})

        assert 200 == len(self.used(store)[0][2])
