"""When a request to create is the same as one before: who sent it, and what it asks for, in one digest."""

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta

from indie.micropub import syntax
from indie.publishing import Upload
from indie.store.replays import LONGEST, Replay
from indie.store.tokens import Token

SAME = timedelta(minutes=10)
"""For so long the same of the same token makes no second post: somebody pressed twice, or a client tried again."""


def of(token: Token, command: syntax.Create, uploads: Iterable[Upload], idempotency_key: str = "") -> Replay:
    """
    What the request is known by.

    idempotency_key: the header of this name. It takes the place of the request: with
        another key the same words are another post, with the same key any others are none.
    """
    if idempotency_key:
        return Replay(_digest(token.id, "key", idempotency_key), LONGEST)
    files = [(upload.property, hashlib.sha256(upload.body).hexdigest()) for upload in uploads]
    return Replay(_digest(token.id, "same", command.item.to_json(), command.commands, files), SAME)


def _digest(*parts: object) -> str:
    """Form and JSON of the same content are one: both have been parsed to the same command."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
