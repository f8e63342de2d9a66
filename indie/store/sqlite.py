"""
The SQLite file: a connection a thread, write transactions that begin at once, workers woken by a datagram.

Law: a write transaction takes the lock when it begins (`BEGIN IMMEDIATE`). A
deferred one that reads first and writes later fails under load, whatever the
busy timeout. There is one lock in the file, so all turns are one.
"""

import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlite_utils

from indie.errors import Misconfigured
from indie.posts import words
from indie.store import schema
from indie.store.database import BUSY_SECONDS, Database, Row, Table, Turn, described, storable

SPARE = 4
"""How many connections of threads that rest are kept for those that begin: each opens a file and reads its schema."""

LEASE = 0.002
"""
For how many seconds a stamp is believed, in whatever process, and whoever has saved a change waits before he says so.

Why: to ask SQLite lets other threads go first, several times; asked for each answer, that would be most of its cost.
"""


_EQUIPMENT = {
    # Why ascii: words come made (`posts.words.terms`); to it all but ASCII is a letter. What stands in no result (which
    # column, where in it, how long it is) is left out.
    "post_terms": """
        CREATE VIRTUAL TABLE post_terms USING fts5 (
            terms, content = 'post_words', content_rowid = 'post_id', tokenize = 'ascii', detail = none, columnsize = 0
        )
    """,
    "post_terms_inserted": """
        CREATE TRIGGER post_terms_inserted AFTER INSERT ON post_words BEGIN
            INSERT INTO post_terms (rowid, terms) VALUES (new.post_id, new.terms);
        END
    """,
    "post_terms_deleted": """
        CREATE TRIGGER post_terms_deleted AFTER DELETE ON post_words BEGIN
            INSERT INTO post_terms (post_terms, rowid, terms) VALUES ('delete', old.post_id, old.terms);
        END
    """,
    "post_terms_updated": """
        CREATE TRIGGER post_terms_updated AFTER UPDATE ON post_words BEGIN
            INSERT INTO post_terms (post_terms, rowid, terms) VALUES ('delete', old.post_id, old.terms);
            INSERT INTO post_terms (rowid, terms) VALUES (new.post_id, new.terms);
        END
    """,
}
"""The index of words (FTS5), and what keeps it in step; each by its name."""


