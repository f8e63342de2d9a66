"""JSON from outside that all readers read alike: I-JSON (RFC 7493)."""

import json
from typing import Any


def loads(body: bytes) -> Any:
    """
    What a body says.

    Raises ValueError for what is no JSON in UTF-8, for a name that is there twice in one object (RFC 7493 §2.3), for
    half a surrogate pair (§2.1), for a number that is none, and for what is nested deeper than we read.
    """
    try:
        data = json.loads(body, parse_constant=_no_number, object_pairs_hook=_each_once)
        # Why: half a pair is legal JSON and no text; nothing could store or show it.
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    return data


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Why: of two values for one name, every reader takes another."""
    whole = dict(pairs)
    if len(whole) < len(pairs):
        raise ValueError("the same name twice in an object")
    return whole


def _no_number(word: str) -> None:
    raise ValueError(word)
