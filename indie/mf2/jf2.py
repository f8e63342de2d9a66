"""JF2, the flat spelling of microformats that widgets read, and the way there and back (jf2.spec.indieweb.org)."""

from collections.abc import Mapping
from typing import Any

from indie.mf2.item import Item, nested

TYPE = "application/jf2+json"

DEEPEST = 10
"""Limit: items that lie deeper in one another are left out."""

_NOT_PROPERTIES = frozenset({"type", "children"})
_ALWAYS_LISTS = frozenset({"children", "comment", "like", "repost", "bookmark", "mention", "category", "syndication"})
"""Properties that stay lists with a single value: whoever reads them goes through them."""


def from_item(item: Item) -> dict[str, Any]:
    """The item in JF2: its first type, a single value bare, several in a list, markup as `{"html", "text"}`."""
    made: dict[str, Any] = {"type": item.type[0].removeprefix("h-")}
    for name, values in item.properties.items():
        flat = [_flat(value) for value in values]
        made[name] = flat[0] if len(flat) == 1 and name not in _ALWAYS_LISTS else flat
    if item.children:
        made["children"] = [from_item(child) for child in item.children]
    return made


def to_item(data: Mapping[str, Any]) -> Item:
    """
    The item that a JF2 object tells.

    Raises ValueError, with a sentence, for what is none; what lies in it is read as it comes.
    """
    return Item.from_json(_spread(data))


def _flat(value: Any) -> Any:
    if item := nested(value):
        return from_item(item)
    if isinstance(value, Mapping) and "html" in value:
        return {"html": value["html"], "text": value.get("value", "")}
    if isinstance(value, Mapping) and "value" in value:
        # A picture with the words that stand for it.
        return {"url": value["value"], **{name: words for name, words in value.items() if name != "value"}}
    return value


def _spread(data: Mapping[str, Any], room: int = DEEPEST) -> dict[str, Any]:
    kind = data.get("type")
    return {
        "type": [f"h-{kind}" if isinstance(kind, str) and kind else "h-entry"],
        "properties": {
            name: [_value(one, room - 1) for one in (value if isinstance(value, list) else [value]) if one is not None]
            for name, value in data.items()
            if name not in _NOT_PROPERTIES
        },
    }


def _value(value: Any, room: int) -> Any:
    if not isinstance(value, Mapping):
        return value
    if isinstance(value.get("type"), str):
        return _spread(value, room) if room else ""
    if "html" in value or "text" in value:
        return {"html": value.get("html", ""), "value": value.get("text", "")}
    return dict(value)
