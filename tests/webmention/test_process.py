"""The receiver's job: every way that a look at the source can end (Webmention §3.2.2-§3.2.4)."""

import json

import pytest

from indie import publishing, times
from indie.errors import Blocked, ServerBusy, TimedOut, Unreachable
from indie.webmention import process
from tests.webmention.conftest import ME, html

GONE = b"HTTP/1.1 410 Gone\n\n"
META = '<meta http-equiv="Status" content="410 GONE"><p>Deleted.'


@pytest.fixture
def known(receive, answer, look):
    """A webmention that was verified, and its response."""
    return look(receive(answer()))


class TestVerified:
    def test_a_reply_is_shown(self, known):
        webmention, stored = known
        assert ("verified", "reply", "I think so too.") == (
            webmention.state, stored.response.kind, stored.response.text
        )  # fmt: skip

    def test_the_link_may_stand_anywhere_in_the_markup(self, receive, look, target):
        """An image whose src is the target counts; so does a link outside every entry."""
        webmention, stored = look(receive(html(f'<title>Cats</title><img src="{target}">')))
        assert ("verified", "mention", "Cats") == (webmention.state, stored.response.kind, stored.response.name)

    def test_json(self, receive, look, target):
        raw = f"HTTP/1.1 200 OK\nContent-Type: application/mf2+json\n\n{json.dumps({'x': [target]})}".encode()
        webmention, stored = look(receive(raw))
        assert ("verified", "mention") == (webmention.state, stored.response.kind)

    def test_plain_text(self, receive, look, target):
        webmention, _ = look(receive(f"HTTP/1.1 200 OK\nContent-Type: text/plain\n\nSee ({target}).".encode()))
        assert "verified" == webmention.state

    def test_a_target_with_a_query(self, receive, answer, look, target):
        """A source that links to the very address that it named is verified, and answers the post."""
        named = f"{target}?replytocom=7"
        webmention, stored = look(receive(answer(to=named), to=named))
        assert ("verified", "reply", (target,)) == (
            webmention.state, stored.response.kind, stored.response.in_reply_to
        )  # fmt: skip

    def test_a_redirect_is_followed(self, receive, frozen_web, answer, look):
        frozen_web.pages["http://ann.example/new"] = answer()
        webmention, stored = look(receive(b"HTTP/1.1 301 Moved\nLocation: /new\n\n"))
        assert "verified" == webmention.state
        assert "ann.example/new" in {alias.key for alias in stored.response.aliases}

    def test_the_source_is_fetched_once(self, known, frozen_web):
        """What was verified is what is shown: no second look that could find something else."""
        assert 1 == frozen_web.requested.count("http://ann.example/1")

    def test_the_author_page_is_asked_where_the_entry_names_it_alone(self, receive, frozen_web, look, target):
        frozen_web.pages["http://ann.example/"] = html(
            '<div class="h-card"><a class="u-url u-uid p-name" href="http://ann.example/">Ann Other</a></div>'
        )
        entry = f'<div class="h-entry"><a class="u-author" href="/"></a><a class="u-like-of" href="{target}"></a></div>'
        _, stored = look(receive(html(entry)))
        assert "Ann Other" == stored.response.author.name

    def test_an_author_page_that_fails_costs_only_the_name(self, receive, look, target):
        entry = f'<div class="h-entry"><a class="u-author" href="http://down.example/"></a><a class="u-like-of" href="{target}"></a></div>'
        webmention, stored = look(receive(html(entry)))
        assert ("verified", "like") == (webmention.state, stored.response.kind)

    def test_what_the_parser_refuses_is_a_plain_mention(self, receive, look, target):
        """A page of 1,000 nested elements is still known by its link."""
        webmention, stored = look(receive(html("<div>" * 1000 + f'<a href="{target}">x</a>')))
        assert ("verified", "mention") == (webmention.state, stored.response.kind)


class TestTheAuthorsPage:
    """Of a crowd from one site its author's page is asked once; but nobody is answered by what was asked before he came."""

    @pytest.fixture
    def crowd(self, store, frozen_web, target, post, work):
        """Send these of Ann's likes, which name her by address alone, and look at them; how often her page was asked for."""
        frozen_web.pages["http://ann.example/"] = html(
            '<div class="h-card"><a class="u-url u-uid p-name" href="http://ann.example/">Ann Other</a></div>'
        )

        def send(*numbers):
            entry = f'<a class="u-author" href="/"></a><a class="u-like-of" href="{target}"></a>'
            for number in numbers:
                source = f"http://ann.example/{number}"
                frozen_web.pages[source] = html(f'<div class="h-entry">{entry}</div>')
                process.queue(store, source, target, post, times.now())
            work()
            return frozen_web.requested.count("http://ann.example/")

        return send

    def test_it_is_asked_once_for_all_who_waited(self, crowd, store, post):
        assert 1 == crowd(1, 2, 3)
        assert ["Ann Other"] * 3 == [stored.response.author.name for stored in store.responses.shown([post.id])]

    def test_whoever_comes_later_is_looked_up_anew(self, crowd):
        assert [1, 2] == [crowd(1, 2), crowd(3, 4)]

    def test_one_that_fails_is_not_asked_again_either(self, crowd, frozen_web):
        frozen_web.pages["http://ann.example/"] = TimedOut("slow")
        assert 1 == crowd(1, 2, 3)

    def test_what_was_sent_again_is_looked_up_anew(self, crowd, store, frozen_web, post):
        """Ann has corrected her page meanwhile: that is why."""
        crowd(1)
        frozen_web.pages["http://ann.example/"] = html(
            '<div class="h-card"><a class="u-url u-uid p-name" href="http://ann.example/">Ann Married</a></div>'
        )
        crowd(1)
        assert ["Ann Married"] == [stored.response.author.name for stored in store.responses.shown([post.id])]


