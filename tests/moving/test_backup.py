"""`backup` and `restore`: everything in one file, and out of it, into whichever engine and storage."""

import gzip
import hashlib
import io
import json
import sqlite3
import stat
import tarfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from indie import times, wiring
from indie.config import Settings
from indie.errors import Misconfigured, NotFound
from indie.media.storage import Folder
from indie.moving import backup, restore
from indie.moving.place import Place
from indie.store import Store, transfer
from indie.store.finding import Filter
from tests.moving.conftest import PIXEL, place, quiet
from tests.moving.test_site import bodies

SCHEMAS = sorted((Path(__file__).parent.parent / "store" / "schemas").glob("*.sql"))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "site.backup"


@pytest.fixture
def taken(here, file):
    """A backup of the site."""
    (here.data / "settings.env").write_text("INDIE_URL=https://me.example/\nINDIE_DATABASE=postgresql://a:b@c/d\n")
    backup.write(here, file, times.now(), quiet)
    return file


def back(file, settings):
    """Restore it there; returns where."""
    there = place(settings)
    restore.restore(file, there, quiet)
    return there


def members(file):
    with tarfile.open(file) as tar:
        return {info.name: tar.extractfile(info).read() for info in tar}


def packed(file, files):
    """An archive of these files, byte for byte."""
    with tarfile.open(file, "w") as tar:
        for name, body in files.items():
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = info.size or len(body)
            tar.addfile(info, io.BytesIO(body) if body else None)
    return file


def told(files):
    """A manifest that is true of these files, and says nothing of their rows."""
    entries = {name: {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()} for name, body in files.items()}
    return {"indie": 1, "created": "2026-11-23T00:00:00+00:00", "tables": {}, "files": entries, "missing": []}


class TestWhole:
    def test_everything_comes_back(self, here, taken, elsewhere):
        """On the same engine, and from there into a file and out of it."""
        there = back(taken, elsewhere("b"))
        second = taken.with_name("second")
        backup.write(there, second, times.now(), quiet)
        last = back(second, elsewhere("c", file=True))

        for copied in (there, last):
            sums = transfer.sums(copied.database)
            assert [] == [name for name, known in transfer.sums(here.database).items() if sums[name] != known]
            assert bodies(here.storage) == bodies(copied.storage)
            assert (here.data / "secret").read_bytes() == (copied.data / "secret").read_bytes()
            assert [] == copied.database.query("SELECT * FROM jobs WHERE worker <> '' OR leased <> ''")
            assert [] == list(copied.data.glob(".indie-*"))
            copied.database.close()

    def test_the_site_opens(self, taken, elsewhere):
        """With its secret, also where another was before."""
        settings = elsewhere("b")
        Store.open(settings).database.close()
        back(taken, settings).database.close()

        opened = Store.open(settings)
        assert "Olaf" == opened.owner.get().name
        opened.database.close()

    def test_into_a_bucket(self, here, taken, elsewhere, bucket):
        there = back(taken, elsewhere("b", media=bucket))

        assert bodies(here.storage) == bodies(there.storage)
        there.database.close()

    def test_unpacked_it_is_a_data_folder(self, here, taken, tmp_path):
        """Without this program too; no password of a database is in it."""
        with tarfile.open(taken) as tar:
            tar.extractall(tmp_path / "by-hand", filter="data")
        settings = Settings(data=tmp_path / "by-hand")
        opened = Store.open(settings)

        assert "Olaf" == opened.owner.get().name
        assert bodies(here.storage) == bodies(wiring.storage(settings))
        assert "INDIE_URL=https://me.example/\n" == (settings.data / "settings.env").read_text()
        opened.database.close()

    def test_it_is_for_its_user_alone(self, taken):
        """The secret and the hash of the password are in it."""
        assert 0 == stat.S_IMODE(taken.stat().st_mode) & 0o077

    def test_nothing_is_there_until_it_is_whole(self, here, file):
        """What fails leaves nothing behind, and no other file is replaced."""

        def fail(what, *_):
            assert not file.exists()
            if what == "files":
                assert file.with_name("site.backup.part").exists()
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            backup.write(here, file, times.now(), fail)
        assert [] == [path for path in file.parent.iterdir() if path != here.data]
        file.write_bytes(b"mine")
        with pytest.raises(Misconfigured, match="is there already"):
            backup.write(here, file, times.now(), quiet)
        assert b"mine" == file.read_bytes()

    def test_a_file_that_is_deleted_meanwhile_is_told(self, here, file, elsewhere):
        """Rows of the moment speak of it; the rest is there."""
        gone = max(transfer.files(here.database))

        def delete(what, *_):
            if what == "files":
                here.storage.delete(gone)

        manifest = backup.write(here, file, times.now(), delete)

        assert (gone,) == manifest.missing
        there = back(file, elsewhere("b"))
        assert bodies(here.storage) == bodies(there.storage)
        there.database.close()


