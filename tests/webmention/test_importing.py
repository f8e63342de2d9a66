"""Responses received elsewhere and taken over: webmention.io's jf2, WordPress's WXR, another Indie's (issue 6)."""

import json
from pathlib import Path

import mf2py
import pytest

from indie import publishing, times
from indie.config import Settings
from indie.mf2.item import Item
from indie.responses import imported
from indie.store import Store
from indie.webmention import importing
from indie.wiring import create_app, storage
from tests.webmention.conftest import html

ME = "http://site.example/"
OLD = "https://old.example"
PAIRS = Path(__file__).parent.parent / "pairs" / "imported"


@pytest.fixture
def take(store):
    """`take(body)`: import a file; returns what became of it."""

    def run(body, **more):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return importing.take(store, ME, imported.read(body, times.now()), times.now(), lambda *_: None, **more)

    return run


@pytest.fixture
def entry(post):
    """`entry(**more)`: one of webmention.io's, to the note, where it was."""

    def make(number=1, name="in-reply-to", **more):
        target = OLD + post.path
        return {
            "type": "entry",
            "author": {"type": "card", "name": "Ann", "photo": "", "url": "https://ann.example/"},
            "url": f"https://ann.example/{number}",
            "published": "2020-01-02T03:04:05+01:00",
            "wm-received": "2020-01-02T04:00:00Z",
            "wm-id": number,
            "wm-source": f"https://ann.example/{number}",
            "wm-target": target,
            "content": {"html": "<p>True.</p>", "text": "True."},
            name: target,
            "wm-property": name,
            "wm-private": False,
        } | more

    return make


@pytest.fixture
def shown(store, post):
    """`shown()`: the responses under the note, in the order of arrival."""
    return lambda: [one.response for one in store.responses.shown([post.id])]


@pytest.fixture
def blog(post):
    """A WordPress export of the note, with its comments."""
    return (PAIRS / "wordpress.xml").read_text().replace("PATH", post.path.lstrip("/")).encode()


@pytest.fixture
def replies(client, post):
    """`replies()`: on the page, as (author, replies below), all the way down."""

    def tree(item):
        found = item["properties"].get("comment", [])
        return [(one["properties"]["author"][0]["properties"]["name"][0], tree(one)) for one in found]

    def get():
        (found,) = mf2py.parse(doc=client.get(post.path).text, url=post.url(ME), html_parser="lxml")["items"]
        return tree(found)

    return get


class TestFromWebmentionIo:
    def test_a_reply_keeps_its_author_words_and_dates(self, take, entry, shown, store):
        taken = take({"type": "feed", "children": [entry()]})
        (response,) = shown()
        webmention = store.webmentions.all()[0]

        assert (1, "reply", "Ann", "True.") == (taken.new, response.kind, response.author.name, response.text)
        assert "2020-01-02T03:04:05+01:00" == times.rfc3339(response.published)
        assert ("verified", "2020-01-02T04:00:00+00:00") == (webmention.state, times.rfc3339(webmention.received))

    @pytest.mark.parametrize(
        ("name", "kind"),
        [("like-of", "like"), ("repost-of", "repost"), ("bookmark-of", "bookmark"), ("mention-of", "mention")],
    )
    def test_each_property_is_its_kind(self, take, entry, shown, name, kind):
        take([entry(name=name)])
        assert kind == shown()[0].kind

    def test_an_rsvp_keeps_its_answer(self, take, entry, shown):
        take([entry(rsvp="maybe")])
        assert ("rsvp", "maybe") == (shown()[0].kind, shown()[0].rsvp)

    def test_a_reply_is_no_orphan_because_the_post_has_moved(self, take, entry, client, post):
        take([entry()])
        assert "old.example" not in client.get(post.path).text

    @pytest.mark.parametrize("spelling", ["feed", "feeds", "entries", "lines", "entry"])
    def test_pages_come_in_every_spelling(self, take, entry, spelling):
        one, feed = entry(), {"type": "feed", "children": [entry()]}
        body = {
            "feed": json.dumps(feed),
            "feeds": json.dumps([feed, {"type": "feed", "children": []}]),
            "entries": json.dumps([one]),
            "lines": f"{json.dumps(feed)}\n\n{json.dumps(entry(1))}\n",
            "entry": json.dumps(one),
        }[spelling]
        assert 1 == take(body.encode()).new

    def test_markup_is_cleaned(self, take, entry, shown):
        take([entry(content={"html": '<p onclick="x()">a<script>b</script></p>', "text": "ab"})])
        assert "<p>a</p>" == shown()[0].html

    def test_nobody_is_the_owner_by_saying_so(self, take, entry, shown):
        take([entry(author={"type": "card", "name": "Olaf", "url": ME})])
        assert shown()[0].author.url is None

    def test_a_face_is_wanted_and_nothing_is_fetched(self, take, entry, store):
        take([entry(author={"type": "card", "name": "Ann", "photo": "https://ann.example/a.png", "url": ""})])
        assert ["https://ann.example/a.png"] == [medium.origin for medium in store.media.wanted()]
        assert 1 == store.jobs.waiting()

    @pytest.mark.parametrize(
        "more",
        [{"wm-private": True}, {"wm-source": "javascript:x"}, {"wm-target": None}, {"wm-source": ["x"]}, {"wm-source": {}}],
    )
    def test_what_cannot_be_shown_is_skipped_and_told(self, take, entry, shown, more):
        taken = take([entry(**more)])
        assert (0, 1, []) == (taken.new, len(taken.skipped), shown())

    @pytest.mark.parametrize("value", [7, ["a"], {"type": "x"}, {"html": 3}, None, {"type": "card", "name": {"a": 1}}])
    @pytest.mark.parametrize("name", ["author", "content", "published", "url", "in-reply-to", "wm-received", "type"])
    def test_nothing_in_an_entry_breaks_the_import(self, take, entry, name, value):
        assert take([entry(**{name: value}), entry(2)]).new in (1, 2)

    def test_an_unknown_target_is_told_and_not_lost_silently(self, take, entry):
        taken = take([entry(**{"wm-target": f"{OLD}/nowhere"})])
        assert [("https://ann.example/1", f"{OLD}/nowhere")] == taken.unmatched

    def test_a_private_post_takes_none(self, take, entry, publish):
        private = publish(content="x", visibility="private")
        assert 1 == len(take([entry(**{"wm-target": OLD + private.path})]).unmatched)

    def test_a_post_is_found_by_its_copy_at_the_old_address(self, take, entry, publish, store):
        moved = publish(content="Moved.", syndication="https://old.example/?p=7")
        take([entry(**{"wm-target": "https://old.example/?p=7"})])
        assert 1 == len(store.responses.shown([moved.id]))


