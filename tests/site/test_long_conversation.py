"""A conversation of thousands: its pages, their addresses, and what they cost (DESIGN §2, pages §2.6)."""

import re
from urllib.parse import urlsplit

import mf2py
import pytest
from bs4 import BeautifulSoup

from indie.webmention import addresses
from tests.load.crowd_of_responses import fill, queries
from tests.webmention.conftest import ME

LARGEST = 400_000
"""Bytes of HTML that a page may have."""


@pytest.fixture
def long(store, post):
    """The note with 600 replies, every fourth to itself, and 300 likes: six pages."""
    fill(store, post, ME, replies=600, likes=300)
    return post


@pytest.fixture
def page(client):
    """`page(address)` is what stands there."""

    def get(url):
        parts = urlsplit(url)
        answer = client.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        assert 200 == answer.status_code
        return BeautifulSoup(answer.text, "lxml")

    return get


def numbers(found):
    """The ids of the responses of a page."""
    return [int(one["id"].removeprefix("c-")) for one in found.select('#comments [id^="c-"]')]


def href(found, words):
    """Where a link of the first list of pages leads."""
    return next(link["href"] for link in found.select_one("nav.pages")("a") if words in link.get_text())


class TestPages:
    def test_whoever_goes_on_reads_everything_once(self, page, long):
        """From the first page by its links; every response on one page, at most 250 on each."""
        found, seen = page(long.path), []
        while True:
            here = numbers(found)
            assert len(here) <= 250
            seen += here
            link = found.select_one('nav.pages a[rel="next"]')
            if link is None:
                break
            found = page(link["href"])
        assert list(range(1, 901)) == sorted(seen)

    def test_the_first_has_the_oldest(self, page, long):
        assert 1 == min(numbers(page(long.path)))

    def test_the_newest_is_one_step_away(self, page, long):
        """The link names the reply itself."""
        url = href(page(long.path), "Newest")
        assert "#c-600" == "#" + urlsplit(url).fragment
        assert page(url).find(id="c-600")

    def test_from_the_last_it_goes_back_to_the_first(self, page, long):
        last = page(href(page(long.path), "Newest"))
        assert f"{long.url(ME)}#comments" == href(last, "First")

    def test_a_page_says_which_it_is(self, page, long):
        found = page(f"{long.path}?page=2")
        assert "Page 2 of 4" in found.select_one("nav.pages").get_text()
        assert "(2)" in found.title.string

    def test_its_neighbours_are_told_to_software(self, client, long):
        url = long.url(ME)
        answer = client.get(f"{long.path}?page=2")
        assert {f'<{url}>; rel="prev"', f'<{url}?page=3>; rel="next"'} <= set(answer.headers.getlist("Link"))
        assert f'<link rel="next" href="{url}?page=3">' in answer.text

    @pytest.mark.parametrize("query", ["?page=2", "?page=3", ""])
    def test_the_post_is_what_they_are_pages_of(self, page, long, query):
        """§2.2: query variants point to the permalink."""
        found = page(long.path + query)
        assert [long.url(ME)] == [link["href"] for link in found.find_all("link", rel="canonical")]
        (entry,) = mf2py.parse(doc=found, url=long.url(ME) + query)["items"]
        assert [long.url(ME)] == entry["properties"]["url"]
        assert ["A fence is a promise."] == [one["value"] for one in entry["properties"]["content"]]

    def test_a_short_conversation_has_no_pages(self, store, page, post):
        fill(store, post, ME, replies=200, likes=50)
        found = page(post.path)
        assert (250, []) == (len(numbers(found)), found.select("nav.pages"))

    @pytest.mark.parametrize("number", ["0", "-1", "x", "", "2.5", "٣", "1e3", "99999999999999999999"])
    def test_what_is_no_number_is_the_first_page(self, client, long, number):
        """As any other parameter that means nothing here."""
        assert client.get(long.path).data == client.get(long.path, query_string={"page": number}).data

    def test_beyond_the_end_is_the_last(self, client, long):
        """Somebody deleted what was there."""
        answer = client.get(f"{long.path}?page=77")
        assert (302, f"{long.url(ME)}?page=4") == (answer.status_code, answer.headers["Location"])

    def test_beyond_the_end_of_a_short_one_is_the_post(self, client, post):
        answer = client.get(f"{post.path}?page=2")
        assert (302, post.url(ME)) == (answer.status_code, answer.headers["Location"])

    def test_no_address_but_one_has_the_first_page(self, client, long):
        answer = client.get(f"{long.path}?page=1")
        assert (302, long.url(ME)) == (answer.status_code, answer.headers["Location"])


