"""What is new, told to everybody who follows it (WebSub §7; WH-7, WH-8)."""

import hashlib
import hmac
from datetime import timedelta

import pytest

from indie import notices, publishing, times
from indie.errors import Blocked, ServerBusy, TimedOut, TooManyRedirects, Unavailable, Unreachable
from indie.fetch import limits
from indie.fetch.fetched import Fetched, Headers
from indie.indieauth import owner as owners
from indie.jobs import handlers
from indie.store.subscribers import Asked
from indie.websub import distribution, topic
from tests.websub.conftest import CALLBACK, ME, Page, Reader

OTHER = "http://other.example/callback"


@pytest.fixture
def deliver(store, shop):
    """Run the delivery to one that follows; returns it as it is then."""

    def run(subscriber, *, patient=False, last=False, now=None):
        distribution.deliver(store, shop.fetcher, ME, subscriber.id, now or times.now(), patient=patient, last=last)
        return store.subscribers.get(subscriber.id)

    return run


@pytest.fixture
def due(store, shop, following, publish):
    """One that follows, and a post that it has not got yet; its job is not there."""

    def make(**more):
        subscriber = following(**more)
        publish(content="New.")
        distribution.distribute(store, shop.render, ME, times.now())
        with store.write():
            store.jobs.cancel(f"{distribution.DELIVER} {subscriber.id}")
            store.jobs.cancel(notices.NOTIFY)
        return store.subscribers.get(subscriber.id)

    return make


class TestDelivery:
    @pytest.mark.parametrize("path", ["", "tags/fences/", "responses.atom", "responses.json"])
    def test_the_very_bytes_and_the_type_of_the_topic(self, follow, publish, receive, answer, work, client, reader, path, readers):
        publish(content="About #fences.")
        follow(topic=ME + path)
        publish(content="More about #fences.")
        work()
        readers.known["http://ann.example/1"] = Page(answer())
        receive(b"")
        work()
        shown = client.get(f"/{path}")
        body, headers = reader.deliveries[-1]
        assert (shown.data, shown.content_type) == (body, headers["Content-Type"])

    def test_one_link_header_with_hub_and_self(self, follow, publish, work, reader):
        follow()
        publish(content="New.")
        work()
        assert f'<{ME}hub>; rel="hub", <{ME}>; rel="self"' == reader.deliveries[0][1]["Link"]

    def test_no_signature_without_a_secret(self, follow, publish, work, reader):
        follow()
        publish(content="New.")
        work()
        assert {"Content-Type", "Link"} == set(reader.deliveries[0][1])

    def test_a_signature_of_the_bytes_with_one(self, follow, publish, work, reader):
        follow(secret="sécret")
        publish(content="Neu: ä.")
        work()
        ((body, headers),) = reader.deliveries
        assert f"sha256={hmac.new('sécret'.encode(), body, hashlib.sha256).hexdigest()}" == headers["X-Hub-Signature"]

    def test_the_bytes_say_what_is_new(self, follow, publish, work, reader):
        follow()
        publish(content="A fence is a promise.")
        work()
        assert b"A fence is a promise." in reader.deliveries[0][0]


class TestWhen:
    """Every change that visitors see (WS-P3)."""

    @pytest.fixture(autouse=True)
    def _follows(self, following, publish):
        self.post = publish(content="A fence is a promise.")
        following()

    def test_an_update(self, store, work, reader):
        publishing.update(store, ME, times.now(), self.post, lambda post: _saying(post, "A wall."), {})
        work()
        assert b"A wall." in reader.deliveries[0][0]

    def test_a_deletion_and_its_end(self, store, work, reader):
        publishing.delete(store, self.post, ME, times.now())
        work()
        publishing.undelete(store, self.post, ME, times.now())
        work()
        assert [False, True] == [b"A fence" in body for body, _ in reader.deliveries]

    @pytest.mark.parametrize("visibility", ["unlisted", "private"])
    def test_what_no_list_names_tells_nobody(self, publish, work, reader, visibility):
        publish(content="Psst.", visibility=visibility)
        work()
        assert [] == reader.deliveries

    def test_a_draft_tells_nobody(self, publish, jobs, reader):
        publish(content="Psst.", post_status="draft")
        assert [] == jobs()

    def test_what_stands_on_another_list_alone_tells_nobody(self, publish, work, reader):
        """A like stays off the home page."""
        publish(like_of="http://a.example/")
        work()
        assert [] == reader.deliveries

    def test_a_response_that_is_counted(self, receive, answer, work, reader, readers):
        """The home page says how many answered."""
        readers.known["http://ann.example/1"] = Page(answer(to=self.post.url(ME)))
        receive(b"", to=self.post.url(ME), about=self.post)
        work()
        assert b"1 reply" in reader.deliveries[-1][0]

    def test_the_owner_has_another_name(self, store, shop, owner, work, reader):
        owners.set_up(store, shop.storage, times.now(), name="Olga", password="correct horse")
        work()
        assert b"Olga" in reader.deliveries[-1][0]


