"""What a post is about, on its page and in lists, from the first moment until long after the original is gone (pages §2.5)."""

from dataclasses import replace

import mf2py
import pytest

from indie import times
from indie.mf2.authorship import Author
from indie.responses.citation import Citation
from indie.responses.response import address
from indie.site.entries import Shelf
from tests.site.test_templates import outline

ME = "http://site.example/"
URL = "https://ann.example/1"
SCRIPT = "<script>alert(1)</script>"
ANN = Author("Ann", "https://ann.example/", "https://ann.example/ann.jpg")
WHOLE = Citation(ANN, "On walls", "Walls are older than fences.", None, "en", times.parse("2024-01-02T03:04:05+01:00"))
NOTE = Citation(ANN, None, "Walls are older than fences.")
RELATIONS = ("in-reply-to", "like-of", "repost-of", "bookmark-of", "quotation-of")
NODE = pytest.mark.parametrize("by", ["python", "javascript"])


@pytest.fixture
def seen(store):
    """Keep a snapshot of a page, as the job would."""

    def keep(citation=WHOLE, url=URL):
        store.citations.want(address(url), url)
        store.citations.put(address(url), citation, times.parse("2026-08-01T12:00:00Z"))

    return keep


@pytest.fixture
def entry(client, request):
    """The one entry of a page of ours: `entry(post)`, as mf2py reads it, or `by="javascript"` the parser for Node."""

    def read(post, by="python"):
        url = post.url(ME)
        html = client.get(url).text
        parsed = mf2py.parse(html, url=url) if by == "python" else request.getfixturevalue("node")("mf2.mjs", html, url)
        (found,) = [item for item in parsed["items"] if "h-entry" in item["type"]]
        return found["properties"]

    return read


def cited(properties, name="in-reply-to"):
    """The one thing that an entry is about: its value, and its properties."""
    (found,) = properties[name]
    return found["value"], found["properties"]


class TestBefore:
    """Until the page has been looked at, and where it cannot be had."""

    def test_the_post_is_there_at_once(self, publish, client, work):
        html = client.get(publish(in_reply_to=URL, content="Yes.").url(ME)).text
        assert "In reply to <a" in html
        assert "a post on ann.example" in html

    def test_the_answered_page_is_its_address(self, publish, entry):
        assert [URL] == entry(publish(in_reply_to=URL, content="Yes."))["in-reply-to"]

    def test_so_it_is_when_it_could_not_be_had(self, publish, entry, store):
        post = publish(in_reply_to=URL, content="Yes.")
        store.citations.miss(address(URL))
        assert [URL] == entry(post)["in-reply-to"]