class TestPlace:
    def test_an_anchor_leads_to_its_page(self, client, page, long):
        for number in (1, 200, 600, 601, 900):
            answer = client.get(f"{long.path}?page=c-{number}")
            assert 302 == answer.status_code
            assert urlsplit(answer.headers["Location"]).fragment == f"c-{number}"
            assert page(answer.headers["Location"]).find(id=f"c-{number}")

    def test_of_what_is_not_there_to_the_first(self, client, long):
        assert f"{long.url(ME)}#c-5000" == client.get(f"{long.path}?page=c-5000").headers["Location"]

    def test_the_page_of_a_comment_leads_to_it(self, page, long):
        link = page("/c/600").select_one("main .meta a")["href"]
        assert page(link).find(id="c-600")

    def test_the_page_of_a_like_is_its_place(self, client, page, long):
        answer = client.get("/c/900")
        assert 303 == answer.status_code
        assert page(answer.headers["Location"]).find(id="c-900")

    def test_the_status_of_a_webmention_leads_to_it(self, client, store, page, long):
        """Also years later: the address names the response and no number of a page."""
        status = page(f"/webmention/{store.webmentions.get(900).token}")
        url = status.find("a", string="See it where it stands")["href"]
        assert f"{long.url(ME)}?page=c-900#c-900" == url
        assert page(client.get(f"{long.path}?page=c-900").headers["Location"]).find(id="c-900")

    def test_feeds_of_responses_lead_to_it(self, client, long):
        (first, *_) = client.get(f"{long.path}/responses.json").json["items"]
        assert f"{long.url(ME)}?page=c-900#c-900" == first["url"]

    def test_a_webmention_to_such_an_address_answers_the_response(self, store, long):
        """Whoever copied it from the address bar, page and all."""
        found = addresses.find(store, ME, f"{long.url(ME)}?page=3#c-600")
        assert (long.id, 600) == (found.post.id, found.comment)

    def test_what_goes_on_says_where_it_answers(self, store, page, post):
        """A thread of 300: what stands on the second page leads to its parent on the first."""
        fill(store, post, ME, replies=300, every=300)
        orphan = page(f"{post.path}?page=2").select_one(".comment-thread > .comment > .orphan")
        name, where = orphan("a")
        assert ["u-in-reply-to"] == name["class"]
        assert page(where["href"]).find(id=urlsplit(where["href"]).fragment)


class TestFaces:
    def test_ten_thousand_likes_are_a_number_and_some_faces(self, store, page, post):
        fill(store, post, ME, likes=2_000)
        found = page(post.path)
        assert "2000 likes" == found.select_one(".faces h3").string
        assert (250, 8) == (len(found.select(".u-like")), len(found.select(".faces > div > ul > .u-like")))
        assert "and 1992 more" == found.select_one(".faces summary").string
        assert f"{post.url(ME)}?page=2" == found.select_one(".faces details a[href*=page]")["href"]

    def test_likes_of_a_reply_fold_too(self, store, page, post):
        fill(store, post, ME, replies=1, likes=60, liked=1)
        reply = page(post.path).select_one("#c-1")
        assert (50, 8) == (len(reply.select(".u-like")), len(reply.select(":scope > ul > .u-like")))
        assert "and 52 more" == reply.summary.string


class TestFormats:
    def test_they_give_the_whole(self, client, long):
        found = client.get(f"{long.path}?format=mf2json").json["items"][0]["properties"]
        assert (150, 300) == (len(found["comment"]), len(found["like"]))
        assert 601 == len(client.get(f"{long.path}?format=jsonfeed").json["items"])


class TestCost:
    """Ceilings, so that no page grows with what is on others."""

    def test_a_page_of_ten_thousand(self, store, client, post):
        """HTML of 250 responses, and statements that do not grow with the faces on it."""
        fill(store, post, ME, replies=9_000, likes=1_000)
        for query in ("", "?page=20", "?page=40"):
            with queries(store) as asked:
                answer = client.get(post.path + query)
            assert 200 == answer.status_code
            assert len(answer.data) < LARGEST
            # Why so many: the names of 10,000 are looked up a hundred at a time.
            assert len(asked) < 150

    def test_a_list_counts_without_a_look_at_each(self, store, client, post):
        fill(store, post, ME, replies=2_000, likes=500)
        with queries(store) as asked:
            text = client.get("/").text
        assert ("2000 replies", "500 reactions") == tuple(re.findall(r">(\d+ (?:replies|reactions))<", text))
        assert len(asked) < 30

    def test_a_list_asks_once_for_all_its_posts(self, store, client, publish):
        """As much for twenty as for ten."""
        asked = []
        for _ in range(2):
            for number in range(10):
                fill(store, publish(content=f"Note {number}."), ME, replies=1, likes=1)
            with queries(store) as some:
                assert 200 == client.get("/").status_code
            # Why not all: the memory asks what has changed, and whatever reads the page back looks up each post on it.
            asked.append([sql for sql in some if "FROM changes" not in sql and "paths.path = :path" not in sql])
        assert len(asked[0]) == len(asked[1])
