"""
What the owner prefers: frozen, typed, each preference with its default, its help and its reader.

They live in the database (`store.preferences`), so that a page and a command can change
them; only how each is written, and what it means, is told here.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, tzinfo
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from indie import languages, style, urls

Syntax = Literal["text", "markdown"]
"""What content that is no HTML is written in."""

Approval = Literal["all", "known", "none"]
"""Whose responses are shown at once: everybody's, those from places of which one was approved, nobody's."""

By = Literal["webmention", "other"]
"""How a copy comes about: the place is told of the post by webmention; or somebody else sees to it, an app say."""

BRIDGY_PUBLISH = "brid.gy/publish/"
BRIDGY_FED = "fed.brid.gy"
"""
The bridges that copy what a webmention tells them of, as `urls.key` begins, and is.

Why named: their addresses as a uid can mean nothing else, and an owner who has read Bridgy's manual has no more to say.
"""

Titles = Literal["auto", "none", "dots", "date"]
"""What feeds call a post that has no title."""

ColourScheme = Literal["auto", "light", "dark"]
"""Whether pages are light or dark: for everybody, or as the visitor's system says."""

KINDS = (
    *("note", "article", "photo", "video", "audio", "reply", "like", "repost", "rsvp", "bookmark", "follow"),
    *("checkin", "read", "listen", "watch", "jam", "food", "drink", "event", "review", "recipe", "card"),
)
"""Every kind of post that there is (`mf2.post_type`)."""

QUIET_KINDS = ("reply", "like", "repost", "rsvp", "checkin", "card")
"""Kinds that stay off the home page and the main feeds unless the owner wants them there."""

SVEMAGIE = "https://svemagie.github.io/obsidian-micropub/"
WRITE_MARKDOWN = (SVEMAGIE,)
"""Apps that write Markdown and nothing else, by their client_id."""


@dataclass(frozen=True)
class Channel:
    """A list that posts can be put on (`q=channel`). uid: what clients send; name: what they show."""

    uid: str
    name: str


@dataclass(frozen=True)
class Service:
    """Where copies go to, for a client to show. url, photo: http URLs, "" where there is none."""

    name: str
    url: str = ""
    photo: str = ""


@dataclass(frozen=True)
class Target:
    """
    A place elsewhere that a post can be copied to (Micropub §3.7.2).

    uid: what clients send; where it is told by webmention, the address that posts link to.
    checked: copies go there unless the client says otherwise.
    """

    uid: str
    name: str
    checked: bool = False
    service: Service | None = None
    by: By = "other"


def _content(text: str) -> Syntax:
    if text not in ("text", "markdown"):
        raise ValueError("give text or markdown")
    return cast(Syntax, text)


def _approval(text: str) -> Approval:
    if text not in ("all", "known", "none"):
        raise ValueError("give all, known or none")
    return cast(Approval, text)


def _titles(text: str) -> Titles:
    if text not in ("auto", "none", "dots", "date"):
        raise ValueError("give auto, none, dots or date")
    return cast(Titles, text)


def _theme(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", text):
        raise ValueError("give the name of a theme: small letters, digits and hyphens")
    return text


def _colour_scheme(text: str) -> ColourScheme:
    if text not in ("auto", "light", "dark"):
        raise ValueError("give auto, light or dark")
    return cast(ColourScheme, text)


def _style(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, style.read(name, value)) for name, value in _texts(text))


def _texts(text: str) -> tuple[tuple[str, str], ...]:
    sent = _json(text)
    if not isinstance(sent, dict) or not all(isinstance(value, str) for value in sent.values()):
        raise ValueError('give JSON such as {"name": "value"}')
    return tuple(sent.items())


def _kinds(text: str) -> tuple[str, ...]:
    kinds = () if text == "none" else tuple(dict.fromkeys(text.split()))
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(f"there is no kind “{unknown[0][:40]}”; give none, or some of {' '.join(KINDS)}")
    return kinds


def _language(text: str) -> str:
    if text not in languages.known():
        raise ValueError(f"give one of {', '.join(languages.known())}")
    return text


def _days(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text):
        raise ValueError("give a number of days, or 0 for never")
    return int(text)


def _content_by_client(text: str) -> tuple[tuple[str, Syntax], ...]:
    sent = _json(text)
    if not isinstance(sent, dict) or not all(urls.key(str(name)) for name in sent):
        raise ValueError('give JSON such as {"https://ia.example/writer": "markdown"}: client_id and what it writes')
    return tuple((name, _content(str(kind))) for name, kind in sent.items())


def _time_zone(text: str) -> tzinfo:
    if text == "UTC":
        return UTC
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("give the IANA name of a time zone, such as Europe/Berlin") from None


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,255}", text):
        raise ValueError("give an e-mail address such as me@me.example")
    return text


