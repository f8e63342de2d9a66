"""What the `mp-…` of a request ask for beside the post (`micropub.md` §3): lists to put it on, copies to make."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from indie.preferences import Preferences

Commands = Mapping[str, list[Any]]
"""The `mp-…` of a request, by name with their prefix."""

CHANNEL = "mp-channel"
SYNDICATE_TO = "mp-syndicate-to"


def channels(commands: Commands, preferences: Preferences, before: tuple[str, ...] = ()) -> tuple[str, ...]:
    """
    The uids of the lists that a post is put on: those that are sent; where none are, those it was on.

    Limit: of lists that there are; what stands for no list (`unknown`) is passed over.
    """
    if CHANNEL not in commands:
        return before
    return _known(commands[CHANNEL], _channels(preferences))


def syndicate_to(
    commands: Commands, preferences: Preferences, before: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """
    The uids of the places that a post is to be copied to.

    before: those of the post until now; None for a new one, which goes where `checked` says
        unless the client says something. What an update sends comes to what was asked for
        before, and is lost no more; `""` or `[]` takes all of it back (micro.blog).
    """
    if SYNDICATE_TO not in commands:
        return tuple(target.uid for target in preferences.syndicate_to if target.checked) if before is None else before
    if not any(_uids(commands[SYNDICATE_TO])):
        return ()
    return tuple(dict.fromkeys((*(before or ()), *_known(commands[SYNDICATE_TO], _targets(preferences)))))


def unknown(commands: Commands, preferences: Preferences) -> list[str]:
    """What of them nobody here knows, and is passed over: a sentence each."""
    known = {CHANNEL: _channels(preferences), SYNDICATE_TO: _targets(preferences)}
    return [
        f"{name}: “{uid[:100]}” is not known here, dropped"
        for name, uids in known.items()
        for uid in _uids(commands.get(name, []))
        if uid not in uids
    ]


def _known(values: list[Any], known: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(uid for uid in _uids(values) if uid in known))


def _uids(values: list[Any]) -> Iterator[str]:
    return (value.strip() for value in values if isinstance(value, str) and value.strip())


def _channels(preferences: Preferences) -> set[str]:
    return {channel.uid for channel in preferences.channels}


def _targets(preferences: Preferences) -> set[str]:
    return {target.uid for target in preferences.syndicate_to}
