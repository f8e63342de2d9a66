"""The update and delete tests of webmention.rocks (webmention.md §1.2, §1.3): every endpoint is good once."""

import pytest


@pytest.fixture
def keys(sender):
    """`keys(path)` are those that the endpoints below a path were told by, each once."""

    def told(path):
        posts = sender.posts(path)
        assert len(posts) == len({one for one, _, _ in posts}), posts
        assert all("?key=" in one and status == 200 for one, status, _ in posts), posts
        return len(posts)

    return told


def test_update_1_a_link_is_added(sender, keys):
    """Both are told of the change, and the first is asked anew where."""
    post = sender.publish("/update/1")
    sender.settled()
    assert ["part 1"] == sender.rocks.ticks[post]
    sender.update(post, "/update/1", "/update/1/part/2")
    sender.settled()

    assert {"part 1", "part 2", "part 3"} == set(sender.rocks.ticks[post])
    assert (3, 3) == (keys("/update/1"), len(sender.gets("/update/1")))


def test_update_2_a_link_is_removed(sender, keys):
    """It is told all the same, and so is what is still linked to."""
    post = sender.publish("/update/2", "/update/2/part/2")
    sender.settled()
    assert {"one", "two"} == set(sender.rocks.ticks[post])
    sender.update(post, "/update/2")
    sender.settled()

    assert {"one", "two", "one again", "two again"} == set(sender.rocks.ticks[post])
    assert (4, 4) == (keys("/update/2"), len(sender.gets("/update/2")))


def test_delete_1_the_source_is_gone(sender, keys):
    """Its page answers 410 before anybody is told."""
    post = sender.publish("/delete/1")
    sender.settled()
    sender.micropub(action="delete", url=post)
    sender.settled()

    assert ["linked", "deleted"] == sender.rocks.ticks[post]
    assert (2, 2) == (keys("/delete/1"), len(sender.gets("/delete/1")))


def test_a_removed_link_is_remembered_for_ever(sender):
    """What became of the post is told to whoever knew it, two changes later too; undeleted it is told again."""
    post = sender.publish("/test/2")
    sender.settled()
    for paths in ((), ("/test/4",), ()):
        sender.update(post, *paths)
        sender.settled()
    sender.micropub(action="delete", url=post)
    sender.settled()
    sender.micropub(action="undelete", url=post)
    sender.settled()

    source = [one for one in sender.rocks.of("/test/2") if one.form.get("source") == [post]]
    assert ["Got it!", "Deleted.", *["no_link_found"] * 4] == [one.code for one in source]


def test_a_change_of_nothing_tells_nobody(sender):
    """The same content once more is no change."""
    post = sender.publish("/test/5")
    sender.settled()
    sender.update(post, "/test/5")
    sender.settled()

    assert 1 == len([one for one in sender.rocks.of("/test/5") if one.form.get("source") == [post]])
