"""
PostgreSQL: connections from a pool, one writer a site at a time, workers woken by its notices.

The only module that knows psycopg, which is installed only where the settings name a
PostgreSQL. What the two engines do differently stands here and in decision 5; all
other SQL of the store is written once.
"""

import contextlib
import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import Connection, Cursor
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from indie.errors import Misconfigured, Unavailable
from indie.posts import words
from indie.store import schema
from indie.store.database import BUSY_SECONDS, Database, Row, T, Table, Turn, described, storable
from indie.store.listening import Listener

CONNECTIONS = 16
"""At most so many for one process, and one more for a worker's ear: a server takes 100 of all machines, unless told."""

CONNECT_SECONDS = 5
"""How long somebody waits for a connection while there is none to be had."""

IDLE_SECONDS = 60
"""After so long the server ends the transaction of a machine that fell silent in the middle of it."""

CHANNEL, CHANGES = "indie_jobs", "indie_changes"

_TERMS = "array_to_tsvector(string_to_array(terms, ' '))"
"""
The words of a post. Why not `to_tsvector`: they come made (`posts.words.terms`), and its parser would take them apart.
"""

_ANY_COLUMN = re.compile(r"\b(SELECT|RETURNING)\s+(DISTINCT\s+)?(\w+\.)?\*", re.IGNORECASE)
"""
Statements that are not kept prepared.

Why: another version's migration changes what they give, and a prepared one fails from then on.
"""

_READS = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_TOKEN = re.compile(r"'(?:[^']|'')*'|::|:([A-Za-z_]\w*)|%|\bLIKE\b")
_TEXT = re.compile(r"\bTEXT\b")

Connected = Connection[dict[str, Any]]


