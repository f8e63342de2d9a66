"""`python app.py move`, `backup` and `restore`, as their operator types them."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from indie import times, wiring
from indie.cli import main
from indie.config import Settings
from indie.indieauth import owner as owners
from indie.moving import archive
from indie.store import Store
from tests.live.running import APP, _environment, command
from tests.moving.conftest import PIXEL


@pytest.fixture
def data(tmp_path, database_url):
    """The data folder of Olaf's site, in which `app` runs."""
    settings = Settings(data=tmp_path / "data", database=database_url)
    store = Store.open(settings)
    owners.set_up(store, wiring.storage(settings), times.now(), name="Olaf", nickname="olaf", password="correct horse", photo=PIXEL)
    store.database.close()
    return settings.data


@pytest.fixture
def quick(tmp_path, database_url):
    """Run a command within this process, for those that end before anything is done."""

    def run(*arguments, **settings):
        clean = dict.fromkeys([name for name in os.environ if name.startswith("INDIE_")])
        given = {"INDIE_DATA": str(tmp_path / "data"), "INDIE_DATABASE": database_url, **settings}
        return CliRunner().invoke(main, arguments, env={**clean, **given})

    return run


def owner_of(settings):
    store = Store.open(settings)
    try:
        return store.owner.get()
    finally:
        store.database.close()


def one_line(ran, *words, code=1):
    """That a command failed with one line on standard error that has these words, and printed nothing else."""
    (line,) = ran.stderr.splitlines()
    assert (code, "") == (ran.exit_code if hasattr(ran, "exit_code") else ran.returncode, ran.stdout)
    assert [] == [word for word in words if word not in line], line


class TestMove:
    def test_into_a_folder(self, app, data, tmp_path, database_url):
        """It tells how far it is on standard error, and in the end what to set."""
        ran = app("move", "--to", f"sqlite:{tmp_path / 'b'}")

        assert (0, ["rows:", "files:"]) == (ran.returncode, sorted({line.split()[0] for line in ran.stderr.splitlines()})[::-1])
        assert ran.stdout.startswith("Copied and compared: ")
        assert f"  INDIE_DATA: {tmp_path / 'b'}\n" in ran.stdout
        assert bool(database_url) == ("  INDIE_DATABASE: take it out\n" in ran.stdout)
        assert "Olaf" == owner_of(Settings(data=tmp_path / "b")).name

    def test_a_second_time_it_is_refused(self, app, data, tmp_path):
        app("move", "--to", str(tmp_path / "b"))

        one_line(app("move", "--to", str(tmp_path / "b")), "holds a site already")

    @pytest.mark.postgresql("to it")
    def test_into_a_database(self, data, tmp_path, app, lend):
        """From a file; the password that stands in its address is told nowhere."""
        app("move", "--to", str(tmp_path / "b"))
        with lend() as url:
            secret = url.replace("postgres@", "postgres:s3cret@")
            ran = command(tmp_path / "b", "move", "--to", secret)
            assert (0, False) == (ran.returncode, "s3cret" in ran.stdout + ran.stderr)
            assert "  INDIE_DATABASE: the address that you gave to --to\n" in ran.stdout
            one_line(command(tmp_path / "b", "move", "--to", secret), "holds a site already", url.rpartition("/")[2])
            assert "Olaf" == owner_of(Settings(data=tmp_path / "b", database=url)).name

    def test_media_into_a_bucket_and_back(self, app, data, bucket):
        """The rows stay where they are."""
        there = app("move", "--media", bucket)
        assert (0, True) == (there.returncode, f"INDIE_MEDIA: {bucket}\n" in there.stdout)
        media = {path.name: path.read_bytes() for path in (data / "media").glob("*/*")}
        for path in (data / "media").glob("*/*"):
            path.unlink()
        back = app("move", "--media", str(data / "media"), INDIE_MEDIA=bucket)

        assert (0, True) == (back.returncode, "INDIE_MEDIA: take it out\n" in back.stdout)
        assert {} != media == {path.name: path.read_bytes() for path in (data / "media").glob("*/*")}

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("--to", "postgresql://a:s3cret@"), "--to: give the address of a database"),
            (("--to", "ftp://a:s3cret@b/c"), "--to: give the address of a database"),
            (("--to", "postgresql://a:s3cret@127.0.0.1:1/c"), "cannot be used"),
            (("--media", "s3://"), "--media: give a bucket"),
            (("--media", "elsewhere"), "--media: media are in a bucket, or in "),
            pytest.param(("--to", "{data}"), "already", marks=pytest.mark.sqlite("elsewhere it is another place")),
            (("--to", "/proc/none"), "the copy stopped"),
        ],
    )
    def test_what_cannot_be_is_one_line(self, quick, data, arguments, words):
        ran = quick("move", *(argument.format(data=data) for argument in arguments))

        one_line(ran, words)
        assert "s3cret" not in ran.stderr

    def test_to_nowhere(self, quick, data):
        one_line(quick("move"), "Where to?", code=2)

    def test_from_nowhere(self, quick, tmp_path):
        """Nothing is made by asking."""
        one_line(quick("move", "--to", str(tmp_path / "b"), INDIE_DATABASE=""), "there is no site")
        assert [] == list(tmp_path.iterdir())


class TestBackup:
    def test_there_and_back(self, app, data, tmp_path, lend):
        """It tells how much it holds; an empty site becomes the one of then."""
        taken = app("backup", str(tmp_path / "site.tar"))
        assert (0, f"{tmp_path / 'site.tar'} holds ") == (taken.returncode, taken.stdout[: len(f"{tmp_path / 'site.tar'} holds ")])
        with lend() as url:
            restored = command(tmp_path / "b", "restore", str(tmp_path / "site.tar"), INDIE_DATABASE=url)
            assert (0, "The site is as it was at ") == (restored.returncode, restored.stdout[:25])
            assert "Olaf" == owner_of(Settings(data=tmp_path / "b", database=url)).name
            one_line(command(tmp_path / "b", "restore", str(tmp_path / "site.tar"), INDIE_DATABASE=url), "holds a site already")

    def test_to_standard_output(self, data, tmp_path, database_url):
        """Of which every byte is the backup's."""
        with (tmp_path / "site.tar").open("wb") as out:
            subprocess.run([sys.executable, APP, "backup", "-"], env=_environment(data, {"INDIE_DATABASE": database_url}), stdout=out, check=True)
        with archive.opened(tmp_path / "site.tar") as found:
            assert 0 < found.manifest.tables["owner"].rows
        assert (tmp_path / "site.tar").read_bytes().rstrip(b"\0").endswith(b"}")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("backup", "/none/site.tar"), "No such file"),
            (("backup", "{tmp}"), "is there already"),
            (("restore", "{tmp}/none"), "No such file"),
            (("restore", "{tmp}"), "Is a directory"),
            (("restore", __file__), "no whole backup"),
        ],
    )
    def test_what_cannot_be_is_one_line(self, quick, data, tmp_path, lend, arguments, words):
        arguments = [argument.format(tmp=tmp_path) for argument in arguments]
        with lend() as url:
            elsewhere = {"INDIE_DATA": str(tmp_path / "b"), "INDIE_DATABASE": url} if arguments[0] == "restore" else {}
            one_line(quick(*arguments, **elsewhere), words)

    def test_from_nowhere(self, quick, tmp_path):
        one_line(quick("backup", str(tmp_path / "site.tar"), INDIE_DATABASE=""), "there is no site")
        assert [] == list(tmp_path.iterdir())