def _saying(post, text):
    return type(post.item)(post.item.type, {**post.item.properties, "content": [text]})


class TestOnce:
    def test_a_burst_is_one(self, following, publish, work, reader, store, shop):
        """The changes of half a second are told together."""
        following()
        for number in range(20):
            publish(content=f"Number {number}.")
        assert 1 == store.jobs.waiting()
        now = times.now()
        distribution.notify(store, now, distribution.BURST)
        distribution.notify(store, now + timedelta(seconds=0.1), distribution.BURST)
        assert 2 == store.jobs.waiting()
        assert ["websub.distribute"] == [
            row["name"] for row in store.database.query("SELECT name FROM jobs WHERE due >= :due", due=times.sortable(now + distribution.BURST))
        ]

    def test_nothing_is_waited_for_in_load_tests(self, shop, store, following, publish):
        following()
        publish(content="New.")
        now = times.now()
        handlers.run_one(shop, store.jobs.claim("w", now), now)
        assert store.jobs.next_due() <= now

    def test_what_did_not_change_is_not_told(self, following, ask, work, reader):
        """A ping of anybody's changes nothing."""
        following()
        ask(mode="publish")
        work()
        assert [] == reader.deliveries

    def test_who_subscribed_twice_gets_one(self, follow, publish, work, reader):
        """Hub test 103."""
        follow()
        follow()
        publish(content="New.")
        work()
        assert 1 == len(reader.deliveries)

    def test_a_newer_version_takes_the_place_of_an_older(self, following, publish, store, shop, work, reader):
        subscriber = following()
        for number in range(3):
            publish(content=f"Number {number}.")
            distribution.distribute(store, shop.render, ME, times.now())
        work()
        ((body, _),) = reader.deliveries
        assert b"Number 2." in body
        assert not store.subscribers.get(subscriber.id).due

    def test_a_job_that_runs_twice_sends_once(self, due, deliver, reader):
        subscriber = due()
        deliver(subscriber)
        deliver(subscriber)
        assert 1 == len(reader.deliveries)

    def test_what_changes_while_it_is_sent_is_sent_next(self, due, deliver, readers, store, shop, publish, work, reader):
        subscriber, sent = due(), readers.post_bytes

        def late(*arguments, **more):
            publish(content="Newer.")
            distribution.distribute(store, shop.render, ME, times.now())
            return sent(*arguments, **more)

        readers.post_bytes = late
        assert deliver(subscriber).due
        readers.post_bytes = sent
        work()
        assert [False, True] == [b"Newer." in body for body, _ in reader.deliveries]

    def test_a_distribution_that_broke_off_goes_on(self, following, publish, store, shop, reader, work):
        """The version was saved, and a worker died before anything was due to anybody."""
        following()
        publish(content="New.")
        found = shop.render(ME)
        with store.write():
            store.topics.put(ME, topic.read(lambda _: found, ME, ME).version, times.now())
        work()
        assert 1 == len(reader.deliveries)


