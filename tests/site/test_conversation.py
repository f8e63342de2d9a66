"""The conversation under a post, gathered from what is stored (Webmention spec §4.2, pages §2.6)."""

import mf2py
import pytest
from bs4 import BeautifulSoup

from indie import publishing, times
from indie.webmention import moderation
from tests.webmention.conftest import html

ME = "http://site.example/"


@pytest.fixture
def replies(client):
    """The replies on a post's page as (text, replies below), all the way down."""

    def of(post):
        (entry,) = mf2py.parse(doc=client.get(post.path).text, url=post.url(ME), html_parser="lxml")["items"]
        return tree(entry)

    return of


def tree(item):
    return [(said["properties"]["content"][0]["value"], tree(said)) for said in item["properties"].get("comment", [])]


@pytest.fixture
def said(store, receive, answer, look, frozen_web):
    """`said(url, text, *answered)`: somebody's page says so, and was received."""

    def say(url, text, to, *answered):
        links = "".join(f'<a class="u-in-reply-to" href="{one}">x</a>' for one in (to, *answered))
        page = html(
            f'<div class="h-entry">{links}<p class="e-content">{text}</p>'
            '<a class="p-author h-card" href="/">Ann</a></div>'
        )
        webmention, _ = look(receive(page, url))
        assert "verified" == webmention.state

    return say


def test_a_reply_to_a_reply_is_nested(said, replies, post, target):
    said("http://ann.example/1", "One.", target)
    said("http://ben.example/2", "Two.", target, "http://ann.example/1")
    assert [("One.", [("Two.", [])])] == replies(post)


def test_a_late_parent_takes_its_replies_along(said, replies, post, target):
    said("http://ben.example/2", "Two.", target, "http://ann.example/1")
    assert [("Two.", [])] == replies(post)
    said("http://ann.example/1", "One.", target)
    assert [("One.", [("Two.", [])])] == replies(post)


def test_a_parent_that_is_deleted_leaves_its_place_to_its_replies(said, client, receive, look, post, target):
    said("http://ann.example/1", "One.", target)
    said("http://ben.example/2", "Two.", target, "http://ann.example/1")
    look(receive(b"HTTP/1.1 410 Gone\n\n", "http://ann.example/1"))
    assert "[deleted]" in client.get(post.path).text
    assert "One." not in client.get(post.path).text


def test_what_is_rejected_is_not_there(said, replies, store, post, target):
    said("http://ann.example/1", "One.", target)
    with store.write():
        moderation.reject(store, "http://ann.example/1", times.now())
    assert [] == replies(post)


def test_the_owners_reply_stands_at_once(said, replies, publish, owner, post, target):
    """Nothing is sent or fetched for it: the database knows what it answers."""
    said("http://ann.example/1", "One.", target)
    publish(content="Mine.", in_reply_to="http://ann.example/1")
    assert [("One.", [("Mine.", [])])] == replies(post)


@pytest.mark.parametrize("away", [{"visibility": "private"}, {"post_status": "draft"}])
def test_the_owners_private_reply_does_not(said, replies, publish, post, target, away):
    publish(content="Mine.", in_reply_to=target, **away)
    assert [] == replies(post)


def test_the_owners_deleted_reply_goes(replies, publish, store, post, target):
    own = publish(content="Mine.", in_reply_to=target)
    publishing.delete(store, own, ME, times.now())
    assert [] == replies(post)


def test_a_reply_to_the_owners_reply_stands_in_both(said, replies, publish, receive, look, post, target):
    """On the page of that reply, and in the thread that it belongs to."""
    said("http://ann.example/1", "One.", target)
    own = publish(content="Mine.", in_reply_to="http://ann.example/1")
    page = html(
        f'<div class="h-entry"><a class="u-in-reply-to" href="{own.url(ME)}">x</a><p class="e-content">Three.</p></div>'
    )
    webmention = receive(page, "http://ann.example/3", own.url(ME), own)
    look(webmention)
    assert [("Three.", [])] == replies(own)
    assert [("One.", [("Mine.", [("Three.", [])])])] == replies(post)


def test_a_target_with_a_query_answers_the_post(receive, look, replies, client, post, target):
    """It is no orphan that answers “a post on site.example which is not here”."""
    page = html(f'<div class="h-entry"><a class="u-in-reply-to" href="{target}?ref=9">x</a><p class="e-content">Q.</p></div>')
    look(receive(page, "http://ann.example/q", f"{target}?ref=9"))
    assert [("Q.", [])] == replies(post)
    assert "which is not here" not in client.get(post.path).text


def test_a_chain_of_three_hundred(store, post, publish, client, target):
    """However long two people answer each other, its two pages come, with every word on them."""
    before = target
    with store.write():
        for number in range(300):
            before = publish(content=f"Turn {number}.", in_reply_to=before).url(ME)
    answers = [client.get(post.path), client.get(f"{post.path}?page=2")]
    text = "".join(answer.text for answer in answers)
    assert ([200, 200], []) == (
        [answer.status_code for answer in answers], [number for number in range(300) if f"Turn {number}." not in text]
    )  # fmt: skip


def test_home_counts_what_stands_below(said, client, post, target, publish):
    said("http://ann.example/1", "One.", target)
    publish(content="Mine.", in_reply_to="http://ann.example/1")
    assert "2 replies" in client.get("/").text


def test_nobody_speaks_in_the_owners_name(said, client, receive, look, post, target, owner):
    """A card elsewhere that claims the owner's address is shown without it, and without his badge."""
    page = html(
        f'<div class="h-entry"><a class="u-in-reply-to" href="{target}">x</a><p class="e-content">Send me money.</p>'
        f'<a class="p-author h-card" href="{ME}">Olaf Owner</a></div>'
    )
    look(receive(page, "http://evil.example/1"))
    conversation = client.get(post.path).text.partition('id="comments"')[2]
    assert "Send me money." in conversation
    assert 'class="badge"' not in conversation
    assert "via evil.example" in conversation


def test_of_many_lines_the_first_ten_stand_here(said, client, post, target):
    """Webmention spec §3.4: nobody fills the page with empty lines; the rest is where it was written."""
    said("http://ann.example/1", "<br>".join(f"line {n}." for n in range(40)), target)
    page = client.get(post.path).text
    assert "line 9. …" in page
    assert "line 10." not in page
    assert "Read the rest at ann.example" in page


def test_the_host_of_a_mention_stands_apart_from_its_words(receive, look, answer, client, post, target):
    look(receive(answer("See this page.", "x")))
    row = BeautifulSoup(client.get(post.path).text, "lxml").select_one("#comments .u-mention")
    assert "See this page. on ann.example" in " ".join(row.get_text().split())
