"""What other people's servers say to us in words: one line of it, for the owner to read. Never trusted."""

from typing import Any

from indie import i_json, text
from indie.fetch.fetched import Fetched
from indie.mf2 import charset
from indie.webmention import verification

LONGEST = 200
"""How many characters of it are kept."""

_SENTENCES = ("error_description", "summary", "reason", "message")


def said(answer: Fetched) -> str:
    """
    The first line of a plain text, or the error and the sentence in a JSON object; "" of everything else.

    In it nothing unseen is left; it is data, to be escaped wherever it is shown.
    """
    if verification.media_type(answer) == "text/plain":
        lines = charset.decode(answer.body, answer.charset).split("\n")
        return text.one_line(next(filter(str.strip, lines), ""), LONGEST)
    told = json(answer)
    sentence = next(filter(None, (word(told, name) for name in _SENTENCES)), "")
    return text.one_line(": ".join(filter(None, (word(told, "error"), sentence))), LONGEST)


def json(answer: Fetched) -> dict[str, Any]:
    """The JSON object that an answer is; {} where it is none, or was cut."""
    kind = verification.media_type(answer)
    if kind != "application/json" and not kind.endswith("+json"):
        return {}
    try:
        told = i_json.loads(answer.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def word(told: dict[str, Any], name: str) -> str:
    """The text of this name in a JSON object; "" where it is anything else."""
    value = told.get(name)
    return value.strip() if isinstance(value, str) else ""