class TestFailure:
    def test_2xx_is_enough(self, due, deliver, reader):
        reader.status = 299
        assert (False, 0, 299) == ((left := deliver(due())).due, left.failures, left.status)

    def test_410_ends_it(self, due, deliver, reader):
        reader.status = 410
        assert deliver(due()) is None

    @pytest.mark.parametrize("status", [301, 307, 404, 403, 500, 503, 429])
    def test_everything_else_is_a_failure(self, due, deliver, reader, status):
        reader.status = status
        assert (True, 1, status) == ((left := deliver(due())).due, left.failures, left.status)

    @pytest.mark.parametrize("error", [TimedOut("slow"), Unreachable("away"), TooManyRedirects("elsewhere"), Blocked("inside")])
    def test_so_is_no_answer(self, due, deliver, reader, error):
        reader.status = error
        assert (True, 1, 0, str(error)) == ((left := deliver(due())).due, left.failures, left.status, left.reason)

    def test_it_is_tried_at_once_with_patience(self, due, deliver, reader, store):
        """In a lane of the slow ones, so that it is in nobody's way."""
        reader.status = TimedOut("slow")
        deliver(due())
        (job,) = store.database.query("SELECT lane, arguments, due FROM jobs")
        assert (True, True) == (job["lane"].startswith("websub.slow "), '"patient": true' in job["arguments"])

    def test_in_haste_it_has_less_time(self, due, deliver, reader):
        subscriber = due()
        reader.status = TimedOut("slow")
        deliver(subscriber)
        with pytest.raises(TimedOut):
            deliver(subscriber, patient=True)
        assert [limits.CALLBACK.seconds, limits.SLOW_CALLBACK.seconds] == reader.patience == [3, 10]

    def test_then_by_the_common_table(self, due, reader, store, shop):
        """A minute after the second try, five after the third, and so on for two days; then it rests."""
        subscriber = due()
        reader.status, now, waits = 500, times.now(), []
        distribution.deliver(store, shop.fetcher, ME, subscriber.id, now, patient=False, last=False)
        while next_ := store.jobs.next_due():
            waits.append((next_ - now) / timedelta(minutes=1))
            now = next_
            handlers.run_one(shop, store.jobs.claim("w", now), now)
        planned = [0, 1, 5, 30, 120, 720, 1440]
        assert [True] * 7 == [0.89 * plan <= wait <= 1.11 * plan for plan, wait in zip(planned, waits, strict=True)]
        assert 8 == len(reader.deliveries)

    def test_retry_after_is_honoured(self, due, deliver, reader, store):
        reader.status, reader.headers = 503, {"Retry-After": "600"}
        now = times.now()
        deliver(due(), now=now)
        assert now + timedelta(seconds=600) == store.jobs.next_due()

    def test_the_subscription_stays_and_the_next_post_is_tried(self, due, deliver, reader, publish, work, store):
        """Until its lease ends (WH-8)."""
        subscriber = due()
        reader.status = 500
        with pytest.raises(ServerBusy):
            deliver(subscriber, patient=True)
        left = deliver(subscriber, patient=True, last=True)
        reader.status = 204
        publish(content="Newer.")
        work()
        assert (True, True, 0) == (left.due, b"Newer." in reader.deliveries[-1][0], store.subscribers.get(subscriber.id).failures)

    def test_nothing_new_wakes_nobody_who_waits_for_his_next_try(self, due, deliver, store, shop, reader, ask, work):
        """Somebody's ping is no reason to ask a dead host once more."""
        subscriber = due()
        reader.status = 500
        deliver(subscriber)
        with store.write():
            store.jobs.cancel(f"{distribution.DELIVER} {subscriber.id}")
        distribution.distribute(store, shop.render, ME, times.now())
        assert None is store.jobs.next_due()

    def test_one_that_failed_is_asked_with_patience_next_time(self, due, deliver, store, shop, reader, publish):
        subscriber = due()
        reader.status = TimedOut("slow")
        deliver(subscriber)
        with store.write():
            store.jobs.cancel(f"{distribution.DELIVER} {subscriber.id}")
        publish(content="Newer.")
        distribution.distribute(store, shop.render, ME, times.now())
        (job,) = store.database.query("SELECT lane FROM jobs WHERE name = 'websub.deliver'")
        assert job["lane"].startswith("websub.slow ")

    def test_a_fault_of_ours_is_shown(self, following, store):
        subscriber = following()
        distribution.abandon(store, subscriber.id)
        assert 1 == store.subscribers.get(subscriber.id).failures