@pytest.mark.sqlite("what an earlier version wrote is a file on both")
@pytest.mark.parametrize("dump", SCHEMAS, ids=lambda path: path.stem)
def test_one_of_every_earlier_schema_opens(dump, tmp_path, file, elsewhere):
    """It is brought to this version before it is put anywhere."""
    connection = sqlite3.connect(tmp_path / "old.db")
    connection.executescript(dump.read_text())
    connection.close()
    with closing(transfer.SQLite(tmp_path / "old.db")) as old:
        old.unequip()  # as a backup is; dumps are what a site has
        tables = {name: {"rows": known.rows, "sha256": known.sha256} for name, known in transfer.sums(old).items()}
    files = {"indie.db": (tmp_path / "old.db").read_bytes(), "secret": bytes(32)}
    manifest = told(files) | {"tables": tables}
    settings = elsewhere("b")
    back(packed(file, files | {"manifest.json": json.dumps(manifest).encode()}), settings).database.close()

    opened = Store.open(settings)
    (post,) = opened.finding.posts(Filter(), 10)
    assert ("Olaf", "Kept.") == (opened.owner.get().name, post.item.text("content"))
    opened.database.close()


def link(name):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return info


def sparse(name):
    """A terabyte of nothing."""
    info = tarfile.TarInfo(name)
    info.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.map": "0,1", "GNU.sparse.size": str(2**40)}
    return info


NAME = "A" * 43 + ".gif"

STRANGE = {
    "a path out of it": "../../evil",
    "a path from the root": "/etc/cron.d/evil",
    "a medium elsewhere": f"media/BB/{NAME}",
    "a medium above": f"media/../{NAME}",
    "a name of none": "media/ev/evil name.gif",
    "another file": "templates/evil.html",
    "a link": link(f"media/AA/{NAME}"),
    "a file of nothing": sparse(f"media/AA/{NAME}"),
}


