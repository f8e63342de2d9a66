"""Posts and answers for the pages to show; the theme's own tests have theirs in `samples`."""

from tests.conformance.indieauth.conftest import (  # noqa: F401  # fixtures
    clock,
    document,
    flow,
    refreshable,
    serve,
    site,
    stranger,
)
from tests.webmention.conftest import answer, look, picture, post, publish, receive, target  # noqa: F401  # fixtures
