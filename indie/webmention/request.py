"""What is checked while the sender waits: nothing here asks the network (Webmention §3.2.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from indie import publishing, urls
from indie.config import Settings
from indie.errors import Blocked, BodyTooLarge, InvalidRequest, SourceNotAllowed, TargetNotSupported
from indie.fetch import guard
from indie.posts.post import Post
from indie.store import Store
from indie.webmention import addresses, moderation


@dataclass(frozen=True)
class Request:
    """
    A webmention that may be queued.

    source: normalized. target: as it was sent. post: that of the target; None for the home page.
    """

    source: str
    target: str
    post: Post | None


def check(store: Store, settings: Settings, fields: Sequence[tuple[str, str]]) -> Request:
    """
    Read a webmention from a form.

    Raises InvalidRequest, BodyTooLarge, SourceNotAllowed or TargetNotSupported, each with a
    sentence for the sender. A draft, a private and an unknown target have the
    same one, so that nobody can find out what there is.
    """
    source = _one(fields, "source")
    target = _one(fields, "target")
    try:
        normalized = urls.normalize(urls.parse_http(source))
    except ValueError as error:
        raise SourceNotAllowed(f"The source cannot be used: {error}.") from None
    try:
        urls.parse_http(target)
    except ValueError as error:
        raise TargetNotSupported(f"The target cannot be used: {error}.") from None
    if moderation.blocked(store, normalized):
        raise SourceNotAllowed("Nothing is taken from this source.")
    if urls.same_page(source, target):
        raise InvalidRequest("Source and target are the same page.")
    found = addresses.find(store, settings.me, target)
    if found is None:
        raise TargetNotSupported("The target is no page of this site that takes webmentions.")
    if found.post and publishing.find(store, settings.me, source) == found.post:
        raise InvalidRequest("Source and target are the same page.")
    if not urls.same_site(normalized, settings.me):
        try:
            guard.vet_literal(normalized, settings.fetch_allow)
        except Blocked as error:
            raise SourceNotAllowed(f"The source cannot be fetched: {error}") from None
    return Request(normalized, target, found.post)


def _one(fields: Sequence[tuple[str, str]], name: str) -> str:
    values = [value for field, value in fields if field == name]
    if len(values) != 1 or not values[0].strip():
        raise InvalidRequest(f"Send “{name}” once, and nothing but a URL in it.")
    url = values[0].strip()
    if len(url.encode("utf-8", "surrogatepass")) > urls.LONGEST:
        raise BodyTooLarge(f"The {name} is longer than the {urls.LONGEST} bytes that a URL may have here.")
    return url
