"""
Clients as they are: recorded requests, and what becomes of each.

`tests/clients/NAME.http` is a request; `NAME.json` beside it says whose it is (`client_id`, `scope`), which post
there was before (`given`; `given-deleted` if it was gone), and what must come of it: `status`, the `path` and the
`mf2` of the post that is there now (whether it is `deleted`), the `answer` to a query, the `notes` in the log. A new
case is two files.

In a request `{token}` stands for the token, `{post}` for the address of the given post, `{post-escaped}` for that
with its escapes, `{picture}` for the bytes of a picture; `{medium}` in what is expected for its address here.
"""

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
import time_machine

from indie import times
from indie.demo import PAGES
from indie.mf2.item import Item
from indie.posts.post import Post

CLIENTS = Path(__file__).parent.parent / "clients"
REQUESTS = sorted(CLIENTS.glob("*.http"))

ME = "http://site.example/"
GIVEN = "/2026/07/01/given"
PICTURE = (PAGES / "mira.example" / "fence.webp").read_bytes()
NOW = "2026-07-23T12:00:00+00:00"


@pytest.fixture
def answered(request, client, store, bearer):
    """What came of the request in the file: `(expected, found)`, in the words of the file."""
    path = request.param
    expected = json.loads(path.with_suffix(".json").read_text())
    with time_machine.travel(NOW, tick=False):
        give(store, expected)
        answer = send(client, path.read_bytes(), bearer(expected["scope"], expected["client_id"]))
    return expected, found(answer, store)


def give(store, expected):
    """Put the post there that was there before."""
    if "given" not in expected:
        return
    post = store.posts.add(Post(GIVEN, Item.from_json(expected["given"]), "note"), times.now())
    if expected.get("given-deleted"):
        store.posts.change(post, replace(post, deleted=times.now()), "delete", expected["client_id"], times.now())


def send(client, recorded, token):
    """Send a recorded request."""
    values = {
        "token": token["Authorization"].removeprefix("Bearer ").encode(),
        "post": f"{ME}{GIVEN[1:]}".encode(),
        "post-escaped": quote(f"{ME}{GIVEN[1:]}", safe="").encode(),
    }
    head, _, body = recorded.partition(b"\n\n")
    first, *lines = _filled(head, values).decode().splitlines()
    method, target, _ = first.split()
    headers = dict(line.split(": ", 1) for line in lines)
    body = body.removesuffix(b"\n")
    if b"multipart/form-data" in head:
        body = body.replace(b"\n", b"\r\n")
    answer = client.open(target, method=method, headers=headers, data=_filled(body, values | {"picture": PICTURE}))
    answer.close()
    return answer


def _filled(text, values):
    for name, value in values.items():
        text = text.replace(b"{%s}" % name.encode(), value)
    return text


def found(answer, store):
    """What there is now that a file may tell."""
    now = {"status": answer.status_code, "notes": list(store.requests.last(1)[0].notes)}
    row = store.database.one("SELECT id FROM posts ORDER BY id DESC LIMIT 1")
    if row:
        post = store.posts.by_id(row["id"])
        now |= {"path": post.path, "mf2": post.item.to_json(), "syntax": post.syntax}
        now["deleted"] = post.deleted is not None
    if answer.status_code not in (201, 204):
        now["answer"] = answer.get_json(silent=True)
    elif answer.status_code == 201:
        now["location"] = answer.headers["Location"]
    return json.loads(re.sub(rf"{ME}media/[\w-]{{43}}\.webp", "{medium}", json.dumps(now)))


@pytest.mark.parametrize("answered", REQUESTS, ids=lambda path: path.stem, indirect=True)
def test_a_recorded_request_is_understood(answered):
    """Each *.http file comes to what the *.json file of the same name says."""
    expected, now = answered
    before = ("client_id", "scope", "given", "given-deleted")
    told = {name: value for name, value in expected.items() if name not in before}

    assert told == {name: now.get(name) for name in told}
    assert {"status", "notes"} <= told.keys()
    assert "mf2" in told or "answer" in told or "location" in told


def test_every_client_is_in_the_list_for_people():
    """docs/clients.md names the file of each recorded request."""
    listed = (CLIENTS.parent.parent / "indie" / "docs" / "clients.md").read_text()

    assert [] == [path.stem for path in REQUESTS if f"`{path.stem}`" not in listed]


OF_ONE_CLIENT = (
    *("quill-note", "quill-event", "quill-article-as-json", "shpub-note", "monocle-reply"),
    *("indigenous-edit", "svemagie-note", "svemagie-edit", "jimmitchell-picture"),
)
"""Requests that are understood so from their own client alone."""


@pytest.mark.parametrize("name", OF_ONE_CLIENT)
def test_from_another_client_it_means_what_it_says(client, store, bearer, name):
    """Whatever is done for one client is done for no other."""
    expected = json.loads((CLIENTS / f"{name}.json").read_text())
    with time_machine.travel(NOW, tick=False):
        give(store, expected)
        token = bearer(expected["scope"], "https://another.example/")
        now = found(send(client, (CLIENTS / f"{name}.http").read_bytes(), token), store)

    told = {name: value for name, value in expected.items() if name in ("status", "location", "mf2")}
    assert told != {name: now.get(name) for name in told}
