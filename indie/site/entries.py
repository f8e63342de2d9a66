"""From stored posts to what the templates show of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from indie import mirror, publishing, text, urls
from indie.config import Settings
from indie.mf2.item import Image, Item
from indie.posts import content
from indie.posts.post import Post
from indie.site.views import Card, Context, Entry, Link, Photo, Site
from indie.store import Store
from indie.store.media import HERE, MISSING, Medium

CONTEXTS = ("in-reply-to", "like-of", "repost-of", "bookmark-of", "quotation-of", "listen-of", "watch-of", "read-of")
"""Properties that say what a post is about elsewhere."""

SHOWN = {
    *CONTEXTS,
    *("name", "content", "summary", "photo", "featured", "category", "syndication", "rsvp"),
    *("published", "updated", "post-status", "visibility", "url", "uid", "author"),
}
"""Properties that have a place of their own on the page; the others are listed by name."""

PLAYED = ("video", "audio")
"""Films and sounds of others are listed as links: our page asks nobody else's host for anything."""


@dataclass(frozen=True)
class Shelf:
    """Posts made ready for the templates. One a request: it reads what they share once."""

    store: Store
    settings: Settings

    def site(self) -> Site:
        """The site and its owner."""
        owner = self.store.owner.get()
        name = owner.name if owner else urls.host(self.settings.me)
        return Site(
            url=self.settings.me,
            owner=Card(
                name=name,
                url=self.settings.me,
                photo=self.media_url(owner.photo) if owner and owner.photo else None,
                nickname=owner.nickname or None if owner else None,
                initial=text.initial(name),
            ),
            note=owner.note if owner else "",
            endpoints=(("micropub", f"{self.settings.me}micropub"),),
        )

    def entries(self, posts: Sequence[Post], owner: Card) -> list[Entry]:
        """The posts, in their order."""
        names = [self._medium_name(image.url) for post in posts for image in _pictures(post.item)]
        media = self.store.media.named([name for name in names if name])
        return [self._entry(post, owner, media) for post in posts]

    def media_url(self, name: str) -> str:
        """The address of a medium of ours."""
        return f"{self.settings.me}{publishing.MEDIA}{name}"

    def picture(self, url: str) -> str:
        """Where our page shows the picture at `url` from: always here."""
        name = self._medium_name(url)
        return self.media_url(name) if name else url

    def face(self, photo: str | None) -> str | None:
        """Our copy of somebody's picture; None while there is none."""
        if photo is None:
            return None
        medium = self.store.media.get(mirror.name(self.store.secret, "avatar", photo))
        return self.media_url(medium.name) if medium and medium.state == HERE else None

    def _entry(self, post: Post, owner: Card, media: dict[str, Medium]) -> Entry:
        item, url = post.item, post.url(self.settings.me)
        written = item.content()
        name = item.text("name") if post.kind != "note" else None
        contexts = tuple(self._contexts(item))
        return Entry(
            url=url,
            kind=post.kind,
            headline=_headline(post, name, contexts),
            published=post.published,
            author=owner,
            name=text.one_line(name, 300) if name else None,
            content=content.to_html(written, url, self.picture) if written else "",
            summary=item.text("summary"),
            lang=written.lang if written else None,
            updated=post.updated,
            featured=next((self._photo(image, media) for image in item.images("featured")), None),
            photos=tuple(self._photo(image, media) for image in item.images("photo")),
            videos=self._own(item, "video"),
            audios=self._own(item, "audio"),
            contexts=contexts,
            rsvp=(item.text("rsvp") or "").lower() or None if post.kind == "rsvp" else None,
            categories=tuple(item.texts("category")),
            syndication=tuple(Link(address, urls.host(address)) for address in item.urls("syndication")),
            others=tuple(self._others(item)),
            unlisted=post.visibility == "unlisted",
        )

    def _contexts(self, item: Item) -> Iterable[Context]:
        """Everything that a post cites, called by the title that the client sent, or that our own post has."""
        for name in CONTEXTS:
            titles = {cited.url("url"): cited.text("name") for cited in item.items(name)}
            for url in item.urls(name):
                own = publishing.find(self.store, self.settings.me, url)
                title = titles.get(url) or (own.item.text("name") if own and own.visible else None)
                yield Context(name, url, text.one_line(title) if title else f"a post on {urls.host(url)}")

    def _photo(self, image: Image, media: dict[str, Medium]) -> Photo:
        name = self._medium_name(image.url)
        medium = media.get(name or "")
        missing = medium is not None and medium.state == MISSING
        source = self.media_url(name) if name and not missing else image.url
        return Photo(
            src=source,
            alt=image.alt or "",
            href=source,
            width=medium.width or None if medium else None,
            height=medium.height or None if medium else None,
            missing=missing,
        )

    def _medium_name(self, url: str) -> str | None:
        """The name that a picture has among our media: its own, or that of our copy. None for other pages of ours."""
        if not urls.same_site(url, self.settings.me):
            return mirror.name(self.store.secret, "photo", url)
        folder, _, name = urlsplit(url).path.lstrip("/").rpartition("/")
        return name if f"{folder}/" == publishing.MEDIA else None

    def _own(self, item: Item, name: str) -> tuple[str, ...]:
        """Films and sounds that lie here."""
        return tuple(url for url in item.urls(name) if urls.origin(url) == urls.origin(self.settings.me))

    def _others(self, item: Item) -> Iterable[tuple[str, str]]:
        for name, values in item.properties.items():
            here = self._own(item, name) if name in PLAYED else ()
            listed = [url for url in item.urls(name) if url not in here] if name in PLAYED else values
            for value in listed if name not in SHOWN else []:
                yield name, text.excerpt(_readable(value), 500)


def _pictures(item: Item) -> list[Image]:
    return [*item.images("photo"), *item.images("featured")]


def _headline(post: Post, name: str | None, contexts: Sequence[Context]) -> str:
    """What the page is called in a tab and in a list of headings; never empty."""
    written = post.item.content()
    words = name or post.item.text("summary") or (content.to_text(written) if written else "")
    if words.strip():
        return text.one_line(words, 70)
    about = f": {contexts[0].label}" if contexts else ""
    return f"{post.kind.capitalize()}{about}, {post.published.day} {post.published:%B %Y}"


def _readable(value: Any) -> str:  # any JSON
    """A value that we have no markup for, in words."""
    if isinstance(value, dict):
        inner = value.get("properties", value)
        if isinstance(inner, dict):
            parts = (f"{name}: {_readable(one)}" for name, one in inner.items() if name != "type")
            return ", ".join(parts)
    if isinstance(value, list):
        return ", ".join(_readable(one) for one in value)
    return str(value)
