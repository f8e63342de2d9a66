"""Posts found by their words, on either engine."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indie import times
from indie.mf2.item import Item
from indie.posts import words
from indie.posts.post import Post
from indie.store.finding import FEW, Filter

NOW = datetime(2026, 7, 23, 12, tzinfo=UTC)


@pytest.fixture
def add(store):
    """`add("/a", content=["…"])` stores a note."""

    def add(path, **properties):
        item = Item(("h-entry",), {"published": [times.rfc3339(NOW)], **properties})
        return store.posts.add(Post(path, item, "note"), NOW)

    return add


def wanted(text):
    return Filter(terms=words.sought(text), visibilities=("public",), unseen=False)


@pytest.fixture
def found(store):
    """`found("words")` are the paths of the posts that have them."""
    return lambda text: [post.path for post in store.finding.posts(wanted(text), 20)]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Die Straße war naß", "STRASSE"),
        ("Un café crème, s'il vous plaît", "cafe creme"),
        ("Un cafe, sans accent", "café"),
        ("Llamas are back", "llama"),
        ("Llama 3.1 is out", '"Llama 3.1"'),
        ("C++ and node.js", "node.js"),
        ("東京タワーに行きました", "東京"),
        ("東京タワーに行きました", "タワー"),
        ("ﾀﾜｰを見た", "タワー"),
        ("吾輩は猫である", "猫"),
        ("今日は黒猫", "猫"),
        ("我爱北京天安门", "天安门"),
        ("مرحباً بالعالم", "مرحبا"),
        ("السَّلامُ عليكم", "السلام"),
        ("שָׁלוֹם עולם", "שלום"),
        ("नमस्ते दुनिया, हिन्दी में", "हिन्दी"),
        ("สวัสดีชาวโลก", "ชาวโลก"),
        ("안녕하세요 세계를 봅니다", "세계"),
        ("Мир и любовь", "МИР"),
        ("Όλος ο κόσμος", "ΚΟΣΜΟΣ"),
        ("Nice 🤓 indeed", "🤓"),
        ("Written by 👩‍💻", "👩‍💻"),
        ("Really ⁉", "⁉"),
        ("Buy Llama™ now", "llama tm"),
    ],
)
def test_a_word_is_found(add, found, text, query):
    """In any script, without case, width and accents, and where words stand together."""
    add("/a", content=[text])
    add("/b", content=["Something else altogether"])

    assert ["/a"] == found(query)


@pytest.mark.parametrize(
    ("text", "query"),
    [("hindi हिन्दी", "हन्द"), ("ガラス", "カラス"), ("concatenate", "cat"), ("in order", "or and")],
)
def test_another_word_is_not(add, found, text, query):
    """Vowels of India and voiced kana are letters, a word is found from its beginning, and all words must be there."""
    add("/a", content=[text])

    assert [] == found(query)


@pytest.mark.parametrize(
    "properties",
    [
        {"name": ["Of llamas"]},
        {"summary": ["Of llamas"]},
        {"category": ["llamas"]},
        {"content": [{"html": "<p>Of <b>lla</b>mas</p>"}]},
        {"photo": [{"value": "https://a.example/1.jpg", "alt": "Two llamas"}]},
    ],
    ids=lambda one: next(iter(one)),
)
def test_where_words_count(add, found, properties):
    """Also what is to be seen on a picture."""
    add("/a", **properties)

    assert ["/a"] == found("llamas")


def test_the_newest_first(add, found):
    for year in (2024, 2026, 2025):
        add(f"/{year}", content=["llamas"], published=[f"{year}-01-01T00:00:00Z"])

    assert ["/2026", "/2025", "/2024"] == found("llamas")


def test_an_update_is_found_by_what_it_says_now(store, add, found):
    post = add("/a", content=["llamas"])
    changed = replace(post, item=replace(post.item, properties={**post.item.properties, "content": ["alpacas"]}))
    store.posts.change(post, changed, "update", "", NOW)

    assert ([], ["/a"]) == (found("llamas"), found("alpacas"))


@pytest.mark.parametrize(
    "way",
    [{"status": "draft"}, {"status": "scheduled"}, {"visibility": "private"}, {"visibility": "unlisted"}, {"deleted": NOW}],
    ids=str,
)
def test_what_is_not_public_is_not_found(store, add, found, way):
    post = add("/a", content=["llamas"])
    store.posts.change(post, replace(post, **way), "update", "", NOW)

    assert [] == found("llamas")


def test_pages_join_where_many_are_found(store, add):
    """More posts than are looked up one by one are found as those are."""
    with store.write():
        for number in range(FEW + 5):
            add(f"/{number}", content=["llamas"])
        add("/none", content=["alpacas"])
    first = store.finding.posts(wanted("llamas"), 600)
    second = store.finding.posts(wanted("llamas"), 600, older=(times.sortable(first[-1].published), first[-1].id))

    assert [f"/{number}" for number in reversed(range(FEW + 5))] == [post.path for post in (*first, *second)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(text=st.text(max_size=300), query=st.text(max_size=300) | st.text(alphabet="\"'*():^-+&|!<>\\%_ \0aANDORNEAR", max_size=40))
def test_whatever_is_written_and_looked_for(store, text, query):
    """No text breaks the index, no search breaks out of its quotes; and what a post says finds it."""
    with store.write():
        path = f"/{store.database.one('SELECT count(*) AS n FROM posts')['n']}"
        store.posts.add(Post(path, Item(("h-entry",), {"published": [times.rfc3339(NOW)], "content": [text]}), "note"), NOW)

    if words.sought(query):
        store.finding.posts(wanted(query), 5)
    if words.sought(text):
        assert path in [post.path for post in store.finding.posts(wanted(text), 1)]


def test_a_post_of_too_many_words_is_stored(store, add, found):
    """It is found by the first of them."""
    add("/a", content=[" ".join(f"word{number}" for number in range(100_000))])

    assert (["/a"], []) == (found("word7"), found("word99999"))


@pytest.mark.sqlite("its index")
class TestIndex:
    def test_is_in_step(self, store, add):
        """As FTS5 itself checks."""
        post = add("/a", content=["llamas"])
        store.posts.change(post, replace(post, deleted=NOW), "delete", "", NOW)
        store.posts.reindex()

        store.database.execute("INSERT INTO post_terms (post_terms, rank) VALUES ('integrity-check', 1)")

    def test_is_made_again_where_it_is_missing(self, store, add, found):
        """A file that was handed on has none."""
        add("/a", content=["llamas"])
        store.database.unequip()

        store.database.equip()

        assert ["/a"] == found("llamas")

    def test_is_no_table_of_the_site(self, store):
        assert not [table.name for table in store.database.catalogue() if table.name.startswith("post_terms")]
