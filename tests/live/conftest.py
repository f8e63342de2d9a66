"""Tests of the whole site as it runs: `pytest -m "not live"` leaves the long ones out."""

import pytest


def pytest_configure(config):
    config.addinivalue_line("markers", "live: starts the site's processes, and hurts them")


@pytest.fixture
def site(tmp_path, hosting):
    """A site that is not yet started."""
    with hosting(tmp_path / "data") as made:
        yield made
