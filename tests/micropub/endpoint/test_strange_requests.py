"""Whatever is sent, the answer is an answer: never a 500, never a post of nobody, and the site stays up."""

import json
import random
import string

import pytest

MANY = 700

# Why: a multipart body that breaks off within a file leaves Werkzeug's temporary file to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")

TYPES = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/json; charset=utf-16",
    "text/plain",
    "",
)
KEYS = (
    *("content", "category", "category[]", "category[0]", "content[html]", "photo", "photo[alt]", "photo[value]"),
    *("checkin[properties][name][]", "checkin[type]", "published", "updated", "post-status", "visibility", "url"),
    *("h", "action", "type", "properties", "replace", "mp-slug", "mp-photo-alt", "access_token", "name", "in-reply-to"),
    *("", "[]", "a[", "a]b", "content[", "mp-", "x" * 300, "🤓", "a[b][c][]", "h[]", "like-of", "start", "rsvp", "audio"),
)
TEXTS = (
    *("x", "", " ", "\0", "🤓", "שלום", "\ud7ff", "<script>", "100%", "https://a.example/1", "http://[", "javascript:x"),
    *("2026-07-23", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "draft", "private", "delete", "undelete"),
    *("update", "h-entry", "h-", "entry", "../..", "http://site.example/", "\r\n", "a" * 5000, "]]>", "{{7*7}}", "\\", "'\""),
)
SCALARS = (None, True, False, 0, -1, 1.5, 1e308, 10**30, *TEXTS)


def any_json(dice, depth=0):
    """A value as a client could send it, and as none would."""
    kind = dice.random()
    if depth > 4 or kind < 0.5:
        return dice.choice(SCALARS)
    if kind < 0.75:
        return [any_json(dice, depth + 1) for _ in range(dice.randrange(4))]
    return {dice.choice(KEYS): any_json(dice, depth + 1) for _ in range(dice.randrange(4))}


def a_request(dice):
    """(content type, body): JSON, a form, a multipart body, or one of these damaged."""
    kind = dice.randrange(4)
    if kind == 0:
        whole = any_json(dice)
    else:
        whole = {"type": ["h-entry"], "properties": {dice.choice(KEYS): any_json(dice) for _ in range(3)}}
    body = json.dumps(whole).encode()
    if kind == 2:
        fields = [f"{dice.choice(KEYS)}={dice.choice(TEXTS)}".replace("&", "%26") for _ in range(dice.randrange(6))]
        body = "&".join(fields).encode()
    if kind == 3:
        parts = (
            f'--x\r\nContent-Disposition: form-data; name="{dice.choice(KEYS)}"'
            f'{dice.choice(["", "; filename=a.jpg", "; filename="])}\r\n\r\n{dice.choice(TEXTS)}\r\n'
            for _ in range(dice.randrange(5))
        )
        body = ("".join(parts) + "--x--\r\n").encode()
    if dice.random() < 0.2:
        cut = dice.randrange(len(body) + 1)
        body = body[:cut] + dice.randbytes(3) + body[cut + 2 :]
    likely = {2: TYPES[1], 3: TYPES[2]}.get(kind, TYPES[0])
    return (likely if dice.random() < 0.9 else dice.choice(TYPES)), body


@pytest.mark.parametrize("seed", range(2))
def test_it_is_an_answer(client, bearer, posts, seed):
    """2xx or 4xx, the error in JSON; what was made can be read back, and the home page with it."""
    dice = random.Random(seed)
    headers = bearer("create update delete undelete")
    made = set()
    for _ in range(MANY):
        content_type, body = a_request(dice)
        answer = client.post("/micropub", data=body, content_type=content_type, headers=headers)
        told = f"{content_type} {body!r} {answer.status_code}"
        assert answer.status_code in (200, 201, 204, 400, 413, 415), told
        if answer.status_code == 201:
            made.add(answer.location)
            source = client.get("/micropub", query_string={"q": "source", "url": answer.location}, headers=headers)
            assert 200 == source.status_code, told
            assert client.get(answer.location).status_code in (200, 404), told
        elif answer.status_code >= 400 and answer.data:
            assert {"error", "error_description"} <= set(answer.json), told

    assert 30 < len(made)
    assert len(made) == posts()
    assert 200 == client.get("/").status_code


def test_nobody_ever_makes_a_post(client, posts):
    """Without a token, whatever else is said."""
    dice = random.Random(7)
    for _ in range(MANY):
        content_type, body = a_request(dice)
        answer = client.post("/micropub", data=body, content_type=content_type)
        assert answer.status_code in (400, 401, 413), f"{content_type} {body!r} {answer.status_code}"

    assert 0 == posts()


def test_no_question_is_too_strange(client, bearer):
    """200 or 400, in JSON."""
    dice = random.Random(3)
    headers = bearer("create update")
    for _ in range(MANY // 3):
        pairs = [(dice.choice([*KEYS, "q", "properties[]"]), dice.choice([*TEXTS, "source", "config"])) for _ in range(4)]
        query = "&".join(f"{name}={value}" for name, value in pairs if value.isascii() and "\0" not in value)
        answer = client.get(f"/micropub?{query}", headers=headers)
        assert answer.status_code in (200, 400), query
        assert answer.json is not None


def test_no_header_is_too_strange(client):
    """401 for everything that is no token of ours."""
    dice = random.Random(5)
    for _ in range(300):
        value = "".join(dice.choices(string.printable.strip() + " \x80ÿ", k=dice.randrange(40)))
        answer = client.get("/micropub?q=config", headers={"Authorization": f"{dice.choice(['', 'Bearer '])}{value}"})
        assert 401 == answer.status_code, value
