"""What becomes of a response in time: looked at again, missing, gone, read again (Webmention spec §2, §7.2)."""

from datetime import datetime, timedelta

import pytest

from indie.errors import TimedOut, Unreachable
from indie.responses import classify
from indie.responses.policy import Rule
from indie.webmention import moderation, process, rereading
from tests.webmention.conftest import ME, html

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
SOURCE = "http://ann.example/1"
GONE = b"HTTP/1.1 410 Gone\n\n"
MISSING = html("no", "404 Not Found")


def days(number):
    return timedelta(days=number)


@pytest.fixture
def send(store, frozen_web, post, target, shop):
    """Send the source at a moment, and look at it: `send(raw, NOW)` returns webmention and response."""

    def run(raw, now=NOW, source=SOURCE, about=post):
        frozen_web.pages[source] = raw
        webmention = process.queue(store, source, target if about else ME, about, now)
        store.database.execute("DELETE FROM jobs")
        return look_at(store, shop, webmention.id, now)

    return run


@pytest.fixture
def again(store, frozen_web, shop):
    """The planned look comes, and the source answers so: `again(raw, now)` as `send`."""

    def run(raw, now, last=False):
        frozen_web.pages[SOURCE] = raw
        store.database.execute("DELETE FROM jobs")
        return look_at(store, shop, store.webmentions.all()[0].id, now, last=last)

    return run


def look_at(store, shop, webmention_id, now, *, last=False):
    process.process(store, shop.fetcher, shop.parser, ME, webmention_id, now, last=last)
    return store.webmentions.get(webmention_id), store.responses.of(webmention_id)


def planned(store, now):
    """How many days until the next look; None if there is none."""
    row = store.database.one("SELECT due FROM jobs WHERE name = 'webmention.process'")
    return (datetime.fromisoformat(row["due"]) - now) / days(1) if row else None


class TestLookedAtAgain:
    def test_after_a_day_a_week_a_month_and_every_quarter(self, send, again, answer, store):
        """Each give or take a tenth."""
        send(answer(), NOW)
        waits, now = [planned(store, NOW)], NOW
        for _ in range(4):
            now += days(waits[-1])
            again(answer(), now)
            waits.append(planned(store, now))
        assert all(near * 0.9 <= wait <= near * 1.1 for near, wait in zip((1, 7, 30, 91, 91), waits, strict=True)), waits

    def test_what_is_sent_again_begins_anew(self, send, again, answer, store):
        send(answer(), NOW)
        again(answer(), NOW + days(1))
        send(answer(), NOW + days(2))
        assert planned(store, NOW + days(2)) <= 1.1

    def test_one_that_is_sent_is_looked_at_at_once(self, send, answer, store, post, target):
        """There is one job: the sender hastens what was planned."""
        send(answer(), NOW)
        process.queue(store, SOURCE, target, post, NOW + timedelta(hours=1))
        assert 1 / 24 == pytest.approx(planned(store, NOW))

    @pytest.mark.parametrize("raw", [GONE, html("I took it back.")])
    def test_what_is_gone_is_not(self, send, again, answer, store, raw):
        send(answer(), NOW)
        again(raw, NOW + days(1))
        assert planned(store, NOW) is None

    def test_what_was_never_good_is_not(self, send, store):
        send(html("Nothing."), NOW)
        assert planned(store, NOW) is None

    def test_what_is_rejected_is_not(self, send, again, answer, store):
        send(answer(), NOW)
        store.webmentions.decide(SOURCE, "rejected")
        assert "rejected" == again(answer(), NOW + days(1))[0].state
        assert planned(store, NOW) is None

    def test_a_fault_of_ours_ends_no_watch(self, send, answer, store):
        webmention, _ = send(answer(), NOW)
        store.database.execute("DELETE FROM jobs")
        process.abandon(store, webmention.id, NOW)
        assert 80 < planned(store, NOW)
        assert 1 == store.webmentions.get(webmention.id).history.checks

    def test_what_fails_to_the_end_is_tried_at_the_next_date(self, send, again, answer, store):
        _, first = send(answer(), NOW)
        webmention, stored = again(html("x", "503 Busy"), NOW + days(1), last=True)
        assert ("error", first) == (webmention.state, stored)
        assert 6 < planned(store, NOW + days(1)) < 8


