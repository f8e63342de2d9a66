"""The page of a search, its feeds, and how a browser asks."""

import re
from itertools import count
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import feedparser
import mf2py
import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from indie import publishing, times
from indie.mf2.item import Item
from indie.posts.topics import FORMS
from indie.site import paging

ME = "http://site.example/"
NOT_PUBLIC = {
    "draft": {"post_status": "draft"},
    "private": {"visibility": "private"},
    "unlisted": {"visibility": "unlisted"},
}
CLUMSY = ('"', '"unbalanced', "NEAR(", "a NEAR/2 b", "*", "llama*", "%", "_", "-", "a AND", "NOT", "OR OR", "col:a", "(", "^a", "\\", "'", "--", ";")


@pytest.fixture
def make(store, storage):
    """`make(content="…")` makes a post; a value that is no list stands alone."""

    def post(commands=(), **properties):
        held = {name.replace("_", "-"): value if isinstance(value, list) else [value] for name, value in properties.items()}
        return publishing.create(store, storage, ME, times.now(), Item(("h-entry",), held), dict(commands))

    return post


def search(client, query, **more):
    return client.get("/search?" + urlencode({"q": query, **more}))


def feed(answer):
    """The one h-feed of a page."""
    (found,) = [item for item in mf2py.parse(doc=answer.text, url=ME, html_parser="lxml")["items"] if item["type"] == ["h-feed"]]
    return found


def found(answer):
    return [entry["properties"]["url"][0].removeprefix(ME[:-1]) for entry in feed(answer).get("children", [])]


def rels(answer):
    return mf2py.parse(doc=answer.text, url=ME, html_parser="lxml")["rels"]


class TestForm:
    @pytest.mark.parametrize("path", ["/search", "/search?q=", "/search?q=%20%20", "/search?q=%22*%22", "/search?q=%00"])
    def test_is_all_where_nothing_is_asked_for(self, client, make, path):
        make(content="llamas")
        answer = client.get(path)
        form = BeautifulSoup(answer.text, "lxml").find("form", role="search")

        assert (200, f"{ME}search", "get") == (answer.status_code, form["action"], form.get("method", "get"))
        assert form.find("input", {"name": "q", "type": "search"})
        assert "llamas" not in answer.text or "<mark>" not in answer.text

    def test_keeps_what_was_asked_for(self, client):
        page = BeautifulSoup(search(client, 'say "yes" & <b>').text, "lxml")
        assert 'say "yes" & <b>' == page.find("input", {"name": "q"})["value"]

    @pytest.mark.parametrize("path", ["/archive/", "/nothing-here"])
    def test_stands_where_somebody_looks_for_something(self, client, path):
        assert BeautifulSoup(client.get(path).text, "lxml").find("form", role="search")


