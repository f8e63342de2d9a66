"""What the rest of the house sees of the net: one answer, read to its end and decoded."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from indie import urls
from indie.errors import ServerBusy

_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^"';,\s]+)""", re.IGNORECASE)
_LATER = (408, 425, 429)


class Headers:
    """The header lines of an answer, in the order in which they came; names in any case."""

    def __init__(self, lines: Iterable[tuple[str, str]] | Mapping[str, str] = ()) -> None:
        """Take (name, value) pairs, repeated names apart; or a mapping."""
        pairs = lines.items() if isinstance(lines, Mapping) else lines
        self._lines = tuple((name, value) for name, value in pairs)

    def get(self, name: str, default: str | None = None) -> str | None:
        """The value of the first line of this name."""
        return next(iter(self.get_all(name)), default)

    def get_all(self, name: str) -> list[str]:
        """The values of all lines of this name, each line apart, not split at commas."""
        return [value for each, value in self._lines if each.lower() == name.lower()]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Each line as (name, value)."""
        return iter(self._lines)

    def __eq__(self, other: object) -> bool:
        """Same lines in the same order."""
        return isinstance(other, Headers) and self._lines == other._lines

    def __hash__(self) -> int:
        """By its lines."""
        return hash(self._lines)

    def __repr__(self) -> str:
        """As it would be made."""
        return f"Headers({list(self._lines)!r})"


@dataclass(frozen=True)
class Fetched:
    """
    One answer, whatever its status.

    url: where we ended, after redirects, in the spelling that was requested
        (`http://a.example` is `http://a.example/`). The fragment that was
        asked for stays, unless a redirect brought its own (RFC 9110 §10.2.2).
    body: decoded from gzip or deflate, complete, at most `Limit.decoded` bytes.
    """

    url: str
    status: int
    headers: Headers
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case: `text/html`; "" if none is told."""
        value = self.headers.get("content-type") or ""
        return value.partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The charset that the Content-Type names, in lower case; it need not exist. None if none."""
        match = _CHARSET.search(self.headers.get("content-type") or "")
        return match[1].lower() if match else None

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def unless_busy(self) -> "Fetched":
        """The answer itself. Raises ServerBusy where it only says "later": 408, 425, 429 and 5xx."""
        if self.status in _LATER or self.status >= 500:
            raise ServerBusy(f"{urls.host(self.url)} answered {self.status}", self._retry_after())
        return self

    def _retry_after(self) -> int | None:
        """Limit: seconds, up to eleven days, are read; the other form, a date, is rare on errors."""
        value = (self.headers.get("retry-after") or "").strip()
        return int(value) if re.fullmatch(r"[0-9]{1,6}", value) else None