class TestOthers:
    def test_the_failure_of_one_is_nothing_to_the_other(self, follow, readers, publish, work):
        readers.known[OTHER] = Reader()
        follow()
        follow(callback=OTHER)
        readers.known[CALLBACK].status = TimedOut("slow")
        publish(content="New.")
        work()
        assert 1 == len(readers.known[OTHER].deliveries)

    def test_who_follows_another_topic_hears_nothing(self, follow, readers, publish, work):
        publish(content="About #fences.")
        readers.known[OTHER] = Reader()
        follow(topic=f"{ME}tags/fences/")
        follow(callback=OTHER)
        publish(content="About walls.")
        work()
        assert ([], 1) == (readers.known[CALLBACK].deliveries, len(readers.known[OTHER].deliveries))

    def test_whose_lease_has_ended_hears_nothing(self, due, deliver, reader):
        """Also before he is forgotten."""
        deliver(due(lease=3600), now=times.now() + timedelta(hours=2))
        assert [] == reader.deliveries

    def test_no_job_is_made_for_him(self, store, shop, following, publish, jobs):
        following(lease=3600)
        publish(content="New.")
        distribution.distribute(store, shop.render, ME, times.now() + timedelta(hours=2))
        assert distribution.DELIVER not in jobs()

    def test_more_than_are_asked_of_the_database_at_once(self, store, following, shop, publish):
        following()
        now, some = times.now(), range(2 * distribution.PORTION)
        with store.write():
            for number in some:
                made = store.subscribers.ask(ME, f"http://{number}.example/", "", Asked("subscribe", 1, "", ""), now)
                store.subscribers.confirm(made, "", now + timedelta(days=1))
        publish(content="New.")
        distribution.distribute(store, shop.render, ME, now)
        waiting = store.database.one("SELECT count(*) AS jobs FROM jobs WHERE name = :name", name=distribution.DELIVER)
        assert len(some) + 1 == waiting["jobs"]


class TestTopicsThatMove:
    """WH-11: who followed the old address is told of the new one until his lease ends."""

    def test_a_permanent_redirect_is_followed(self, following, store, shop, work, reader):
        subscriber = following()
        def moved(url):
            if url == ME:
                return Fetched(url, 301, Headers({"Location": "/new"}), b"")
            return Fetched(url, 200, Headers([("Content-Type", "text/html"), ("Link", f'<{ME}hub>; rel="hub", <{url}>; rel="self"')]), b"moved")

        distribution.distribute(store, moved, ME, times.now())
        work()
        assert [b"moved"] == [body for body, _ in reader.deliveries]
        assert store.subscribers.get(subscriber.id)

    def test_not_in_circles(self, following, store):
        following()
        distribution.distribute(store, lambda url: Fetched(url, 301, Headers({"Location": ME}), b""), ME, times.now())
        assert not store.subscribers.any()

    def test_not_away_from_here(self, following, store, shop):
        following()
        away = Fetched(ME, 301, Headers({"Location": "http://other.example/"}), b"")
        distribution.distribute(store, lambda url: away if url == ME else shop.render(ME), ME, times.now())
        assert not store.subscribers.any()

    def test_a_site_in_trouble_ends_nothing(self, following, store):
        following()
        with pytest.raises(Unavailable):
            distribution.distribute(store, lambda url: Fetched(url, 500, Headers(), b""), ME, times.now())
        assert store.subscribers.any()

    def test_a_topic_in_trouble_keeps_no_other_from_being_told(self, following, store, shop, publish, jobs):
        """Whatever the order in which they are looked at."""
        publish(content="About #fences.")
        following(topic=f"{ME}tags/fences/")
        following()
        publish(content="More about #fences.")
        broken = {}
        for url in (ME, f"{ME}tags/fences/"):
            with pytest.raises(Unavailable):
                distribution.distribute(
                    store, lambda asked, url=url: Fetched(url, 500, Headers(), b"") if asked == url else shop.render(asked), ME, times.now()
                )
            broken[url] = jobs().count(distribution.DELIVER)
        assert [1, 2] == list(broken.values())