def _fediverse_creator(text: str) -> str:
    if not re.fullmatch(r"@[\w.-]{1,64}@[^@\s<>\"/]{1,255}", text):
        raise ValueError("give the name of an account with its server, such as @me@mas.example")
    return text


def _channels(text: str) -> tuple[Channel, ...]:
    return tuple(Channel(one["uid"], one["name"]) for one in _named(text, {}))


def _syndicate_to(text: str) -> tuple[Target, ...]:
    return tuple(
        Target(one["uid"], one["name"], one.get("checked", False), _service(one), _by(one))
        for one in _named(text, {"checked": bool, "service": dict, "by": str})
    )


def _by(target: Mapping[str, Any]) -> By:
    uid, by = target["uid"], target.get("by")
    if by not in (None, "webmention", "other"):
        raise ValueError(f"{uid}: “by” is webmention or other")
    if by == "webmention" and not urls.is_http(uid):
        raise ValueError(f"{uid}: to be told by webmention it must be an http URL")
    return cast(By, by or ("webmention" if is_bridge(uid) else "other"))


def _service(target: Mapping[str, Any]) -> Service | None:
    service = target.get("service")
    if service is None:
        return None
    known = all(part in ("name", "url", "photo") and isinstance(value, str) for part, value in service.items())
    if not known or not service.get("name"):
        raise ValueError(f"the service of {target['uid']} needs a name, and may have url and photo")
    return Service(**service)


def _license(text: str) -> str:
    try:
        return urls.parse_http(text)
    except ValueError as error:
        raise ValueError(f"give the address of a licence: {error}") from None


def _addresses(what: str) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        try:
            return tuple(dict.fromkeys(urls.parse_http(one) for one in text.split()))
        except ValueError as error:
            raise ValueError(f"give the addresses of {what}, with spaces between them; one is none: {error}") from None

    return read


def _named(text: str, more: Mapping[str, type]) -> list[dict[str, Any]]:
    """A list of objects, each with a uid of its own, a name, and `more` where it has that."""
    sent = _json(text)
    if not isinstance(sent, list) or not all(isinstance(one, dict) for one in sent):
        raise ValueError('give a JSON list such as [{"uid": "walks", "name": "Walks"}]')
    for one in sent:
        if not all(isinstance(one.get(part), str) and one[part].strip() for part in ("uid", "name")):
            raise ValueError("each needs a uid and a name")
        for part, value in one.items():
            if part not in ("uid", "name") and not isinstance(value, more.get(part, ())):
                raise ValueError(f"{one['uid']}: “{part}” cannot be there, or not so")
    if len({one["uid"] for one in sent}) < len(sent):
        raise ValueError("two have the same uid")
    return sent


