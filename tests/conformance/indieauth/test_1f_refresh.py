"""Tokens that are exchanged for the next ones, and those that are not: items 49 and 50 of the requirements."""

import threading
from datetime import timedelta

import pytest

from tests.conformance.indieauth.conftest import APP, DOCUMENT

JSON_APP = {"client_id": DOCUMENT, "redirect_uri": "https://json.example/back"}
HOUR = timedelta(hours=1)


class Test1fRefresh:
    """49: the exchange."""

    def test_49_f1_a_refresh_token_buys_an_access_token(self, flow, refreshable):
        assert flow.opens(flow.refresh(refreshable["refresh_token"]).json["access_token"])

    @pytest.mark.parametrize("member", ["token_type", "scope", "me", "expires_in"])
    def test_49_f1_the_answer_has_what_the_first_had(self, flow, refreshable, member):
        assert refreshable[member] == flow.refresh(refreshable["refresh_token"]).json[member]

    @pytest.mark.parametrize("member", ["access_token", "refresh_token"])
    def test_49_f1_both_are_new(self, flow, refreshable, member):
        assert refreshable[member] != flow.refresh(refreshable["refresh_token"]).json[member]

    def test_49_f1_after_the_hour_it_still_can(self, flow, refreshable, clock):
        clock.shift(HOUR * 5)

        assert flow.opens(flow.refresh(refreshable["refresh_token"]).json["access_token"])

    def test_49_f1_fewer_scopes_may_be_asked_for(self, flow, refreshable):
        assert "create" == flow.refresh(refreshable["refresh_token"], scope="create").json["scope"]

    def test_49_f1_the_new_refresh_token_keeps_all_of_them(self, flow, refreshable):
        narrowed = flow.refresh(refreshable["refresh_token"], scope="create").json

        assert refreshable["scope"] == flow.refresh(narrowed["refresh_token"]).json["scope"]

    @pytest.mark.parametrize("scope", ["create delete", "delete", "recreate", "create create:all"])
    def test_49_f1_more_are_an_invalid_scope(self, flow, refreshable, scope):
        answer = flow.refresh(refreshable["refresh_token"], scope=scope)

        assert (400, "invalid_scope") == (answer.status_code, answer.json["error"])

    @pytest.mark.parametrize("scope", ['cre"ate', "é"])
    def test_49_f1_so_is_what_no_scope_could_be(self, flow, refreshable, scope):
        """RFC 6749 §5.2: “invalid, unknown, malformed”."""
        assert "invalid_scope" == flow.refresh(refreshable["refresh_token"], scope=scope).json["error"]

    def test_49_f1_an_invalid_scope_uses_nothing_up(self, flow, refreshable, clock):
        flow.refresh(refreshable["refresh_token"], scope="delete")
        clock.shift(HOUR)

        assert 200 == flow.refresh(refreshable["refresh_token"]).status_code

    @pytest.mark.parametrize("sent", [{"refresh_token": "x"}, {"client_id": DOCUMENT}, {"client_id": DOCUMENT, "refresh_token": ""}])
    def test_49_f1_a_missing_parameter_is_an_invalid_request(self, stranger, sent):
        answer = stranger.app.post("/token", data={"grant_type": "refresh_token"} | sent)

        assert (400, "invalid_request") == (answer.status_code, answer.json["error"])

    @pytest.mark.parametrize("client_id", [APP, "https://json.example/ID", "nonsense"])
    def test_49_f1_another_app_cannot(self, flow, refreshable, client_id):
        answer = flow.refresh(refreshable["refresh_token"], client_id=client_id)

        assert (400, "invalid_grant") == (answer.status_code, answer.json["error"])

    @pytest.mark.parametrize("wrong", ["x", "indie_refresh_" + "A" * 43, "é", "\x00"])
    def test_49_f1_an_unknown_one_buys_nothing(self, flow, refreshable, wrong):
        assert "invalid_grant" == flow.refresh(wrong).json["error"]

    def test_49_f1_an_access_token_is_none(self, flow, refreshable):
        assert "invalid_grant" == flow.refresh(refreshable["access_token"]).json["error"]


