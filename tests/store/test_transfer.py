"""Rows from one database into another, of either engine."""

import pytest

from indie.errors import Misconfigured
from indie.store import schema, transfer
from indie.store.sqlite import SQLite

PLANTED = (
    "9999 planted",
    [
        'CREATE TABLE planted (id {id}, "from" TEXT NOT NULL, what {bytes})',
        "CREATE TABLE beneath (planted_id INTEGER NOT NULL REFERENCES planted (id), name TEXT NOT NULL, PRIMARY KEY (planted_id, name))",
    ],
)
VALUES = [("~ a", b"\0\xff"), ("Ä", None), ("a\ufffd", b""), ("☃ '%s' :name", b"x" * 5000)]


@pytest.fixture
def planted(database_url):  # which goes back after it, and is seen not to be as it was lent
    """A table that a version to come will have, and one that refers to it and stands before it in the alphabet."""
    schema.MIGRATIONS.append(PLANTED)
    yield
    schema.MIGRATIONS.remove(PLANTED)


@pytest.fixture
def file(tmp_path):
    """An empty file with its tables."""
    made = SQLite(tmp_path / "other.db")
    made.migrate()
    yield made
    made.close()


def plant(database):
    with database.write():
        for text, body in VALUES:
            database.execute('INSERT INTO planted ("from", what) VALUES (:text, :body)', text=text, body=body)
        for number in range(2 * transfer.PORTION):
            database.execute("INSERT INTO beneath (planted_id, name) VALUES (1, :name)", name=f"n{number}")


def quiet(*_):
    pass


def test_every_table_is_known(store):
    """The catalogue has what the migrations make, each with a primary key, and nothing else but the list of them."""
    found = store.database.catalogue()

    assert schema.tables() | {"migrations"} == {table.name for table in found}
    assert [] == [table.name for table in found if not table.key]


def test_both_engines_describe_the_same(store, file):
    """Columns, keys, numbering and references."""
    assert file.catalogue() == store.database.catalogue()


@pytest.mark.usefixtures("planted")
class TestCopy:
    @pytest.fixture
    def database(self, store):
        store.database.migrate(schema.MIGRATIONS)
        return store.database

    def test_a_table_of_tomorrow_comes_along(self, database, file):
        """Into a file and back out of it; every kind of value, with its numbers."""
        plant(database)
        rows = transfer.copy(database, file, quiet)

        assert len(VALUES) + 2 * transfer.PORTION == rows
        asked = 'SELECT id, "from", what FROM planted ORDER BY id'
        assert [(text, body) for text, body in VALUES] == [(row["from"], row["what"]) for row in file.query(asked)]
        assert transfer.sums(database)["beneath"] == transfer.sums(file)["beneath"]
        with database.write():
            database.execute("DELETE FROM beneath")
            database.execute("DELETE FROM planted")
        transfer.copy(file, database, quiet)
        assert file.query(asked) == database.query(asked)

    def test_numbers_go_on_where_they_were(self, database, file):
        """Also after the last ones were deleted: an id never comes again."""
        plant(database)
        database.execute("DELETE FROM planted WHERE id > 2")
        transfer.copy(database, file, quiet)
        file.execute("INSERT INTO planted (\"from\") VALUES ('new')")
        assert len(VALUES) + 1 == file.one("SELECT max(id) AS id FROM planted")["id"]

    def test_they_do_into_the_other_engine_too(self, database, file):
        plant(file)
        transfer.copy(file, database, quiet)
        database.execute("INSERT INTO planted (\"from\") VALUES ('new')")

        assert len(VALUES) + 1 == database.one("SELECT max(id) AS id FROM planted")["id"]

    def test_it_goes_on_after_it_was_broken_off(self, database, file):
        """What agrees is not written again; what differs is, and whatever refers to it."""
        plant(database)

        def again():
            before = file._connection().conn.total_changes
            transfer.copy(database, file, quiet)
            assert transfer.sums(file)["planted"] == transfer.sums(database)["planted"]
            assert transfer.sums(file)["beneath"] == transfer.sums(database)["beneath"]
            return file._connection().conn.total_changes - before

        beneath, above = 2 * 2 * transfer.PORTION, 2 * len(VALUES)
        assert 0 < again()
        assert 0 == again()
        database.execute("UPDATE beneath SET name = 'other' WHERE name = 'n1'")
        # Why a few more: what a page may show has changed, and is said so.
        assert beneath <= again() < beneath + 9
        database.execute("UPDATE planted SET what = :what WHERE id = 1", what=b"changed")
        assert beneath + above <= again() < beneath + above + 18

    def test_what_comes_meanwhile_does_not_come_along(self, database, file, settings):
        """The source is read as it was at one moment, and others go on writing there."""
        plant(database)
        other = type(database)(settings.database or settings.data / "indie.db")

        def meddle(*_):
            if other.query("SELECT 1 AS one FROM beneath LIMIT 1"):
                other.execute("INSERT INTO planted (\"from\") VALUES ('late')")
                other.execute("DELETE FROM beneath")

        rows = transfer.copy(database, file, meddle)

        assert len(VALUES) + 2 * transfer.PORTION == rows
        assert 0 == database.one("SELECT count(*) AS n FROM beneath")["n"]
        other.close()

    def test_what_came_out_otherwise_is_told(self, database, file):
        """Somebody else writes in the target."""
        plant(database)

        def meddle(_, done, every):
            if done == every:
                file.execute("UPDATE beneath SET name = 'other' WHERE name = 'n1'")

        with pytest.raises(Misconfigured, match=r"beneath in .* is not what was copied"):
            transfer.copy(database, file, meddle)


def test_nothing_can_be_written_in_a_snapshot(store):
    """On either engine."""
    with pytest.raises(store.database.errors), store.database.snapshot():
        store.database.execute("DELETE FROM preferences")
    store.database.execute("DELETE FROM preferences")


def test_half_a_copy_is_not_opened(store, settings):
    """Nobody sets up a site in what is still being copied."""
    transfer.begin(store.database, b"secret")

    with pytest.raises(Misconfigured, match="not whole"):
        type(store).open(settings)
    transfer.end(store.database)
    type(store).open(settings).database.close()
