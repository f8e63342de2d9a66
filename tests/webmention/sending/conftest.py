"""A real fetcher, other people's servers on loopback, and a canary (`tests.fetch.conftest`)."""

from dataclasses import replace

import pytest

from indie.jobs.worker import Worker
from tests.fetch.conftest import beside, canary, fetcher, resolver, start  # noqa: F401  # fixtures
from tests.live.running import people


@pytest.fixture
def mallory():
    """A hostile site, on 127.0.0.2, where the fetcher may go."""
    with people("127.0.0.2") as (one,):
        yield one


@pytest.fixture
def shop(shop, fetcher):  # noqa: F811
    """What jobs work with, on real sockets."""
    return replace(shop, fetcher=fetcher)


@pytest.fixture
def tell(shop, store, publish):
    """`tell(*targets)`: publish a post that links to these, run every job; the deliveries then."""

    def run(*targets, at=shop):
        post = publish(content={"html": "".join(f'<a href="{target}">x</a>' for target in targets)})
        Worker(at).run_until_idle()
        return store.deliveries.of(post.id)

    return run
