"""`kill -9` in the middle of sending: afterwards everybody is told, and nobody again who was noted as told."""

import os
import signal
import time
from collections import Counter
from urllib.parse import parse_qs

import pytest

from indie.store.deliveries import SENT
from tests.live.running import people, until

pytestmark = pytest.mark.live

MANY, EARLY = 60, 15
"""So many targets; something dies when so many of them have been asked."""

WORK = 0.3
"""Seconds that an endpoint takes, so that whatever dies does so in the middle of it."""

HOSTS = [f"127.0.5.{number}" for number in range(1, 7)]


@pytest.fixture
def others():
    """Hosts with pages that take webmentions."""

    def takes(handler):
        time.sleep(WORK)
        handler.send_response(202)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with people(*HOSTS) as made:
        for other in made:
            other.otherwise = (200, {"Link": "</wm>; rel=webmention"}, "<p>Read me.")
            other.pages["/wm"] = takes
        yield made


def asked(others):
    """Whom we told, and how often: whatever reached an endpoint."""
    return Counter(parse_qs(form)["target"][0] for other in others for _, form in other.posted)


def kill_the_worker(site):
    os.kill(site.worker(), signal.SIGKILL)


def kill_everything(site):
    site.kill()


@pytest.mark.parametrize("kill", [kill_the_worker, kill_everything])
def test_everybody_is_told_and_nobody_again_who_was_noted_as_told(site, others, kill):
    """Only those may hear it twice who were being told at that moment."""
    site.owner()
    site.start()
    until(site.worker)
    targets = [f"{others[number % len(others)].home}{number}" for number in range(MANY)]
    store = site.store()
    site.micropub({"content": [{"html": "".join(f'<p><a href="{target}">one</a>' for target in targets)}]})
    until(lambda: sum(asked(others).values()) >= EARLY, pause=0.01)
    kill(site)
    noted = {delivery.target for delivery in store.deliveries.of(1) if delivery.state == SENT}
    assert 0 < len(noted) < MANY - len(others)
    if kill is kill_everything:
        site.start()
    until(lambda: {SENT} == {delivery.state for delivery in store.deliveries.of(1)})
    store.database.close()
    told = asked(others)
    assert sorted(targets) == sorted(told)
    assert {1} == {told[target] for target in noted}
    assert 2 >= max(told.values())