class TestWhole:
    """On the post's own page."""

    @NODE
    @pytest.mark.parametrize("name", RELATIONS)
    def test_it_is_an_h_cite_whose_value_is_the_address(self, publish, seen, entry, name, by):
        post = publish(**{name: URL})
        seen()
        value, properties = cited(entry(post, by), name)
        assert (URL, [URL]) == (value, properties["url"])

    @NODE
    def test_it_has_author_title_words_and_dates(self, publish, seen, entry, by):
        post = publish(in_reply_to=URL, content="Yes.")
        seen()
        _, properties = cited(entry(post, by))
        (author,) = properties["author"]
        assert (["On walls"], "Walls are older than fences.") == (properties["name"], properties["content"][0]["value"])
        assert (["Ann"], ["https://ann.example/"]) == (author["properties"]["name"], author["properties"]["url"])
        assert "2024-01-02T03:04:05" == properties["published"][0][:19]
        assert "2026-08-01T12:00:00" == properties["accessed"][0][:19]

    @NODE
    def test_author_and_words_of_the_post_stay_our_own(self, publish, seen, entry, owner, by):
        post = publish(in_reply_to=URL, content="Yes.")
        seen()
        properties = entry(post, by)
        assert ["Olaf Owner"] == [author["properties"]["name"][0] for author in properties["author"]]
        assert ["Yes."] == [content["value"] for content in properties["content"]]
        assert "name" not in properties
        assert "summary" not in properties

    @NODE
    @pytest.mark.parametrize(
        ("properties", "summary"),
        [
            ({"like_of": URL}, "Liked On walls by Ann"),
            ({"repost_of": URL}, "Reposted On walls by Ann"),
            ({"in_reply_to": URL, "rsvp": "yes"}, "Going to On walls by Ann"),
        ],
    )
    def test_a_post_without_words_has_its_sentence(self, publish, seen, entry, properties, summary, by):
        """Else parsers make a name of all there is."""
        post = publish(**properties)
        seen()
        found = entry(post, by)
        assert [summary] == found["summary"]
        assert "name" not in found

    def test_both_parsers_read_the_same(self, publish, seen, client, node):
        post = publish(in_reply_to=URL, content="Yes.")
        seen()
        html = client.get(post.url(ME)).text
        assert outline(mf2py.parse(html, url=ME)["items"]) == outline(node("mf2.mjs", html, ME)["items"])

    def test_an_answer_to_an_invitation_is_ours(self, publish, seen, entry):
        post = publish(in_reply_to=URL, rsvp="yes")
        seen()
        properties = entry(post)
        assert ["yes"] == properties["rsvp"]
        assert "rsvp" not in cited(properties)[1]

    def test_what_has_no_title_gets_none(self, publish, seen, entry):
        post = publish(in_reply_to=URL, content="Yes.")
        seen(NOTE)
        assert "name" not in cited(entry(post))[1]

    def test_the_title_of_a_bookmark_stands_once(self, publish, seen, entry, client):
        post = publish(bookmark_of=URL, name="On walls", content="Read this.")
        seen()
        assert "name" not in cited(entry(post), "bookmark-of")[1]
        assert ["On walls"] == entry(post)["name"]

    def test_a_title_alone_is_a_line(self, publish, seen, entry, client):
        post = publish(like_of=URL)
        seen(Citation(None, "Log", ""))
        assert ["Liked Log"] == entry(post)["summary"]
        assert "<blockquote" not in client.get(post.url(ME)).text

    def test_it_stands_before_the_words_and_not_in_them(self, publish, seen, client):
        post = publish(in_reply_to=URL, content="Yes.")
        seen()
        html = client.get(post.url(ME)).text
        assert html.index("Walls are older") < html.index("e-content prose")

    def test_whoever_is_said_to_have_written_it_stands_beside_the_host_that_says_so(self, publish, seen, client):
        post = publish(in_reply_to=URL, content="Yes.")
        seen()
        assert "on ann.example" in client.get(post.url(ME)).text

    def test_the_page_is_called_by_its_title(self, publish, seen, client):
        post = publish(like_of=URL)
        seen()
        assert "<title>Like: On walls, " in client.get(post.url(ME)).text

    def test_a_face_is_shown_from_here(self, publish, seen, work, frozen_web, picture, client, store):
        frozen_web.pages[ANN.photo] = b"HTTP/1.1 200 OK\nContent-Type: image/png\n\n" + picture
        frozen_web.pages[URL] = (
            f'HTTP/1.1 200 OK\nContent-Type: text/html\n\n<div class="h-entry"><p class="e-content">Yes.</p><a class="u-url" href="{URL}"></a>'
            f'<p class="p-author h-card"><img class="u-photo" src="{ANN.photo}" alt=""><a class="p-name u-url" href="/">Ann</a></p></div>'
        ).encode()
        post = publish(like_of=URL)
        work()
        html = client.get(post.url(ME)).text
        assert f'<img class="face u-photo" src="{ME}media/' in html
        assert ANN.photo not in html


class TestOfOthers:
    """Who has the first word on what it is."""

    @pytest.fixture
    def sent(self, publish, entry, seen):
        def read(**properties):
            post = publish(in_reply_to={"type": ["h-cite"], "properties": {"url": [URL], **properties}}, content="Yes.")
            seen()
            return cited(entry(post))[1]

        return read

    def test_what_the_client_sent_is_shown_and_nothing_else(self, sent):
        found = sent(name=["My title"], content=["My excerpt"])
        assert (["My title"], ["My excerpt"]) == (found["name"], found["content"])
        assert "author" not in found

    def test_a_title_of_the_clients_goes_before_the_pages_own(self, sent):
        found = sent(name=["My title"])
        assert (["My title"], "Walls are older than fences.") == (found["name"], found["content"][0]["value"])

    def test_an_address_alone_says_nothing(self, sent):
        assert ["On walls"] == sent()["name"]

    def test_our_own_post_is_called_as_it_is_now(self, publish, entry, work):
        first = publish(name="Gates", content="A gate.")
        found = cited(entry(publish(in_reply_to=first.url(ME), content="Yes.")))
        assert (first.url(ME), ["Gates"]) == (found[0], found[1]["name"])


