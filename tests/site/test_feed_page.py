"""A feed as a page: for a browser that follows a link, and for nobody else (decision 8)."""

import pytest
from bs4 import BeautifulSoup

from indie.posts.topics import FORMS

ME = "http://site.example/"
NAVIGATION = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}
FEEDS = [*(f"/feed.{form}" for form in FORMS), "/notes.atom", "/responses.atom", "/responses.json"]
OTHERS = {
    "curl": {},
    "a reader": {"Accept": "application/atom+xml, text/html;q=0.9"},
    "an old browser": {"Accept": "text/html,application/xhtml+xml"},
    "a script of a page": {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"},
    "a frame": {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"},
}


@pytest.fixture
def post(publish, owner):
    return publish(content="A fence is a promise.")


class TestPage:
    @pytest.fixture
    def page(self, client, post):
        return lambda path="/feed.atom": BeautifulSoup(client.get(path, headers=NAVIGATION).text, "lxml")

    @pytest.mark.parametrize("path", FEEDS)
    def test_html_for_no_search_engine(self, client, post, path):
        answer = client.get(path, headers=NAVIGATION)
        assert (200, "text/html", "noindex") == (answer.status_code, answer.mimetype, answer.headers["X-Robots-Tag"])
        assert '<meta name="robots" content="noindex">' in answer.text

    @pytest.mark.parametrize("path", FEEDS)
    def test_the_address_to_copy(self, page, path):
        assert ME + path[1:] == page(path).select_one("input[readonly]")["value"]

    def test_what_is_in_it(self, page, post):
        assert [post.url(ME)] == [link["href"] for link in page().select("main li a")]

    def test_the_way_to_the_page_and_to_how_it_is_done(self, page):
        assert {ME, f"{ME}subscribe"} <= {link["href"] for link in page().select("main a")}

    def test_software_finds_the_feed(self, page):
        found = [(link["type"], link["href"]) for link in page().select('link[rel="alternate"]')]
        assert [("application/atom+xml", f"{ME}feed.atom")] == found

    def test_an_empty_one(self, client):
        assert "Nothing yet." in client.get("/feed.atom", headers=NAVIGATION).text

    def test_no_such_list(self, client):
        assert 404 == client.get("/tags/goats.atom", headers=NAVIGATION).status_code


class TestEverybodyElse:
    @pytest.mark.parametrize("who", OTHERS)
    @pytest.mark.parametrize("path", FEEDS)
    def test_gets_the_feed_byte_for_byte(self, client, post, path, who):
        client.get(path, headers=NAVIGATION)
        one, two = client.get(path), client.get(path, headers=OTHERS[who])
        assert (one.data, one.headers["Content-Type"], one.headers["ETag"]) == (two.data, two.headers["Content-Type"], two.headers["ETag"])
        assert "html" not in two.headers["Content-Type"]


class TestCaches:
    @pytest.mark.parametrize("path", FEEDS)
    def test_our_own_keeps_them_apart(self, client, post, path):
        """Whoever asks first."""
        kinds = [client.get(path, headers=headers).mimetype for headers in ({}, NAVIGATION, {}, NAVIGATION)]
        assert ["text/html"] * 2 == kinds[1::2]
        assert "text/html" not in kinds[::2]

    @pytest.mark.parametrize("headers", [{}, NAVIGATION])
    @pytest.mark.parametrize("path", FEEDS)
    def test_are_told_what_it_depends_on(self, client, post, path, headers):
        """RFC 9110 §12.5.5; in a 304 as well (§15.4.5)."""
        answer = client.get(path, headers=headers)
        again = client.get(path, headers={**headers, "If-None-Match": answer.headers["ETag"]})
        assert 304 == again.status_code
        assert all({"Sec-Fetch-Dest", "Sec-Fetch-Mode"} <= set(one.vary) or {"sec-fetch-dest", "sec-fetch-mode"} <= set(one.vary) for one in (answer, again))

    @pytest.mark.parametrize("path", FEEDS)
    def test_one_is_not_the_other(self, client, post, path):
        feed, page = client.get(path), client.get(path, headers=NAVIGATION)
        assert feed.headers["ETag"] != page.headers["ETag"]
        assert 200 == client.get(path, headers={**NAVIGATION, "If-None-Match": feed.headers["ETag"]}).status_code
