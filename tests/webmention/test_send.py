"""The sender's job: discover anew, post, record, try again (Webmention §3.1)."""

from datetime import timedelta

import pytest

from indie import outbox, publishing, times
from indie.errors import ServerBusy, TimedOut, TooLarge, Unreachable
from indie.jobs.handlers import wait
from indie.jobs.worker import Worker
from indie.mf2.item import Item
from indie.webmention import send
from tests.webmention.conftest import ME, html

TARGET = "http://them.example/post"
ENDPOINT = "http://them.example/webmention"


def ok(status="202 Accepted", *headers):
    return "\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


@pytest.fixture
def them(frozen_web):
    """Somebody's page with an endpoint, both answering."""
    frozen_web.pages[TARGET] = html("<p>Theirs.", "200 OK", 'Link: </webmention>; rel="webmention"')
    frozen_web.pages[ENDPOINT] = ok()
    return frozen_web


@pytest.fixture
def reply(publish):
    """A post that links to it; not sent yet."""
    return publish(content=f"I read {TARGET} and liked it.")


@pytest.fixture
def told(shop, store, reply):
    """Run the sender's job for the reply; returns the delivery as it is then."""

    def run(*, last=False):
        (delivery,) = store.deliveries.of(reply.id)
        try:
            send.send(store, shop.fetcher, shop.parser, ME, delivery.id, times.now(), last=last)
        finally:
            (after,) = store.deliveries.of(reply.id)
        return after

    return run


def hide(store, post, properties):
    """Update a post with these properties."""
    publishing.update(
        store, ME, times.now(), post, lambda before: Item(before.item.type, before.item.properties | properties), {}
    )


class TestSent:
    def test_source_and_target_are_posted(self, them, told, reply):
        told()
        assert [(ENDPOINT, {"source": reply.url(ME), "target": TARGET})] == them.posted

    @pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content", "299 Fine"])
    def test_every_2xx_is_success(self, them, told, status):
        them.pages[ENDPOINT] = ok(status)
        delivery = told()
        assert ("sent", int(status[:3]), ENDPOINT) == (delivery.state, delivery.status, delivery.endpoint)

    def test_the_status_url_is_kept(self, them, told):
        them.pages[ENDPOINT] = ok("201 Created", "Location: http://them.example/status/1")
        assert "http://them.example/status/1" == told().location

    def test_the_endpoint_in_the_page(self, them, told):
        them.pages[TARGET] = html('<link rel="webmention" href="/webmention">')
        assert "sent" == told().state

    def test_the_header_goes_before_the_page(self, them, told):
        them.pages[TARGET] = html(
            '<link rel="webmention" href="/wrong">', "200 OK", "Link: </webmention>; rel=webmention"
        )
        told()
        assert [ENDPOINT] == [url for url, _ in them.posted]

    def test_relative_to_where_a_redirect_led(self, them, told):
        """The target that is posted stays the one that the post links to."""
        them.pages[TARGET] = b"HTTP/1.1 302 Found\nLocation: /2026/post\n\n"
        them.pages["http://them.example/2026/post"] = html('<a rel="webmention" href="wm">x</a>')
        them.pages["http://them.example/2026/wm"] = ok()
        told()
        assert [("http://them.example/2026/wm", TARGET)] == [(url, form["target"]) for url, form in them.posted]

    def test_a_picture_with_a_header(self, them, told):
        them.pages[TARGET] = b"HTTP/1.1 200 OK\nContent-Type: image/png\nLink: </webmention>; rel=webmention\n\nPNG"
        assert "sent" == told().state

    def test_a_page_that_asks_for_a_password_may_have_an_endpoint(self, them, told):
        them.pages[TARGET] = html("<p>Who are you?", "401 Unauthorized", "Link: </webmention>; rel=webmention")
        assert "sent" == told().state


class TestNotSent:
    def test_no_endpoint_is_no_error(self, them, told):
        them.pages[TARGET] = html("<p>Nothing.")
        assert ("no endpoint", []) == (told().state, them.posted)

    @pytest.mark.parametrize("status", [400, 401, 404, 405, 410, 422])
    def test_a_4xx_is_a_no(self, them, told, status):
        """It is recorded, and not tried again."""
        them.pages[ENDPOINT] = ok(f"{status} No")
        delivery = told()
        assert ("refused", status, ENDPOINT) == (delivery.state, delivery.status, delivery.endpoint)

    def test_a_303_is_no_success(self, them, told):
        them.pages[ENDPOINT] = ok("303 See Other", "Location: /thanks")
        them.pages["http://them.example/thanks"] = ok("404 Not Found")
        assert "refused" == told().state

    def test_what_cannot_be_fetched_for_good(self, them, told):
        them.pages[TARGET] = TooLarge("The page is larger than we take")
        assert "failed" == told().state

    @pytest.mark.parametrize("failure", [Unreachable("down"), TimedOut("slow"), html("x", "503 Busy")])
    def test_a_dead_host_is_tried_again(self, them, told, store, reply, failure):
        them.pages[TARGET] = failure
        with pytest.raises((Unreachable, TimedOut, ServerBusy)):
            told()
        (delivery,) = store.deliveries.of(reply.id)
        assert ("due", 1) == (delivery.state, delivery.attempts)

    @pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
    def test_a_busy_endpoint_is_tried_again_and_named(self, them, told, store, reply, status):
        """The outbox shows where the try ended: the endpoint, and what it answered."""
        them.pages[ENDPOINT] = ok(f"{status} Busy", "Retry-After: 7200")
        with pytest.raises(ServerBusy) as busy:
            told()
        (delivery,) = store.deliveries.of(reply.id)
        assert ("due", status, ENDPOINT) == (delivery.state, delivery.status, delivery.endpoint)
        assert timedelta(hours=2) == wait(0, busy.value)

    def test_the_last_try_fails(self, them, told):
        them.pages[ENDPOINT] = ok("503 Busy")
        assert "failed" == told(last=True).state

    def test_what_is_sent_is_not_sent_again(self, them, told):
        """The job may run twice."""
        told()
        told()
        assert 1 == len(them.posted)


