"""Which names are asked about and changed: what a kept page is told by (decision 6)."""

import json
import re
import sqlite3
import threading
from contextlib import closing, suppress

import pytest

from indie import times
from indie.config import Settings
from indie.store import Store, schema
from indie.store.database import Database
from indie.store.media import HERE, Medium
from indie.store.touched import MANY, UNSHOWN, tables
from tests.live.running import until
from tests.store import large, test_plans

READS, WRITES = (sqlite3.SQLITE_READ,), (sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)


class Told:
    """A database that compares what SQLite says a statement touches with what we take it for."""

    one = Database.one

    def __init__(self, database):
        self._database, self.missed = database, []

    def __getattr__(self, name):
        return getattr(self._database, name)

    def query(self, sql, **values):
        return self._compared(sql, lambda: self._database.query(sql, **values))

    def execute(self, sql, **values):
        return self._compared(sql, lambda: self._database.execute(sql, **values))

    append = execute

    def _compared(self, sql, run):
        read, written = set(), set()

        def heard(action, table, *_):
            (read if action in READS else written if action in WRITES else set()).add(table)
            return sqlite3.SQLITE_OK

        connection = self._database._connection().conn
        connection.set_authorizer(heard)
        try:
            connection.execute(f"EXPLAIN {sql}", dict.fromkeys(names(sql))).fetchall()
        finally:
            connection.set_authorizer(None)
        reads, writes = tables(sql)
        ours = schema.tables()
        # Why not what a statement reads that writes too: SQLite names the tables of foreign keys as well.
        if (not written and (read & ours) - reads) or (written & ours) - writes - UNSHOWN:
            self.missed.append((sql, read, written))
        return run()


def names(sql):
    return re.findall(r"(?<!:):([A-Za-z_]\w*)", sql)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """A large site, in which every method finds what it is asked for."""
    store = Store.open(Settings(data=tmp_path_factory.mktemp("seeded"), url="http://site.example/"))
    large.fill(store.database, json.dumps(test_plans.RESPONSE.to_json()))
    with closing(store.database):
        yield store


def test_a_table_that_is_not_named_is_shown():
    """A table of tomorrow drops pages until somebody says that none shows it."""
    assert (frozenset({"tomorrow"}), frozenset()) == tables("SELECT 1 FROM tomorrow")
    assert (frozenset(), frozenset({"tomorrow"})) == tables("INSERT INTO tomorrow (a) VALUES (1)")


def test_every_table_that_no_page_shows_is_there():
    assert set() == UNSHOWN - schema.tables() - {"migrations", "sqlite_sequence"}


def test_reading_depends_on_the_table(store):
    with store.database.watched() as asked:
        store.owner.get()
    assert {"owner"} == asked


def test_reading_about_something_depends_on_that(store):
    with store.database.watched() as asked:
        store.media.get("a.jpg")
    assert {"medium a.jpg", "media *"} == asked


def test_reading_about_very_many_depends_on_the_tables(store):
    with store.database.watched() as asked, store.database.about(*map(str, range(MANY + 1))):
        store.database.query("SELECT 1 FROM media")
    assert {"media"} == asked


def test_writing_about_something_changes_that_and_the_table(store):
    before = store.changes.last()
    put(store)
    assert {"medium a.jpg", "media"} == since(store, before)


def test_writing_about_nothing_in_particular_changes_all_of_the_table(store):
    before = store.changes.last()
    store.database.execute("DELETE FROM media")
    assert {"media", "media *"} == since(store, before)


def test_what_no_page_shows_changes_nothing(store):
    before = store.changes.last()
    store.jobs.add("name", {}, times.now())
    assert set() == since(store, before)


def test_what_was_rolled_back_changed_nothing(store):
    before, stamp = store.changes.last(), store.database.stamp()
    with suppress(ZeroDivisionError), store.write():
        put(store)
        raise ZeroDivisionError
    assert set() == since(store, before)
    assert stamp == store.database.stamp()


def test_a_stamp_moves_with_every_change_and_with_nothing_else(store):
    first = store.database.stamp()
    store.media.get("a.jpg")
    assert first == store.database.stamp()
    put(store)
    second = store.database.stamp()
    assert first != second
    assert second == store.database.stamp()


def test_a_stamp_moves_with_a_change_however_many_ask(store):
    """Threads that ask for it at the same moment do not hold one another's."""
    ended, unseen = threading.Event(), 0

    def ask():
        while not ended.is_set():
            store.database.stamp()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(50):
        before = store.database.stamp()
        put(store)
        unseen += store.database.stamp() == before
    ended.set()
    for thread in threads:
        thread.join()
    assert 0 == unseen


def test_in_a_transaction_there_is_none(store):
    with store.write():
        assert store.database.stamp() is None
    assert store.database.stamp() is not None


def test_a_name_of_any_length_is_kept(store):
    """It goes by its digest, the same where it is asked about and where it is changed."""
    long, before = "x" * 10_000, store.changes.last()
    with store.database.watched() as asked:
        store.media.get(long)
    put(store, long)
    assert 1 == len(asked & since(store, before))


def put(store, name="a.jpg"):
    store.media.put(Medium(name, HERE, "photo", file="a.jpg", type="image/jpeg", size=1, width=1, height=1), times.now())


def since(store, number):
    return {name for when, name in store.changes.since(number) if when > number}


@pytest.mark.sqlite("it says of each statement which tables it touches")
@pytest.mark.parametrize("ask", test_plans.CASES.values(), ids=test_plans.CASES)
def test_no_table_of_a_statement_is_overlooked(seeded, ask):
    """SQLite itself tells what each statement of the store reads and writes."""
    told = Told(seeded.database)
    with test_plans.suppress(test_plans.RolledBackError), seeded.write():
        ask(test_plans.replace(seeded, **{name: test_plans.replace(table, database=told) for name, table in test_plans.tables(seeded).items()}))
        raise test_plans.RolledBackError
    assert [] == told.missed


@pytest.mark.postgresql("whoever listens may lose his connection")
def test_a_stamp_is_another_after_the_listener_was_lost(store, settings):
    """What was said meanwhile nobody heard, so it counts as a notice to listen again."""
    before = store.database.stamp()
    assert before is not None
    with closing(Store.open(settings).database) as other:
        other.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN indie_changes%'"
        )
    assert until(lambda: store.database.stamp() != before)
    assert until(lambda: (store.database.stamp() or 0) > before)


@pytest.mark.postgresql("its notices")
def test_a_change_of_another_process_is_heard(store, settings):
    before = store.database.stamp()
    with closing(Store.open(settings).database) as other:
        other.execute("DELETE FROM media")
    assert until(lambda: store.database.stamp() != before)
