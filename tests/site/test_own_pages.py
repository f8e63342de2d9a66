"""Pages of the owner's that are no posts, and those that every site has."""

import re

import mf2py
import pytest
from bs4 import BeautifulSoup

from indie import times
from indie.errors import InvalidRequest
from indie.site import own_pages

ME = "http://site.example/"


@pytest.fixture
def write(store):
    """`write("now", "# Now …")` writes a page."""
    return lambda name, text, menu=0: store.pages.put(own_pages.read(name, text, menu), times.now())


def test_its_heading_is_the_title(client, write, owner):
    write("now", "# What I do *now*\n\nI mend [fences](https://a.example/).\n")
    page = BeautifulSoup(client.get("/now/").text, "lxml")

    assert ("What I do *now* – Olaf Owner", "What I do *now*") == (page.title.text, page.h1.text)
    assert "I mend fences." == page.main.p.text
    assert f"{ME}now/" == page.find("link", rel="canonical")["href"]


def test_without_a_heading_its_name_is(client, write):
    write("colophon", "Made by hand.")
    assert "Colophon" == BeautifulSoup(client.get("/colophon/").text, "lxml").h1.text


def test_it_is_clean(client, write):
    write("now", "# <b>Now</b>\n\n<script>alert(1)</script> [x](javascript:alert(1))")
    page = BeautifulSoup(client.get("/now/").text, "lxml")
    assert not page.find_all(["script", "b"])
    assert not page.find_all(href=re.compile("^javascript:"))


def test_it_is_no_entry(client, write):
    """It is no post: readers of microformats find none."""
    write("now", "Fences.")
    assert [] == mf2py.parse(doc=client.get("/now/").text, html_parser="lxml")["items"]


def test_without_the_slash(client, write):
    write("now", "Fences.")
    assert 200 == client.get("/now").status_code


def test_404_of_none(client, write):
    write("now", "Fences.")
    for path in ("/never/", "/now/then/", "/Now/"):
        assert 404 == client.get(path).status_code


def test_the_menu_has_what_was_put_there_in_its_order(client, write):
    write("uses", "# What I use", 2)
    write("now", "# Now", 1)
    write("secret", "# Secret")
    links = [(link["href"], link.text) for link in BeautifulSoup(client.get("/").text, "lxml").footer("a")]

    assert [(f"{ME}now/", "Now"), (f"{ME}uses/", "What I use")] == [one for one in links if one[1] in ("Now", "What I use", "Secret")]


@pytest.mark.parametrize("name", ["", "-", "Now", "a/b", "2026", "a.rss", "ä", "x" * 41, "now "])
def test_a_name_that_can_be_none_is_refused(name):
    with pytest.raises(InvalidRequest, match="name of a page"):
        own_pages.read(name, "x")


@pytest.mark.parametrize("name", ["notes", "tags", "search", "micropub", "archive", "account", "token", "webmention", "all"])
def test_a_name_that_is_taken(client, name):
    """Of a list, a page, or an address for programs."""
    assert not own_pages.is_free(client.application, name)


@pytest.mark.parametrize("name", ["now", "uses", "about", "privacy"])
def test_a_name_that_is_free(client, name):
    assert own_pages.is_free(client.application, name)


@pytest.mark.parametrize("name", ["privacy", "accessibility"])
class TestGiven:
    def test_is_there_before_it_is_written(self, client, name):
        answer = client.get(f"/{name}/")
        assert (200, name.capitalize()) == (answer.status_code, BeautifulSoup(answer.text, "lxml").h1.text)

    def test_says_what_the_owner_wrote(self, client, write, name):
        write(name, "# Mine\n\nOther words.")
        page = BeautifulSoup(client.get(f"/{name}/").text, "lxml")
        assert ("Mine", "Other words.") == (page.h1.text, page.main.find(class_="prose").text.strip())


def test_privacy_says_how_to_be_removed(client):
    """By the page of one's own, and by the notice that it changed."""
    assert BeautifulSoup(client.get("/privacy/").text, "lxml").find("a", href=f"{ME}webmention")


def test_every_page_leads_to_privacy_and_that_to_accessibility(client):
    """By the rel that software knows."""
    (link,) = BeautifulSoup(client.get("/").text, "lxml").footer("a", rel="privacy-policy")
    assert "/privacy/" == link["href"]
    assert BeautifulSoup(client.get("/privacy/").text, "lxml").find("a", href=f"{ME}accessibility/")
