"""`move`: what is there is here, byte for byte, whatever keeps it; what is here stays as it is."""

import re
from contextlib import closing

import pytest

from indie import wiring
from indie.errors import Misconfigured
from indie.moving import site
from indie.moving.place import Place
from indie.store import Store, engine, transfer
from tests.moving.conftest import place, quiet


def bodies(storage):
    """Every file there, whole."""
    found = {}
    for name in storage.list():
        with closing(storage.open(name)) as file:
            found[name] = file.read()
    return found


def moved(here, settings, **only):
    """Move there; returns where."""
    there = place(settings)
    site.move(here, there, quiet, **{"rows": True, "media": True, **only})
    return there


def pages(settings):
    """The home page and the page of a post, as a visitor gets them."""
    with closing(Store.open(settings).database):
        client = wiring.create_app(settings).test_client()
        home = client.get("/")
        assert home.status_code == 200
        post = re.search(r'href="http://site.example(/20[^"#]+)"', home.text)[1]
        return home.data, client.get(post).data


def test_everything_is_there(here, settings, elsewhere):
    """Into a file, and from there back to the engine: rows, files, secret, and the pages they make."""
    target, back = elsewhere("b", file=True), elsewhere("c")
    there = moved(here, target)
    again = moved(there, back)

    for copied in (there, again):
        assert [] == [
            name for name, known in transfer.sums(here.database).items() if transfer.sums(copied.database)[name] != known
        ]
        assert bodies(here.storage) == bodies(copied.storage)
        assert (here.data / "secret").read_bytes() == (copied.data / "secret").read_bytes()
        copied.database.close()
    assert pages(settings) == pages(target) == pages(back)


def test_nothing_changes_here(here, elsewhere):
    """Neither rows nor files."""
    before = transfer.sums(here.database), here.database.query("SELECT * FROM workers"), bodies(here.storage)
    moved(here, elsewhere("b")).database.close()

    assert before == (transfer.sums(here.database), here.database.query("SELECT * FROM workers"), bodies(here.storage))


def test_workers_stay_behind(here, elsewhere):
    """A job that one of them had is free at once, there."""
    there = moved(here, elsewhere("b"))

    assert [] == there.database.query("SELECT * FROM workers")
    assert [] == there.database.query("SELECT * FROM jobs WHERE worker <> '' OR leased <> ''")
    there.database.close()


def test_it_goes_on_after_it_was_killed(here, elsewhere):
    """What is half there is refused to everybody but another run; that leaves what is right, and mends the rest."""
    settings = elsewhere("b")

    def killed(what, done, every):
        if what == "files" and done == 2:
            raise KeyboardInterrupt

    there = place(settings)
    with pytest.raises(KeyboardInterrupt):
        site.move(here, there, killed, rows=True, media=True)
    with pytest.raises(Misconfigured, match="not whole"):
        Store.open(settings)
    (half,) = list(there.storage.list())[:1]
    there.storage.put(half, bytes(there.storage.size(half)))
    site.move(here, there, quiet, rows=True, media=True)

    assert bodies(here.storage) == bodies(there.storage)
    assert "" == transfer.begun(there.database)
    there.database.close()
    Store.open(settings).database.close()


def refused(here, settings, words, **only):
    """That nothing is moved there, and why."""
    there = place(settings)
    before = transfer.sums(there.database), bodies(there.storage)
    with pytest.raises(Misconfigured, match=words):
        site.move(here, there, quiet, **{"rows": True, "media": True, **only})
    assert before == (transfer.sums(there.database), bodies(there.storage))
    there.database.close()


class TestRefused:
    def test_a_site_that_is_there(self, here, elsewhere):
        """Also a whole copy of this one: what was written there since is not to be lost."""
        settings = elsewhere("b")
        moved(here, settings).database.close()

        refused(here, settings, "holds a site already")

    def test_a_begun_copy_of_another(self, here, elsewhere):
        settings = elsewhere("b")
        Store.open(settings).database.close()
        with closing(engine(settings)) as other:
            transfer.begin(other, b"another secret")

        refused(here, settings, "begun copy of another site")

    def test_files_of_another(self, here, elsewhere):
        settings = elsewhere("b")
        Store.open(settings).database.close()
        wiring.storage(settings).put("another.jpg", b"x")

        refused(here, settings, "another.jpg")
        refused(here, settings, "another.jpg", rows=False)

    def test_where_no_site_is(self, tmp_path, elsewhere):
        """What is asked is not made by asking."""
        empty, settings = place(elsewhere("a", fresh=True)), elsewhere("b")
        (empty.data / "secret").write_bytes(bytes(32))

        refused(empty, settings, "there is no site")
        assert [] == empty.database.catalogue()


def test_an_empty_site_that_was_started_takes_a_copy(here, elsewhere):
    """It had a secret of its own, and gets that of the site."""
    settings = elsewhere("b")
    Store.open(settings).database.close()
    moved(here, settings).database.close()

    opened = Store.open(settings)
    assert (here.data / "secret").read_bytes() == opened.secret
    opened.database.close()


def test_what_is_missing_here_is_told(here, elsewhere):
    """And the rest comes along."""
    gone = min(transfer.files(here.database))
    here.storage.delete(gone)
    there = place(elsewhere("b"))

    assert {gone} == site.move(here, there, quiet, rows=True, media=True).missing
    assert bodies(here.storage) == bodies(there.storage)
    there.database.close()


def test_media_alone_into_a_bucket_and_back(here, settings, elsewhere, bucket):
    """The rows stay where they are."""
    there = Place(here.database, place(elsewhere("b", media=bucket)).storage, here.data)
    done = site.move(here, there, quiet, rows=False, media=True)
    assert (0, len(bodies(here.storage))) == (done.rows, done.files)
    back = Place(here.database, place(elsewhere("c")).storage, here.data)
    site.move(there, back, quiet, rows=False, media=True)

    assert bodies(here.storage) == bodies(there.storage) == bodies(back.storage)


def test_settings_go_along_without_the_places(here, elsewhere):
    """Into another folder, unless that has its own."""
    (here.data / "settings.env").write_text("INDIE_URL=https://me.example/\nINDIE_DATABASE = postgresql://a:b@c/d\n# Mine.\n")
    there = moved(here, elsewhere("b"))

    assert "INDIE_URL=https://me.example/\n# Mine.\n" == (there.data / "settings.env").read_text()
    there.database.close()


@pytest.mark.postgresql("whose planner goes by what it counted")
def test_the_database_knows_at_once_what_came(here, elsewhere):
    """Not a minute later, when the server comes by itself to count: until then a page may take a second."""
    there = moved(here, elsewhere("b", fresh=True))

    assert {"posts": 3} == there.database.one("SELECT CAST(reltuples AS INTEGER) AS posts FROM pg_class WHERE oid = 'posts'::regclass")
    there.database.close()
