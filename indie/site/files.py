"""Whether files of the owner's have changed: his templates and themes, which pages depend on beside the store."""

import time
from contextlib import suppress
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
        for path in (path for folder in self._folders for path in below(folder)):
            with suppress(OSError):  # gone at this moment
                status = path.stat()
                found.append((str(path), status.st_mtime_ns, status.st_size))
        return found


def below(folder: Path, pattern: str = "*") -> list[Path]:
    """What is below a folder and called so, sorted; of folders that are taken away meanwhile what was seen of them."""
    found: list[Path] = []
    with suppress(OSError):
        found.extend(folder.rglob(pattern))
    return sorted(found)
