import pytest

from indie.mf2.item import Item
from indie.mf2.post_type import discover

U = ["https://b.example/"]
BOOK = [{"type": ["h-cite"], "properties": {"name": ["A book"]}}]


def kind(root="h-entry", **properties):
    return discover(Item((root,), {name.replace("_", "-"): values for name, values in properties.items()}))


@pytest.mark.parametrize(
    ("expected", "properties"),
    [
        ("rsvp", {"rsvp": ["Yes"], "in_reply_to": U}),
        ("reply", {"rsvp": ["perhaps"], "in_reply_to": U}),
        ("repost", {"repost_of": U, "like_of": U}),
        ("like", {"like_of": U, "in_reply_to": U}),
        ("note", {"like_of": ["a post"]}),
        ("note", {"like_of": ["javascript:x"]}),
        ("reply", {"in_reply_to": U, "bookmark_of": U, "photo": U}),
        ("bookmark", {"bookmark_of": U, "photo": U, "name": ["x"]}),
        ("follow", {"follow_of": U}),
        ("checkin", {"checkin": [{"type": ["h-card"], "properties": {"name": ["Café"]}}], "photo": U}),
        ("read", {"read_of": BOOK, "photo": U}),
        ("listen", {"listen_of": U}),
        ("jam", {"jam_of": U, "photo": U}),
        ("checkin", {"checkin": ["geo:52.5,13.4;name=Café"]}),
        ("note", {"checkin": ["a café"]}),
        ("note", {"listen_of": ["a song"]}),
        ("food", {"ate": [{"type": ["h-food"], "properties": {"name": ["Pizza"]}}], "photo": U}),
        ("drink", {"drank": ["Tea"]}),
        ("watch", {"watch_of": U}),
        ("video", {"video": U, "audio": U, "photo": U}),
        ("audio", {"audio": U, "photo": U}),
        ("photo", {"photo": [{"value": U[0], "alt": "x"}], "name": ["x"], "content": ["y"]}),
        ("article", {"name": ["Title"], "content": ["Other words"]}),
        ("article", {"name": ["Title"], "content": [{"html": "<p>Other words</p>"}]}),
        ("article", {"name": ["Title"], "summary": ["Other words"]}),
        ("note", {"name": ["  Some\n words "], "content": ["Some words and more"]}),
        ("note", {"name": ["Title"]}),
        ("note", {"content": ["x"]}),
        ("note", {"name": [""], "content": ["x"]}),
        ("note", {}),
    ],
)
def test_the_kind_of_an_entry(expected, properties):
    """W3C Post Type Discovery §4."""
    assert expected == kind(**properties)


@pytest.mark.parametrize(("root", "expected"), [("h-event", "event"), ("h-recipe", "recipe"), ("h-review", "review"), ("h-card", "card"), ("h-cite", "reply")])
def test_what_the_type_itself_says_comes_first(root, expected):
    assert expected == kind(root, in_reply_to=U)
