"""Following others: what is asked of a hub, what is believed of it, and what is kept of what comes."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from indie import times
from indie.config import Settings
from indie.errors import FetchFailed, ServerBusy, Unreachable
from indie.jobs import handlers
from indie.mf2.sandbox import Parser
from indie.store.following import ACTIVE, ASKED, DENIED, GONE, LEFT, POLLED
from indie.store.jobs import Job
from indie.websub import arrivals, discovery, schedule, subscriber

ANN = "https://ann.example/"
HUB = "https://hub.example/"
NOW = times.now()
TEN_DAYS = timedelta(days=10)


def page(*items, hub=HUB, topic=ANN, status="200 OK", headers=""):
    """Ann's page as HTTP has it."""
    links = f'Link: <{hub}>; rel="hub", <{topic}>; rel="self"\n' if hub else ""
    return f"HTTP/1.1 {status}\nContent-Type: text/html\n{links}{headers}\n{html(*items)}".encode()


def html(*items):
    entries = "".join(f'<div class=h-entry><p class=e-content>{words}</p><a class=u-url href="{path}"></a></div>' for path, words in items)
    return f"<!doctype html><title>Ann</title><main class=h-feed><h1 class=p-name>Ann</h1>{entries}</main>"


def job(name, **arguments):
    return Job(1, name, arguments, 0, 0, "")


@pytest.fixture(scope="module")
def parser():
    """One for all tests: to start it takes longer than most of them."""
    with Parser(children=1) as opened:
        yield opened


@pytest.fixture
def shop(shop, frozen_web, parser):
    """What jobs work with."""
    return replace(shop, fetcher=frozen_web, parser=parser)


@pytest.fixture
def web(frozen_web):
    """Ann's page with one note, and her hub, which takes everything."""
    frozen_web.pages |= {ANN: page(("/1", "One")), HUB: b"HTTP/1.1 202 Accepted\n\n"}
    return frozen_web


@pytest.fixture
def follow(shop, web):
    """Follow an address, Ann's unless another is given; returns it as it is kept then."""

    def follow_it(url=ANN, now=None):
        now = now or times.now()
        return subscriber.follow(shop.store, url, discovery.discover(web, shop.parser, url, now), now)

    return follow_it


@pytest.fixture
def run(shop, store):
    """Run the one waiting job of this name, as its worker would at a time, whenever it is due."""

    def run_it(name, now=None, last=False):
        row = store.database.one("SELECT * FROM jobs WHERE name = :name AND due < '9999' ORDER BY id DESC", name=name)
        assert row, f"there is no {name}"
        store.database.execute("DELETE FROM jobs WHERE id = :id", id=row["id"])
        return handlers.KINDS[name].run(shop, job(name, **json.loads(row["arguments"])), now or times.now(), last)

    return run_it


@pytest.fixture
def waiting(store):
    """The names of the jobs that wait, and when they are due."""

    def them():
        rows = store.database.query("SELECT name, due FROM jobs ORDER BY id")
        return {row["name"]: times.from_sortable(row["due"]) for row in rows}

    return them


@pytest.fixture
def verify(client):
    """What a hub asks at the callback."""

    def ask(following, mode="subscribe", topic=None, lease="864000", challenge="a+b c", **more):
        asked = {"hub.mode": mode, "hub.topic": topic or following.topic, "hub.challenge": challenge, "hub.lease_seconds": lease, **more}
        return client.get(f"/websub/{following.token}", query_string={name: value for name, value in asked.items() if value is not None})

    return ask


@pytest.fixture
def active(follow, verify, store, run):
    """Ann, whose hub pushes."""
    following = follow()
    run(subscriber.SUBSCRIBE)
    assert 200 == verify(following).status_code
    run(schedule.POLL)
    return store.following.get(following.id)


@pytest.fixture
def push(client):
    """What a hub sends to the callback, signed by the secret that it was told unless anything else is said."""

    def send(following, *items, body=None, secret=None, algorithm="sha256", signature=None, kind="text/html; charset=utf-8"):
        body = html(*items).encode() if body is None else body
        made = f"{algorithm}={hmac.new((secret or following.secret).encode(), body, algorithm).hexdigest()}"
        headers = {} if signature == "" else {"X-Hub-Signature": signature or made}
        return client.post(f"/websub/{following.token}", data=body, content_type=kind, headers=headers)

    return send