def _json(text: str) -> Any:  # any JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True)
class Preferences:
    """Each field is a preference, called by its name."""

    content: Syntax = field(
        default="text",
        metadata={"reader": _content, "help": "what new posts that are no HTML are written in: text or markdown"},
    )
    content_by_client: tuple[tuple[str, Syntax], ...] = field(
        default=(),
        metadata={
            "reader": _content_by_client,
            "help": 'the same for single apps, as JSON: {"https://ia.example/writer": "markdown"}',
        },
    )
    time_zone: tzinfo = field(
        default=UTC,
        metadata={
            "reader": _time_zone,
            "help": "what a date without offset means, and where posts without a date are written: Europe/Berlin",
        },
    )
    channels: tuple[Channel, ...] = field(
        default=(),
        metadata={
            "reader": _channels,
            "help": 'lists that posts can be put on, as JSON: [{"uid": "walks", "name": "Walks"}]',
        },
    )
    syndicate_to: tuple[Target, ...] = field(
        default=(),
        metadata={
            "reader": _syndicate_to,
            "help": 'places that posts can be copied to, as JSON: [{"uid": "https://mas.example/@me", '
            '"name": "Mastodon", "checked": true, "service": {"name": "Mastodon"}}]; '
            '"by": "webmention" tells the address uid of the post, as is done where that is one of Bridgy, '
            '"by": "other" leaves the copy to somebody else',
        },
    )

    email: str = field(
        default="",
        metadata={"reader": _email, "help": "your e-mail address, told only to apps that you allow to see it"},
    )

    profiles: tuple[str, ...] = field(
        default=(),
        metadata={
            "reader": _addresses("profiles"),
            "help": "where else you are, on the home page and as rel=me: https://mas.example/@me https://code.example/me",
        },
    )
    fediverse_creator: str = field(
        default="",
        metadata={
            "reader": _fediverse_creator,
            "help": "your account in the fediverse, shown there beside links to your posts: @me@mas.example",
        },
    )

    hubs: tuple[str, ...] = field(
        default=(),
        metadata={
            "reader": _addresses("hubs"),
            "help": "hubs elsewhere that tell who follows you, beside your own: https://hub.example/ https://b.example/",
        },
    )

    approve_replies: Approval = field(
        default="all",
        metadata={
            "reader": _approval,
            "help": "whose replies and mentions are shown at once: all, known (of that site one was approved) or none",
        },
    )
    approve_reactions: Approval = field(
        default="all",
        metadata={"reader": _approval, "help": "the same for likes, reposts and other reactions without words"},
    )

    close_after: int = field(
        default=0,
        metadata={"reader": _days, "help": "days after which a post takes no more responses; 0 for never"},
    )

    quiet_kinds: tuple[str, ...] = field(
        default=QUIET_KINDS,
        metadata={
            "reader": _kinds,
            "help": "kinds of posts that stay off the home page, its archives and the main feeds, or none: like repost",
        },
    )
    feed_titles: Titles = field(
        default="auto",
        metadata={
            "reader": _titles,
            "help": "what feeds call a post without a title: none, dots (its first words...), date, or auto: "
            "dots in Atom, where there must be one, and none elsewhere",
        },
    )
    theme: str = field(
        default="plain",
        metadata={"reader": _theme, "help": "the theme: plain, card, photo, or a folder of your own in themes/"},
    )
    colour_scheme: ColourScheme = field(
        default="auto",
        metadata={
            "reader": _colour_scheme,
            "help": "light or dark for everybody, or auto: what each visitor's system says",
        },
    )
    style: tuple[tuple[str, str], ...] = field(
        default=(),
        metadata={
            "reader": _style,
            "help": 'colours, fonts and sizes of your own, as JSON: {"accent": "#a33b20", "radius": "0rem"}; there are '
            + " ".join(style.DEFAULTS),
        },
    )
    theme_options: tuple[tuple[str, str], ...] = field(
        default=(),
        metadata={"reader": _texts, "help": 'what you choose of the options of your theme, as JSON: {"name": "value"}'},
    )

    language: str = field(
        default=languages.ENGLISH_TAG,
        metadata={"reader": _language, "help": f"what the pages themselves speak: {', '.join(languages.known())}"},
    )
    license: str = field(
        default="",
        metadata={
            "reader": _license,
            "help": "the licence of posts that name none of their own, by its address: "
            "https://creativecommons.org/licenses/by-sa/4.0/",
        },
    )

    def syntax(self, client_id: str) -> Syntax:
        """What this app writes content in that is no HTML. client_id: "" if it is not known."""
        by_client: dict[str, Syntax] = {urls.key(name): "markdown" for name in WRITE_MARKDOWN}
        by_client.update((urls.key(name), kind) for name, kind in self.content_by_client)
        return by_client.get(urls.key(client_id), self.content)

    def told_by_webmention(self, uids: Iterable[str]) -> tuple[str, ...]:
        """Those of these places for copies that are told of a post by webmention."""
        told = {target.uid for target in self.syndicate_to if target.by == "webmention"}
        return tuple(uid for uid in uids if uid in told)


def is_bridge(url: str) -> bool:
    """Whether this address makes a copy of each post that it is told of by webmention."""
    return takes_once(url) or urls.key(url) == BRIDGY_FED


def takes_once(url: str) -> bool:
    """
    Whether who was told of a post here wants to hear no more of it until it is gone.

    Why: Bridgy refuses a page that it has published (its issue 84); of a deleted one it deletes the copy.
    """
    return urls.key(url).startswith(BRIDGY_PUBLISH)


DEFAULT = Preferences()
"""Those of an owner who never set any."""

HELP = {one.name: str(one.metadata["help"]) for one in fields(Preferences)}
"""What each preference is for, by name."""

DEFAULTS = {
    one.name: " ".join(one.default) if isinstance(one.default, tuple) else str(one.default)
    for one in fields(Preferences)
}
"""What each is unless it is set, as it would be written."""


def of(texts: Mapping[str, str]) -> Preferences:
    """
    The preferences that these texts spell, by name.

    What cannot be read is passed over, so that its default holds: another version wrote it.
    """
    values: dict[str, Any] = {}
    for name, text in texts.items():
        with suppress(ValueError):
            values[name] = read(name, text)
    return Preferences(**values)


def read(name: str, text: str) -> object:
    """The value of one preference. Raises ValueError, with a sentence, for a name or a text that is none."""
    readers: dict[str, Callable[[str], object]] = {one.name: one.metadata["reader"] for one in fields(Preferences)}
    if name not in readers:
        raise ValueError(f"there is no preference “{name[:40]}”; there are {', '.join(readers)}")
    try:
        return readers[name](text.strip())
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
