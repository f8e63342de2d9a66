"""What a request is given: the store, the media, the settings. Endpoints take it here and hand it down."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, Request, current_app

from indie.config import Settings
from indie.media.storage import Storage
from indie.store import Store

_NAME = "indie"


@dataclass(frozen=True)
class Context:
    """The parts of this process that outlive a request."""

    settings: Settings
    store: Store
    storage: Storage


def attach(app: Flask, context: Context) -> None:
    """Give an app its context."""
    app.extensions[_NAME] = context


def current() -> Context:
    """The context of the app that answers the request at hand."""
    return cast(Context, current_app.extensions[_NAME])


def wants_html(request: Request) -> bool:
    """Whether a person with a browser asks: one who names HTML. `*/*` and silence are programs."""
    asked = request.accept_mimetypes
    return asked["text/html"] > 0 and any(kind == "text/html" for kind, _ in asked)
