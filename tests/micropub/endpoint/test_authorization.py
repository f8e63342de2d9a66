"""Who may: tokens in their two places, scopes as whole words, and what the refusals say."""

from datetime import timedelta

import pytest

from indie import times
from indie.indieauth import tokens
from indie.store import schema


def send(client, headers=None, form=None, **more):
    """Post a note; `form` adds fields, `json` and the like replace it."""
    body = {} if "json" in more else {"data": {"h": "entry", "content": "Hello", **(form or {})}}
    return client.post("/micropub", headers=headers or {}, **body, **more)


@pytest.fixture
def token(bearer):
    """The bare token of a scope."""
    return lambda scope="create": bearer(scope)["Authorization"].removeprefix("Bearer ")


class TestPlaces:
    @pytest.mark.parametrize("word", ["Bearer", "bearer", "BEARER", " Bearer ", "Bearer  "])
    def test_201_with_a_token_in_the_header(self, client, token, word):
        """The word in any case."""
        assert 201 == send(client, {"Authorization": f"{word} {token()}".strip()}).status_code

    def test_201_with_a_token_in_the_form(self, client, token):
        assert 201 == send(client, form={"access_token": token()}).status_code

    def test_201_with_a_token_in_a_multipart_field(self, client, token):
        answer = send(client, form={"access_token": token()}, content_type="multipart/form-data")

        assert 201 == answer.status_code

    def test_the_token_in_the_form_is_stored_nowhere(self, client, token, ask):
        """Neither with the post nor, as it is, with the tokens."""
        mine = token()
        url = send(client, form={"access_token": mine}).location

        assert mine not in client.get(url).text + client.get("/").text + ask("source", url=url).text

    def test_the_database_has_no_token(self, token, store):
        """Only its digest: a stolen database opens nothing."""
        mine = token()

        assert mine not in str([store.database.query(f"SELECT * FROM {table}") for table in schema.tables()])

    def test_401_for_a_token_in_json(self, client, token, posts):
        """Never there."""
        body = {"type": ["h-entry"], "access_token": token(), "properties": {"content": ["x"]}}

        assert 401 == send(client, json=body).status_code
        assert 0 == posts()

    @pytest.mark.parametrize("name", ["access_token", "token"])
    def test_401_for_a_token_in_the_query(self, client, token, posts, name):
        """It would stand in every log."""
        assert 401 == send(client, query_string={name: token()}).status_code
        assert 401 == client.get("/micropub", query_string={"q": "config", name: token()}).status_code
        assert 0 == posts()

    def test_401_for_a_token_in_a_cookie(self, client, token, posts):
        client.set_cookie("access_token", token())

        assert 401 == send(client).status_code
        assert 0 == posts()

    def test_401_for_a_token_of_another_kind(self, client, token):
        assert 401 == send(client, {"Authorization": f"Basic {token()}"}).status_code


class TestTwo:
    """RFC 6750 §2: one request, one token."""

    @pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
    def test_400_for_the_same_in_header_and_form(self, client, token, posts, content_type):
        """The body is empty, the header says what is wrong."""
        mine = token()
        answer = send(client, {"Authorization": f"Bearer {mine}"}, {"access_token": mine}, content_type=content_type)

        assert (400, b"") == (answer.status_code, answer.data)
        assert 'Bearer error="invalid_request"' == answer.headers["WWW-Authenticate"]
        assert 0 == posts()

    def test_400_for_two_of_them(self, client, token, posts):
        answer = send(client, {"Authorization": f"Bearer {token()}"}, {"access_token": token()})

        assert (400, b"") == (answer.status_code, answer.data)
        assert 0 == posts()

    def test_400_for_two_in_one_form(self, client, token, posts):
        """Which of them counts, every reader decides for himself."""
        answer = send(client, form={"access_token": [token("create"), token("update")]})

        assert (400, b"") == (answer.status_code, answer.data)
        assert 0 == posts()


