"""A look at a source: is it there, does it link here, and what does it say? Nothing is saved here."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from indie import urls
from indie.errors import FetchFailed, ParserGaveUp
from indie.fetch.client import Fetcher
from indie.fetch.fetched import Fetched
from indie.languages import N_
from indie.mf2 import authorship
from indie.mf2.parse import Page
from indie.mf2.sandbox import Parser
from indie.responses import classify, quoted
from indie.responses.entry import RESPONSE_PROPERTIES, entry, points_at
from indie.responses.quoted import Quoted
from indie.responses.response import Response
from indie.store.webmentions import Body
from indie.webmention import validators, verification
from indie.webmention.authors import AuthorPages

NO_LINK = "The source does not link to the target (no_link_found)."

LARGEST_BODY = 256 * 1024
"""Limit: in bytes, compressed. A larger page is shown, but cannot be read again without asking for it."""

SHOWN_THERE = "The source shows the target among its own responses, which is no answer to it."

Step = tuple[str, str]


@dataclass(frozen=True)
class Verdict:
    """
    What a look at the source came to.

    response: what it says now. unchanged: it says what it said at the last look (304).
    remove: it says nothing any more. missed: it answered 404 where something was known.
    url: where the source led. body: what the response was read from, if that can be kept.
    quoted: what it shows of others below itself.
    steps: what was found on the way (`store.webmentions.Webmention.steps`).
    """

    state: str
    reason: str
    steps: tuple[Step, ...] = ()
    response: Response | None = None
    url: str = ""
    body: Body | None = None
    quoted: tuple[Quoted, ...] = ()
    unchanged: bool = False
    remove: bool = False
    missed: bool = False


@dataclass(frozen=True)
class Eye:
    """
    What looks at other people's pages.

    me: the site's own address. authors: what was asked lately.
    since: when somebody said last that there is something to see; None: now.
    """

    fetcher: Fetcher
    parser: Parser
    me: str
    now: datetime
    authors: AuthorPages = field(default_factory=AuthorPages)
    since: datetime | None = None

    def look(
        self, source: str, targets: list[str], known: Body | None, *, is_known: bool, did_link: bool = True
    ) -> Verdict:
        """
        Fetch a source, and judge it by its link to one of the targets, all of them of one post.

        known: the last good body, where its response is kept as it would be read today; only then may the
        answer be that nothing has changed since.
        is_known: whether a response came of it before: then what is definitely gone removes it.
        did_link: whether it ever linked here; if not, it says nothing that it still does not.
        Raises FetchFailed where nothing can be told.
        """
        fetched = self._fetch(source, known)
        steps = [("fetch", _told(fetched))]
        if fetched.status == 304 and known and _conditions(known) and fetched.url == known.url:
            return Verdict("verified", "", tuple(steps), url=known.url, unchanged=True)
        if fetched.status == 410:
            return _gone(steps, is_known=is_known)
        if not fetched.ok:
            reason = f"The source answered {fetched.status} where a page was expected (source_not_found)."
            missed = is_known and fetched.status == 404
            return Verdict("missing" if missed else "error", reason, tuple(steps), missed=missed)
        if urls.same_site(fetched.url, self.me):
            reason = "The source redirects to this site itself: it is no page of its own."
            return Verdict("error", reason, tuple(steps))
        page = verification.read(fetched, self.parser)
        if page.gone:
            return _gone(steps, is_known=is_known)
        if not verification.links_to(page.links, targets):
            return _without_link(page, targets, steps, is_known=is_known and did_link)
        if classify.is_shown_there(page, source, targets):
            return Verdict("verified", SHOWN_THERE, (*steps, ("link", N_("among its own responses"))), remove=is_known)
        response, found = self.read(page, source, targets)
        shown = quoted.quoted(page, source, targets, self.now)
        return Verdict("verified", "", (*steps, *found), response, fetched.url, _body(fetched), shown)

    def read(self, page: Page, source: str, targets: list[str]) -> tuple[Response, list[Step]]:
        """What a page that links here says, its author's page asked where that helps; and how it was found."""
        response, author_page = classify.classify(page, source, targets, self.now)
        steps = explained(page, source, targets, response)
        if author_page:
            named = response.author
            response = self.with_author(response, author_page, page)
            told = N_("asked, and it told more") if response.author != named else N_("asked in vain")
            steps.append(("author page", told))
        return replace(response, in_reply_to=plain(response.in_reply_to, targets)), steps

    def _fetch(self, source: str, known: Body | None) -> Fetched:
        """Only if it changed since the last good look; where it leads elsewhere by now, whatever it is."""
        headers = _conditions(known) if known else {}
        fetched = self.fetcher.get(source, headers=headers).unless_busy()
        if fetched.status == 304 and headers and known and fetched.url != known.url:
            fetched = self.fetcher.get(source).unless_busy()
        return fetched

    def with_author(self, response: Response, author_page: str, page: Page) -> Response:
        """Step 7 of the authorship algorithm: one more page is asked. Without it the response stands as it is."""
        found = self.authors.page(author_page, self.since or self.now, self.now, lambda: self._author_page(author_page))
        if found is None:
            return response
        # Why: an author without an address is the host's name, put there because nothing was known.
        named = response.author if response.author.url else None
        return classify.with_author(response, authorship.complete(named, author_page, found, page))


    def _author_page(self, url: str) -> Page | None:
        try:
            fetched = self.fetcher.get(url)
            return verification.read(fetched, self.parser) if fetched.ok else None
        except FetchFailed:
            return None


