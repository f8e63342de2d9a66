"""The algebra of updates against a model of a few lines: random posts, random operations."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indie.errors import InvalidRequest
from indie.mf2.item import Item
from indie.micropub import syntax, update

ME = "https://me.example/1"
EVERY = "every value"

# Each row is one value to a client, however it is written.
ROWS = [
    ["a"],
    ["A"],
    ["5", 5],
    ["true", True],
    [""],
    ["https://a.example/p.jpg", "HTTPS://A.example:443/p.jpg", {"value": "https://a.example/p.jpg", "mime": "?"}],
    ["https://a.example/p.jpg#2"],
    [{"html": "<p>a"}],
    [{"type": ["h-card"], "properties": {"name": ["a"], "n": [1]}}],
    [["a"]],
]
NAMES = ["category", "content", "photo", "name"]
OTHERS = ["post-status", "visibility", "published", "mp-slug", "url"]

values = st.lists(st.sampled_from(ROWS).flatmap(st.sampled_from), max_size=4)
parts = st.dictionaries(st.sampled_from(NAMES + OTHERS), values, max_size=3)
deletes = parts | st.lists(st.sampled_from(NAMES + OTHERS), max_size=2)
updates = st.builds(syntax.Update, st.just(ME), parts, parts, deletes, st.just({}))
posts = st.dictionaries(
    st.sampled_from(NAMES + OTHERS[:3]), values.map(lambda sent: [value for value in sent if value]), max_size=5
)


def row(value):
    """The number of the row that a value stands in; 1 is not True here."""
    return next(i for i, same in enumerate(ROWS) if json.dumps(value) in map(json.dumps, same))


def model(post, sent):
    """The post after the update, or None where it is refused."""
    post = {name: list(found) for name, found in post.items() if found}
    delete = sent.delete if isinstance(sent.delete, dict) else dict.fromkeys(sent.delete, EVERY)
    if any(value != "" for part in (sent.replace, sent.add) for value in part.get("url", [])):
        return None
    for name, gone in delete.items():
        if name in NAMES:
            post[name] = [v for v in post.get(name, []) if gone != EVERY and row(v) not in map(row, gone)]
    for name, new in sent.replace.items():
        if name in NAMES or (name in OTHERS[:3] and any(value != "" for value in new)):
            post[name] = [value for value in new if value != ""]
    for name, new in sent.add.items():
        told = [value for value in new if value != ""]
        if name in OTHERS[:3] and told:
            post[name] = told
        for value in told if name in NAMES else []:
            if row(value) not in map(row, post.get(name, [])):
                post[name] = [*post.get(name, []), value]
    post = {name: found for name, found in post.items() if found}
    return post if set(post) & set(NAMES) else None


def apply(properties, sent):
    """What `update.apply` makes of an h-entry with these properties; None where it refuses."""
    try:
        return update.apply(Item(("h-entry",), properties), sent).properties
    except InvalidRequest:
        return None


@settings(max_examples=2000)
@given(posts, updates)
def test_it_does_what_the_model_does(post, sent):
    """Compared as JSON, because 1 and true are equal to Python and to nobody else."""
    made = apply(post, sent)
    found = None if made is None else {name: there for name, there in made.items() if there}
    assert json.dumps(model(post, sent), sort_keys=True) == json.dumps(found, sort_keys=True)


@given(posts, updates)
def test_properties_keep_their_order(post, sent):
    made = apply(post, sent)
    if made is not None:
        assert [name for name in post if name in made] == [name for name in made if name in post]
        assert list(made)[: len(set(post) & set(made))] == [name for name in made if name in post]


@given(posts, updates)
def test_twice_is_once(post, sent):
    """Where no property is in both delete and add; there a value would go to the end once more."""
    if not set(sent.delete) & set(sent.add):
        once = apply(post, sent)
        if once is not None:
            assert json.dumps(once) == json.dumps(apply(once, sent))


@given(posts, updates)
def test_neither_the_post_nor_the_request_is_changed(post, sent):
    before = copy.deepcopy((post, sent))
    apply(post, sent)
    assert before == (post, sent)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.sampled_from(["http://a", ME]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text() | st.sampled_from(["type", "value", "html", "alt", "properties"]), inner, max_size=3),
    max_leaves=8,
)
names = st.text() | st.sampled_from([*NAMES, *OTHERS, "type", "access_token", "uid"])
anything = st.dictionaries(names, st.lists(json_values, max_size=3), max_size=4)


@settings(max_examples=500)
@given(
    st.lists(st.sampled_from(["h-entry", "h-card", "h-x"]), min_size=1, max_size=2),
    anything,
    st.builds(syntax.Update, st.just(ME), anything, anything, anything | st.lists(names, max_size=3), anything),
)
def test_whatever_is_sent_is_done_or_refused(kinds, properties, sent):
    """No crash; what comes out can be stored and read again, and holds no new command and no token."""
    item = Item(tuple(kinds), properties)
    update.commands(sent)
    try:
        changed = update.apply(item, sent, (ME,))
    except InvalidRequest:
        return
    new = set(changed.properties) - set(properties)
    assert changed == Item.from_json(json.loads(json.dumps(changed.to_json())))
    assert item.type == changed.type
    assert not [name for name in new if name.startswith("mp-") or name in ("access_token", "type", "")]


@pytest.mark.parametrize("properties", [{"category": [], "name": ["n"]}, {"name": ["n", None, ""]}])
def test_what_is_not_touched_stays_as_odd_as_it_was(properties):
    """An imported post may hold what no client could send."""
    assert properties == apply(properties, syntax.Update(ME, {}, {}, ["photo"], {}))
