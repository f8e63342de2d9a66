"""What the owner can look up: every request with what became of it, and no token."""

import io
import json
import re

import pytest

from indie import wiring
from indie.demo import PAGES
from indie.micropub.log import BODY, HIDDEN
from indie.store import Store
from indie.store.requests import KEPT, REFUSED

PICTURE = (PAGES / "mira.example" / "fence.webp").read_bytes()
CLIENT = "https://client.example/"


@pytest.fixture
def token(bearer):
    """The header of a token that may do everything."""
    return bearer("create update delete undelete media")


@pytest.fixture
def ask(client, store):
    """`ask("post", "/micropub", …)` sends a request and returns the newest one in the log."""

    def send(method, path="/micropub", **sent):
        client.open(path, method=method.upper(), **sent).close()
        return next(iter(store.requests.last(1)), None)

    return send


class TestWhatIsKept:
    def test_a_form(self, ask, token):
        """A line a field, as they were sent."""
        kept = ask("post", data={"h": "entry", "content": "a & b\nc", "category[]": ["x", "y"]}, headers=token)

        assert "h = entry\ncontent = a & b\nc\ncategory[] = x\ncategory[] = y" == kept.body
        assert (CLIENT, "POST", "/micropub", 201) == (kept.client_id, kept.method, kept.target, kept.status)
        assert "application/x-www-form-urlencoded" == kept.type
        assert kept.answer.startswith("http://site.example/2")

    def test_json_as_it_came(self, ask, token):
        body = b'{ "type":["h-entry"],  "properties":{"content":["\xc3\xbc"]}}'
        kept = ask("post", data=body, content_type="application/json; charset=utf-8", headers=token)

        assert body.decode() == kept.body
        assert "application/json; charset=utf-8" == kept.type

    def test_of_a_file_its_name_type_and_size(self, ask, token):
        photo = (io.BytesIO(PICTURE), "fence.webp", "image/webp")
        kept = ask("post", data={"content": "Look", "photo[]": photo}, headers=token)

        assert f"content = Look\nphoto[]: fence.webp (image/webp, {len(PICTURE)} bytes)" == kept.body

    def test_a_query(self, ask, token):
        """Path and query, and the beginning of the answer."""
        kept = ask("get", "/micropub?q=config", headers=token)

        assert ("GET", "/micropub?q=config", "", 200) == (kept.method, kept.target, kept.body, kept.status)
        assert kept.answer.startswith("{")

    def test_a_refusal_with_what_the_client_was_told(self, ask, token):
        kept = ask("post", data={"h": "entry"}, headers=token)

        assert 400 == kept.status
        assert "There is nothing to post" in json.loads(kept.answer)["error_description"]

    def test_what_cannot_be_read(self, ask, token):
        """The owner sees the very bytes, as far as they are text."""
        kept = ask("post", data=b'{"type": [\xff', content_type="application/json", headers=token)

        assert ('{"type": [\ufffd', 400) == (kept.body, kept.status)

    def test_a_method_that_there_is_not(self, ask, token):
        kept = ask("put", headers=token)

        assert ("PUT", 405, CLIENT) == (kept.method, kept.status, kept.client_id)

    def test_a_fault_of_ours(self, settings, store, token):
        app = wiring.create_app(settings, store)
        store.database.execute("DROP TABLE paths")
        app.test_client().post("/micropub", data={"content": "x"}, headers=token).close()

        assert [(500, "content = x")] == [(kept.status, kept.body) for kept in store.requests.last(9)]

    def test_no_preflight(self, ask):
        """It says nothing, and comes before each request of a browser."""
        assert None is ask("options")

    def test_no_other_page(self, ask):
        assert None is ask("get", "/")

    def test_the_beginning_of_a_long_body(self, ask, token):
        kept = ask("post", data={"content": "x" * 10_000}, headers=token)

        assert (BODY, "…") == (len(kept.body), kept.body[-1])

    def test_nothing_is_read_for_a_stranger(self, ask):
        """A body that was not read for the answer is not read for the log."""
        kept = ask(
            "post",
            data=b'{"properties":{}}',
            content_type="application/json",
            headers={"Authorization": "Bearer wrong-token"},
        )

        assert ("", 401, "") == (kept.body, kept.status, kept.client_id)