class TestNone:
    def test_401_without_a_token(self, client, posts):
        """RFC 6750 §3.1: no error in the header where there was no token."""
        answer = send(client)

        assert (401, "unauthorized", "Bearer") == (
            answer.status_code,
            answer.json["error"],
            answer.headers["WWW-Authenticate"],
        )
        assert 0 == posts()

    @pytest.mark.parametrize("header", ["Bearer", "Bearer ", "", "Bearer wrong", "Bearer indie_", "Bearer ü\x80", "x" * 9000])
    def test_401_for_what_is_no_token(self, client, posts, header):
        assert 401 == send(client, {"Authorization": header.encode().decode("latin-1")}).status_code
        assert 0 == posts()

    def test_401_names_a_wrong_token(self, client):
        answer = send(client, {"Authorization": "Bearer wrong"})

        assert ("unauthorized", 'Bearer error="invalid_token"') == (
            answer.json["error"],
            answer.headers["WWW-Authenticate"],
        )

    def test_401_for_one_that_is_expired(self, client, store):
        old = tokens.issue(store, ["create"], "", times.now() - timedelta(days=2), days=1)

        assert 401 == send(client, {"Authorization": f"Bearer {old}"}).status_code

    def test_401_for_one_that_is_revoked(self, client, bearer, store):
        headers = bearer("create")
        store.database.execute("UPDATE tokens SET revoked = '2026-07-23T12:00:00.000000Z'")

        assert 401 == send(client, headers).status_code

    @pytest.mark.parametrize("q", ["config", "source", "syndicate-to", ""])
    def test_401_for_queries_too(self, client, q):
        answer = client.get("/micropub", query_string={"q": q}, headers={"Accept": "text/html"})

        assert (401, "unauthorized") == (answer.status_code, answer.json["error"])

    def test_a_large_body_is_not_read_for_a_wrong_token(self, client):
        """Who has none cannot make us work."""

        class Unread:
            def read(self, *_):
                pytest.fail("the body was read")

            readline = read

        environ = {"wsgi.input": Unread(), "CONTENT_LENGTH": "90000000"}
        for kind in ("multipart/form-data; boundary=x", "application/json"):
            headers = {"Authorization": "Bearer wrong", "Content-Type": kind}
            assert 401 == client.post("/micropub", headers=headers, environ_overrides=environ).status_code


class TestScopes:
    @pytest.mark.parametrize("scope", ["create", "post", "draft", "update create", "create delete"])
    def test_201_for_those_that_open_it(self, client, bearer, scope):
        assert 201 == send(client, bearer(scope)).status_code

    @pytest.mark.parametrize(
        "scope", ["", "update", "delete", "media", "profile", "recreate", "create_all", "Create", "create,update"]
    )
    def test_401_for_all_others(self, client, bearer, posts, scope):
        """Whole words: `recreate` is not `create`. The missing scope stands in the header and in the body."""
        answer = send(client, bearer(scope))

        assert (401, "insufficient_scope", "create") == (answer.status_code, answer.json["error"], answer.json["scope"])
        assert 'Bearer error="insufficient_scope", scope="create"' == answer.headers["WWW-Authenticate"]
        assert 0 == posts()

    def test_draft_alone_makes_drafts_alone(self, client, bearer, ask):
        """Whatever the request says."""
        answer = send(client, bearer("draft"), {"post-status": "published"})

        assert (201, 404) == (answer.status_code, client.get(answer.location).status_code)
        assert ["draft"] == ask("source", url=answer.location).json["properties"]["post-status"]

    def test_draft_beside_create_makes_what_is_asked_for(self, client, bearer):
        answer = send(client, bearer("draft create"))

        assert 200 == client.get(answer.location).status_code

    @pytest.mark.parametrize("scope", ["create", "update", "undelete", "draft", "deleted"])
    def test_401_for_a_delete_without_delete(self, client, create, post, scope):
        """The post stays."""
        url = create(content=["x"])
        answer = post({"action": "delete", "url": url}, scope=scope)

        assert (401, "delete") == (answer.status_code, answer.json["scope"])
        assert 200 == client.get(url).status_code

    @pytest.mark.parametrize(("scope", "status"), [("undelete", 204), ("delete", 204), ("create", 401), ("update", 401)])
    def test_undelete_wants_undelete_or_delete(self, create, post, scope, status):
        url = create(content=["x"])
        post({"action": "delete", "url": url}, scope="delete")

        assert status == post({"action": "undelete", "url": url}, scope=scope).status_code

    @pytest.mark.parametrize("scope", ["create", "post", "draft", "update", "delete", "undelete", "media"])
    def test_each_of_them_may_ask(self, ask, scope):
        assert 200 == ask("config", scope=scope).status_code

    @pytest.mark.parametrize("scope", ["", "profile", "email profile", "read follow"])
    def test_403_for_asking_with_none_of_them(self, ask, scope):
        """A token for something else lacks no one scope: it is not for Micropub."""
        answer = ask("config", scope=scope)

        assert (403, "forbidden") == (answer.status_code, answer.json["error"])

    @pytest.mark.parametrize(("scope", "status"), [("update", 200), ("draft", 200), ("delete", 200), ("create", 401), ("media", 401)])
    def test_what_is_not_public_is_not_for_every_token(self, create, ask, scope, status):
        url = create(content=["x"], post_status=["draft"])

        assert status == ask("source", scope=scope, url=url).status_code
