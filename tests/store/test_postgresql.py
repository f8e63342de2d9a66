"""PostgreSQL as the place of the rows: what it says where it cannot be used, and what it survives."""

import contextlib
import select
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from indie.config import Settings
from indie.errors import Misconfigured, Unavailable
from indie.store import Store
from tests import engines

HOUSE = Path(__file__).parent.parent.parent
NOW = datetime.fromisoformat("2026-07-23T12:00:00+00:00")
SECONDS = 10.0
"""A ceiling for what should happen at once: the machine may be busy."""

of_postgresql = pytest.mark.postgresql("all of it")


@pytest.fixture
def other(settings, store):
    """The same site, as another machine has it."""
    opened = Store.open(settings)
    yield opened
    opened.database.close()


@pytest.fixture
def cut(store):
    """`cut()` ends every connection to the database, as a server does that is started again."""
    return lambda: store.database.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def refused(settings):
    """The sentence with which a store is not opened; it must be one line, and tell no password."""
    with pytest.raises(Misconfigured) as error:
        Store.open(settings)
    assert "\n" not in str(error.value)
    assert "hush" not in str(error.value)
    return str(error.value)


def test_without_its_library_the_operator_is_told_what_to_install(tmp_path):
    """Whoever stays with the file never needs it."""
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from pathlib import Path; from indie.config import Settings; from indie.store import Store\n"
        "Store.open(Settings(data=Path(sys.argv[1]))).database.close()\n"
        "Store.open(Settings(data=Path(sys.argv[1]), database='postgresql://127.0.0.1/x'))\n"
    )
    ran = subprocess.run([sys.executable, "-c", program, tmp_path], cwd=HOUSE, capture_output=True, text=True, check=False)

    assert "Misconfigured: INDIE_DATABASE names a PostgreSQL" in ran.stderr.splitlines()[-1]
    assert ran.stderr.endswith("pip install 'psycopg[binary,pool]'\n")


def test_a_server_that_is_not_there_is_one_line(tmp_path):
    said = refused(Settings(data=tmp_path, database="postgresql://olaf:hush@127.0.0.1:1/indie"))

    assert said.startswith("the database postgresql://127.0.0.1:1/indie cannot be used (")


@of_postgresql
class TestOpening:
    def test_a_database_that_is_not_there_is_one_line(self, settings):
        assert "does not exist" in refused(replace(settings, database=f"{settings.database}_none"))

    def test_one_in_which_it_may_not_make_tables_is_one_line(self, store, settings):
        """From PostgreSQL 15 on the public schema is its owner's alone."""
        role = f"{settings.database.rpartition('/')[2]}_guest"
        store.database.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'hush'")
        try:
            place = settings.database.partition("@")[2]
            said = refused(replace(settings, database=f"postgresql://{role}:hush@{place}"))
        finally:
            store.database.execute(f"DROP ROLE {role}")

        assert "may not make tables" in said

    def test_a_machine_with_another_secret_is_one_line(self, store, settings, tmp_path):
        """Its links would be good nowhere else."""
        said = refused(replace(settings, data=tmp_path / "other"))

        assert f"{tmp_path / 'other' / 'secret'} is not the secret of this site" in said

    def test_one_with_the_same_secret_shares_the_site(self, store, settings, tmp_path):
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "secret").write_bytes((settings.data / "secret").read_bytes())
        shared = Store.open(replace(settings, data=tmp_path / "other"))
        store.later("a", {}, NOW)

        assert 1 == shared.jobs.waiting()
        shared.database.close()

    def test_every_column_is_compared_by_its_bytes(self, store):
        """The database of these tests is in another order."""
        collations = store.database.query(
            """
            SELECT DISTINCT collation_name FROM information_schema.columns
            WHERE table_schema = current_schema() AND data_type = 'text'
            """
        )

        assert [{"collation_name": "C"}] == collations

    def test_tables_and_columns_are_those_of_the_file(self, store, tmp_path):
        """One list of migrations makes both; what an engine makes for itself to search in is no table of the site's."""
        file = Store.open(Settings(data=tmp_path / "file"))
        there = store.database.query(
            "SELECT table_name AS place, column_name AS name FROM information_schema.columns WHERE table_schema = 'public'"
        )
        here = file.database.query(
            """
            SELECT tables.name AS place, columns.name AS name
            FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
            WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%' AND tables.name NOT LIKE 'post!_terms%' ESCAPE '!'
            """
        )
        file.database.close()

        assert sorted((row["place"], row["name"]) for row in here) == sorted((row["place"], row["name"]) for row in there)


