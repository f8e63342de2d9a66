"""Whatever text comes from outside has the same outcome on both engines, and none of it is a fault of ours."""

import random
import string
from datetime import datetime

import pytest

from indie.mf2.item import Item
from indie.posts.post import Post
from indie.store.finding import Filter
from indie.store.media import HERE, Medium
from indie.store.owner import Owner

NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")


def noise(length, letters=string.ascii_letters):
    """Letters that no compression makes shorter, the same in each run."""
    chance = random.Random(length)
    return "".join(chance.choices(letters, k=length))


LONG = noise(20_000)
LONG_ONES = {
    "a category": {"category": [LONG]},
    "a name of a property": {LONG: ["x"]},
    "a name and a URL that just fit": {LONG[:100]: [f"https://a.example/{LONG[:2020]}"]},
    "a URL": {"like-of": [f"https://a.example/{LONG}"]},
    "a URL of other letters": {"in-reply-to": [f"https://a.example/{noise(670, [chr(code) for code in range(0x4E00, 0x9F00)])}"]},
    "a channel": {"mp-channel": [LONG]},
    "a place for a copy": {"mp-syndicate-to": [LONG]},
    "a slug": {"mp-slug": [LONG]},
    "texts": {"name": [LONG], "content": [LONG], "syndication": [f"https://a.example/{LONG}"]},
    "photos": {"photo": [f"https://a.example/{LONG}", f"https://a.example/{LONG[:2020]}"]},
}


class TestNoText:
    """NUL is none for PostgreSQL, half a surrogate pair for nobody: U+FFFD stands in their place."""

    @pytest.mark.parametrize(("said", "kept"), [("a\0b", "a\ufffdb"), ("a\ud800b", "a\ufffdb"), ("\ud83e\udd13", "🤓")], ids=ascii)
    def test_it_is_kept_as_far_as_it_is_one(self, store, said, kept):
        """The two halves of one character, sent apart, are that character."""
        store.owner.put(Owner("Olaf", note=said), NOW)

        assert kept == store.owner.get().note

    def test_nothing_is_found_by_it(self, store):
        assert None is store.posts.at("/2026/07/23/\0")

    def test_no_search_breaks_on_it(self, store):
        assert [] == store.finding.posts(Filter(text="a\0b", values=(("category", "\0"),)), 9)

    def test_a_post_comes_back_as_it_was_sent(self, store):
        """Its JSON says NUL in other words."""
        item = Item(("h-entry",), {"content": ["a\0b"], "published": ["2026-07-23T12:00:00Z"]})
        added = store.posts.add(Post("/a", item, "note"), NOW)

        assert "a\0b" == store.posts.by_id(added.id).item.text("content")

    @pytest.mark.parametrize("path", ["/%00", "/2026/07/23/a%00b", "/tags/%00/", "/media/%00.png", "/\ud800"], ids=ascii)
    def test_404_at_an_address_with_it(self, client, path):
        assert 404 == client.get(path.encode("utf-8", "surrogatepass").decode("latin-1")).status_code


NOT_ALLOWED = (400, "source_not_allowed")


class TestLong:
    """An index of PostgreSQL takes 2,704 bytes."""

    @pytest.mark.parametrize("properties", LONG_ONES.values(), ids=LONG_ONES)
    def test_a_post_is_made_all_the_same(self, client, bearer, properties):
        body = {"type": ["h-entry"], "properties": {"content": ["x"]} | properties}
        answer = client.post("/micropub", json=body, headers=bearer("create"))

        assert 201 == answer.status_code, answer.text
        assert 200 == client.get(answer.location).status_code

    @pytest.mark.parametrize(
        ("source", "refused"), [(LONG, (413, "invalid_request")), ("ä" * 1000, NOT_ALLOWED), ("%" * 2000, NOT_ALLOWED)],
        ids=["as it is", "in bytes", "escaped"],
    )  # fmt: skip
    def test_a_webmention_from_there_is_refused(self, client, bearer, source, refused):
        target = client.post("/micropub", json={"type": ["h-entry"], "properties": {"content": ["x"]}}, headers=bearer("create"))
        answer = client.post("/webmention", data={"source": f"https://a.example/{source}", "target": target.location})

        assert refused == (answer.status_code, answer.json["error"])


class TestCase:
    """LIKE makes no difference between `A` and `a`, and all the difference between `Ä` and `ä`."""

    @pytest.mark.parametrize(("text", "found"), [("abc.jpg", True), ("ABC.JPG", True), ("Ä", True), ("ä", False), ("a_c", False)])
    def test_a_text_is_looked_for_wherever_it_stands(self, store, text, found):
        store.database.execute("INSERT INTO site (name, value) VALUES ('test', 'Äxabc.jpg')")
        row = store.database.one(
            "SELECT value FROM site WHERE name = 'test' AND value LIKE :text ESCAPE '!'",
            text=f"%{text.replace('_', '!_')}%",
        )

        assert found == (row is not None)


def test_texts_are_in_the_order_of_their_bytes(store):
    """Not in that of a language, in which case and punctuation count little: cursors and dates hang on it."""
    for name in ("b", "~", "a", "Z", "-", "é", "1"):
        store.media.put(Medium(name, HERE, "photo", file=name), NOW)

    assert ["é", "~", "b", "a", "Z", "1", "-"] == [medium.name for medium in store.media.uploaded(9)]
