"""What the tests of the endpoint share: one way to post, one to ask, pictures."""

from io import BytesIO

import pytest
from PIL import Image

ENDPOINT = "/micropub"


@pytest.fixture
def post(client, bearer):
    """`post({"content": "x"})` sends a form, `post(json={…})` JSON, with a token of the scope."""

    def send(form=None, scope="create", **more):
        headers = {**bearer(scope), **more.pop("headers", {})}
        return client.post(ENDPOINT, data=form, headers=headers, **more)

    return send


@pytest.fixture
def create(post):
    """Make a post of these properties by JSON; returns its URL."""

    def make(scope="create", commands=None, kind="h-entry", **properties):
        named = {name.replace("_", "-"): values for name, values in properties.items()}
        answer = post(json={"type": [kind], "properties": named, **(commands or {})}, scope=scope)
        assert 201 == answer.status_code, answer.json
        return answer.location

    return make


@pytest.fixture
def ask(client, bearer):
    """`ask("source", url=…)` is the answer to a query."""

    def query(q=None, scope="create update", **arguments):
        named = ({"q": q} if q is not None else {}) | arguments
        return client.get(ENDPOINT, query_string=named, headers=bearer(scope))

    return query


@pytest.fixture
def posts(store):
    """How many posts there are, whoever may see them."""
    return lambda: store.database.one("SELECT count(*) AS posts FROM posts")["posts"]


@pytest.fixture
def picture():
    """`picture("JPEG")` is a small picture of this format, as bytes."""

    def make(kind, colour="red", size=(8, 6)):
        file = BytesIO()
        Image.new("RGB", size, colour).save(file, kind)
        return file.getvalue()

    return make