def words(store, following):
    return [item["content"]["text"] for item in store.followed_items.of(following.id)]


class TestAsking:
    def test_the_hub_is_asked_for_ten_days_with_a_secret(self, follow, run, web, store):
        """WS-S1."""
        following = follow()
        run(subscriber.SUBSCRIBE)
        ((url, form),) = web.posted
        assert HUB == url
        assert ("subscribe", ANN, "864000") == (form["hub.mode"], form["hub.topic"], form["hub.lease_seconds"])
        assert f"http://site.example/websub/{following.token}" == form["hub.callback"]
        assert 32 <= len(form["hub.secret"]) < 200
        assert ASKED == store.following.get(following.id).state

    def test_nobody_guesses_a_callback_or_a_secret(self, follow, web):
        """Each subscription has its own."""
        web.pages["https://bob.example/"] = page(topic="https://bob.example/")
        one, other = follow(), follow("https://bob.example/")
        assert 4 == len({one.token, other.token, one.secret, other.secret})
        assert len(one.token) >= 32

    def test_the_callback_is_https_where_the_site_is(self, store, shop, follow, run):
        """As INDIE_URL says."""
        following = follow()
        assert subscriber.callback(Settings(url="https://site.example/").me, following).startswith("https://site.example/websub/")

    def test_without_a_hub_it_is_polled(self, follow, web, waiting):
        web.pages[ANN] = page(("/1", "One"), hub="")
        assert POLLED == follow().state
        assert [schedule.POLL] == list(waiting())

    def test_what_is_there_is_kept_at_once(self, follow, store):
        assert ["One"] == words(store, follow())

    @pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "303 See Other"])
    def test_a_hub_that_will_not_is_not_asked_again(self, follow, run, web, store, status):
        """The feed is polled, and it is told why."""
        web.pages[HUB] = f"HTTP/1.1 {status}\n\n".encode()
        following = follow()
        run(subscriber.SUBSCRIBE)
        kept = store.following.get(following.id)
        assert POLLED == kept.state
        assert f"answered {status[:3]}" in kept.reason

    def test_a_hub_that_is_down_is_asked_again(self, follow, run, web, store):
        """And given up in the end."""
        web.pages[HUB] = b"HTTP/1.1 503 Busy\n\n"
        following = follow()
        with pytest.raises(ServerBusy):
            subscriber.subscribe(store, web, "http://site.example/", following.id, NOW, last=False)
        assert ASKED == store.following.get(following.id).state
        subscriber.subscribe(store, web, "http://site.example/", following.id, NOW, last=True)
        assert POLLED == store.following.get(following.id).state

    def test_a_hub_that_never_verifies_is_believed_no_longer(self, follow, run, store):
        following = follow()
        run(subscriber.SUBSCRIBE)
        run(schedule.POLL, times.now() + timedelta(hours=2))
        kept = store.following.get(following.id)
        assert POLLED == kept.state
        assert "never verified" in kept.reason

    def test_a_fault_of_ours_does_not_leave_it_waiting(self, follow, shop, store):
        following = follow()
        handlers.KINDS[subscriber.SUBSCRIBE].abandon(shop, job(subscriber.SUBSCRIBE, following=following.id), NOW)
        assert POLLED == store.following.get(following.id).state


