"""Which lists and feeds show a post and what answers it."""

from dataclasses import replace

import pytest

from indie.mf2.item import Item
from indie.posts import topics
from indie.posts.post import Post

POST = Post("/1", Item(("h-entry",), {"content": ["About #walls."], "category": ["Fences & co"], "published": ["2026-07-23T12:00:00Z"]}), "note")


def test_home_its_kind_its_channels_and_its_tags():
    lists = ("", "all/", "notes/", "channels/walks/", "tags/fences%20%26%20co/", "tags/walls/")
    assert lists == tuple(topic for topic in topics.of(replace(POST, channels=("walks",))) if topic == "" or topic.endswith("/"))


def test_the_feeds_of_each():
    found = [topic for topic in topics.of(POST) if topic.endswith(".atom")]
    assert ["feed.atom", "all.atom", "notes.atom", "tags/fences%20%26%20co.atom", "tags/walls.atom"] == found


@pytest.mark.parametrize("more", [{"visibility": "unlisted"}, {"visibility": "private"}, {"status": "draft"}])
def test_none_for_what_no_list_may_name(more):
    assert () == topics.of(replace(POST, **more))


def test_an_answer_is_counted_at_home_and_stands_in_the_feeds():
    feeds = ("responses.atom", "responses.json")
    assert ("", *feeds, *(f"1/{name}" for name in feeds)) == topics.of_responses(POST)


@pytest.mark.parametrize("post", [None, replace(POST, visibility="private")])
def test_the_feeds_of_a_post_alone_where_there_are_any(post):
    assert ("", "responses.atom", "responses.json") == topics.of_responses(post)
