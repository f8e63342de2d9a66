"""What the code makes of a source page, all of it: the pages lie in tests/web/, their cases in `webmention/test_web.py`."""

from datetime import UTC, datetime

from indie.mf2 import authorship
from indie.mf2.parse import parse
from indie.responses.classify import classify, entry, is_shown_there, with_author
from indie.responses.quoted import quoted
from indie.webmention import verification
from tests.frozen_web import FrozenWeb

ME = "https://me.example/"
RECEIVED = datetime(2024, 8, 1, 12, tzinfo=UTC)


class InProcess:
    """The parser without its child: what it finds is the same."""

    parse = staticmethod(parse)


def reading(source, targets):
    """Everything that a case may speak of."""
    web = FrozenWeb()
    # Why nobody is there: an author's page that is no part of the case answers nothing.
    web.elsewhere = b"HTTP/1.1 404 Not Found\n\n"
    fetched = web.get(source)
    found = {"status": fetched.status}
    if not fetched.ok:
        # Why here: it brings the store with it, which takes three times as long as all the rest (`traps`).
        from indie.webmention import looking  # noqa: PLC0415

        verdict = looking.Eye(web, InProcess, ME, RECEIVED).look(source, targets, None, is_known=True)
        return found | {"state": verdict.state, "gone": verdict.state == "gone"}
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