class PostgreSQL(Database):
    """One database on a server; any number of machines share it."""

    errors = (psycopg.Error, Unavailable)
    held = "FOR UPDATE"
    passing_by = "FOR UPDATE SKIP LOCKED"
    # Why empty: its planner counts.
    aside = ""
    matching = f"SELECT post_id FROM post_words WHERE {_TERMS} @@ CAST(:terms AS tsquery)"

    def __init__(self, url: str) -> None:
        """
        url: `postgresql://user:password@host:port/name`, with any parameters that libpq knows.

        Raises Misconfigured if it cannot be used.
        """
        parts = urlsplit(url)
        self.place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        super().__init__()
        self._url = url
        self._listener: Listener | None = None
        self._pool: ConnectionPool[Connected] | None = None
        self._opening = threading.Lock()
        self._turns = {turn: threading.Lock() for turn in Turn}
        self._local = threading.local()
        try:
            with contextlib.closing(self._connect()) as connection:
                told = connection.execute(_CHECK).fetchone() or {}
        except psycopg.Error as error:
            reason = " ".join(str(error).split())
            raise Misconfigured(
                f"the database {self.place} cannot be used ({reason}); "
                "check INDIE_DATABASE, and that the server runs and lets this user in"
            ) from None
        if told["encoding"] != "UTF8":
            raise Misconfigured(
                f"the database {self.place} keeps text as {told['encoding']}; "
                "make one with `createdb --template template0 --encoding UTF8`"
            )
        if not told["may_create"]:
            raise Misconfigured(
                f"the user of the database {self.place} may not make tables in it; "
                "make him its owner: ALTER DATABASE … OWNER TO …"
            )

    def _query(self, sql: str, values: Mapping[str, object]) -> list[Row]:
        if not _reads(sql):
            with self._writing() as connection:
                return _ask(connection, sql, values)
        begun = self._at_hand()
        return _ask(begun, sql, values) if begun else self._alone(_ask, sql, values)

    def _execute(self, sql: str, values: Mapping[str, object]) -> None:
        """It waits for its turn as any writer, and not for its answer."""
        with self._writing() as connection:
            _run(connection, sql, values)

    def append(self, sql: str, **values: object) -> None:
        """A statement without a lock. Limit: it may be repeated where the server went away in the middle of it."""
        begun = self._at_hand()
        if begun:
            _run(begun, sql, values)
        else:
            self._alone(_run, sql, values)

    @contextmanager
    def write(self, turn: Turn = Turn.SITE) -> Iterator[None]:
        """A write transaction. It begins by taking its turn: an advisory lock, which its end gives back."""
        with self._writing(turn):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A transaction that reads: of its moment is its first question."""
        with self._borrowed() as connection:
            # Why no end to idleness: whoever copies may wait long for where he copies to.
            _run(
                connection,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0",
            )
            self._local.connection, self._local.after = connection, []
            try:
                yield
            finally:
                self._local.connection = None
                with contextlib.suppress(*self.errors):
                    _run(connection, "ROLLBACK")

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run `effect` once when the transaction at hand is safe, never if it is rolled back."""
        if self._at_hand() is None:
            effect()
            return
        self._local.after.append(effect)

    def stamp(self) -> int | None:
        """
        How many notices there were of changes, those of this process at once.

        Limit: what another process saved is heard of when the notice is here, a millisecond later or a few.
        """
        if self._touched.changed is not None:
            return None
        with self._opening:
            listener = self._listener = self._listener or Listener(PostgresEar(self._connect, CHANGES))
        return listener.heard()

    def _number(self, names: Sequence[str]) -> None:
        super()._number(names)
        self._execute(f"NOTIFY {CHANGES}", {})
        if self._listener:
            self.after_commit(self._listener.count)

    def wake(self) -> None:
        """Notify. It is a part of the transaction: the server sends it with the commit, and many as one."""
        self.execute(f"NOTIFY {CHANNEL}")

    def ear(self) -> "PostgresEar":
        """What hears the notices, of whatever machine."""
        return PostgresEar(self._connect, CHANNEL)

    def release(self) -> None:
        """Nothing: a connection goes back to the pool with each statement or transaction."""

    def close(self) -> None:
        """Close the pool; what is asked next opens another."""
        with self._opening:
            pool, self._pool = self._pool, None
            listener, self._listener = self._listener, None
        if listener:
            listener.close()
        if pool:
            pool.close()

    def spelled(self, ddl: str) -> str:
        """
        A statement of a migration in PostgreSQL's words.

        Why a collation: dates and cursors are compared byte by byte, whatever the order of the server's language.
        """
        return _TEXT.sub('TEXT COLLATE "C"', ddl.format(**schema.SPELLING["postgresql"]))

    def catalogue(self) -> list[Table]:
        """Every table of the schema in which ours are made."""
        return described(self.query(_COLUMNS), self.query(_REFERENCES))

    def learn(self) -> None:
        """ANALYZE. Why not left to the server: it comes by once a minute, and until then each page takes a second."""
        self.execute("ANALYZE")

    def equip(self) -> None:
        """A GIN index of an expression."""
        found = self.one("SELECT to_regclass(current_schema() || '.post_terms') AS there")
        if found is None or found["there"] is None:
            self.execute(f"CREATE INDEX post_terms ON post_words USING gin ({_TERMS})")

    def pattern(self, terms: Collection[str]) -> str:
        """A tsquery, in which every word stands in quotes; there are no quotes in words."""
        return words.pattern(terms, "'{}'", "'{}':*", " & ")

    def next_number(self, table: str) -> str:
        """One of the sequence; whether a row gets it or not, it comes once."""
        return f"nextval(pg_get_serial_sequence('{table}', 'id')::regclass)"

    def last_number(self, table: str) -> int:
        """What the sequence of the column says; it may be ahead of a snapshot, and never behind it."""
        row = self.one(f"SELECT pg_sequence_last_value(({_SEQUENCE})::regclass) AS last", name=table)
        return int(row["last"] or 0) if row else 0

    def count_on(self, table: str, last: int) -> None:
        """Set the sequence of the column."""
        self.query(
            f"SELECT setval(({_SEQUENCE})::regclass, greatest(:last, 1), :last > 0)", name=table, last=last
        )

    def _at_hand(self) -> Connected | None:
        """The connection of this thread's transaction, if it is in one."""
        return getattr(self._local, "connection", None)

    @contextmanager
    def _writing(self, turn: Turn = Turn.SITE) -> Iterator[Connected]:
        connection = self._at_hand()
        if connection:
            yield connection
            return
        # Why a lock of the process too: of all its threads that wait, one alone holds a connection.
        if not self._turns[turn].acquire(timeout=BUSY_SECONDS):
            raise Unavailable("The database is busy; try again in a moment.")
        try:
            with self._begun(turn) as begun:
                yield begun
            effects = self._local.__dict__.pop("after")
        finally:
            self._turns[turn].release()
        for effect in dict.fromkeys(effects):
            effect()

    def _alone(
        self, do: Callable[[Connected, str, Mapping[str, object]], T], sql: str, values: Mapping[str, object]
    ) -> T:
        with self._borrowed() as connection, contextlib.suppress(_LostError):
            return do(connection, sql, values)
        # Why once more: the server may have been started again since the connection was last used.
        self._pooled().check()
        with self._borrowed() as connection:
            return do(connection, sql, values)

    @contextmanager
    def _begun(self, turn: Turn) -> Iterator[Connected]:
        """
        A transaction, and its end.

        Why a pipeline: what gives no rows is sent at once, and its answer read with the next that is asked
        for. Other writers wait for the end of this, and most of that time went to and fro.
        """
        begin = f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({_SITE}, {int(turn)})"
        with contextlib.ExitStack() as stack:
            connection = stack.enter_context(self._borrowed())
            try:
                _run(connection, begin)
            except _LostError:
                stack.close()
                self._pooled().check()
                connection = stack.enter_context(self._borrowed())
                _run(connection, begin)
            self._local.connection, self._local.after = connection, []
            try:
                with _explained(connection), connection.pipeline():
                    with self._numbering():
                        yield connection
                    connection.execute(b"COMMIT")
            except BaseException:
                with contextlib.suppress(*self.errors):
                    _run(connection, "ROLLBACK")
                raise
            finally:
                self._local.connection = None

    @contextmanager
    def _borrowed(self) -> Iterator[Connected]:
        """A connection of the pool."""
        pool = self._pooled()
        try:
            connection = pool.getconn(CONNECT_SECONDS)
        except psycopg.OperationalError as error:
            raise Unavailable("The database cannot be reached; try again in a moment.") from error
        try:
            yield connection
        finally:
            pool.putconn(connection)

    def _pooled(self) -> ConnectionPool[Connected]:
        """
        The pool, open.

        Why not from the beginning: its threads do not outlive a fork, and a web process is forked.
        """
        with self._opening:
            if self._pool is None:
                self._pool = ConnectionPool(
                    self._url,
                    kwargs=_HABITS,
                    configure=_configure,
                    min_size=0,
                    max_size=CONNECTIONS,
                    open=True,
                    # Why 0: whoever needs a connection asks for it anew; a pool that tries by itself waits ever longer.
                    reconnect_timeout=0,
                    num_workers=1,
                )
            return self._pool

    def _connect(self) -> Connected:
        return psycopg.connect(self._url, **_HABITS)