def explained(page: Page, source: str, targets: list[str], response: Response) -> list[Step]:
    """How a page that links here was read. Law: nothing that it says is repeated."""
    item = entry(page, source, targets)
    keys = {urls.key(target) for target in targets}
    if item is None:
        return [
            ("link", N_("found on the page")),
            ("entry", N_("none was found that is the page's own, so it is a mention")),
            ("kind", response.kind),
        ]
    names = points_at(item, RESPONSE_PROPERTIES, keys)
    author = response.author
    return [
        ("link", N_("the entry names the target") if names else N_("found on the page, not as what the entry answers")),
        ("entry", N_(f"one of type {item.type[0]}") if item.type[0].isascii() else N_("found")),
        ("author", N_("named, with an address") if author.url else N_("no address is known")),
        ("kind", response.kind),
    ]


def _gone(steps: list[Step], *, is_known: bool) -> Verdict:
    if is_known:
        return Verdict("gone", "The source is gone (410), and so is the response.", tuple(steps), remove=True)
    return Verdict("error", "The source is gone (410): there is nothing to show.", tuple(steps))


def _without_link(page: Page, targets: list[str], steps: list[Step], *, is_known: bool) -> Verdict:
    near = verification.near_misses(page.links, targets)
    told = N_(f"not found; what comes near: {' '.join(near)}") if near else N_("not found")
    steps = [*steps, ("link", told)]
    if is_known:
        reason = "The source does not link here any more, so the response is gone."
        return Verdict("gone", reason, tuple(steps), remove=True)
    return Verdict("error", NO_LINK, tuple(steps))


def plain(answered: Collection[str], targets: list[str]) -> tuple[str, ...]:
    """What a response answers, our post without the query that was hung on it: the thread knows it by its paths."""
    keys = {urls.key(target) for target in targets}
    plain = (urlsplit(url)._replace(query="").geturl() if urls.key(url) in keys else url for url in answered)
    return tuple(dict.fromkeys(plain))


def sentence(error: FetchFailed) -> str:
    """What a failure is called to the sender, who must not learn what our network looks like."""
    if isinstance(error, ParserGaveUp):
        return "The source could not be parsed within our limits (unparsable)."
    return f"{str(error).rstrip('.')} ({error.code})."


def _told(fetched: Fetched) -> str:
    """An answer in a line; of its address neither query nor fragment, which may be secrets."""
    parts = urlsplit(fetched.url)
    size = f"{-(-len(fetched.body) // 1024)} KB"
    kind = fetched.media_type[:60] if fetched.media_type.isprintable() else ""
    return ", ".join(filter(None, [str(fetched.status), kind, size, f"{parts.scheme}://{parts.netloc}{parts.path}"]))


def _conditions(known: Body) -> dict[str, str]:
    return validators.conditions(known.etag, known.modified)


def _body(fetched: Fetched) -> Body | None:
    """What is kept of a good answer; None where that is too much."""
    body = Body(fetched.body, fetched.url, fetched.headers.get("Content-Type") or "", *validators.of(fetched))
    return body if len(body.packed) <= LARGEST_BODY else None