class TestConditional:
    GOOD = ('ETag: "v1"', "Last-Modified: Thu, 23 Jul 2026 10:00:00 GMT")
    UNCHANGED = b"HTTP/1.1 304 Not Modified\n\n"

    @pytest.fixture
    def known(self, send, answer):
        raw = answer().replace(b"\n\n", b"\n" + "\n".join(self.GOOD).encode() + b"\n\n", 1)
        return send(raw, NOW)

    def test_the_validators_are_sent_back(self, known, again, answer, frozen_web):
        again(self.UNCHANGED, NOW + days(1))
        conditions = {"If-None-Match": '"v1"', "If-Modified-Since": "Thu, 23 Jul 2026 10:00:00 GMT"}
        assert [(SOURCE, conditions)] == [sent for sent in frozen_web.sent if sent[1]]

    def test_304_is_good_and_keeps_everything(self, known, again, store):
        webmention, stored = again(self.UNCHANGED, NOW + days(1))
        assert ("verified", known[1]) == (webmention.state, stored)
        assert '"v1"' == store.webmentions.body(webmention.id).etag
        assert 6 < planned(store, NOW + days(1)) < 8

    def test_what_is_sent_again_is_read_whole(self, known, send, answer, frozen_web):
        """Sent to a comment this time, the same page means something else."""
        send(answer(), NOW + days(1))
        assert [] == [sent for sent in frozen_web.sent if sent[1]]

    def test_a_source_that_leads_elsewhere_by_now_is_read_whole(self, known, again, frozen_web):
        """A 304 of another page says nothing about this one."""
        frozen_web.pages["http://ann.example/2"] = self.UNCHANGED
        webmention, stored = again(b"HTTP/1.1 302 Found\nLocation: /2\n\n", NOW + days(1))
        assert ("error", known[1]) == (webmention.state, stored)
        assert [True, False] == [bool(headers) for url, headers in frozen_web.sent[-2:]]

    def test_a_validator_that_is_none_is_not_sent(self, send, again, answer, frozen_web):
        send(answer().replace(b"\n\n", b"\nETag: \xc3\xa4\n\n", 1), NOW)
        again(answer(), NOW + days(1))
        assert [] == [sent for sent in frozen_web.sent if sent[1]]

    def test_what_an_older_reading_read_is_asked_for_whole(self, known, again, answer, frozen_web, store):
        store.database.execute("UPDATE responses SET version = 0")
        again(answer("New."), NOW + days(1))
        assert [] == [sent for sent in frozen_web.sent if sent[1]]


class TestMissing:
    def is_shown(self, store, post):
        return bool(store.responses.shown([post.id]))

    def test_a_response_is_hidden_after_three_misses_over_a_week(self, send, again, answer, store, post):
        send(answer(), NOW)
        shown = []
        for day in (1, 2, 3, 7, 8):
            assert "missing" == again(MISSING, NOW + days(day))[0].state
            shown.append(self.is_shown(store, post))
        assert [True, True, True, True, False] == shown

    def test_two_misses_are_too_few_however_long(self, send, again, answer, store, post):
        send(answer(), NOW)
        again(MISSING, NOW + days(1))
        again(MISSING, NOW + days(60))
        assert self.is_shown(store, post)

    def test_whatever_is_sent_hides_nothing(self, send, answer, store, post):
        """Nobody hides a response by sending it again and again while it is missing."""
        send(answer(), NOW)
        for minute in range(9):
            send(MISSING, NOW + timedelta(minutes=minute))
        assert self.is_shown(store, post)

    def test_what_comes_back_is_shown_again(self, send, again, answer, store, post):
        _, first = send(answer(), NOW)
        for day in (1, 5, 9):
            again(MISSING, NOW + days(day))
        assert not self.is_shown(store, post)
        webmention, stored = again(answer(), NOW + days(20))
        assert ("verified", first.id, True) == (webmention.state, stored.id, self.is_shown(store, post))
        assert 0 == webmention.history.misses

    @pytest.mark.parametrize("failure", [Unreachable("down"), TimedOut("slow"), html("x", "500 Oops"), html("x", "403 No")])
    def test_failures_of_another_kind_never_hide(self, send, again, answer, store, post, failure):
        send(answer(), NOW)
        for day in (1, 10, 100, 1000):
            again(failure, NOW + days(day), last=True)
        assert self.is_shown(store, post)

    def test_it_is_looked_at_again(self, send, again, answer, store):
        send(answer(), NOW)
        again(MISSING, NOW + days(1))
        assert 0.9 <= planned(store, NOW + days(1)) <= 1.1


