"""A response: what one page of somebody else's says about one post of ours."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Self

from indie import urls
from indie.mf2.authorship import Author
from indie.mf2.item import Image

KINDS = (
    *("reply", "reacji", "like", "repost", "bookmark", "rsvp", "quotation"),
    *("follow", "tag", "read", "listen", "watch", "invite", "mention"),
)
"""What a response can be; whatever we have no word for is a mention. A reacji is a reply that is one emoji."""


@dataclass(frozen=True)
class Alias:
    """
    One name by which a response can be answered.

    key: `address` of the URL.
    claimed: it lies on another host than the source: good for finding a parent,
        never for changing or joining anything (Webmention spec §4.2).
    """

    key: str
    claimed: bool


@dataclass(frozen=True)
class Response:
    """
    What `source` says about one post. Its identity is (source, that post) and nothing else.

    source: the URL that sent the webmention.
    url: where a reader is sent; an http URL.
    kind: one of `KINDS`, relative to that post.
    author: the name is never empty; `url` and `photo` are http URLs or None. A claim, no proof.
    via: the host that vouches for it, where that is not the author's own.
    name: the title, None where it only repeats the text.
    html: clean, at most 64 KB; `text`: the same, plain.
    published, updated: with an offset; None where absent, unreadable or impossible.
    rsvp: one of `post_type.RSVPS` on an RSVP.
    in_reply_to: every URL that it says it answers, in the order of the page.
    aliases: every name that the page has, but for the addresses of our post.
    profiles: further addresses of the author's, as the page claims.
    coauthors: who else wrote it, as the page claims.
    photos: the pictures that belong to it, at http URLs elsewhere; `html` has none of them again.
    """

    source: str
    url: str
    kind: str
    author: Author
    via: str | None
    name: str | None
    html: str
    text: str
    lang: str | None
    published: datetime | None
    updated: datetime | None
    rsvp: str | None
    in_reply_to: tuple[str, ...]
    aliases: tuple[Alias, ...]
    profiles: tuple[str, ...] = ()
    coauthors: tuple[Author, ...] = ()
    photos: tuple[Image, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON values; `from_json` reads it back unchanged."""
        return {
            "source": self.source,
            "url": self.url,
            "kind": self.kind,
            "author": asdict(self.author),
            "via": self.via,
            "name": self.name,
            "html": self.html,
            "text": self.text,
            "lang": self.lang,
            "published": self.published.isoformat() if self.published else None,
            "updated": self.updated.isoformat() if self.updated else None,
            "rsvp": self.rsvp,
            "in_reply_to": list(self.in_reply_to),
            "aliases": [[alias.key, alias.claimed] for alias in self.aliases],
            "profiles": list(self.profiles),
            "coauthors": [asdict(author) for author in self.coauthors],
            "photos": [[photo.url, photo.alt] for photo in self.photos],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote. Raises KeyError where a field is missing that it always wrote."""
        published, updated = data["published"], data["updated"]
        return cls(
            source=data["source"],
            url=data["url"],
            kind=data["kind"],
            author=Author(**data["author"]),
            via=data["via"],
            name=data["name"],
            html=data["html"],
            text=data["text"],
            lang=data["lang"],
            published=datetime.fromisoformat(published) if published else None,
            updated=datetime.fromisoformat(updated) if updated else None,
            rsvp=data["rsvp"],
            in_reply_to=tuple(data["in_reply_to"]),
            aliases=tuple(Alias(key, claimed) for key, claimed in data["aliases"]),
            profiles=tuple(data.get("profiles", ())),
            coauthors=tuple(Author(**author) for author in data.get("coauthors", ())),
            photos=tuple(Image(url, alt) for url, alt in data.get("photos", ())),
        )

    def without_words(self) -> "Response":
        """Its place in a thread and nothing else: what is kept of a reply that is gone while others answer it."""
        nobody = Author("", None, None)
        return replace(
            self, author=nobody, via=None, name=None, html="", text="", lang=None, rsvp=None,
            profiles=(), coauthors=(), photos=(),
        )  # fmt: skip


@lru_cache(maxsize=1 << 15)
def address(url: str) -> str:
    """
    `urls.key` of a URL, with its fragment: "" where it is no http URL.

    Why: `/post#comment-5` is somebody else's than `/post`, and Bridgy names a like
    by our own copy's URL with `#favorited-by-…`. "" too where it would be longer than `urls.LONGEST`.
    """
    key, fragment = urls.key(url), url.strip().partition("#")[2]
    whole = f"{key}#{fragment}" if key and fragment else key
    return whole if len(whole.encode("utf-8", "surrogatepass")) <= urls.LONGEST else ""


def site(url: str) -> str:
    """Host and port that a URL lies on, without `www.`, as the network spells them; "" if it is not http."""
    return re.split("[/?#]", address(url), maxsplit=1)[0].removeprefix("www.")


def host(url: str) -> str:
    """The host of `site`: without port."""
    name = site(url)
    # Why not always: in a conversation of thousands the splitting is what costs most.
    return urls.host(f"//{name}") if ":" in name or "@" in name else name


def is_proxy(url: str) -> bool:
    """Whether a page is Bridgy's, which hands on what others say in silos (Webmention spec §4.4)."""
    name = host(url)
    return name in ("brid.gy", "brid-gy.appspot.com") or name.endswith(".brid.gy")


def aliases(source: str, names: Iterable[str], targets: Iterable[str]) -> tuple[Alias, ...]:
    """
    The aliases of a response: its source first, then every name that is an http URL, each once.

    names: what the page calls itself. targets: the addresses of our post, which are no names
    of a response, whatever an implied `url` says. At most 20.
    """
    taken = {urls.key(target) for target in targets}
    home = site(source)
    found: dict[str, Alias] = {address(source): Alias(address(source), claimed=False)}
    for name in names:
        key = address(name)
        if key and urls.key(name) not in taken:
            found.setdefault(key, Alias(key, claimed=site(name) != home))
    return tuple(found.values())[:20]
