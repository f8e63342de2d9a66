"""
Databases for tests, on either engine: `--engine sqlite` (a file in each test's folder) or `--engine postgresql`.

Whoever wants a test to run on both asks for a fixture that hangs on `lend`: `store`, `site`, `hosting`, `database_url`.
"""

import contextlib
import os
import secrets
from urllib.parse import urlsplit

import pytest

from indie.store import schema

SERVER = os.environ.get("INDIE_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"
"""Where a superuser may make databases; only those whose name begins with PREFIX are ever touched."""

PREFIX = "indie_test_"


class SQLiteFiles:
    """Each store is a file in its data folder: there is nothing to lend."""

    @contextlib.contextmanager
    def lend(self, *, fresh=False):
        yield ""

    def close(self):
        pass


class PostgresServer:
    """
    Databases on a server. One that comes back is emptied and lent again: that takes a millisecond, a new one a hundred.

    A process names its databases by its id, so that those of a run that was killed are known by the next.
    """

    def __init__(self):
        # Why here: who tests with files alone needs no psycopg.
        import psycopg  # noqa: PLC0415

        self._lost = psycopg.OperationalError
        self._connect = lambda url: psycopg.connect(url, autocommit=True)
        try:
            self._server = self._connect(SERVER)
        except psycopg.OperationalError as error:
            place = urlsplit(SERVER).netloc.rpartition("@")[2]
            pytest.skip(
                f"PostgreSQL at {place} is missing ({error}): apt-get install postgresql, and let 127.0.0.1 in by "
                "`trust`; or name a superuser's database in INDIE_TEST_POSTGRES"
            )
        self._free = []
        for name in self._names():
            if not _is_alive(name.removeprefix(PREFIX).split("_")[0]):
                with contextlib.suppress(psycopg.Error):  # another process of these tests was quicker
                    self._drop(name)

    @contextlib.contextmanager
    def lend(self, *, fresh=False):
        """The URL of an empty database; its tables may be there, from the migrations, unless it is to be fresh."""
        name, connection = self._free.pop() if self._free and not fresh else self._make()
        yield _url(name)
        with contextlib.suppress(self._lost):  # a test may have cut every connection
            if self._empty(connection):
                self._free.append((name, connection))
                return
        connection.close()
        self._drop(name)

    def wait_for_the_disk(self, url):
        """Let each commit of this database wait as an operator's would."""
        self._server.execute(f"ALTER DATABASE {urlsplit(url).path.lstrip('/')} RESET synchronous_commit")

    def close(self):
        for name, connection in self._free:
            connection.close()
            self._drop(name)
        self._server.close()

    def _make(self):
        name = f"{PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
        # Why this language: an order of the alphabet in which `~` and `-` do not stand where ASCII has them.
        order = "LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' {order}")
        # Why: no test ends the server, and each commit would wait for the disk.
        self._server.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        connection = self._connect(_url(name))
        connection.execute("SET session_replication_role = replica")  # so that rows go in any order
        return name, connection

    def _empty(self, connection):
        """Whether it is as the migrations leave it; what was still connected is thrown out."""
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        found = {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
        if not found:
            return True
        if found != schema.tables() | {"migrations"}:
            return False
        if {row[0] for row in connection.execute("SELECT name FROM migrations")} != {name for name, _ in schema.MIGRATIONS}:
            return False
        sequences = connection.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        again = [f"SELECT setval('{row[0]}', 1, false)" for row in sequences]
        connection.execute(";".join([f"DELETE FROM {table}" for table in schema.tables()] + again))
        return True

    def _names(self):
        found = self._server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return [row[0] for row in found]

    def _drop(self, name):
        assert name.startswith(PREFIX)
        self._server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


ENGINES = {"sqlite": SQLiteFiles, "postgresql": PostgresServer}


def of_the_store(item):
    """Whether a test depends on an engine, and not on a browser too, where one engine is enough."""
    return "lend" in item.fixturenames and "chromium" not in item.fixturenames


def _url(name):
    return urlsplit(SERVER)._replace(path=f"/{name}").geturl()


def _is_alive(pid):
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
