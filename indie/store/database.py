"""
What the tables stand on, whichever engine keeps the rows: SQL with `:name`, write transactions, effects after them.

The engines are `store.sqlite` and `store.postgresql`. SQL is written once, in the words
that both know; each engine has in its module whatever it says or does differently.

Law: write transactions take turns. Each takes its lock when it begins, so what is
read inside one is still true when it is written (decision 5).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol, TypeVar

from indie.errors import Misconfigured
from indie.store import schema
from indie.store.touched import Touched, tables

Row = dict[str, Any]
T = TypeVar("T")

_NEXT = "(SELECT coalesce(max(number), 0) + 1 FROM changes)"

BUSY_SECONDS = 20.0
"""How long a writer waits for its turn before it gives up."""


class Turn(IntEnum):
    """
    What writers take turns at.

    SITE: everything. CLAIMS: which worker has which job, so that a claim waits for no long transaction
    of the site; what both may touch, the claim passes over (`passing_by`). REQUESTS: the record of what apps
    sent, which nothing else touches, when some of it is forgotten.
    """

    SITE = 1
    CLAIMS = 2
    REQUESTS = 3


class Ear(Protocol):
    """What a worker hears notices with, beside its own socket. Only the thread that waits uses it."""

    def attend(self) -> None:
        """Listen, from now on at the latest; anew where the connection was lost. Raises Unavailable."""

    def fileno(self) -> int:
        """What to wait at; -1 while nobody listens."""

    def hear(self) -> None:
        """Take what has come."""

    def close(self) -> None:
        """Listen no more."""


@dataclass(frozen=True)
class Table:
    """
    What a table is made of, as the engine's catalogue has it.

    columns, key: their names, of the second those of its primary key in its order.
    counted: whether its rows are numbered, in `id`.
    needs: the tables that its rows refer to.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    counted: bool
    needs: frozenset[str]


class Database(ABC):
    """
    The rows of one site. Threads share this object.

    place: where they are, for people; without a password.
    errors: what a statement raises that cannot be carried out.
    held, passing_by: what ends a SELECT whose rows nobody else may change until the transaction ends;
        and one that does not see rows that are held so.
    aside: stands before a column that no index is to be chosen for.
    matching: selects the ids of the posts that have all words of a pattern, `:terms`.
    """

    place: str
    errors: tuple[type[Exception], ...]
    held: str
    passing_by: str
    aside: str
    matching: str

    def __init__(self) -> None:
        self._touched = Touched()

    def query(self, sql: str, **values: object) -> list[Row]:
        """The rows that a SELECT, or a statement with RETURNING, gives."""
        with self._noted(sql):
            return self._query(sql, values)

    def execute(self, sql: str, **values: object) -> None:
        """
        Run a statement that gives no rows.

        In a transaction it may be sent later, with what follows, and fail there: who must know whether it
        found a row asks for it with RETURNING.
        """
        with self._noted(sql):
            self._execute(sql, values)

    @abstractmethod
    def _query(self, sql: str, values: Mapping[str, object]) -> list[Row]:
        """As `query`."""

    @abstractmethod
    def _execute(self, sql: str, values: Mapping[str, object]) -> None:
        """As `execute`."""

    @abstractmethod
    def append(self, sql: str, **values: object) -> None:
        """
        Insert a row that nothing depends on: it waits for nobody's turn, as a transaction of its own.

        Inside a transaction it is a part of that one.
        """

    @abstractmethod
    def write(self, turn: Turn = Turn.SITE) -> AbstractContextManager[None]:
        """
        A write transaction: all of it or nothing.

        Inside another one it is a part of that one.
        """

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[None]:
        """All that this thread asks inside is answered from one moment; it can write nothing. Not in a transaction."""

    @abstractmethod
    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run `effect` once when the transaction at hand is safe, never if it is rolled back."""

    @abstractmethod
    def stamp(self) -> object | None:
        """
        Two that are equal: nobody, in whatever process, has saved a change between them that a page may show.

        None where nobody can tell, and in a transaction.
        """

    @contextmanager
    def watched(self) -> Iterator[set[str]]:
        """The names of all that this thread asks about inside (`store.touched`)."""
        with self._touched.watched() as names:
            yield names

    @contextmanager
    def about(self, *names: str) -> Iterator[set[str]]:
        """What is read inside depends on these names alone; more may be added on the way, of rows that were found."""
        with self._touched.about(*names) as own:
            yield own

    @contextmanager
    def changing(self, *names: str) -> Iterator[set[str]]:
        """A transaction, or a part of one: what is written inside changes these names alone, and those added."""
        with self.write(), self._touched.about(*names) as own:
            yield own

    @contextmanager
    def _noted(self, sql: str) -> Iterator[None]:
        reads, writes = tables(sql)
        self._touched.read(reads)
        if not writes:
            yield
            return
        with self.write():
            self._touched.write(writes)
            yield

    @contextmanager
    def _numbering(self) -> Iterator[set[str]]:
        """A transaction, all but its first and its last word: at its end what changed is written down. Gives that."""
        self._touched.changed = changed = set[str]()
        try:
            yield changed
            if changed:
                self._number(sorted(changed))
        finally:
            self._touched.changed = None

    def _number(self, names: Sequence[str]) -> None:
        """Give the names the next number, or several where they are many."""
        for some in portions(names):
            values = {f"name{place}": name for place, name in enumerate(some)}
            rows = ", ".join(f"(:{name}, {_NEXT})" for name in values)
            self._execute(
                f"INSERT INTO changes (name, number) VALUES {rows} "
                "ON CONFLICT (name) DO UPDATE SET number = excluded.number",  # only names of parameters are put in
                values,
            )

    @abstractmethod
    def wake(self) -> None:
        """Tell every worker, once the transaction at hand is safe, that there is something to do."""

    @abstractmethod
    def ear(self) -> Ear | None:
        """What a worker hears `wake` with; None where its socket is enough."""

    @abstractmethod
    def release(self) -> None:
        """Nothing more comes from this thread for a while."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database; whatever is asked next opens it again. On SQLite, of this thread's connection."""

    @abstractmethod
    def spelled(self, ddl: str) -> str:
        """A statement of a migration in the engine's words."""

    @abstractmethod
    def catalogue(self) -> list[Table]:
        """Every table that there is, by name; columns by name too, so that both engines say the same."""

    @abstractmethod
    def learn(self) -> None:
        """Look at what the tables hold, after many rows came at once, so that plans are made for that."""

    @abstractmethod
    def equip(self) -> None:
        """
        Make the engine's own index of `post_words.terms`, which follows that column by itself, where it is missing.

        Why not a migration: it is no table of the site's. It stays behind when rows go elsewhere, and is made there.
        """

    @abstractmethod
    def pattern(self, terms: Collection[str]) -> str:
        """The words of `posts.words.sought` for `matching`."""

    @abstractmethod
    def next_number(self, table: str) -> str:
        """
        What takes the number for a row to come of a counted table, as a part of a SELECT; once a statement.

        So nobody waits for the number of a row that is written; 0 where nobody would.
        """

    @abstractmethod
    def last_number(self, table: str) -> int:
        """The last number that was given to a row of a counted table; 0 if none was."""

    @abstractmethod
    def count_on(self, table: str, last: int) -> None:
        """Let the next row of a counted table get the number after this one. In a transaction."""

    def one(self, sql: str, **values: object) -> Row | None:
        """The first row, or None."""
        return next(iter(self.query(sql, **values)), None)

    def migrate(self, migrations: schema.Migrations = schema.MIGRATIONS) -> list[str]:
        """
        Bring the tables to this version's; returns the names of the changes made.

        Raises Misconfigured for a database that a newer version wrote.
        """
        with self.write():
            self.execute(self.spelled("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)"))
            done = {row["name"] for row in self.query("SELECT name FROM migrations")}
            unknown = done - {name for name, _ in migrations}
            if unknown:
                raise Misconfigured(
                    f"the database {self.place} was written by a newer version of Indie "
                    f"({max(unknown)}); update the program, or restore a backup made with this one"
                )
            missing = [(name, statements) for name, statements in migrations if name not in done]
            numbered = [table.name for table in self.catalogue() if table.counted] if missing else []
            given = {name: self.last_number(name) for name in numbered}
            for name, statements in missing:
                for statement in statements:
                    # Why unnoted: the table of changes may not be there yet, and no page was kept before the start.
                    self._execute(self.spelled(statement), {})
                self.execute("INSERT INTO migrations (name) VALUES (:name)", name=name)
            # Why: a table that was made anew has forgotten which numbers it gave.
            for table in self.catalogue() if given else ():
                if table.name in given:
                    self.count_on(table.name, max(given[table.name], self.last_number(table.name)))
        return [name for name, _ in missing]


