"""The last Micropub requests, as the owner may look at them: what came, what was made of it, the answer."""

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from indie import times
from indie.store.database import Database, Turn

LOG = logging.getLogger(__name__)

KEPT = 200
REFUSED = 50
"""How many are kept, and how many of them from nobody we know: strangers must not push out the owner's."""

EVERY = 20
"""
After so many requests to one process the oldest are forgotten, and always before somebody looks.

Why: to count them takes longer than to keep one, and an app waits for it.
"""


@dataclass(frozen=True)
class Request:
    """
    client_id: of the token; "" if it has none, or there was none that opens anything.
    target: path and query.
    type: the Content-Type, as it was sent.
    body: its beginning; of a form a line a field, of a file its name, type and size. Never with a token.
    notes: what was normalised or dropped, a sentence each.
    answer: the Location, else the beginning of the body.
    """

    client_id: str
    method: str
    target: str
    type: str
    body: str
    notes: tuple[str, ...]
    status: int
    answer: str
    created: datetime


@dataclass(frozen=True)
class Requests:
    """The table of requests."""

    database: Database
    _recorded: Iterator[int] = field(default_factory=lambda: itertools.count(1), compare=False)

    def record(self, request: Request) -> None:
        """
        Keep a request, in a transaction of its own, and now and then (EVERY) forget the oldest.

        It has been answered already: where it cannot be kept, the owner misses a line and nothing else fails.
        """
        try:
            self.database.append(
                """
                INSERT INTO requests (client_id, method, target, type, body, notes, status, answer, created)
                VALUES (:client_id, :method, :target, :type, :body, :notes, :status, :answer, :created)
                """,
                **{name: getattr(request, name) for name in _FIELDS},
                notes="\n".join(request.notes),
                created=times.sortable(request.created),
            )
            if next(self._recorded) % EVERY == 0:
                self._forget()
        except self.database.errors as error:
            LOG.warning("a request could not be kept for `python app.py requests`: %s", error)

    def last(self, count: int) -> list[Request]:
        """The newest ones, the newest first."""
        self._forget()
        return [
            Request(
                **{name: row[name] for name in _FIELDS},
                notes=tuple(row["notes"].splitlines()),
                created=times.from_sortable(row["created"]),
            )
            for row in self.database.query("SELECT * FROM requests ORDER BY id DESC LIMIT :count", count=count)
        ]

    def _forget(self) -> None:
        with self.database.write(Turn.REQUESTS):
            # Why these first: as long as they are here they count among all.
            self._trim("client_id = '' AND status = 401", REFUSED)
            self._trim("1 = 1", KEPT)

    def _trim(self, which: str, kept: int) -> None:
        self.database.execute(
            f"""
            DELETE FROM requests WHERE {which} AND id <= (
                SELECT id FROM requests WHERE {which} ORDER BY id DESC LIMIT 1 OFFSET :kept
            )
            """,  # the two conditions above and no other
            kept=kept,
        )


_FIELDS = ("client_id", "method", "target", "type", "body", "status", "answer")
