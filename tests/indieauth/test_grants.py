"""From consent to a code, from the code to tokens, from one refresh token to the next."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from indie.errors import InvalidGrant, InvalidScope
from indie.indieauth import grants, pkce, tokens
from indie.indieauth.authorization import AuthorizationRequest

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
VERIFIER = "a" * 43
APP = "https://app.example/"
BACK = "https://app.example/back"
REQUEST = AuthorizationRequest(APP, BACK, "st8", ("create", "update"), pkce.challenge(VERIFIER), "")
DAY = timedelta(days=1)


@pytest.fixture
def approve(store):
    """`approve(days=…, refreshable=…)` is a code."""

    def made(scope=("create", "update"), days=365, refreshable=False, request=REQUEST):
        return grants.approve(store, NOW, request, scope, days, refreshable=refreshable)

    return made


@pytest.fixture
def redeem(store):
    """`redeem(code)` by the right app; with another client_id, redirect_uri or code_verifier, at another time."""

    def used(code, now=NOW, **changes):
        right = {"client_id": APP, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return grants.redeem(store, now, code=code, **(right | changes))

    return used


@pytest.fixture
def exchange(store):
    """`exchange(code)` by the right app: the tokens."""
    right = {"client_id": APP, "redirect_uri": BACK, "code_verifier": VERIFIER}
    return lambda code: grants.exchange(store, NOW, code=code, **right)


@pytest.fixture
def issue(approve, exchange):
    """`issue(days=…, refreshable=…)`: the first tokens of a consent."""
    return lambda **how: exchange(approve(**how))


@pytest.fixture
def refresh(store):
    def renewed(refresh_token, now=NOW, client_id=APP, scope=""):
        return grants.refresh(store, now, refresh_token=refresh_token, client_id=client_id, scope=scope)

    return renewed


def is_alive(store, token, now=NOW):
    return tokens.introspect(store, token, now) is not None


class TestRedeem:
    def test_it_gives_what_was_granted(self, approve, redeem):
        grant = redeem(approve(scope=("create",), days=30, refreshable=True))

        assert (APP, ("create",), 30, True, NOW) == (grant.client_id, grant.scope, grant.days, grant.refreshable, grant.created)

    @pytest.mark.parametrize("age", [grants.CODE, timedelta(minutes=10), timedelta(hours=24, seconds=5), timedelta(hours=25)])
    def test_not_when_it_is_too_old(self, approve, redeem, age):
        with pytest.raises(InvalidGrant):
            redeem(approve(), NOW + age)

    @pytest.mark.parametrize(
        "changes",
        [{"client_id": ""}, {"client_id": "https://app.example"}, {"redirect_uri": f"{BACK}/"}, {"code_verifier": ""}, {"code_verifier": "b" * 43}],
    )
    def test_not_by_another_and_then_by_nobody(self, approve, redeem, changes):
        code = approve()
        for how in (changes, {}):
            with pytest.raises(InvalidGrant):
                redeem(code, **how)

    def test_a_verifier_without_a_challenge(self, approve, redeem):
        with pytest.raises(InvalidGrant):
            redeem(approve(request=replace(REQUEST, challenge="")))

    def test_a_second_use_takes_back_what_the_first_got(self, store, approve, exchange):
        """There is no moment between redemption and tokens for it to slip into (RFC 6749 §4.1.2)."""
        code = approve()
        token = exchange(code).access_token
        with pytest.raises(InvalidGrant):
            exchange(code)

        assert not is_alive(store, token)

    def test_eight_at_the_same_moment(self, store, approve, redeem):
        code, start, got = approve(), threading.Barrier(8), []

        def come():
            start.wait()
            try:
                got.append(redeem(code).client_id)
            except InvalidGrant:
                got.append("")
            store.database.release()

        threads = [threading.Thread(target=come) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [*[""] * 7, APP] == sorted(got)


class TestExchange:
    @pytest.mark.parametrize(("days", "seconds"), [(1, 86_400), (365, 31_536_000), (0, None)])
    def test_they_hold_for_the_days_of_the_consent(self, issue, days, seconds):
        assert seconds == issue(days=days).expires_in

    @pytest.mark.parametrize(("days", "seconds"), [(1, 3600), (0, 3600)])
    def test_those_that_are_refreshed_for_an_hour(self, issue, days, seconds):
        assert seconds == issue(days=days, refreshable=True).expires_in

    @pytest.mark.parametrize("refreshable", [True, False])
    def test_a_refresh_token_for_those_alone(self, issue, refreshable):
        assert refreshable is (issue(refreshable=refreshable).refresh_token is not None)

    def test_without_a_scope_there_are_none(self, issue):
        with pytest.raises(InvalidScope):
            issue(scope=())

    @pytest.mark.parametrize(("after", "alive"), [(60 * DAY - timedelta(seconds=1), True), (60 * DAY, False)])
    def test_one_that_nobody_uses_dies(self, store, issue, after, alive):
        assert alive is is_alive(store, issue(days=0).access_token, NOW + after)


class TestRefresh:
    def test_the_old_one_is_good_for_half_a_minute(self, issue, refresh):
        held = issue(refreshable=True).refresh_token
        refresh(held)

        assert refresh(held, NOW + grants.GRACE).refresh_token

    def test_after_that_the_family_goes(self, store, issue, refresh):
        held = issue(refreshable=True)
        following = refresh(held.refresh_token)
        with pytest.raises(InvalidGrant):
            refresh(held.refresh_token, NOW + grants.GRACE + timedelta(microseconds=1))

        assert [False, False] == [is_alive(store, one.access_token) for one in (held, following)]
        with pytest.raises(InvalidGrant):
            refresh(following.refresh_token)

    def test_what_is_refused_is_kept_as_refused(self, store, issue, refresh):
        """The transaction that takes the family back is not undone by the error."""
        held = issue(refreshable=True)
        refresh(held.refresh_token)
        for _ in range(2):
            with pytest.raises(InvalidGrant):
                refresh(held.refresh_token, NOW + DAY)

        assert [] == store.tokens.all(NOW + DAY)

    @pytest.mark.parametrize("client_id", ["", "https://evil.example/"])
    def test_another_app_neither_gets_nor_takes_anything(self, issue, refresh, client_id):
        held = issue(refreshable=True).refresh_token
        with pytest.raises(InvalidGrant):
            refresh(held, client_id=client_id)

        assert refresh(held).access_token

    def test_it_does_not_outlive_the_consent(self, store, issue, refresh):
        following = refresh(issue(days=30, refreshable=True).refresh_token, NOW + 29.99 * DAY)
        with pytest.raises(InvalidGrant):
            refresh(following.refresh_token, NOW + 30 * DAY)

        assert not is_alive(store, following.access_token, NOW + 30 * DAY)

    def test_fewer_scopes_are_for_this_access_token_alone(self, issue, refresh):
        narrowed = refresh(issue(refreshable=True).refresh_token, scope="update")

        assert (("update",), ("create", "update")) == (narrowed.scope, refresh(narrowed.refresh_token).scope)

    @pytest.mark.parametrize("scope", ["delete", "create delete", "recreate"])
    def test_more_scopes_are_refused(self, issue, refresh, scope):
        with pytest.raises(InvalidScope):
            refresh(issue(refreshable=True).refresh_token, scope=scope)
