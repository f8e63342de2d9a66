from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indie.mf2.authorship import Author
from indie.mf2.item import Item
from indie.mf2.page import Link, Page
from indie.mf2.parse import parse
from indie.responses.classify import classify, entry, with_author
from indie.responses.response import KINDS, Alias, Response, host, is_proxy

SOURCE = "https://bob.example/r/1"
TARGET = "https://me.example/p/1"
RECEIVED = datetime(2024, 8, 1, 12, tzinfo=UTC)


def read(properties, source=SOURCE, targets=(TARGET,), **page):
    item = Item(("h-entry",), {name: list(values) for name, values in properties.items()})
    return classify(Page(source, (item,), (), (), **page), source, targets, RECEIVED)[0]


def reply(**properties):
    named = {name.replace("_", "-"): values for name, values in properties.items()}
    return read({"in-reply-to": [TARGET]} | named)


class TestKind:
    """Webmention spec §3.2."""

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("in-reply-to", "reply"),
            ("reply-to", "reply"),
            ("like-of", "like"),
            ("like", "like"),
            ("repost-of", "repost"),
            ("repost", "repost"),
            ("bookmark-of", "bookmark"),
            ("favorite-of", "like"),
            ("quotation-of", "quotation"),
            ("follow-of", "follow"),
            ("read-of", "read"),
            ("listen-of", "listen"),
            ("watch-of", "watch"),
            ("tag-of", "tag"),
            ("category", "tag"),
            ("invitee", "invite"),
            ("comment", "mention"),
            ("jam-of", "mention"),
        ],
    )
    def test_kind_is_told_by_the_property(self, name, kind):
        assert kind == read({name: [TARGET]}).kind

    @pytest.mark.parametrize(
        "url",
        [
            "http://me.example/p/1",
            "https://me.example/p/1/",
            "https://ME.example:443/p/1",
            "https://me.example/p/1?utm_source=x",
            "https://me.example/p/1#c-3",
        ],
    )
    def test_target_is_compared_by_key(self, url):
        """Scheme, slash, port, tracking and fragment make no difference (§4.5, scenario 24)."""
        assert "reply" == read({"in-reply-to": [url]}).kind

    def test_longer_path_is_another_page(self):
        assert "mention" == read({"in-reply-to": [TARGET + "0"]}).kind

    def test_any_address_of_the_post_will_do(self):
        """An old slug is the post too."""
        old = "https://me.example/old"
        assert "like" == read({"like-of": [old]}, targets=(TARGET, old)).kind

    def test_one_source_is_something_else_to_each_target(self):
        """§4.5, scenario 22: it likes one post and answers the other."""
        said = {"like-of": [TARGET], "in-reply-to": ["https://me.example/p/2"]}

        assert "like" == read(said).kind
        assert "reply" == read(said, targets=("https://me.example/p/2",)).kind

    def test_same_source_is_read_anew_when_it_changes(self):
        """§4.5, scenario 21: a like that becomes a reply."""
        assert ["like", "reply"] == [read({name: [TARGET]}).kind for name in ("like-of", "in-reply-to")]

    def test_rsvp_wins_over_everything(self):
        """The word is case-folded."""
        response = read({"rsvp": ["Maybe"], "in-reply-to": [TARGET], "like-of": [TARGET], "repost-of": [TARGET]})
        assert ("rsvp", "maybe") == (response.kind, response.rsvp)

    def test_rsvp_that_is_none_of_the_words_is_a_reply(self):
        response = read({"rsvp": ["perhaps"], "in-reply-to": [TARGET]})
        assert ("reply", None) == (response.kind, response.rsvp)

    def test_rsvp_to_another_event_is_a_mention(self):
        response = read({"rsvp": ["yes"], "in-reply-to": ["https://else.example/"]})
        assert ("mention", None) == (response.kind, response.rsvp)

    def test_repost_wins_over_like_and_like_over_bookmark_and_bookmark_over_reply(self):
        names = ["repost-of", "like-of", "bookmark-of", "in-reply-to"]
        kinds = [read({name: [TARGET] for name in names[start:]}).kind for start in range(4)]
        assert ["repost", "like", "bookmark", "reply"] == kinds

    def test_somebody_elses_like_shown_on_the_page_is_not_its_own(self):
        """`like` with an item in it is salmention: our post is shown there as a like of theirs (§3.2)."""
        shown = {"type": ["h-cite"], "properties": {"url": [TARGET]}}
        assert "mention" == read({"like": [shown]}).kind

    def test_plain_link_is_never_a_reply(self):
        """§3.2: never infer a reply from a mere link."""
        content = {"html": f'<a href="{TARGET}">x</a>', "value": "x"}
        assert "mention" == read({"content": [content]}).kind

    def test_rel_in_reply_to_counts_where_the_entry_says_nothing(self):
        rels = (Link(("in-reply-to",), TARGET, "a"),)
        page = Page(SOURCE, (Item(("h-entry",), {"content": ["Hm."]}),), rels, ())
        assert "reply" == classify(page, SOURCE, (TARGET,), RECEIVED)[0].kind

    def test_post_does_not_answer_itself(self):
        """Micro.blog issue 78."""
        assert (TARGET,) == reply(in_reply_to=[SOURCE, TARGET], url=[SOURCE]).in_reply_to