class SQLite(Database):
    """One database file, on one machine."""

    errors = (sqlite3.Error,)
    # Why empty: whoever writes is alone.
    held = passing_by = ""
    aside = "+"
    matching = "SELECT rowid FROM post_terms WHERE post_terms MATCH :terms"

    def __init__(self, path: Path) -> None:
        """
        path: the file; it is made if it is not there.

        Raises Misconfigured if it cannot be opened or written.
        """
        super().__init__()
        self.path = path
        self.place = str(path)
        self._local = threading.local()
        self._spare: list[sqlite_utils.Database] = []
        self._watch: tuple[int, sqlite3.Connection] | None = None
        self._seen: tuple[float, tuple[int, int]] = (0.0, (0, 0))
        self._watches = count()
        self._watching = threading.Lock()
        try:
            connection = self._connection()
            connection.conn.execute("BEGIN IMMEDIATE")
            connection.conn.rollback()
        except (sqlite3.Error, OSError) as error:
            raise Misconfigured(
                f"the database {path} cannot be opened for writing ({error}); "
                "check that it is a site's database and that this user owns the data folder"
            ) from None

    def _query(self, sql: str, values: Mapping[str, object]) -> list[Row]:
        # Why not sqlite-utils' `query`: it puts a savepoint around each, which is two statements more.
        cursor = self._connection().conn.execute(sql, storable(values))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def _execute(self, sql: str, values: Mapping[str, object]) -> None:
        self._connection().execute(sql, storable(values))

    def append(self, sql: str, **values: object) -> None:
        """A statement: there is one turn."""
        self.execute(sql, **values)

    @contextmanager
    def write(self, turn: Turn = Turn.SITE) -> Iterator[None]:  # noqa: ARG002  # there is one
        """A write transaction."""
        connection = self._connection().conn
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN IMMEDIATE")
        self._local.after = []
        try:
            with self._numbering() as changed:
                yield
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        if changed:
            time.sleep(LEASE)
        for effect in dict.fromkeys(self._local.after):
            effect()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A transaction that reads: of its moment is its first question."""
        connection = self._connection().conn
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.rollback()
            connection.execute("PRAGMA query_only = OFF")

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run `effect` once when the transaction at hand is safe, never if it is rolled back."""
        if not self._connection().conn.in_transaction:
            effect()
            return
        self._local.after.append(effect)

    def stamp(self) -> tuple[int, int] | None:
        """`data_version` of a connection that writes nothing, so that it tells of all commits, also of ours."""
        if self._touched.changed is not None:
            return None
        until, seen = self._seen
        early = until - time.monotonic()
        # Why one after the other: a question on the same connection keeps the moment of one that is not answered yet.
        # Why early, by whoever comes first: the others need not wait for it.
        if early > LEASE / 2 or not self._watching.acquire(blocking=early <= 0):
            return seen
        try:
            now = time.monotonic()
            if now > self._seen[0] - LEASE / 2:
                watch = self._watch = self._watch or (next(self._watches), self._opened().conn)
                ((version,),) = watch[1].execute("PRAGMA data_version")
                self._seen = now + LEASE, (watch[0], version)
            return self._seen[1]
        finally:
            self._watching.release()

    def wake(self) -> None:
        """Send each worker a datagram. One to a dead worker is lost, and no harm done."""
        self.after_commit(self._ring)

    def ear(self) -> None:
        """None: the datagram comes to the worker's own socket."""

    def release(self) -> None:
        """Give this thread's connection to whichever asks next."""
        connection = self._local.__dict__.pop("connection", None)
        if connection is not None and len(self._spare) < SPARE:
            self._spare.append(connection)
        elif connection is not None:
            connection.close()

    def close(self) -> None:
        """Close this thread's connection, what is spare, what watches; those of other threads end with them."""
        self.release()
        with self._watching:
            watch, self._watch = self._watch, None
            self._seen = (0.0, (0, 0))
            if watch is not None:
                watch[1].close()
        while self._spare:
            self._spare.pop().close()

    def spelled(self, ddl: str) -> str:
        """A statement of a migration in SQLite's words."""
        return ddl.format(**schema.SPELLING["sqlite"])

    def catalogue(self) -> list[Table]:
        """Every table, of sqlite_master."""
        ours = (
            "sqlite_master.type = 'table' AND substr(sqlite_master.name, 1, 7) <> 'sqlite_' "
            "AND substr(sqlite_master.name, 1, 10) <> 'post_terms'"
        )
        return described(
            self.query(
                f"""
                SELECT sqlite_master.name AS name, field.name AS field, field.pk AS place,
                    instr(sqlite_master.sql, ' AUTOINCREMENT') AS counted
                FROM sqlite_master JOIN pragma_table_info(sqlite_master.name) AS field WHERE {ours}
                """
            ),
            self.query(
                f"""
                SELECT sqlite_master.name AS name, other."table" AS needs
                FROM sqlite_master JOIN pragma_foreign_key_list(sqlite_master.name) AS other WHERE {ours}
                """
            ),
        )

    def learn(self) -> None:
        """Nothing: statements are written so that the indexes alone say how to go about it."""

    def equip(self) -> None:
        """An FTS5 table over `post_words`, and the triggers that keep it in step."""
        rows = self.query("SELECT name FROM sqlite_master WHERE substr(name, 1, 10) = 'post_terms'")
        missing = _EQUIPMENT.keys() - {row["name"] for row in rows}
        if not missing:
            return
        try:
            for name, ddl in _EQUIPMENT.items():
                if name in missing:
                    self.execute(ddl)
            self.execute("INSERT INTO post_terms (post_terms) VALUES ('rebuild')")
        except sqlite3.OperationalError as error:
            raise Misconfigured(
                f"this Python's SQLite cannot search ({error}); use one that was built with FTS5"
            ) from None

    def unequip(self) -> None:
        """Leave tables and indexes alone, as a file must have them that is handed on (`transfer.ensure_inert`)."""
        for name in reversed(_EQUIPMENT):
            self.execute(f"DROP {'TABLE' if name == 'post_terms' else 'TRIGGER'} IF EXISTS {name}")

    def pattern(self, terms: Collection[str]) -> str:
        """A query of FTS5, in which every word stands in quotes; there are no quotes in words."""
        return words.pattern(terms, '"{}"', '"{}"*', " ")

    def next_number(self, table: str) -> str:  # noqa: ARG002  # of no table
        """0: a row gets its number when it is written, and that is no way to go."""
        return "0"

    def last_number(self, table: str) -> int:
        """What `sqlite_sequence` says."""
        row = self.one("SELECT seq FROM sqlite_sequence WHERE name = :name", name=table)
        return int(row["seq"]) if row else 0

    def count_on(self, table: str, last: int) -> None:
        """Tell `sqlite_sequence`."""
        self.execute("DELETE FROM sqlite_sequence WHERE name = :name", name=table)
        self.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)", name=table, last=last)

    def _ring(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.setblocking(False)
            for row in self.query("SELECT port FROM workers"):
                try:
                    wire.sendto(b"!", ("127.0.0.1", row["port"]))
                except OSError:
                    continue

    def _connection(self) -> sqlite_utils.Database:
        connection: sqlite_utils.Database | None = getattr(self._local, "connection", None)
        if connection is None:
            try:
                connection = self._spare.pop()
            except IndexError:
                connection = self._opened()
            self._local.connection = connection
        return connection

    def _opened(self) -> sqlite_utils.Database:
        # Why no isolation level: the driver would begin transactions of its own, deferred ones. Why any thread: one
        # after the other has it, never two at once.
        raw = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")
        return sqlite_utils.Database(raw)
