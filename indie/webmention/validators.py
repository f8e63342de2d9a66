"""What a page is asked again by: only if it has changed (RFC 9110 §8.8, §13.1)."""

import re

from indie.fetch.fetched import Fetched

_VALIDATOR = re.compile(r"[\x20-\x7e]{1,200}")


def of(fetched: Fetched) -> tuple[str, str]:
    """The ETag and the Last-Modified of an answer; "" for one that is missing, or too long to be kept."""
    found = [(fetched.headers.get(name) or "").strip() for name in ("ETag", "Last-Modified")]
    etag, modified = (value if _VALIDATOR.fullmatch(value) else "" for value in found)
    return etag, modified


def conditions(etag: str, modified: str) -> dict[str, str]:
    """The headers that ask for a page only if it is no longer the one with these; none where there are none."""
    asked = {"If-None-Match": etag, "If-Modified-Since": modified}
    return {name: value for name, value in asked.items() if value}
