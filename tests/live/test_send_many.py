"""One post that links to a hundred hosts, twenty of which never answer: the living are told in time."""

import contextlib
import socket
import time

import pytest

from tests.live.crowd import Crowd
from tests.live.running import until

pytestmark = pytest.mark.live

LIVING, SILENT = 80, 20
SLOWEST = 1.0
"""Seconds that the slowest living host takes to answer, once for its page and once for its endpoint."""

SECONDS = 15.0
"""The deadline for the living. Each that never answers takes 10 s."""


def addresses(block, count):
    return [f"127.0.{block}.{number}" for number in range(1, count + 1)]


@pytest.fixture
def living():
    """Hosts that answer, each a little slower than the one before."""
    crowd = Crowd({host: SLOWEST * number / LIVING for number, host in enumerate(addresses(3, LIVING), start=1)})
    yield crowd
    crowd.close()


@pytest.fixture
def silent():
    """Hosts at which a connection is taken and not a word is said."""
    with contextlib.ExitStack() as stack:
        doors = [stack.enter_context(socket.create_server((host, 0), backlog=8)) for host in addresses(4, SILENT)]
        yield ["http://{}:{}/".format(*door.getsockname()) for door in doors]


@pytest.mark.parametrize("first", ["the silent", "the living"])
def test_the_living_are_told_in_time_although_the_silent_never_answer(site, living, silent, first):
    """Whoever is named first; and the silent are to be told again."""
    site.owner()
    site.start()
    until(site.worker)
    targets = silent + living.homes if first == "the silent" else living.homes + silent
    linked = "".join(f'<p><a href="{target}">one</a>' for target in targets)
    began = time.monotonic()
    site.micropub({"content": [{"html": linked}]})
    until(lambda: len(living.told) == LIVING, seconds=2 * SECONDS, pause=0.02)
    took = living.told[-1][0] - began
    print(f"{first} first: {took:.1f} s, {took - 2 * SLOWEST:.1f} s over the slowest living host")  # noqa: T201
    assert sorted(living.homes) == sorted(target for _, target in living.told)
    assert took <= SECONDS
    store = site.store()
    states = {delivery.target: delivery.state for delivery in store.deliveries.of(1)}
    store.database.close()
    assert {"due"} == {states[target] for target in silent}
