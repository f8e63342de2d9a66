"""A note that can be answered, and the pages that answer it."""

from tests.webmention.conftest import answer, post, publish, target  # noqa: F401  # fixtures
