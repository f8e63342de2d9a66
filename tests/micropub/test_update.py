"""What an update does to a post's item (Micropub §3.4), row by row of the table it was built from."""

import copy
import json

import pytest

from indie.errors import InvalidRequest
from indie.mf2.item import Item
from indie.micropub import syntax, update

ME = "https://me.example/2026/07/23/one"
PHOTO = "https://me.example/media/a.jpg"
CARD = {"type": ["h-card"], "properties": {"name": ["Café"], "latitude": [52.5], "url": ["https://cafe.example/"]}}


def entry(**properties):
    """An h-entry with a content; underscores stand for hyphens."""
    return Item(("h-entry",), {"content": ["words"]} | _hyphens(properties))


def change(*, replace=None, add=None, delete=None, **commands):
    """What a client sent, as `syntax` hands it on."""
    return syntax.Update(ME, replace or {}, add or {}, {} if delete is None else delete, _hyphens(commands))


def after(item, own=(), **operations):
    """The properties of the item after these operations, without the content that it had."""
    changed = update.apply(item, change(**operations), own).properties
    return {name: values for name, values in changed.items() if (name, values) != ("content", ["words"])}


def _hyphens(named):
    return {name.replace("_", "-"): values for name, values in named.items()}


class TestAdd:
    def test_a_value_comes_after_the_others(self):
        assert {"category": ["z", "a"]} == after(entry(category=["z"]), add={"category": ["a"]})

    def test_a_missing_property_is_created(self):
        assert {"category": ["a"]} == after(entry(), add={"category": ["a"]})

    @pytest.mark.parametrize(
        ("name", "there", "added"),
        [
            ("category", "indieweb", "indieweb"),
            ("category", 5, "5"),
            ("category", "4.5", 4.5),
            ("category", "true", True),
            ("syndication", "https://a.example/1", "https://a.example/1"),
            ("syndication", "https://a.example/%7Eann", "HTTPS://A.example:443/~ann"),
            ("photo", PHOTO, PHOTO),
            ("photo", {"value": PHOTO, "alt": "A tree"}, PHOTO),
            ("photo", {"value": PHOTO, "alt": "A tree"}, {"value": PHOTO, "alt": "A bush"}),
            ("checkin", CARD, copy.deepcopy(CARD)),
            ("content", {"html": "<p>a", "value": "a"}, {"value": "a", "html": "<p>a"}),
            ("x-list", ["a", ["b"]], ["a", ["b"]]),
        ],
    )
    def test_a_value_already_there_is_not_doubled(self, name, there, added):
        """The one that stands there stays as it was spelled."""
        item = entry(**{name: [there, "z"]})
        assert item == update.apply(item, change(add={name: [added]}))

    @pytest.mark.parametrize(
        ("there", "added"),
        [
            ("indieweb", "IndieWeb"),
            ("5", "5.0"),
            (1, True),
            ("https://a.example/1", "https://a.example/1/"),
            ("https://a.example/1", "http://a.example/1"),
            ("https://a.example/1#c1", "https://a.example/1#c2"),
            ('{"a": 1}', {"a": 1}),
            ({"html": "<p>a", "value": PHOTO}, {"html": "<p>b", "value": PHOTO}),
            (CARD | {"value": PHOTO}, PHOTO),
            ({"value": 5, "unit": "km"}, {"value": 5, "unit": "mi"}),
            ({"a": 1}, {"a": True}),
        ],
    )
    def test_a_value_that_only_looks_alike_is_added(self, there, added):
        values = update.apply(entry(x=[there]), change(add={"x": [added]})).properties["x"]
        assert json.dumps([there, added]) == json.dumps(values)

    def test_a_value_sent_twice_is_added_once(self):
        assert {"category": ["a", "b"]} == after(entry(), add={"category": ["a", "b", "a"]})

    def test_a_photo_without_words_gets_those_it_is_added_with(self):
        """Who describes a picture that stands there is heard, and the picture keeps its place."""
        described = {"value": PHOTO, "alt": "A tree"}
        item = entry(photo=[PHOTO, "https://a.example/b.jpg"])
        assert {"photo": [described, "https://a.example/b.jpg"]} == after(item, add={"photo": [described]})

    @pytest.mark.parametrize("name", ["content", "name", "summary"])
    def test_what_is_shown_once_is_still_a_list(self, name):
        """The truth is a list of values, the page shows the first."""
        assert ["one", "two"] == after(entry(**{name: ["one"]}), add={name: ["two"]})[name]

    @pytest.mark.parametrize(
        ("name", "old", "new"),
        [
            ("published", "2026-07-23T17:00:00+02:00", "2026-07-24T17:00:00+02:00"),
            ("post-status", "draft", "published"),
            ("visibility", "public", "private"),
        ],
    )
    def test_what_makes_sense_once_is_replaced(self, name, old, new):
        assert {name: [new]} == after(entry(**{name: [old]}), add={name: [new]})

    @pytest.mark.parametrize("value", [5, 4.5, True, False, 0, "a"])
    def test_a_scalar_stays_what_it_is(self, value):
        assert json.dumps([value]) == json.dumps(after(entry(), add={"rating": [value]})["rating"])

    def test_a_nested_item_keeps_its_type(self):
        assert {"checkin": [CARD]} == after(entry(), add={"checkin": [CARD]})


