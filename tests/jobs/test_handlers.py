"""What happens to a job that ends well, one that fails, and one over which workers die."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from indie import conversations, files, mirror, notices, outbox, publishing
from indie.errors import Blocked, ServerBusy, TimedOut, Unreachable
from indie.jobs import handlers
from indie.mf2.item import Item
from indie.webmention import polling, process, quoting, rereading
from indie.websub import arrivals, distribution, intent, leases, schedule, subscriber

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
TABLE = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)] + [timedelta(hours=h) for h in (2, 12, 24)]


@pytest.fixture
def mirrored(shop):
    """A picture that is wanted; `mirrored()` claims its job at a time and runs it."""
    with shop.store.write():
        name = mirror.want(shop.store, "photo", "https://a.example/1.jpg", NOW)

    def run(now):
        job = shop.store.jobs.claim("w", now)
        assert job, "nothing was due"
        handlers.run_one(shop, job, now)
        return shop.store.media.get(name).state

    return run


def row(shop):
    return shop.store.database.one("SELECT * FROM jobs")


def due(shop):
    return shop.store.jobs.next_due()


def test_every_job_that_a_room_names_has_a_handler():
    """A name that nobody runs would be tried for two days and given up."""
    received = {process.JOB, quoting.JOB, rereading.JOB}
    sent = {outbox.SEND, publishing.PUBLISH, publishing.CITE, polling.JOB, conversations.JOB}
    hub = {notices.NOTIFY, notices.PING, distribution.DISTRIBUTE, distribution.DELIVER}
    hub |= {intent.JOB, intent.DENY, leases.JOB}
    followed = {subscriber.SUBSCRIBE, subscriber.RENEW, subscriber.UNSUBSCRIBE, subscriber.FORGET}
    followed |= {schedule.POLL, arrivals.RECEIVE}
    assert {*received, *sent, *hub, *followed, mirror.JOB, files.RENDER} == set(handlers.KINDS)


class TestWait:
    @pytest.mark.parametrize(("failures", "planned"), list(enumerate(TABLE)))
    def test_it_is_that_of_the_table(self, failures, planned):
        """1 m, 5 m, 30 m, 2 h, 12 h, 24 h, each give or take a tenth."""
        for seed in range(20):
            random.seed(seed)
            assert planned * 0.9 <= handlers.wait(failures) <= planned * 1.1

    def test_it_is_never_the_same_for_all(self):
        """Jobs that failed together do not come back together."""
        assert 1 < len({handlers.wait(0) for _ in range(9)})

    def test_it_is_as_long_as_the_other_server_asks(self):
        assert timedelta(hours=1) == handlers.wait(0, ServerBusy("busy", 3600))

    def test_it_is_not_shorter_than_planned(self):
        assert timedelta(seconds=50) < handlers.wait(0, ServerBusy("busy", 1))

    def test_it_is_a_day_at_most(self):
        """Nobody can put us off for ever."""
        assert timedelta(days=1) == handlers.wait(0, ServerBusy("busy", 999_999))

    def test_a_server_that_asks_for_nothing_gets_the_table(self):
        assert timedelta(seconds=66) >= handlers.wait(0, ServerBusy("busy"))


class TestFailure:
    def test_what_passes_is_tried_again(self, shop, mirrored, frozen_web):
        """The picture is still wanted, the job waits for its time, and says why."""
        frozen_web.pages["https://a.example/1.jpg"] = TimedOut("too slow")

        assert "wanted" == mirrored(NOW)
        assert timedelta(seconds=54) <= due(shop) - NOW <= timedelta(seconds=66)
        assert (1, "TimedOut: too slow") == (row(shop)["attempts"], row(shop)["error"])

    def test_retry_after_is_honoured(self, shop, mirrored, frozen_web):
        frozen_web.pages["https://a.example/1.jpg"] = b"HTTP/1.1 503 Busy\r\nRetry-After: 600\r\n\r\n"
        mirrored(NOW)

        assert NOW + timedelta(seconds=600) == due(shop)

    def test_what_does_not_pass_is_done_with(self, shop, mirrored, frozen_web):
        """No second try where it could only fail again."""
        frozen_web.pages["https://a.example/1.jpg"] = Blocked("never")

        assert "missing" == mirrored(NOW)
        assert 0 == shop.store.jobs.waiting()

    def test_after_the_table_there_is_a_last_try(self, shop, mirrored, frozen_web):
        """Seven tries in all, over a day and a half; then the job ends by what it found."""
        frozen_web.pages["https://a.example/1.jpg"] = Unreachable("no such host")
        states = [mirrored(NOW)]
        while shop.store.jobs.waiting():
            states.append(mirrored(due(shop)))

        assert ["wanted"] * 6 + ["missing"] == states
        assert 7 == len(frozen_web.requested)

    def test_a_fault_of_ours_is_tried_again_and_given_up(self, shop, caplog):
        """It is logged each time; in the end the row stays, for the owner to see."""
        shop.store.later("no such job", {}, NOW)
        tries = 0
        while when := due(shop):
            job = shop.store.jobs.claim("w", when)
            handlers.run_one(shop, job, when)
            tries += 1

        assert 7 == tries == len(caplog.records)
        assert ("9999", "KeyError: 'no such job'") == (row(shop)["due"], row(shop)["error"])


class TestSavedWithItsEnd:
    """What a job came to and that it is done are one transaction, so that neither stands without the other."""

    @pytest.fixture
    def look(self, shop, frozen_web):
        """A like is looked at; what is known of it then: (its state, whether it is shown, tries, jobs)."""
        item = Item(("h-entry",), {"content": ["A fence."]})
        post = publishing.create(shop.store, shop.storage, shop.settings.me, NOW, item, {})
        source, target = "http://ann.example/1", post.url(shop.settings.me)
        body = f'<div class="h-entry"><a class="u-like-of" href="{target}">x</a></div>'
        frozen_web.pages[source] = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}".encode()

        def run():
            webmention = process.queue(shop.store, source, target, post, NOW)
            handlers.run_one(shop, shop.store.jobs.claim("w", NOW), NOW)
            found = shop.store.webmentions.get(webmention.id)
            return found.state, bool(shop.store.responses.of(found.id)), row(shop)["attempts"], shop.store.jobs.waiting()

        return run

    def test_both_are_saved(self, look):
        """The job that is left is the next look."""
        assert ("verified", True, 0, 1) == look()

    @pytest.mark.sqlite("its triggers")
    def test_nothing_is_where_the_end_cannot_be_noted(self, shop, look, caplog):
        """It is tried again, as after any other fault of ours."""
        shop.store.database.execute("CREATE TRIGGER held BEFORE DELETE ON jobs BEGIN SELECT RAISE(ABORT, 'held'); END")
        assert ("queued", False, 1, 1) == look()
        assert 1 == len(caplog.records)

    def test_nothing_is_where_a_part_of_it_cannot_be_saved(self, shop, look, caplog):
        shop.store.database.execute("DROP TABLE response_aliases")
        assert ("queued", False, 1, 1) == look()
        # Why by name: psycopg may say as well that it broke off what was under way.
        assert ["indie.jobs.handlers"] == [record.name for record in caplog.records if record.name != "psycopg"]


class TestKilled:
    def test_a_killed_worker_fails_nothing(self, shop, mirrored, frozen_web):
        """The lease runs out and the job runs again, with every try still before it."""
        frozen_web.pages["https://a.example/1.jpg"] = TimedOut("too slow")
        shop.store.jobs.claim("killed", NOW)
        mirrored(NOW + timedelta(seconds=21))

        assert 1 == row(shop)["attempts"]

    def test_a_job_that_kills_every_worker_is_given_up(self, shop, frozen_web):
        """Ten of them are enough; it is not run once more."""
        with shop.store.write():
            mirror.want(shop.store, "photo", "https://a.example/1.jpg", NOW)
        for number in range(handlers.DEADLY + 1):
            now = NOW + timedelta(minutes=number)
            job = shop.store.jobs.claim("w", now)
        handlers.run_one(shop, job, now)

        assert [] == frozen_web.requested
        assert "9999" == row(shop)["due"]

    def test_sending_again_and_again_is_no_dying(self, shop, mirrored, frozen_web):
        """A job that was hastened twenty times has been claimed often, but no worker died over it."""
        frozen_web.pages["https://a.example/1.jpg"] = TimedOut("too slow")
        for number in range(20):
            now = NOW + timedelta(seconds=number)
            mirrored(now)
            again = now + timedelta(milliseconds=500)
            shop.store.later(mirror.JOB, {}, again, dedupe=row(shop)["dedupe"])

        assert 20 == len(frozen_web.requested)


class TestAbandoned:
    """A job given up for a fault of ours leaves nobody waiting."""

    @pytest.fixture
    def give_up(self, shop):
        """Claim the one job so often that it is given up."""

        def repeat():
            for number in range(handlers.DEADLY + 1):
                now = NOW + timedelta(minutes=number)
                job = shop.store.jobs.claim("w", now)
            handlers.run_one(shop, job, now)

        return repeat

    @pytest.fixture
    def post(self, shop):
        """A note that links to nobody."""
        item = Item(("h-entry",), {"content": ["A fence."]})
        return publishing.create(shop.store, shop.storage, shop.settings.me, NOW, item, {})

    def test_a_webmention_tells_its_sender(self, shop, post, give_up):
        webmention = process.queue(shop.store, "http://ann.example/1", post.url(shop.settings.me), post, NOW)
        give_up()

        assert "error" == shop.store.webmentions.get(webmention.id).state

    def test_a_delivery_is_failed_in_the_outbox(self, shop, give_up):
        item = Item(("h-entry",), {"content": ["See http://ann.example/1"]})
        post = publishing.create(shop.store, shop.storage, shop.settings.me, NOW, item, {})
        give_up()

        assert ["failed"] == [delivery.state for delivery in shop.store.deliveries.of(post.id)]

    def test_a_picture_is_missing(self, shop, give_up):
        with shop.store.write():
            name = mirror.want(shop.store, "photo", "https://a.example/1.jpg", NOW)
        give_up()

        assert "missing" == shop.store.media.get(name).state


def test_two_runs_do_no_harm(shop, mirrored, frozen_web):
    """Law: a job may run twice. The second finds that there is nothing left to do."""
    frozen_web.pages["https://a.example/1.jpg"] = b"HTTP/1.1 200 OK\r\n\r\nGIF89a"
    job = shop.store.jobs.claim("w", NOW)
    handlers.run_one(shop, job, NOW)
    handlers.run_one(shop, replace(job, claims=2), NOW)

    assert 1 == len(frozen_web.requested)
