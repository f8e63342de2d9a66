"""Whoever a post has told hears what others say below it, and not too often (Webmention spec §4.3, sending)."""

import json
from datetime import timedelta

import pytest

from indie import conversations, outbox, publishing, times
from indie.mf2.item import Item
from indie.responses.policy import Rule
from indie.store.deliveries import DUE, SENT
from indie.webmention import moderation, process, send, upstream
from tests.webmention.conftest import ME, html

THEIRS = "http://them.example/1"
ENDPOINT = "http://them.example/wm"
CAT = "http://cat.example/c"
NOW = times.now()
MINUTE = timedelta(minutes=1)


def at(minutes):
    """So many minutes later."""
    return NOW + minutes * MINUTE


@pytest.fixture
def them(frozen_web):
    """A page that takes webmentions."""
    frozen_web.pages[THEIRS] = html("<p>Theirs.", "200 OK", "Link: </wm>; rel=webmention")
    frozen_web.pages[ENDPOINT] = b"HTTP/1.1 202 Accepted\n\n"


@pytest.fixture
def told(publish, them, store, shop):
    """A post of ours that answers that page, which has been told of it."""
    post = publish(content="I read this.", in_reply_to=THEIRS)
    (delivery,) = store.deliveries.of(post.id)
    _send(shop, delivery.id, NOW)
    with store.write():
        for job in _jobs(store):
            store.jobs.cancel(job)
    return post


def _send(shop, delivery_id, now):
    send.send(shop.store, shop.fetcher, shop.parser, ME, delivery_id, now, last=False)


def _jobs(store):
    rows = store.database.query("SELECT dedupe FROM jobs ORDER BY id")
    return [row["dedupe"] for row in rows]


@pytest.fixture
def asked(store):
    """For which posts the job waits."""

    def find():
        return [int(key.removeprefix(f"{conversations.JOB} ")) for key in _jobs(store) if key.startswith(conversations.JOB)]

    return find


@pytest.fixture
def say(frozen_web, store, shop):
    """`say(post, "words")` is an answer that is here: the page of somebody who answers it, looked at."""

    def run(post, words="Yes.", source="http://ann.example/1", now=NOW, raw=None, more=""):
        frozen_web.pages[source] = raw or html(
            f'<title>T</title><div class="h-entry"><a class="u-in-reply-to" href="{post.url(ME)}">x</a>'
            f'<p class="e-content">{words}</p>{more}</div>',
            "200 OK",
            f"Link: <{ENDPOINT}>; rel=webmention",
        )
        webmention = process.queue(store, source, post.url(ME), post, now)
        process.process(store, shop.fetcher, shop.parser, ME, webmention.id, now, last=False)
        return webmention

    return run


@pytest.fixture
def tell(store, shop, frozen_web):
    """`tell(post, now)` runs the job, and whatever it asked to send; returns whom it told."""

    def run(post, now, *, since=NOW, limited=True):
        frozen_web.posted.clear()
        upstream.upstream(store, ME, post.id, since, now, limited=limited)
        for delivery in store.deliveries.of(post.id):
            if delivery.state == DUE:
                _send(shop, delivery.id, now)
        return [form["target"] for _, form in frozen_web.posted]

    return run


@pytest.fixture
def due(store):
    """When the job that waits comes: minutes from NOW."""

    def find():
        (row,) = store.database.query("SELECT due FROM jobs WHERE name = :name", name=conversations.JOB)
        return round((times.from_sortable(row["due"]) - NOW) / MINUTE)

    return find


