"""What a request is given: the store, the media, the settings, the net. Endpoints take it here and hand it down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl

from flask import Flask, Request, current_app
from werkzeug.exceptions import RequestEntityTooLarge

from indie.config import Settings
from indie.errors import BodyTooLarge, InvalidRequest
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched
from indie.media.storage import Storage
from indie.mf2.sandbox import Parser
from indie.store import Store

_NAME = "indie"


@dataclass(frozen=True)
class Context:
    """
    The parts of this process that outlive a request.

    fetcher, parser: for what an app says of itself, and for nothing else while somebody waits (DESIGN §3, law 4).
    render: what a visitor gets at one of our addresses.
    """

    settings: Settings
    store: Store
    storage: Storage
    fetcher: Fetcher
    parser: Parser
    render: Callable[[str], Fetched]


def attach(app: Flask, context: Context) -> None:
    """Give an app its context."""
    app.extensions[_NAME] = context


def current() -> Context:
    """The context of the app that answers the request at hand."""
    return cast(Context, current_app.extensions[_NAME])


def address(request: Request) -> str:
    """Who asks: the IP address at which the outermost proxy that is believed saw the client."""
    return request.remote_addr or ""


def wants_html(request: Request) -> bool:
    """Whether a person with a browser asks: one who names HTML. `*/*` and silence are programs."""
    asked = request.accept_mimetypes
    return asked["text/html"] > 0 and any(kind == "text/html" for kind, _ in asked)


def form(request: Request, largest: int) -> list[tuple[str, str]]:
    """
    The fields of a form, in their order; a name may come several times.

    largest: in bytes. Raises BodyTooLarge, also where nobody says how long it is; InvalidRequest for no UTF-8.
    """
    request.max_content_length = largest + 1
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        body = bytes(largest + 1)
    # Why one byte more: Werkzeug reads a body of unknown length up to its limit, and says nothing of the rest.
    if len(body) > largest:
        raise BodyTooLarge(f"The request is larger than {largest} bytes.")
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise InvalidRequest("The form is not in UTF-8; send it in that encoding.") from None
