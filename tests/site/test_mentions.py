"""What others answered, read back as webmention.io does (Webmention spec §5), in other formats, and as feeds."""

import itertools
from datetime import UTC, datetime, timedelta

import feedparser
import pytest

from indie import mirror, publishing, times
from indie.mf2.authorship import Author
from indie.responses.response import Response, aliases
from indie.store.media import HERE, Medium

ME = "http://site.example/"
DAY = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def said(store, post):
    """`said(kind, text)`: a response to the note, public unless it is told otherwise; returns its id."""
    numbers = itertools.count(1)

    def put(kind="reply", text="I think so too.", *, to=post, public=True, rsvp=None, **more):
        number = next(numbers)
        source = more.pop("source", f"https://ann.example/{number}")
        received = more.pop("received", DAY + timedelta(hours=number))
        response = Response(
            **{
                "source": source,
                "url": source,
                "kind": kind,
                "author": Author("Ann", "https://ann.example/", "https://ann.example/face.png"),
                "via": None,
                "name": None,
                "html": f"<p>{text}</p>" if text else "",
                "text": text,
                "lang": None,
                "published": received,
                "updated": None,
                "rsvp": rsvp,
                "in_reply_to": (to.url(ME),) if kind == "reply" else (),
                "aliases": aliases(source, [], [to.url(ME)]),
            }
            | more
        )
        with store.write():
            webmention = store.webmentions.queue(source, to.url(ME), to.id, received)
            put = store.responses.put(webmention.id, to.id, response, received, 1, public=public)
            store.webmentions.conclude(webmention.id, "verified", "", received)
        return put

    return put


@pytest.fixture
def read(client):
    """`read(target=…)`: what the API says."""

    def get(path="/api/mentions.jf2", **asked):
        answer = client.get(path, query_string={name.replace("_", "-") if name != "since_id" else name: value for name, value in asked.items()})
        assert 200 == answer.status_code, answer.text
        return answer.json

    return get


def ids(feed):
    return [child["wm-id"] for child in feed["children"]]


class TestShape:
    """The shape that the widgets of webmention.io read."""

    def test_a_reply_is_an_entry_of_the_feed(self, said, read, target):
        said()
        feed = read(target=target)

        assert ("feed", "Webmentions") == (feed["type"], feed["name"])
        (entry,) = feed["children"]
        assert entry == {
            "type": "entry",
            "author": {"type": "card", "name": "Ann", "photo": "", "url": "https://ann.example/"},
            "url": entry["wm-source"],
            "published": entry["wm-received"].replace("Z", "+00:00"),
            "wm-received": entry["wm-received"],
            "wm-id": entry["wm-id"],
            "wm-source": entry["wm-source"],
            "wm-target": target,
            "wm-protocol": "webmention",
            "content": {"html": "<p>I think so too.</p>", "text": "I think so too."},
            "in-reply-to": target,
            "wm-property": "in-reply-to",
            "wm-private": False,
        }

    @pytest.mark.parametrize(
        ("kind", "name"),
        [("like", "like-of"), ("repost", "repost-of"), ("bookmark", "bookmark-of"), ("mention", "mention-of")],
    )
    def test_each_kind_has_its_property(self, said, read, target, kind, name):
        said(kind, "")
        (entry,) = read(target=target)["children"]
        assert (name, target, False) == (entry["wm-property"], entry[name], "content" in entry)

    def test_an_rsvp_has_its_answer(self, said, read, target):
        said("rsvp", "", rsvp="yes")
        (entry,) = read(target=target)["children"]
        assert ("rsvp", "yes", target) == (entry["wm-property"], entry["rsvp"], entry["in-reply-to"])

    def test_a_face_is_served_by_us(self, said, read, store, target):
        """Nobody's widget asks a third party's host."""
        said()
        name = mirror.name(store.secret, "avatar", "https://ann.example/face.png")
        with store.write():
            store.media.put(Medium(name, HERE, "avatar", origin="https://ann.example/face.png"), times.now())
        assert read(target=target)["children"][0]["author"]["photo"].startswith(f"{ME}media/")

    def test_the_plain_path_says_the_same(self, said, read, target):
        said()
        assert read(target=target) == read("/api/mentions", target=target)