class TestWhoHears:
    def test_the_first_answer_is_told(self, told, say, tell):
        say(told)
        assert [THEIRS] == tell(told, at(10))

    def test_nothing_is_told_where_nothing_is_shown(self, told, tell):
        assert [] == tell(told, at(10))

    def test_who_was_never_told_is_not_told(self, told, say, tell, store):
        with store.write():
            store.deliveries.add(told.id, "http://other.example/", NOW)
        say(told)
        upstream.upstream(store, ME, told.id, NOW, at(10), limited=True)
        states = {delivery.target: delivery.told for delivery in store.deliveries.of(told.id)}
        assert {THEIRS: True, "http://other.example/": False} == states
        assert 1 == sum(key.startswith(outbox.SEND) for key in _jobs(store))

    def test_a_post_that_is_not_listed_tells_nobody(self, told, say, tell, store):
        say(told)
        publishing.update(store, ME, NOW, told, lambda post: post.item, {"visibility": ["unlisted"]})
        (delivery,) = store.deliveries.of(told.id)
        with store.write():
            store.deliveries.record(delivery.id, SENT, "", NOW)
        assert [] == tell(told, at(10))

    def test_a_target_of_syndication_is_told_of_the_post_alone(self, told, say, tell, store):
        """A bridge that publishes would publish it again."""
        say(told)
        with store.write():
            store.preferences.put("syndicate_to", json.dumps([{"uid": THEIRS, "name": "Theirs"}]))
        publishing.update(store, ME, NOW, told, lambda post: post.item, {"mp-syndicate-to": [THEIRS]})
        (delivery,) = store.deliveries.of(told.id)
        with store.write():
            store.deliveries.record(delivery.id, SENT, "", NOW)
        assert THEIRS in store.posts.by_id(told.id).syndicate_to
        assert [] == tell(told, at(10))


class TestOnlyWhatIsNew:
    def test_the_same_is_told_once(self, told, say, tell):
        say(told)
        tell(told, at(10))
        assert [] == tell(told, at(30))

    def test_other_words_are_told(self, told, say, tell):
        say(told)
        tell(told, at(10))
        say(told, "No.")
        assert [THEIRS] == tell(told, at(30))

    def test_what_is_taken_back_is_told(self, told, say, tell):
        say(told)
        tell(told, at(10))
        say(told, raw=b"HTTP/1.1 410 Gone\n\n")
        assert [THEIRS] == tell(told, at(30))

    def test_what_came_and_went_meanwhile_is_not(self, told, say, tell):
        say(told)
        say(told, raw=b"HTTP/1.1 410 Gone\n\n")
        assert [] == tell(told, at(10))

    def test_whoever_is_told_of_the_post_anew_has_heard_it(self, told, say, tell, store, shop):
        say(told)
        publishing.update(store, ME, NOW, told, lambda post: Item(post.item.type, post.item.properties | {"content": ["More."]}), {})
        (delivery,) = store.deliveries.of(told.id)
        _send(shop, delivery.id, at(1))
        assert [] == tell(told, at(30))

    def test_what_comes_while_it_is_told_is_told_again(self, told, say, tell, store, shop, frozen_web):
        """What counts as heard is what was shown before the target was asked."""
        say(told)

        class Slow(type(frozen_web)):
            def post(self, url, form, **_):
                say(told, "At that moment.", "http://ben.example/1")
                return frozen_web.post(url, form)

        slow = Slow()
        slow.pages = frozen_web.pages
        upstream.upstream(store, ME, told.id, NOW, at(10), limited=True)
        (delivery,) = store.deliveries.of(told.id)
        send.send(store, slow, shop.parser, ME, delivery.id, at(10), last=False)
        assert [THEIRS] == tell(told, at(30))

    def test_who_is_being_told_is_not_told_twice_at_once(self, told, say, store, shop, frozen_web, asked):
        """The job that comes at that moment leaves it to the one that tells, which asks for it when it has ended."""
        say(told)

        class Slow(type(frozen_web)):
            def post(self, url, form, **_):
                say(told, "At that moment.", "http://ben.example/1")
                upstream.upstream(store, ME, told.id, NOW, at(10), limited=False)
                with store.write():
                    store.jobs.cancel(f"{conversations.JOB} {told.id}")
                return frozen_web.post(url, form)

        slow = Slow()
        slow.pages = frozen_web.pages
        upstream.upstream(store, ME, told.id, NOW, at(10), limited=True)
        (delivery,) = store.deliveries.of(told.id)
        with store.write():
            store.jobs.cancel(f"{outbox.SEND} {delivery.id}")
        send.send(store, slow, shop.parser, ME, delivery.id, at(10), last=False)
        assert [told.id] == asked()
        assert not [key for key in _jobs(store) if key.startswith(outbox.SEND)]

    def test_who_could_not_be_told_has_not_heard(self, told, say, tell, frozen_web, them):
        say(told)
        frozen_web.pages[ENDPOINT] = b"HTTP/1.1 400 Bad Request\n\n"
        tell(told, at(10))
        frozen_web.pages[ENDPOINT] = b"HTTP/1.1 202 Accepted\n\n"
        assert [THEIRS] == tell(told, at(30))

    def test_who_could_not_be_told_knows_what_he_knew(self, told, say, tell, frozen_web):
        say(told)
        tell(told, at(10))
        frozen_web.pages[ENDPOINT] = b"HTTP/1.1 400 Bad Request\n\n"
        say(told, "No.")
        tell(told, at(30))
        say(told)
        assert [] == tell(told, at(50))


