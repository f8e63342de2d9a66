"""Whether files of the owner's have changed: his templates and themes, which pages depend on beside the store."""

import time
from pathlib import Path

SECONDS = 1.0
"""Limit: after so long a change is seen at the latest."""


class Files:
    """All files below some folders, which need not be there."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._looked, self._stamp = float("-inf"), 0

    def stamp(self) -> int:
        """Two that are equal: nothing has changed in between, or a moment ago."""
        now = time.monotonic()
        if now - self._looked > SECONDS:
            self._stamp = hash(tuple(self._found()))
            self._looked = now
        return self._stamp

    def _found(self) -> list[tuple[str, int, int]]:
        found = []
        for path in sorted(path for folder in self._folders for path in folder.rglob("*")):
            try:
                status = path.stat()
            except OSError:  # gone at this moment
                continue
            found.append((str(path), status.st_mtime_ns, status.st_size))
        return found
