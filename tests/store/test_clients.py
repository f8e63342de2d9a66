"""What apps say of themselves, kept for a while."""

from datetime import datetime, timedelta

import pytest

from indie.store.clients import Clients

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
HOUR = timedelta(hours=1)
APP = "https://app.example/"


@pytest.fixture
def clients(store):
    return Clients(store.database)


def test_what_was_never_put_is_not_there(clients):
    assert None is clients.get(APP, NOW)


def test_it_is_there_until_it_expires(clients):
    clients.put(APP, "{}", NOW, NOW + HOUR)

    assert "{}" == clients.get(APP, NOW + HOUR - timedelta(seconds=1))
    assert None is clients.get(APP, NOW + HOUR)


def test_the_newest_counts(clients):
    clients.put(APP, '"one"', NOW, NOW + 2 * HOUR)
    clients.put(APP, '"two"', NOW, NOW + HOUR)

    assert '"two"' == clients.get(APP, NOW)
    assert None is clients.get(APP, NOW + HOUR)


def test_a_client_id_is_compared_letter_for_letter(clients):
    clients.put(APP, "{}", NOW, NOW + HOUR)

    assert None is clients.get("https://APP.example/", NOW)


def test_what_is_out_of_date_goes_when_something_comes(clients, store):
    """The table grows with the apps of a day, not with those of a year."""
    clients.put(APP, "{}", NOW, NOW + HOUR)
    clients.put("https://other.example/", "{}", NOW + HOUR, NOW + 2 * HOUR)

    assert [{"client_id": "https://other.example/"}] == store.database.query("SELECT client_id FROM clients")
