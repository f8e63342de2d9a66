"""What the owner prefers, as it is kept."""

import pytest

from indie import preferences
from indie.errors import InvalidRequest
from indie.preferences import Channel
from indie.store import Store


def test_until_one_is_set_all_are_defaults(store):
    assert preferences.DEFAULT == store.preferences.get()


def test_what_is_put_is_there_after_a_restart(store, settings):
    store.preferences.put("channels", '[{"uid": "walks", "name": "Walks"}]')
    store.database.close()
    opened = Store.open(settings)
    assert (Channel("walks", "Walks"),) == opened.preferences.get().channels
    opened.database.close()


def test_it_is_put_again(store):
    store.preferences.put("content", "markdown")
    store.preferences.put("content", "text")
    assert ("text", {"content": "text"}) == (store.preferences.get().content, store.preferences.texts())


def test_nothing_puts_the_default_back(store):
    store.preferences.put("content", "markdown")
    store.preferences.put("content", " ")
    assert (preferences.DEFAULT, {}) == (store.preferences.get(), store.preferences.texts())


@pytest.mark.parametrize(("name", "text"), [("content", "html"), ("nothing", "text"), ("nothing", "")])
def test_what_cannot_be_changes_nothing(store, name, text):
    store.preferences.put("content", "markdown")
    with pytest.raises(InvalidRequest, match=name):
        store.preferences.put(name, text)
    assert {"content": "markdown"} == store.preferences.texts()
