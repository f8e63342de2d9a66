"""
The only place that knows how Micropub requests are written: form, multipart, JSON to one command.

Pure. Keys of forms follow what clients send, which is PHP's grammar: `a`, `a[]`,
`a[0]`, `a[word]`, and any depth of these (Micropub §3.3; `micropub.md` §0.7–0.8).
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from indie.errors import InvalidRequest
from indie.mf2.item import Item
from indie.posts.compose import OURS

DEEPEST = 8
"""How many brackets a key may have, and how deep an item may be nested in an item."""

RESERVED = ("access_token", "h", "action")
"""Form fields that are no properties; `url` is one more where there is an action."""

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_NUMBER = re.compile(r"[0-9]{1,6}")
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


@dataclass
class _Node:
    """
    What stands below one key of a form, before it is known whether that is a list or an object.

    end: the number that the next `[]` takes.
    """

    values: list[str] = field(default_factory=list)
    numbered: dict[int, "_Node"] = field(default_factory=dict)
    named: dict[str, "_Node"] = field(default_factory=dict)
    end: int = 0


def key(name: str | None) -> tuple[str, tuple[str, ...]]:
    """
    Take a key of a form, a query or a file apart: `a[b][]` is `("a", ("b", ""))`.

    name: None for a part of a multipart body that has none.
    Raises InvalidRequest for that, and for brackets that do not pair or are too many.
    """
    name = name or ""
    match = _KEY.fullmatch(name)
    if match is None:
        raise InvalidRequest(f"The field name “{name[:60]}” cannot be read; write it as name, name[] or name[part].")
    parts = tuple(part.rstrip("]") for part in match[2].split("[")[1:])
    if len(parts) > DEEPEST:
        raise InvalidRequest(f"The field name “{name[:60]}” is nested deeper than {DEEPEST}.")
    return match[1], parts


def parse_form(fields: Sequence[tuple[str | None, str]]) -> Command:
    """
    Read a form, urlencoded or multipart, as (name, value) in the order sent (Micropub §3.2, §3.3.1).

    Raises InvalidRequest.
    """
    root = _Node()
    for name, value in fields:
        first, rest = key(name)
        if "\0" in f"{name}{value}":
            raise InvalidRequest(_NO_TEXT)
        _put(root, (first, *rest), value)
    words = {name: _first(root.named.get(name)) for name in ("action", "url", "h")}
    if words["action"]:
        return _action(words["action"], words["url"], "form")
    properties: dict[str, list[Any]] = {}
    commands: dict[str, list[Any]] = {}
    notes: list[str] = []
    for name, node in root.named.items():
        if name not in RESERVED:
            if name.startswith("mp-"):
                # Why the empty ones too: each mp-photo-alt belongs to the photo of its place.
                commands[name] = _values(node)
            else:
                properties[name] = _list(_values(node), name, notes)
    return _create([words["h"] or "entry"], properties, commands, notes)


def parse_json(body: bytes) -> Command:
    """
    Read a JSON body (Micropub §3.2–3.5).

    Raises InvalidRequest.
    """
    try:
        sent = json.loads(body, parse_constant=_no_number, object_pairs_hook=_each_once)
        # Why: a lone surrogate is legal JSON and no text; nothing could store or show it.
        whole = json.dumps(sent, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise InvalidRequest("The body is not well-formed JSON in UTF-8, each name once in its object.") from None
    if _NUL.search(whole):
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
    kept = [one for one in values if one not in ("", None, [], {})]
    if kept and not isinstance(value, list):
        notes.append(f"{name[:60]}: a single value, made a list")
    if len(kept) < len(values):
        notes.append(f"{name[:60]}: empty, dropped")
    return kept


def _put(node: _Node, path: Sequence[str], value: str) -> None:
    """Put a value where its key says; `a[][b]` begins a new element each time, as in PHP."""
    for number, part in enumerate(path):
        if number and part == "" and number == len(path) - 1:
            break
        if number and (part == "" or _NUMBER.fullmatch(part)):
            place = int(part) if part else node.end
            node.end = max(node.end, place + 1)
            node = node.numbered.setdefault(place, _Node())
        else:
            node = node.named.setdefault(part, _Node())
    node.values.append(value)


def _values(node: _Node) -> list[Any]:
    """The values of a property, in order."""
    values: list[Any] = list(node.values)
    for _, below in sorted(node.numbered.items()):
        values.extend(_values(below))
    if node.named:
        values.append(_object(node))
    return values


def _object(node: _Node) -> dict[str, Any]:
    """`checkin[type]`, `checkin[properties][name]` are an item; `content[html]`, `photo[alt]` an object of texts."""
    if "properties" in node.named:
        given = {name: _values(below) for name, below in node.named["properties"].named.items()}
        properties = {name: kept for name, values in given.items() if (kept := _list(values, name, []))}
        kinds = _list(_values(node.named.get("type", _Node())), "type", [])
        return {"type": kinds or ["h-item"], "properties": properties}
    objects = {name: _values(below) for name, below in node.named.items()}
    return {name: values[0] if len(values) == 1 else values for name, values in objects.items()}


def _first(node: _Node | None) -> str:
    values: Iterable[Any] = _values(node) if node else ()
    return next((value for value in values if isinstance(value, str) and value), "")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Why: of two values for one name, every reader takes another."""
    whole = dict(pairs)
    if len(whole) < len(pairs):
        raise ValueError("the same name twice in an object")
    return whole


def _no_number(word: str) -> None:
    raise ValueError(word)