class TestRefused:
    @pytest.mark.parametrize(
        "page",
        [
            "<p>Nothing.</p>",
            "<!-- <a href='{}'>x</a> -->",
            "<p>{}</p>",
            "<textarea><a href='{}'>x</a></textarea>",
            "<a href='{}-and-more'>x</a>",
            "<code>&lt;a href='{}'&gt;</code>",
            "<template><a href='{}'>x</a></template>",
        ],
    )
    def test_a_page_without_the_link(self, receive, look, target, page):
        """Text, comments and longer addresses are no links."""
        webmention, stored = look(receive(html(page.format(target))))
        assert ("error", None) == (webmention.state, stored)
        assert "(no_link_found)" in webmention.reason

    def test_410_of_what_was_never_known(self, receive, look):
        webmention, stored = look(receive(GONE))
        assert ("error", None) == (webmention.state, stored)

    def test_meta_410_of_what_was_never_known(self, receive, look):
        webmention, stored = look(receive(html(META)))
        assert ("error", None) == (webmention.state, stored)

    @pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "401 Unauthorized"])
    def test_a_source_that_is_not_there(self, receive, look, status):
        webmention, _ = look(receive(html("no", status)))
        assert "error" == webmention.state
        assert f"{status[:3]} where a page was expected (source_not_found)" in webmention.reason

    def test_a_type_that_says_nothing_about_links(self, receive, look, target):
        webmention, _ = look(receive(f"HTTP/1.1 200 OK\nContent-Type: image/png\n\n{target}".encode()))
        assert "error" == webmention.state
        assert "(unsupported_content_type)" in webmention.reason

    def test_a_redirect_to_the_target(self, receive, frozen_web, look, target):
        """A redirector cannot make the post answer itself."""
        frozen_web.pages[target] = html(f'<a href="{target}">x</a>')
        webmention, stored = look(receive(f"HTTP/1.1 302 Found\nLocation: {target}\n\n".encode()))
        assert ("error", None) == (webmention.state, stored)

    def test_a_redirect_to_another_page_of_ours(self, receive, frozen_web, look, target):
        """Nor can it make another page of ours speak for somebody."""
        frozen_web.pages[ME] = html(f'<div class="h-entry"><a class="u-in-reply-to" href="{target}">x</a></div>')
        webmention, stored = look(receive(f"HTTP/1.1 302 Found\nLocation: {ME}\n\n".encode()))
        assert ("error", None) == (webmention.state, stored)

    def test_an_address_inside(self, receive, look):
        webmention, _ = look(receive(Blocked("This address is not on the public internet.")))
        assert "error" == webmention.state
        assert "(blocked)" in webmention.reason

    def test_a_post_that_was_deleted_meanwhile(self, receive, answer, look, store, post):
        webmention = receive(answer())
        publishing.delete(store, post, ME, times.now())
        assert "rejected" == look(webmention)[0].state


class TestTriedAgain:
    @pytest.mark.parametrize("failure", [TimedOut("slow"), Unreachable("down"), html("x", "503 Busy"), html("x", "429 No")])
    def test_what_may_pass_is_queued_again(self, receive, look, store, failure):
        """A timeout, a dead server, 5xx and 429 raise for another try, and the status page says why."""
        webmention = receive(failure)
        with pytest.raises((TimedOut, Unreachable, ServerBusy)):
            look(webmention)
        after = store.webmentions.get(webmention.id)
        assert "queued" == after.state
        assert after.reason.endswith("It will be tried again.")

    def test_the_last_try_ends_as_an_error(self, receive, look):
        webmention, _ = look(receive(html("x", "503 Busy")), last=True)
        assert "error" == webmention.state
        assert "(source_unavailable)" in webmention.reason

    def test_a_try_that_works_at_last(self, receive, answer, look, frozen_web):
        webmention = receive(TimedOut("slow"))
        with pytest.raises(TimedOut):
            look(webmention)
        frozen_web.pages[webmention.source] = answer()
        assert "verified" == look(webmention)[0].state

    def test_the_job_may_run_twice(self, known, look, store):
        webmention, stored = known
        assert (webmention.state, stored) == (look(webmention)[0].state, store.responses.of(webmention.id))


