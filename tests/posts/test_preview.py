"""The link to what is not public."""

import pytest

from indie.mf2.item import Item
from indie.posts import preview
from indie.posts.post import Post

ME, SECRET = "http://site.example/", b"s" * 32


def key(number, secret=SECRET):
    post = Post("/x", Item(("h-entry",), {}), "note", id=number)
    return preview.url(ME, secret, post).removeprefix(f"{ME}preview/")


@pytest.mark.parametrize("number", [1, 7, 10**17])
def test_it_says_which_post(number):
    assert number == preview.post_id(SECRET, key(number))


def test_it_holds_256_bits_that_nobody_can_guess():
    """Another site's secret makes another one."""
    assert 43 == len(key(7).partition("-")[2])
    assert None is preview.post_id(SECRET, key(7, b"t" * 32))


@pytest.mark.parametrize(
    "wrong",
    ["", "-", "7", "7-", "8" + key(7)[1:], key(7)[:-1], key(7) + "x", "０" + key(7)[1:], "-7", "9" * 30 + "-x", "7-é", "x"],
)
def test_what_we_did_not_make_opens_nothing(wrong):
    assert None is preview.post_id(SECRET, wrong)
