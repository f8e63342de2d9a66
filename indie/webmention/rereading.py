"""
Responses read again from the bodies that are kept, when the reading has become better.

No network, and no decision is lost: what is shown, held or hidden stays so, in better words.
"""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from indie.errors import ParserGaveUp
from indie.fetch.fetched import Fetched, Headers
from indie.mf2.sandbox import Parser
from indie.responses import classify
from indie.responses.response import Response
from indie.store import Store
from indie.store.responses import Stored
from indie.store.webmentions import Body
from indie.webmention import addresses, process, verification
from indie.webmention.looking import plain

JOB = "webmention.reread"

PORTION = 50
"""How many are read in one run of the job."""

SPREAD = timedelta(days=1)
"""Over how long those are asked for again that have no body."""


def want(store: Store, now: datetime) -> None:
    """Ask for it where there is anything to read again: called when a worker starts."""
    if store.responses.older(classify.VERSION, 1):
        with store.write():
            store.later(JOB, {}, now, dedupe=JOB)


def reread(store: Store, parser: Parser, me: str, now: datetime) -> None:
    """The job: read a portion, and ask for the next where there is more."""
    for stored in store.responses.older(classify.VERSION, PORTION):
        _reread(store, parser, me, stored, now)
    want(store, now)


def _reread(store: Store, parser: Parser, me: str, stored: Stored, now: datetime) -> None:
    body = store.webmentions.body(stored.webmention_id)
    response = _read(store, parser, me, stored, body, now) if body else None
    with store.write():
        webmention = store.webmentions.get(stored.webmention_id)
        if webmention is None or store.responses.of(stored.webmention_id) != stored:
            return  # a look at the source was quicker
        # Why those with a body that were never checked: they came before anything was looked at again. One
        # without was taken over from elsewhere, and its source may be no page any more.
        if webmention.decision != "rejected" and (body is None) == (webmention.history.checks > 0):
            seconds = random.uniform(0, SPREAD.total_seconds())  # noqa: S311  # it hides nothing
            process.again(store, webmention, now, timedelta(seconds=seconds))
        if response is None:
            store.responses.is_read(stored.webmention_id, classify.VERSION)
            return
        store.responses.put(
            stored.webmention_id,
            stored.post_id,
            stored.response if stored.held else response,
            stored.received,
            classify.VERSION,
            public=stored.public,
            held=response if stored.held else None,
        )


def _read(store: Store, parser: Parser, me: str, stored: Stored, body: Body, now: datetime) -> Response | None:
    """What the kept body says now; None where it cannot be told without asking."""
    webmention = store.webmentions.get(stored.webmention_id)
    if webmention is None:
        return None
    fetched = Fetched(body.url, 200, Headers({"Content-Type": body.type}), body.body)
    try:
        page = verification.read(fetched, parser)
    except (ParserGaveUp, verification.Unsupported):
        return None
    targets = addresses.of(store, me, webmention)
    response, author_page = classify.classify(page, webmention.source, targets, now)
    before = stored.newest
    if author_page:
        # Why: what the author's page added cannot be had without asking it.
        response = replace(response, author=before.author, via=before.via)
    plainly = replace(response, source=before.source, in_reply_to=plain(response.in_reply_to, targets))
    return addresses.nested(store, me, webmention, plainly)
