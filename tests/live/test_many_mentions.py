"""
A hundred webmentions from ten hosts, two of which never answer: the living are shown in time.

How long a thousand take, and what parsing alone takes, tells `tests/load/webmentions.py`.
"""

import contextlib
import socket

import pytest
from bs4 import BeautifulSoup

from tests.live.running import people, until

pytestmark = pytest.mark.live

LIVING = [f"127.0.2.{number}" for number in range(1, 9)]
DEAD = ["127.0.2.9", "127.0.2.10"]
EACH = 10

SECONDS = 30
"""A deadline for a machine with other things to do. Each that never answers takes 10 s, two of a host at a time."""


@pytest.fixture
def silent():
    """Two addresses at which a connection is taken and not a word is said."""
    with contextlib.ExitStack() as stack:
        doors = [stack.enter_context(socket.create_server((host, 0), backlog=64)) for host in DEAD]
        yield ["http://{}:{}/".format(*door.getsockname()) for door in doors]


@pytest.mark.parametrize("first", ["the dead", "the living"])
def test_the_living_are_shown_although_the_dead_never_answer(site, silent, first):
    """Whoever was sent first; and the dead are told to wait for another try."""
    with people(*LIVING) as living:
        site.settings["INDIE_RATE_LIMIT"] = "off"
        site.owner()
        site.start()
        until(site.worker)
        post = site.micropub({"content": ["Who is there?"]})
        for number in range(len(living) * EACH):
            living[number % len(living)].pages[f"/{number}"] = (
                f'<div class="h-entry"><a class="u-in-reply-to" href="{post}">x</a>'
                f'<p class="p-author h-card">Neighbour {number}</p><p class="e-content">Here is {number}.</p></div>'
            )
        good = [f"{living[number % len(living)].home}{number}" for number in range(len(living) * EACH)]
        bad = [f"{home}{number}" for home in silent for number in range(EACH)]
        sources = bad + good if first == "the dead" else good + bad
        sent = {source: site.mention(source, post) for source in sources}
        until(lambda: site.page(post).count('class="comment u-comment') == len(good), seconds=SECONDS, pause=0.5)
        said = site.status(sent[bad[0]])
    comments = BeautifulSoup(site.page(post), "lxml").select("#comments .comment-text")
    assert {f"Here is {number}." for number in range(len(good))} == {one.get_text(strip=True) for one in comments}
    assert said["status"] in ("queued", "fetching", "error")
