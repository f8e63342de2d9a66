"""The link for whoever makes a copy of a post: it is on the page for that one, and for nobody else."""

import json

import mf2py
import pytest
from bs4 import BeautifulSoup

from indie import publishing, times
from indie.mf2.item import Item

ME = "http://site.example/"
MASTODON, OTHER = "https://brid.gy/publish/mastodon?bridgy_omit_link=true", "https://mas.example/@me"


@pytest.fixture
def prefer(store):
    """`prefer(MASTODON)`: these are the places that posts can be copied to."""

    def put(*places):
        store.preferences.put("syndicate_to", json.dumps([{"uid": place, "name": place} for place in places]))

    return put


SAID = [
    {"content": ["Frost."]},
    {"like-of": ["https://them.example/1"]},
    {"name": ["Frost"], "content": [{"html": "<p>Cold.</p>"}]},
]


@pytest.fixture(params=SAID)
def post(request, store, storage, prefer):
    """A post that is to be copied to both."""
    prefer(MASTODON, OTHER)
    commands = {"mp-syndicate-to": [MASTODON, OTHER]}
    return publishing.create(store, storage, ME, times.now(), Item(("h-entry",), request.param), commands)


def links(html):
    return [link for link in BeautifulSoup(html, "lxml").select("article a") if link["href"] in (MASTODON, OTHER)]


def test_who_is_told_by_webmention_finds_a_link(client, post):
    assert [MASTODON] == [link["href"] for link in links(client.get(post.path).text)]


def test_it_is_hidden_and_empty(client, post):
    """So nobody sees it, hears it, or comes to it by the keyboard."""
    (link,) = links(client.get(post.path).text)
    assert ({"href", "hidden"}, "") == (set(link.attrs), link.text)


def test_no_list_has_it(client, post):
    assert [] == links(client.get("/").text)


def test_our_parser_sees_it(client, post, shop):
    """So does every receiver that verifies."""
    assert MASTODON in shop.parser.parse(client.get(post.path).data, post.url(ME)).links


def test_it_is_no_microformat(client, post, prefer, node):
    """To two parsers of other people's the post is what it is without it."""
    read = []
    for places in ((MASTODON,), ()):
        prefer(*places)
        html = client.get(post.path).text
        assert len(places) == len(links(html))
        read.append([mf2py.parse(doc=html, url=post.url(ME), html_parser="lxml"), node("mf2.mjs", html, post.url(ME))])
    for with_link, without in zip(*read, strict=True):
        assert [without["items"], without["rels"]] == [with_link["items"], with_link["rels"]]
