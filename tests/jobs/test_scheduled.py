"""Posts that are published at their time, by the worker."""

from datetime import timedelta

import pytest

from indie import publishing, times
from indie.mf2.item import Item

ME = "http://site.example/"


@pytest.fixture
def schedule(store, storage):
    """`schedule(hours)` is a post that was made two days ago, to be published so many hours from now."""

    def make(hours):
        now = times.now()
        properties = {"content": ["Soon."], "published": [times.rfc3339(now + timedelta(hours=hours))]}
        return publishing.create(store, storage, ME, now - timedelta(days=2), Item(("h-entry",), properties), {})

    return make


def test_its_time_came_while_nobody_worked(store, schedule, work, client):
    """After downtime it is published at once, dated as it was meant."""
    post = schedule(-3)
    assert 404 == client.get(post.path).status_code
    work()

    assert 200 == client.get(post.path).status_code
    assert post.published == store.posts.by_id(post.id).published


def test_once(store, schedule, work):
    post = schedule(-3)
    work()
    work()

    assert ["create", "publish"] == [version.change for version in store.revisions.of(post.id)]
    assert 0 == store.jobs.waiting()


def test_not_before(store, schedule, work, client):
    """The job waits until then."""
    post = schedule(3)
    work()

    assert 404 == client.get(post.path).status_code
    assert times.sortable(post.published) == times.sortable(store.jobs.next_due())


def test_a_post_that_is_put_off_is_not_published_by_the_old_job(store, schedule, work, client):
    post = schedule(-3)
    new = times.rfc3339(times.now() + timedelta(hours=3))
    item = Item(post.item.type, post.item.properties | {"published": [new]})
    publishing.update(store, ME, times.now() - timedelta(days=1), post, lambda _: item, {})
    work()

    assert 404 == client.get(post.path).status_code
    assert 1 == store.jobs.waiting()


def test_deleted_it_stays_away(store, schedule, work, client):
    post = schedule(-3)
    publishing.delete(store, post, ME, times.now() - timedelta(days=1))
    work()

    assert 404 == client.get(post.path).status_code
    assert 0 == store.jobs.waiting()
