"""
All rows of a site, from one database into another, of either engine.

A row counts as the same on both if each of its values is, of the kinds integer, text, bytes and none. What belongs to
the place and not to the site stays behind: workers, their leases, and what `site` says of the place.
"""

import graphlib
import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from indie.errors import IndieError, Misconfigured
from indie.store import schema
from indie.store.database import Database, Row, Table, storable
from indie.store.sqlite import SQLite

Tell = Callable[[str, int, int], None]
"""Is told how far something is: what it is, how many are done, of how many."""

PORTION = 45
"""
Rows that are in memory at a time.

Limit: as parameters of one statement, 999 on an old SQLite, they may have 22 columns.
"""

_COPY = "copy"
"""In `site`: the digest of the secret of the site whose copy is begun here and not yet whole."""

_OF_THE_PLACE = ("secret", _COPY)


@dataclass(frozen=True)
class Sum:
    """What a table holds: how many rows, and the SHA-256 over them in the order of their primary key."""

    rows: int
    sha256: str


def ensure_whole(database: Database) -> None:
    """Raise Misconfigured where a copy was begun and not ended: nobody may go on with half a site."""
    if begun(database):
        raise Misconfigured(
            f"{database.place} holds a copy of a site that is not whole; run the same `move` again, "
            "or empty it if the copy is not wanted any more"
        )


def ensure_current(database: Database) -> None:
    """Raise Misconfigured unless a site is here whose tables are those of this version."""
    try:
        done = {row["name"] for row in database.query("SELECT name FROM migrations")}
    except database.errors:
        raise Misconfigured(f"there is no site in {database.place}; check INDIE_DATA and INDIE_DATABASE") from None
    if done != {name for name, _ in schema.MIGRATIONS}:
        raise Misconfigured(
            f"the tables in {database.place} are those of another version of Indie; start the site once with this one"
        )


def ensure_tables(database: Database) -> None:
    """Make the tables where there are none. Raises Misconfigured where those of another version are."""
    if any(table.name == "migrations" for table in database.catalogue()):
        ensure_current(database)
    else:
        database.migrate()


def ensure_empty(database: Database) -> None:
    """Raise Misconfigured where anybody's rows are. The tables are there."""
    ensure_whole(database)
    for table in _tables(database):
        if any(_portions(database, table)):
            raise Misconfigured(f"{database.place} holds a site already ({table.name} has rows); name an empty place")


def begun(database: Database) -> str:
    """The digest of the secret of the site whose copy was begun here; "" if none was, or it was ended."""
    row = database.one("SELECT value FROM site WHERE name = :name", name=_COPY)
    return row["value"] if row else ""


def begin(database: Database, secret: bytes) -> None:
    """Note that a copy of the site with this secret begins, in place of whatever was noted."""
    with database.write():
        forget_place(database)
        database.execute("INSERT INTO site (name, value) VALUES (:name, :digest)", name=_COPY, digest=digest(secret))


def forget_place(database: Database) -> None:
    """Forget what `site` says of the place, of which nothing else is there: it gets another secret."""
    database.execute(f"DELETE FROM site WHERE name IN {_OF_THE_PLACE}")


def end(database: Database) -> None:
    """Note that the copy is whole."""
    database.execute("DELETE FROM site WHERE name = :name", name=_COPY)


def digest(secret: bytes) -> str:
    """By which a site is known without its secret being told."""
    return hashlib.sha256(secret).hexdigest()


def copy(source: Database, target: Database, tell: Tell) -> int:
    """
    Make the rows of the target those that the source has at one moment; returns how many there are.

    Tables that agree are left as they are, so that a copy that was interrupted goes on; others are
    emptied, with whatever refers to them, and copied, each in one transaction. Nothing is written in the source.
    Raises Misconfigured where the target does not hold in the end what was read. Inside a transaction of
    the target it is a part of that.
    """
    tables, read = _tables(target), dict[str, Sum]()
    with source.snapshot():
        every, done = sum(_count(source, table) for table in tables), 0
        stale = _stale(source, target, tables)
        with target.write():
            for table in reversed(stale):
                target.execute(f"DELETE FROM {table.name}")
        for table in tables:
            tally = _Tally(table)
            with target.write():
                for portion in _portions(source, table):
                    tally.add(portion)
                    if table in stale:
                        _insert(target, table, portion)
                    tell("rows", done + tally.rows, every)
                if table.counted and (last := source.last_number(table.name)) > target.last_number(table.name):
                    target.count_on(table.name, last)
            read[table.name] = tally.sum()
            done += _count(source, table)
    target.learn()
    for table in tables:
        if _sum(target, table) != read[table.name]:
            raise Misconfigured(f"the table {table.name} in {target.place} is not what was copied there; run it again")
    tell("rows", every, every)
    return sum(known.rows for known in read.values())


def sums(database: Database) -> dict[str, Sum]:
    """What each table holds that there is, in whatever version of the schema."""
    return {table.name: _sum(database, table) for table in database.catalogue() if table.key}


def files(database: Database) -> set[str]:
    """The names in the storage that rows speak of."""
    rows = database.query("SELECT file FROM media WHERE file <> '' UNION SELECT file FROM renditions")
    return {row["file"] for row in rows}


