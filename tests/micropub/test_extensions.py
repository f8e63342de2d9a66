"""Extensions of Micropub in real use (`micropub.md` §3), as a client meets them; and what content is written in."""

import json

import pytest

from indie import publishing, times
from indie.mf2.item import Item
from indie.store.finding import Filter

ME = "http://site.example/"
TARGETS = '[{"uid": "https://mas.example/@me", "name": "Mastodon", "checked": true}, {"uid": "blue", "name": "Bluesky"}]'
MARKDOWN = "One **bold** word\nand a list:\n\n- a\n- b\n"
WRITER = "https://ia.example/writer"


@pytest.fixture
def prefer(store):
    """`prefer(content="markdown")`."""

    def put(**texts):
        with store.write():
            for name, text in texts.items():
                store.preferences.put(name, text)

    return put


@pytest.fixture
def send(client, bearer, owner, store):
    """`send({…})` posts JSON, `send([…])` a form of pairs; returns the answer."""

    def request(body, client_id="https://client.example/"):
        how = {"json": body} if isinstance(body, dict) else {"data": body, "content_type": "application/x-www-form-urlencoded"}
        answer = client.post("/micropub", headers=bearer("create update", client_id), **how)
        answer.close()  # the log is written once the answer is sent
        return answer

    return request


@pytest.fixture
def create(send, store):
    """`create(content=["x"], mp_channel=["walks"])` creates a post by JSON and returns it as it is stored."""

    def make(client_id="https://client.example/", **properties):
        named = {name.replace("_", "-"): values for name, values in properties.items()}
        answer = send({"type": ["h-entry"], "properties": named}, client_id)
        assert 201 == answer.status_code, answer.text
        return publishing.find(store, ME, answer.headers["Location"])

    return make


def page(client, post):
    return client.get(post.path).text


def source(client, bearer, post):
    return client.get("/micropub", query_string={"q": "source", "url": post.url(ME)}, headers=bearer("create")).json


class TestChannels:
    def test_a_post_is_put_on_the_lists_that_are_named(self, prefer, create, store):
        prefer(channels='[{"uid": "walks", "name": "Walks"}]')
        post = create(content=["x"], mp_channel=["walks"])
        create(content=["y"])
        assert (("walks",), [post.id]) == (post.channels, [one.id for one in store.finding.posts(Filter(channels=("walks",)), 9)])

    def test_an_unknown_one_is_passed_over_with_a_note(self, create, store):
        post = create(content=["x"], mp_channel=["runs"])
        assert ((), ["mp-channel: “runs” is not known here, dropped"]) == (post.channels, [*store.requests.last(1)[0].notes])

    def test_an_update_moves_it(self, prefer, create, send, store):
        prefer(channels='[{"uid": "walks", "name": "Walks"}, {"uid": "notes", "name": "Notes"}]')
        post = create(content=["x"], mp_channel=["walks"])
        assert 204 == send({"action": "update", "url": post.url(ME), "mp-channel": ["notes"]}).status_code
        assert ([], [post.id]) == tuple([one.id for one in store.finding.posts(Filter(channels=(name,)), 9)] for name in ("walks", "notes"))


