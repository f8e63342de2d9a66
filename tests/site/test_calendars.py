"""Events as calendars read them: ours, as PyPI's icalendar sees them (RFC 5545)."""

from datetime import UTC, date, datetime

import icalendar
import pytest

from indie import publishing, times
from indie.mf2.item import Item
from indie.site import icalendar as ours
from tests.site.test_kinds import CAFE

ME = "http://site.example/"
MENDING = {
    "name": ["Fence mending; bring nails, please"],
    "start": ["2026-08-01T19:00:00+02:00"],
    "end": ["2026-08-01T22:00:00+02:00"],
    "location": [CAFE],
    "content": ["Bring a hammer.\n\nAnd a ladder, \\ or two."],
}
STAMP = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def event(store, storage, owner):
    """`event(name=["…"])` publishes an event like the mending but for this."""

    def make(**properties):
        return publishing.create(store, storage, ME, times.now(), Item(("h-event",), {**MENDING, **properties}), {})

    return make


def read(answer):
    """The events of a calendar."""
    assert (200, "text/calendar; charset=utf-8") == (answer.status_code, answer.headers["Content-Type"])
    return icalendar.Calendar.from_ical(answer.data).walk("VEVENT")


class TestEvent:
    @pytest.fixture
    def post(self, event):
        return event()

    @pytest.fixture
    def found(self, client, post):
        (one,) = read(client.get(post.path + ".ics"))
        return one

    def test_times_are_in_utc(self, found):
        moments = datetime(2026, 8, 1, 17, tzinfo=UTC), datetime(2026, 8, 1, 20, tzinfo=UTC)
        assert moments == (found.decoded("DTSTART"), found.decoded("DTEND"))
        assert b"DTSTART:20260801T170000Z" in found.to_ical()

    def test_words_come_back_as_they_were(self, found):
        """Semicolons, commas, backslashes and line breaks are escaped (§3.3.11)."""
        assert (MENDING["name"][0], MENDING["content"][0]) == (str(found["SUMMARY"]), str(found["DESCRIPTION"]))

    def test_it_says_where(self, found):
        assert str(found["LOCATION"]).startswith("Café Kotti, Adalbertstraße 96, Berlin")

    def test_its_uid_is_its_permalink(self, found, post):
        assert (post.url(ME), post.url(ME)) == (str(found["UID"]), str(found["URL"]))

    def test_it_has_a_stamp(self, found):
        assert found.decoded("DTSTAMP").tzinfo is not None


def test_days_end_with_their_last(client, event):
    """DTEND is the first moment that no longer belongs to it (§3.6.1); the end of a post is a day that does."""
    (found,) = read(client.get(event(start=["2026-08-01"], end=["2026-08-03"]).path + ".ics"))
    assert (date(2026, 8, 1), date(2026, 8, 4)) == (found.decoded("DTSTART"), found.decoded("DTEND"))


@pytest.mark.parametrize("end", [[], ["some day"], ["2026-07-01T19:00:00+02:00"], ["2026-08-02"]])
def test_an_end_that_is_none_is_left_out(client, event, end):
    (found,) = read(client.get(event(end=end).path + ".ics"))
    assert "DTEND" not in found


def test_the_last_day_that_there_is_ends_no_calendar(client, event):
    """There is no day after it."""
    event(start=["9999-12-30"], end=["9999-12-31"])
    (found,) = read(client.get("/events.ics"))
    assert (date(9999, 12, 30), False) == (found.decoded("DTSTART"), "DTEND" in found)


def test_all_public_events_are_in_one_calendar(client, event, store, storage):
    event()
    event(name=["Another"])
    event(visibility=["private"])
    event(visibility=["unlisted"])
    assert {MENDING["name"][0], "Another"} == {str(one["SUMMARY"]) for one in read(client.get("/events.ics"))}


def test_it_is_read_again_only_where_it_changed(client, event):
    event()
    first = client.get("/events.ics")
    again = client.get("/events.ics", headers={"If-None-Match": first.headers["ETag"]})
    assert (304, first.headers["ETag"]) == (again.status_code, again.headers["ETag"])


@pytest.mark.parametrize("path", ["/events.ics", "{}.ics"])
def test_it_changes_with_the_event(client, event, store, bearer, path):
    """Whatever stands in front of the site."""
    post = event()
    path = path.format(post.path)
    assert MENDING["name"][0].encode()[:13] in client.get(path).data
    asked = {"action": "update", "url": post.url(ME), "replace": {"name": ["Hedge laying"]}}
    assert client.post("/micropub", json=asked, headers=bearer("update")).status_code < 300
    assert ["Hedge laying"] == [str(one["SUMMARY"]) for one in read(client.get(path))]


@pytest.mark.parametrize("hidden", [{"visibility": ["private"]}, {"post-status": ["draft"]}, {"start": ["some day"]}])
def test_404_for_what_is_no_event_that_everybody_may_see(client, event, hidden):
    assert 404 == client.get(event(**hidden).path + ".ics").status_code


@pytest.mark.parametrize(("visibility", "said"), [("unlisted", "noindex"), ("public", None)])
def test_no_search_engine_lists_what_no_list_does(client, event, visibility, said):
    """As the page of an unlisted event says of itself."""
    assert said == client.get(event(visibility=[visibility]).path + ".ics").headers.get("X-Robots-Tag")


def test_404_for_a_post_that_is_no_event(client, store, storage):
    post = publishing.create(store, storage, ME, times.now(), Item(("h-entry",), {"content": ["x"]}), {})
    assert 404 == client.get(post.path + ".ics").status_code


def test_pages_lead_to_it(client, event):
    """rel=alternate of the list of events and of the event, and a link that is seen on its page."""
    post = event()
    assert f'href="{ME}events.ics"' in client.get("/events/").text
    page = client.get(post.path).text
    assert 2 == page.count(f'href="{post.url(ME)}.ics"')
    assert ".ics" not in client.get("/notes/").text


class TestLines:
    @pytest.mark.parametrize("words", ["x" * 300, "ä" * 300, "🚲" * 100, "吾輩は猫である。" * 30])
    def test_no_line_is_longer_than_75_octets(self, words):
        """And no character is cut in two (§3.1)."""
        made = ours.calendar("C", [ours.event(ME, "2026-08-01", None, STAMP, summary=words)])
        assert 75 >= max(len(line) for line in made.encode().split(b"\r\n"))
        assert words == str(icalendar.Calendar.from_ical(made).walk("VEVENT")[0]["SUMMARY"])

    def test_lines_end_as_they_must(self):
        made = ours.calendar("C", [])
        assert made.count("\n") == made.count("\r\n") == len(made.splitlines())

    def test_no_word_begins_a_line_of_its_own(self):
        """Whatever stands in a name, it is the summary."""
        made = ours.calendar("C", [ours.event(ME, "2026-08-01", None, STAMP, summary="a\r\nEND:VEVENT\x00\x0b")])
        assert "a\nEND:VEVENT" == str(icalendar.Calendar.from_ical(made).walk("VEVENT")[0]["SUMMARY"])
