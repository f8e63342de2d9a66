"""What is written together is saved together, and nobody is in anybody's way."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from indie.store import Store
from indie.store.database import in_list, portions


@pytest.fixture
def database(store):
    """The database, with a table of notes to play with."""
    store.database.execute(store.database.spelled("CREATE TABLE notes (id {id}, note TEXT)"))
    return store.database


@pytest.fixture
def other(settings, store):
    """The same database, as another process has it."""
    opened = Store.open(settings)
    yield opened.database
    opened.database.close()


class Broken(Exception):
    pass


@contextlib.contextmanager
def broken(database):
    """A write transaction that ends with an error."""
    with contextlib.suppress(Broken), database.write():
        yield
        raise Broken


def notes(database):
    return [row["note"] for row in database.query("SELECT note FROM notes ORDER BY id")]


def note(database, text):
    database.execute("INSERT INTO notes (note) VALUES (:note)", note=text)


def test_a_transaction_takes_the_lock_when_it_begins(database, other):
    """Law: writers take turns. Another one is kept out before anything is written."""
    entered = threading.Event()

    def enter():
        with other.write():
            entered.set()
        other.release()

    with ThreadPoolExecutor(1) as pool:
        with database.write():
            waiting = pool.submit(enter)
            assert not entered.wait(0.5)
        waiting.result(20)

    assert entered.is_set()


def test_nobody_fails_who_reads_and_then_writes(database):
    """Threads that count up together lose no step and meet no error."""
    note(database, "0")

    def count(_):
        for _ in range(25):
            with database.write():
                (last,) = notes(database)
                database.execute("UPDATE notes SET note = :note", note=str(int(last) + 1))
        database.release()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))

    assert ["100"] == notes(database)


def test_an_error_takes_everything_back(database):
    """All of it or nothing."""
    with broken(database):
        note(database, "one")
        database.query("INSERT INTO notes (note) VALUES ('two') RETURNING note")
    assert [] == notes(database)


def test_a_transaction_within_one_is_a_part_of_it(database):
    """What the inner one has done goes with the outer one."""
    with broken(database), database.write():
        note(database, "inner")
    assert [] == notes(database)


def test_after_an_error_the_next_transaction_works(database):
    """No lock and no half-open transaction is left behind."""
    with broken(database):
        pass
    with database.write():
        note(database, "next")
    assert ["next"] == notes(database)


def test_outside_a_transaction_a_statement_is_saved_by_itself(database, other):
    """A statement with RETURNING too."""
    database.query("INSERT INTO notes (note) VALUES ('alone') RETURNING note")

    assert ["alone"] == notes(other)


def test_what_is_not_committed_is_seen_by_nobody(database):
    """A reader is neither held up nor shown half of it."""
    with database.write(), ThreadPoolExecutor(1) as pool:
        note(database, "half")
        assert [] == pool.submit(notes, database).result()


def test_effects_come_after_the_commit(database):
    """Whoever is woken finds what he was woken for."""
    seen = []
    with database.write():
        database.after_commit(lambda: seen.append(ThreadPoolExecutor(1).submit(notes, database).result()))
        note(database, "saved")
        assert [] == seen
    assert [["saved"]] == seen


def test_no_effect_without_a_commit(database):
    """A transaction that is taken back wakes nobody, and its effects do not wait for the next."""
    seen = []
    with broken(database):
        database.after_commit(lambda: seen.append("woken"))
    with database.write():
        note(database, "next")
    assert [] == seen


def test_an_effect_asked_for_twice_comes_once(store):
    """One wake-up is enough for ten jobs."""
    seen = []

    def effect():
        seen.append("woken")

    with store.database.write():
        store.database.after_commit(effect)
        store.database.after_commit(effect)
    assert ["woken"] == seen


def test_outside_a_transaction_an_effect_comes_at_once(store):
    """There is nothing to wait for."""
    seen = []
    store.database.after_commit(lambda: seen.append("woken"))

    assert ["woken"] == seen


def test_each_thread_has_a_transaction_of_its_own(database):
    """What one thread does while another writes is no part of it."""
    with broken(database):
        note(database, "half")
        with ThreadPoolExecutor(1) as pool:
            seen = pool.submit(notes, database).result()

    assert [] == seen == notes(database)


@pytest.mark.sqlite("its pragmas")
def test_every_connection_is_safe(database):
    """WAL, every commit on the disk, no row without the one it hangs on: on a thread's connection too."""
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}

    def pragmas():
        return {name: database.one(f"PRAGMA {name}")[name] for name in expected}

    with ThreadPoolExecutor(1) as pool:
        assert expected == pragmas() == pool.submit(pragmas).result()


def test_an_empty_list_holds_nothing(database):
    """`IN ()` would be an error, or everything."""
    note(database, "-x")
    places, values = in_list("note", [])

    assert [] == database.query(f"SELECT note FROM notes WHERE note IN ({places})", **values)


def test_long_lists_come_in_portions():
    """No statement gets more parameters than it takes, and none is left out."""
    assert [[1, 2], [3, 4], [5]] == [list(some) for some in portions([1, 2, 3, 4, 5], 2)]


@pytest.mark.sqlite("its connections")
def test_a_connection_that_was_released_is_used_again(database):
    """To open the file and read its schema takes longer than most of what a job asks."""
    database.execute("CREATE TEMP TABLE mine (id INTEGER)")
    database.release()

    assert [] == database.query("SELECT * FROM mine")


@pytest.mark.sqlite("its connections")
def test_a_closed_database_keeps_none(database):
    database.execute("CREATE TEMP TABLE mine (id INTEGER)")
    database.release()
    database.close()

    with pytest.raises(database.errors):
        database.query("SELECT * FROM mine")
