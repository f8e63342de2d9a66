"""The owner's page of who follows in real time."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from indie import times
from indie.site import followers
from indie.store.subscribers import Asked
from tests.conformance.indieauth.conftest import NOW

SECRET = "nobody-is-told-this"


@pytest.fixture
def me(site):
    return site.extensions["indie"].settings.me


@pytest.fixture
def following(store, me):
    """`following(callback, path)`: one that follows a list of ours; failing: why it did not take what it was sent."""

    def make(callback="https://reader.example/1", path="", failing="", told=None, expires=NOW + timedelta(days=1)):
        with store.write():
            made = store.subscribers.ask(me + path, callback, callback.split("/")[2], Asked("subscribe", 1, SECRET, ""), NOW)
            store.subscribers.confirm(made, SECRET, expires)
            if told:
                store.subscribers.took(made, "digest", 204, told, due=False)
            if failing:
                store.subscribers.failed(made, 0, failing)

    return make


@pytest.fixture
def page(flow, clock):  # it is NOW
    def get():
        answer = flow.browser.get("/account/followers")
        assert 200 == answer.status_code
        return BeautifulSoup(answer.text, "lxml")

    return get


def words(element):
    return " ".join(element.get_text(" ").split())


def test_nobody(page):
    assert "Nobody yet." in words(page())


def test_each_list_has_its_number(page, following, me):
    following()
    following("https://reader.example/2")
    following(path="tags/fences/")
    lists = [(section.h2.a["href"], words(section.p)) for section in page().select("section:has(ul.keys)")]
    assert [(me, "2 followers."), (f"{me}tags/fences/", "1 follower.")] == lists


def test_callbacks_of_a_host_stand_together(page, following):
    following()
    following("https://reader.example/2", told=NOW)
    (item,) = page().select("ul.keys li")
    assert "reader.example (2) Told the last time " + times.day(NOW) in words(item)


def test_failures_stand_first_with_their_reason(page, following):
    following("https://a.example/")
    following("https://b.example/", failing="b.example answered 500")
    assert ["b.example Not told anything yet. It does not take what is new: b.example answered 500", "a.example Not told anything yet."] == [
        words(item) for item in page().select("ul.keys li")
    ]


def test_only_who_follows_at_this_moment(page, following):
    following(expires=NOW - timedelta(seconds=1))
    assert [] == page().select("ul.keys li")


def test_many_hosts_are_counted(page, following):
    for number in range(followers.MOST + 2):
        following(f"https://reader{number}.example/")
    shown = page()
    assert (followers.MOST, True) == (len(shown.select("ul.keys li")), "And 2 hosts more." in words(shown))


def test_no_secret_and_no_callback_is_shown(page, following):
    """A callback is as good as a key to whoever would write to that reader."""
    following("https://reader.example/unguessable", failing="reader.example answered 500")
    shown = str(page())
    assert (False, False) == (SECRET in shown, "unguessable" in shown)


def test_the_hubs(page, store, me):
    with store.write():
        store.preferences.put("hubs", "https://hub.example/")
    section = page().find("h2", string="Hubs").find_parent("section")
    assert [f"{me}hub", "https://hub.example/"] == [words(item) for item in section("li")]
