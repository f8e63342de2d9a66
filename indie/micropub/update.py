"""
What an update makes of a post's item (Micropub §3.4): delete, then replace, then add.

Pure. The specification leaves open what happens to a property that stands in
several operations; that order is ours, and it is for ever, so that the same
request has the same result whoever sends it. Checking dates and words such as
`post-status`, and carrying out the commands, is left to whoever asked.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from indie import urls
from indie.errors import InvalidRequest
from indie.mf2.item import Item
from indie.micropub import forms, syntax
from indie.posts.compose import OURS

ALWAYS = ("published", "post-status", "visibility")
"""Properties that every post has, once: to add is to replace, and nothing takes them away."""

_BESIDE = frozenset({*ALWAYS, "updated"})
"""What makes no post by itself; `compose` refuses a new one that has only these."""


def apply(item: Item, update: syntax.Update, own: Collection[str] = ()) -> Item:
    """
    The item after the update; the given one is never changed. Equal to it where nothing changed.

    own: the addresses of this post. As `url` or `uid` of an h-entry they change
        nothing, others are refused; of any other type these are plain properties.
    A property that stays keeps its place, a new one comes last; one without
    values is gone. Commands (`mp-…`) are not stored, see `commands`.
    Raises InvalidRequest for a new `type`, a foreign address, values nested too
    deeply, and where nothing that could be a post would be left.
    Micropub §3.4; `micropub.md` §2, Update.
    """
    _check(item, update, own)
    properties = {name: list(values) for name, values in item.properties.items()}
    delete = update.delete if isinstance(update.delete, dict) else dict.fromkeys(update.delete)
    for name in _stored(delete, item):
        # Why: a private post that has lost its visibility would be public, a draft without status published.
        if name not in ALWAYS:
            properties[name] = _without(properties.get(name, []), delete[name])
    for name in _stored(update.replace, item):
        values = forms.told(update.replace[name])
        if values or name not in ALWAYS:
            properties[name] = values
    for name in _stored(update.add, item):
        values = forms.told(update.add[name])
        properties[name] = values if values and name in ALWAYS else _with(properties.get(name, []), values)
    kept = {name: values for name, values in properties.items() if values or item.properties.get(name) == []}
    if not any(values and name not in _BESIDE.union(_ours(item)) for name, values in kept.items()):
        raise InvalidRequest("Nothing would be left of the post; to take it away, send the action “delete”.")
    return replace(item, properties=kept)


def commands(update: syntax.Update) -> dict[str, list[Any]]:
    """
    The `mp-…` of an update, by name with their prefix.

    Values of those beside the operations come first, then those in replace, then those in add, each once.
    A name without values stays: `mp-syndicate-to: []` says “nowhere”.
    """
    found: dict[str, list[Any]] = {}
    for part in (update.commands, update.replace, update.add):
        for name, values in part.items():
            if name.startswith("mp-"):
                found[name] = _with(found.get(name, []), forms.told(values))
    return found


def _check(item: Item, update: syntax.Update, own: Collection[str]) -> None:
    delete = update.delete if isinstance(update.delete, dict) else {name: [] for name in update.delete}
    for part in (delete, update.replace, update.add):
        if "type" in part:
            raise InvalidRequest("The type of a post cannot be changed; delete the post and send it anew.")
        try:
            Item.from_json({"type": list(item.type), "properties": part})
        except ValueError as error:
            raise InvalidRequest(f"The update cannot be carried out: {error}.") from None
    for name in _ours(item):
        for value in forms.told([*update.replace.get(name, []), *update.add.get(name, [])]):
            if not any(urls.same_page(str(value), url) for url in own):
                raise InvalidRequest(f"“{name}”: the site gives addresses; ask for another with mp-slug.")


def _stored(names: Iterable[str], item: Item) -> Iterator[str]:
    """Those of the names that are properties, and a client's to change."""
    for name in names:
        if name and not name.startswith("mp-") and name not in ("access_token", *_ours(item)):
            yield name


def _ours(item: Item) -> tuple[str, ...]:
    return OURS if "h-entry" in item.type else ()


def _without(values: list[Any], unwanted: list[Any] | None) -> list[Any]:
    """unwanted: None is every one."""
    if unwanted is None:
        return []
    gone = set(map(_identity, unwanted))
    return [value for value in values if _identity(value) not in gone]


def _with(values: list[Any], more: list[Any]) -> list[Any]:
    """
    The values and those of `more` that are not among them.

    A picture that had no words and is sent with some gets them.
    """
    together = list(values)
    places = {_identity(value): place for place, value in enumerate(values)}
    for value in more:
        place = places.setdefault(_identity(value), len(together))
        if place == len(together):
            together.append(value)
        elif _has_alt(value) and not _has_alt(together[place]):
            together[place] = value
    return together


def _identity(value: Any) -> tuple[str, str]:  # any JSON
    """
    What two values have in common that are the same one to a client.

    A URL in any spelling, also that of a picture with its words (`{value, alt}`, in JF2 `{url, alt}`);
    text exactly; a number is its text; anything else in depth.
    Why not `urls.key`: two comments may differ in the fragment of their page alone; both are to be kept.
    """
    if isinstance(value, Mapping) and not value.keys() & {"type", "html"}:
        address = value.get("value") or value.get("url")
        value = address if urls.is_http(address) else value
    if isinstance(value, str):
        return "text", urls.normalize(value) if urls.is_http(value) else value
    if isinstance(value, int | float):
        return "text", json.dumps(value)
    return "json", json.dumps(value, sort_keys=True)


def _has_alt(value: Any) -> bool:  # any JSON
    return isinstance(value, Mapping) and "alt" in value