class TestEntry:
    """Webmention spec §3.1."""

    def items(self, *properties):
        return Page(SOURCE, tuple(Item(("h-entry",), dict(each)) for each in properties), (), ())

    def chosen(self, page, source=SOURCE):
        item = entry(page, source, (TARGET,))
        return item and page.items.index(item)

    def test_url_of_the_page_wins_over_the_target(self):
        assert 1 == self.chosen(self.items({"in-reply-to": [TARGET]}, {"url": [SOURCE]}))

    def test_property_wins_over_a_link_in_the_content(self):
        content = {"html": f'<a href="{TARGET}">x</a>', "value": "x"}
        assert 1 == self.chosen(self.items({"content": [content]}, {"like-of": [TARGET]}))

    def test_link_in_the_content_wins_over_being_first(self):
        content = {"html": f'<a href="{TARGET}">x</a>', "value": "x"}
        assert 1 == self.chosen(self.items({"name": ["First"]}, {"content": [content]}))

    def test_only_one_is_taken_whatever_it_says(self):
        assert 0 == self.chosen(self.items({"name": ["Only"]}))

    def test_of_several_that_say_nothing_none_is_taken(self):
        assert None is self.chosen(self.items({"name": ["One"]}, {"name": ["Two"]}))

    def test_comment_in_the_page_is_never_the_entry(self):
        """What lies in a property is somebody else's."""
        comment = {"type": ["h-cite"], "properties": {"in-reply-to": [TARGET], "url": [SOURCE]}}
        assert 0 == self.chosen(self.items({"comment": [comment]}))

    def test_refused_page_is_a_mention_by_its_title(self):
        """§4.5: what the guard refuses is kept as a plain mention."""
        page = Page(SOURCE, (), (), (TARGET,), title="Deep", refused="too deep")
        response, author_page = classify(page, SOURCE, (TARGET,), RECEIVED)
        assert ("mention", "Deep", None) == (response.kind, response.name, author_page)


class TestUrl:
    """Where a reader is sent, and what else it is called."""

    def test_url_on_the_own_host_wins_over_the_first(self):
        assert SOURCE + "/x" == reply(url=["https://silo.example/9", SOURCE + "/x"]).url

    def test_url_on_another_host_is_a_claim_and_no_place_to_send_anybody(self):
        response = reply(url=["https://victim.example/9"])
        assert SOURCE == response.url
        assert Alias("victim.example/9", claimed=True) in response.aliases

    def test_proxy_sends_to_the_silo(self):
        response = read({"url": ["https://silo.example/9"]}, source="https://brid.gy/comment/x/y/1/2")
        assert "https://silo.example/9" == response.url

    def test_proxy_never_sends_back_to_our_own_post(self):
        response = read({"url": [TARGET, "https://silo.example/9"]}, source="https://brid.gy/comment/x/y/1/2")
        assert "https://silo.example/9" == response.url

    @pytest.mark.parametrize("proxy", ["brid.gy", "www.brid.gy", "fed.brid.gy", "ap.brid.gy", "brid-gy.appspot.com"])
    def test_proxies(self, proxy):
        assert is_proxy(f"https://{proxy}/comment")

    @pytest.mark.parametrize("other", ["evilbrid.gy", "brid.gy.evil.example", "bob.example"])
    def test_no_proxies(self, other):
        assert not is_proxy(f"https://{other}/brid.gy")

    def test_our_own_post_is_no_name_of_a_response(self):
        """A title that links to us has, by implied url, our address (pages spec §6, 24)."""
        response = reply(url=[TARGET, "https://me.example/p/1#x"])
        assert (SOURCE, (Alias("bob.example/r/1", claimed=False),)) == (response.url, response.aliases)

    def test_aliases_are_the_source_the_final_url_url_uid_canonical_and_syndication(self):
        said = {
            "url": ["https://bob.example/r/1/slug"],
            "uid": ["https://bob.example/u/1"],
            "syndication": ["https://silo.example/1"],
        }
        rels = (Link(("syndication",), "https://silo.example/2", "a"),)
        final = "https://bob.example/final"
        page = Page(final, (Item(("h-entry",), said),), rels, (), canonical="https://bob.example/c")
        keys = [alias.key for alias in classify(page, SOURCE, (TARGET,), RECEIVED)[0].aliases]
        names = ["r/1", "final", "r/1/slug", "u/1", "c"]
        assert [f"bob.example/{name}" for name in names] + ["silo.example/1", "silo.example/2"] == keys


