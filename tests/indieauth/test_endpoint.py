"""What programs ask of the server, where no requirement has a number for it."""

from datetime import datetime, timedelta

import pytest

from indie.indieauth import endpoint, grants, tokens
from indie.indieauth.authorization import AuthorizationRequest

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
APP = "https://app.example/"


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def code(clock, store, owner):
    """A code that can be redeemed without PKCE."""
    request = AuthorizationRequest(APP, f"{APP}back", "st8", ("create",), "", "")
    return grants.approve(store, NOW, request, ("create",), 365, refreshable=False)


@pytest.fixture
def form(code):
    """What redeems it."""
    return {"grant_type": "authorization_code", "code": code, "client_id": APP, "redirect_uri": f"{APP}back"}


@pytest.mark.parametrize("me", ["https://me.example/", "http://127.0.0.1:5000/", "http://[::1]:5000/"])
def test_every_rel_leads_below_me(me):
    assert [] == [url for _, url in endpoint.rels(me) if not url.startswith(me)]


def test_each_rel_is_there_once():
    rels = [rel for rel, _ in endpoint.rels("https://me.example/")]

    assert len(rels) == len({*rels})


def test_a_form_may_be_multipart(client, form):
    assert 200 == client.post("/token", data=form, content_type="multipart/form-data").status_code


def test_the_form_counts_before_the_query(client, form):
    """What a proxy logged, or a link added, does not change a request."""
    assert 200 == client.post("/token?client_id=https://evil.example/&code=x", data=form).status_code


@pytest.mark.parametrize("grant_type", ["refresh_token", "password", "", "AUTHORIZATION_CODE"])
def test_the_profile_exchange_knows_codes_alone(client, form, grant_type):
    answer = client.post("/auth", data=form | {"grant_type": grant_type})

    assert (400, "unsupported_grant_type") == (answer.status_code, answer.json["error"])


def test_what_is_refused_before_the_code_is_read_does_not_burn_it(client, form):
    """A form without redirect_uri is a slip, and no try."""
    client.post("/token", data={**form, "redirect_uri": ""})

    assert 200 == client.post("/token", data=form).status_code


@pytest.mark.parametrize(
    ("days", "idle_days", "ends"),
    [(None, 0, None), (30, 0, 30), (None, 60, 60), (30, 60, 30), (365, 60, 60)],
)
def test_exp_is_whatever_ends_it_first(clock, client, store, days, idle_days, ends):
    """By date, or by idleness; introspection is no use, so the second stands."""
    token = tokens.issue(store, ["create"], APP, NOW, days, idle_days=idle_days)
    told = client.post("/introspect", data={"token": token}, headers={"Authorization": f"Bearer {token}"}).json

    assert (int((NOW + timedelta(days=ends)).timestamp()) if ends else None) == told.get("exp")


def test_a_use_is_noted_of_a_key_too(clock, client, store):
    key = tokens.issue(store, (), "", NOW, kind="key")
    client.post("/introspect", data={"token": "x"}, headers={"Authorization": f"Bearer {key}"})

    assert [NOW] == [token.used for token in store.tokens.all(NOW)]


@pytest.mark.parametrize("path", ["/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource"])
def test_what_never_changes_may_be_kept_for_an_hour(client, path):
    assert "max-age=3600" == client.get(path).headers["Cache-Control"]