class TestDelete:
    def test_one_value(self):
        assert {"category": ["a", "c"]} == after(entry(category=["a", "b", "c"]), delete={"category": ["b"]})

    def test_a_value_that_is_there_twice(self):
        assert {"category": ["a"]} == after(entry(category=["b", "a", "b"]), delete={"category": ["b"]})

    def test_a_whole_property(self):
        assert {"name": ["n"]} == after(entry(category=["a", "b"], name=["n"]), delete=["category"])

    def test_several_properties(self):
        assert {} == after(entry(category=["a"], name=["n"]), delete=["category", "name"])

    @pytest.mark.parametrize("delete", [{"category": ["b"]}, {"name": ["a"]}, {"category": []}, ["name"], [], {}])
    def test_what_is_not_there_changes_nothing(self, delete):
        item = entry(category=["a"])
        assert item == update.apply(item, change(delete=delete))

    def test_with_its_last_value_the_property_disappears(self):
        assert {} == after(entry(category=["a"]), delete={"category": ["a"]})

    def test_the_content_where_something_else_remains(self):
        assert {"photo": [PHOTO]} == after(entry(photo=[PHOTO]), delete=["content"])

    @pytest.mark.parametrize("sent", [PHOTO, PHOTO.replace("me.", "ME."), {"value": PHOTO}, {"value": PHOTO, "alt": "?"}])
    @pytest.mark.parametrize("stored", [PHOTO, {"value": PHOTO, "alt": "A tree"}, {"url": PHOTO, "alt": "A tree"}])
    def test_a_photo_by_its_url(self, stored, sent):
        """However it is stored and however it is spelled."""
        item = entry(photo=["https://a.example/b.jpg", stored])
        assert {"photo": ["https://a.example/b.jpg"]} == after(item, delete={"photo": [sent]})

    @pytest.mark.parametrize(("stored", "sent"), [(5, "5"), ("6", 6), (4.5, "4.5"), (True, "true")])
    def test_a_number_by_its_text(self, stored, sent):
        assert {} == after(entry(rating=[stored]), delete={"rating": [sent]})

    def test_a_nested_item_by_all_that_is_in_it(self):
        same = {"properties": dict(reversed(CARD["properties"].items())), "type": ["h-card"]}
        assert {} == after(entry(checkin=[CARD]), delete={"checkin": [same]})

    def test_not_a_nested_item_by_a_part_of_it(self):
        other = {"type": ["h-card"], "properties": {"name": ["Café"]}}
        assert {"checkin": [CARD]} == after(entry(checkin=[CARD]), delete={"checkin": [other]})

    @pytest.mark.parametrize("name", ["published", "post-status", "visibility"])
    def test_what_every_post_has_stays(self, name):
        """A private post without visibility would be public, a draft without status published."""
        item = entry(**{name: ["private"]})
        for operations in ({"delete": [name]}, {"delete": {name: ["private"]}}, {"replace": {name: []}},
                           {"replace": {name: [""]}}, {"add": {name: [""]}}):
            assert item == update.apply(item, change(**operations))


class TestReplace:
    def test_all_values(self):
        assert {"category": ["c"]} == after(entry(category=["a", "b"]), replace={"category": ["c"]})

    def test_the_content(self):
        assert {"content": ["new"]} == after(entry(), replace={"content": ["new"]})

    def test_a_missing_property_is_created(self):
        assert {"name": ["n"]} == after(entry(), replace={"name": ["n"]})

    @pytest.mark.parametrize("nothing", [[], [""], [None], [{}], ["", []]])
    def test_with_nothing_is_to_remove(self, nothing):
        """An editor for Obsidian sends `category: []`, others send every field of their form."""
        assert {} == after(entry(category=["a"]), replace={"category": nothing})

    def test_empty_strings_are_dropped(self):
        assert {"category": ["a", 0, "b"]} == after(entry(), replace={"category": ["", "a", 0, "", "b"]})

    def test_values_stay_as_they_were_sent(self):
        """No order, spelling or repetition is corrected."""
        sent = ["b", "a", "b", "HTTPS://A.example", CARD, {"html": "<b>", "value": "x"}]
        assert {"x": sent} == after(entry(x=["a"]), replace={"x": sent})

    def test_the_status_of_a_draft(self):
        assert {"post-status": ["published"]} == after(
            entry(post_status=["draft"]), replace={"post-status": ["published"]}
        )


