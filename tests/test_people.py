"""Who is meant by an @nickname."""

import pytest

from indie import people, publishing, times
from indie.mf2.item import Item
from indie.webmention import moderation, process

ME = "http://site.example/"


@pytest.fixture
def card(store, storage):
    """Post a card: `card(nickname="ann", url="https://ann.example/")`."""

    def make(visibility="public", **properties):
        item = Item(("h-card",), {name: [value] for name, value in properties.items()} | {"visibility": [visibility]})
        publishing.create(store, storage, ME, times.now(), item, {})

    return make


@pytest.fixture
def heard(store, storage, shop, frozen_web):
    """Let somebody answer: `heard("ann.example", '<a class="u-url p-name" href="/">Ann</a>')`."""
    item = Item(("h-entry",), {"content": ["A fence is a promise."]})
    post = publishing.create(store, storage, ME, times.now(), item, {})
    target = post.url(ME)

    def make(host, author):
        source = f"https://{host}/1"
        frozen_web.pages[source] = (
            "HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\n\n"
            f'<div class="h-entry"><a class="u-in-reply-to" href="{target}">x</a><p class="e-content">Yes.</p>'
            f'<div class="p-author h-card">{author}</div></div>'
        ).encode()
        webmention = process.queue(store, source, target, post, times.now())
        process.process(store, shop.fetcher, shop.parser, ME, webmention.id, times.now(), last=False)
        return webmention

    return make


def mentioned(store, text):
    return people.mentioned(store, Item(("h-entry",), {"content": [text]}))


def test_by_the_nickname_of_who_answered(store, heard):
    heard("ann.example", '<a class="u-url p-name" href="/">Ann Ample</a> <span class="p-nickname">annie</span>')
    assert {"annie": "https://ann.example/"} == mentioned(store, "Hello @Annie and @ann")


def test_by_a_name_of_one_word(store, heard):
    heard("jon.example", '<a class="u-url p-name" href="/">Jon</a>')
    assert {"jon": "https://jon.example/"} == mentioned(store, "@jon")


def test_who_was_rejected_is_nobody(store, heard):
    heard("jon.example", '<a class="u-url p-name" href="/">Jon</a>')
    moderation.reject(store, "https://jon.example/1", times.now())
    assert {} == mentioned(store, "@jon")


def test_a_newcomer_takes_nobodys_name(store, heard):
    heard("jon.example", '<a class="u-url p-name" href="/">Jon</a>')
    heard("evil.example", '<a class="u-url p-name" href="/">Jon</a>')
    assert {"jon": "https://jon.example/"} == mentioned(store, "@jon")


def test_a_card_of_the_owners_goes_first(store, heard, card):
    heard("jon.example", '<a class="u-url p-name" href="/">Jon</a>')
    card(nickname="jon", url="https://other.example/")
    assert {"jon": "https://other.example/"} == mentioned(store, "@jon")


def test_a_private_card_is_told_nobody(store, card):
    card(nickname="ann", url="https://ann.example/", visibility="private")
    assert {} == mentioned(store, "@ann")


@pytest.mark.parametrize("content", ["Nobody here", {"html": "<p>@ann</p>"}])
def test_nobody_is_looked_up_where_nobody_can_be_meant(store, card, content):
    card(nickname="ann", url="https://ann.example/")
    assert {} == mentioned(store, content)


def test_a_card_without_address_is_nobody(store, card):
    card(nickname="ann", name="Ann")
    assert {} == mentioned(store, "@ann")
