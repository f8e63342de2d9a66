"""The folder in which media lie."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask, request, send_file

from indie.errors import NotFound
from indie.media.storage import Folder

HOSTILE = ["", ".", "..", "../secret", "/etc/passwd", "a/b.jpg", "a\\b.jpg", "a.jpg\n", ".unfinished", "a.b.c", "é.jpg", "a\0.jpg", "x" * 300]


@pytest.fixture
def folder(tmp_path):
    """An empty folder for media, inside one that they must not leave."""
    (tmp_path / "secret").write_text("secret")
    return Folder(tmp_path / "media")


def test_bytes_come_back(folder):
    """What was put under a name is read under it."""
    folder.put("name.jpg", b"bytes")

    with folder.open("name.jpg") as file:
        assert b"bytes" == file.read()


def test_the_size_is_told(folder):
    """The number of bytes is known without reading them."""
    folder.put("name.jpg", b"bytes")

    assert 5 == folder.size("name.jpg")


def test_names_are_listed(folder):
    """All names are listed, with and without a suffix, and nothing else that lies about."""
    for name in ("AbCd.jpg", "-_.png", "x"):
        folder.put(name, b"")
    (folder._path / "README.md").write_text("not of ours")
    (folder._path / "Ab" / "other.jpg").write_text("in the wrong subfolder")
    (folder._path / "Ab" / "Ab cd.jpg").write_text("not a name")

    assert {"AbCd.jpg", "-_.png", "x"} == set(folder.list())


def test_a_name_that_is_there(folder):
    """A file can be asked for without opening it."""
    folder.put("name.jpg", b"bytes")

    assert folder.has("name.jpg")


def test_a_name_that_is_not_there(folder):
    """What was never put is not there, and its subfolder neither."""
    assert not folder.has("name.jpg")


def test_deleted_bytes_are_gone(folder):
    """A deleted file is not found again."""
    folder.put("name.jpg", b"bytes")

    folder.delete("name.jpg")

    assert not folder.has("name.jpg")


def test_deleting_twice_does_no_harm(folder):
    """A job that deletes may run twice."""
    folder.put("name.jpg", b"bytes")

    folder.delete("name.jpg")
    folder.delete("name.jpg")


def test_putting_twice_does_no_harm(folder):
    """A job that stores may run twice; there is one file afterwards."""
    folder.put("name.jpg", b"bytes")
    folder.put("name.jpg", b"bytes")

    assert ["name.jpg"] == list(folder.list())


@pytest.mark.parametrize("name", ["missing.jpg", *HOSTILE])
def test_opening_what_is_not_ours_is_not_found(folder, name):
    """A name that leads out of the folder, or nowhere, or is too long, answers as every unknown one does."""
    with pytest.raises(NotFound):
        folder.open(name)


@pytest.mark.parametrize("name", ["missing.jpg", *HOSTILE])
def test_the_size_of_what_is_not_ours_is_not_found(folder, name):
    """A name that leads out of the folder, or nowhere, has no size."""
    with pytest.raises(NotFound):
        folder.size(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_put_outside(folder, name):
    """A name that leads out of the folder is refused before anything is written."""
    with pytest.raises(NotFound):
        folder.put(name, b"hostile")
    assert "secret" == (folder._path.parent / "secret").read_text()


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_deleted_outside(folder, name):
    """A name that leads out of the folder is refused before anything is deleted."""
    with pytest.raises(NotFound):
        folder.delete(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_seen_outside(folder, name):
    """Nobody learns which files lie outside of the folder."""
    assert not folder.has(name)


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


def test_a_part_is_served(folder):
    """An opened file is seekable, so a part of it is answered with 206 (players ask for parts)."""
    folder.put("name.mp4", b"0123456789")
    app = Flask("test")

    @app.get("/name.mp4")
    def name():
        answer = send_file(folder.open("name.mp4"), "video/mp4", conditional=False)
        size = folder.size("name.mp4")
        answer.content_length = size
        return answer.make_conditional(request, accept_ranges=True, complete_length=size)

    with app.test_client().get("/name.mp4", headers={"Range": "bytes=2-4"}) as answer:
        assert (206, b"234", "bytes 2-4/10") == (answer.status_code, answer.data, answer.headers["Content-Range"])
