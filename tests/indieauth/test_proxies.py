"""Whose address it is: what proxies say is believed as far as the operator says that there are any (DESIGN §2)."""

import dataclasses
from datetime import UTC, datetime

import pytest

from indie import wiring

FORM = {"password": "correct horse"}
DIRECT = "127.0.0.1"


@pytest.fixture
def seen(settings, store, owner):
    """`seen(proxies, headers)`: the address from which the owner signed in."""

    def sign_in(proxies, headers):
        app = wiring.create_app(dataclasses.replace(settings, proxies=proxies), store)
        app.test_client().post("/signin", data=FORM, headers=headers)
        (session,) = store.sessions.all(datetime.now(UTC))
        return session.address

    return sign_in


@pytest.mark.parametrize(
    "forged",
    [
        {"X-Forwarded-For": "192.0.2.1"},
        {"X-Forwarded-For": "192.0.2.1, 192.0.2.2"},
        {"Forwarded": "for=192.0.2.1"},
        {"X-Real-IP": "192.0.2.1"},
    ],
)
def test_without_a_proxy_nobody_is_believed(seen, forged):
    assert DIRECT == seen(0, forged)


@pytest.mark.parametrize(
    ("proxies", "said", "address"),
    [
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9, 192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.9, 203.0.113.8, 2001:db8::1", "2001:db8::1"),
        (2, "192.0.2.1, 198.51.100.1", "192.0.2.1"),
        (2, "203.0.113.9, 192.0.2.1, 198.51.100.1", "192.0.2.1"),
    ],
)
def test_with_so_many_that_many_are(seen, proxies, said, address):
    """Each puts its client at the end; what stands before that was sent by anybody."""
    assert address == seen(proxies, {"X-Forwarded-For": said})


@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-For": ""}, {"Forwarded": "for=192.0.2.1"}])
def test_a_proxy_that_says_nothing_is_the_client(seen, headers):
    assert DIRECT == seen(1, headers)


def test_fewer_than_there_should_be_are_not_believed(seen):
    """Somebody came around one of them."""
    assert DIRECT == seen(2, {"X-Forwarded-For": "192.0.2.1"})


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Forwarded-Port"])
def test_scheme_and_host_are_those_of_the_settings(settings, store, header):
    app = wiring.create_app(dataclasses.replace(settings, proxies=1), store)
    answer = app.test_client().get("/.well-known/oauth-authorization-server", headers={header: "evil.example"})

    assert settings.url == answer.json["issuer"]


@pytest.mark.parametrize(("proxies", "tries"), [(0, [403] * 5 + [429]), (1, [403] * 6)])
def test_a_forged_address_has_no_tries_of_its_own(settings, store, owner, proxies, tries):
    """Unless a proxy says it."""
    browser = wiring.create_app(dataclasses.replace(settings, proxies=proxies), store).test_client()
    sent = [
        browser.post("/signin", data={"password": "wrong"}, headers={"X-Forwarded-For": f"192.0.2.{number}"}).status_code
        for number in range(6)
    ]

    assert tries == sent


@pytest.mark.parametrize(("limited", "status"), [(True, 429), (False, 303)])
def test_with_the_limit_off_nobody_is_refused(settings, store, owner, limited, status):
    browser = wiring.create_app(dataclasses.replace(settings, rate_limit=limited), store).test_client()
    for _ in range(5):
        browser.post("/signin", data={"password": "wrong"})

    assert status == browser.post("/signin", data=FORM).status_code
