"""The operator's contract of DESIGN §2, command by command: what is printed, and with which code it ends."""

import os
import socket
import sqlite3

import pytest
from click.testing import CliRunner

from indie import publishing, times, wiring
from indie.cli import main
from indie.config import Settings
from indie.indieauth import owner as owners
from indie.indieauth import tokens
from indie.mf2.item import Item
from indie.store import Store

SETUP = ("setup", "--name", "Olaf Owner", "--password-stdin")


@pytest.fixture
def data(tmp_path):
    """The data folder of the commands, opened."""
    return tmp_path / "data"


@pytest.fixture
def quick(data):
    """Run a command within this process, for those that end before they open anything."""

    def run(*arguments, **settings):
        clean = dict.fromkeys([name for name in os.environ if name.startswith("INDIE_")])
        return CliRunner().invoke(main, arguments, env={**clean, "INDIE_DATA": str(data), **settings})

    return run


@pytest.fixture
def opened(data, database_url):
    """The store that `app` works on, when it is asked for."""
    stores = []

    def open_():
        stores.append(Store.open(Settings(data=data, database=database_url)))
        return stores[-1]

    yield open_
    for store in stores:
        store.database.close()


@pytest.fixture
def lived_in(data, opened):
    """The store of a site whose owner is Olaf."""
    store = opened()
    storage = wiring.storage(Settings(data=data))
    owners.set_up(store, storage, times.now(), name="Olaf Owner", nickname="olaf", password="correct horse")
    return store


def one_line(ran, *words):
    """That a command failed with one line on standard error that has these words, and printed nothing else."""
    code = ran.exit_code if hasattr(ran, "exit_code") else ran.returncode
    (line,) = ran.stderr.splitlines()
    assert code != 0
    assert "" == ran.stdout
    assert [] == [word for word in words if word not in line], line


class TestSettings:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("INDIE_PORT", "http"),
            ("INDIE_PORT", "0"),
            ("INDIE_PORT", "65536"),
            ("INDIE_URL", "me.example"),
            ("INDIE_URL", "https://me.example/blog"),
            ("INDIE_FETCH_ALLOW", "127.0.0.1/8"),
            ("INDIE_RATE_LIMIT", "maybe"),
            ("INDIE_PROXIES", "-1"),
            ("INDIE_DATABASE", "mysql://localhost/indie"),
            ("INDIE_HOST", "http://127.0.0.1"),
        ],
    )
    def test_a_malformed_one(self, quick, data, name, value):
        """One line that names it; nothing is made."""
        one_line(quick("serve", **{name: value}), f"{name}{'' if name == 'INDIE_DATABASE' else f'={value}'}: ")
        assert not data.exists()

    def test_all_that_is_wrong_is_told_at_once(self, quick):
        one_line(quick("worker", INDIE_PORT="x", INDIE_PROXIES="y"), "INDIE_PORT=x", "INDIE_PROXIES=y")

    def test_an_unknown_one_in_the_file(self, quick, data):
        """A slip of the pen would go unseen."""
        data.mkdir()
        (data / "settings.env").write_text("# mine\nINDIE_PROT=8000\n")
        one_line(quick("serve"), "settings.env line 2", "INDIE_PROT")

    @pytest.mark.parametrize("line", ["INDIE_PORT 8000", "export", "INDIE_DATA=/elsewhere"])
    def test_a_line_that_is_no_setting(self, quick, data, line):
        data.mkdir()
        (data / "settings.env").write_text(f"{line}\n")
        one_line(quick("serve"), "settings.env line 1")

    def test_the_environment_wins(self, quick, data):
        data.mkdir()
        (data / "settings.env").write_text("INDIE_PORT = 8000\nINDIE_PROXIES=1\n")
        one_line(quick("serve", INDIE_PORT="x"), "INDIE_PORT=x")

    def test_a_host_that_is_not_ours(self, quick):
        """192.0.2.1 is for documentation: nobody's machine has it."""
        one_line(quick("serve", INDIE_HOST="192.0.2.1"), "192.0.2.1")

    def test_a_host_that_is_no_name(self, quick):
        one_line(quick("serve", INDIE_HOST="me..example"), "INDIE_HOST=me..example")