class TestNotWhatItSaidItself:
    def test_its_own_answer(self, told, say, tell):
        say(told, source=THEIRS)
        assert [] == tell(told, at(10))

    def test_what_names_itself_so(self, told, say, tell):
        say(told, more=f'<a class="u-url" href="{THEIRS}">x</a>')
        assert [] == tell(told, at(10))

    def test_what_its_answer_shows_of_others(self, told, say, tell, work, store):
        say(told, source=THEIRS)
        say(told, source=THEIRS, more=f'<div class="u-comment h-cite"><a class="u-url" href="{CAT}">x</a><p class="p-content">Miau.</p></div>')
        assert ["Miau."] == [one.response.text for one in store.quoted.shown([told.id])]
        assert [] == tell(told, at(10))

    def test_but_what_others_show_of_others(self, told, say, tell, store):
        say(told, source=THEIRS)
        say(told)
        tell(told, at(10))
        say(told, more=f'<div class="u-comment h-cite"><a class="u-url" href="{CAT}">x</a><p class="p-content">Miau.</p></div>')
        assert ["Miau."] == [one.response.text for one in store.quoted.shown([told.id])]
        assert [THEIRS] == tell(told, at(30))

    def test_others_hear_it(self, publish, say, tell, shop, store, frozen_web, them):
        other = "http://other.example/1"
        frozen_web.pages[other] = html("<p>Hm.", "200 OK", "Link: <http://other.example/wm>; rel=webmention")
        frozen_web.pages["http://other.example/wm"] = b"HTTP/1.1 202 Accepted\n\n"
        post = publish(content=f"As {other} says.", in_reply_to=THEIRS)
        for delivery in store.deliveries.of(post.id):
            _send(shop, delivery.id, NOW)
        say(post, source=THEIRS)
        assert [other] == tell(post, at(10))


