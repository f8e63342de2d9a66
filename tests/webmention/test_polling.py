"""What became of a webmention that was sent: its status page is asked, at most five times (Webmention §3.1.4)."""

import itertools
from datetime import timedelta

import pytest

from indie import publishing, times
from indie.errors import Blocked, TimedOut
from indie.fetch.fetched import Fetched, Headers
from indie.jobs.handlers import run_one
from indie.webmention import polling
from tests.webmention.conftest import ME, html

TARGET, ENDPOINT, STATUS = (f"http://them.example/{path}" for path in ("post", "webmention", "status/1"))


def json(text, status="200 OK"):
    return f"HTTP/1.1 {status}\nContent-Type: application/json\n\n{text}".encode()


@pytest.fixture
def them(frozen_web):
    """Somebody who takes webmentions and says where it is told how they go on."""
    frozen_web.pages[TARGET] = html("<p>Theirs.", "200 OK", "Link: </webmention>; rel=webmention")
    frozen_web.pages[ENDPOINT] = b"HTTP/1.1 201 Created\nLocation: /status/1\n\n"
    frozen_web.pages[STATUS] = json('{"status": "queued"}')
    return frozen_web


@pytest.fixture
def sent(them, publish, work, store):
    """The delivery of a reply that was taken."""
    post = publish(content="I read this.", in_reply_to=TARGET)
    work()
    (delivery,) = store.deliveries.of(post.id)
    return delivery


@pytest.fixture
def poll(shop, store, sent):
    """Run the job that waits, at its time; returns the delivery as it is then."""

    def run():
        (when,) = due(store)
        run_one(shop, store.jobs.claim("here:1:a", when), when)
        return store.deliveries.get(sent.id)

    return run


def due(store):
    """When status pages are to be asked."""
    rows = store.database.query("SELECT due FROM jobs WHERE name = :name ORDER BY due", name=polling.JOB)
    return [times.from_sortable(row["due"]) for row in rows]


class TestAsked:
    def test_the_job_is_asked_for_when_it_is_taken(self, store, sent):
        (when,) = due(store)
        assert (STATUS, sent.changed + timedelta(seconds=15)) == (sent.location, when)

    @pytest.mark.parametrize("status", ["200 OK", "202 Accepted", "201 Created"])
    def test_whatever_the_status(self, them, publish, work, store, status):
        them.pages[ENDPOINT] = f"HTTP/1.1 {status}\nLocation: /status/1\n\n".encode()
        publish(content="x", in_reply_to=TARGET)
        work()
        assert 1 == len(due(store))

    @pytest.mark.parametrize(
        "location", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example", "data:text/plain,x", ME + "admin?x", "http://a b/", ""]
    )  # fmt: skip
    def test_what_is_no_page_of_others_is_not_kept(self, them, publish, work, store, location):
        """Nor asked: our own pages are none."""
        them.pages[ENDPOINT] = f"HTTP/1.1 201 Created\nLocation: {location}\n\n".encode()
        post = publish(content="x", in_reply_to=TARGET)
        work()
        (delivery,) = store.deliveries.of(post.id)
        assert ("sent", "", []) == (delivery.state, delivery.location, due(store))

    def test_five_times_at_most(self, store, them, poll):
        """At longer and longer times."""
        asked = []
        while due(store):
            asked += due(store)
            poll()
        waits = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(asked)]
        assert ([120, 900, 7200, 43_200], 5) == (waits, them.requested.count(STATUS))

    def test_a_job_that_runs_twice_is_one_of_the_five(self, store, them, sent):
        """And only one is asked for after it."""
        for _ in range(9):
            polling.poll(store, them, sent.id, times.now())
        assert (5, 5, 1) == (store.deliveries.get(sent.id).polls, them.requested.count(STATUS), len(due(store)))

    def test_what_was_noted_meanwhile_stays(self, store, sent):
        """Two looks at once: the second finds that it was not the first."""
        assert [True, False] == [store.deliveries.polled(sent, outcome) for outcome in ("success", "queued")]
        assert ("success", 1) == (store.deliveries.get(sent.id).outcome, store.deliveries.get(sent.id).polls)

    def test_what_is_to_be_told_again_is_not_asked_for(self, store, them, poll, sent):
        with store.write():
            store.deliveries.add(sent.post_id, TARGET, times.now())
        poll()
        assert STATUS not in them.requested

    def test_told_again_it_is_asked_for_again(self, store, them, poll, sent, work):
        """Of the last webmention nothing is known yet."""
        them.pages[STATUS] = json('{"status": "success"}')
        poll()
        publishing.delete(store, store.posts.by_id(sent.post_id), ME, times.now())
        work()
        after = store.deliveries.get(sent.id)
        assert ("sent", "", 0, 1) == (after.state, after.outcome, after.polls, len(due(store)))