class TestWhatIsFound:
    def test_any_address_of_the_post_will_do(self, said, read, store, post):
        """Its old path, the other scheme, a slash more, a fragment."""
        said()
        moved = publishing.update(store, ME, times.now(), post, lambda before: before.item, {"mp-slug": ["moved"]})
        spellings = [f"https://site.example{post.path}/", f"{moved.url(ME)}?utm_source=x#top", post.url(ME)]
        assert [1, 1, 1] == [len(read(target=url)["children"]) for url in spellings]
        assert moved.url(ME) == read(target=post.url(ME))["children"][0]["wm-target"]

    def test_several_targets_are_one_feed(self, said, read, publish, post):
        other = publish(content="Another.")
        found = {said(), said(to=other)}
        assert found == set(ids(read(**{"target[]": [post.url(ME), other.url(ME)]})))

    @pytest.mark.parametrize("url", ["http://site.example/nothing", "https://elsewhere.example/", "x", ME])
    def test_an_unknown_target_is_an_empty_feed(self, said, read, url):
        said()
        assert [] == ids(read(target=url))

    def test_what_is_not_public_is_not_there(self, said, read, target):
        said(public=False)
        assert ([], 0) == (ids(read(target=target)), read("/api/count", target=target)["count"])

    @pytest.mark.parametrize(("visibility", "expected"), [("unlisted", 1), ("private", 0)])
    def test_only_an_unlisted_post_is_found_by_its_address(self, said, read, publish, visibility, expected):
        hidden = publish(content="Not for all.", visibility=visibility)
        said(to=hidden)
        assert (0, expected) == (len(ids(read())), len(ids(read(target=hidden.url(ME)))))

    def test_a_deleted_post_takes_its_responses_along(self, said, read, store, post):
        said()
        publishing.delete(store, post, ME, times.now())
        assert ([], []) == (ids(read()), ids(read(target=post.url(ME))))

    def test_a_mention_of_the_home_page_is_for_the_owner_alone(self, read, store, post):
        """It is on no page, so it is in no feed."""
        with store.write():
            webmention = store.webmentions.queue("https://a.example/", ME, None, times.now())
            response = Response(
                "https://a.example/", "https://a.example/", "mention", Author("A", None, None), None, None, "", "",
                None, None, None, None, (), (),
            )  # fmt: skip
            store.responses.put(webmention.id, None, response, times.now(), 1)
        assert [] == ids(read())

    def test_the_domain_is_ours_or_nothing_is_found(self, said, read):
        one = said()
        assert ([one], []) == (ids(read(domain="site.example")), ids(read(domain="a.example")))

    def test_properties_choose(self, said, read):
        reply, like, _ = said(), said("like", ""), said("repost", "")
        assert [like] == ids(read(wm_property="like-of"))
        assert [like, reply] == ids(read(**{"wm-property[]": ["like-of", "in-reply-to"]}))
        assert [] == ids(read(wm_property="no-such-of"))

    def test_since_and_since_id_give_what_is_new(self, said, read):
        old, new = said(received=DAY), said(received=DAY + timedelta(days=2))
        assert [new] == ids(read(since="2026-07-02T00:00:00Z")) == ids(read(since_id=old))

    def test_since_id_goes_by_arrival(self, said, read):
        """What is imported is old, and new here."""
        first, second, old = said(), said(), said(received=DAY - timedelta(days=900))
        assert [second, old] == ids(read(since_id=first, sort_dir="up"))


class TestOrder:
    def test_the_newest_is_first_unless_asked_otherwise(self, said, read):
        one, two = said(received=DAY), said(received=DAY - timedelta(days=1))
        assert ([one, two], [two, one]) == (ids(read()), ids(read(sort_dir="up")))

    def test_by_its_own_date(self, said, read):
        one = said(published=DAY - timedelta(days=9))
        two = said(published=DAY - timedelta(days=10))
        assert [one, two] == ids(read(sort_by="published"))

    def test_by_the_last_look(self, said, read, store):
        one, two = said(), said()
        with store.write():
            store.webmentions.conclude(store.database.one(
                "SELECT webmention_id AS id FROM responses WHERE id = :id", id=one)["id"], "verified", "", times.now())
        assert [one, two] == ids(read(sort_by="updated"))

    def test_by_rsvp(self, said, read):
        no, yes = said("rsvp", "", rsvp="no"), said("rsvp", "", rsvp="yes")
        said()
        assert [yes, no] == ids(read(sort_by="rsvp"))

    def test_pages_follow_each_other(self, said, read):
        found = [said() for _ in range(3)][::-1]
        assert found == [*ids(read(per_page=2)), *ids(read(per_page=2, page=1))]


