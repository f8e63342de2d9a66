"""
Other people's pages, read as what a post of ours is about (pages spec §2.5, §6).

`tests/web/<host>/<path>` is what the page answers, byte for byte; beside it `<path>.citation.json` says

    trap      what is particular about this page, and easily read wrong
    url       what our post cites
    expected  the citation, as `Citation.to_json` has it, or some of it, and `requested`, every URL that was
              asked for; null where nothing is to be kept

A new case is two files and no code.
"""

import json
from datetime import UTC, datetime

import pytest

from indie.webmention import citing, verification
from indie.webmention.looking import Eye
from tests.frozen_web import WEB
from tests.reading import InProcess

CASES = sorted(WEB.rglob("*.citation.json"))
ME = "http://site.example/"
SEEN = datetime(2026, 8, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("case", CASES, ids=lambda path: str(path.relative_to(WEB)).removesuffix(".citation.json"))
def test_page_becomes_the_citation_beside_it(case, frozen_web):
    """Each page reads as its JSON says."""
    said = json.loads(case.read_text())
    try:
        seen = citing.look(Eye(frozen_web, InProcess, ME, SEEN), said["url"])
    except verification.Unsupported:
        seen = None
    found = seen and seen.to_json() | {"requested": frozen_web.requested}

    assert said["expected"] == (found and {name: found[name] for name in said["expected"] or found})


def test_there_are_enough_of_them():
    """An empty folder would pass in silence."""
    assert 25 <= len(CASES)


def test_no_two_have_the_same_trap():
    assert len(CASES) == len({json.loads(case.read_text())["trap"] for case in CASES})
