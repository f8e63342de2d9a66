"""Dates in and out."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie import times

OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=OFFSETS)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-23T17:00:00+02:00", "2026-07-23T17:00:00+02:00"),
        ("2026-07-23T17:00:00Z", "2026-07-23T17:00:00+00:00"),
        ("2026-07-23T17:00:00+0100", "2026-07-23T17:00:00+01:00"),
        ("2026-07-23 17:00:00-05:00", "2026-07-23T17:00:00-05:00"),
        ("2026-07-23T17:00", "2026-07-23T17:00:00+00:00"),
        ("2026-07-23", "2026-07-23T00:00:00+00:00"),
        ("20260723T170000Z", "2026-07-23T17:00:00+00:00"),
        ("2026-07-23T17:00:00.123Z", "2026-07-23T17:00:00+00:00"),
        ("  2026-07-23T17:00:00Z\n", "2026-07-23T17:00:00+00:00"),
    ],
)
def test_a_date_is_read_as_it_is_written(text, moment):
    """And written with its offset, to the second."""
    assert moment == times.rfc3339(times.parse(text))


def test_a_date_without_an_offset_is_the_authors():
    zone = timezone(timedelta(hours=-5))

    assert "2026-07-23T17:00:00-05:00" == times.rfc3339(times.parse("2026-07-23T17:00", zone))
    assert "2026-07-23T17:00:00+00:00" == times.rfc3339(times.parse("2026-07-23T17:00Z", zone))


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026", "2026-13-01", "2026-02-30", "2026-07-23T25:00Z", "0001-01-01T00:00+01:00", "9999-12-31T23:00-02:00", "\ud800", "1" * 9999, "1712121212345", "2026-07-23x17:00"],
)
def test_what_is_no_date_is_told_in_a_sentence(text):
    """Short, whatever was sent; also what no offset leaves in the calendar."""
    with pytest.raises(ValueError, match=r"is not a date such as") as refused:
        times.parse(text)
    assert 100 > len(str(refused.value))


@given(st.text())
def test_whatever_is_sent_is_a_date_or_none(text):
    """Never another error; what is one can be stored."""
    try:
        moment = times.parse(text)
    except ValueError:
        return
    assert 27 == len(times.sortable(moment))


@given(MOMENTS, MOMENTS)
def test_text_order_is_time_order(one, other):
    """That is what the column is for."""
    assert (one < other) == (times.sortable(one) < times.sortable(other))


@given(MOMENTS)
def test_what_was_written_is_read_back(moment):
    assert moment == times.from_sortable(times.sortable(moment))
    assert moment.replace(microsecond=0) == times.parse(times.rfc3339(moment))


def test_the_column_is_utc_of_one_length():
    assert "2026-07-23T22:00:00.000000Z" == times.sortable(times.parse("2026-07-23T17:00:00-05:00"))
    assert "0987-01-02T00:00:00.000000Z" == times.sortable(times.parse("0987-01-02T00:00:00Z"))


def test_people_read_the_hour_on_its_authors_wall():
    assert "3 July 2026, 17:05" == times.human(times.parse("2026-07-03T17:05:59-05:00"))


def test_and_the_day_in_their_own_calendar():
    assert "3 July 2026" == times.day(times.parse("2026-07-03T23:05:59-05:00"))


def test_the_clock_is_utc():
    assert UTC is times.now().tzinfo
