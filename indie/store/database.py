"""
The SQLite file: a connection a thread, SQL with `:name`, write transactions that begin at once.

Law: a write transaction takes the lock when it begins (`BEGIN IMMEDIATE`). A
deferred one that reads first and writes later fails under load, whatever the
busy timeout.
"""

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlite_utils

from indie.errors import Misconfigured
from indie.store import schema

Row = dict[str, Any]
T = TypeVar("T")

BUSY_SECONDS = 20.0
"""How long a writer waits for the lock before it gives up."""


class Database:
    """One database file. Threads share this object; each has a connection of its own."""

    def __init__(self, path: Path) -> None:
        """
        path: the file; it is made if it is not there.

        Raises Misconfigured if it cannot be opened or written.
        """
        self.path = path
        self._local = threading.local()
        try:
            connection = self._connection()
            connection.conn.execute("BEGIN IMMEDIATE")
            connection.conn.rollback()
        except (sqlite3.Error, OSError) as error:
            raise Misconfigured(
                f"the database {path} cannot be opened for writing ({error}); "
                "check that it is a site's database and that this user owns the data folder"
            ) from None

    def query(self, sql: str, **values: object) -> list[Row]:
        """The rows that a SELECT, or a statement with RETURNING, gives."""
        return list(self._connection().query(sql, values))

    def one(self, sql: str, **values: object) -> Row | None:
        """The first row, or None."""
        return next(iter(self.query(sql, **values)), None)

    def execute(self, sql: str, **values: object) -> int:
        """Run a statement that gives no rows; returns how many rows it changed."""
        return self._connection().execute(sql, values).rowcount

    @contextmanager
    def write(self) -> Iterator[None]:
        """
        A write transaction: all of it or nothing.

        Inside another one it is a part of that one.
        """
        connection = self._connection().conn
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN IMMEDIATE")
        self._local.after = []
        try:
            yield
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        for effect in dict.fromkeys(self._local.after):
            effect()

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run `effect` once when the transaction at hand is safe, never if it is rolled back."""
        if not self._connection().conn.in_transaction:
            effect()
            return
        self._local.after.append(effect)

    def migrate(self, migrations: schema.Migrations = schema.MIGRATIONS) -> list[str]:
        """
        Bring the tables to this version's; returns the names of the changes made.

        Raises Misconfigured for a database that a newer version wrote.
        """
        with self.write():
            self.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
            done = {row["name"] for row in self.query("SELECT name FROM migrations")}
            unknown = done - {name for name, _ in migrations}
            if unknown:
                raise Misconfigured(
                    f"the database {self.path} was written by a newer version of Indie "
                    f"({max(unknown)}); update the program, or restore a backup made with this one"
                )
            missing = [(name, statements) for name, statements in migrations if name not in done]
            for name, statements in missing:
                for statement in statements:
                    self.execute(statement.format(**schema.SPELLING["sqlite"]))
                self.execute("INSERT INTO migrations (name) VALUES (:name)", name=name)
        return [name for name, _ in missing]

    def close(self) -> None:
        """Close this thread's connection."""
        connection = self._local.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()

    def _connection(self) -> sqlite_utils.Database:
        connection: sqlite_utils.Database | None = getattr(self._local, "connection", None)
        if connection is None:
            # Why no isolation level: the driver would begin transactions of its own, deferred ones.
            raw = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute("PRAGMA synchronous = FULL")
            raw.execute("PRAGMA foreign_keys = ON")
            connection = sqlite_utils.Database(raw)
            self._local.connection = connection
        return connection


def in_list(stem: str, values: Collection[object]) -> tuple[str, dict[str, object]]:
    """
    What stands between the brackets of `IN (…)`, and the values of its names.

    An empty list is spelled as one that holds nothing that we store.
    """
    names = {f"{stem}{number}": value for number, value in enumerate(values)}
    return ", ".join(f":{name}" for name in names) or "'-'", names


def portions(values: Sequence[T], size: int = 400) -> Iterator[Sequence[T]]:
    """Limit: a statement takes so many parameters, and no more."""
    return (values[start : start + size] for start in range(0, len(values), size))
