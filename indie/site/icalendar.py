"""Events as calendars read them: iCalendar (RFC 5545), made by hand as it is a dozen lines of text."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from indie import times

TYPE = "text/calendar"

_LONGEST = 75
"""Octets of a line, without its end (§3.1)."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar(name: str, events: Iterable[Iterable[tuple[str, str]]]) -> str:
    """
    A calendar of these events, each its content lines as `event` makes them.

    name: what the calendar is called, in the property that RFC 7986 has for it and the one that apps know.
    """
    head = [("VERSION", "2.0"), ("PRODID", "-//Indie//EN"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")]
    titles = [("NAME", text(name)), ("X-WR-CALNAME", text(name))]
    inside = (line for event in events for line in event)
    lines = [("BEGIN", "VCALENDAR"), *head, *titles, *inside, ("END", "VCALENDAR")]
    return "".join(f"{_folded(f'{key}:{value}')}\r\n" for key, value in lines)


def event(  # what a calendar shows of it
    url: str, start: str, end: str | None, stamp: datetime, *, summary: str, description: str = "", location: str = ""
) -> Iterator[tuple[str, str]]:
    """
    The content lines of an event, (name with parameters, value).

    url: its permalink, which is its UID too. start, end: as they were sent, a moment or a day.
    stamp: when it was last changed. Times are told in UTC, so that nobody needs our time zone (§3.3.5).
    Raises ValueError for a start that is no date; an end that is none, or not after it, is left out.
    """
    yield "BEGIN", "VEVENT"
    yield "UID", text(url)
    yield "DTSTAMP", _moment(stamp)
    yield _when("DTSTART", start)
    last = _end(start, end)
    if last:
        yield _when("DTEND", last)
    yield "SUMMARY", text(summary)
    for name, words in (("DESCRIPTION", description), ("LOCATION", location)):
        if words:
            yield name, text(words)
    yield "URL", url
    yield "END", "VEVENT"


def text(words: str) -> str:
    """Words as a value of type TEXT (§3.3.11)."""
    clean = _CONTROLS.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return re.sub(r"([\\;,])", r"\\\1", clean).replace("\n", "\\n")


def _when(name: str, sent: str) -> tuple[str, str]:
    if _DATE.fullmatch(sent):
        return f"{name};VALUE=DATE", sent.replace("-", "")
    return name, _moment(times.parse(sent))


def _end(start: str, end: str | None) -> str | None:
    """Why the day after the last: a day that is said to be an end belongs to the event, and DTEND does not (§3.6.1)."""
    try:
        if end is None or times.parse(end) < times.parse(start) or _is_day(start) != _is_day(end):
            return None
        if _is_day(end):
            return (date.fromisoformat(end) + timedelta(1)).isoformat()
    except (ValueError, OverflowError):  # also the last day that there is has none behind it
        return None
    return end if times.parse(end) > times.parse(start) else None


def _is_day(sent: str) -> bool:
    return _DATE.fullmatch(sent) is not None


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ").zfill(16)


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, each but the first behind a space; no character is cut."""
    pieces, piece, room = [], "", _LONGEST
    for character in line:
        size = len(character.encode("utf-8", "replace"))
        if size > room:
            pieces.append(piece)
            piece, room = "", _LONGEST - 1
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece])
