"""Documents as they are out there, and beside each what is read of it (`tests/pairs/feeds`)."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indie.feeds.read import read

PAIRS = Path(__file__).parent.parent / "pairs" / "feeds"
TYPES = {
    ".html": "text/html",
    ".atom": "application/atom+xml",
    ".rss": "text/xml",
    ".xml": "application/xml",
    ".jsonfeed": "application/feed+json",
}
URL = "https://ann.example/sub/document"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def said(path):
    """What is read of a document, without what is empty."""
    feed = dataclasses.asdict(read(path.read_bytes(), URL, TYPES[path.suffix], None, NOW))
    return json.loads(json.dumps({name: value for name, value in feed.items() if value}))


@pytest.mark.parametrize("path", sorted(p for p in PAIRS.iterdir() if p.suffix in TYPES), ids=lambda path: path.name)
def test_a_document_is_read_as_it_stands_beside_it(path):
    """A new case is a document and its JSON, and no code."""
    assert json.loads(path.with_suffix(path.suffix + ".json").read_text()) == said(path)
