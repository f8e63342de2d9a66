"""
The receiver's job: look at the source of a webmention, and show what it says.

What is shown stays until the source itself takes it back: no failure of the
network removes a response, so nobody can erase one by sending it again while its
server is down (Webmention §3.2.4).
"""

import gzip
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from indie import mirror, publishing, urls
from indie.errors import FetchFailed, ParserGaveUp
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched
from indie.mf2 import authorship
from indie.mf2.parse import Page
from indie.mf2.sandbox import Parser
from indie.posts.post import Post
from indie.responses import classify
from indie.responses.response import Response
from indie.store import Store
from indie.store.webmentions import Body, Webmention
from indie.webmention import addresses, verification

JOB = "webmention.process"

NO_LINK = "The source does not link to the target (no_link_found)."

LARGEST_BODY = 256 * 1024
"""Limit: in bytes, compressed. A larger page is shown, but cannot be read again without asking for it."""


@dataclass(frozen=True)
class Verdict:
    """What a look at the source came to. response: what is to be shown now; `remove`: nothing any more."""

    state: str
    reason: str
    response: Response | None = None
    body: Body | None = None
    remove: bool = False


def queue(store: Store, source: str, target: str, post: Post | None, now: datetime) -> Webmention:
    """Save a webmention that passed the checks, and the job that looks at its source. post: None for the home page."""
    with store.write():
        webmention = store.webmentions.queue(source, target, post.id if post else None, now)
        store.later(
            JOB, {"webmention": webmention.id}, now, lane=urls.host(source), dedupe=f"{JOB} {webmention.id}"
        )
    return webmention


def process(  # what a job is handed
    store: Store, fetcher: Fetcher, parser: Parser, me: str, webmention_id: int, now: datetime, *, last: bool
) -> None:
    """
    The job, step by step; it may run twice and does no harm.

    1. Fetch the source.  2. Is it gone?  3. Does it link here?  4. Read the
    response.  5. Save all of it at once.

    last: there will be no other try.
    Raises FetchFailed where another try may help.
    """
    webmention = store.webmentions.get(webmention_id)
    if webmention is None:
        return
    if not _is_open(store, webmention):
        verdict = Verdict("rejected", "The page that it answers is not there any more.")
    elif urls.same_site(webmention.source, me):
        verdict = _look_at_home(store, me, webmention.source, addresses.of(store, me, webmention))
    else:
        with store.write():
            store.webmentions.fetching(webmention.id)
        targets = addresses.of(store, me, webmention)
        known = store.responses.of(webmention.id) is not None
        try:
            verdict = _look(fetcher, parser, me, webmention.source, targets, now, known=known)
            if verdict.response:
                verdict = replace(verdict, response=addresses.nested(store, me, webmention, verdict.response))
        except FetchFailed as error:
            verdict = Verdict("error", _sentence(error))
            if error.again and not last:
                _save(store, webmention, Verdict("queued", verdict.reason + " It will be tried again."), now)
                raise
    _save(store, webmention, verdict, now)


def abandon(store: Store, webmention_id: int, now: datetime) -> None:
    """The job was given up for a fault of ours: say so, instead of leaving the sender to wait."""
    store.webmentions.conclude(
        webmention_id, "error", "Something went wrong on this side. Send it again later.", now
    )


def _is_open(store: Store, webmention: Webmention) -> bool:
    """Whether the page that it answers takes responses, still."""
    if webmention.post_id is None:
        return True
    post = store.posts.by_id(webmention.post_id)
    return post is not None and post.visible


def _look_at_home(store: Store, me: str, source: str, targets: list[str]) -> Verdict:
    """
    A source on this site itself: nothing is requested, as its answers are joined in the database.

    Why the same words for a draft and for no page at all: nobody is told what there is.
    """
    own = publishing.find(store, me, source)
    if own and own.visible and verification.links_to(publishing.links(store, own, me), targets):
        return Verdict("verified", "It is a page of this site itself, which needs no webmention.")
    return Verdict("error", NO_LINK)


def _look(  # what a source is judged by
    fetcher: Fetcher, parser: Parser, me: str, source: str, targets: list[str], now: datetime, *, known: bool
) -> Verdict:
    fetched = fetcher.get(source).unless_busy()
    gone = Verdict("gone", "The source is gone (410), and so is the response.", remove=True)
    never = Verdict("error", "The source is gone (410): there is nothing to show.")
    if fetched.status == 410:
        return gone if known else never
    if not fetched.ok:
        state = "missing" if known and fetched.status == 404 else "error"
        return Verdict(state, f"The source answered {fetched.status} where a page was expected (source_not_found).")
    if urls.same_site(fetched.url, me):
        return Verdict("error", "The source redirects to this site itself: it is no page of its own.")
    page = verification.read(fetched, parser)
    if page.gone:
        return gone if known else never
    if not verification.links_to(page.links, targets):
        if known:
            return Verdict("gone", "The source does not link here any more, so the response is gone.", remove=True)
        return Verdict("error", NO_LINK)
    response, author_page = classify.classify(page, source, targets, now)
    if author_page:
        response = _with_author(response, author_page, page, fetcher, parser)
    response = replace(response, in_reply_to=_plain(response.in_reply_to, targets))
    return Verdict("verified", "It is shown.", response, Body(fetched.body, fetched.url, _type(fetched)))


def _plain(answered: Collection[str], targets: list[str]) -> tuple[str, ...]:
    """What a response answers, our post without the query that was hung on it: the thread knows it by its paths."""
    keys = {urls.key(target) for target in targets}
    plain = (urlsplit(url)._replace(query="").geturl() if urls.key(url) in keys else url for url in answered)
    return tuple(dict.fromkeys(plain))


def _with_author(response: Response, author_page: str, page: Page, fetcher: Fetcher, parser: Parser) -> Response:
    """Step 7 of the authorship algorithm: one more page is asked. Without it the response stands as it is."""
    try:
        fetched = fetcher.get(author_page)
        found = verification.read(fetched, parser) if fetched.ok else None
    except FetchFailed:
        return response
    if found is None:
        return response
    # Why: an author without an address is the host's name, put there because nothing was known.
    named = response.author if response.author.url else None
    return classify.with_author(response, authorship.complete(named, author_page, found, page))


def _save(store: Store, webmention: Webmention, verdict: Verdict, now: datetime) -> None:
    with store.write():
        if verdict.response:
            store.responses.put(
                webmention.id,
                webmention.post_id,
                verdict.response,
                webmention.received,
                classify.VERSION,
                public=webmention.decision != "rejected",
            )
            body = verdict.body
            small = body is not None and len(gzip.compress(body.body)) <= LARGEST_BODY
            store.webmentions.keep_body(webmention.id, body if small else None)
            if verdict.response.author.photo:
                mirror.want(store, "avatar", verdict.response.author.photo, now)
        elif verdict.remove:
            store.responses.remove(webmention.id)
            store.webmentions.keep_body(webmention.id, None)
        store.webmentions.conclude(webmention.id, verdict.state, verdict.reason, now)


def _sentence(error: FetchFailed) -> str:
    """What a failure is called to the sender, who must not learn what our network looks like."""
    if isinstance(error, ParserGaveUp):
        return "The source could not be parsed within our limits (unparsable)."
    return f"{str(error).rstrip('.')} ({error.code})."


def _type(fetched: Fetched) -> str:
    return fetched.headers.get("Content-Type") or ""