class TestAgain:
    def test_twice_changes_nothing(self, take, entry, shown, store):
        take([entry()])
        before = (shown(), store.webmentions.all(), store.jobs.waiting())
        taken = take([entry(), entry()])
        assert (0, 2) == (taken.new, taken.known)
        assert before == (shown(), store.webmentions.all(), store.jobs.waiting())

    def test_what_stands_twice_in_a_file_is_taken_once(self, take, entry):
        taken = take([entry(), entry()])
        assert (1, 1) == (taken.new, taken.known)

    def test_a_dry_run_saves_nothing(self, take, entry, store):
        assert (1, []) == (take([entry()], dry_run=True).new, store.webmentions.all())

    def test_what_came_here_before_stays_as_it_is(self, take, entry, receive, look, answer, shown):
        """The page itself knows better than an old export."""
        look(receive(answer("As it is now."), "https://ann.example/1"))
        assert 1 == take([entry()]).known
        assert ["As it is now."] == [response.text for response in shown()]

    def test_a_webmention_from_the_same_source_updates_the_row(self, take, entry, receive, look, answer, shown):
        take([entry()])
        look(receive(answer("As it is now."), "https://ann.example/1"))
        assert ["As it is now."] == [response.text for response in shown()]

    def test_what_the_owner_rejected_stays_hidden(self, take, entry, shown, store):
        take([entry()])
        with store.write():
            (number,) = store.webmentions.decide("https://ann.example/1", "rejected")
            store.responses.publish(number, public=False)
        take([entry()])
        assert [] == shown()


