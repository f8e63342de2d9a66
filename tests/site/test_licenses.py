"""Under what licence a post may be used (pages §1, S24): its own, else what the owner prefers."""

import mf2py
import pytest
from bs4 import BeautifulSoup

ME = "http://site.example/"
BY = "https://creativecommons.org/licenses/by/4.0/"
ZERO = "https://creativecommons.org/publicdomain/zero/1.0/"


@pytest.fixture
def read(client):
    """The properties of a post, and the rels of its page."""

    def look(post):
        found = mf2py.parse(BeautifulSoup(client.get(post.path).text, "lxml"), url=ME)
        return found["items"][0]["properties"], found["rels"]

    return look


def test_none_unless_somebody_says_so(publish, read):
    properties, rels = read(publish(content="x"))
    assert ("license" in properties, "license" in rels) == (False, False)


def test_that_of_the_site(publish, read, store):
    store.preferences.put("license", BY)
    properties, rels = read(publish(content="x"))
    assert ([BY], [BY]) == (properties["license"], rels["license"])


def test_a_posts_own_goes_before(publish, read, store):
    store.preferences.put("license", BY)
    properties, rels = read(publish(content="x", license=ZERO))
    assert ([ZERO], [ZERO]) == (properties["license"], rels["license"])


def test_in_a_list_each_post_has_its_own(publish, client, store):
    """And the list has none: rel=license speaks of a whole page."""
    store.preferences.put("license", BY)
    publish(content="one")
    publish(content="two", license=ZERO)
    found = mf2py.parse(BeautifulSoup(client.get("/").text, "lxml"), url=ME)
    assert {BY, ZERO} == {one["properties"]["license"][0] for one in found["items"][1]["children"]}
    assert "license" not in found["rels"]


def test_words_that_are_no_address_are_listed(publish, client, read):
    post = publish(content="x", license="ask me")
    assert "license" not in read(post)[0]
    assert "ask me" in client.get(post.path).text


@pytest.mark.parametrize(
    ("url", "name"), [(BY, "CC BY 4.0"), (BY.replace("by", "by-nc-sa"), "CC BY-NC-SA 4.0"), (ZERO, "CC0"), ("https://x.example/l", "x.example/l")]
)
def test_people_know_it_by_its_name(publish, client, url, name):
    link = BeautifulSoup(client.get(publish(content="x", license=url).path).text, "lxml").select_one("a.u-license")
    assert (name, url) == (link.string, link["href"])
