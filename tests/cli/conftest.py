"""The commands as their operator types them."""

import pytest

from tests.live.running import command


@pytest.fixture
def site(tmp_path, hosting):
    """A site that is not yet started."""
    with hosting(tmp_path / "data") as made:
        yield made


@pytest.fixture
def app(tmp_path, database_url):
    """Run a command in an empty data folder: `app("token", "--scope", "create", INDIE_PORT="8000")`."""

    def run(*arguments, stdin="", **settings):
        return command(tmp_path / "data", *arguments, stdin=stdin, **{"INDIE_DATABASE": database_url, **settings})

    return run
