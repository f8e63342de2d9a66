"""What the endpoints answer when something is wrong, and what a script in a browser may read of it."""

import io
from datetime import timedelta

import pytest
import time_machine

from indie import times, wiring
from indie.indieauth import tokens

NOTE = {"h": "entry", "content": "x"}
BROWSER = {"Accept": "text/html,application/xhtml+xml"}
PATHS = ("/micropub", "/micropub/media")


@pytest.fixture
def token(bearer):
    """The header of a token that may do everything."""
    return bearer("create update delete undelete media")


@pytest.fixture
def count(store):
    """`count()` is how many posts there are."""
    return lambda: store.database.one("SELECT count(*) AS posts FROM posts")["posts"]


def refusal(answer):
    """Status, code and challenge of a refusal, which is JSON with a sentence."""
    assert "application/json" == answer.mimetype, answer.text
    assert answer.json["error_description"]
    return answer.status_code, answer.json["error"], answer.headers.get("WWW-Authenticate")


class TestTokens:
    """`micropub.md` §2, auth and errors: who may not."""

    def test_401_without_a_token(self, client, count):
        """The challenge names no error: nothing was wrong yet (RFC 6750 §3)."""
        assert (401, "unauthorized", "Bearer") == refusal(client.post("/micropub", data=NOTE))
        assert 0 == count()

    def test_401_for_a_query_without_a_token(self, client):
        assert (401, "unauthorized", "Bearer") == refusal(client.get("/micropub?q=config"))

    @pytest.mark.parametrize(
        "wrong", ["indie_unknown", "x" * 5000, "ü", "a b", '"'], ids=["unknown", "long", "not ascii", "two words", "quote"]
    )
    def test_401_for_a_token_that_opens_nothing(self, client, count, wrong):
        answer = client.post("/micropub", data=NOTE, headers={"Authorization": f"Bearer {wrong}"})

        assert (401, "unauthorized", 'Bearer error="invalid_token"') == refusal(answer)
        assert 0 == count()

    def test_401_for_an_expired_token(self, client, store):
        made = tokens.issue(store, ["create"], "", times.now(), days=1)
        with time_machine.travel(times.now() + timedelta(days=2)):
            answer = client.post("/micropub", data=NOTE, headers={"Authorization": f"Bearer {made}"})

        assert (401, "unauthorized", 'Bearer error="invalid_token"') == refusal(answer)

    def test_401_for_a_wrong_token_in_the_form(self, client):
        answer = client.post("/micropub", data=NOTE | {"access_token": "wrong"})

        assert (401, "unauthorized", 'Bearer error="invalid_token"') == refusal(answer)

    @pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic b2xhZjpwYXNz", "Bearerx"])
    def test_401_for_a_header_with_no_bearer_token(self, client, value):
        assert 401 == refusal(client.post("/micropub", data=NOTE, headers={"Authorization": value}))[0]

    def test_the_word_bearer_in_any_case(self, client, token):
        headers = {"Authorization": token["Authorization"].replace("Bearer", "bEARER")}

        assert 201 == client.post("/micropub", data=NOTE, headers=headers).status_code

    def test_401_with_the_scope_that_is_missing(self, client, bearer, count):
        """DESIGN §2: 401 as the Recommendation has it; the scope stands in the body and in the header."""
        answer = client.post("/micropub", data=NOTE, headers=bearer("update media"))

        assert (401, "insufficient_scope", 'Bearer error="insufficient_scope", scope="create"') == refusal(answer)
        assert "create" == answer.json["scope"]
        assert 0 == count()

    def test_401_insufficient_scope_to_create_with_a_profile_token(self, client, bearer):
        answer = client.post("/micropub", data=NOTE, headers=bearer("profile email"))

        assert (401, "insufficient_scope") == refusal(answer)[:2]

    @pytest.mark.parametrize("scope", ["profile email", "read follow channels", "recreate"])
    def test_403_for_a_query_with_a_token_for_something_else(self, client, bearer, scope):
        """Scopes are whole words: “recreate” is not create."""
        assert (403, "forbidden", None) == refusal(client.get("/micropub?q=config", headers=bearer(scope)))

    def test_a_token_in_the_query_is_none(self, client, token):
        url = f"/micropub?access_token={token['Authorization'][7:]}"

        assert 401 == client.post(url, data=NOTE).status_code
        assert 401 == client.get(f"{url}&q=config").status_code

    def test_a_token_in_json_is_none(self, client, token):
        body = {"properties": {"content": ["x"]}, "access_token": token["Authorization"][7:]}

        assert 401 == client.post("/micropub", json=body).status_code

    def test_a_token_as_a_field_of_multipart(self, client, token):
        """Indigenous has a setting that sends it there."""
        fields = NOTE | {"access_token": token["Authorization"][7:]}
        answer = client.post("/micropub", data=fields, content_type="multipart/form-data")

        assert 201 == answer.status_code

    def test_a_session_of_the_owner_is_no_token(self, client):
        """Or any page on the web could post in his name (wordpress-micropub#159)."""
        client.set_cookie("session", "anything")

        assert 401 == client.post("/micropub", data=NOTE).status_code