class TestNotes:
    """What was normalised or dropped."""

    def json(self, ask, token, **properties):
        return ask("post", json={"type": ["h-entry"], "properties": properties}, headers=token).notes

    def test_a_single_value(self, ask, token):
        assert ("content: a single value, made a list",) == self.json(ask, token, content="x")

    def test_an_empty_value(self, ask, token):
        assert ("name: empty, dropped",) == self.json(ask, token, content=["x"], name=[""])

    def test_an_empty_field_of_a_form(self, ask, token):
        kept = ask("post", data={"content": "x", "name": "", "category[]": ["", "a"]}, headers=token)

        assert ("name: empty, dropped", "category: empty, dropped") == kept.notes

    def test_a_nested_item_is_told_by_its_path(self, ask, token):
        card = {"type": "h-card", "properties": {"name": "Bar", "url": ["https://bar.example/"]}}
        notes = self.json(ask, token, checkin=[card])

        assert ("checkin.type: a single value, made a list", "checkin.name: a single value, made a list") == notes

    def test_alternatives_that_do_not_match_their_photos(self, ask, token):
        """micro.blog's app leaves out the empty ones."""
        photos = ["https://a.example/1.jpg", "https://a.example/2.jpg"]
        notes = self.json(ask, token, photo=photos, **{"mp-photo-alt": ["One"]})

        assert ("mp-photo-alt: 1 for 2 photos, not joined",) == notes

    def test_alternatives_of_uploads_are_counted_too(self, ask, token):
        sent = {"photo": (io.BytesIO(PICTURE), "a.webp"), "mp-photo-alt[]": "A fence"}

        assert () == ask("post", data=sent, headers=token).notes

    def test_an_address_that_only_the_site_can_give(self, ask, token):
        assert ("url: the site gives addresses, dropped",) == self.json(ask, token, content=["x"], url=["https://a.example/"])

    def test_what_stands_beside_the_properties(self, ask, token):
        kept = ask("post", json={"properties": {"content": ["x"]}, "content": "y", "mp-slug": "z"}, headers=token)

        assert ("content: beside “properties”, dropped",) == kept.notes

    def test_a_token_among_the_properties(self, ask, token):
        notes = self.json(ask, token, content=["x"], access_token=["secret-secret"])

        assert ("access_token: belongs in the header, dropped",) == notes

    def test_nothing_of_what_is_as_it_should_be(self, ask, token):
        assert () == self.json(ask, token, content=["x"], category=["a", "b"], **{"mp-slug": ["x"]})

    def test_no_more_than_fit(self, ask, token):
        notes = self.json(ask, token, content=["x"], **{f"p{number}": "x" for number in range(500)})

        assert 50 == len(notes)