class TestRefused:
    """In one line; nothing of it is left."""

    @pytest.fixture
    def refused(self, tmp_path, elsewhere):
        settings = elsewhere("b")

        def check(file, *words):
            with pytest.raises(Misconfigured) as told_:
                back(file, settings)
            assert [] == [word for word in words if word not in str(told_.value)], told_.value
            there = place(settings)
            transfer.ensure_tables(there.database)
            transfer.ensure_empty(there.database)
            assert {} == bodies(there.storage)
            assert not {"secret", "settings.env"} & {path.name for path in there.data.iterdir()}
            assert [] == list(there.data.glob(".indie-*"))
            there.database.close()

        return check

    @pytest.mark.parametrize("name", STRANGE.values(), ids=STRANGE)
    def test_what_backup_never_writes(self, name, taken, file, refused):
        refused(packed(file, members(taken) | {name: b""}), "holds “")

    def test_a_header_that_tarfile_stumbles_over(self, taken, file, refused):
        strange = tarfile.TarInfo(f"media/AA/{NAME}")
        strange.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.map": "x"}
        refused(packed(file, members(taken) | {strange: b""}), "no whole backup")

    def test_headers_without_end(self, taken, file, refused):
        """Each says more about the next."""
        header = tarfile.TarInfo("x")
        header.type = tarfile.XHDTYPE
        file.write_bytes(header.tobuf(tarfile.USTAR_FORMAT) * 5000 + taken.read_bytes())
        refused(file, "no whole backup")

    def test_a_file_twice(self, taken, refused):
        with tarfile.open(taken, "a") as tar:
            tar.addfile(tarfile.TarInfo("secret"))
        refused(taken, "holds “secret”")

    @pytest.mark.parametrize("path", ["indie.db", "secret", "settings.env", "media"])
    def test_a_changed_byte(self, path, taken, file, refused):
        files = members(taken)
        name = next(name for name in files if name.startswith(path))
        files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])
        refused(packed(file, files), "damaged", name)

    def test_another_length(self, taken, file, refused):
        refused(packed(file, members(taken) | {"secret": bytes(99)}), "not what its manifest says")

    def test_a_file_left_out(self, taken, file, refused):
        files = members(taken)
        files.pop(next(name for name in files if name.startswith("media")))
        refused(packed(file, files), "not what its manifest says")

    def test_one_cut_off(self, taken, refused):
        whole = taken.read_bytes()
        for length in (0, 100, 700, len(whole) // 2):
            taken.write_bytes(whole[:length])
            refused(taken, "backup")

    def test_one_that_is_packed_smaller(self, taken, refused):
        """A few bytes may then be a terabyte."""
        taken.write_bytes(gzip.compress(taken.read_bytes()))
        refused(taken, "no whole backup")

    @pytest.mark.parametrize("manifest", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"indie": 2}', b'{"indie": 1, "created": "", "tables": [], "files": {}}'])
    def test_a_manifest_of_nothing(self, manifest, taken, file, refused):
        refused(packed(file, members(taken) | {"manifest.json": manifest}))

    @pytest.mark.parametrize(
        "hostile",
        [
            "CREATE TRIGGER evil AFTER INSERT ON migrations BEGIN DELETE FROM posts; END",
            "CREATE VIEW evil AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT i FROM n",
            "CREATE VIRTUAL TABLE evil USING fts5(words)",
        ],
    )
    def test_rows_that_act(self, hostile, taken, file, tmp_path, refused):
        """Whatever its manifest says."""
        files = members(taken)
        (tmp_path / "evil.db").write_bytes(files["indie.db"])
        with closing(sqlite3.connect(tmp_path / "evil.db", isolation_level=None)) as connection:
            connection.execute(hostile)
        files["indie.db"] = (tmp_path / "evil.db").read_bytes()
        manifest = json.loads(files.pop("manifest.json")) | {"files": told(files)["files"]}
        refused(packed(file, files | {"manifest.json": json.dumps(manifest).encode()}), "not written by Indie")

    def test_rows_of_which_another_number_is_told(self, taken, file, refused):
        files = members(taken)
        manifest = json.loads(files["manifest.json"])
        manifest["tables"]["posts"]["rows"] += 1
        refused(packed(file, files | {"manifest.json": json.dumps(manifest).encode()}), "rows are not what")

    def test_rows_that_are_none(self, taken, file, refused):
        files = members(taken) | {"indie.db": b"SQLite format 3\0" + bytes(5000)}
        del files["manifest.json"]
        refused(packed(file, files | {"manifest.json": json.dumps(told(files)).encode()}))

    def test_rows_of_a_newer_version(self, taken, file, tmp_path, refused):
        files = members(taken)
        del files["manifest.json"]
        (tmp_path / "new.db").write_bytes(files["indie.db"])
        with closing(transfer.SQLite(tmp_path / "new.db")) as new:
            new.execute("INSERT INTO migrations (name) VALUES ('9999 tomorrow')")
            tables = {name: {"rows": known.rows, "sha256": known.sha256} for name, known in transfer.sums(new).items()}
        files["indie.db"] = (tmp_path / "new.db").read_bytes()
        manifest = told(files) | {"tables": tables}
        refused(packed(file, files | {"manifest.json": json.dumps(manifest).encode()}), "newer version")

    def test_it_stops_in_the_middle(self, taken, elsewhere):
        """A place where a site is not yet, is as it was; its own secret is there again."""
        settings = elsewhere("b")
        Store.open(settings).database.close()
        there, secret = place(settings), (settings.data / "secret").read_bytes()

        def stop(what, done, every):
            if what == "rows" and done == every:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            restore.restore(taken, there, stop)
        transfer.ensure_empty(there.database)
        assert ({}, secret) == (bodies(there.storage), (settings.data / "secret").read_bytes())
        restore.restore(taken, there, quiet)
        there.database.close()


@pytest.mark.sqlite("a full disk is made up for a file")
def test_the_secret_is_the_old_one_where_nothing_could_be_saved(taken, elsewhere):
    """The transaction is refused at its very end."""
    settings = elsewhere("b")
    Store.open(settings).database.close()
    there, secret = place(settings), (settings.data / "secret").read_bytes()

    class Full(transfer.SQLite):
        @contextmanager
        def write(self):
            with super().write():
                yield
                if secret != (settings.data / "secret").read_bytes():
                    raise OSError("No space left on device")

    with closing(Full(settings.data / "indie.db")) as full, pytest.raises(OSError, match="No space"):
        restore.restore(taken, Place(full, there.storage, there.data), quiet)
    assert secret == (settings.data / "secret").read_bytes()
    there.database.close()


class TestNotEmpty:
    def test_a_site_is_there(self, here, taken):
        """It stays what it is."""
        before = transfer.sums(here.database), bodies(here.storage)
        with pytest.raises(Misconfigured, match="holds a site already"):
            restore.restore(taken, here, quiet)

        assert before == (transfer.sums(here.database), bodies(here.storage))

    def test_files_are_there(self, taken, elsewhere):
        """They may be another site's; those of this backup may be there from a try before."""
        there = place(elsewhere("b"))
        there.storage.put("other.gif", PIXEL)
        with pytest.raises(Misconfigured, match=r"other\.gif"):
            restore.restore(taken, there, quiet)
        there.storage.delete("other.gif")
        for path, body in members(taken).items():
            if path.startswith("media"):
                there.storage.put(path.rpartition("/")[2], body)
        restore.restore(taken, there, quiet)
        there.database.close()

    def test_settings_are_there(self, taken, elsewhere):
        """They stay."""
        there = place(elsewhere("b"))
        (there.data / "settings.env").write_text("INDIE_PORT=8000\n")
        restore.restore(taken, there, quiet)

        assert "INDIE_PORT=8000\n" == (there.data / "settings.env").read_text()
        there.database.close()


def test_a_file_that_breaks_off_is_not_half_in_it(here, file):
    """As if it had been deleted before."""

    class Breaking(io.RawIOBase):
        left = 70_000

        def readable(self):
            return True

        def readinto(self, buffer):
            if not self.left:
                raise NotFound("It was deleted.")
            size = min(len(buffer), self.left)
            self.left -= size
            return size

    class Storage(Folder):
        def open(self, name):
            return Breaking()

    broken = Place(here.database, Storage(here.data / "media"), here.data)
    manifest = backup.write(broken, file, times.now(), quiet)

    assert transfer.files(here.database) == set(manifest.missing)
    assert {"indie.db", "secret", "manifest.json"} == set(members(file))
