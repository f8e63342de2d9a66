"""What the tests of queries share: posts in the store, and a client that asks."""

from datetime import UTC, datetime, timedelta

import pytest

from indie import times
from indie.mf2 import post_type
from indie.mf2.item import Item
from indie.posts.post import Post

FIRST = datetime(2026, 7, 23, 12, tzinfo=UTC)
EVERYTHING = "create update delete undelete media"


@pytest.fixture
def ask(client, bearer):
    """`ask("source", limit=3)` is the JSON answer; `status`, `scope` and a raw query string may be given."""
    headers = {scope: bearer(scope) for scope in (EVERYTHING,)}

    def get(q=None, *, status=200, scope=EVERYTHING, raw=None, **arguments):
        named = {name.replace("_", "-"): value for name, value in arguments.items()}
        query = raw if raw is not None else {"q": q, **named}
        headers.setdefault(scope, bearer(scope))
        answer = client.get("/micropub", query_string=query, headers=headers[scope])
        assert status == answer.status_code, answer.text
        return answer.json

    return get


@pytest.fixture
def put(store):
    """`put("/a", content=["Words."])` stores a post, each a minute after the one before; fields of Post by name."""
    made = []

    def add(path, type_="h-entry", **more):
        fields = {name: more.pop(name) for name in ("status", "visibility", "deleted") if name in more}
        published = times.rfc3339(FIRST + timedelta(minutes=len(made)))
        properties = {name.replace("_", "-"): values for name, values in more.items()}
        item = Item((type_,), {"content": ["Words."], "published": [published]} | properties)
        made.append(path)
        deleted = fields.pop("deleted", None)
        post = store.posts.add(Post(path, item, post_type.discover(item), **fields), FIRST)
        if deleted:
            store.posts.change(post, after := Post(**{**vars(post), "deleted": deleted}), "delete", "", FIRST)
            return after
        return post

    return add
