"""
Other people's pages, read from the request to the response (Webmention spec §2-§4, pages spec §6).

`tests/web/<host>/<path>` is what the source answers, byte for byte; beside it `<path>.response.json` says

    trap      what is particular about this page, and easily read wrong
    code      where the code sees to it: a file of indie/, and the function, class or constant in it
    without    how it is taken out there: `old`, which stands just once in that code, becomes `new`.
               What no code does, because none is wanted, `new` does: it is the mistake that the page invites.
    source    what was sent, `targets`: every address of our post
    expected  the response, as `Response.to_json` has it, or some of it; and also

    status, links, near_misses, error          how far it got (`webmention.verification`)
    gone           whether it says that it is gone; `state`: the verdict on a page that is not there (`webmention.looking`)
    entry, shown_there, author_page            what was chosen (`responses.classify`)
    quoted         what the source shows below itself: [url, kind, author, text, in_reply_to] (`responses.quoted`)
    quoted_authors, quoted_via                 the addresses of its authors, and who vouches
    requested      every URL that was asked for

What `expected` does not name is free. A new case is two files and no code. test_web_traps.py takes each trap out.
"""

import json

import pytest

from tests import traps
from tests.reading import reading, told

CASES = traps.CASES


@pytest.mark.parametrize("case", CASES, ids=traps.name)
def test_page_becomes_the_response_beside_it(case):
    """Each page reads as its JSON says."""
    said = json.loads(case.read_text())

    assert said["expected"] == told(reading(said["source"], said["targets"]), said["expected"])


def test_there_are_enough_of_them():
    """An empty folder would pass in silence."""
    assert 140 <= len(CASES)


def test_each_holds_a_trap_of_its_own():
    """No two alike."""
    assert len(CASES) == len({json.loads(case.read_text())["trap"] for case in CASES})
