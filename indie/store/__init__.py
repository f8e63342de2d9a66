"""
The only room that knows SQL: one file, or one PostgreSQL, with everything that must be kept.

`Store.open` is the one door. Everything that is written goes through
`with store.write():`, so that a post and the work it causes are saved together.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from indie.config import Settings
from indie.errors import Misconfigured
from indie.store.changes import Changes
from indie.store.citations import Citations
from indie.store.clients import Clients
from indie.store.database import Database
from indie.store.deliveries import Deliveries
from indie.store.finding import Finding
from indie.store.following import FollowingTable, Items
from indie.store.grants import Codes, Grants
from indie.store.jobs import ROUND, Jobs
from indie.store.limits import Limits
from indie.store.media import Media
from indie.store.mentions import Mentions
from indie.store.moderation import ModerationRules
from indie.store.owner import Owners
from indie.store.pages import Pages
from indie.store.passkeys import Challenges, Passkeys
from indie.store.posts import Posts
from indie.store.preferences import PreferenceTable
from indie.store.quoted import QuotedTable
from indie.store.replays import Replays
from indie.store.requests import Requests
from indie.store.responses import Responses
from indie.store.revisions import Revisions
from indie.store.sessions import AuthorizationRequests, Sessions
from indie.store.sqlite import SQLite
from indie.store.subscribers import Subscribers
from indie.store.tallies import Tallies
from indie.store.tokens import Tokens
from indie.store.topics import Topics
from indie.store.transfer import ensure_whole
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
    tallies: Tallies
    pages: Pages
    revisions: Revisions
    media: Media
    tokens: Tokens
    webmentions: Webmentions
    responses: Responses
    quoted: QuotedTable
    moderation: ModerationRules
    mentions: Mentions
    deliveries: Deliveries
    citations: Citations
    jobs: Jobs
    replays: Replays
    requests: Requests
    preferences: PreferenceTable
    grants: Grants
    codes: Codes
    sessions: Sessions
    authorization_requests: AuthorizationRequests
    passkeys: Passkeys
    clients: Clients
    challenges: Challenges
    limits: Limits
    subscribers: Subscribers
    topics: Topics
    following: FollowingTable
    followed_items: Items
    changes: Changes

    @classmethod
    def open(cls, settings: Settings) -> "Store":
        """
        Open the store that the settings name, making it and the data folder where they are not there, and migrate it.

        Raises Misconfigured if the folder cannot be written, the database cannot be used, or a newer version wrote it.
        """
        data = settings.data
        try:
            data.mkdir(parents=True, exist_ok=True)
            secret = _secret(data / "secret")
        except OSError as error:
            raise Misconfigured(
                f"the data folder {data} cannot be written ({error.strerror}); "
                "give this user the right to write there, or name another folder in INDIE_DATA"
            ) from None
        database = engine(settings)
        with database.write():
            if database.migrate():
                Posts(database).reindex()
                Webmentions(database).reindex()
            database.equip()
            ensure_whole(database)
            if settings.database:
                _ensure_one_secret(database, secret, data)
        return cls(
            database=database,
            secret=secret,
            owner=Owners(database),
            posts=Posts(database),
            finding=Finding(database),
            tallies=Tallies(database),
            pages=Pages(database),
            revisions=Revisions(database),
            media=Media(database),
            tokens=Tokens(database),
            webmentions=Webmentions(database),
            responses=Responses(database),
            quoted=QuotedTable(database),
            moderation=ModerationRules(database),
            mentions=Mentions(database),
            deliveries=Deliveries(database),
            citations=Citations(database),
            jobs=Jobs(database),
            replays=Replays(database),
            requests=Requests(database),
            preferences=PreferenceTable(database),
            grants=Grants(database),
            codes=Codes(database),
            sessions=Sessions(database),
            authorization_requests=AuthorizationRequests(database),
            passkeys=Passkeys(database),
            clients=Clients(database),
            challenges=Challenges(database),
            limits=Limits(database),
            subscribers=Subscribers(database),
            topics=Topics(database),
            following=FollowingTable(database),
            followed_items=Items(database),
            changes=Changes(database),
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
        """Ask for work (`Jobs.add`) and wake the workers once the transaction is safe, unless it is for later."""
        self.jobs.add(name, arguments, now, due, lane, dedupe)
        if (due or now) <= now + ROUND:
            self.database.wake()


def engine(settings: Settings) -> Database:
    """The database that the settings name, as it is found: nothing is made but an empty file. Raises Misconfigured."""
    if not settings.database:
        return SQLite(settings.data / "indie.db")
    try:
        # Why here: who stays with the file needs no psycopg.
        from indie.store.postgresql import PostgreSQL  # noqa: PLC0415
    except ImportError as error:
        raise Misconfigured(
            f"INDIE_DATABASE names a PostgreSQL, and the library for it is missing ({error}): "
            "pip install 'psycopg[binary,pool]'"
        ) from None
    return PostgreSQL(settings.database)


def _ensure_one_secret(database: Database, secret: bytes, data: Path) -> None:
    """All machines of a site have one secret: links that one of them makes must be good at the others."""
    digest = hashlib.sha256(secret).hexdigest()
    database.execute(
        "INSERT INTO site (name, value) VALUES ('secret', :digest) ON CONFLICT (name) DO NOTHING", digest=digest
    )
    row = database.one("SELECT value FROM site WHERE name = 'secret'")
    if row is None or not hmac.compare_digest(row["value"], digest):
        raise Misconfigured(
            f"{data / 'secret'} is not the secret of this site: copy that of the machine where the site began, "
            "byte for byte, for this user alone to read"
        )


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