class TestVerification:
    def test_the_challenge_alone_is_the_answer(self, follow, verify):
        """WS-S2."""
        answer = verify(follow(), challenge="<script>a+b c</script>")
        assert (200, b"<script>a+b c</script>") == (answer.status_code, answer.data)
        assert "text/plain" == answer.mimetype
        assert "nosniff" == answer.headers["X-Content-Type-Options"]

    @pytest.mark.parametrize(
        "wrong",
        [{"topic": ANN + "other"}, {"mode": "unsubscribe"}, {"mode": ""}, {"challenge": None}, {"challenge": "a" * 5000}],
    )
    def test_what_was_not_asked_for_is_not_found(self, follow, verify, store, wrong):
        """Test 205 of websub.rocks and its like: exactly 404, and nothing changes."""
        following = follow()
        assert 404 == verify(following, **wrong).status_code
        assert ASKED == store.following.get(following.id).state

    def test_an_unknown_callback(self, follow, verify):
        assert 404 == verify(replace(follow(), token="guessed")).status_code

    def test_once_verified_it_is_not_asked_for_any_more(self, active, verify):
        """Whoever saw the address cannot lengthen the lease."""
        assert 404 == verify(active).status_code

    @pytest.mark.parametrize(
        ("lease", "believed"),
        [
            ("864000", TEN_DAYS), ("3600", timedelta(hours=1)), ("1", timedelta(minutes=1)), ("31536000", timedelta(days=14)),
            ("9" * 400, timedelta(days=14)), ("", TEN_DAYS), ("-5", TEN_DAYS), ("٣", TEN_DAYS), (None, TEN_DAYS),
        ],
    )  # fmt: skip
    def test_a_lease_is_believed_within_bounds(self, follow, verify, store, lease, believed):
        following = follow()
        verify(following, lease=lease)
        kept = store.following.get(following.id)
        assert ACTIVE == kept.state
        assert abs(kept.expires - times.now() - believed) < timedelta(seconds=30)

    def test_what_was_published_while_it_was_asked_is_looked_for(self, follow, verify, run, web, store, waiting):
        """No push ever has it; and it counts as nothing that the hub has missed."""
        following = follow()
        verify(following)
        web.pages[ANN] = page(*[(f"/{number}", str(number)) for number in range(9)])
        assert waiting()[schedule.POLL] <= times.now()
        run(schedule.POLL)
        kept = store.following.get(following.id)
        assert (ACTIVE, 0) == (kept.state, kept.missed)
        assert 9 == len(words(store, following))

    def test_denied_while_asked(self, follow, verify, store):
        following = follow()
        answer = verify(following, mode="denied", challenge=None, **{"hub.reason": "Not\nyou."})
        kept = store.following.get(following.id)
        assert (200, DENIED, "Its hub refused: Not you.") == (answer.status_code, kept.state, kept.reason)

    def test_denied_later(self, active, verify, store, waiting):
        """It is polled from then on."""
        assert 200 == verify(active, mode="denied", challenge=None).status_code
        assert DENIED == store.following.get(active.id).state
        assert waiting()[schedule.POLL] < times.now() + timedelta(hours=1)

    def test_denied_for_another_topic(self, active, verify, store):
        assert 404 == verify(active, mode="denied", topic=HUB).status_code
        assert ACTIVE == store.following.get(active.id).state


