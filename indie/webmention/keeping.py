"""What a look at a source came to, saved; and when it is to be looked at again."""

from dataclasses import replace
from datetime import datetime, timedelta

from indie import mirror, urls
from indie.responses import classify
from indie.responses.response import site
from indie.store import Store
from indie.store.responses import Stored
from indie.store.webmentions import History, Webmention
from indie.webmention import moderation, quoting
from indie.webmention.looking import Verdict

GOOD = tuple(timedelta(days=days) for days in (1, 7, 30, 91))
"""How long after each good look the next one comes; the last again and again."""

MISSED = tuple(timedelta(days=days) for days in (1, 3, 4, 30, 91))
"""The same after each 404 in a row."""

MISSES, GRACE = 3, timedelta(days=7)
"""So many in a row, over so long, hide a response; nothing less does, and nothing that anybody sends."""


def keep(store: Store, webmention: Webmention, verdict: Verdict, now: datetime) -> timedelta | None:
    """
    Save what a look came to, in the transaction at hand.

    webmention: as it is now. Returns how long after that it is to be looked at again, None if never.
    """
    stored = store.responses.of(webmention.id)
    if verdict.response or (verdict.unchanged and stored):
        return _good(store, webmention, stored, verdict, now)
    if verdict.remove:
        store.responses.remove(webmention.id)
        # Why: what a gone source showed is shown again as far as its own pages say so, which the owner hid with it.
        store.quoted.forget(webmention.id, verified=webmention.decision == "rejected")
        store.webmentions.keep_body(webmention.id, None)
        store.webmentions.forget_approval(webmention.id)
    history = webmention.history
    wait = None
    if verdict.missed and stored:
        history = replace(history, misses=history.misses + 1, missing_since=history.missing_since or now)
        if history.misses >= MISSES and now - (history.missing_since or now) >= GRACE:
            store.responses.publish(webmention.id, public=False)
        wait = MISSED[min(history.misses, len(MISSED)) - 1]
    elif verdict.state == "error" and stored:
        wait = GOOD[min(history.checks, len(GOOD) - 1)]
    state = _state(store, webmention, stored, verdict)
    if state == "rejected":
        wait = None
    _conclude(store, webmention, state, verdict, history, now, wait)
    return wait


def _state(store: Store, webmention: Webmention, stored: Stored | None, verdict: Verdict) -> str:
    """What waits for the owner, and what he does not show, stays so while its source cannot be reached."""
    if stored is None or verdict.state not in ("error", "missing"):
        return verdict.state
    settled = moderation.settle(store, webmention, stored, stored.newest, "")
    return verdict.state if settled.state == "verified" else settled.state


def _good(
    store: Store, webmention: Webmention, stored: Stored | None, verdict: Verdict, now: datetime
) -> timedelta | None:
    response = verdict.response or (stored.newest if stored else None)
    assert response is not None
    if verdict.response:
        response = replace(response, source=_lives(store, webmention, verdict.url))
    settled = moderation.settle(store, webmention, stored, response, verdict.url)
    response_id = store.responses.put(
        webmention.id,
        webmention.post_id,
        settled.response,
        webmention.received,
        classify.VERSION,
        public=settled.public,
        held=settled.held,
    )
    if verdict.response:
        store.webmentions.keep_body(webmention.id, verdict.body)
    if response.author.photo:
        mirror.want(store, "avatar", response.author.photo, now)
    # Why a known one alone: nobody makes us fetch fifty pages by sending one.
    if stored and verdict.response and settled.state == "verified" and webmention.post_id is not None:
        quoting.compare(store, response_id, webmention.source, verdict, now)
    history = webmention.history
    wait = None if settled.state == "rejected" else GOOD[min(history.checks, len(GOOD) - 1)]
    told = replace(
        verdict,
        state=settled.state,
        reason=moderation.reason(settled),
        steps=(*verdict.steps, ("moderation", moderation.reason(settled))),
    )
    _conclude(store, webmention, settled.state, told, History(history.checks + 1), now, wait)
    return wait


def _lives(store: Store, webmention: Webmention, final_url: str) -> str:
    """
    Where a page lives that has moved, so that it is known as one when both its addresses are sent (§4.5, 23).

    Elsewhere only if that page spoke for itself: a redirector takes nobody's name.
    """
    source = webmention.source
    if not urls.is_http(final_url):
        return source
    final = urls.normalize(final_url)
    if site(final) == site(source):
        return final
    spoke = store.webmentions.find(final, webmention.post_id)
    return final if spoke and store.responses.of(spoke.id) else source


def _conclude(  # each is a column
    store: Store,
    webmention: Webmention,
    state: str,
    verdict: Verdict,
    history: History,
    now: datetime,
    wait: timedelta | None,
) -> None:
    store.webmentions.conclude(
        webmention.id,
        state,
        verdict.reason,
        now,
        now + wait if wait else None,
        steps=verdict.steps,
        history=history,
    )
