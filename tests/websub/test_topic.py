"""What a topic of ours is: whatever names our hub and itself, and is there."""

import pytest

from indie.fetch.fetched import Fetched, Headers
from indie.websub import topic
from tests.websub.conftest import ME

HUB, SELF = ("Link", f'<{ME}hub>; rel="hub"'), ("Link", f'<{ME}>; rel="self"')
KIND = ("Content-Type", "text/html; charset=utf-8")


def read(*headers, status=200, body=b"hello"):
    return topic.read(lambda url: Fetched(url, status, Headers([*headers]), body), ME, ME)


def test_it_names_our_hub_and_itself():
    found = read(KIND, HUB, SELF)
    assert (ME, KIND[1], b"hello") == (found.url, found.version.type, found.version.body)


@pytest.mark.parametrize(
    "headers",
    [[], [HUB], [SELF], [SELF, ("Link", '<https://hub.example/>; rel="hub"')], [HUB, SELF, ("Link", f'<{ME}other>; rel="self"')]],
    ids=["nothing", "no self", "no hub", "another hub", "two names"],
)
def test_what_does_not_is_none(headers):
    assert read(*headers) is None


@pytest.mark.parametrize("status", [304, 401, 404, 410])
def test_what_is_not_there_is_none(status):
    assert read(HUB, SELF, status=status) is None


def test_another_type_is_another_version():
    """Whoever follows is told both."""
    assert read(KIND, HUB, SELF).version.digest != read(("Content-Type", "text/plain"), HUB, SELF).version.digest


def test_what_links_to_nothing_is_not_even_read(shop):
    """A film is no topic."""
    answer = shop.render(f"{ME}static/theme.css")
    assert (200, b"") == (answer.status, answer.body)


def test_a_visitor_sees_the_same(shop, client, publish):
    publish(content="A fence is a promise.")
    assert client.get("/").data == shop.render(ME).body
