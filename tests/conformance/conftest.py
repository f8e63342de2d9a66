"""The site and its neighbours, once for the tests of a file."""

import pytest

from tests.conformance.talk import talking
from tests.webmention.conftest import post, publish  # noqa: F401  # fixtures


@pytest.fixture(scope="module")
def talk(tmp_path_factory, hosting):
    """A running site with its owner, and four people with sites of their own (`tests.conformance.talk`)."""
    with talking(hosting, tmp_path_factory.mktemp("talk") / "data") as made:
        yield made
