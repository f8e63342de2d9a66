"""What a request is given: the store, the media, the settings, the net. Endpoints take it here and hand it down."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, Request, current_app

from indie.config import Settings
from indie.fetch.client import Fetcher
from indie.media.storage import Storage
from indie.mf2.sandbox import Parser
from indie.store import Store

_NAME = "indie"


@dataclass(frozen=True)
class Context:
    """
    The parts of this process that outlive a request.

    fetcher, parser: for what an app says of itself, and for nothing else while somebody waits (DESIGN §3, law 4).
    """

    settings: Settings
    store: Store
    storage: Storage
    fetcher: Fetcher
    parser: Parser


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