class PostgresEar:
    """A connection that listens. It is opened again wherever it was lost."""

    def __init__(self, connect: Callable[[], Connected], channel: str) -> None:
        """connect: makes a connection; raises psycopg.OperationalError where there is none to be had."""
        self._connect = connect
        self._channel = channel
        self._connection: Connected | None = None

    def attend(self) -> None:
        """Listen, from now on at the latest. Raises Unavailable."""
        if self._connection and not self._connection.closed:
            return
        with contextlib.ExitStack() as stack:
            try:
                connection = self._connect()
                stack.callback(connection.close)
                connection.execute(b"LISTEN " + self._channel.encode())
            except psycopg.OperationalError as error:
                raise Unavailable("The database cannot be reached; try again in a moment.") from error
            stack.pop_all()
        self._connection = connection

    def fileno(self) -> int:
        """What to wait at; -1 while nobody listens."""
        return self._connection.fileno() if self._connection and not self._connection.closed else -1

    def hear(self) -> None:
        """Take what has come. Where the connection is lost, the next `attend` makes another."""
        try:
            for _ in self._connection.notifies(timeout=0) if self._connection else ():
                continue
        except psycopg.OperationalError:
            self.close()

    def close(self) -> None:
        """Listen no more."""
        if self._connection:
            self._connection.close()