class TestReason:
    """What the endpoint said against us: a line of plain text, for the owner."""

    @pytest.mark.parametrize(
        ("kind", "body", "reason"),
        [
            ("text/plain", "no_link_found\r\n\r\nWe looked, and found nothing.", "The endpoint answered 400: no_link_found"),
            ("text/plain; charset=latin-1", "\n\n  später  \n", "The endpoint answered 400: später"),
            ("text/plain", "a\x1b[31m\u202e\x00 b", "The endpoint answered 400: a[31m b"),
            ("text/plain", "x" * 1000, f"The endpoint answered 400: {'x' * 199}…"),
            ("application/json", '{"error": "no_link", "error_description": "None\\nfound."}', "The endpoint answered 400: no_link: None found."),
            ("application/json", '{"summary": "Not here."}', "The endpoint answered 400: Not here."),
            ("application/problem+json", '{"message": "Never."}', "The endpoint answered 400: Never."),
            ("application/json", '{"error": {"code": 7}, "message": ["x"]}', "The endpoint answered 400."),
            ("application/json", '["no"]', "The endpoint answered 400."),
            ("application/json", '{"error": "cut', "The endpoint answered 400."),
            ("application/json", "[" * 60_000, "The endpoint answered 400."),
            ("text/html", "<p>No.", "The endpoint answered 400."),
            ("text/html", '{"error": "no"}', "The endpoint answered 400."),
            ("text/plain", "", "The endpoint answered 400."),
        ],
    )  # fmt: skip
    def test_why_it_was_refused(self, them, told, kind, body, reason):
        encoded = body.encode("latin-1" if "latin" in kind else "utf-8")
        them.pages[ENDPOINT] = f"HTTP/1.1 400 Bad Request\nContent-Type: {kind}\n\n".encode() + encoded
        assert reason == told().reason

    def test_success_needs_no_words(self, them, told):
        them.pages[ENDPOINT] = b"HTTP/1.1 200 OK\nContent-Type: text/plain\n\nGot it!"
        assert ("sent", "") == (told().state, told().reason)


class TestAskedAgain:
    """The target's page is asked anew for each webmention, and by its validators where it has some."""

    def sent_again(self, store, reply, work):
        (delivery,) = store.deliveries.of(reply.id)
        with store.write():
            store.deliveries.add(reply.id, TARGET, times.now())
            store.later(outbox.SEND, {"delivery": delivery.id}, times.now())
        work()

    def test_one_that_did_not_change_is_not_sent_twice(self, them, reply, store, work):
        them.pages[TARGET] = html("<p>Theirs.", "200 OK", "Link: </webmention>; rel=webmention", 'ETag: "1"')
        work()
        them.pages[TARGET] = b"HTTP/1.1 304 Not Modified\n\n"
        self.sent_again(store, reply, work)
        asked = [headers.get("If-None-Match") for url, headers in them.sent if url == TARGET]
        assert ([None, '"1"'], [ENDPOINT, ENDPOINT]) == (asked, [url for url, _ in them.posted])

    def test_what_an_endpoint_refuses_is_looked_for_from_the_start(self, them, reply, store, work):
        """What was known of the page may be the fault."""
        them.pages[TARGET] = html("<p>Theirs.", "200 OK", "Link: </webmention>; rel=webmention", 'ETag: "1"')
        work()
        them.pages[ENDPOINT] = ok("404 Not Found")
        for _ in range(2):
            self.sent_again(store, reply, work)
        asked = [headers.get("If-None-Match") for url, headers in them.sent if url == TARGET]
        assert [None, '"1"', None] == asked


