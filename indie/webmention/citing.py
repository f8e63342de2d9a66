"""
Reply contexts: what our posts answer, like, repost or bookmark, looked at and kept (Webmention spec §3.4).

A snapshot is replaced by what the page says now, and by nothing else: it stays when the page fails, dies, asks for
a password or has less to say. `publishing` asks for a look, `site.entries` shows what was seen.
"""

from indie import mirror, urls
from indie.errors import FetchFailed
from indie.posts import content
from indie.responses import citation
from indie.responses.citation import Citation
from indie.responses.response import address
from indie.store import Store
from indie.webmention import moderation, verification
from indie.webmention.looking import Eye


def cite(store: Store, eye: Eye, post_id: int, url: str, *, last: bool) -> None:
    """
    The job: look at a page that a post of ours cites; not where the post was hidden, or says something else, since.

    last: there will be no other try. Raises FetchFailed where another one may help.
    """
    post = store.posts.by_id(post_id)
    if post is None or not post.visible or url not in content.cited(post.item):
        return
    try:
        seen = None if moderation.blocked(store, url) else look(eye, url)
    except FetchFailed as error:
        if error.again and not last:
            raise
        seen = None
    _keep(store, eye, url, seen)


def abandon(store: Store, url: str) -> None:
    """The job was given up for a fault of ours: the page shows what it showed before."""
    store.citations.miss(address(url))


def _keep(store: Store, eye: Eye, url: str, seen: Citation | None) -> None:
    """Keep what was seen, unless it is less than what was known; None for nothing."""
    key = address(url)
    with store.write():
        known = store.citations.get(key)
        before = known.citation if known else None
        if seen is None or (before and seen.says_less(before)):
            store.citations.miss(key)
            return
        store.citations.put(key, seen, eye.now)
        if seen.author and seen.author.photo:
            mirror.want(store, "avatar", seen.author.photo, eye.now)


def look(eye: Eye, url: str) -> Citation | None:
    """What the page says; None where it is none, is for some people only, or turns out to be ours."""
    fetched = eye.fetcher.get(urls.normalize(url)).unless_busy()
    if not fetched.ok or urls.same_site(fetched.url, eye.me):
        return None
    page = verification.read(fetched, eye.parser)
    if page.gone:
        return None
    response, author_page = citation.read(page, url, eye.me, eye.now)
    if author_page:
        response = eye.with_author(response, author_page, page)
    return Citation.of(response)