class TestNotTooOften:
    def test_twenty_answers_are_one_message(self, told, say, tell, store, asked):
        """None of them is told until ten minutes after the first."""
        early = []
        for number in range(20):
            say(told, source=f"http://ann.example/{number}", now=at(60))
            early += tell(told, at(60) + number * MINUTE / 4, since=at(60))
        assert ([], [told.id]) == (early, asked())
        assert [THEIRS] == tell(told, at(70), since=at(60))

    def test_the_job_waits_for_the_end_of_the_burst(self, told, say, tell, due, store):
        say(told, now=at(60))
        with store.write():
            store.jobs.cancel(f"{conversations.JOB} {told.id}")
        tell(told, at(60), since=at(60))
        assert 70 == due()

    def test_who_was_told_lately_is_told_later(self, told, say, tell, due, store):
        say(told)
        tell(told, at(10))
        say(told, "No.", now=at(11))
        with store.write():
            store.jobs.cancel(f"{conversations.JOB} {told.id}")
        assert [] == tell(told, at(12), since=at(1))
        assert 20 == due()
        assert [THEIRS] == tell(told, at(20), since=at(10))

    def test_nobody_waits_without_limits(self, told, say, tell):
        say(told)
        first = tell(told, at(0), limited=False)
        say(told, "No.")
        assert ([THEIRS], [THEIRS]) == (first, tell(told, at(0), limited=False))

    def test_at_most_twelve_times_a_day(self, told, say, tell, store):
        """Whatever happens, without limits too."""
        count = 0
        for number in range(24 * 4):
            say(told, f"Again {number}.", now=at(15 * number))
            count += len(tell(told, at(15 * number), since=NOW, limited=False))
        assert 12 >= count > 6

    def test_what_is_too_much_is_told_when_there_is_room(self, told, say, tell, due, store):
        for number in range(upstream.AT_ONCE + 1):
            say(told, f"Again {number}.")
            with store.write():
                store.jobs.cancel(f"{conversations.JOB} {told.id}")
            last = tell(told, at(0), limited=False)
        assert ([], 240) == (last, due())
        assert [THEIRS] == tell(told, at(240))


class TestWhoAsks:
    """The job is asked for wherever what is shown changes."""

    @pytest.fixture(autouse=True)
    def forgotten(self, told, say, asked, store):
        say(told)
        assert [told.id] == asked()
        with store.write():
            store.jobs.cancel(f"{conversations.JOB} {told.id}")

    def test_an_answer_that_says_the_same_changes_nothing(self, told, say, asked):
        say(told)
        assert [] == asked()

    def test_other_words(self, told, say, asked):
        say(told, "No.")
        assert [told.id] == asked()

    def test_one_taken_back(self, told, say, asked):
        say(told, raw=b"HTTP/1.1 410 Gone\n\n")
        assert [told.id] == asked()

    def test_one_that_waits_for_the_owner_does_not(self, told, say, asked, store):
        with store.write():
            store.preferences.put("approve_replies", "none")
        say(told, source="http://ben.example/1")
        assert [] == asked()

    def test_one_that_the_owner_lets_in(self, told, say, asked, store):
        with store.write():
            store.preferences.put("approve_replies", "none")
        say(told, source="http://ben.example/1")
        with store.write():
            moderation.approve(store, "http://ben.example/1", NOW)
        assert [told.id] == asked()

    def test_one_that_the_owner_takes_out(self, told, asked, store):
        with store.write():
            moderation.reject(store, "http://ann.example/1", NOW)
        assert [told.id] == asked()

    def test_one_that_a_rule_hides_and_shows_again(self, told, asked, store):
        rule = Rule("host", "ann.example", "block")
        with store.write():
            moderation.put_rule(store, rule, NOW)
        hidden = asked()
        with store.write():
            store.jobs.cancel(f"{conversations.JOB} {told.id}")
            store.moderation.remove("host", "ann.example")
            moderation.reconsider(store, NOW)
        assert ([told.id], [told.id]) == (hidden, asked())

    def test_a_rule_about_others_changes_nothing(self, asked, store):
        with store.write():
            moderation.put_rule(store, Rule("host", "ben.example", "block"), NOW)
        assert [] == asked()

    def test_one_that_another_site_shows(self, told, say, asked):
        say(told, more=f'<div class="u-comment h-cite"><a class="u-url" href="{CAT}">x</a><p class="p-content">Miau.</p></div>')
        assert [told.id] == asked()

    def test_one_that_says_so_itself(self, told, say, asked, store, work, frozen_web):
        say(told, more=f'<div class="u-comment h-cite"><a class="u-url" href="{CAT}">x</a><p class="p-content">Miau.</p></div>')
        with store.write():
            store.jobs.cancel(f"{conversations.JOB} {told.id}")
        frozen_web.pages[CAT] = html('<div class="h-entry"><a class="u-in-reply-to" href="http://ann.example/1">x</a><p class="e-content">Mew.</p></div>')
        work()
        assert [told.id] == asked()

    @pytest.fixture
    def verified(self, told, say, store, work, frozen_web):
        """What the answer shows of another, who says so himself."""
        frozen_web.pages[CAT] = html('<div class="h-entry"><a class="u-in-reply-to" href="http://ann.example/1">x</a><p class="e-content">Mew.</p></div>')
        say(told, more=f'<div class="u-comment h-cite"><a class="u-url" href="{CAT}">x</a><p class="p-content">Mew.</p></div>')
        work()
        with store.write():
            store.jobs.cancel(f"{conversations.JOB} {told.id}")

    def test_one_that_another_site_shows_and_a_rule_hides(self, told, verified, asked, store):
        with store.write():
            moderation.put_rule(store, Rule("host", "cat.example", "block"), NOW)
        assert [told.id] == asked()

    def test_what_a_source_that_is_gone_has_shown_goes_with_its_rejection(self, told, verified, say, asked, store):
        say(told, raw=b"HTTP/1.1 410 Gone\n\n")
        with store.write():
            store.jobs.cancel(f"{conversations.JOB} {told.id}")
        shown = [one.response.text for one in store.quoted.shown([told.id])]
        with store.write():
            moderation.reject(store, "http://ann.example/1", NOW)
        assert (["Mew."], [], [told.id]) == (shown, store.quoted.shown([told.id]), asked())

    def test_a_post_that_has_told_nobody_is_no_work(self, publish, say, asked):
        say(publish(content=f"A note about {THEIRS} and its writer."))
        assert [] == asked()


