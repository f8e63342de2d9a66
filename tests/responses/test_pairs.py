import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indie.mf2.parse import parse
from indie.responses.classify import classify, entry

PAIRS = sorted(Path(__file__).parents[1].joinpath("pairs", "responses").glob("*.json"))
RECEIVED = datetime(2024, 8, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("case", PAIRS, ids=lambda path: path.stem)
def test_page_becomes_the_response_beside_it(case):
    """Webmention spec §3: each page reads as the JSON of the same name says; what that does not name is free."""
    said = json.loads(case.read_text())
    source, targets = said["source"], said["targets"]
    page = parse(case.with_suffix(".html").read_bytes(), said.get("url", source), said.get("charset"))
    response, author_page = classify(page, source, targets, RECEIVED)
    found = response.to_json() | {"author_page": author_page, "entry": entry(page, source, targets) is not None}
    expected = said["expected"]
    author = found["author"]
    found = {name: found[name] for name in expected}
    if "author" in expected:
        found["author"] = {name: author[name] for name in expected["author"]}

    assert expected == found


def test_there_are_pairs():
    """An empty folder would pass in silence."""
    assert 20 <= len(PAIRS)