class TestFound:
    def test_an_h_feed_of_posts(self, client, make):
        """Each whole, as on any list; what of it was found stands above."""
        post = make(name="Of llamas", content="They hum.", published="2024-01-01T12:00:00Z", category="llamas")
        (entry,) = feed(search(client, "llamas")).get("children")
        told = entry["properties"]

        assert (["Of llamas"], [ME[:-1] + post.path], "They hum.") == (told["name"], told["url"], told["content"][0]["value"])
        assert (["2024-01-01T12:00:00+0000"], [ME]) == (told["published"], told["author"][0]["properties"]["url"])

    def test_a_note_has_no_name(self, client, make):
        make(content="A llama hums.")
        (entry,) = feed(search(client, "llama"))["children"]

        assert "name" not in entry["properties"]
        assert "A llama hums." == entry["properties"]["content"][0]["value"]

    def test_a_reply_says_what_it_answers(self, client, make):
        make(content="A llama hums.", in_reply_to="https://them.example/1")
        (entry,) = feed(search(client, "llama"))["children"]

        assert "https://them.example/1" in str(entry["properties"]["in-reply-to"])

    def test_its_words_are_marked(self, client, make):
        """In the title and in the snippet, where the first of them stands."""
        make(name="Llamas & <alpacas>", content=f"{'Fences. ' * 200} In the end the LLAMA hums. {'More. ' * 200}")
        page = BeautifulSoup(search(client, "llama").text, "lxml")

        assert "<mark>Llamas</mark> &amp; &lt;alpacas&gt;" in str(page.h2)
        assert "the <mark>LLAMA</mark> hums" in str(page.find(class_="found"))
        assert len(page.find(class_="found").text) < 300

    def test_markup_of_posts_is_text_here(self, client, make):
        make(content=[{"html": "<p>1 &lt; 2 &amp;amp; <b>lla</b>ma &lt;script&gt;alert(1)&lt;/script&gt;</p>"}])
        page = BeautifulSoup(search(client, "llama").text, "lxml")

        assert "1 &lt; 2 &amp;amp; <mark>llama</mark> &lt;script&gt;" in str(page.find(class_="found"))
        assert not page.find("script")

    def test_nothing_is_said_in_words(self, client, make):
        make(content="llamas")
        page = BeautifulSoup(search(client, "zebra").text, "lxml")
        assert page.find(class_="empty").text.startswith("Nothing was found.")

    @pytest.mark.parametrize("way", NOT_PUBLIC)
    def test_only_what_is_public_and_listed(self, client, make, way):
        make(content="A llama hums.", **NOT_PUBLIC[way])
        assert [] == found(search(client, "llama"))
        assert not feedparser.parse(client.get("/search.rss?q=llama").data).entries

    def test_nothing_that_was_deleted(self, client, store, make):
        """Not even that it was there: the feed has no tombstone of it."""
        post = make(content="A llama hums.")
        publishing.delete(store, post, ME, times.now())

        assert [] == found(search(client, "llama"))
        assert post.path not in client.get("/search.atom?q=llama").text

    def test_replies_and_likes_too(self, client, make):
        """What is kept off the home page is looked for here."""
        post = make(content="A llama hums.", in_reply_to="https://them.example/1")
        assert [post.path] == found(search(client, "llama"))


class TestPages:
    @pytest.fixture
    def many(self, store, make):
        with store.write():
            return [make(content=f"llama {number}", published=f"2024-01-{number:02}T12:00:00Z") for number in range(1, 31)]

    def test_go_on_by_cursor(self, client, many):
        """`next` is older, in the head and in a Link header; nothing is shown twice or missed when posts come."""
        first = search(client, "llama")
        (older,) = rels(first)["next"]
        second = client.get(older)

        assert f'<{older}>; rel="next"' in first.headers.getlist("Link")
        assert [post.path for post in reversed(many)] == [*found(first), *found(second)]
        assert [f"{ME}search?q=llama"] == rels(second)["prev"]
        assert "next" not in rels(second)

    def test_have_canonical_addresses(self, client, many):
        """Whatever else the query has."""
        assert [f"{ME}search?q=llama"] == rels(client.get("/search?utm=1&q=%20llama&x"))["canonical"]

    @pytest.mark.parametrize("before", ["x", "", "2024-01-01T12:00:00.000000Z-", "\0"])
    def test_404_of_a_page_that_cannot_be(self, client, before):
        assert 404 == search(client, "llama", before=before).status_code

    def test_are_for_no_search_engine(self, client, many):
        answer = search(client, "llama")
        assert "noindex" == answer.headers["X-Robots-Tag"]
        assert 'name="robots" content="noindex"' in answer.text

    def test_name_their_own_feeds_first(self, client):
        alternates = BeautifulSoup(search(client, "a b").text, "lxml")("link", rel="alternate")
        assert [f"{ME}search.{form}?q=a%20b" for form in FORMS] == [link["href"] for link in alternates][:3]
        assert f"{ME}feed.rss" == alternates[3]["href"]


