"""Opening the store: what it makes, and what it says where it cannot."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indie.config import Settings
from indie.errors import Misconfigured
from indie.store import SECRET_BYTES, Store

HOUSE = Path(__file__).parent.parent.parent


def test_the_data_folder_is_made(tmp_path, database_url):
    """Nobody has to make folders before the first start."""
    opened = Store.open(Settings(data=tmp_path / "a" / "b", database=database_url))
    opened.database.close()

    assert (tmp_path / "a" / "b" / "secret").is_file()
    assert bool(database_url) != (tmp_path / "a" / "b" / "indie.db").is_file()


def test_the_secret_is_for_its_user_alone(store, settings):
    """No other user of the machine may read what guards the site."""
    assert 0o600 == stat.S_IMODE((settings.data / "secret").stat().st_mode)


def test_the_secret_stays(store, settings):
    """Links made with the secret are good for ever."""
    again = Store.open(settings)

    assert again.secret == store.secret
    assert SECRET_BYTES == len(again.secret)
    again.database.close()


def test_the_secret_is_made_once(settings):
    """Processes that start at the same moment agree about the secret."""

    def secret(_):
        opened = Store.open(settings)
        opened.database.close()
        return opened.secret

    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(secret, range(16)))

    assert 1 == len(secrets)
    assert [] == list(settings.data.glob(".secret-*"))


def test_processes_open_a_fresh_site_at_once(tmp_path, fresh_url):
    """Whoever comes second waits for the migrations of the first."""
    program = (
        "import sys; from pathlib import Path; from indie.config import Settings; from indie.store import Store; "
        "Store.open(Settings(data=Path(sys.argv[1]), database=sys.argv[2])).database.close()"
    )
    command = [sys.executable, "-c", program, tmp_path, fresh_url]
    running = [subprocess.Popen(command, cwd=HOUSE, stderr=subprocess.PIPE) for _ in range(4)]

    assert [b""] * 4 == [process.communicate(timeout=60)[1] for process in running]


def test_a_damaged_secret_is_not_used(tmp_path):
    """A secret of a few bytes could be guessed."""
    (tmp_path / "secret").write_bytes(b"short")

    with pytest.raises(Misconfigured, match="secret is damaged"):
        Store.open(Settings(data=tmp_path))


def one_line(refused):
    """The sentence, which must be one."""
    sentence = str(refused.value)
    assert "\n" not in sentence
    return sentence


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")

    with pytest.raises(Misconfigured, match=r"cannot be written .*INDIE_DATA") as refused:
        Store.open(Settings(data=tmp_path / "file" / "data"))
    assert str(tmp_path) in one_line(refused)


def test_an_unwritable_folder_is_one_sentence():
    """Not even root can write below /proc."""
    with pytest.raises(Misconfigured, match="cannot be written") as refused:
        Store.open(Settings(data=Path("/proc/data")))
    assert one_line(refused)


def test_a_file_that_is_no_database_is_one_sentence(tmp_path):
    """Somebody else's file is not overwritten."""
    (tmp_path / "indie.db").write_text("my diary " * 1000)

    with pytest.raises(Misconfigured, match=r"indie\.db cannot be opened") as refused:
        Store.open(Settings(data=tmp_path))
    assert one_line(refused)
    assert (tmp_path / "indie.db").read_text().startswith("my diary")


def test_a_folder_in_the_place_of_the_database_is_one_sentence(tmp_path):
    """Nor is a folder."""
    (tmp_path / "indie.db").mkdir()

    with pytest.raises(Misconfigured, match=r"indie\.db cannot be opened") as refused:
        Store.open(Settings(data=tmp_path))
    assert one_line(refused)
