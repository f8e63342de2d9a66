"""
The only room that knows SQL: one file with everything that must be kept.

`Store.open` is the one door. Everything that is written goes through
`with store.write():`, so that a post and the work it causes are saved together.
"""

import contextlib
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from indie.errors import Misconfigured
from indie.store.database import Database
from indie.store.deliveries import Deliveries
from indie.store.finding import Finding
from indie.store.jobs import Jobs
from indie.store.media import Media
from indie.store.owner import Owners
from indie.store.posts import Posts
from indie.store.preferences import PreferenceTable
from indie.store.replays import Replays
from indie.store.requests import Requests
from indie.store.responses import Responses
from indie.store.revisions import Revisions
from indie.store.tokens import Tokens
from indie.store.webmentions import Webmentions

SECRET_BYTES = 32


@dataclass(frozen=True)
class Store:
    """
    The tables, and the secret that lies beside them.

    secret: 32 random bytes of this site; links and names that nobody may guess are made with it.
    """

    database: Database
    secret: bytes
    owner: Owners
    posts: Posts
    finding: Finding
    revisions: Revisions
    media: Media
    tokens: Tokens
    webmentions: Webmentions
    responses: Responses
    deliveries: Deliveries
    jobs: Jobs
    replays: Replays
    requests: Requests
    preferences: PreferenceTable

    @classmethod
    def open(cls, data: Path) -> "Store":
        """
        Open the store in the data folder, making both where they are not there, and apply migrations.

        Raises Misconfigured if the folder cannot be written or a newer version wrote the database.
        """
        try:
            data.mkdir(parents=True, exist_ok=True)
            secret = _secret(data / "secret")
        except OSError as error:
            raise Misconfigured(
                f"the data folder {data} cannot be written ({error.strerror}); "
                "give this user the right to write there, or name another folder in INDIE_DATA"
            ) from None
        database = Database(data / "indie.db")
        with database.write():
            if database.migrate():
                Posts(database).reindex()
        return cls(
            database=database,
            secret=secret,
            owner=Owners(database),
            posts=Posts(database),
            finding=Finding(database),
            revisions=Revisions(database),
            media=Media(database),
            tokens=Tokens(database),
            webmentions=Webmentions(database),
            responses=Responses(database),
            deliveries=Deliveries(database),
            jobs=Jobs(database),
            replays=Replays(database),
            requests=Requests(database),
            preferences=PreferenceTable(database),
        )

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction: all that is written inside is saved together, or nothing of it."""
        with self.database.write():
            yield

    def later(  # what a job is made of
        self,
        name: str,
        arguments: dict[str, object],
        now: datetime,
        due: datetime | None = None,
        lane: str = "",
        dedupe: str = "",
    ) -> None:
        """Ask for work (`Jobs.add`) and wake the workers once the transaction is safe."""
        self.jobs.add(name, arguments, now, due, lane, dedupe)
        self.database.after_commit(self.wake)

    def wake(self) -> None:
        """Tell every worker that there is something to do. A datagram to a dead one is lost, and no harm done."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.setblocking(False)
            for port in self.jobs.workers().values():
                try:
                    wire.sendto(b"!", ("127.0.0.1", port))
                except OSError:
                    continue


def _secret(path: Path) -> bytes:
    """The site's secret; made at the first start, readable by its user alone."""
    if not path.exists():
        # Why a link: whoever else starts at the same moment sees a whole secret or none.
        draft = path.with_name(f".secret-{os.getpid()}-{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    secret = path.read_bytes()
    if len(secret) < SECRET_BYTES:
        raise Misconfigured(f"{path} is damaged: restore it from a backup, or delete it to begin with a new one")
    return secret