class TestGone:
    def test_its_place_is_kept_and_nothing_else(self, send, again, answer, store, post):
        """What stands under it keeps its place; no word and no name of its author is left."""
        _, before = send(answer("Secret words."), NOW)
        again(GONE, NOW + days(1))
        (stub,) = store.responses.shown([post.id], gone=True)
        assert (before.id, True, "", "") == (stub.id, stub.gone, stub.response.text, stub.response.author.name)
        assert before.response.aliases == stub.response.aliases

    def test_it_is_among_nothing_that_is_shown(self, send, again, answer, store, post):
        send(answer(), NOW)
        again(GONE, NOW + days(1))
        assert ([], []) == (store.responses.shown([post.id]), store.responses.authors(9))

    def test_its_answers_stand_under_a_stub(self, client, send, again, answer, target):
        send(answer("Ann says."), NOW)
        both = answer("Bob answers.", more=f'<a class="u-in-reply-to" href="{SOURCE}">y</a>')
        send(both, NOW, "http://bob.example/1")
        assert "Ann says." in client.get(target).text
        again_first(send, GONE)
        page = client.get(target).text
        assert "Bob answers." in page
        assert ("Ann says." in page, "deleted" in page) == (False, True)

    def test_it_may_come_back_to_its_place(self, send, answer):
        _, before = send(answer(), NOW)
        send(GONE, NOW + days(1))
        _, after = send(answer(), NOW + days(2))
        assert before.id == after.id

    def test_what_was_approved_and_is_gone_is_not_approved_when_other_words_come(self, send, answer, store):
        send(answer(), NOW)
        store.webmentions.decide(SOURCE, "approved")
        store.preferences.put("approve_replies", "none")
        send(GONE, NOW + days(1))
        webmention, stored = send(answer("Buy pills."), NOW + days(2))
        assert ("pending", False) == (webmention.state, stored.public)


def again_first(send, raw):
    """The first source answers so when it is sent again."""
    return send(raw, NOW + days(1), SOURCE)


class TestReadAgain:
    def older(self, store):
        store.database.execute("UPDATE responses SET version = 0, response = replace(response, 'think', 'thunk')")
        store.database.execute("DELETE FROM jobs")

    def test_what_an_older_reading_read_is_read_from_its_body(self, send, answer, store, work, frozen_web):
        """Without a request; the decision that hides it stays."""
        _, before = send(answer(), NOW)
        store.responses.publish(before.webmention_id, public=False)
        self.older(store)
        asked = len(frozen_web.requested)
        rereading.want(store, NOW)
        work()
        stored = store.responses.of(before.webmention_id)
        assert ("I think so too.", False, classify.VERSION) == (stored.response.text, stored.public, stored.version)
        assert asked == len(frozen_web.requested)

    def test_more_than_a_portion_is_read_in_turns(self, send, answer, store, work, monkeypatch):
        monkeypatch.setattr(rereading, "PORTION", 1)
        for number in range(3):
            send(answer(), NOW, f"http://ann.example/{number}")
        self.older(store)
        rereading.want(store, NOW)
        work()
        assert [] == store.responses.older(classify.VERSION, 9)

    def test_what_has_no_body_is_asked_for_within_a_day(self, send, answer, store, shop):
        webmention, _ = send(answer(), NOW)
        store.webmentions.keep_body(webmention.id, None)
        self.older(store)
        rereading.reread(store, shop.parser, ME, NOW)
        assert 0 <= planned(store, NOW) <= 1.1

    def test_what_came_before_anything_was_looked_at_again_is_from_now_on(self, send, answer, store, shop):
        send(answer(), NOW)
        self.older(store)
        store.database.execute("UPDATE webmentions SET checks = 0")
        rereading.reread(store, shop.parser, ME, NOW)
        assert 0 <= planned(store, NOW) <= 1.1

    def test_what_was_taken_over_is_not_asked_for(self, send, answer, store, shop):
        """Its page may be gone for years, and nothing of it must be taken away for that."""
        webmention, _ = send(answer(), NOW)
        store.webmentions.keep_body(webmention.id, None)
        self.older(store)
        store.database.execute("UPDATE webmentions SET checks = 0")
        store.database.execute("DELETE FROM jobs")
        rereading.reread(store, shop.parser, ME, NOW)
        assert 0 == store.jobs.waiting()

    def test_nothing_is_asked_for_where_all_is_read(self, send, answer, store):
        send(answer(), NOW)
        store.database.execute("DELETE FROM jobs")
        rereading.want(store, NOW)
        assert 0 == store.jobs.waiting()

    def test_an_author_whose_page_was_asked_keeps_what_it_told(self, send, store, work, frozen_web, target):
        frozen_web.pages["http://ann.example/"] = html(
            '<div class="h-card"><a class="u-url u-uid p-name" href="http://ann.example/">Ann Other</a></div>'
        )
        page = f'<div class="h-entry"><a class="u-author" href="/"></a><a class="u-like-of" href="{target}"></a></div>'
        webmention, _ = send(html(page), NOW)
        self.older(store)
        rereading.want(store, NOW)
        work()
        assert "Ann Other" == store.responses.of(webmention.id).response.author.name


