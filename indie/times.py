"""Dates: RFC 3339 in and out, and the UTC text by which rows are sorted."""

import re
from datetime import UTC, datetime, tzinfo

_SHAPE = re.compile(r"[0-9W-]{8,10}([Tt ].{2,40})?", re.ASCII)
"""Why: Python takes any character between date and time, and so a count of milliseconds for a day in 1712."""


def now() -> datetime:
    """The clock, in UTC. Called at the rim alone; everything below is handed the time."""
    return datetime.now(UTC)


def parse(text: str, zone: tzinfo = UTC) -> datetime:
    """
    Read a date as clients and pages write it: RFC 3339, `+0100`, a space for the T, a bare date.

    zone: what a date without an offset means.
    Raises ValueError, with a sentence, for what is no date.
    """
    try:
        moment = datetime.fromisoformat(text.strip() if _SHAPE.fullmatch(text.strip()) else "")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        # Why: an offset can push the years 1 and 9999 out of the calendar, later and elsewhere.
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"“{text[:40]}” is not a date such as 2026-07-23T17:00:00+02:00") from None
    return moment


def rfc3339(moment: datetime) -> str:
    """`2026-07-23T17:00:00-05:00`: seconds, the offset kept, `+00:00` for UTC."""
    return moment.isoformat(timespec="seconds")


def sortable(moment: datetime) -> str:
    """UTC text of one length, so that text order is time order: `2026-07-23T22:00:00.000000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").zfill(27)


def from_sortable(text: str) -> datetime:
    """The moment that `sortable` wrote."""
    return datetime.fromisoformat(text)


def human(moment: datetime) -> str:
    """`23 July 2026, 17:00`, in the offset that the moment carries."""
    return f"{moment.day} {moment:%B} {moment.year}, {moment:%H:%M}"


def day(moment: datetime) -> str:
    """`23 July 2026`, in the offset that the moment carries."""
    return f"{moment.day} {moment:%B} {moment.year}"