class TestAuthor:
    """Webmention spec §3.3."""

    def card(self, **properties):
        return {"type": ["h-card"], "properties": {name: [value] for name, value in properties.items()}}

    def test_nobody_named_is_called_by_the_host(self):
        response = reply()
        assert ("bob.example", None, None) == (response.author.name, response.author.url, response.via)

    def test_author_elsewhere_is_vouched_for_by_the_source(self):
        response = reply(author=[self.card(name="Ann", url="https://ann.example/")])
        assert ("https://ann.example/", "bob.example") == (response.author.url, response.via)

    def test_author_at_home_needs_nobody(self):
        assert None is reply(author=[self.card(name="Bob", url="https://www.bob.example/")]).via

    def test_name_without_address_is_a_claim_of_the_source(self):
        assert "bob.example" == reply(author=["Ann"]).via

    @pytest.mark.parametrize(
        "claimed", ["https://me.example/", "http://ME.example./about", "https://www.me.example", "https://me.example:444/"]
    )
    def test_owner_cannot_be_impersonated(self, claimed):
        """§7.2: an author on our own host is dropped unless the source is there too."""
        author = self.card(name="Me", url=claimed, photo="https://me.example/me.jpg")
        response = reply(author=[author])
        assert ("Me", None, None) == (response.author.name, response.author.url, response.author.photo)
        assert "bob.example" == response.via

    def test_owner_may_answer_from_the_own_site(self):
        response = read({"author": [self.card(name="Me", url="https://me.example/")]}, source="https://me.example/p/2")
        assert ("https://me.example/", None) == (response.author.url, response.via)

    def test_owner_may_name_an_older_address(self):
        """The post has addresses on two hosts, both the owner's."""
        author = self.card(name="Me", url="https://old.example/")
        response = read({"author": [author]}, "https://me.example/p/2", (TARGET, "https://old.example/p/1"))
        assert "https://old.example/" == response.author.url

    def test_neighbour_on_another_port_is_somebody_else(self):
        """Two sites on one host, each on its port, and each author at home."""
        response = read(
            {"author": [self.card(name="Bob", url="http://127.0.0.1:8001/")]},
            source="http://127.0.0.1:8001/r",
            targets=("http://127.0.0.1:5000/p",),
        )
        assert "http://127.0.0.1:8001/" == response.author.url

    def test_name_that_turns_text_around_is_straightened(self):
        assert "gpj.exe" == reply(author=[self.card(name="\u202egpj.exe\u2066", url="https://bob.example/")]).author.name

    def test_home_page_is_asked_where_no_author_is_named(self):
        """Micro.blog's themes name none (pages spec §6, 6)."""
        page = Page(SOURCE, (Item(("h-entry",), {}),), (), ())
        assert "https://bob.example/" == classify(page, SOURCE, (TARGET,), RECEIVED)[1]

    @pytest.mark.parametrize("source", ["https://tilde.example/~bob/1", "https://silo.example/@bob/1"])
    def test_home_page_of_many_is_not_asked(self, source):
        page = Page(source, (Item(("h-entry",), {}),), (), ())
        assert None is classify(page, source, (TARGET,), RECEIVED)[1]


class TestWithAuthor:
    def test_author_page_gives_name_and_picture(self):
        found = Author("Bob B", "https://bob.example/", "https://bob.example/b.jpg", "bob")
        assert found == with_author(reply(author=["https://bob.example/"]), found).author

    def test_nothing_found_changes_nothing(self):
        assert reply() == with_author(reply(), None)

    def test_via_goes_when_the_author_turns_out_to_live_there(self):
        named = reply(author=["Bob"])
        assert ("bob.example", None) == (
            named.via,
            with_author(named, Author("Bob", "https://bob.example/", None)).via,
        )

    def test_author_page_cannot_claim_a_third_host(self):
        """A card elsewhere that says it is the owner's must not make him the author."""
        found = Author("Me", "https://me.example/", None)
        response = with_author(reply(author=["https://silo.example/bob"]), found)
        assert ("https://silo.example/bob", "bob.example") == (response.author.url, response.via)


