"""Pages of authors, asked once for a crowd that comes from one site."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from indie.mf2.page import Page

MOST = 64
"""Limit: so many are remembered, those that were asked last."""


class AuthorPages:
    """
    What pages of authors said lately. Threads share this object.

    Law: nobody is answered by what was asked before he came, so that a quick correction is never lost.
    Limit: where machines share a site, their clocks must agree on who came first.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[str, tuple[datetime, Page | None]] = {}
        self._lock = threading.Lock()

    def page(self, url: str, since: datetime, now: datetime, ask: Callable[[], Page | None]) -> Page | None:
        """
        The page at `url`, without its links; None where it cannot be had.

        since: when somebody came who wants it. now: when it is asked, if it must be: `ask` does it.
        """
        with self._lock:
            asked, known = self._known.get(url, (None, None))
        if asked and asked >= since:
            return known
        found = ask()
        found = replace(found, links=()) if found else None
        with self._lock:
            self._known.pop(url, None)
            self._known[url] = now, found
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]
        return found