class TestRenewal:
    @pytest.fixture
    def renewing(self, active, run, store):
        run(subscriber.RENEW, times.now() + timedelta(days=7))
        return store.following.get(active.id)

    def test_it_comes_at_seven_tenths_of_the_lease(self, active, waiting):
        due = waiting()[subscriber.RENEW] - times.now()
        assert TEN_DAYS * 0.64 < due < TEN_DAYS * 0.76

    def test_it_stays_active_and_takes_both_secrets(self, active, renewing, push):
        """A renewal must not make it deaf."""
        assert ACTIVE == renewing.state
        assert active.secret != renewing.secret
        assert [202, 202] == [push(active).status_code, push(renewing).status_code]

    def test_verified_it_has_the_new_secret_alone(self, active, renewing, verify, push, store):
        assert 200 == verify(renewing).status_code
        assert [403, 202] == [push(active).status_code, push(renewing).status_code]
        assert store.following.get(active.id).expires > active.expires

    def test_another_try_has_the_same_secret(self, renewing, shop, store):
        """The hub may have taken it at the first."""
        lease = times.sortable(renewing.expires)
        subscriber.renew(store, shop.fetcher, shop.parser, "http://site.example/", renewing.id, lease, times.now(), last=False)
        assert renewing == store.following.get(renewing.id)

    def test_an_old_job_renews_nothing(self, renewing, verify, shop, store, web):
        """Whoever runs twice does no harm."""
        verify(renewing)
        before = len(web.posted)
        lease = times.sortable(renewing.expires)
        subscriber.renew(store, shop.fetcher, shop.parser, "http://site.example/", renewing.id, lease, times.now(), last=False)
        assert before == len(web.posted)

    def test_it_goes_to_the_hub_that_is_named_now(self, active, run, web, verify, store):
        web.pages |= {ANN: page(hub="https://new.example/", topic=f"{ANN}new"), "https://new.example/": b"HTTP/1.1 202 OK\n\n"}
        run(subscriber.RENEW)
        assert ("https://new.example/", f"{ANN}new") == (web.posted[-1][0], web.posted[-1][1]["hub.topic"])
        assert 200 == verify(store.following.get(active.id)).status_code

    def test_a_hub_that_refuses_it_loses_nothing_before_the_lease_ends(self, active, run, web, store, push):
        web.pages[HUB] = b"HTTP/1.1 400 No\n\n"
        run(subscriber.RENEW)
        assert ACTIVE == store.following.get(active.id).state
        assert 202 == push(active).status_code

    def test_a_lease_that_ran_out_is_asked_for_anew(self, active, run, store, web):
        """At the next backup poll."""
        run(schedule.POLL, times.now() + timedelta(days=11))
        assert ASKED == store.following.get(active.id).state
        run(subscriber.SUBSCRIBE)
        assert 2 == len(web.posted)