class TestOrder:
    def test_delete_comes_before_replace(self):
        assert {"category": ["a"]} == after(
            entry(category=["a", "b"]), delete={"category": ["a"]}, replace={"category": ["a"]}
        )

    def test_delete_comes_before_add(self):
        assert {"category": ["b", "a"]} == after(
            entry(category=["a", "b"]), delete={"category": ["a"]}, add={"category": ["a"]}
        )

    def test_replace_comes_before_add(self):
        assert {"category": ["c", "d"]} == after(
            entry(category=["a"]), replace={"category": ["c"]}, add={"category": ["d"]}
        )

    def test_the_alt_of_a_photo_is_changed_by_delete_and_add(self):
        """As a client does it that sends the difference of two forms."""
        item = entry(photo=[{"value": PHOTO, "alt": "old"}])
        assert {"photo": [{"value": PHOTO, "alt": "new"}]} == after(
            item, delete={"photo": [{"value": PHOTO, "alt": "old"}]}, add={"photo": [{"value": PHOTO, "alt": "new"}]}
        )

    def test_properties_keep_their_place_and_new_ones_come_last(self):
        item = Item(("h-entry",), {"b": ["1"], "a": ["2"], "gone": ["3"], "d": ["4"]})
        changed = update.apply(
            item, change(delete=["gone", "b"], replace={"a": ["x"], "z": ["y"]}, add={"b": ["w"], "c": ["v"]})
        )
        assert ["b", "a", "d", "z", "c"] == list(changed.properties)


class TestItem:
    def test_the_given_item_is_never_changed(self):
        item = entry(category=["a", "b"], photo=[PHOTO], checkin=[CARD])
        before = copy.deepcopy(item)
        update.apply(
            item,
            change(
                delete={"category": ["a"]}, replace={"content": ["x"]}, add={"photo": [{"value": PHOTO, "alt": "y"}]}
            ),
        )
        assert before == item

    def test_the_two_share_no_list(self):
        """Who goes on with the new one does not change the old one either."""
        item = entry(category=["a"])
        assert item.properties["category"] is not update.apply(item, change()).properties["category"]

    def test_everything_beside_the_properties_is_kept(self):
        child = entry(name=["child"])
        item = Item(("h-entry", "h-review"), {"content": ["words"]}, (child,), "top", {"lang": "de"})
        changed = update.apply(item, change(add={"name": ["n"]}))
        assert (item.type, (child,), "top", {"lang": "de"}) == (changed.type, changed.children, changed.id, changed.rest)

    @pytest.mark.parametrize(
        "operations",
        [
            {},
            {"mp_syndicate_to": ["https://a.example/"]},
            {"replace": {"category": ["a"]}},
            {"add": {"category": []}},
            {"delete": {"category": ["a"]}, "add": {"category": ["a"]}},
        ],
    )
    def test_where_nothing_changed_it_is_equal(self, operations):
        """So that nobody is told of it."""
        item = entry(category=["a"], name=["n"])
        assert item == update.apply(item, change(**operations))

    def test_unknown_properties_are_as_good_as_known_ones(self):
        assert {"geocacheLogType": ["found"]} == after(entry(), add={"geocacheLogType": ["found"]})


class TestRefused:
    @pytest.mark.parametrize(
        "operations",
        [{"replace": {"type": ["h-card"]}}, {"add": {"type": ["h-card"]}}, {"delete": {"type": ["h-entry"]}}, {"delete": ["type"]}],
    )
    def test_the_type_cannot_be_changed(self, operations):
        with pytest.raises(InvalidRequest, match="type"):
            update.apply(entry(name=["n"]), change(**operations))

    @pytest.mark.parametrize(
        "operations",
        [
            {"delete": ["content"]},
            {"delete": {"content": ["words"]}},
            {"replace": {"content": [""]}},
            {"delete": ["content"], "add": {"updated": ["2026-07-23"], "visibility": ["public"]}},
            {"delete": ["content"], "add": {"mp-slug": ["x"]}},
        ],
    )
    def test_something_must_be_left(self, operations):
        """As a new post without anything in it is refused."""
        item = entry(published=["2026-07-23T17:00:00+02:00"], post_status=["published"], visibility=["public"])
        with pytest.raises(InvalidRequest, match="left"):
            update.apply(item, change(**operations))

    def test_an_address_alone_is_no_post(self):
        with pytest.raises(InvalidRequest, match="left"):
            update.apply(entry(url=[ME]), change(delete=["content"]))

    @pytest.mark.parametrize("name", ["url", "uid"])
    @pytest.mark.parametrize("operation", ["replace", "add"])
    @pytest.mark.parametrize("value", ["https://other.example/", "https://me.example/other", "words", 5, {"value": ME}])
    def test_a_foreign_address(self, name, operation, value):
        with pytest.raises(InvalidRequest, match=name):
            update.apply(entry(), change(**{operation: {name: [value]}}), (ME,))

    @pytest.mark.parametrize("operation", ["replace", "add", "delete"])
    def test_values_nested_too_deeply(self, operation):
        """Such a post could be stored and never be read again."""
        value = "x"
        for _ in range(5000):
            value = [value]
        with pytest.raises(InvalidRequest, match="deep"):
            update.apply(entry(), change(**{operation: {"x": value}}))