class Test1fRotation:
    """49: what an exchanged one is worth."""

    @pytest.mark.parametrize("late", [0, 29])
    def test_49_f1_a_retry_within_half_a_minute_succeeds(self, flow, refreshable, clock, late):
        """Its answer was lost on the way."""
        flow.refresh(refreshable["refresh_token"])
        clock.shift(late)

        assert flow.opens(flow.refresh(refreshable["refresh_token"]).json["access_token"])

    def test_49_f1_after_that_it_buys_nothing(self, flow, refreshable, clock):
        flow.refresh(refreshable["refresh_token"])
        clock.shift(31)

        assert "invalid_grant" == flow.refresh(refreshable["refresh_token"]).json["error"]

    def test_49_f1_a_retry_does_not_prolong_it(self, flow, refreshable, clock):
        """The first exchange counts."""
        for _ in range(2):
            flow.refresh(refreshable["refresh_token"])
            clock.shift(20)

        assert "invalid_grant" == flow.refresh(refreshable["refresh_token"]).json["error"]

    def test_49_f1_and_takes_back_the_refresh_tokens_of_the_family(self, flow, refreshable, clock):
        following = flow.refresh(refreshable["refresh_token"]).json
        clock.shift(31)
        flow.refresh(refreshable["refresh_token"])

        assert "invalid_grant" == flow.refresh(following["refresh_token"]).json["error"]

    def test_49_f1_and_the_access_tokens(self, flow, refreshable, clock):
        following = flow.refresh(refreshable["refresh_token"]).json
        clock.shift(31)
        flow.refresh(refreshable["refresh_token"])

        assert [False, False] == [flow.opens(each["access_token"]) for each in (refreshable, following)]

    def test_49_f1_another_sign_ins_family_stays(self, flow, refreshable, clock):
        other = flow.tokens(**JSON_APP)
        flow.refresh(refreshable["refresh_token"])
        clock.shift(31)
        flow.refresh(refreshable["refresh_token"])

        assert 200 == flow.refresh(other["refresh_token"]).status_code

    def test_49_f1_a_thief_with_another_client_id_takes_nothing_back(self, flow, refreshable, clock):
        """Otherwise he would only have to know an old one."""
        following = flow.refresh(refreshable["refresh_token"]).json
        clock.shift(31)
        flow.refresh(refreshable["refresh_token"], client_id=APP)

        assert 200 == flow.refresh(following["refresh_token"]).status_code

    def test_49_f1_of_eight_at_the_same_moment_each_is_a_retry(self, flow, refreshable, store):
        start, seen = threading.Barrier(8), []

        def come():
            start.wait()
            seen.append(flow.refresh(refreshable["refresh_token"]).status_code)
            store.database.release()

        threads = [threading.Thread(target=come) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [200] * 8 == seen

    def test_49_f1_the_chain_ends_with_the_consent(self, flow, document, clock):
        """However often it is renewed: the owner said for how long."""
        document(grant_types=["refresh_token"])
        held = flow.tokens(form={"lifetime": "30"}, **JSON_APP)
        for _ in range(3):
            clock.shift(timedelta(days=9, hours=23))
            held = flow.refresh(held["refresh_token"]).json
        clock.shift(timedelta(hours=4))

        assert "invalid_grant" == flow.refresh(held["refresh_token"]).json["error"]

    def test_49_f1_near_its_end_the_access_token_ends_with_it(self, flow, document, clock):
        document(grant_types=["refresh_token"])
        held = flow.tokens(form={"lifetime": "1"}, **JSON_APP)
        clock.shift(timedelta(hours=23, minutes=30))

        assert 30 * 60 == flow.refresh(held["refresh_token"]).json["expires_in"]


class Test1fLifetime:
    """50: who gets which."""

    def test_50_f2_an_app_whose_document_says_so_gets_a_refresh_token(self, refreshable):
        assert refreshable["refresh_token"]

    def test_50_f2_its_access_token_lives_an_hour(self, refreshable):
        assert 3600 == refreshable["expires_in"]

    def test_50_f2_after_that_it_opens_nothing(self, flow, refreshable, clock):
        clock.shift(HOUR)

        assert not flow.opens(refreshable["access_token"])

    @pytest.mark.parametrize("members", [{}, {"grant_types": ["authorization_code"]}, {"grant_types": "refresh_token"}])
    def test_50_f2_one_whose_document_does_not_gets_none(self, flow, document, members):
        document(**members)

        assert "refresh_token" not in flow.tokens(**JSON_APP)

    def test_50_f2_nor_does_one_without_a_document(self, flow):
        assert "refresh_token" not in flow.tokens()

    @pytest.mark.parametrize("app", ["without", "with"])
    def test_50_f2_nor_does_one_that_asks_in_another_way(self, flow, document, app):
        """`offline_access` is OpenID's; it is a scope like any unknown one."""
        document(grant_types=["authorization_code"])
        who = JSON_APP if app == "with" else {}

        assert "refresh_token" not in flow.tokens(scope="create offline_access", **who)

    def test_50_f2_their_token_lives_a_year(self, flow, clock):
        token = flow.tokens()["access_token"]
        seen = []
        for _ in range(7):
            clock.shift(timedelta(days=52))
            seen.append(flow.opens(token))
        clock.shift(timedelta(days=1))

        assert [*[True] * 7, False] == [*seen, flow.opens(token)]

    def test_50_f2_it_dies_when_it_is_not_used_for_sixty_days(self, flow, clock):
        token = flow.tokens()["access_token"]
        clock.shift(timedelta(days=60))

        assert not flow.opens(token)

    def test_50_f2_use_keeps_it_alive(self, flow, clock):
        token = flow.tokens()["access_token"]
        clock.shift(timedelta(days=59))
        flow.opens(token)
        clock.shift(timedelta(days=59))

        assert flow.opens(token)

    def test_50_f2_use_in_vain_does_too(self, flow, clock):
        """Whether the scope was enough makes no difference to who holds it."""
        token = flow.tokens(scope="profile")["access_token"]
        clock.shift(timedelta(days=59))
        flow.opens(token)
        clock.shift(timedelta(days=59))

        assert 200 == flow.app.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code

    def test_50_f2_without_an_end_idleness_still_ends_it(self, flow, clock):
        token = flow.tokens(form={"lifetime": "0"})["access_token"]
        clock.shift(timedelta(days=60))

        assert not flow.opens(token)

    def test_50_f2_a_refresh_token_that_nobody_uses_dies_too(self, flow, refreshable, clock):
        clock.shift(timedelta(days=60))

        assert "invalid_grant" == flow.refresh(refreshable["refresh_token"]).json["error"]
