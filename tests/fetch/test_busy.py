"""An answer that only says "later" is no answer yet."""

import pytest

from indie.errors import ServerBusy
from indie.fetch.fetched import Fetched, Headers


def answer(status, retry_after=None):
    return Fetched("https://busy.example/x", status, Headers({"Retry-After": retry_after} if retry_after else {}), b"")


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 404, 410])
def test_an_answer_that_says_something_is_itself(status):
    """Refusals and 410 are answers: they decide what becomes of a response."""
    assert answer(status) == answer(status).unless_busy()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_later_is_worth_another_try(status):
    """408, 425, 429 and 5xx raise ServerBusy, which jobs try again."""
    with pytest.raises(ServerBusy) as caught:
        answer(status).unless_busy()

    assert caught.value.again


@pytest.mark.parametrize(
    ("header", "seconds"), [("120", 120), (" 7 ", 7), (None, None), ("soon", None), ("-5", None), ("9999999", None)]
)
def test_retry_after_is_read_in_seconds(header, seconds):
    """RFC 9110 §10.2.3; a date, or more than eleven days, is passed over."""
    with pytest.raises(ServerBusy) as caught:
        answer(503, header).unless_busy()

    assert seconds == caught.value.retry_after