class TestOwnReplies:
    """The owner's answers stand in the conversations of what they answer (by database)."""

    @pytest.fixture
    def commented(self, told, say, store):
        """A post whose commenter's page the owner answers."""
        say(told)
        with store.write():
            store.jobs.cancel(f"{conversations.JOB} {told.id}")
        return told

    def test_an_answer_to_a_comment_is_told_above(self, commented, publish, tell, asked, store):
        tell(commented, at(10))
        own = publish(content="I am glad.", in_reply_to="http://ann.example/1")
        assert [own.id] == asked()
        upstream.upstream(store, ME, own.id, NOW, at(30), limited=True)
        (delivery,) = store.deliveries.of(commented.id)
        assert DUE == delivery.state

    def test_it_is_told_when_it_is_deleted(self, commented, publish, tell, store, asked):
        own = publish(content="I am glad.", in_reply_to="http://ann.example/1")
        tell(commented, at(10))
        publishing.delete(store, own, ME, at(20))
        assert [own.id] == asked()
        upstream.upstream(store, ME, own.id, at(20), at(30), limited=True)
        assert [DUE] == [delivery.state for delivery in store.deliveries.of(commented.id)]

    def test_what_is_said_under_an_answer_is_told_by_what_it_answers(self, told, publish, say, tell, store, asked):
        """The answer itself has told nobody: it answers a post of ours."""
        own = publish(content="One more thing.", in_reply_to=told.url(ME))
        tell(told, at(10))
        with store.write():
            store.jobs.cancel(f"{conversations.JOB} {own.id}")
        say(own)
        assert [own.id] == asked()
        upstream.upstream(store, ME, own.id, at(20), at(30), limited=True)
        assert [DUE] == [delivery.state for delivery in store.deliveries.of(told.id)]

    def test_two_that_answer_each_other_end(self, told, publish, store, asked):
        own = publish(content="One more thing.", in_reply_to=told.url(ME))
        publishing.update(
            store, ME, NOW, told, lambda post: Item(post.item.type, post.item.properties | {"in-reply-to": [THEIRS, own.url(ME)]}), {}
        )
        upstream.upstream(store, ME, own.id, NOW, at(30), limited=True)
        assert [DUE] == [delivery.state for delivery in store.deliveries.of(told.id)]

    def test_an_answer_to_strangers_is_no_work(self, publish, them, asked):
        publish(content="I read this.", in_reply_to=THEIRS)
        assert [] == asked()
