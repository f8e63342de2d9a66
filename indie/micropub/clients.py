"""
What single clients send that the specification does not say, each by its client_id and for that client alone.

What many of them do (indexed keys, scalars, empty values, wrong types of files) is the grammar of
`syntax` and needs nothing here. Each has a recorded request in `tests/clients/`; the list for people is
`docs/clients.md`.

A client without sign-in sends a token that the owner has pasted: mint that with `--client-id` and the
address below.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from indie import urls
from indie.mf2.item import Item
from indie.micropub import syntax
from indie.preferences import SVEMAGIE

QUILL = "https://quill.p3k.io/"
SHPUB = "http://cweiske.de/shpub.htm"
MONOCLE = "https://monocle.p3k.io/"
INDIGENOUS = "https://indigenous.realize.be/"
JIMMITCHELL = "https://github.com/jimmitchell/obsidian-micropub"

COMMANDS = {
    SHPUB: {"slug": "mp-slug"},
    QUILL: {"slug": "mp-slug", "p3k-channel": "mp-channel"},
    MONOCLE: {"destination": "mp-destination"},
}
"""Clients that have commands under names of their own, most of them from the time before `mp-`."""

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")

Notes = list[str]


def sends_its_token_twice(client_id: str) -> bool:
    """Quill sends its token in the header and in each form, for servers that read the one or the other."""
    return urls.same_page(client_id, QUILL)


def sends_files_alone(client_id: str) -> bool:
    """The plugin for Obsidian by jimmitchell posts a picture and nothing else, and means the media endpoint."""
    return urls.same_page(client_id, JIMMITCHELL)


def amend(client_id: str, command: syntax.Command) -> tuple[syntax.Command, Notes]:
    """The command as its client meant it, and what was done for that."""
    if isinstance(command, syntax.Create):
        for client, names in COMMANDS.items():
            if urls.same_page(client_id, client):
                return _with_commands(command, names)
        if urls.same_page(client_id, SVEMAGIE):
            properties, notes = _markdown_of_svemagie(command.item.properties)
            return replace(command, item=replace(command.item, properties=properties)), notes
    if isinstance(command, syntax.Update) and urls.same_page(client_id, SVEMAGIE):
        properties, notes = _markdown_of_svemagie(command.replace)
        return replace(command, replace=properties), notes
    return command, []


def amend_update(client_id: str, command: syntax.Update, item: Item) -> tuple[syntax.Update, Notes]:
    """The update as its client meant it, seen beside the post that it is to change."""
    if urls.same_page(client_id, INDIGENOUS):
        return _markup_of_indigenous(command, item)
    return command, []


def _with_commands(command: syntax.Create, names: Mapping[str, str]) -> tuple[syntax.Create, Notes]:
    """names: of properties that are commands, and the names that the commands have here."""
    properties, commands, notes = dict(command.item.properties), dict(command.commands), []
    for name in names:
        if name in properties and names[name] not in commands:
            commands[names[name]] = properties.pop(name)
            notes.append(f"{name}: taken for {names[name]}")
    return replace(command, item=replace(command.item, properties=properties), commands=commands), notes


def _markdown_of_svemagie(properties: dict[str, list[Any]]) -> tuple[dict[str, list[Any]], Notes]:
    """It sends the Markdown of the note as `html`; as markup it would be one paragraph full of signs."""
    match properties.get("content"):
        case [{"html": str(words), **more}] if words and not more:
            return properties | {"content": [words]}, ["content: text that was called html"]
    return properties, []


def _markup_of_indigenous(command: syntax.Update, item: Item) -> tuple[syntax.Update, Notes]:
    """It reads the markup of a post, and sends it back as a plain string, which would show its tags."""
    match command.replace.get("content"), item.properties.get("content"):
        case [str(words)], [{"html": _}, *_] if _TAG.search(words):
            content: list[Any] = [{"html": words}]
            changed = replace(command, replace=command.replace | {"content": content})
            return changed, ["content: markup that was sent as text"]
    return command, []