class TestAddress:
    @pytest.mark.parametrize("name", ["url", "uid"])
    @pytest.mark.parametrize("operation", ["replace", "add"])
    @pytest.mark.parametrize("spelled", [ME, ME + "/", ME.replace("https", "http"), ME + "#top", "https://me.example/s/1"])
    def test_a_posts_own_is_ignored(self, name, operation, spelled):
        """Clients send back what they were given, also by an older address."""
        item = entry()
        assert item == update.apply(item, change(**{operation: {name: [spelled]}}), (ME, "https://me.example/s/1"))

    @pytest.mark.parametrize("operations", [{"delete": ["url", "uid"]}, {"delete": {"url": [ME]}}, {"replace": {"url": []}}])
    def test_it_cannot_be_taken_away(self, operations):
        item = entry(url=[ME], uid=[ME])
        assert item == update.apply(item, change(**operations))

    @pytest.mark.parametrize("name", ["url", "uid"])
    def test_that_of_a_card_is_a_property_like_others(self, name):
        card = Item(("h-card",), {"name": ["Ann"], name: ["https://old.example/"]})
        changed = update.apply(card, change(replace={name: ["https://ann.example/"]}), (ME,))
        assert ["https://ann.example/"] == changed.properties[name]


class TestCommands:
    @pytest.mark.parametrize("operation", ["replace", "add"])
    def test_they_are_never_stored(self, operation):
        item = entry()
        assert item == update.apply(item, change(**{operation: {"mp-slug": ["x"], "access_token": ["secret"], "": ["y"]}}))

    def test_to_delete_one_changes_nothing(self):
        """A syndicator says `delete: ["mp-syndicate-to"]` when it is done."""
        item = entry()
        sent = change(delete=["mp-syndicate-to"], add={"syndication": ["https://a.example/1"]})
        assert {"content": ["words"], "syndication": ["https://a.example/1"]} == update.apply(item, sent).properties
        assert {} == update.commands(sent)

    def test_they_are_found_wherever_they_stand(self):
        sent = change(
            mp_syndicate_to=["https://a.example/"],
            replace={"mp-slug": ["x"], "content": ["y"]},
            add={"mp-channel": ["notes"]},
        )
        assert {
            "mp-syndicate-to": ["https://a.example/"],
            "mp-slug": ["x"],
            "mp-channel": ["notes"],
        } == update.commands(sent)

    def test_those_beside_the_operations_come_first(self):
        sent = change(
            mp_syndicate_to=["c", "b"], replace={"mp-syndicate-to": ["b", "a"]}, add={"mp-syndicate-to": ["a", "d"]}
        )
        assert {"mp-syndicate-to": ["c", "b", "a", "d"]} == update.commands(sent)

    @pytest.mark.parametrize("nothing", [[], [""]])
    def test_nowhere_is_a_command_too(self, nothing):
        assert {"mp-syndicate-to": []} == update.commands(change(replace={"mp-syndicate-to": nothing}))

    def test_what_was_sent_is_not_changed(self):
        sent = change(mp_slug=["x"], replace={"mp-slug": ["y"]})
        before = copy.deepcopy(sent)
        update.commands(sent)
        assert before == sent


def test_a_body_becomes_an_item():
    """As clients send it: one request with all three operations and a command."""
    sent = syntax.parse_json(
        json.dumps(
            {
                "action": "update",
                "url": ME,
                "replace": {"content": ["new"], "category": []},
                "add": {"syndication": ["https://a.example/1"]},
                "delete": {"photo": [PHOTO]},
                "mp-syndicate-to": ["https://a.example/"],
            }
        ).encode()
    )
    item = entry(category=["a"], photo=[{"value": PHOTO, "alt": "A tree"}])
    changed = update.apply(item, sent)
    assert {"content": ["new"], "syndication": ["https://a.example/1"]} == changed.properties
    assert {"mp-syndicate-to": ["https://a.example/"]} == update.commands(sent)
