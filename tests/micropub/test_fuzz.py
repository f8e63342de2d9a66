"""Ten thousand requests that nobody would send: no fault of ours comes of one, and no post is half made."""

import random
import re
from pathlib import Path

import pytest

from indie.demo import PAGES
from indie.store.posts import LONGEST_NAME

CLIENTS = Path(__file__).parent.parent / "clients"
PICTURE = (PAGES / "mira.example" / "fence.webp").read_bytes()

CASES = 10_000
PORTIONS = 20
"""Each with a database of its own, so that none becomes slow, and a seed that says which failed."""

FEW = 5
ENOUGH = pytest.mark.sqlite("a quarter of them is enough for the other engine: bodies are read before they are stored")

KINDS = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=----boundary",
    "application/json; charset=utf-16",
    "multipart/form-data",
    "text/plain",
)
WORDS = [
    *(b"[", b"]", b"{", b"}", b'"', b"\\", b"\\u0000", b"\\ud800", b"\x00", b"\xff", b"%00", b"%ff", b"%", b"&", b"=", b":"),
    *(b"null", b"true", b"-1", b"1e999", b"NaN", b"[]", b"{}", b'""', b"[[[[[[[[[[", b'{"a":' * 30, b"9" * 400),
    *(b"access_token", b"action", b"url", b"type", b"properties", b"replace", b"add", b"delete", b"h", b"mp-slug"),
    *(b"mp-photo-alt", b"mp-channel", b"mp-syndicate-to", b"photo", b"content", b"html", b"value", b"alt", b"published"),
    *(b"updated", b"post-status", b"visibility", b"syndication", b"location", b"checkin", b"category", b"rsvp", b"uid"),
    *(b"in-reply-to", b"like-of", b"geo:1,2", b"geo:,;;", b"h-entry", b"h-event", b"2026-02-30", b"0001-01-01T00:00:00+14:00"),
    *(b"9999-12-31T23:59:59-14:00", b"update", b"undelete", b"draft", b"private", b"https://[", b"http://a.example/%"),
    *(b"{post}", b"javascript:1", b"<script>", b"&#0;", b"\xf0\x9f\x98\x80", b"\xe2\x80\xae", b"\r\n", b"\n\n", b"--", b"a" * 3000),
]
METHODS = ("POST",) * 8 + ("GET", "PUT")


def bodies():
    """The bodies of all recorded requests: what real clients send is where strange things begin."""
    for path in sorted(CLIENTS.glob("*.http")):
        body = path.read_bytes().partition(b"\n\n")[2].removesuffix(b"\n")
        if b"--boundary" in body:
            body = body.replace(b"\n", b"\r\n")
        yield body.replace(b"{picture}", PICTURE[:200])


def mutate(chance, body, others):
    """Cut, doubled, joined with another, or with foreign words in it."""
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        start, end = sorted(chance.choices(range(len(body) + 1), k=2))
        end = min(end, start + chance.choice((0, 1, 3, 30)))
        other = chance.choice(others)
        match chance.randrange(7):
            case 0:
                body = body[:start] + body[end:]
            case 1:
                body = body[:start] + chance.choice(WORDS) + body[end:]
            case 2:
                body = body[:end] + body[start:]
            case 3:
                body = body[:start] + other[start:]
            case 4:
                body = body[:start] + chance.randbytes(chance.randrange(1, 5)) + body[end:]
            case 5:
                body = chance.choice(WORDS).join(re.split(rb"\b%s\b" % re.escape(chance.choice(WORDS[26:40])), body))
            case 6:
                words = re.findall(rb"[\w-]{2,}", body) or [b"x"]
                body = body.replace(chance.choice(words), chance.choice(WORDS), chance.choice((1, -1)))
    return body[:20_000]


# Why: Werkzeug leaves the file of a part open when the next part cannot be read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "seed", [*range(FEW), *(pytest.param(seed, marks=ENOUGH) for seed in range(FEW, PORTIONS))]
)
def test_a_strange_body_makes_no_fault_and_no_half_post(client, settings, store, bearer, seed):
    """An answer below 500 (the test client raises what would be one), and a database in which everything belongs."""
    chance, recorded = random.Random(seed), list(bodies())
    token = bearer("create update delete undelete media")
    if not settings.database:
        store.database.execute("PRAGMA synchronous = OFF")
    made = client.post("/micropub", data={"content": "There already"}, headers=token).headers["Location"].encode()
    after = everything(store)
    for number in range(CASES // PORTIONS):
        body = mutate(chance, chance.choice(recorded), recorded).replace(b"{post}", made)
        before = after
        answer = client.open(
            "/micropub",
            method=chance.choice(METHODS),
            data=body,
            headers=token,
            content_type=kind_of(chance, body),
        )
        after = everything(store)
        answer.close()

        assert answer.status_code < 500, (number, body)
        assert answer.status_code in (201, 204) or before == after, (number, body)
        assert answer.status_code != 201 or answer.headers["Location"].startswith("http://site.example/"), (number, body)
    assert_whole(client, store)
    if not settings.database:  # PostgreSQL knows no other way
        assert [] == store.database.query("PRAGMA foreign_key_check")


def kind_of(chance, body):
    """Mostly the type that the body had before it was mutated."""
    if chance.random() < 0.15:
        return chance.choice(KINDS)
    return KINDS[0 if body.lstrip()[:1] == b"{" else 2 if b"--boundary" in body else 1]


def everything(store):
    """How much there is of everything that a request may make."""
    counts = ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in TABLES)
    return store.database.one(f"SELECT {counts}")


TABLES = ("posts", "paths", "revisions", "media", "deliveries", "jobs", "replays", "post_properties")


def assert_whole(client, store):
    """Each post can be read, has its path, its index and its page; nothing stands alone."""
    posts = [store.posts.by_id(row["id"]) for row in store.database.query("SELECT id FROM posts")]
    assert len(posts) > 10
    for post in posts:
        assert post == store.posts.at(post.path)
        assert post.published
        indexed = store.database.query("SELECT DISTINCT name FROM post_properties WHERE post_id = :id", id=post.id)
        # Why less these: the tags of a post are indexed too, also those that stand in its text alone.
        tags = {"#", "category"}
        named = {name for name, values in post.item.properties.items() if values and len(name) <= LONGEST_NAME}
        assert named - tags == {row["name"] for row in indexed} - tags
    for post in posts[-20:]:
        assert client.get(post.path).status_code in (200, 404, 410)
    assert 200 == client.get("/").status_code
    unpaired = store.database.one(
        "SELECT count(*) AS posts FROM posts WHERE NOT EXISTS (SELECT 1 FROM paths WHERE paths.path = posts.path)"
    )
    assert 0 == unpaired["posts"]