class TestTwoTokens:
    """400 with an empty body; the error stands in the header (DESIGN §2)."""

    def refused(self, answer, count):
        assert (400, b"") == (answer.status_code, answer.data)
        assert 'Bearer error="invalid_request"' == answer.headers["WWW-Authenticate"]
        assert "Content-Type" not in answer.headers
        assert 0 == count()

    def test_the_same_in_header_and_form(self, client, token, count):
        fields = NOTE | {"access_token": token["Authorization"][7:]}

        self.refused(client.post("/micropub", data=fields, headers=token), count)

    def test_two_in_the_form(self, client, token, count):
        fields = NOTE | {"access_token": [token["Authorization"][7:]] * 2}

        self.refused(client.post("/micropub", data=fields), count)

    def test_two_different_ones_also_from_quill(self, client, bearer, count):
        """Quill may send its token twice, but not two."""
        quill = "https://quill.p3k.io/"
        fields = NOTE | {"access_token": bearer("create", quill)["Authorization"][7:]}

        self.refused(client.post("/micropub", data=fields, headers=bearer("create", quill)), count)

    def test_a_host_that_looks_like_quill_is_not_quill(self, client, bearer, count):
        headers = bearer("create", "https://quill.p3k.io.evil.example/")
        fields = NOTE | {"access_token": headers["Authorization"][7:]}

        self.refused(client.post("/micropub", data=fields, headers=headers), count)


class TestBodies:
    """400, 413, 415: what cannot be read."""

    def refused(self, client, token, **sent):
        return refusal(client.post("/micropub", headers=token, **sent))[:2]

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe{", b'{"a":1,"a":2}', b"{}" * 2])
    def test_400_for_json_that_is_no_object(self, client, token, body):
        assert (400, "invalid_request") == self.refused(client, token, data=body, content_type="application/json")

    @pytest.mark.parametrize("kind", ["text/plain", "application/xml", "image/png", "application/jsonx", "x", ";;", "\x01"])
    def test_415_for_another_content_type(self, client, token, kind):
        assert (415, "invalid_request") == self.refused(client, token, data=b"h=entry&content=x", content_type=kind)

    def test_415_without_a_content_type(self, client, token):
        assert (415, "invalid_request") == self.refused(client, token, data=b"h=entry&content=x")

    @pytest.mark.parametrize(
        "kind", ["application/json; charset=utf-8", "Application/JSON", 'application/json;charset="UTF-8"; x']
    )
    def test_json_under_every_name_of_it(self, client, token, kind):
        answer = client.post("/micropub", data=b'{"properties":{"content":["x"]}}', headers=token, content_type=kind)

        assert 201 == answer.status_code

    @pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=b"])
    def test_400_for_multipart_without_its_boundary(self, client, token, kind):
        assert (400, "invalid_request") == self.refused(client, token, data=b"--a\r\n\r\nx", content_type=kind)

    def test_400_for_an_empty_request(self, client, token):
        assert (400, "invalid_request") == self.refused(client, token)

    def test_413_for_a_body_over_the_limit(self, client, token):
        """Told by its Content-Length, before a byte of it is read."""
        length, kind = str(wiring.LARGEST_REQUEST + 1), "multipart/form-data; boundary=b"
        overrides = {"CONTENT_LENGTH": length}

        assert (413, "invalid_request") == self.refused(
            client, token, data=b"--b", content_type=kind, environ_overrides=overrides
        )

    @pytest.mark.parametrize(
        "kind", ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=b"]
    )
    def test_413_for_text_over_the_limit(self, client, token, kind):
        """In whatever syntax; files alone may be larger."""
        part = b'--b\r\nContent-Disposition: form-data; name="content"\r\n\r\n' if "boundary" in kind else b"content="
        body = part + b"x" * wiring.LARGEST_TEXT + b"y\r\n--b--"

        assert (413, "invalid_request") == self.refused(client, token, data=body, content_type=kind)

    def test_413_for_more_parts_than_a_form_may_have(self, client, token):
        fields = {f"category[{number}]": "x" for number in range(1001)}

        assert 413 == self.refused(client, token, data=fields, content_type="multipart/form-data")[0]

    def test_415_for_a_file_that_is_no_medium(self, client, token):
        page = (io.BytesIO(b"<html><script>1</script>"), "a.jpg", "image/jpeg")

        assert (415, "invalid_request") == self.refused(client, token, data=NOTE | {"photo": page})

    @pytest.mark.parametrize("action", ["remove", "updat", "DELETE", "0"])
    def test_400_for_an_action_that_there_is_not(self, client, token, action):
        sent = {"action": action, "url": "http://site.example/x"}

        assert (400, "invalid_request") == self.refused(client, token, data=sent)
        assert (400, "invalid_request") == self.refused(client, token, json=sent)

    def test_400_for_an_update_as_a_form(self, client, token):
        sent = {"action": "update", "url": "http://site.example/x", "replace[content]": "y"}

        assert (400, "invalid_request") == self.refused(client, token, data=sent)

    @pytest.mark.parametrize("action", ["delete", "undelete", "update"])
    @pytest.mark.parametrize("url", ["http://site.example/none", "https://elsewhere.example/", "x", "http://[", ""])
    def test_400_for_a_post_that_is_not_here(self, client, token, action, url):
        """As the Recommendation's own example has it, not 404."""
        sent = {"action": action, "url": url, "replace": {"content": ["x"]}}

        assert (400, "invalid_request") == self.refused(client, token, json=sent)

    def test_a_delete_by_the_query_string(self, client, token):
        """micro.blog's apps send the request empty."""
        made = client.post("/micropub", data=NOTE, headers=token).headers["Location"]
        answer = client.post("/micropub", query_string={"action": "delete", "url": made}, headers=token)

        assert (204, 410) == (answer.status_code, client.get(made).status_code)

    def test_no_post_is_made_of_a_query_string(self, client, token, count):
        """Links are followed by accident; only what has an action is read from there."""
        assert 400 == client.post("/micropub?h=entry&content=x", headers=token).status_code
        assert 0 == count()


class TestAlwaysJSON:
    """An error is JSON for everybody, also for who asks for a page."""

    @pytest.mark.parametrize("accept", ["text/html", "*/*", "image/png", "application/xml;q=0.9", "", "§"])
    def test_whatever_the_client_accepts(self, client, accept):
        assert 401 == refusal(client.get("/micropub", headers={"Accept": accept}))[0]

    @pytest.mark.parametrize("query", ["", "?q=", "?q=nonsense", "?q=source&url=http://site.example/none", "?q[=x"])
    def test_400_for_a_query_that_there_is_not(self, client, token, query):
        assert (400, "invalid_request") == refusal(client.get(f"/micropub{query}", headers=token | BROWSER))[:2]

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "PROPFIND"])
    def test_405_names_the_methods_that_there_are(self, client, token, method):
        answer = client.open("/micropub", method=method, headers=token | BROWSER)

        assert (405, "invalid_request") == refusal(answer)[:2]
        assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))

    def test_413(self, client, token):
        sent = {"content": "x" * (wiring.LARGEST_TEXT + 1)}

        assert 413 == refusal(client.post("/micropub", data=sent, headers=token | BROWSER))[0]

    def test_500(self, settings, store, bearer):
        """A fault of ours is told as one, without a word of how it came."""
        app = wiring.create_app(settings, store)
        token = bearer("create")
        store.database.execute("DROP TABLE paths")
        answer = app.test_client().post("/micropub", data=NOTE, headers=token | BROWSER)

        assert (500, "server_error") == refusal(answer)[:2]
        assert "paths" not in answer.text