class TestPlace:
    def test_a_port_in_use(self, quick, data):
        """It says which, and what to do; nothing is half done."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            one_line(quick("serve", INDIE_PORT=port), f"port {port}", "in use", "INDIE_PORT")
        assert not data.exists()

    def test_a_data_folder_that_cannot_be_written(self, app):
        """Nobody may make a folder in /proc, not even root."""
        ran = app(*SETUP, stdin="correct horse\n", INDIE_DATA="/proc/indie")
        one_line(ran, "/proc/indie cannot be written", "INDIE_DATA")

    def test_a_data_folder_that_is_a_file(self, app, tmp_path):
        (tmp_path / "file").write_text("")
        one_line(app(*SETUP, stdin="correct horse\n", INDIE_DATA=str(tmp_path / "file")), "file")

    @pytest.mark.parametrize("command", [("token", "--scope", "create"), ("worker",), ("demo",), ("mentions", "list")])
    def test_a_database_from_a_newer_version(self, app, lived_in, command):
        with lived_in.write():
            lived_in.database.execute("INSERT INTO migrations (name) VALUES ('9999 later')")
        one_line(app(*command), "newer version", "9999 later", "update the program")

    @pytest.mark.sqlite("a PostgreSQL that is none: tests/store/test_postgresql.py")
    def test_a_database_that_is_none(self, app, data):
        data.mkdir()
        (data / "indie.db").write_text("This is a letter, not a database. " * 100)
        one_line(app("token", "--scope", "create"), "indie.db")

    def test_a_folder_that_holds_other_files(self, app, data):
        data.mkdir()
        (data / "README").write_text("Mine.")
        assert 0 == app(*SETUP, stdin="correct horse\n").returncode
        assert "Mine." == (data / "README").read_text()


class TestTyped:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("nonsense",),
            ("setup", "--name", "Olaf"),
            ("setup", "--password-stdin"),
            ("token",),
            ("token", "--scope", "create", "--days", "0"),
            ("token", "--scope", "create", "--days", "x"),
            ("serve", "--port", "1"),
            ("mentions",),
            ("mentions", "hide"),
            ("mentions", "burn", "http://a.example/"),
        ],
    )
    def test_wrongly(self, quick, arguments):
        """One line with the way to the help, and 2."""
        ran = quick(*arguments)
        one_line(ran, "See: ", "--help")
        assert 2 == ran.exit_code

    def test_help_names_every_command(self, quick):
        ran = quick("--help")
        assert 0 == ran.exit_code
        for command in ("serve", "worker", "setup", "token", "demo", "mentions"):
            assert f"\n  {command} " in ran.stdout


class TestSetup:
    def test_it_makes_the_owner(self, app, opened):
        """Name, nickname, note and picture; the first line of standard input is the password."""
        ran = app(*SETUP, "--nickname", "olaf", "--note", "Writes.", stdin="correct horse\nand more\n")
        assert (0, "") == (ran.returncode, ran.stderr)
        made = opened().owner.get()
        assert ("Olaf Owner", "olaf", "Writes.") == (made.name, made.nickname, made.note)
        assert owners.is_password(made, "correct horse")

    def test_it_changes_what_is_given_and_nothing_else(self, app, lived_in):
        assert 0 == app("setup", "--name", "Olga", "--password-stdin", stdin="another horse\n").returncode
        made = lived_in.owner.get()
        assert ("Olga", "olaf", True) == (made.name, made.nickname, owners.is_password(made, "another horse"))

    @pytest.mark.parametrize("password", ["pässwörd", "12345678", "        ", "🐎🐎🐎🐎🐎🐎🐎🐎", " x y z w "])
    def test_any_eight_characters_are_a_password(self, app, opened, password):
        assert 0 == app(*SETUP, stdin=f"{password}\r\n").returncode
        assert owners.is_password(opened().owner.get(), password)

    @pytest.mark.parametrize("password", ["short", ""])
    def test_fewer_are_not(self, app, data, password):
        one_line(app(*SETUP, stdin=password), "8 characters")

    def test_a_name_is_needed(self, app):
        one_line(app("setup", "--name", " ", "--password-stdin", stdin="correct horse\n"), "name")

    def test_a_password_that_is_no_text(self, data):
        ran = CliRunner().invoke(main, SETUP, input=b"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\n", env={"INDIE_DATA": str(data)})
        one_line(ran, "UTF-8")

    @pytest.mark.parametrize("photo", ["missing.png", "."])
    def test_a_photo_that_cannot_be_read(self, app, tmp_path, photo):
        one_line(app(*SETUP, "--photo", str(tmp_path / photo), stdin="correct horse\n"), "--photo")

    def test_a_photo_that_is_none(self, app, tmp_path):
        """The owner is not made then."""
        (tmp_path / "photo").write_text("I am no picture.")
        one_line(app(*SETUP, "--photo", str(tmp_path / "photo"), stdin="correct horse\n"), "photo")
        one_line(app("token", "--scope", "create"), "no owner")


class TestToken:
    def test_it_is_the_last_line(self, app, lived_in):
        """Just these scopes, and no expiry."""
        ran = app("token", "--scope", "create profile", "--client-id", "https://app.example/")
        assert (0, "") == (ran.returncode, ran.stderr)
        minted = tokens.introspect(lived_in, ran.stdout.splitlines()[-1], times.now().replace(year=2999))
        assert (("create", "profile"), "https://app.example/") == (minted.scope, minted.client_id)

    def test_it_expires_when_asked(self, app, lived_in):
        minted = app("token", "--scope", "create", "--days", "2").stdout.split()[-1]
        now = times.now()
        assert tokens.introspect(lived_in, minted, now) is not None
        assert tokens.introspect(lived_in, minted, now.replace(year=now.year + 1)) is None

    def test_without_an_owner(self, app):
        one_line(app("token", "--scope", "create"), "no owner", "setup")

    @pytest.mark.parametrize("scope", ["", "créate"])
    def test_a_scope_that_is_none(self, app, lived_in, scope):
        one_line(app("token", "--scope", scope), "scope")


class TestMentions:
    @pytest.fixture
    def heard(self, lived_in, data):
        """A post that was answered once."""
        me = "http://127.0.0.1:5000/"
        storage = wiring.storage(Settings(data=data))
        item = Item(("h-entry",), {"content": ["Answer this."]})
        post = publishing.create(lived_in, storage, me, times.now(), item, {})
        with lived_in.write():
            lived_in.webmentions.queue("http://ann.example/1", post.url(me), post.id, times.now())
        return post

    def test_list_says_what_came(self, app, heard):
        """One line each: when, state, what it became, from where to where."""
        ran = app("mentions", "list")
        (line,) = ran.stdout.splitlines()
        assert (0, "") == (ran.returncode, ran.stderr)
        assert ["queued", "-", "http://ann.example/1", "->", f"http://127.0.0.1:5000{heard.path}"] == line.split()[1:]

    def test_list_of_nothing(self, app):
        ran = app("mentions", "list")
        assert (0, "", "") == (ran.returncode, ran.stdout, ran.stderr)

    def test_reject_and_approve(self, app, heard, lived_in):
        """By any spelling of the source; `list` says so."""
        assert "rejected: http://ann.example/1\n" == app("mentions", "reject", "HTTP://Ann.example:80/1").stdout
        assert "rejected" == app("mentions", "list").stdout.split()[1]
        assert "approved: http://ann.example/1\n" == app("mentions", "approve", "http://ann.example/1").stdout
        assert ["approved"] == [webmention.decision for webmention in lived_in.webmentions.all()]

    @pytest.mark.parametrize("url", ["http://nobody.example/", "nonsense"])
    def test_what_never_came(self, app, heard, url):
        one_line(app("mentions", "reject", url), url)

    def test_list_of_one_state(self, app, heard):
        assert [1, 0] == [len(app("mentions", "list", "--state", state).stdout.splitlines()) for state in ("queued", "pending")]

    def test_approve_always_makes_a_rule(self, app, heard):
        ran = app("mentions", "approve", "http://ann.example/1", "--always")
        assert "approved: http://ann.example/1\nallow host   ann.example\n" == ran.stdout
        assert "allow host   ann.example\n" == app("mentions", "rules").stdout

    def test_rules_are_made_and_taken_back(self, app, heard, lived_in):
        """By host, by the beginning of a URL, by author, kind or words; what is blocked is rejected before it is fetched."""
        assert "block host   ann.example\n" == app("mentions", "block", "Ann.Example").stdout
        assert ["rejected"] == [webmention.state for webmention in lived_in.webmentions.all()]
        assert "hold  words  buy now\n" == app("mentions", "hold", "buy now", "--what", "words").stdout
        assert "allow path   a.example/~ann\n" == app("mentions", "allow", "https://a.example/~ann/").stdout
        assert "taken back: block host   ann.example\n" == app("mentions", "unblock", "http://ann.example").stdout
        assert "taken back: hold  words  buy now\n" == app("mentions", "unblock", "buy now").stdout
        assert "allow path   a.example/~ann\n" == app("mentions", "rules").stdout

    @pytest.mark.parametrize(
        "arguments", [("block", "nonsense"), ("unblock", "a.example"), ("hold", "shout", "--what", "kind")]
    )
    def test_a_rule_that_is_none(self, app, lived_in, arguments):
        one_line(app("mentions", *arguments), arguments[1])


@pytest.mark.sqlite("a PostgreSQL for tests may have its tables already")
def test_migrations_are_applied_by_whatever_comes_first(app, data):
    """A command in an empty folder leaves a whole database there."""
    app("mentions", "list")
    with sqlite3.connect(data / "indie.db") as raw:
        assert {"posts", "jobs", "webmentions"} <= {row[0] for row in raw.execute("SELECT name FROM sqlite_master")}
    raw.close()
