"""
Salmention, received: what a known source shows below itself, and whether those pages say so themselves.

Webmention spec §4.3. Nothing here changes a response that came to us; what is quoted has a table of its own.
"""

from dataclasses import replace
from datetime import datetime

from indie import conversations, mirror, urls
from indie.fetch.fetched import Fetched
from indie.responses.response import Response, address
from indie.store import Store
from indie.store.quoted import GONE, QUOTED, VERIFIED, StoredQuoted
from indie.webmention import moderation, verification
from indie.webmention.looking import Eye, Verdict

JOB = "webmention.quoted"

MOST = 200
"""Limit: so much is kept of what one response ever showed. Why: what was verified or is gone stays."""


def compare(store: Store, response_id: int, source: str, verdict: Verdict, now: datetime) -> None:
    """
    Note what is new, changed and gone among what a source shows, in the transaction at hand.

    verdict: a good look at the source of the response with this id. Each new one gets a job that asks its own page, and
        so does one that has spoken for itself where the source shows other words of it, or none.
    """
    known = {one.key: one for one in store.quoted.of(response_id)}
    allowed = [
        one
        for one in verdict.quoted
        if not moderation.blocked(store, one.url)
        and moderation.judge(store, one.response, source, verdict.url).verdict == "allow"
    ]
    shown = {address(one.url): one for one in allowed}
    for key, one in known.items():
        if key not in shown and one.state == QUOTED:
            store.quoted.remove(one.id)
            # Why: a page that shows others each time would leave us a queue of pages to ask.
            store.jobs.cancel(_dedupe(one.id))
    room = MOST - len(store.quoted.of(response_id))
    for key, told in shown.items():
        before = known.get(key)
        if before is None and room > 0:
            room -= 1
            quoted_id = store.quoted.put(response_id, key, QUOTED, told.response, now)
            _want_face(store, told.response, now)
            _ask(store, quoted_id, told.url, now)
        elif before is not None and before.state == QUOTED and before.response != told.response:
            store.quoted.put(response_id, key, QUOTED, told.response, now)
    for key, one in known.items():
        if one.state == VERIFIED and (key not in shown or shown[key].response.text != one.response.text):
            # Why: its author may have changed it, or taken it back, and has told that source alone.
            _ask(store, one.id, one.response.source, now)


def _ask(store: Store, quoted_id: int, url: str, now: datetime) -> None:
    store.later(JOB, {"quoted": quoted_id}, now, lane=urls.host(url), dedupe=_dedupe(quoted_id))


def _dedupe(quoted_id: int) -> str:
    return f"{JOB} {quoted_id}"


def verify(store: Store, eye: Eye, quoted_id: int) -> None:
    """
    The job: ask the page of what is quoted. Where it links to the source or to our post, its own words count.

    Where it does not, cannot be read, or is not there, it goes on being quoted. What is gone (410) is not,
    nor what its own page has said and says no more.
    Raises FetchFailed where another try may help; after the last it is quoted still.
    """
    one = store.quoted.get(quoted_id)
    if one is None or one.state == GONE or urls.same_site(one.response.url, eye.me):
        return
    url = urls.normalize(one.response.url)
    if moderation.blocked(store, url):
        return
    targets = _targets(store, eye.me, one)
    fetched = eye.fetcher.get(url).unless_busy()
    if fetched.status == 410:
        _record(store, one, GONE, one.response, eye.now)
    elif fetched.ok and not urls.same_site(fetched.url, eye.me):
        _read(store, eye, one, fetched, url, targets)


def _read(store: Store, eye: Eye, one: StoredQuoted, fetched: Fetched, url: str, targets: list[str]) -> None:
    page = verification.read(fetched, eye.parser)
    if page.gone:
        _record(store, one, GONE, one.response, eye.now)
    elif verification.links_to(page.links, targets):
        response, _ = eye.read(page, url, targets)
        # Why: of what it likes, the page itself says nothing that has a place in a thread.
        answered = dict.fromkeys([*response.in_reply_to, *one.response.in_reply_to[-1:]])
        response = replace(response, in_reply_to=tuple(answered))
        judgement = moderation.judge(store, response, url, fetched.url)
        _record(store, one, VERIFIED if judgement.verdict == "allow" else GONE, response, eye.now)
    elif one.state == VERIFIED:
        _record(store, one, GONE, one.response, eye.now)


def _targets(store: Store, me: str, one: StoredQuoted) -> list[str]:
    """Every address of our post, and of the source that shows this one."""
    webmention = store.webmentions.get(one.webmention_id)
    stored = store.responses.of(one.webmention_id)
    posts = [me + path.lstrip("/") for path in store.posts.paths(one.post_id)] if one.post_id is not None else []
    source = [webmention.source] if webmention else []
    said = [stored.response.source, stored.response.url] if stored else []
    return [*posts, *source, *said]


def _record(store: Store, one: StoredQuoted, state: str, response: Response, now: datetime) -> None:
    with store.write():
        if store.quoted.get(one.id) is None:
            return
        store.quoted.put(one.response_id, one.key, state, response, now)
        if (one.state, one.response) != (state, response):
            conversations.changed(store, one.post_id, now)
        if state == VERIFIED:
            _want_face(store, response, now)


def _want_face(store: Store, response: Response, now: datetime) -> None:
    if response.author.photo:
        mirror.want(store, "avatar", response.author.photo, now)
