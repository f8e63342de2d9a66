"""
Other people's pages, read from the request to the response (Webmention spec §2-§4, pages spec §6).

`tests/web/<host>/<path>` is what the source answers, byte for byte; beside it `<path>.response.json` says

    trap      what is particular about this page, and easily read wrong
    code      where the code sees to it: taken out there, the case fails
    source    what was sent, `targets`: every address of our post
    expected  the response, as `Response.to_json` has it, or some of it; and also

    status, gone, links, near_misses, error    how far it got (`webmention.verification`)
    entry, shown_there, author_page            what was chosen (`responses.classify`)
    quoted         what the source shows below itself: [url, kind, author, text, in_reply_to] (`responses.quoted`)
    quoted_authors, quoted_via                 the addresses of its authors, and who vouches
    requested      every URL that was asked for

What `expected` does not name is free. A new case is two files and no code.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indie.mf2 import authorship
from indie.mf2.parse import parse
from indie.responses.classify import classify, entry, is_shown_there, with_author
from indie.responses.quoted import quoted
from indie.webmention import verification

WEB = Path(__file__).parents[1] / "web"
CASES = sorted(WEB.rglob("*.response.json"))
RECEIVED = datetime(2024, 8, 1, 12, tzinfo=UTC)
ROOMS = Path(__file__).parents[2] / "indie"


class InProcess:
    """The parser without its child: what it finds is the same."""

    parse = staticmethod(parse)


def reading(web, source, targets):
    """Everything that a case may speak of."""
    fetched = web.get(source)
    found = {"status": fetched.status, "gone": fetched.status == 410}
    if not fetched.ok:
        return found
    try:
        page = verification.read(fetched, InProcess)
    except verification.Unsupported as error:
        return found | {"error": error.code}
    links = verification.links_to(page.links, targets)
    found |= {"gone": page.gone, "links": links, "near_misses": [*verification.near_misses(page.links, targets)]}
    if page.gone or not links:
        return found
    response, author_page = classify(page, source, targets, RECEIVED)
    if author_page and (answer := web.get(author_page)).ok:
        named = response.author if response.author.url else None
        author = authorship.complete(named, author_page, verification.read(answer, InProcess), page)
        response = with_author(response, author)
    below = quoted(page, source, targets, RECEIVED)
    return found | response.to_json() | {
        "entry": entry(page, source, targets) is not None,
        "shown_there": is_shown_there(page, source, targets),
        "author_page": author_page,
        "quoted": sorted(
            [one.url, one.kind, one.response.author.name, one.response.text, [*one.response.in_reply_to]] for one in below
        ),
        "quoted_authors": [one.response.author.url for one in below],
        "quoted_via": [one.response.via for one in below],
        "requested": web.requested,
    }  # fmt: skip


def told(found, expected):
    """The part of what was found that a case speaks of."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return {name: told(found.get(name), expected[name]) for name in expected}
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda path: str(path.relative_to(WEB)).removesuffix(".response.json"))
def test_page_becomes_the_response_beside_it(case, frozen_web):
    """Each page reads as its JSON says."""
    said = json.loads(case.read_text())
    # Why nobody is there: an author's page that is no part of the case answers nothing.
    frozen_web.elsewhere = b"HTTP/1.1 404 Not Found\n\n"

    assert said["expected"] == told(reading(frozen_web, said["source"], said["targets"]), said["expected"])


def test_there_are_enough_of_them():
    """An empty folder would pass in silence."""
    assert 140 <= len(CASES)


def test_each_says_what_its_trap_is_and_where_the_code_keeps_it():
    """No two alike; and the name that `code` gives is one of the module that it gives."""
    said = [json.loads(case.read_text()) for case in CASES]
    homeless = []
    for one in said:
        module, _, name = one["code"].partition(": ")
        text = (ROOMS / module).read_text() if (ROOMS / module).is_file() else ""
        homeless += [one["code"]] if name.rpartition(".")[2] not in text or not name else []

    assert [] == homeless
    assert len(said) == len({one["trap"] for one in said})