class TestTokens:
    """They are nowhere in clear, however they came."""

    def sent(self, client, secret):
        """Every way in which a token may be sent, right or wrong; what came of it."""
        header = {"Authorization": f"Bearer {secret}"}
        note = {"h": "entry", "content": "x"}
        yield client.post("/micropub", data=note, headers=header)
        yield client.post("/micropub", data=note | {"access_token": secret})
        yield client.post("/micropub", data=note | {"access_token": secret}, content_type="multipart/form-data")
        yield client.post("/micropub", data=note | {"access_token": secret}, headers=header)
        yield client.post("/micropub", data=note | {"access_token[]": secret}, headers=header)
        yield client.post(f"/micropub?access_token={secret}", data=note, headers=header)
        yield client.get(f"/micropub?q=config&token={secret}", headers=header)
        yield client.get(f"/micropub?q={secret}", headers=header)
        yield client.post("/micropub", json={"properties": {"content": ["y"]}, "access_token": secret}, headers=header)
        yield client.post("/micropub", json={"properties": {"content": ["z"], "access_token": [secret]}}, headers=header)
        yield client.post("/micropub", data={"action": secret, "url": secret}, headers=header)
        yield client.post("/micropub", json={"action": "delete", "url": f"http://site.example/{secret}"}, headers=header)
        yield client.post("/micropub", data=b"x", content_type=f"text/{secret}", headers=header)
        yield client.post("/micropub", data={f"[{secret}": "x"}, headers=header)
        yield client.post("/micropub", data={f"{secret}": ""} | note, headers=header)
        yield client.put(f"/micropub?{secret}", headers=header)

    @pytest.mark.sqlite("its files are read")
    @pytest.mark.parametrize("wrong", [False, True], ids=["a good one", "a wrong one"])
    def test_no_file_of_the_site_has_it(self, client, settings, store, token, wrong):
        """Read byte for byte: the database, its journal, whatever lies in the data folder."""
        secret = token["Authorization"][7:]
        secret = f"wrong{secret[5:]}" if wrong else secret
        for answer in self.sent(client, secret):
            assert answer.status_code < 500
            answer.close()
        files = [path for path in settings.data.rglob("*") if path.is_file()]

        assert 16 == len(store.requests.last(99))
        assert {"indie.db", "indie.db-wal"} <= {path.name for path in files}
        assert [] == [path for path in files if secret.encode() in path.read_bytes()]

    def test_a_mark_stands_in_its_place(self, ask, token):
        kept = ask("post", data={"content": "x", "access_token": token["Authorization"][7:]})

        assert f"content = x\naccess_token = {HIDDEN}" == kept.body

    def test_also_where_it_is_another_token_of_ours(self, ask, bearer, token):
        """A client that mixes up two of them."""
        other = bearer("create")["Authorization"][7:]
        kept = ask("post", json={"properties": {"content": [other], "like-of": "x"}, "type": 1}, headers=token)

        assert HIDDEN in kept.body
        assert other not in kept.body

    def test_a_short_one_leaves_the_words_alone(self, ask):
        kept = ask("post", data={"h": "entry", "content": "banana", "access_token": "a"})

        assert f"h = entry\ncontent = banana\naccess_token = {HIDDEN}" == kept.body


class TestTrimming:
    def test_the_last_ones_stay(self, ask, token, store):
        for number in range(KEPT + 5):
            ask("get", f"/micropub?q=config&n={number}", headers=token)
        kept = store.requests.last(1000)

        assert KEPT == len(kept)
        assert f"n={KEPT + 4}" in kept[0].target
        assert "n=5" == kept[-1].target[-3:]

    def test_strangers_do_not_push_out_the_owners(self, ask, token, store):
        ask("get", "/micropub?q=config", headers=token)
        for _ in range(REFUSED + 5):
            ask("get", "/micropub?q=config")

        assert REFUSED + 1 == len(store.requests.last(1000))
        assert CLIENT == store.requests.last(1000)[-1].client_id


class TestAside:
    """The log is never in the way."""

    def test_it_is_written_after_the_answer(self, client, store, token):
        """Nobody waits for it: it is there when the answer has been sent."""
        answer = client.post("/micropub", data={"content": "x"}, headers=token)
        assert [] == store.requests.last(9)
        answer.close()
        assert 1 == len(store.requests.last(9))

    def test_a_request_that_cannot_be_kept_is_answered_all_the_same(self, client, store, token, caplog):
        store.database.execute("DROP TABLE requests")
        answer = client.post("/micropub", data={"content": "x"}, headers=token)
        answer.close()

        assert 201 == answer.status_code
        assert re.search("could not be kept", caplog.text)

    def test_a_post_and_its_line_are_two_transactions(self, client, store, token, settings):
        """The post is safe before the line is begun."""
        answer = client.post("/micropub", data={"content": "x"}, headers=token)
        other = Store.open(settings)
        counts = "SELECT (SELECT count(*) FROM posts) AS posts, (SELECT count(*) FROM requests) AS requests"

        assert {"posts": 1, "requests": 0} == other.database.one(counts)
        other.database.close()
        answer.close()