class TestOutcome:
    @pytest.mark.parametrize(
        ("raw", "outcome"),
        [
            (json('{"status": "success", "summary": "The webmention was accepted."}'), "success: The webmention was accepted."),
            (json('{"status": "verified", "summary": ""}'), "verified"),
            (json('{"state": "Published"}'), "published"),
            (json('{"status": "no_link_found", "summary": "No link."}'), "no_link_found: No link."),
            (json('{"status": "rejected", "reason": "Spam."}'), "rejected: Spam."),
            (json('{"error": "source_not_found", "error_description": "404"}', "400 Bad Request"), "source_not_found: 404"),
            (b"HTTP/1.1 404 Not Found\n\n", "404"),
            (html("<p>Deleted.", "410 Gone"), "410"),
        ],
    )  # fmt: skip
    def test_a_last_word_ends_it(self, store, them, poll, raw, outcome):
        """One line; what a later refusal says does not unsay that it was sent."""
        them.pages[STATUS] = raw
        after = poll()
        assert (outcome, "sent", 1, []) == (after.outcome, after.state, after.polls, due(store))

    @pytest.mark.parametrize(
        ("raw", "outcome"),
        [
            (json('{"status": "queued", "summary": "It waits."}'), "queued: It waits."),
            (json('{"status": "pending"}', "202 Accepted"), "pending"),
            (json('{"status": 7}'), "200"),
            (html("<p>Success!"), "200"),
            (b"HTTP/1.1 200 OK\nContent-Type: text/plain\n\nWait\nfor it", "Wait"),
            (b"HTTP/1.1 503 Busy\n\n", ""),
            (b"HTTP/1.1 429 Many\n\n", ""),
            (TimedOut("slow"), ""),
        ],
    )
    def test_anything_else_is_asked_again(self, store, them, poll, raw, outcome):
        them.pages[STATUS] = raw
        (first,) = due(store)
        after = poll()
        assert (outcome, 1, [first + timedelta(seconds=120)]) == (after.outcome, after.polls, due(store))

    def test_what_was_said_stays_while_nobody_answers(self, them, poll):
        poll()
        them.pages[STATUS] = TimedOut("slow")
        after = poll()
        assert ("queued", 2) == (after.outcome, after.polls)

    def test_a_page_that_must_not_be_asked_ends_it(self, store, them, poll):
        them.pages[STATUS] = Blocked("Not there.")
        assert ("Its status page cannot be asked: Not there.", []) == (poll().outcome, due(store))

    def test_what_is_unseen_is_left_out(self):
        answer = Fetched(STATUS, 200, Headers({"Content-Type": "application/json"}), b'{"status": "queued\\u202e\\n\\u0000", "summary": "<b>&"}')
        assert ("queued : <b>&", False) == polling.read(answer)


def test_our_own_status_page_is_understood(receive, look, answer, client):
    """One site like ours tells another how it went on, from the first look to the last."""
    webmention = receive(answer())

    def asked():
        said = client.get(f"/webmention/{webmention.token}", headers={"Accept": polling.ACCEPT})
        return polling.read(Fetched(STATUS, said.status_code, Headers(list(said.headers)), said.data))

    assert ("queued: It is waiting to be looked at.", False) == asked()
    look(webmention)
    assert ("verified: It is shown.", True) == asked()