class TestWords:
    """Webmention spec §3.4."""

    @pytest.mark.parametrize(
        ("name", "text", "title"),
        [
            ("A title", "Something else.", "A title"),
            ("Something el…", "Something else.", None),
            ("Something   ELSE...", "Something else.", None),
            ("Bob 12:00 Something else. 3 likes", "Something else.", None),
            ("Гром", "Гром гремит", None),
            ("Гром", "Молния", "Гром"),
            ("題", "本文", "題"),
            ("👍", "👍", None),
            ("👍", "Yes.", "👍"),
            ("", "Yes.", None),
        ],
    )
    def test_title_is_none_where_it_repeats_the_text(self, name, text, title):
        assert title == reply(name=[name], content=[text]).name

    def test_summary_stands_in_for_content(self):
        assert "In short." == reply(summary=["In short."], name=["Long"]).text

    def test_name_stands_in_for_both_in_a_reply(self):
        response = reply(name=["Just this"])
        assert (None, "Just this") == (response.name, response.text)

    def test_plain_text_keeps_its_lines_and_signs(self):
        assert "a &lt; b<br>c" == reply(content=["a < b\nc"]).html

    def test_html_stays_below_64_kb_and_whole(self):
        """Cut by bytes, not characters, and every list closed."""
        html = "<ul><li>" + "é" * 60000 + "</ul>"
        kept = reply(content=[{"html": html, "value": ""}]).html
        assert 50_000 < len(kept.encode()) <= 65536
        assert kept.endswith("é</li></ul>")

    @pytest.mark.parametrize(("lang", "kept"), [("pt-BR", "pt-BR"), ('"><script>', None), ("", None)])
    def test_language_is_a_tag_or_nothing(self, lang, kept):
        assert kept == read({"content": ["x"]}, lang=lang).lang


class TestDates:
    @pytest.mark.parametrize(
        ("text", "read_as"),
        [
            ("2024-07-23T17:00:00-05:00", "2024-07-23T17:00:00-05:00"),
            ("2024-07-23T17:00:00-0500", "2024-07-23T17:00:00-05:00"),
            ("2024-07-23 17:00:00 -0500", "2024-07-23T17:00:00-05:00"),
            ("2024-07-23 17:00", "2024-07-23T17:00:00+00:00"),
            ("2024-07-23", "2024-07-23T00:00:00+00:00"),
            ("Tue, 23 Jul 2024 17:00:00 -0500", "2024-07-23T17:00:00-05:00"),
            ("2024-08-02T11:59:00Z", "2024-08-02T11:59:00+00:00"),
        ],
    )
    def test_date_is_read_as_pages_write_it(self, text, read_as):
        assert datetime.fromisoformat(read_as) == reply(published=[text]).published

    @pytest.mark.parametrize(
        "text", ["yesterday", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2024-08-02T12:01:00Z"]
    )
    def test_what_cannot_be_true_is_no_date(self, text):
        """Unreadable, before the web, or later than a day after it came."""
        assert None is reply(published=[text]).published

    def test_first_readable_of_several(self):
        assert 23 == reply(published=["soon", "2024-07-23"]).published.day

    @given(st.text(max_size=80))
    def test_no_text_is_an_error(self, text):
        response = reply(published=[text], updated=[text])
        assert response.published is None or response.published.tzinfo


def test_host_is_spelled_as_the_network_does():
    """Neither a dot at the end, nor capitals, nor wide letters make another host."""
    assert ["me.example"] * 4 == [
        host(f"https://{name}/x") for name in ("me.example.", "ME.example:8", "www.me.example", "ｍe.example")
    ]


moments = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))]))
words = st.text(max_size=20)
maybe = st.none() | words


@given(
    st.builds(
        Response,
        source=words,
        url=words,
        kind=st.sampled_from(KINDS),
        author=st.builds(Author, words, maybe, maybe, maybe),
        via=maybe,
        name=maybe,
        html=words,
        text=words,
        lang=maybe,
        published=st.none() | moments,
        updated=st.none() | moments,
        rsvp=maybe,
        in_reply_to=st.lists(words).map(tuple),
        aliases=st.lists(st.builds(Alias, words, st.booleans())).map(tuple),
        profiles=st.lists(words).map(tuple),
    )
)
def test_json_loses_nothing(response):
    assert response == Response.from_json(response.to_json())


VALUES = st.sampled_from(
    [TARGET, SOURCE, "x", "", "yes", "javascript:x", "2024-07-23", "http://[", "https://me.example/"]
) | st.dictionaries(st.sampled_from(["html", "value", "alt", "lang"]), words)


@given(
    st.dictionaries(
        st.sampled_from(
            ["name", "content", "summary", "url", "uid", "author", "in-reply-to", "like-of", "rsvp", "published", "photo"]
        ),
        st.lists(VALUES, max_size=3),
    )
)
def test_whatever_a_page_says_it_is_read(properties):
    """A kind that exists, a name that can be shown, an address that can be linked."""
    response = read(properties)
    assert response.kind in KINDS
    assert response.author.name
    assert response.url.startswith("http")
    assert response == Response.from_json(response.to_json())


@given(st.binary(max_size=400))
def test_any_bytes_are_a_mention_at_least(body):
    assert classify(parse(body, SOURCE), SOURCE, (TARGET,), RECEIVED)[0].kind in KINDS
