"""The places in which media lie; what is true of a bucket alone is in test_s3.py."""

import random
import signal
import subprocess
import sys
from mmap import ACCESS_COPY, mmap
from pathlib import Path

import pytest

from indie.errors import NotFound

HOSTILE = ["", ".", "..", "../secret", "/etc/passwd", "a/b.jpg", "a\\b.jpg", "a.jpg\n", ".unfinished", "a.b.c", "é.jpg", "a\0.jpg", "x" * 300]


class TestEveryStorage:
    """What is true of the folder and of a bucket (the fixture `storage` is either)."""

    def test_bytes_come_back(self, storage):
        """What was put under a name is read under it."""
        storage.put("name.jpg", b"bytes")

        with storage.open("name.jpg") as file:
            assert b"bytes" == file.read()

    def test_a_large_file_comes_back(self, storage, tmp_path):
        """One that is not in memory, wherever in it somebody has read."""
        whole = random.randbytes(3_000_000)
        (tmp_path / "film").write_bytes(whole)
        with (tmp_path / "film").open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_COPY) as body:
            body.seek(1_000_000)
            storage.put("film.mp4", body)

        with storage.open("film.mp4") as file:
            assert whole == file.read()

    @pytest.mark.parametrize(
        ("start", "length", "part"),
        [
            (0, 1, b"0"),
            (0, 10, b"0123456789"),
            (2, 3, b"234"),
            (9, 1, b"9"),
            (4, None, b"456789"),
            (0, None, b"0123456789"),
        ],
    )
    def test_a_part_is_that_and_no_more(self, storage, start, length, part):
        """Bytes are counted from 0."""
        storage.put("name.mp4", b"0123456789")

        with storage.open("name.mp4", start, length) as file:
            assert part == file.read()

    def test_it_is_read_in_pieces(self, storage):
        """As it is served: so many bytes at a time, until there are no more."""
        storage.put("name.mp4", b"0123456789")

        with storage.open("name.mp4", 1, 8) as file:
            assert [b"1234", b"5678", b"", b""] == [file.read(4) for _ in range(4)]

    def test_the_size_is_told(self, storage):
        """The number of bytes is known without reading them."""
        storage.put("name.jpg", b"bytes")

        assert 5 == storage.size("name.jpg")

    def test_names_are_listed(self, storage):
        """All names are listed, with and without a suffix."""
        for name in ("AbCd.jpg", "-_.png", "x"):
            storage.put(name, b"")

        assert {"AbCd.jpg", "-_.png", "x"} == set(storage.list())

    def test_an_empty_one_lists_nothing(self, storage):
        """No name, no error."""
        assert [] == list(storage.list())

    def test_a_name_that_is_there(self, storage):
        """A file can be asked for without opening it."""
        storage.put("name.jpg", b"bytes")

        assert storage.has("name.jpg")

    def test_a_name_that_is_not_there(self, storage):
        """What was never put is not there; neither is the beginning of a name."""
        storage.put("name.jpg2", b"bytes")

        assert not storage.has("name.jpg")

    def test_deleted_bytes_are_gone(self, storage):
        """A deleted file is not found again."""
        storage.put("name.jpg", b"bytes")

        storage.delete("name.jpg")

        assert not storage.has("name.jpg")

    def test_deleting_twice_does_no_harm(self, storage):
        """A job that deletes may run twice."""
        storage.put("name.jpg", b"bytes")

        storage.delete("name.jpg")
        storage.delete("name.jpg")

    def test_putting_twice_does_no_harm(self, storage):
        """A job that stores may run twice; there is one file afterwards, the last."""
        storage.put("name.jpg", b"bytes")
        storage.put("name.jpg", b"more bytes")

        assert (["name.jpg"], 10) == (list(storage.list()), storage.size("name.jpg"))


class TestNamesOfNothing:
    """Names that lead elsewhere, or nowhere, or are too long."""

    @pytest.mark.parametrize("name", ["missing.jpg", *HOSTILE])
    def test_opening_what_is_not_ours_is_not_found(self, empty_storage, name):
        """A name that leads elsewhere, or nowhere, or is too long, answers as every unknown one does."""
        with pytest.raises(NotFound):
            empty_storage.open(name)

    @pytest.mark.parametrize("name", ["missing.jpg", *HOSTILE])
    def test_the_size_of_what_is_not_ours_is_not_found(self, empty_storage, name):
        """A name that leads elsewhere, or nowhere, has no size."""
        with pytest.raises(NotFound):
            empty_storage.size(name)

    @pytest.mark.parametrize("name", HOSTILE)
    def test_nothing_is_put_elsewhere(self, empty_storage, name):
        """A name that leads elsewhere is refused before anything is written."""
        with pytest.raises(NotFound):
            empty_storage.put(name, b"hostile")
        assert [] == list(empty_storage.list())

    @pytest.mark.parametrize("name", HOSTILE)
    def test_nothing_is_deleted_elsewhere(self, empty_storage, name):
        """A name that leads elsewhere is refused before anything is deleted."""
        with pytest.raises(NotFound):
            empty_storage.delete(name)

    @pytest.mark.parametrize("name", HOSTILE)
    def test_nothing_is_seen_elsewhere(self, empty_storage, name):
        """Nobody learns what else is there."""
        assert not empty_storage.has(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_beside_the_folder_stays(folder, name):
    """Whatever name is put or deleted."""
    for act in (lambda: folder.put(name, b"hostile"), lambda: folder.delete(name)):
        with pytest.raises(NotFound):
            act()

    assert "secret" == (folder._path.parent / "secret").read_text()


def test_strangers_in_the_folder_are_not_listed(folder):
    """Nothing that lies about."""
    folder.put("AbCd.jpg", b"")
    (folder._path / "README.md").write_text("not of ours")
    (folder._path / "Ab" / "other.jpg").write_text("in the wrong subfolder")
    (folder._path / "Ab" / "Ab cd.jpg").write_text("not a name")

    assert ["AbCd.jpg"] == list(folder.list())


def test_a_failed_put_leaves_nothing_behind(folder):
    """Where the disk refuses (here: a file in the subfolder's place) no half file stays."""
    (folder._path / "na").write_text("in the way")

    with pytest.raises(OSError, match="na"):
        folder.put("name.jpg", b"bytes")
    assert [] == list((folder._path / ".unfinished").iterdir())


KILLED = """
import resource, signal, sys
from pathlib import Path
from indie.media.storage import Folder
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
Folder(Path(sys.argv[1])).put("name.mp4", bytes(200_000))
"""


@pytest.fixture
def killed(folder):
    """The folder after a process was killed that had written the half of `name.mp4`."""
    ran = subprocess.run([sys.executable, "-c", KILLED, folder._path], cwd=Path(__file__).parents[2], check=False)
    assert -signal.SIGXFSZ == ran.returncode
    return folder


def test_kill_leaves_no_half_file(killed):
    """A process killed while it writes leaves nothing under the name."""
    assert [] == list(killed.list())


def test_kill_is_in_nobodys_way(killed):
    """What a killed process left behind does not keep the next one from writing the same file."""
    killed.put("name.mp4", b"whole")

    assert ["name.mp4"] == list(killed.list())