class TestMeanwhile:
    class Busy:
        """Other people's sites, at whose endpoint something happens while it is told."""

        def __init__(self, web, happens):
            self.get, self._web, self._happens = web.get, web, happens

        def post(self, *arguments, **options):
            self._happens()
            return self._web.post(*arguments, **options)

    def test_a_change_while_it_is_sent_is_told_too(self, them, reply, store, shop, work):
        """What the target took was the old text: the job of the change finds it still due."""
        change = lambda: hide(store, reply, {"content": ["I read it twice."]})  # noqa: E731
        (delivery,) = store.deliveries.of(reply.id)
        send.send(store, self.Busy(them, change), shop.parser, ME, delivery.id, times.now(), last=False)

        assert ("due", True) == (store.deliveries.get(delivery.id).state, store.deliveries.get(delivery.id).told)
        work()
        assert ("sent", 2) == (store.deliveries.get(delivery.id).state, len(them.posted))

    def test_a_failure_while_it_changes_leaves_it_due(self, them, reply, store, shop):
        them.pages[ENDPOINT] = ok("400 Bad Request")
        (delivery,) = store.deliveries.of(reply.id)
        change = lambda: hide(store, reply, {"content": ["I read it twice."]})  # noqa: E731
        send.send(store, self.Busy(them, change), shop.parser, ME, delivery.id, times.now(), last=False)
        assert "due" == store.deliveries.get(delivery.id).state


class TestWhen:
    def test_publishing_sends(self, them, reply, work, store):
        work()
        assert [("sent", 0)] == [(one.state, store.jobs.waiting()) for one in store.deliveries.of(reply.id)]

    def test_deleting_sends_again(self, them, reply, work, store, client):
        """Whoever was told is told again, and finds 410 (Webmention §3.1.5)."""
        work()
        publishing.delete(store, reply, ME, times.now())
        assert 410 == client.get(reply.path).status_code
        work()
        assert [TARGET, TARGET] == [form["target"] for _, form in them.posted]

    def test_the_endpoint_is_looked_for_anew(self, them, reply, work, store):
        """One-time endpoints: what was found at the first time is not used at the second."""
        work()
        them.pages[TARGET] = html("", "200 OK", "Link: </new>; rel=webmention")
        them.pages["http://them.example/new"] = ok()
        publishing.delete(store, reply, ME, times.now())
        work()
        assert [ENDPOINT, "http://them.example/new"] == [url for url, _ in them.posted]

    @pytest.mark.parametrize("quiet", [{"post_status": "draft"}, {"visibility": "private"}, {"visibility": "unlisted"}])
    def test_drafts_private_and_unlisted_posts_tell_nobody(self, them, publish, work, quiet):
        """What an unlisted one answers is read all the same, to be cited: nothing is said there."""
        publish(content="Quiet.", in_reply_to=TARGET, **quiet)
        work()
        assert [] == them.posted

    @pytest.mark.parametrize("hidden", [{"post-status": ["draft"]}, {"visibility": ["private"]}])
    def test_who_was_told_hears_that_it_is_hidden(self, them, reply, work, store, hidden):
        """The page answers 404 from now on; what was made of it elsewhere goes with it."""
        work()
        hide(store, reply, hidden)
        work()
        assert [TARGET, TARGET] == [form["target"] for _, form in them.posted]

    @pytest.mark.parametrize(
        "hidden", [{"post-status": ["draft"]}, {"visibility": ["private"]}, {"visibility": ["unlisted"]}]
    )
    def test_who_was_not_told_yet_hears_nothing(self, them, reply, work, store, hidden):
        """And the outbox does not wait for it."""
        hide(store, reply, hidden)
        work()
        assert ([], [], ["failed"]) == (them.requested, them.posted, [one.state for one in store.deliveries.of(reply.id)])

    def test_an_unlisted_post_that_is_changed_tells_those_who_know_it(self, them, publish, work, store):
        """Who never took a webmention of it is not told that it is there."""
        them.pages["http://other.example/"] = html("<p>Takes none.")
        post = publish(content=f"{TARGET} and http://other.example/")
        work()
        hide(store, post, {"visibility": ["unlisted"], "content": [f"{TARGET} http://other.example/ http://third.example/"]})
        them.requested.clear()
        work()
        assert [TARGET, ENDPOINT] == them.requested

    def test_who_was_told_is_told_of_the_deletion_at_the_second_try(self, them, reply, work, store, shop):
        """A target stays told, however the tries after that end."""
        work()
        (delivery,) = store.deliveries.of(reply.id)
        publishing.delete(store, reply, ME, times.now())
        them.pages[ENDPOINT] = ok("503 Busy")
        with pytest.raises(ServerBusy):
            send.send(store, shop.fetcher, shop.parser, ME, delivery.id, times.now(), last=False)
        them.pages[ENDPOINT] = ok()
        send.send(store, shop.fetcher, shop.parser, ME, delivery.id, times.now(), last=False)

        assert "sent" == store.deliveries.get(delivery.id).state

    def test_a_dead_host_does_not_stop_the_others(self, them, publish, work):
        publish(content="To two.", in_reply_to="http://dead.example/", like_of=TARGET)
        work()
        assert [TARGET] == [form["target"] for _, form in them.posted]

    def test_a_failure_is_due_again_later(self, them, reply, shop, store):
        them.pages[ENDPOINT] = ok("503 Busy", "Retry-After: 7200")
        before = times.now()
        Worker(shop).run_until_idle()
        assert store.jobs.next_due() >= before + timedelta(hours=2)