class TestInLists:
    def test_a_line_with_title_and_author(self, publish, seen, client):
        publish(bookmark_of=URL, content="Read this.")
        seen()
        html = client.get(ME).text
        assert "On walls</a> by" in html
        assert "Walls are older" not in html

    def test_what_has_no_title_is_a_post_by_somebody(self, publish, seen, client):
        publish(bookmark_of=URL, content="Read this.")
        seen(NOTE)
        html = client.get(ME).text
        assert 'dir="auto">a post</a> by <span class="p-author h-card">' in html

    def test_a_parser_reads_address_and_author(self, publish, seen, client):
        publish(bookmark_of=URL, content="Read this.")
        seen(NOTE)
        (feed,) = [item for item in mf2py.parse(client.get(ME).text, url=ME)["items"] if "h-feed" in item["type"]]
        value, properties = cited(feed["children"][0]["properties"], "bookmark-of")
        assert (URL, ["Ann"]) == (value, properties["author"][0]["properties"]["name"])
        assert "name" not in properties

    def test_an_author_elsewhere_stands_beside_the_host_that_says_so(self, publish, seen, client):
        publish(bookmark_of=URL, content="Read this.")
        seen(Citation(Author("Bob", "https://bob.example/", None), "T", "x", "ann.example"))
        assert "via ann.example</cite>" in client.get(ME).text

    def test_all_of_a_page_are_one_look(self, publish, seen, store, settings):
        """However long the list is."""

        class Counting:
            asked = 0

            def __getattr__(self, name):
                return getattr(store.database, name)

            def query(self, sql, **values):
                self.asked += "FROM citations" in sql
                return store.database.query(sql, **values)

        counting = Counting()
        posts = [publish(bookmark_of=f"{URL}{number}", content="x") for number in range(20)]
        for number in range(20):
            seen(url=f"{URL}{number}")
        shelf = Shelf(type(store)(**{**vars(store), "citations": type(store.citations)(counting)}), settings)
        found = shelf.entries(posts, shelf.site().owner)
        assert 20 == sum(one.contexts[0].cited is not None for one in found)
        assert 1 == counting.asked


class TestHostile:
    def test_names_and_words_are_text(self, publish, seen, client):
        post = publish(bookmark_of=URL, content="Yes.")
        seen(Citation(Author(SCRIPT, None, None, SCRIPT), SCRIPT, SCRIPT, SCRIPT, 'en" onclick="x'))
        for page in (post.url(ME), ME):
            html = client.get(page).text
            assert SCRIPT not in html
            assert "&lt;script&gt;" in html
            assert 'onclick="' not in html

    def test_other_formats_say_no_more_than_before(self, publish, seen, client):
        """What others said is no content of ours, in a feed neither."""
        post = publish(in_reply_to=URL, content="Yes.")
        seen()
        for name in ("jf2", "mf2json", "jsonfeed"):
            assert "Walls are older" not in client.get(f"{post.url(ME)}?format={name}").text


class TestReader:  # pages §2.7
    """Reader mode shows our words and not theirs, however many they are."""

    @pytest.mark.parametrize("ours", [20, 226, 600])
    @pytest.mark.parametrize("theirs", [20, 280])
    def test_a_reply_is_read_without_what_it_answers(self, publish, seen, client, node, ours, theirs):
        mine = ("The hedge, he said, has opinions of its own. " * 20)[: ours - 1] + "."
        post = publish(in_reply_to=URL, content=mine)
        seen(replace(WHOLE, name="On walls, and what they are for", text=("Walls, they say, are older. " * 20)[:theirs]))
        read = node("readability.mjs", client.get(post.url(ME)).text, post.url(ME))["textContent"]
        assert mine in read
        assert "Walls" not in read

    def test_a_repost_is_what_was_said(self, publish, seen, client, node):
        post = publish(repost_of=URL)
        seen()
        read = node("readability.mjs", client.get(post.url(ME)).text, post.url(ME))["textContent"]
        assert "Walls are older than fences." in read
