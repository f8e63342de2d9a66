"""The operator's settings: from the environment and from settings.env."""

import dataclasses
from ipaddress import ip_network
from pathlib import Path

import pytest

from indie import config
from indie.config import Settings
from indie.errors import Misconfigured


@pytest.fixture
def load(tmp_path):
    """Load settings from this environment (without the prefix), and from these lines of settings.env."""

    def read(lines="", **environ):
        if lines:
            (tmp_path / "settings.env").write_text(lines)
        return config.load({"INDIE_DATA": str(tmp_path), **{f"INDIE_{name}": value for name, value in environ.items()}})

    return read


def test_the_defaults(load, tmp_path):
    """Those of the operator's contract."""
    assert Settings(data=tmp_path, url="http://127.0.0.1:5000/") == load()


def test_without_a_data_folder_it_is_the_one_beside_app_py():
    assert Path(__file__).parent.parent / "data" == config.load({}).data


def test_every_setting_has_its_help():
    """A setting that nobody explains is not one."""
    assert [] == [field.name for field in dataclasses.fields(Settings) if not field.metadata.get("help")]


@pytest.mark.parametrize(
    ("name", "sent", "field", "value"),
    [
        ("HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("HOST", "::1", "host", "::1"),
        ("HOST", "[::1]", "host", "::1"),
        ("PORT", "8080", "port", 8080),
        ("FETCH_ALLOW", "127.0.0.0/8, ::1,", "fetch_allow", (ip_network("127.0.0.0/8"), ip_network("::1/128"))),
        ("RATE_LIMIT", "OFF", "rate_limit", False),
        ("RATE_LIMIT", "on", "rate_limit", True),
        ("PROXIES", "2", "proxies", 2),
        ("DATABASE", " ", "database", ""),
        ("MEDIA", "s3://bucket", "media", "s3://bucket"),
        ("MEDIA", "s3://my.bucket-1/of/media_1/", "media", "s3://my.bucket-1/of/media_1"),
        ("DATABASE", "postgresql://olaf:hush@db.example/indie", "database", "postgresql://olaf:hush@db.example/indie"),
    ],
)
def test_each_is_read(load, name, sent, field, value):
    assert value == getattr(load(**{name: sent}), field)


@pytest.mark.parametrize(
    ("sent", "url"),
    [
        ("https://me.example", "https://me.example/"),
        ("https://me.example/", "https://me.example/"),
        ("HTTPS://ME.example:443/", "https://me.example/"),
        ("http://me.example:8080", "http://me.example:8080/"),
        ("https://grün.example", "https://xn--grn-ioa.example/"),
        (" https://me.example/ ", "https://me.example/"),
    ],
)
def test_the_address_gets_its_one_spelling(load, sent, url):
    """Final slash added, host in lower case: every address of the site is made from it."""
    settings = load(URL=sent)

    assert url == settings.url == settings.me


@pytest.mark.parametrize(
    ("host", "url"), [("127.0.0.2", "http://127.0.0.2:5001/"), ("::1", "http://[::1]:5001/"), ("me.local", "http://me.local:5001/")]
)
def test_without_an_address_it_is_where_it_listens(load, host, url):
    assert url == load(HOST=host, PORT="5001").url


class TestFile:
    def test_it_is_read(self, load):
        """Lines, comments, blanks."""
        settings = load("# mine\n\nINDIE_PORT=5001\n  INDIE_URL = https://me.example/ \n#INDIE_HOST=x\n")

        assert (5001, "https://me.example/", "127.0.0.1") == (settings.port, settings.url, settings.host)

    def test_the_environment_wins(self, load):
        assert 5002 == load("INDIE_PORT=5001\n", PORT="5002").port

    def test_an_empty_variable_does_not(self, load):
        """As a service file may leave it."""
        assert 5001 == load("INDIE_PORT=5001\n", PORT="").port

    @pytest.mark.parametrize(
        ("lines", "sentence"),
        [
            ("INDIE_PROT=5001\n", "settings.env line 1: there is no setting INDIE_PROT"),
            ("\nPORT=5001\n", "settings.env line 2: there is no setting PORT"),
            ("INDIE_DATA=/elsewhere\n", "settings.env line 1: there is no setting INDIE_DATA"),
            ("export INDIE_PORT\n", "settings.env line 1 is not NAME=value"),
        ],
    )
    def test_a_slip_of_the_pen_is_told(self, load, lines, sentence):
        """With its line."""
        with pytest.raises(Misconfigured) as refused:
            load(lines)
        assert f"settings: {sentence}" == str(refused.value)

    def test_one_that_cannot_be_read_is_told(self, load, tmp_path):
        (tmp_path / "settings.env").write_bytes(b"INDIE_PORT=\xff\n")
        with pytest.raises(Misconfigured, match=r"settings\.env cannot be read"):
            load()


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("URL", "me.example"),
        ("URL", "ftp://me.example/"),
        ("URL", "https://me.example/blog"),
        ("URL", "https://me.example/?a=b"),
        ("URL", "https://me.example/#a"),
        ("URL", "https://user@me.example/"),
        ("URL", "https://"),
        ("URL", "https://me.example:99999/"),
        ("HOST", "http://127.0.0.1"),
        ("HOST", "a b"),
        ("HOST", "127.0.0.1:5000"),
        ("HOST", "[::1]:5000"),
        ("HOST", "fe80::1%eth0"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("PORT", "-1"),
        ("FETCH_ALLOW", "localhost"),
        ("FETCH_ALLOW", "127.0.0.1/8"),
        ("RATE_LIMIT", "yes"),
        ("PROXIES", "-1"),
        ("DATABASE", "postgresql://x"),
        ("MEDIA", "s3://x"),
        ("MEDIA", "bucket/prefix"),
        ("MEDIA", "https://bucket.s3.amazonaws.com/prefix"),
        ("MEDIA", "s3:///prefix"),
        ("MEDIA", "s3://Bucket/prefix"),
        ("MEDIA", "s3://key:secret@bucket"),
        ("MEDIA", "s3://bucket/../prefix"),
        ("MEDIA", "s3://bucket//prefix"),
        ("MEDIA", "s3://bucket/pre fix"),
        ("MEDIA", "s3://bucket/prefix?region=x"),
    ],
)
def test_what_is_wrong_is_one_line_that_names_it(load, name, sent):
    with pytest.raises(Misconfigured, match=rf"^settings: INDIE_{name}[=:]") as refused:
        load(**{name: sent})
    assert "\n" not in str(refused.value)


def test_no_password_is_told(load):
    """What is wrong with the address of a database is said without it."""
    with pytest.raises(Misconfigured) as refused:
        load(DATABASE="mysql://olaf:hush@db.example/indie")
    assert "hush" not in str(refused.value)


def test_all_that_is_wrong_is_told_at_once(load):
    """File and environment together."""
    with pytest.raises(Misconfigured) as refused:
        load("INDIE_PROT=1\nINDIE_PROXIES=x\n", PORT="0", URL="me")
    assert 4 == len(str(refused.value).split("; "))


def test_what_belongs_to_others_is_passed_over(load):
    """The environment has variables of other programs, some of them of our name."""
    assert load() == load(MUSIC="loud")