class TestKnown:
    def test_410_takes_it_away(self, known, receive, look):
        webmention, stored = look(receive(GONE))
        assert ("gone", None) == (webmention.state, stored)

    def test_meta_410_takes_it_away(self, known, receive, look):
        webmention, stored = look(receive(html(META)))
        assert ("gone", None) == (webmention.state, stored)

    def test_so_does_the_link_when_it_is_gone(self, known, receive, look, store):
        webmention, stored = look(receive(html("I took it back.")))
        assert ("gone", None) == (webmention.state, stored)
        assert store.webmentions.body(webmention.id) is None

    def test_404_does_not(self, known, receive, look):
        """Who deletes a page by mistake loses nothing: it is called missing, and stands."""
        webmention, stored = look(receive(html("no", "404 Not Found")))
        assert ("missing", known[1]) == (webmention.state, stored)

    @pytest.mark.parametrize("failure", [Unreachable("down"), html("x", "500 Oops"), html("x", "403 Forbidden"), Blocked("moved inside")])
    def test_no_failure_of_the_network_does(self, known, receive, look, failure):
        """Nobody erases a response by sending it again while its server is down."""
        _, stored = look(receive(failure), last=True)
        assert known[1] == stored

    def test_an_update_keeps_its_place(self, known, receive, answer, look):
        """New words in the old place: the anchor stays, and nothing stands twice."""
        webmention, stored = look(receive(answer("I changed my mind.")))
        assert known[1].id == stored.id
        assert ("verified", "I changed my mind.") == (webmention.state, stored.response.text)

    def test_a_like_may_become_a_reply(self, receive, answer, look):
        _, like = look(receive(answer(relation="u-like-of")))
        _, reply = look(receive(answer()))
        assert ("like", "reply", True) == (like.response.kind, reply.response.kind, like.id == reply.id)

    def test_what_is_hidden_stays_hidden(self, known, receive, answer, look, store, post):
        with store.write():
            store.webmentions.decide("http://ann.example/1", "rejected")
        webmention, stored = look(receive(answer("Once more, with feeling.")))
        assert ("rejected", "Once more, with feeling.") == (webmention.decision, stored.response.text)
        assert [] == store.responses.shown([post.id])

    def test_a_later_edit_has_its_date(self, receive, look, store, target):
        """`updated` is taken although it lies far behind the day on which the webmention first came."""
        entry = '<div class="h-entry"><a class="u-in-reply-to" href="{}">x</a><p class="e-content">y</p>{}</div>'
        first, _ = look(receive(html(entry.format(target, ""))))
        with store.write():
            store.database.execute("UPDATE webmentions SET received = '2020-01-01T00:00:00.000000Z'")
        edited = '<time class="dt-updated" datetime="2021-05-05T10:00:00Z">later</time>'
        _, stored = look(receive(html(entry.format(target, edited))))
        assert "2021-05-05T10:00:00+00:00" == times.rfc3339(stored.response.updated)
        assert first.source == stored.response.source

    def test_the_last_good_body_is_kept(self, known, receive, look, store, answer):
        webmention, _ = look(receive(html("x", "500 Oops")), last=True)
        assert answer().partition(b"\n\n")[2] == store.webmentions.body(webmention.id).body


class TestOurOwnPages:
    def test_a_page_of_ours_that_links_needs_no_request(self, publish, look, receive, frozen_web, target):
        own = publish(content="I said so.", in_reply_to=target)
        webmention, stored = look(receive(b"", own.url(ME)))
        assert ("verified", None, []) == (webmention.state, stored, frozen_web.requested)

    def test_a_draft_and_no_page_are_told_alike(self, publish, look, receive, frozen_web, target):
        """The status page does not tell what lies in the drawer."""
        draft = publish(content="Not yet.", in_reply_to=target, post_status="draft")
        told = {look(receive(b"", url))[0].reason for url in (draft.url(ME), f"{ME}unknown", ME)}
        assert {"The source does not link to the target (no_link_found)."} == told
        assert [] == frozen_web.requested


class TestFaces:
    PHOTO = '<img class="u-photo" src="http://pictures.example/ann.png">'

    def test_a_face_is_fetched_once_and_served_from_here(
        self, client, receive, answer, work, frozen_web, picture, target
    ):
        """However many pages it stands on, the picture is asked for once, and our pages show our copy."""
        card = f'<span class="p-author h-card">{self.PHOTO}<a class="u-url p-name" href="/">Ann</a></span>'
        frozen_web.pages["http://pictures.example/ann.png"] = b"HTTP/1.1 200 OK\nContent-Type: image/png\n\n" + picture
        for number in (1, 2):
            page = answer(f"Answer {number}").replace(b'<a class="p-author h-card" href="/">Ann</a>', card.encode())
            receive(page, f"http://ann.example/{number}")
        work()
        assert 1 == frozen_web.requested.count("http://pictures.example/ann.png")
        page = client.get(target).text
        assert "pictures.example" not in page
        name = page.partition(f"{ME}media/")[2].partition('"')[0]
        with client.get(f"/media/{name}") as face:
            assert (200, "image/webp") == (face.status_code, face.mimetype)
