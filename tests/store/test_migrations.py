"""The tables grow with the program, and nothing in them is lost."""

import sqlite3
from pathlib import Path

import pytest

from indie.config import Settings
from indie.errors import Misconfigured
from indie.store import Store, schema
from indie.store.finding import Filter

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
"""A dump of every schema that was ever on main, each with a few rows in it."""


ABOUT_THE_FILE = pytest.mark.sqlite("the dumps are those of files; on PostgreSQL all began with 0004")


@pytest.fixture
def data(tmp_path):
    """A data folder; `data("0001.sql")` puts the database of an earlier version there."""

    def build(schema_file):
        connection = sqlite3.connect(tmp_path / "indie.db")
        connection.executescript(schema_file.read_text())
        connection.close()
        return tmp_path

    return build


def tables(store):
    """The statements that make them."""
    return {row["sql"] for row in store.database.query("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}


def test_an_empty_folder_gets_every_table(store):
    """The names of all changes stand in the database."""
    made = {row["name"] for row in store.database.query("SELECT name FROM migrations")}

    assert {name for name, _ in schema.MIGRATIONS} == made


def test_a_second_start_changes_nothing(store):
    """Migrations that are done are not done again."""
    assert [] == store.database.migrate()


def test_the_last_schema_has_its_dump():
    """Whoever adds a migration adds a dump of the tables it makes: `0007.sql` for the seventh."""
    assert [name[:4] for name, _ in schema.MIGRATIONS] == [dump.stem for dump in SCHEMAS]


@ABOUT_THE_FILE
def test_the_last_dump_is_what_a_fresh_database_is(store, data):
    """The dump was made with the migration that is on main now: nobody has edited that since."""
    old = sqlite3.connect(data(SCHEMAS[-1]) / "indie.db")
    dumped = {row[0] for row in old.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    old.close()

    assert dumped == tables(store)


@ABOUT_THE_FILE
@pytest.mark.parametrize("dump", SCHEMAS, ids=lambda path: path.stem)
class TestFromEverySchema:
    """A database of any version that was on main opens with this one."""

    def test_the_tables_are_those_of_a_fresh_one(self, dump, data, store):
        opened = Store.open(Settings(data=data(dump)))

        assert tables(store) == tables(opened)
        opened.database.close()

    def test_everything_in_it_is_still_there(self, dump, data):
        opened = Store.open(Settings(data=data(dump)))
        (post,) = opened.finding.posts(Filter(), 10)
        (webmention,) = opened.webmentions.all()

        assert ("Olaf", "/2026/07/23/kept", "Kept.") == (opened.owner.get().name, post.path, post.item.text("content"))
        assert ("rejected", "https://b.example/1") == (webmention.decision, webmention.source)
        assert ["sent"] == [delivery.state for delivery in opened.deliveries.of(post.id)]
        assert 1 == opened.jobs.waiting()
        opened.database.close()


def test_a_newer_database_is_refused_in_one_line(store, settings):
    """A program that is older than its data stops before it harms them, and says what to do."""
    store.database.execute("INSERT INTO migrations (name) VALUES ('9999 from the future')")

    with pytest.raises(Misconfigured, match=r"^the database .* newer version .*9999 from the future.*update") as refused:
        Store.open(settings)
    assert "\n" not in str(refused.value)


def test_a_migration_that_fails_leaves_nothing(store):
    """Half a migration is none: the database stays what it was."""
    with pytest.raises(store.database.errors):
        store.database.migrate([*schema.MIGRATIONS, ("9", ["CREATE TABLE extra (a TEXT)", "nonsense"])])

    with pytest.raises(store.database.errors, match="extra"):
        store.database.query("SELECT * FROM extra")
    assert [] == store.database.migrate()


def test_numbers_go_on_after_a_table_was_made_anew(store):
    """No number is given twice, although the new table has forgotten which ones were."""
    store.database.execute(
        "INSERT INTO moderation_rules (what, value, verdict, created) VALUES ('host', 'a.example', 'block', '')"
    )
    store.database.execute("DELETE FROM moderation_rules")
    last = store.database.last_number("moderation_rules")
    anew = [
        "DROP TABLE moderation_rules",
        "CREATE TABLE moderation_rules (id {id}, what TEXT, value TEXT, verdict TEXT, created TEXT)",
    ]

    store.database.migrate([*schema.MIGRATIONS, ("9999 anew", anew)])

    assert (1, 1) == (last, store.database.last_number("moderation_rules"))
