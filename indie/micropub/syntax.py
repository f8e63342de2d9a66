"""
The only place that knows how Micropub requests are written: form, multipart, JSON to one command.

Pure. What the keys of a form mean is known to `forms`.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from indie import i_json
from indie.errors import InvalidRequest
from indie.mf2.item import Item
from indie.micropub import forms
from indie.posts.compose import OURS

DEEPEST = 8
"""How deep an item may be nested in an item."""

RESERVED = ("access_token", "h", "action")
"""Form fields that are no properties; `url` is one more where there is an action."""

_TYPE = re.compile(r"(h-)?[a-z][a-z0-9-]{0,40}")
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_NO_TEXT = "There is a NUL character in it, which belongs in no text."


@dataclass(frozen=True)
class Create:
    """
    Make a post.

    commands: the `mp-…`, by name with their prefix.
    notes: what was normalised or dropped, a sentence each, for whoever looks up what became of a request.
    """

    item: Item
    commands: dict[str, list[Any]]
    notes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Update:
    """Change a post: what is to be replaced, added, deleted (values of a property, or whole properties)."""

    url: str
    replace: dict[str, list[Any]]
    add: dict[str, list[Any]]
    delete: dict[str, list[Any]] | list[str]
    commands: dict[str, list[Any]]
    notes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Delete:
    """Take the post at `url` away."""

    url: str
    notes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Undelete:
    """Put the post at `url` back."""

    url: str
    notes: tuple[str, ...] = field(default=(), compare=False)


Command = Create | Update | Delete | Undelete


def parse_form(fields: Sequence[tuple[str | None, str]]) -> Command:
    """
    Read a form, urlencoded or multipart, as (name, value) in the order sent (Micropub §3.2, §3.3.1).

    Raises InvalidRequest.
    """
    if any("\0" in f"{name}{value}" for name, value in fields):
        raise InvalidRequest(_NO_TEXT)
    sent = forms.values(fields)
    words = {name: _first(sent.get(name, [])) for name in ("action", "url", "h")}
    if words["action"]:
        return _action(words["action"], words["url"], "form")
    properties: dict[str, list[Any]] = {}
    commands: dict[str, list[Any]] = {}
    notes: list[str] = []
    for name, values in sent.items():
        if name not in RESERVED:
            if name.startswith("mp-"):
                # Why the empty ones too: each mp-photo-alt belongs to the photo of its place.
                commands[name] = values
            else:
                properties[name] = _list(values, name, notes)
    return _create([words["h"] or "entry"], properties, commands, notes)


def parse_json(body: bytes) -> Command:
    """
    Read a JSON body (Micropub §3.2–3.5).

    Raises InvalidRequest.
    """
    try:
        sent = i_json.loads(body)
    except ValueError:
        raise InvalidRequest("The body is not well-formed JSON in UTF-8, each name once in its object.") from None
    if _NUL.search(json.dumps(sent, ensure_ascii=False).encode()):
        raise InvalidRequest(_NO_TEXT)
    if not isinstance(sent, dict):
        raise InvalidRequest("The body is JSON, but not an object; send {“type”: […], “properties”: {…}}.")
    action = sent.get("action")
    if action == "update":
        return _update(sent)
    if action is not None:
        return _action(str(action), str(sent.get("url") or ""), "JSON")
    given = sent.get("properties", {})
    if not isinstance(given, dict):
        raise InvalidRequest("“properties” is not an object.")
    kinds = sent.get("type", ["h-entry"])
    commands = _commands(sent | given)
    beside = [name for name in sent if name not in ("type", "properties", *commands)]
    notes = [f"{name[:60]}: beside “properties”, dropped" for name in beside]
    own = {name: value for name, value in given.items() if name not in commands}
    item = _item({"type": kinds, "properties": own}, 0, "", notes)
    return _create(item["type"], item["properties"], commands, notes)


def dropped(command: Create, files: Sequence[str]) -> list[str]:
    """
    What of a well-formed command a post cannot take, as notes.

    files: the property of each file that came with it.
    """
    ours = OURS if "h-entry" in command.item.type else ()
    notes = [f"{name}: the site gives addresses, dropped" for name in ours if command.item.has(name)]
    alts, photos = command.commands.get("mp-photo-alt", []), command.item.properties.get("photo", [])
    number = len(photos) + list(files).count("photo")
    if alts and len(alts) != number:
        notes.append(f"mp-photo-alt: {len(alts)} for {number} photos, not joined")
    return notes


def _create(
    kinds: list[Any], properties: dict[str, list[Any]], commands: dict[str, list[Any]], notes: list[str]
) -> Create:
    types = []
    for kind in kinds:
        if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
            raise InvalidRequest("The type is not one that could be a post; send h-entry.")
        types.append(kind if kind.startswith("h-") else f"h-{kind}")
    if properties.pop("access_token", None):
        notes.append("access_token: belongs in the header, dropped")
    kept = {name: values for name, values in properties.items() if values}
    try:
        item = Item.from_json({"type": types or ["h-entry"], "properties": kept})
    except ValueError as error:
        # Why asked here: a post that could not be read back would take its page and the home page with it.
        raise InvalidRequest(f"The post cannot be read: {error}.") from None
    return Create(item, commands, tuple(notes))


def _action(action: str, url: str, syntax: str) -> Delete | Undelete:
    if action == "update":
        raise InvalidRequest(f"An update is sent as JSON, not as a {syntax} (Micropub §3.4).")
    if action not in ("delete", "undelete"):
        raise InvalidRequest(f"There is no action “{action[:40]}”; send update, delete or undelete.")
    if not url:
        raise InvalidRequest(f"Which post? Send its address as “url” to {action} it.")
    return Delete(url) if action == "delete" else Undelete(url)


def _update(sent: dict[str, Any]) -> Update:
    url = sent.get("url")
    if not isinstance(url, str) or not url:
        raise InvalidRequest("Which post? Send its address as “url” to update it.")
    parts: dict[str, Any] = {}
    for name in ("replace", "add", "delete"):
        part = sent.get(name, {})
        named = isinstance(part, list) and name == "delete" and all(isinstance(word, str) for word in part)
        lists = isinstance(part, dict) and all(isinstance(values, list) for values in part.values())
        if not named and not lists:
            raise InvalidRequest(f"“{name}” must hold a list of values for each property (Micropub §3.4).")
        parts[name] = part
    commands = _commands(sent)
    if not any(parts.values()) and not commands:
        raise InvalidRequest("What is to change? Send replace, add or delete (Micropub §3.4).")
    return Update(url, commands=commands, **parts)


def _commands(sent: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        name: value if isinstance(value, list) else [value] for name, value in sent.items() if name.startswith("mp-")
    }


def _item(given: dict[str, Any], depth: int, path: str, notes: list[str]) -> dict[str, Any]:
    """A nested item as mf2 wants it: `type` and every property a list. Clients send scalars too."""
    if depth > DEEPEST:
        raise InvalidRequest(f"The post is nested deeper than {DEEPEST} items.")
    properties = given.get("properties", {})
    if not isinstance(properties, dict):
        raise InvalidRequest("“properties” is not an object.")
    whole = {name: value for name, value in given.items() if name not in ("type", "properties")} if depth else {}
    whole["type"] = _list(given.get("type", []), f"{path}type", notes)
    kept = {
        name: [_value(value, depth, f"{path}{name}.", notes) for value in _list(values, f"{path}{name}", notes)]
        for name, values in properties.items()
        if name
    }
    whole["properties"] = {name: values for name, values in kept.items() if values}
    return whole


def _value(value: Any, depth: int, path: str, notes: list[str]) -> Any:  # any JSON
    if isinstance(value, dict) and "properties" in value:
        return _item(value, depth + 1, path, notes)
    return value


def _list(value: Any, name: str, notes: list[str]) -> list[Any]:  # any JSON
    """A scalar becomes a list of one; what is empty is dropped (`micropub.md` §2, values)."""
    values = value if isinstance(value, list) else [value]
    kept = forms.told(values)
    if kept and not isinstance(value, list):
        notes.append(f"{name[:60]}: a single value, made a list")
    if len(kept) < len(values):
        notes.append(f"{name[:60]}: empty, dropped")
    return kept


def _first(values: list[Any]) -> str:
    return next((value for value in values if isinstance(value, str) and value), "")