class TestFromWordPress:
    def test_comments_are_replies_with_their_threads(self, take, blog, replies):
        """A reply to a comment, and one to a webmention, each stand under what they answer."""
        taken = take(blog)
        assert 6 == taken.new
        assert [("Ann", [("Olaf", [])]), ("Wim", [("Ben", [])])] == replies()

    def test_each_type_is_its_kind(self, take, blog, shown):
        take(blog)
        assert ["like", "mention", "reply", "reply", "reply", "reply"] == sorted(one.kind for one in shown())

    def test_a_webmention_keeps_its_source(self, take, blog, shown):
        take(blog)
        assert {"https://wim.example/reply", "https://lou.example/like", "https://pat.example/ping"} <= {
            one.source for one in shown()
        }

    def test_paragraphs_and_dates_are_kept(self, take, blog, shown):
        take(blog)
        ann = next(one for one in shown() if one.author.name == "Ann")
        assert ("<p>One.</p><p>Two<br>three &amp; four.</p>", "2020-01-02T03:04:05+00:00") == (
            ann.html,
            times.rfc3339(ann.published),
        )

    def test_spam_and_what_was_never_approved_are_skipped(self, take, blog):
        assert 2 == len(take(blog).skipped)

    def test_a_stranger_is_not_the_owner_by_typing_his_address(self, take, blog, shown):
        """Only who had an account of the blog is its author."""
        take(blog)
        urls = {one.author.name: one.author.url for one in shown()}
        assert (None, "https://old.example/") == (urls["Ben"], urls["Olaf"])

    def test_a_post_is_found_by_its_slug(self, take, publish, blog, post, shown, store):
        """Where WordPress had it at another path."""
        slug = post.path.rpartition("/")[2]
        moved = blog.replace(post.path.lstrip("/").encode(), b"2019/other").replace(b"SLUG", slug.encode())
        assert 6 == take(moved).new

    def test_no_mail_address_and_no_ip_is_kept(self, take, blog, store):
        take(blog)
        rows = store.database.query("SELECT response FROM responses")
        assert not any("@secret.example" in row["response"] or "192.0.2.1" in row["response"] for row in rows)

    def test_twice_changes_nothing(self, take, blog, shown):
        take(blog)
        before = shown()
        assert (0, 6) == ((taken := take(blog)).new, taken.known)
        assert before == shown()


@pytest.mark.parametrize(
    "body",
    [
        b"GIF89a",
        b"",
        b"{]",
        b"<rss><channel/></rss>",
        b"<html>",
        b"[" * 100_000,
    ],
)
def test_any_other_file_is_refused_in_a_sentence(body):
    with pytest.raises(ValueError, match=r"^(it|line) .*"):
        imported.read(body, times.now())


@pytest.mark.parametrize("entity", ['"b"', 'SYSTEM "file:///etc/passwd"', '"&a;&a;"'])
def test_an_export_that_declares_entities_is_refused(entity):
    """They could be made to stand for gigabytes, or for files of ours."""
    words = "<rss><wp:wxr_version>1.2</wp:wxr_version><item><link>x</link></item></rss>"
    with pytest.raises(ValueError, match="entities"):
        imported.read(f"<!DOCTYPE x [<!ENTITY a {entity}>]>{words}".encode(), times.now())


def test_what_the_api_gives_out_can_be_imported_elsewhere(receive, look, answer, client, post, tmp_path):
    """The thread comes along, under the post of the same path on another site."""
    look(receive(answer("One."), "http://ann.example/1"))
    two = html(
        f'<div class="h-entry"><a class="u-in-reply-to" href="{post.url(ME)}">x</a>'
        '<a class="u-in-reply-to" href="http://ann.example/1">y</a><p class="e-content">Two.</p></div>'
    )
    look(receive(two, "http://ben.example/2"))
    exported = client.get("/api/mentions.jf2").data

    settings = Settings(data=tmp_path / "other", url="http://new.example/")
    other = Store.open(settings)
    item = Item(("h-entry",), {"content": ["Copy."], "published": post.item.properties["published"]})
    slug = post.path.rpartition("/")[2]
    copy = publishing.create(other, storage(settings), settings.me, times.now(), item, {"mp-slug": [slug]})
    taken = importing.take(
        other, settings.me, imported.read(exported, times.now()), times.now(), lambda *_: None
    )
    page = create_app(settings, other).test_client().get(f"{copy.path}?format=mf2json").json
    (one,) = page["items"][0]["properties"]["comment"]

    assert (post.path, 2, "One.") == (copy.path, taken.new, one["properties"]["content"][0]["value"])
    assert ["Two."] == [below["properties"]["content"][0]["value"] for below in one["properties"]["comment"]]
    other.database.close()


class TestSentAgain:
    SOURCE = "https://ann.example/1"

    @pytest.mark.parametrize("before", [[], [html("x", "404 Not Found")]])
    def test_a_page_that_links_to_where_the_post_was_takes_nothing_back(self, take, entry, shown, receive, look, post, before):
        """Whoever sends it again, however often, cannot erase what was taken over."""
        take(entry())
        for raw in [*before, html(f'<a href="{OLD}{post.path}">x</a>')]:
            look(receive(raw, self.SOURCE))
        assert ["True."] == [one.text for one in shown()]

    def test_a_page_that_is_gone_takes_it_back(self, take, entry, shown, receive, look):
        take(entry())
        look(receive(b"HTTP/1.1 410 Gone\n\n", self.SOURCE))
        assert [] == shown()

    def test_once_it_linked_here_it_takes_back_like_any_other(self, take, entry, shown, receive, look, answer):
        take(entry())
        look(receive(answer(), self.SOURCE))
        look(receive(html("x"), self.SOURCE))
        assert [] == shown()
