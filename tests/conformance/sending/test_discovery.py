"""The discovery tests of webmention.rocks (webmention.md §1.1) and our own, over the wire."""

import pytest

from tests.conformance.sending.pages import NOWHERE, OWN, TESTS

PAGES = {f"/test/{number}": served for number, served in TESTS.items()} | {f"/own/{name}": served for name, served in OWN.items()}
LAST = "/test/23/page"


def linked(path):
    """How a post writes the address of a page."""
    return f"{path}#comment" if path == "/own/fragment" else path


@pytest.fixture(scope="module")
def sent(sender):
    """Each page was linked to by a post of its own, and told: the posts, by page."""
    posts = {path: sender.publish(linked(path)) for path in (*PAGES, LAST, *(f"/own/{name}" for name in NOWHERE))}
    sender.outbox = sender.settled()
    return posts


@pytest.mark.parametrize("path", PAGES)
def test_the_right_endpoint_is_told_once(sender, sent, path):
    """Its page is asked for once; no trap, and nothing else."""
    served = PAGES[path]
    endpoint = served.endpoint.format(page=path, good=f"{path}/webmention")
    moved = [("POST", f"{path}/moved?{path[-3:]}", int(path[-3:]), "")] if "moved" in path else []

    assert [("GET", path, served.status, "<!doctype html>"), *moved, ("POST", endpoint, 200, "Got it!")] == [
        (one.method, one.path, one.status, one.code) for one in sender.rocks.of(path)
    ]


@pytest.mark.parametrize("path", PAGES)
def test_it_is_told_source_and_target(sender, sent, path):
    """As they stand on the page, and nothing besides."""
    form = {"source": [sent[path]], "target": [sender.rocks.home + linked(path)]}
    assert {"POST": form} == {one.method: one.form for one in sender.rocks.of(path) if one.method == "POST"}


def test_23_every_address_is_good_once(sender, sent):
    """Relative to where the target leads; what is posted is the target that the post links to."""
    first, second, post = sender.rocks.of("/test/23")
    assert [("GET", LAST, 302), ("GET", 200), ("POST", 200)] == [
        (first.method, first.path, first.status), (second.method, second.status), (post.method, post.status)
    ]  # fmt: skip
    assert post.path.startswith(f"{LAST}/webmention-endpoint/")
    assert {"source": [sent[LAST]], "target": [sender.rocks.home + LAST]} == post.form


@pytest.mark.parametrize("name", NOWHERE)
def test_a_page_without_an_endpoint_is_left_alone(sender, sent, name):
    """It is asked for once, and the outbox says what was found."""
    path = f"/own/{name}"
    assert [("GET", path)] == [(one.method, one.path) for one in sender.rocks.of(path)]
    assert "no endpoint" == sender.outbox[sender.rocks.home + path]["state"]


def test_the_outbox_says_what_was_found(sender, sent):
    home = sender.rocks.home
    found = sender.outbox[f"{home}/test/21"]
    assert ("sent", 200, f"{home}/test/21/webmention?query=yes") == (found["state"], found["status"], found["endpoint"])