class TestSyndicateTo:
    def test_what_is_checked_is_remembered_where_nothing_is_said(self, prefer, create):
        prefer(syndicate_to=TARGETS)
        assert ("https://mas.example/@me",) == create(content=["x"]).syndicate_to

    def test_an_empty_answer_is_nowhere(self, prefer, send, store):
        """As micro.blog's app sends it."""
        prefer(syndicate_to=TARGETS)
        answer = send("h=entry&content=x&mp-syndicate-to%5B%5D=&mp-destination=http%3A%2F%2Fsite.example%2F")
        assert (201, ()) == (answer.status_code, publishing.find(store, ME, answer.headers["Location"]).syndicate_to)

    def test_an_unknown_place_is_passed_over_with_a_note(self, prefer, create, store):
        prefer(syndicate_to=TARGETS)
        post = create(content=["x"], mp_syndicate_to=["blue", "https://x.example/"])
        assert ("blue",) == post.syndicate_to
        assert ["mp-syndicate-to: “https://x.example/” is not known here, dropped"] == [*store.requests.last(1)[0].notes]

    def test_an_update_of_something_else_keeps_it(self, prefer, create, send, store):
        prefer(syndicate_to=TARGETS)
        post = create(content=["x"])
        prefer(syndicate_to="[]")
        assert 204 == send({"action": "update", "url": post.url(ME), "replace": {"content": ["y"]}}).status_code
        assert ("https://mas.example/@me",) == store.posts.by_id(post.id).syndicate_to

    def test_an_update_adds_a_place(self, prefer, create, send, store):
        """As micropublish sends it: the command beside `replace`."""
        prefer(syndicate_to=TARGETS)
        post = create(content=["x"])
        body = {"action": "update", "url": post.url(ME), "replace": {"content": ["y"]}, "mp-syndicate-to": ["blue"]}
        assert 204 == send(body).status_code
        assert ("https://mas.example/@me", "blue") == store.posts.by_id(post.id).syndicate_to

    def test_who_is_told_by_webmention_is_told_once_an_update_adds_it(self, prefer, create, send, store):
        """As micropublish sends it; what the text links to beside."""
        prefer(syndicate_to='[{"uid": "https://brid.gy/publish/mastodon", "name": "Mastodon"}]')
        post = create(content=["x"])
        asked = {"action": "update", "url": post.url(ME), "add": {"mp-syndicate-to": ["https://brid.gy/publish/mastodon"]}}
        assert ([], 204) == (store.deliveries.of(post.id), send(asked).status_code)
        assert ["https://brid.gy/publish/mastodon"] == [delivery.target for delivery in store.deliveries.of(post.id)]

    def test_apps_need_not_know_how_a_copy_comes_about(self, prefer, client, bearer):
        prefer(syndicate_to='[{"uid": "https://fed.brid.gy/", "name": "Fediverse", "by": "webmention"}]')
        asked = client.get("/micropub?q=syndicate-to", headers=bearer("create"))
        assert [{"uid": "https://fed.brid.gy/", "name": "Fediverse", "checked": False}] == asked.json["syndicate-to"]


class TestCommandsAreNotStored:
    @pytest.mark.parametrize("name", ["mp-destination", "mp-channel", "mp-syndicate-to", "mp-slug", "mp-photo-alt", "mp-unheard-of"])
    def test_neither_source_nor_page_has_them(self, send, client, bearer, store, name):
        answer = send({"type": ["h-entry"], "properties": {"content": ["x"]}, name: ["said-to-the-server"]})
        post = publishing.find(store, ME, answer.headers["Location"])
        assert name not in source(client, bearer, post)["properties"]
        assert "mp-" not in json.dumps(post.item.to_json()) + page(client, post)


class TestTimeZone:
    def test_a_post_without_date_has_the_owners_offset(self, prefer, create):
        prefer(time_zone="Asia/Kolkata")
        assert "+05:30" == create(content=["x"]).item.text("published")[-6:]

    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ("2026-07-23T17:00:00", "2026-07-23T17:00:00+02:00"),
            ("2026-01-23T17:00:00", "2026-01-23T17:00:00+01:00"),
            ("2026-07-23", "2026-07-23T00:00:00+02:00"),
            ("2026-07-23T17:00:00+0100", "2026-07-23T17:00:00+0100"),
            ("2026-07-23T17:00:00Z", "2026-07-23T17:00:00Z"),
        ],
    )
    def test_a_date_without_offset_is_of_the_owners_clock(self, prefer, create, sent, stored):
        """Summer and winter; one with an offset stays as it was sent."""
        prefer(time_zone="Europe/Berlin")
        assert [stored] == create(content=["x"], published=[sent]).item.properties["published"]

    def test_the_date_means_the_same_when_he_moves(self, prefer, create, store):
        prefer(time_zone="Europe/Berlin")
        post = create(content=["x"], published=["2026-07-23T17:00:00"])
        prefer(time_zone="America/New_York")
        assert post.published == store.posts.by_id(post.id).published == times.parse("2026-07-23T15:00:00Z")

    def test_the_path_has_the_owners_day(self, prefer, create):
        prefer(time_zone="Asia/Tokyo")
        assert "/2026/07/24/" == create(content=["x"], published=["2026-07-24T00:30:00"]).path[:12]