def dump(source: Database, path: Path) -> tuple[dict[str, Sum], set[str]]:
    """
    Write the rows of one moment to a new SQLite file, without what is of the place; returns its `sums` and `files`.

    The source goes on being read and written meanwhile. Raises Misconfigured unless it is of this version.
    """
    ensure_current(source)
    ensure_whole(source)
    if isinstance(source, SQLite):
        # Why not the copying: this takes a second where that takes a minute.
        source.execute("VACUUM INTO :path", path=str(path))
    with closing(SQLite(path)) as kept:
        if isinstance(source, SQLite):
            _strip(kept)
        else:
            kept.migrate()
            with kept.write():
                copy(source, kept, lambda *_: None)
        return sums(kept), files(kept)


def ensure_inert(database: SQLite) -> None:
    """Raise Misconfigured where a file that somebody gave us holds anything that acts by itself, or is damaged."""
    try:
        acts = database.one(
            "SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%'"
        )
        said = database.one("PRAGMA integrity_check(1)")
    except database.errors as error:
        raise Misconfigured(f"the rows in it cannot be read ({error})") from None
    if acts or said != {"integrity_check": "ok"}:
        raise Misconfigured("the rows in it are damaged, or were not written by Indie")


@contextmanager
def faults(*databases: Database) -> Iterator[None]:
    """Misconfigured, with what the engine says, for whatever a database cannot do."""
    errors = tuple(error for database in databases for error in database.errors)
    try:
        yield
    except errors as error:
        if isinstance(error, IndieError):
            raise
        raise Misconfigured(f"the database did not do it: {error}") from error


class _Tally:
    """Rows as they go by, counted and summed up."""

    def __init__(self, table: Table) -> None:
        self.rows = 0
        self._columns = table.columns
        self._digest = hashlib.sha256()

    def add(self, rows: list[Row]) -> None:
        self.rows += len(rows)
        for row in rows:
            for column in self._columns:
                kind, value = _canonical(row[column])
                self._digest.update(b"%b%d:%b" % (kind, len(value), value))

    def sum(self) -> Sum:
        return Sum(self.rows, self._digest.hexdigest())


def _canonical(value: object) -> tuple[bytes, bytes]:
    match value:
        case None:
            return b"n", b""
        case str():
            return b"t", value.encode()
        case bytes():
            return b"b", value
        case _:
            return b"i", str(value).encode()


def _tables(database: Database) -> list[Table]:
    """
    Ours, as the migrations name them; those that others refer to before those.

    Not the numbers of changes: each database counts its own, also those that a copy is.
    """
    ours = schema.tables() - {"changes"}
    found = {table.name: table for table in database.catalogue() if table.name in ours}
    order = graphlib.TopologicalSorter({name: sorted(found[name].needs) for name in sorted(found)})
    return [found[name] for name in order.static_order() if name in found]


def _stale(source: Database, target: Database, tables: list[Table]) -> list[Table]:
    """What is to be copied: what differs, and what refers to something that is to be copied."""
    stale: list[Table] = []
    for table in tables:
        needs = any(other.name in table.needs for other in stale)
        is_new = not _count(target, table) and _count(source, table)
        if needs or is_new or _sum(source, table) != _sum(target, table):
            stale.append(table)
    return stale


def _count(database: Database, table: Table) -> int:
    row = database.one(f"SELECT count(*) AS rows FROM {table.name}")
    return int(row["rows"]) if row else 0


def _sum(database: Database, table: Table) -> Sum:
    tally = _Tally(table)
    for portion in _portions(database, table):
        tally.add(portion)
    return tally.sum()


def _portions(database: Database, table: Table) -> Iterator[list[Row]]:
    """What goes along, in the order of the primary key."""
    columns = ", ".join(f'"{column}"' for column in table.columns)
    key = ", ".join(f'"{column}"' for column in table.key)
    begin, last = "", dict[str, object]()
    while True:
        found = database.query(
            f'SELECT {columns} FROM "{table.name}" {begin} ORDER BY {key} LIMIT {PORTION}', **last
        )
        yield [dict(storable(carried)) for row in found if (carried := _carried(table, row))]
        if len(found) < PORTION:
            return
        begin = f"WHERE ({key}) > ({', '.join(f':{column}' for column in table.key)})"
        last = {column: found[-1][column] for column in table.key}


def _carried(table: Table, row: Row) -> Row | None:
    """A row as it goes along; None for one that belongs to the place."""
    if table.name in ("workers", "changes") or (table.name == "site" and row["name"] in _OF_THE_PLACE):
        return None
    return row | {"worker": "", "leased": ""} if table.name == "jobs" else row


def _strip(database: SQLite) -> None:
    """As `_carried`, in the file itself; and nothing that acts."""
    with database.write():
        database.unequip()
        database.execute("DELETE FROM workers")
        database.execute("DELETE FROM changes")
        forget_place(database)
        database.execute("UPDATE jobs SET worker = '', leased = ''")


def _insert(database: Database, table: Table, rows: list[Row]) -> None:
    if not rows:
        return
    columns = ", ".join(f'"{column}"' for column in table.columns)
    places = ", ".join(
        f"({', '.join(f':r{number}_{column}' for column in table.columns)})" for number in range(len(rows))
    )
    values = {f"r{number}_{column}": row[column] for number, row in enumerate(rows) for column in table.columns}
    database.execute(f"INSERT INTO {table.name} ({columns}) VALUES {places}", **values)