class _LostError(Unavailable):
    """The connection is gone, and whatever was begun on it."""


_SITE = 0x1D1E
"""What our advisory locks begin with, so that they meet nobody else's."""

_HABITS: dict[str, Any] = {
    "autocommit": True,
    "row_factory": dict_row,
    "connect_timeout": CONNECT_SECONDS,
    "application_name": "indie",
    # Why: a machine that vanished says nothing; half a minute later it is known to be gone.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "prepare_threshold": 5,
}

_CHECK = """
    SELECT current_setting('server_encoding') AS encoding,
        coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create
"""


_SEQUENCE = "pg_get_serial_sequence(:name, 'id')"

_COLUMNS = """
    SELECT relname AS name, attname AS field, attidentity <> '' AS counted,
        array_position(indkey::smallint[], attnum) + 1 AS place
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        LEFT JOIN pg_index ON indrelid = pg_class.oid AND indisprimary
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND attnum > 0 AND NOT attisdropped
"""
_REFERENCES = """
    SELECT one.relname AS name, other.relname AS needs
    FROM pg_constraint JOIN pg_class AS one ON one.oid = conrelid JOIN pg_class AS other ON other.oid = confrelid
    WHERE contype = 'f' AND one.relnamespace = current_schema()::regnamespace
"""


def _configure(connection: Connected) -> None:
    """What each connection of the pool begins with."""
    _run(
        connection,
        f"SET lock_timeout = '{BUSY_SECONDS:.0f}s'; SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'",
    )


def _run(connection: Connected, sql: str, values: Mapping[str, object] | None = None) -> Cursor[dict[str, Any]]:
    """Raises Unavailable where another try, later, may succeed; _LostError where on another connection at once."""
    with _explained(connection):
        if values is None:
            # Why as it stands: without values it may be several statements.
            return connection.execute(sql.encode())
        translated, prepare = _translated(sql)
        return connection.execute(translated, storable(values), prepare=prepare)


def _ask(connection: Connected, sql: str, values: Mapping[str, object]) -> list[Row]:
    """The rows that a statement gives; raises as `_run` does, in a transaction also for those before it."""
    with _explained(connection):
        return _run(connection, sql, values).fetchall()


@contextmanager
def _explained(connection: Connected) -> Iterator[None]:
    """What psycopg raises inside, in our words."""
    try:
        yield
    except psycopg.errors.PipelineAborted as error:
        # Why: the statement that failed has said so, and somebody has passed that over.
        raise psycopg.errors.InFailedSqlTransaction("nothing was saved, because a statement had failed") from error
    except psycopg.OperationalError as error:
        if connection.closed:
            raise _LostError("The database was lost; try again in a moment.") from error
        raise Unavailable("The database cannot do this now; try again in a moment.") from error


@lru_cache(maxsize=1024)
def _reads(sql: str) -> bool:
    """Whether a statement writes nothing."""
    return _READS.match(sql) is not None


@lru_cache(maxsize=1024)
def _translated(sql: str) -> tuple[bytes, bool | None]:
    """
    A statement of the store in psycopg's words, and whether it may be kept prepared: None leaves that to psycopg.

    `%(name)s` stands for `:name`, and whatever is a percent sign is doubled.

    LIKE is ILIKE: SQLite makes no difference between the cases of ASCII letters, and of none else;
    in the collation "C" neither does this.
    """

    def word(match: re.Match[str]) -> str:
        if match[1]:
            return f"%({match[1]})s"
        return "ILIKE" if match[0] == "LIKE" else match[0].replace("%", "%%")

    return _TOKEN.sub(word, sql).encode(), False if _ANY_COLUMN.search(sql) else None