class TestContentKinds:  # issue 3, 10
    def test_text_is_text_until_markdown_is_preferred(self, create, client):
        assert "One **bold** word<br>and a list:" in page(client, create(content=[MARKDOWN]))

    def test_markdown_where_it_is_preferred(self, prefer, create, client):
        prefer(content="markdown")
        html = page(client, create(content=[MARKDOWN]))
        assert "<strong>bold</strong>" in html
        assert "<li>a</li>" in html

    def test_a_post_stays_what_it_was_made_as(self, prefer, create, client):
        """Also when the preference changes, in both directions."""
        text = create(content=[MARKDOWN])
        prefer(content="markdown")
        marked = create(content=[MARKDOWN])
        prefer(content="text")
        assert ("**bold**" in page(client, text), "<strong>" in page(client, marked)) == (True, True)

    def test_an_update_does_not_change_it(self, prefer, create, send, client):
        post = create(content=[MARKDOWN])
        prefer(content="markdown")
        send({"action": "update", "url": post.url(ME), "replace": {"content": ["Two *stars*"]}})
        assert "Two *stars*" in page(client, post)

    def test_one_app_may_write_markdown(self, prefer, create, client):
        prefer(content_by_client=json.dumps({WRITER: "markdown"}))
        assert "<strong>" in page(client, create(WRITER, content=[MARKDOWN]))
        assert "**bold**" in page(client, create(content=[MARKDOWN]))

    def test_html_is_html_whatever_is_preferred(self, prefer, create, client):
        prefer(content="markdown")
        html = page(client, create(content=[{"html": "<p>**not** <b onclick=x>bold</b><script>x</script></p>"}]))
        assert "<p>**not** <b>bold</b></p>" in html

    @pytest.mark.parametrize("syntax", ["text", "markdown"])
    @pytest.mark.parametrize(
        "content",
        [MARKDOWN, " \t two  spaces \r\n", "100% sure + C++ & <b>", "#tag @ann http://a.example/", {"html": "<p >a<br/>\n</p>"}, {"html": "<p>a", "value": "a"}],
    )
    def test_source_gives_back_what_came(self, prefer, create, client, bearer, syntax, content):
        """Character for character (Micropub §3.7.1)."""
        prefer(content=syntax)
        assert [content] == source(client, bearer, create(content=[content]))["properties"]["content"]

    def test_links_of_markdown_are_told(self, prefer, create, store):
        """A link behind words is one, and is sent a webmention."""
        prefer(content="markdown")
        post = create(content=["Read [this](https://them.example/post)."])
        assert ["https://them.example/post"] == [delivery.target for delivery in store.deliveries.of(post.id)]

    def test_pictures_of_markdown_are_mirrored(self, prefer, create, client):
        prefer(content="markdown")
        html = page(client, create(content=["![A tree](https://them.example/tree.jpg)"]))
        assert 'src="https://them.example' not in html
        assert f'src="{ME}media/' in html

    def test_title_and_slug_are_made_of_the_words(self, prefer, create, client):
        prefer(content="markdown")
        post = create(content=["Some [*good* words](https://them.example/)"])
        assert "some-good-words" == post.path.rpartition("/")[2]
        assert "<title>Some good words – " in page(client, post)

    def test_a_search_looks_through_the_words(self, prefer, create, store):
        prefer(content="markdown")
        post = create(content=["Some [good](https://unseen.example/) words"])
        assert [[post.id], []] == [[one.id for one in store.finding.posts(Filter(text=text), 9)] for text in ("good", "unseen")]


class TestMentions:
    @pytest.fixture
    def card(self, store, storage):
        item = Item(("h-card",), {"name": ["Ann Ample"], "nickname": ["ann"], "url": ["https://ann.example/"]})
        return publishing.create(store, storage, ME, times.now(), item, {})

    def test_who_has_a_card_is_linked(self, card, create, client):
        assert '<a href="https://ann.example/">@Ann</a> and @bob' in page(client, create(content=["Hello @Ann and @bob"]))

    def test_who_is_mentioned_is_told(self, card, create, store):
        post = create(content=["Hello @ann"])
        assert ["https://ann.example/"] == [delivery.target for delivery in store.deliveries.of(post.id)]

    def test_a_card_is_no_news(self, card, client):
        """Somebody's address stands on no list."""
        assert "Ann Ample" not in client.get("/").text