@of_postgresql
class TestLoss:
    """The server is started again: nobody has to start anything of ours."""

    def test_a_question_is_asked_again(self, store, other, cut):
        other.jobs.waiting()
        cut()

        assert 0 == other.jobs.waiting()

    def test_a_transaction_begins_again(self, store, other, cut):
        other.jobs.waiting()
        cut()
        other.later("a", {}, NOW)

        assert 1 == store.jobs.waiting()

    def test_of_what_was_begun_nothing_is_left(self, store, other, cut):
        """Neither a row nor a turn that nobody gives back, nor an effect."""
        seen = []

        def be_cut():
            with other.write():
                other.database.after_commit(lambda: seen.append("woken"))
                other.jobs.add("half", {}, NOW)
                cut()
                other.jobs.add("whole", {}, NOW)

        with pytest.raises(Unavailable):
            be_cut()
        with other.write():
            other.jobs.add("next", {}, NOW)

        assert (1, []) == (store.jobs.waiting(), seen)

    def test_many_lost_connections_are_one_loss(self, other, cut):
        """Each of eight threads had one, and gave it back."""
        line = threading.Barrier(8)

        def ask(_):
            with other.database._borrowed():
                line.wait(SECONDS)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(ask, range(8)))
        cut()

        assert [0] * 8 == [other.jobs.waiting() for _ in range(8)]

    def test_an_ear_listens_anew(self, store, other, cut):
        """And whoever has it looks first what came while nobody listened."""
        ear = other.database.ear()
        ear.attend()
        cut()
        while ear.fileno() >= 0 and heard(ear):
            ear.hear()
        assert -1 == ear.fileno()
        ear.attend()
        store.database.wake()

        assert heard(ear)
        ear.close()


def heard(ear):
    """Whether a notice comes, within the ceiling."""
    ready, _, _ = select.select([ear], [], [], SECONDS)
    return bool(ready)


@of_postgresql
class TestNotices:
    def test_one_is_a_part_of_its_transaction(self, store, other):
        """Whoever is woken finds what he was woken for; what is taken back wakes nobody."""
        ear = other.database.ear()
        ear.attend()
        with contextlib.suppress(ZeroDivisionError), store.write():
            store.later("a", {}, NOW)
            raise ZeroDivisionError
        with store.write():
            store.later("b", {}, NOW)
            store.later("c", {}, NOW)
        assert heard(ear)

        assert 1 == len(list(ear._connection.notifies(timeout=0.2)))
        ear.close()


@of_postgresql
class TestTurns:
    def test_a_claim_waits_for_no_long_transaction(self, store, other):
        """The site's turn is one, that of the claims another."""
        store.later("a", {}, NOW)
        with store.write(), ThreadPoolExecutor(1) as pool:
            store.owner.get()

            assert "a" == pool.submit(other.jobs.claim, "w", NOW).result(SECONDS).name

    def test_a_job_that_is_being_hastened_is_passed_by(self, store, other):
        """Or it would begin before the correction is there that it is to read."""
        store.jobs.add("a", {}, NOW, NOW - timedelta(minutes=1), dedupe="k")
        with store.write(), ThreadPoolExecutor(1) as pool:
            store.jobs.add("a", {}, NOW, dedupe="k")
            assert None is pool.submit(other.jobs.claim, "w", NOW).result(SECONDS)

        assert "a" == other.jobs.claim("w", NOW).name

    def test_the_server_ends_who_fell_silent_in_the_middle(self, store):
        """His turn comes back to the others."""
        with store.write():
            row = store.database.one("SELECT current_setting('idle_in_transaction_session_timeout') AS limit")

        assert {"limit": "1min"} == row

    @pytest.mark.parametrize("last", ["execute", "query"])
    def test_what_failed_and_was_passed_over_is_not_called_saved(self, store, last):
        """The server takes back the whole transaction after a fault, also where somebody caught the error."""

        def pass_over():
            with store.write():
                store.jobs.add("a", {}, NOW)
                with contextlib.suppress(*store.database.errors):
                    getattr(store.database, last)("INSERT INTO nowhere (a) VALUES (1) RETURNING a")

        with pytest.raises(store.database.errors, match=r"does not exist|nothing was saved"):
            pass_over()
        assert 0 == store.jobs.waiting()

    def test_what_gives_no_rows_is_not_waited_for(self, store):
        """Its fault shows with the next question of the transaction."""
        with contextlib.suppress(*store.database.errors), store.write():
            store.database.execute("INSERT INTO nowhere (a) VALUES (1)")
            with pytest.raises(store.database.errors, match="nowhere"):
                store.database.one("SELECT 1 AS one")


@of_postgresql
def test_words_that_psycopg_reads_are_sent_as_they_stand(store):
    """Percent signs, casts and colons in texts are no parameters."""
    row = store.database.one("SELECT '100%:a' AS text, ':b''%s' AS more, 7 % 4 AS rest, '5'::int + :one AS cast", one=1)

    assert {"text": "100%:a", "more": ":b'%s", "rest": 3, "cast": 6} == row



@of_postgresql
def test_503_while_the_database_is_away(settings, store, client, bearer):
    """A sentence, and when to come back; then it is back by itself."""
    token, name = bearer("create"), settings.database.rpartition("/")[2]
    with psycopg.connect(engines.SERVER, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        page = client.get("/")
        api = client.post("/micropub", data={"content": "x"}, headers=token)
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    assert (503, "5", "text/plain") == (page.status_code, page.headers["Retry-After"], page.mimetype)
    assert "try again" in page.text
    assert (503, "5", "temporarily_unavailable") == (api.status_code, api.headers["Retry-After"], api.json["error"])
    assert (200, 201) == (client.get("/").status_code, client.post("/micropub", data={"content": "x"}, headers=token).status_code)
