"""A post is copied by a bridge that works as Bridgy does, on a host of its own."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.live.running import PATIENCE, people, until

pytestmark = pytest.mark.live

COPY = "https://mas.example/@me/{}"


class Bridge:
    """Its page is to be linked to and told; it makes one copy of each page, and deletes that when the page is gone."""

    def __init__(self, site):
        self.address, self.copies, self.said = f"{site.home}publish/mastodon", {}, []
        self._posted = site.posted
        site.pages["/publish/mastodon"] = '<link rel="webmention" href="/publish/webmention"><p>Publish.'
        site.pages["/publish/webmention"] = self._answer

    def _answer(self, handler):
        form = parse_qs(self._posted[-1][1])
        status, said = self._publish(form["source"][0], form["target"][0])
        self.said.append(status)
        body = json.dumps(said).encode()
        handler.send_response(status)
        if status == 201:
            handler.send_header("Location", said["url"])
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _publish(self, source, target):
        page = requests.get(source, timeout=PATIENCE)
        if page.status_code == 410:
            return 200, {"url": self.copies.pop(source)}
        if target != self.address or urlsplit(target).netloc + urlsplit(target).path not in page.text:
            return 400, {"error": f"Couldn't find link to {self.address}"}
        if source in self.copies:
            return 400, {"error": "You have published that page", "original": {"url": self.copies[source]}}
        self.copies[source] = COPY.format(len(self.copies) + 1)
        return 201, {"url": self.copies[source], "type": "post"}


@pytest.fixture
def bridge():
    with people("127.0.0.3") as (site,):
        yield Bridge(site)


@pytest.fixture
def running(site, bridge):
    """The site, with the bridge among its places for copies."""
    site.owner()
    place = {"uid": bridge.address, "name": "Mastodon", "by": "webmention"}
    assert 0 == site.command("prefer", "syndicate_to", json.dumps([place])).returncode
    return site.start()


@pytest.fixture
def copied(running, bridge):
    """A post that an app has sent to be copied, and its copy is known."""
    url = running.micropub({"content": ["Frost."], "mp-syndicate-to": [bridge.address]})
    until(lambda: source(running, url).get("syndication"))
    return url


def source(site, url):
    return site.http.get(f"{site.home}micropub", params={"q": "source", "url": url}, timeout=PATIENCE).json()["properties"]


def micropub(site, body):
    assert 204 == site.http.post(f"{site.home}micropub", json=body, timeout=PATIENCE).status_code


def test_apps_and_the_page_say_where_the_copy_is(running, copied):
    assert [COPY.format(1)] == source(running, copied)["syndication"]
    assert f'class="u-syndication" rel="syndication" href="{COPY.format(1)}"' in running.page(copied)


def test_one_that_is_deleted_is_deleted_there(running, bridge, copied):
    micropub(running, {"action": "delete", "url": copied})
    until(lambda: not bridge.copies)
    assert [201, 200] == bridge.said


def test_a_place_is_added_by_an_update(running, bridge):
    """Its page had no link before; it has one when the bridge looks."""
    url = running.micropub({"content": ["Frost."]})
    micropub(running, {"action": "update", "url": url, "add": {"mp-syndicate-to": [bridge.address]}})
    until(lambda: source(running, url).get("syndication"))
    assert [201] == bridge.said


def test_who_asks_twice_loses_nothing(running, bridge, copied):
    """The bridge refuses it, which the outbox shows; the copy stays where it is."""
    ran = running.command("send", copied, "--all", INDIE_URL=running.home, INDIE_FETCH_ALLOW="127.0.0.0/8")
    assert (0, [201, 400]) == (ran.returncode, bridge.said)
    assert f"{bridge.address}\n    refused: The endpoint answered 400" in ran.stdout
    assert [COPY.format(1)] == source(running, copied)["syndication"]