class TestFeeds:
    @pytest.mark.parametrize("form", ["rss", "atom"])
    def test_parse_without_complaint(self, client, make, form):
        make(name="Of llamas & <b>", content="They \x0b hum ]]> “é” 🤓")
        answer = client.get(f"/search.{form}?{urlencode({'q': 'llamas & <b>'})}")
        parsed = feedparser.parse(answer.data, response_headers={name.lower(): value for name, value in answer.headers})

        assert not parsed.bozo, parsed.get("bozo_exception")
        assert ["Of llamas & <b>"] == [entry.title for entry in parsed.entries]
        assert "noindex" == answer.headers["X-Robots-Tag"]
        (own,) = [link.href for link in parsed.feed.links if link.rel == "self"]
        assert f"{ME}search.{form}?q=llamas%20%26%20%3Cb%3E" == own

    def test_json(self, client, make):
        make(name="Of llamas", content="They hum.")
        told = client.get("/search.json?q=llamas").json
        assert (f"{ME}search.json?q=llamas", f"{ME}search?q=llamas") == (told["feed_url"], told["home_page_url"])
        assert ["Of llamas"] == [item["title"] for item in told["items"]]

    @pytest.mark.parametrize("form", FORMS)
    def test_no_hub_tells_of_them(self, client, make, form):
        """Nobody knows which of all searches a post is found by."""
        make(content="llamas")
        answer = client.get(f"/search.{form}?q=llamas")
        assert "hub" not in answer.headers.get("Link", "")
        assert f"{ME}hub" not in answer.text

    @pytest.mark.parametrize("form", FORMS)
    def test_go_on_and_keep_no_archive(self, client, store, make, form):
        with store.write():
            for number in range(paging.LENGTH + 1):
                make(content=f"llama {number}", published=f"{2000 + number}-01-01T12:00:00Z")
        answer = client.get(f"/search.{form}?q=llama")
        links = re.findall(rf"{ME}search\.{form}\?q=llama&before=[\w.:%-]+", answer.text.replace("&amp;", "&").replace("\\u0026", "&"))
        older = next(url for url in links if "before=2001" in url)

        assert "llama 0" in client.get(older).text
        assert "archive" not in answer.text

    def test_304(self, client, make):
        make(content="llamas")
        answer = client.get("/search.rss?q=llamas")
        assert 304 == client.get("/search.rss?q=llamas", headers={"If-None-Match": answer.headers["ETag"]}).status_code

    def test_404_of_nothing(self, client):
        assert 404 == client.get("/search.rss").status_code


class TestOpenSearch:
    def test_every_page_names_it(self, client):
        for path in ("/", "/archive/", "/search", "/nothing"):
            (link,) = BeautifulSoup(client.get(path).text, "lxml")("link", rel="search")
            assert ("application/opensearchdescription+xml", "/opensearch.xml") == (link["type"], link["href"])

    def test_description(self, client, owner):
        """What OpenSearch 1.1 demands, and the addresses that answer."""
        answer = client.get("/opensearch.xml")
        root = ET.fromstring(answer.data)
        space = "{http://a9.com/-/spec/opensearch/1.1/}"
        templates = {url.get("type"): url.get("template") for url in root.iter(f"{space}Url") if url.get("rel") is None}

        assert "application/opensearchdescription+xml" == answer.mimetype
        assert 1 <= len(root.findtext(f"{space}ShortName")) <= 16
        assert root.findtext(f"{space}Description")
        for kind, template in templates.items():
            there = client.get(template.replace("{searchTerms}", quote("llama hum")))
            assert (200, kind) == (there.status_code, there.mimetype)


TEXTS = st.text(max_size=60) | st.text(alphabet="\"'*():^-+&|!<>\\%_;\0 aNEARORD", max_size=40) | st.sampled_from(["اردو שלום", "日本語 ไทย", "🤓👩‍💻"])


@pytest.fixture
def numbers():
    return count()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(query=TEXTS)
@example(query="x" * 10_000)
@example(query="word " * 2000)
@example(query="\ud800")
def test_whatever_is_asked_for(client, make, numbers, query):
    """It is answered with a page that is HTML, and holds nothing of it as markup."""
    if not next(numbers):
        make(name="llama <b>", content="NEAR OR AND NOT 日本語 שלום 🤓 a")
    answer = client.get("/search", query_string=urlencode({"q": query.encode("utf-8", "surrogatepass")}))

    assert 200 == answer.status_code
    page = BeautifulSoup(answer.text, "lxml")
    assert not page.find_all(["script", "b"])
    assert len(page.find("input", {"name": "q"})["value"]) <= 200


@pytest.mark.parametrize("query", CLUMSY)
def test_operators_are_words(client, make, query):
    """None of them means anything to either engine."""
    make(content="A llama, near a col, and not b")
    assert 200 == search(client, query).status_code
    assert 200 == search(client, f"llama {query}").status_code


def test_bytes_that_are_no_text(client):
    assert 200 == client.get("/search?q=%ff%fe%80").status_code