def described(columns: Sequence[Row], references: Sequence[Row]) -> list[Table]:
    """
    Tables from what a catalogue says.

    columns: (name, field, place, counted); place is that in the primary key, or None or 0.
    references: (name, needs).
    """
    needs: dict[str, set[str]] = {}
    for row in references:
        needs.setdefault(row["name"], set()).add(row["needs"])
    fields: dict[str, list[Row]] = {}
    for row in columns:
        fields.setdefault(row["name"], []).append(row)
    return [
        Table(
            name,
            tuple(sorted(row["field"] for row in rows)),
            tuple(row["field"] for row in sorted(rows, key=lambda row: row["place"] or 0) if row["place"]),
            any(row["counted"] for row in rows),
            frozenset(needs.get(name, set()) - {name}),
        )
        for name, rows in sorted(fields.items())
    ]


def storable(values: Mapping[str, object]) -> dict[str, object]:
    """
    The values as both engines keep them: U+FFFD for NUL, which PostgreSQL refuses, and for half a surrogate pair.

    Why here: the walls of the protocols refuse both where a person can mend it; what is left
    comes from other people's headers and from paths that nobody has.
    """
    return {name: _text(value) if isinstance(value, str) else value for name, value in values.items()}


def _text(value: str) -> str:
    if "\0" in value:
        value = value.replace("\0", "\ufffd")
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def in_list(stem: str, values: Collection[object]) -> tuple[str, dict[str, object]]:
    """
    What stands between the brackets of `IN (…)`, and the values of its names.

    An empty list is spelled as one that holds nothing that we store.
    """
    names = {f"{stem}{number}": value for number, value in enumerate(values)}
    return ", ".join(f":{name}" for name in names) or "'-'", names


def portions(values: Sequence[T], size: int = 100) -> Iterator[Sequence[T]]:
    """Why so few: asked for more at once, PostgreSQL reads a whole table rather than an index so often."""
    return (values[start : start + size] for start in range(0, len(values), size))