class TestAsAnApi:
    @pytest.mark.parametrize(
        "query", ["since=yesterday", "since_id=x", "page=-1", "per-page=1e3", "sort-by=name", "sort-dir=left", "page=9" * 9]
    )
    def test_400_in_json_for_what_makes_no_sense(self, client, query):
        answer = client.get(f"/api/mentions.jf2?{query}")
        assert (400, "invalid_request", "*") == (
            answer.status_code,
            answer.json["error"],
            answer.headers["Access-Control-Allow-Origin"],
        )

    def test_any_script_may_read_it(self, client):
        assert "*" == client.get("/api/mentions.jf2").headers["Access-Control-Allow-Origin"]
        assert 204 == client.options("/api/count").status_code

    def test_no_jsonp(self, client):
        answer = client.get("/api/mentions.jf2?jsonp=f")
        assert "application/json" == answer.mimetype
        assert "{" == answer.text[0]

    def test_304_until_something_is_new(self, client, said):
        said()
        tag = client.get("/api/mentions.jf2").headers["ETag"]
        assert 304 == client.get("/api/mentions.jf2", headers={"If-None-Match": tag}).status_code
        said()
        assert 200 == client.get("/api/mentions.jf2", headers={"If-None-Match": tag}).status_code

    def test_400_for_a_count_of_nothing_in_particular(self, client):
        assert 400 == client.get("/api/count").status_code

    def test_counts_by_type(self, said, read, target):
        for kind, rsvp in (("like", None), ("like", None), ("reply", None), ("rsvp", "yes")):
            said(kind, "", rsvp=rsvp)
        found = read("/api/count", target=target)
        assert found == {"count": 4, "type": {"reply": 1, "like": 2, "rsvp-yes": 1}}


class TestFormats:
    """`?format=` on a permalink."""

    @pytest.fixture
    def thread(self, said, post):
        said(source="https://ann.example/a")
        said(
            text="Do you?",
            source="https://ben.example/b",
            in_reply_to=("https://ann.example/a",),
            author=Author("Ben", "https://ben.example/", None),
        )
        said("like", "", source="https://cid.example/c", author=Author("Cid", None, None))

    def test_mf2json_nests_as_the_page_does(self, client, thread, post):
        answer = client.get(f"{post.path}?format=mf2json")
        (entry,) = answer.json["items"]
        (comment,) = entry["properties"]["comment"]

        assert "application/mf2+json; charset=utf-8" == answer.headers["Content-Type"]
        assert ["Do you?"] == [one["properties"]["content"][0]["value"] for one in comment["properties"]["comment"]]
        assert ["Cid"] == [one["properties"]["author"][0]["value"] for one in entry["properties"]["like"]]

    def test_jf2_is_flat(self, client, thread, post):
        entry = client.get(f"{post.path}?format=jf2").json
        assert ("entry", post.url(ME), "A fence is a promise.") == (entry["type"], entry["url"], entry["content"]["text"])
        assert "Do you?" == entry["comment"][0]["comment"][0]["content"]["text"]

    def test_jsonfeed_says_where_each_stands(self, client, thread, post):
        first, one, two = client.get(f"{post.path}?format=jsonfeed").json["items"]
        assert (post.url(ME), first["id"], one["id"]) == (
            first["id"],
            one["_thread"]["in_reply_to"],
            two["_thread"]["in_reply_to"],
        )

    @pytest.mark.parametrize("name", ["jf2", "mf2json", "jsonfeed"])
    def test_every_format_is_for_scripts_and_for_no_search_engine(self, client, post, name):
        answer = client.get(f"{post.path}?format={name}")
        assert ("*", "noindex", True) == (
            answer.headers["Access-Control-Allow-Origin"],
            answer.headers["X-Robots-Tag"],
            "ETag" in answer.headers,
        )

    def test_400_for_a_format_that_nobody_knows(self, client, post):
        answer = client.get(f"{post.path}?format=rtf")
        assert 400 == answer.status_code
        assert "jf2, mf2json, jsonfeed" in answer.text

    def test_404_for_a_private_post(self, client, publish):
        assert 404 == client.get(f"{publish(content='x', visibility='private').path}?format=jf2").status_code

    def test_an_old_address_leads_to_the_format(self, client, store, post):
        moved = publishing.update(store, ME, times.now(), post, lambda before: before.item, {"mp-slug": ["moved"]})
        answer = client.get(f"{post.path}?format=jf2")
        assert (301, f"{moved.url(ME)}?format=jf2") == (answer.status_code, answer.headers["Location"])