class TestSteps:
    def test_each_says_what_was_found(self, send, answer):
        webmention, _ = send(answer(), NOW)
        assert ["fetch", "link", "entry", "author", "author page", "kind", "moderation"] == sorted(
            dict(webmention.steps), key=["fetch", "link", "entry", "author", "author page", "kind", "moderation"].index
        )
        assert "200, text/html, 1 KB, http://ann.example/1" == dict(webmention.steps)["fetch"]

    def test_near_misses_are_told(self, send, target):
        webmention, _ = send(html(f'<a href="{target}x">x</a><a href="http://secret.example/">y</a>'), NOW)
        assert f"not found; what comes near: {target}x" == dict(webmention.steps)["link"]

    def test_nothing_of_the_page_is_repeated(self, send, answer):
        """But links to our own host."""
        told = str(send(answer("Secret words."), NOW)[0].steps)
        assert ("Secret" in told, "Ann" in told) == (False, False)

    def test_the_query_of_where_it_led_is_not_told(self, send, answer, frozen_web):
        frozen_web.pages["http://ann.example/2?token=s3cret"] = answer()
        webmention, _ = send(b"HTTP/1.1 302 Found\nLocation: /2?token=s3cret\n\n", NOW)
        assert "s3cret" not in str(webmention.steps)

    def test_a_failure_is_one(self, send, store):
        with pytest.raises(Unreachable):
            send(Unreachable("down"), NOW)
        assert (("fetch", "down (fetch_failed)."),) == store.webmentions.all()[0].steps


class TestMoved:
    """A page that has another address now, of which both were sent (Webmention spec §4.5, scenario 23)."""

    LEADS = "HTTP/1.1 301 Moved\nLocation: {}\n\n"

    def test_it_is_known_by_where_it_lives(self, send, answer, frozen_web, store):
        frozen_web.pages["http://ann.example/2"] = answer()
        webmention, stored = send(self.LEADS.format("/2").encode(), NOW)
        assert (SOURCE, "http://ann.example/2") == (webmention.source, stored.response.source)
        assert "ann.example/1" in {alias.key for alias in stored.response.aliases}

    def test_both_addresses_are_one_reply(self, send, answer, client, target):
        send(answer("I move."), NOW, "http://ann.example/2")
        send(self.LEADS.format("/2").encode(), NOW)
        assert 1 == client.get(target).text.count("I move.")

    def test_a_redirector_takes_nobodys_name(self, send, answer, frozen_web):
        """Of a page elsewhere that did not speak for itself, the source stays the one that was sent."""
        frozen_web.pages["http://ben.example/2"] = answer()
        _, stored = send(self.LEADS.format("http://ben.example/2").encode(), NOW)
        assert SOURCE == stored.response.source

    def test_a_page_that_moved_to_another_host_is_one_when_it_says_so_itself(self, send, answer, frozen_web):
        send(answer(), NOW, "http://ben.example/2")
        _, stored = send(self.LEADS.format("http://ben.example/2").encode(), NOW)
        assert "http://ben.example/2" == stored.response.source


class TestHomePage:
    def test_what_it_says_is_kept_and_stands_on_no_page(self, send, store, client):
        page = f'<div class="h-entry"><a class="u-follow-of" href="{ME}">x</a><p class="e-content">I follow.</p></div>'
        webmention, stored = send(html(page), NOW, about=None)
        assert ("verified", "follow", None) == (webmention.state, stored.response.kind, stored.post_id)
        assert "I follow." not in client.get("/").text


def test_a_page_that_only_shows_ours_below_itself_is_no_response(send, target):
    """It shows our post as a comment on its own: nothing new is said (§3.2)."""
    page = f'<div class="h-entry"><p class="e-content">x</p><div class="u-comment h-cite"><a class="u-url" href="{target}">y</a></div></div>'
    webmention, stored = send(html(page), NOW)
    assert ("verified", None) == (webmention.state, stored)


class TestRulesWhileMissing:
    def test_a_block_hides_what_is_missing_but_shown(self, send, again, answer, store):
        webmention, _ = send(answer(), NOW)
        again(MISSING, NOW + days(1))
        moderation.put_rule(store, Rule("host", "ann.example", "block"), NOW)
        assert not store.responses.of(webmention.id).public

    def test_no_rule_brings_back_what_was_hidden_as_missing(self, send, again, answer, store):
        webmention, _ = send(answer(), NOW)
        for day in (1, 5, 10):
            again(MISSING, NOW + days(day))
        again(html("x", "503 Busy"), NOW + days(40), last=True)
        moderation.put_rule(store, Rule("host", "other.example", "block"), NOW)
        assert not store.responses.of(webmention.id).public
