"""What a form at the hub says (WebSub §5.1, §5.2), and a publisher's ping; nothing here asks the network."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from indie import urls
from indie.config import Settings
from indie.errors import Blocked, InvalidRequest
from indie.fetch import guard

LONGEST = 2500
"""Limit: bytes of topic and callback together. Why: together they are a key, which PostgreSQL keeps in an index."""

SECRET = 200
"""A secret is shorter than so many bytes (§5.1)."""

LEASE, SHORTEST, LONGEST_LEASE = timedelta(days=10), timedelta(hours=1), timedelta(days=30)
"""How long a subscription lasts where nobody asks for anything, at least, and at most."""

_BETWEEN = re.compile(r",(?=https?://)")
_SECONDS = re.compile(r"0*[1-9][0-9]*")


@dataclass(frozen=True)
class Wanted:
    """
    What somebody asks for: to follow a topic, or to follow it no more.

    mode: subscribe or unsubscribe. callback: verbatim. lease: within what we grant. secret: "" if there is none.
    """

    mode: str
    topic: str
    callback: str
    lease: timedelta
    secret: str


def parse(settings: Settings, fields: Sequence[tuple[str, str]]) -> Wanted | tuple[str, ...]:
    """
    Read a form; what is not known is passed over.

    Returns what is asked for; of a ping (`hub.mode=publish`) the topics that it names, ours and others.
    Raises InvalidRequest with a sentence.
    """
    mode = _one(fields, "hub.mode")
    if mode == "publish":
        return _named(fields)
    if mode not in ("subscribe", "unsubscribe"):
        raise InvalidRequest("hub.mode is subscribe, unsubscribe or publish.")
    topic, callback = _one(fields, "hub.topic"), _callback(settings, _one(fields, "hub.callback"))
    if not topic.startswith(settings.me):
        raise InvalidRequest(f"This hub is for what is at {settings.me} alone.")
    if len((topic + callback).encode()) > LONGEST:
        raise InvalidRequest(f"hub.topic and hub.callback are longer than {LONGEST} bytes together.")
    secret = _one(fields, "hub.secret", default="")
    if len(secret.encode()) >= SECRET:
        raise InvalidRequest(f"hub.secret is not shorter than {SECRET} bytes.")
    return Wanted(mode, topic, callback, _lease(_one(fields, "hub.lease_seconds", default="")), secret)


def _named(fields: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """
    The topics of a ping, by `hub.topic` or `hub.url`, however several are written.

    Redwind repeats the name, others put `[]` behind it, Known joins them with commas.
    """
    values = [value for name, value in fields if name.removesuffix("[]") in ("hub.topic", "hub.url")]
    found = tuple(url.strip() for value in values for url in _BETWEEN.split(value) if url.strip())
    if not found:
        raise InvalidRequest("Name what is new in hub.topic or hub.url.")
    return found


def _callback(settings: Settings, callback: str) -> str:
    try:
        urls.parse_http(callback)
        guard.vet_literal(callback, settings.fetch_allow)
    except ValueError as error:
        raise InvalidRequest(f"hub.callback cannot be used: {error}.") from None
    except Blocked as error:
        raise InvalidRequest(f"hub.callback cannot be reached: {error}") from None
    if "#" in callback:
        raise InvalidRequest("hub.callback has a fragment, which never reaches a server; send it without.")
    return callback


def _lease(seconds: str) -> timedelta:
    if not seconds:
        return LEASE
    if not (seconds.isascii() and _SECONDS.fullmatch(seconds)):
        raise InvalidRequest("hub.lease_seconds is a positive whole number.")
    # Why by its length first: a number of a thousand digits is no time that can be reckoned with.
    asked = timedelta(seconds=int(seconds)) if len(seconds) < 10 else LONGEST_LEASE
    return min(max(asked, SHORTEST), LONGEST_LEASE)


def _one(fields: Sequence[tuple[str, str]], name: str, default: str | None = None) -> str:
    values = [value for field, value in fields if field == name]
    if not values and default is not None:
        return default
    if len(values) != 1 or (default is None and not values[0]):
        raise InvalidRequest(f"Send {name} once.")
    return values[0]