class TestFeeds:
    """Atom (RFC 4287) and JSON Feed 1.1 of responses."""

    def test_atom_is_well_formed_whatever_was_said(self, client, said, owner, post):
        """Controls that XML cannot write, and everything that must be escaped."""
        said(text="a", html="<p>1 &lt; 2 \x08\ud7ff\x1f ]]&gt; &amp;amp;</p>", name="<b>\x01 &amp;", lang='e"n')
        feed = feedparser.parse(client.get("/responses.atom").data)
        assert not feed.bozo
        assert "1 &lt; 2" in feed.entries[0].content[0].value

    def test_atom_has_what_the_rfc_requires(self, client, said, owner, post):
        number = said()
        answer = client.get(f"{post.path}/responses.atom")
        feed = feedparser.parse(answer.data)
        (entry,) = feed.entries

        assert "application/atom+xml; charset=utf-8" == answer.headers["Content-Type"]
        assert (f"{post.url(ME)}/responses.atom", "Olaf Owner") == (feed.feed.id, feed.feed.author)
        assert (f"{ME}c/{number}", "Ann", entry.published) == (entry.id, entry.author, entry.updated)
        assert (f"{post.url(ME)}#c-{number}", feed.feed.updated) == (entry.link, entry.updated)

    def test_an_edit_moves_updated(self, client, said, post):
        said(updated=DAY + timedelta(days=30))
        (entry,) = feedparser.parse(client.get("/responses.atom").data).entries
        assert "2026-07-31T12:00:00+00:00" == entry.updated

    @pytest.mark.parametrize(
        ("more", "title"),
        [
            ({"text": "I think so too."}, "I think so too."),
            ({"text": "word " * 30}, "word word word word word word word word word word word word..."),
            ({"text": "Long.", "name": "A title"}, "A title"),
            ({"kind": "like", "text": ""}, "Ann likes A fence is a promise."),
            ({"kind": "rsvp", "text": "", "rsvp": "yes"}, "Ann answered yes to A fence is a promise."),
        ],
    )
    def test_an_entry_of_atom_always_has_a_title(self, client, said, more, title):
        said(**more)
        assert title == feedparser.parse(client.get("/responses.atom").data).entries[0].title

    def test_an_empty_feed_is_one(self, client, owner, post):
        feed = feedparser.parse(client.get(f"{post.path}/responses.atom").data)
        assert (0, [], True) == (feed.bozo, feed.entries, bool(feed.feed.updated))

    def test_a_json_feed_has_what_1_1_requires(self, client, said, post):
        number = said("like", "")
        answer = client.get("/responses.json")
        feed = answer.json
        (item,) = feed["items"]

        assert "application/feed+json; charset=utf-8" == answer.headers["Content-Type"]
        assert ("https://jsonfeed.org/version/1.1", f"{ME}responses.json") == (feed["version"], feed["feed_url"])
        assert (f"{ME}c/{number}", True) == (item["id"], post.url(ME) in item["content_html"])
        assert "title" not in item

    @pytest.mark.parametrize("name", ["responses.atom", "responses.json"])
    def test_304_and_the_same_bytes(self, client, said, name):
        said()
        one, two = client.get(f"/{name}"), client.get(f"/{name}")
        assert one.data == two.data
        assert 304 == client.get(f"/{name}", headers={"If-None-Match": one.headers["ETag"]}).status_code

    def test_the_page_of_a_post_leads_to_them(self, client, post):
        page = client.get(post.path).text
        assert f'href="{post.url(ME)}/responses.atom"' in page
        assert page.index(f"{post.url(ME)}/responses.json") < page.index(f'href="{ME}responses.atom"')

    def test_an_unlisted_post_is_in_no_feed_but_its_own(self, client, said, publish):
        hidden = publish(content="Not for all.", visibility="unlisted")
        said(to=hidden)
        own = client.get(f"{hidden.path}/responses.json")
        assert (0, 1) == (len(client.get("/responses.json").json["items"]), len(own.json["items"]))
        assert "noindex" == own.headers["X-Robots-Tag"]

    @pytest.mark.parametrize("visibility", ["private", "unknown"])
    def test_404_where_there_is_no_post_for_all(self, client, publish, visibility):
        path = publish(content="x", visibility="private").path if visibility == "private" else "/nowhere"
        assert 404 == client.get(f"{path}/responses.atom").status_code


