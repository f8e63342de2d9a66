"""
The receiver's job: look at the source of a webmention, and show what it says.

What is shown stays until the source itself takes it back: no failure of the
network removes a response, so nobody can erase one by sending it again while its
server is down (Webmention §3.2.4). `looking` sees, `keeping` saves, `moderation` decides.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from indie import outbox, publishing, urls
from indie.errors import FetchFailed
from indie.fetch.client import Fetcher
from indie.languages import N_
from indie.mf2.sandbox import Parser
from indie.posts.post import Post
from indie.responses import classify
from indie.store import Store, webmentions
from indie.store.webmentions import Webmention
from indie.webmention import addresses, keeping, moderation, upstream, verification
from indie.webmention.looking import NO_LINK, Eye, Verdict, sentence

JOB = webmentions.LOOK

IMPORTED = "import"
"""The step of what was taken over from elsewhere; it stays until a look at the source finds it good."""


def queue(
    store: Store, source: str, target: str, post: Post | None, now: datetime, after: timedelta = timedelta()
) -> Webmention:
    """
    Save a webmention that passed the checks, and the job that looks at its source, after so long.

    post: None for the home page.
    """
    with store.write():
        webmention = store.webmentions.queue(source, target, post.id if post else None, now)
        again(store, webmention, now, after)
    return webmention


def again(store: Store, webmention: Webmention, now: datetime, after: timedelta) -> None:
    """Look at the source after so long, give or take a tenth; earlier if it is sent before. In a transaction."""
    due = now + after * random.uniform(0.9, 1.1)  # noqa: S311  # it hides nothing
    store.later(
        JOB,
        {"webmention": webmention.id},
        now,
        due=due,
        lane=urls.host(webmention.source),
        dedupe=webmentions.look(webmention.id),
    )


def process(  # what a look needs
    store: Store, fetcher: Fetcher, parser: Parser, me: str, webmention_id: int, now: datetime, *, last: bool
) -> None:
    """`look`, and save what it came to."""
    save = look(store, Eye(fetcher, parser, me, now), webmention_id, last=last)
    if save:
        with store.write():
            save()


def look(store: Store, eye: Eye, webmention_id: int, *, last: bool) -> Callable[[], None] | None:
    """
    The job, step by step; it may run twice and does no harm.

    1. Fetch the source.  2. Is it gone?  3. Does it link here?  4. Read the
    response.  5. Save all of it at once.

    last: there will be no other try.
    Returns the last step, for the transaction that ends the job; None where there is nothing to save.
    Raises FetchFailed where another try may help.
    """
    webmention = store.webmentions.get(webmention_id)
    if webmention is None:
        return None
    if not _is_open(store, webmention):
        verdict = Verdict("rejected", "The page that it answers is not there any more.")
    elif moderation.blocked(store, webmention.source):
        verdict = Verdict("rejected", moderation.REASONS["rejected"])
    elif urls.same_site(webmention.source, eye.me):
        verdict = _look_at_home(store, eye.me, webmention.source, addresses.of(store, eye.me, webmention))
    else:
        try:
            verdict = _look_elsewhere(store, eye, webmention)
        except FetchFailed as error:
            verdict = Verdict("error", sentence(error), (("fetch", sentence(error)),))
            if error.again and not last:
                _wait(store, webmention, verdict, eye.now)
                raise
    if not verdict.response:
        verdict = replace(verdict, steps=(*verdict.steps, *_origin(webmention)))

    def save() -> None:
        fresh = store.webmentions.get(webmention_id) or webmention
        with upstream.watching(store, fresh, eye.now):
            after = keeping.keep(store, fresh, verdict, eye.now)
        if after:
            again(store, fresh, eye.now, after)

    return save


def _look_elsewhere(store: Store, eye: Eye, webmention: Webmention) -> Verdict:
    stored = store.responses.of(webmention.id)
    is_current = stored is not None and stored.version == classify.VERSION
    # Why whole after it was sent again: it may mean a comment now, of which a 304 would tell nothing.
    is_planned = webmention.history.checks > 0
    known = store.webmentions.body(webmention.id) if is_current and is_planned else None
    verdict = replace(eye, since=webmention.next_try or eye.now).look(
        webmention.source,
        addresses.of(store, eye.me, webmention),
        known,
        is_known=stored is not None,
        did_link=not _origin(webmention),
    )
    if not verdict.response:
        return verdict
    return replace(verdict, response=addresses.nested(store, eye.me, webmention, verdict.response))


def abandon(store: Store, webmention_id: int, now: datetime) -> None:
    """The job was given up for a fault of ours: say so, instead of leaving the sender to wait."""
    webmention = store.webmentions.get(webmention_id)
    if webmention is None:
        return
    told = "Something went wrong on this side. Send it again later."
    store.webmentions.conclude(webmention_id, "error", told, now, steps=_origin(webmention), history=webmention.history)
    if store.responses.of(webmention_id) and webmention.decision != "rejected":
        again(store, webmention, now, keeping.GOOD[-1])


def _wait(store: Store, webmention: Webmention, verdict: Verdict, now: datetime) -> None:
    """Nothing could be told yet; the job comes back by itself."""
    with store.write():
        store.webmentions.conclude(
            webmention.id,
            "queued",
            N_(f"{verdict.reason} It will be tried again."),
            now,
            steps=(*verdict.steps, *_origin(webmention)),
            history=webmention.history,
        )


def _origin(webmention: Webmention) -> tuple[tuple[str, str], ...]:
    """
    The step that tells that it was taken over.

    Why: such a source links to where the post was then, so that a stranger who sends it again must not erase it.
    """
    return tuple(step for step in webmention.steps if step[0] == IMPORTED)


def _is_open(store: Store, webmention: Webmention) -> bool:
    """Whether the page that it answers takes responses, still."""
    if webmention.post_id is None:
        return True
    post = store.posts.by_id(webmention.post_id)
    return post is not None and post.visible


def _look_at_home(store: Store, me: str, source: str, named: list[str]) -> Verdict:
    """
    A source on this site itself: nothing is requested, as its answers are joined in the database.

    Why the same words for a draft and for no page at all: nobody is told what there is.
    """
    own = publishing.find(store, me, source)
    if own and own.visible and verification.links_to(outbox.links(store, own, me), named):
        return Verdict("verified", "It is a page of this site itself, which needs no webmention.")
    return Verdict("error", NO_LINK)