class TestCORS:
    """Clients that run in a browser: Omnibear, Sparkles, whatever is made of micropub-helper."""

    def shared(self, answer):
        exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
        assert {"Location", "Link", "WWW-Authenticate", "ETag"} == exposed
        return answer.headers["Access-Control-Allow-Origin"]

    @pytest.mark.parametrize("path", PATHS)
    def test_204_for_a_preflight_without_a_token(self, client, path):
        asked = {
            "Origin": "https://client.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        answer = client.options(path, headers=asked)

        assert (204, b"") == (answer.status_code, answer.data)
        assert "*" == self.shared(answer)
        assert {"GET", "POST"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
        allowed = set(answer.headers["Access-Control-Allow-Headers"].split(", "))
        assert {"Authorization", "Content-Type", "If-Match", "Idempotency-Key"} == allowed

    def test_a_new_post(self, client, token):
        assert "*" == self.shared(client.post("/micropub", data=NOTE, headers=token))

    def test_a_query(self, client, token):
        assert "*" == self.shared(client.get("/micropub?q=config", headers=token))

    @pytest.mark.parametrize("path", PATHS)
    def test_a_refusal(self, client, path):
        """Or the script would never learn what was wrong."""
        assert "*" == self.shared(client.post(path, data=NOTE))

    def test_a_method_that_there_is_not(self, client):
        assert "*" == self.shared(client.put("/micropub"))

    def test_no_cookie_goes_with_it(self, client, token):
        """With `*` a browser sends none, and none is asked for."""
        answer = client.get("/micropub?q=config", headers=token)

        assert "Access-Control-Allow-Credentials" not in answer.headers

    def test_other_pages_are_not_shared(self, client):
        assert "Access-Control-Allow-Origin" not in client.get("/").headers

    @pytest.mark.parametrize("path", PATHS)
    def test_nothing_is_for_a_cache(self, client, token, path):
        """What is said to the owner, and that he is refused."""
        assert "no-store" == client.get(f"{path}?q=config", headers=token).headers["Cache-Control"]
        assert "no-store" == client.get(path).headers["Cache-Control"]