class TestPush:
    @pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
    def test_what_is_signed_is_kept(self, active, push, run, store, algorithm):
        assert 202 == push(active, ("/2", "Two"), algorithm=algorithm).status_code
        run(arrivals.RECEIVE)
        assert ["Two", "One"] == words(store, active)
        assert store.following.get(active.id).pushed

    @pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "md5=" + "0" * 32, "sha256", "=", "sha256=é"])
    def test_what_is_not_signed_is_a_hint(self, active, push, waiting, store, signature):
        """403; the feed itself is asked, and soon (WS-S3)."""
        store.following.put(replace(store.following.get(active.id), polled=times.now() - timedelta(hours=1)))
        assert 403 == push(active, ("/2", "Two"), signature=signature).status_code
        assert arrivals.RECEIVE not in waiting()
        assert waiting()[schedule.POLL] <= times.now()

    def test_bytes_that_were_changed_are_not_taken(self, active, push):
        signed = hmac.new(active.secret.encode(), b"one", hashlib.sha256).hexdigest()
        assert 403 == push(active, body=b"two", signature=f"sha256={signed}").status_code

    def test_hints_do_not_make_us_ask_all_the_time(self, active, push, waiting):
        """Whoever found out the address could."""
        for _ in range(3):
            push(active, signature="")
        assert waiting()[schedule.POLL] > times.now() + timedelta(minutes=9)

    def test_nobody_is_there(self, active, push):
        assert 410 == push(replace(active, token="guessed")).status_code

    def test_it_is_larger_than_a_feed_may_be(self, active, push, waiting):
        assert 413 == push(active, body=b"a" * (5 * 1024 * 1024 + 1)).status_code
        assert arrivals.RECEIVE not in waiting()

    def test_what_cannot_be_made_small_is_asked_for(self, active, push, waiting, store):
        """The row of a job is no place for megabytes."""
        noise = b"".join(hashlib.sha512(bytes([a, b])).digest() for a in range(64) for b in range(256))
        store.following.put(replace(store.following.get(active.id), polled=times.now() - timedelta(hours=1)))
        assert 202 == push(active, body=noise).status_code
        assert arrivals.RECEIVE not in waiting()
        assert waiting()[schedule.POLL] <= times.now()

    def test_what_is_no_feed_is_asked_for(self, active, push, run, waiting, store):
        store.following.put(replace(store.following.get(active.id), polled=times.now() - timedelta(hours=1)))
        push(active, body=b"news!", kind="text/plain")
        run(arrivals.RECEIVE)
        assert waiting()[schedule.POLL] <= times.now()

    def test_too_many_are_hints(self, active, push, store):
        for _ in range(arrivals.PUSHES[0] + 5):
            assert 202 == push(active).status_code
        rows = store.database.query("SELECT id FROM jobs WHERE name = :name", name=arrivals.RECEIVE)
        assert arrivals.PUSHES[0] == len(rows)

    def test_twice_is_once(self, active, push, run, store):
        push(active, ("/2", "Two"))
        push(active, ("/2", "Two"))
        run(arrivals.RECEIVE)
        run(arrivals.RECEIVE)
        assert ["Two", "One"] == words(store, active)

    def test_an_edit_lands_and_nothing_is_taken_away(self, active, push, run, store):
        """The same uid is the same item; what a document leaves out stays."""
        push(active, ("/1", "One, mended"))
        run(arrivals.RECEIVE)
        push(active, ("/2", "Two"))
        run(arrivals.RECEIVE)
        assert ["Two", "One, mended"] == words(store, active)

    def test_the_link_in_it_does_not_say_whose_it_is(self, active, client, store, run):
        """WS-S3: the callback alone does."""
        body = html(("/2", "Two")).encode()
        signed = hmac.new(active.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature": f"sha256={signed}", "Link": '<https://evil.example/>; rel="self"'}
        client.post(f"/websub/{active.token}", data=body, content_type="text/html", headers=headers)
        run(arrivals.RECEIVE)
        assert "https://ann.example/2" == store.followed_items.of(active.id)[0]["url"]


class TestPolling:
    @pytest.fixture
    def polled(self, follow, web):
        web.pages[ANN] = page(("/1", "One"), hub="", headers='ETag: "a"\nLast-Modified: Mon, 23 Nov 2026 10:00:00 GMT\n')
        return follow()

    def test_it_asks_for_what_has_changed(self, polled, run, web, store):
        web.pages[ANN] = b"HTTP/1.1 304 Not Modified\n\n"
        run(schedule.POLL)
        asked = web.sent[-1][1]
        assert ('"a"', "Mon, 23 Nov 2026 10:00:00 GMT") == (asked["If-None-Match"], asked["If-Modified-Since"])
        assert ["One"] == words(store, polled)

    def test_what_is_new_is_kept(self, polled, run, web, store):
        web.pages[ANN] = page(("/2", "Two"), ("/1", "One"), hub="")
        run(schedule.POLL)
        assert ["Two", "One"] == words(store, polled)

    def test_a_job_that_is_not_the_last_word_does_nothing(self, polled, shop, store, web):
        """A poll was put to another time since."""
        asked = len(web.requested)
        arrivals.poll(store, web, shop.parser, {"following": polled.id, "at": times.sortable(NOW), "why": "due"}, NOW)
        assert asked == len(web.requested)

    @pytest.mark.parametrize(
        ("silent", "shortest", "longest"),
        [(timedelta(minutes=1), 10, 10), (timedelta(hours=8), 59, 61), (timedelta(days=30), 1440, 1440)],
    )
    def test_who_publishes_often_is_asked_often(self, polled, silent, shortest, longest):
        """In minutes, within 10 minutes and a day (MS-P3)."""
        assert shortest <= schedule.pause(polled, NOW - silent, NOW) / timedelta(minutes=1) <= longest

    def test_a_pushed_one_is_asked_once_a_day(self, active):
        """WS-S4."""
        assert timedelta(hours=24) == schedule.pause(active, times.now(), times.now())
        assert timedelta(hours=21) < active.next_poll - times.now() < timedelta(hours=27)

    def test_a_failure_is_told_and_tried_later(self, polled, run, web, store, waiting):
        web.pages[ANN] = Unreachable("ann.example cannot be reached")
        run(schedule.POLL, times.now() + timedelta(days=2))
        assert "It could not be read: ann.example cannot be reached" == store.following.get(polled.id).reason
        assert waiting()[schedule.POLL] > times.now() + timedelta(days=3)

    def test_the_longest_failure_is_tried_again_within_a_week(self, polled):
        assert timedelta(days=7) == schedule.after_failure(polled, times.now() + timedelta(days=100))

    def test_what_is_well_again_is_told_too(self, polled, run, web, store):
        web.pages[ANN] = Unreachable("down")
        run(schedule.POLL)
        web.pages[ANN] = page(hub="")
        run(schedule.POLL)
        assert "" == store.following.get(polled.id).reason

    def test_who_asks_for_time_gets_it(self, polled, run, web, waiting):
        web.pages[ANN] = b"HTTP/1.1 429 Slow\nRetry-After: 172800\n\n"
        run(schedule.POLL)
        assert waiting()[schedule.POLL] > times.now() + timedelta(days=1.9)

    def test_gone_is_gone(self, polled, run, web, store, waiting):
        """410 stops it (MS-P3)."""
        web.pages[ANN] = b"HTTP/1.1 410 Gone\n\n"
        run(schedule.POLL)
        assert GONE == store.following.get(polled.id).state
        assert {} == waiting()

    def test_a_feed_that_moved_is_found_by_the_page_that_names_it(self, follow, run, web, store):
        web.pages |= {
            ANN: b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n<link rel=alternate href=/old>",
            f"{ANN}old": page(("/1", "One"), hub=""),
        }
        following = follow()
        web.pages |= {
            ANN: b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n<link rel=alternate href=/new>",
            f"{ANN}old": b"HTTP/1.1 404 Not Found\n\n",
            f"{ANN}new": page(("/2", "Two"), hub=""),
        }
        run(schedule.POLL)
        assert ["Two", "One"] == words(store, following)
        assert f"{ANN}new" == store.following.get(following.id).topic

    def test_a_hub_that_is_new_is_asked(self, polled, run, web, store, waiting):
        web.pages[ANN] = page(("/1", "One"))
        run(schedule.POLL)
        assert ASKED == store.following.get(polled.id).state
        assert subscriber.SUBSCRIBE in waiting()

    def test_a_fault_of_ours_does_not_end_it(self, polled, shop, store, run, waiting):
        with store.write():
            store.jobs.cancel(f"{schedule.POLL} {polled.id}")
        handlers.KINDS[schedule.POLL].abandon(shop, job(schedule.POLL, following=polled.id), NOW)
        assert schedule.POLL in waiting()


class TestHubsThatDoNotKeepTheirWord:
    def test_what_it_did_not_push_is_counted(self, active, run, web, store):
        """Items that the backup poll saw first."""
        web.pages[ANN] = page(("/2", "Two"), ("/1", "One"))
        run(schedule.POLL)
        kept = store.following.get(active.id)
        assert (1, ACTIVE) == (kept.missed, kept.state)

    def test_a_hub_that_misses_too_much_is_believed_no_longer(self, active, run, web, store, waiting):
        """WS-S4: it is polled as often as if there were no hub."""
        web.pages[ANN] = page(*[(f"/{number}", "New") for number in range(2, 2 + arrivals.MISSES)])
        run(schedule.POLL)
        kept = store.following.get(active.id)
        assert POLLED == kept.state
        assert "did not push 3 items" in kept.reason
        assert waiting()[schedule.POLL] < times.now() + timedelta(hours=1)
        assert subscriber.SUBSCRIBE not in waiting()

    def test_a_push_makes_up_for_it(self, active, run, web, store, push):
        web.pages[ANN] = page(("/2", "Two"))
        run(schedule.POLL)
        push(active, ("/3", "Three"))
        run(arrivals.RECEIVE)
        assert 0 == store.following.get(active.id).missed

    def test_what_is_found_after_a_hint_counts_for_nothing(self, active, run, web, store, push):
        web.pages[ANN] = page(*[(f"/{number}", "New") for number in range(2, 9)])
        push(active, signature="")
        run(schedule.POLL)
        assert 0 == store.following.get(active.id).missed


class TestLeaving:
    def test_the_hub_is_told_and_verifies(self, active, store, run, web, verify):
        """Then nothing is left of it."""
        subscriber.unfollow(store, active, times.now())
        assert [] == store.followed_items.of(active.id)
        run(subscriber.UNSUBSCRIBE)
        assert ("unsubscribe", ANN) == (web.posted[-1][1]["hub.mode"], web.posted[-1][1]["hub.topic"])
        assert 404 == verify(active).status_code
        assert 200 == verify(active, mode="unsubscribe", lease=None).status_code
        assert [] == store.following.all()

    def test_a_hub_that_says_nothing_does_not_hold_us(self, active, store, run):
        subscriber.unfollow(store, active, times.now())
        run(subscriber.UNSUBSCRIBE)
        assert LEFT == store.following.get(active.id).state
        run(subscriber.FORGET)
        assert [] == store.following.all()

    def test_a_hub_that_will_not_hear_of_it(self, active, store, run, web):
        subscriber.unfollow(store, active, times.now())
        web.pages[HUB] = b"HTTP/1.1 404 Not Found\n\n"
        run(subscriber.UNSUBSCRIBE)
        assert [] == store.following.all()

    def test_nothing_is_taken_meanwhile(self, active, store, push):
        subscriber.unfollow(store, active, times.now())
        assert 410 == push(active, ("/2", "Two")).status_code

    def test_a_polled_one_goes_at_once(self, follow, web, store, waiting):
        web.pages[ANN] = page(hub="")
        subscriber.unfollow(store, follow(), times.now())
        assert ([], {}) == (store.following.all(), waiting())

    def test_back_before_it_was_forgotten(self, active, store, run, follow, verify):
        """What was to be forgotten is wanted again."""
        subscriber.unfollow(store, active, times.now())
        run(subscriber.UNSUBSCRIBE)
        again = follow()
        run(subscriber.FORGET)
        assert 404 == verify(again, mode="unsubscribe").status_code
        assert 200 == verify(again).status_code

    def test_a_job_that_was_about_to_push_finds_nobody(self, active, store, push, run):
        push(active, ("/2", "Two"))
        subscriber.unfollow(store, active, times.now())
        run(arrivals.RECEIVE)
        assert [] == store.followed_items.of(active.id)


class TestWhatIsKept:
    def test_the_newest_so_many(self, follow, store):
        following = follow()
        with store.write():
            for number in range(5):
                store.followed_items.put(following.id, [{"uid": f"{number}"}], "push", NOW)
            store.followed_items.trim(following.id, 2)
        assert ["4", "3"] == [item["uid"] for item in store.followed_items.of(following.id)]

    def test_of_two_with_one_uid_the_first(self, follow, store):
        following = follow()
        assert 1 == store.followed_items.put(following.id, [{"uid": "a", "name": "new"}, {"uid": "a", "name": "old"}], "poll", NOW)
        assert "new" == store.followed_items.of(following.id)[0]["name"]

    def test_an_item_without_a_date_is_as_old_as_our_knowledge_of_it(self, follow, store):
        following = follow()
        store.followed_items.put(following.id, [{"uid": "a"}], "poll", NOW)
        store.followed_items.put(following.id, [{"uid": "a", "name": "edited"}], "poll", NOW + TEN_DAYS)
        row = store.database.one("SELECT published FROM followed_items WHERE uid = 'a'")
        assert NOW == times.from_sortable(row["published"])


def test_no_feed_is_told_with_its_reason(shop, web):
    web.pages[ANN] = b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n<p>Welcome"
    with pytest.raises(FetchFailed, match="neither h-feed nor Atom"):
        discovery.discover(web, shop.parser, ANN, NOW)


def test_the_header_is_believed_before_the_body(shop, web):
    """Test 104 of websub.rocks."""
    body = b'<link rel=hub href="https://wrong.example/"><link rel=self href="/wrong">' + html(("/1", "One")).encode()
    web.pages[ANN] = f"HTTP/1.1 200 OK\nContent-Type: text/html\nLink: <{HUB}>; rel=hub\nLink: <{ANN}>; rel=self\n\n".encode() + body
    found = discovery.discover(web, shop.parser, ANN, NOW)
    assert (HUB, ANN) == (found.hub, found.topic)
