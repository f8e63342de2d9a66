"""Who comes too often, and what is too much (Webmention §4.2, §7.1, §7.2)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from indie import times, wiring
from indie.errors import InvalidRequest, TargetNotSupported, TooManyRequests
from indie.webmention import admission
from indie.webmention.request import Request
from tests.webmention.conftest import ME

NOW = times.parse("2026-07-23T12:00:00Z")
SOURCE = "http://ann.example/1"


@pytest.fixture
def admit(store, settings, post):
    """`admit(source)` queues one, as somebody at 192.0.2.1 asks for it."""

    def ask(source=SOURCE, address="192.0.2.1", now=NOW, target="", **more):
        changed = replace(settings, **more)
        return admission.admit(store, changed, Request(source, target or post.url(ME), post), address, now)

    return ask


def spend(limit, take):
    """Take what is free at once; `take` is given a number."""
    for number in range(limit[0]):
        take(number)


def crowd(store, now):
    """So many came that for an hour nobody else may."""
    with store.write():
        store.limits.take("webmention", now + admission.ALL[0] * admission.ALL[1] + timedelta(hours=1), *admission.ALL)


class TestRates:
    def test_an_address(self, admit):
        """Whoever else comes is not held up."""
        spend(admission.ADDRESS, lambda number: admit(f"http://host{number}.example/"))
        with pytest.raises(TooManyRequests) as refused:
            admit("http://another.example/")
        assert 2 == refused.value.retry_after
        assert admit("http://another.example/", "192.0.2.2").id

    def test_a_neighbourhood(self, admit):
        """Whoever has one IPv6 address has as many as he likes."""
        spend(admission.ADDRESS, lambda number: admit(f"http://host{number}.example/", f"2001:db8::{number:x}"))
        with pytest.raises(TooManyRequests):
            admit("http://another.example/", "2001:db8::ffff")

    def test_a_host(self, admit):
        spend(admission.HOST, lambda number: admit(f"http://ann.example/{number}", f"192.0.2.{number % 200}"))
        with pytest.raises(TooManyRequests, match=r"ann\.example"):
            admit("http://ann.example/more", "198.51.100.1")

    def test_a_pair(self, admit, store):
        """Each time it was looked at before it came again."""

        def again(number):
            store.webmentions.conclude(admit().id, "error", "", NOW)

        spend(admission.PAIR, again)
        with pytest.raises(TooManyRequests):
            admit()
        assert admit("http://ann.example/2").id

    def test_everybody(self, admit, store):
        crowd(store, NOW)
        with pytest.raises(TooManyRequests):
            admit()

    def test_later_it_is_free_again(self, admit, store):
        spend(admission.PAIR, lambda number: store.webmentions.conclude(admit().id, "error", "", NOW))
        assert "queued" == admit(now=NOW + admission.PAIR[1]).state

    def test_who_is_refused_leaves_no_trace(self, admit, store):
        """Neither a row nor a count: what was counted by his address is not counted for the host."""
        spend(admission.ADDRESS, lambda number: admit(f"http://host{number}.example/"))
        with pytest.raises(TooManyRequests):
            admit()
        assert store.webmentions.find(SOURCE, 1) is None
        assert 0 == store.database.one("SELECT count(*) AS n FROM limits WHERE key LIKE 'webmention host ann%'")["n"]

    def test_none_where_they_are_off(self, admit):
        spend(admission.ADDRESS, lambda number: admit(f"http://ann.example/{number}", rate_limit=False))
        assert admit("http://ann.example/more", rate_limit=False).id

    def test_a_hundred_likes_at_once_are_no_trouble(self, admit):
        """From one address, about one post, of one host: so Bridgy brings them."""
        tokens = {admit(f"https://brid.gy/like/mastodon/me/1/{number}").token for number in range(100)}
        assert 100 == len(tokens)

    def test_429_with_retry_after(self, client, store, target):
        crowd(store, times.now())
        answer = client.post("/webmention", data={"source": SOURCE, "target": target})
        assert (429, "too_many_requests") == (answer.status_code, answer.json["error"])
        assert 1 <= int(answer.headers["Retry-After"])

    def test_behind_a_proxy_the_client_counts(self, settings, store, target):
        """By what the proxy says, as far as it is believed (INDIE_PROXIES)."""
        client = wiring.create_app(replace(settings, proxies=1), store).test_client()
        form = {"source": SOURCE, "target": target}
        client.post("/webmention", data=form, headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7"})
        rows = store.database.query("SELECT key FROM limits")
        assert "webmention 192.0.2.7" in {row["key"] for row in rows}


class TestTheSame:
    def test_what_waits_may_be_sent_for_ever(self, admit):
        assert 1 == len({admit().token for _ in range(admission.ADDRESS[0] + 1)})

    def test_a_hundred_at_once_are_one(self, client, store, target, frozen_web, work):
        """One row, one status URL, one look at the source, however many threads take them."""
        frozen_web.pages[SOURCE] = b"HTTP/1.1 404 Not Found\n\n"
        application = client.application

        def send(_):
            return application.test_client().post("/webmention", data={"source": SOURCE, "target": target})

        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(send, range(100)))
        with time_machine.travel(times.now() + 2 * admission.GATHERED):
            work()
        assert 1 == len({(answer.status_code, answer.headers["Location"]) for answer in answers})
        assert (1, [SOURCE]) == (len(store.webmentions.all()), frozen_web.requested)

    @pytest.mark.parametrize(("limited", "seconds"), [(True, 1), (False, 0)])
    def test_it_is_looked_at_when_all_of_them_came(self, admit, store, limited, seconds):
        """A moment later; at once where nothing is debounced."""
        admit(rate_limit=limited)
        after = store.jobs.next_due() - NOW
        assert 0.9 * seconds <= after.total_seconds() <= 1.1 * seconds

    def test_what_comes_while_it_is_being_looked_at_is_another_look(self, admit, store):
        """Its source may have been corrected since it was asked."""
        admit()
        store.jobs.claim("w", NOW + 2 * admission.GATHERED)
        admit(now=NOW + 2 * admission.GATHERED)
        assert 2 == store.jobs.waiting()

    def test_sent_again_while_it_waits_for_another_try_it_is_looked_at_at_once(self, admit, store):
        store.webmentions.conclude(admit().id, "queued", "It will be tried again.", NOW)
        assert 0 == admit(now=NOW + timedelta(hours=1)).attempts

    def test_another_address_of_the_target_is_kept(self, admit, store, target):
        admit()
        webmention = admit(target=f"{target}?x=1")
        assert [target, f"{target}?x=1"] == store.webmentions.targets(webmention.id)

    def test_400_for_ever_other_addresses(self, admit, target):
        for number in range(admission.SPELLINGS):
            admit(target=f"{target}?{number}", rate_limit=False)
        with pytest.raises(InvalidRequest):
            admit(target=f"{target}?more", rate_limit=False)
        assert admit(target=f"{target}?0").id


class TestRoom:
    @pytest.fixture
    def full(self, store, receive, answer, look, post):
        """A note that has as many responses as it takes, all but the first without words."""
        _, first = look(receive(answer()))
        with store.write():
            for number in range(2, admission.RESPONSES + 1):
                webmention = store.webmentions.queue(f"http://b{number}.example/", post.url(ME), post.id, NOW)
                store.responses.put(webmention.id, post.id, replace(first.response, aliases=()), NOW, 1)

    def test_400_where_a_target_is_full(self, admit, full):
        with pytest.raises(TargetNotSupported):
            admit("http://late.example/")

    def test_what_is_there_may_change_still(self, admit, full):
        assert "queued" == admit().state

    def test_a_host_has_so_many_a_day(self, admit, store, post, monkeypatch):
        monkeypatch.setattr(admission, "NEW_FROM_HOST", 3)
        for number in range(3):
            admit(f"http://ann.example/{number}")
        with pytest.raises(TooManyRequests, match="today"):
            admit("http://ann.example/more")
        assert admit("http://ann.example/0", now=NOW).id
        assert admit("http://ann.example/more", now=NOW + admission.DAY + timedelta(seconds=1)).id
