"""From stored posts to what the templates show of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from indie import files, languages, mirror, notices, people, publishing, text, times, urls
from indie.config import Settings
from indie.indieauth import endpoint as indieauth
from indie.languages import N_, Language
from indie.mf2.authorship import Author
from indie.mf2.item import Image, Item, nested
from indie.posts import content, tags, topics
from indie.posts.post import Post
from indie.preferences import Preferences
from indie.responses.response import address
from indie.site import films, kinds, look, photos, render
from indie.site import nested as items
from indie.site.kinds import moments, places, review
from indie.site.views import Card, Cited, Context, Entry, Fact, Link, Photo, Site
from indie.store import Store
from indie.store.media import AVATAR, HERE, Medium

KIND = "kind"
"""The gettext context of what one post is."""

CALLED = {
    "note": N_("Note", KIND),
    "article": N_("Article", KIND),
    "photo": N_("Photo", KIND),
    "video": N_("Video", KIND),
    "audio": N_("Audio", KIND),
    "reply": N_("Reply", KIND),
    "like": N_("Like", KIND),
    "repost": N_("Repost", KIND),
    "rsvp": N_("Rsvp", KIND),
    "bookmark": N_("Bookmark", KIND),
    "follow": N_("Follow", KIND),
    "checkin": N_("Checkin", KIND),
    "read": N_("Read", KIND),
    "listen": N_("Listen", KIND),
    "watch": N_("Watch", KIND),
    "jam": N_("Jam", KIND),
    "food": N_("Food", KIND),
    "drink": N_("Drink", KIND),
    "event": N_("Event", KIND),
    "review": N_("Review", KIND),
    "recipe": N_("Recipe", KIND),
    "card": N_("Card", KIND),
}
"""A post of each kind, in a word."""


@dataclass(frozen=True)
class Shelf:
    """Posts made ready for the templates. One a request: it reads what they share once."""

    store: Store
    settings: Settings

    def site(self) -> Site:
        """The site and its owner."""
        owner, preferences = self.store.owner.get(), self._preferences
        name = owner.name if owner else urls.host(self.settings.me)
        portrait = self.store.media.get(owner.photo) if owner and owner.photo else None
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
            profiles=preferences.profiles,
            endpoints=(
                *indieauth.rels(self.settings.me),
                ("micropub", f"{self.settings.me}micropub"),
                ("micropub_media", f"{self.settings.me}micropub/media"),
            ),
            language=self.language,
            menu=tuple(Link(f"{self.settings.me}{one}/", title) for one, title in self.store.pages.menu()),
            feeds=tuple(
                (topics.TYPES[form], f"{name} ({topics.NAMES[form]})", self.settings.me + topics.feed("", form))
                for form in topics.FORMS
            ),
            portrait=photos.photo(self.settings.me, Image(self.media_url(portrait.name), name), portrait.name, portrait)
            if portrait
            else None,
            fediverse_creator=preferences.fediverse_creator,
            look=look.of(self.settings.data, preferences),
        )

    @cached_property
    def language(self) -> Language:
        """What the pages speak."""
        return languages.of(self._preferences.language)

    def hubs(self) -> tuple[str, ...]:
        """Where one asks to be told at once what is new (WebSub §4): our own hub, then those that the owner names."""
        return (f"{self.settings.me}{notices.HUB}", *self._preferences.hubs)

    def takes_responses(self, post: Post) -> bool:
        """Whether it may be answered, now."""
        return post.takes_responses(self._preferences, times.now())

    def closes(self, post: Post) -> datetime | None:
        """When that ends by itself; None where it does not, or has ended."""
        return post.closes(self._preferences) if self.takes_responses(post) else None

    def entries(self, posts: Sequence[Post], owner: Card) -> list[Entry]:
        """The posts, in their order."""
        names = [self._medium_name(image.url) for post in posts for image in _pictures(post.item)]
        played = [name for post in posts for name in films.names(post.item, self.settings.me)]
        media = self.store.media.named([*(name for name in names if name), *played])
        cited = self._cited(url for post in posts for url in content.cited(post.item))
        return [self._entry(post, owner, media, cited) for post in posts]

    def media_url(self, name: str) -> str:
        """The address of a medium of ours."""
        return files.address(self.settings.me, name)

    def tag_url(self, tag: str) -> str:
        """The address of the page of a tag."""
        return tags.url(self.settings.me, tag)

    def picture(self, url: str) -> Mapping[str, str]:
        """The attributes of the picture at `url` in the text of a post: shown from here, its size known beforehand."""
        name = self._medium_name(url)
        medium = self.store.media.get(name) if name else None
        return photos.attributes(self.settings.me, url, name, medium, self.language)

    def face(self, photo: str | None) -> str | None:
        """Our copy of somebody's picture; None while there is none."""
        if photo is None:
            return None
        name = mirror.copy(self.store, "avatar", photo)
        return self.media_url(name) if name else None

    def faces(self, photos: Iterable[str | None]) -> dict[str | None, str]:
        """Our copies of these pictures of people, by their addresses elsewhere; those that there are, in one look."""
        names = {photo: mirror.name(self.store.secret, AVATAR, photo) for photo in photos if photo}
        known = self.store.media.named(list(names.values()))
        here = {name for name, medium in known.items() if medium.state == HERE}
        return {photo: self.media_url(name) for photo, name in names.items() if name in here}

    def html(self, post: Post) -> str:
        """What a post says, as it stands in e-content; "" where it says nothing."""
        written = post.item.content()
        if written is None:
            return ""
        return content.to_html(
            written,
            post.url(self.settings.me),
            self.picture,
            syntax=post.syntax,
            people=people.mentioned(self.store, post.item),
            tag=self.tag_url,
        )

    @cached_property
    def _preferences(self) -> Preferences:
        return self.store.preferences.get()

    def _cited(self, urls: Iterable[str]) -> dict[str, Cited]:
        """What is known of these pages of others, by their address (`responses.response.address`), in one look."""
        known = self.store.citations.of({address(url) for url in urls})
        seen = {key: (one.citation, one.fetched) for key, one in known.items() if one.citation and one.fetched}
        faces = self.faces(citation.author.photo for citation, _ in seen.values() if citation.author)
        return {
            key: Cited(
                author=_card(citation.author, faces) if citation.author else None,
                name=citation.name,
                text=citation.text,
                accessed=accessed,
                published=citation.published,
                lang=citation.lang,
                via=citation.via,
            )
            for key, (citation, accessed) in seen.items()
        }

    def _entry(self, post: Post, owner: Card, media: Mapping[str, Medium], cited: Mapping[str, Cited]) -> Entry:
        item, url = post.item, post.url(self.settings.me)
        written, shown = item.content(), item.images("photo")
        lang = written.lang if written else None
        # Why not of a note: there the name repeats how the content begins.
        name = item.text("name") if post.kind != "note" or not (written or item.has("summary")) else None
        contexts = tuple(self._contexts(item, cited))
        featured = next((self._photo(image, media) for image in item.images("featured")), None)
        pictures = tuple(self._photo(image, media, several=len(shown) > 1) for image in shown)
        still = featured or next(iter(pictures), None)
        checkin, (start, end), (reviewed, rating, best) = places(item, "checkin"), moments(item), review(item)
        return Entry(
            url=url,
            kind=post.kind,
            headline=self._headline(
                post, name, [*(one.label for one in contexts), *map(self._label, (*checkin, *reviewed))]
            ),
            published=post.published,
            author=owner,
            name=text.one_line(name, 300) if name else None,
            content=self.html(post),
            summary=item.text("summary"),
            lang=lang,
            # Why: what was changed before anybody could see it was not edited.
            updated=post.updated if post.updated and post.updated > post.published else None,
            featured=featured,
            photos=pictures,
            videos=films.films(item, self.settings.me, media, still, lang or ""),
            audios=films.sounds(item, self.settings.me, media),
            contexts=contexts,
            rsvp=(item.text("rsvp") or "").lower() or None if post.kind == "rsvp" else None,
            root=kinds.root(item),
            start=start,
            end=end,
            location=places(item, "location"),
            checkin=checkin,
            reviewed=reviewed,
            rating=rating,
            best=best,
            read_status=kinds.read_status(item),
            people=kinds.people(item),
            categories=tuple(Link(self.tag_url(tag), tag) for tag in tags.categories(item)),
            told=self._preferences.told_by_webmention(post.syndicate_to) if post.syndicate_to else (),
            syndication=tuple(Link(address, urls.host(address)) for address in item.urls("syndication")),
            others=tuple(kinds.others(post, self.settings.me)),
            unlisted=post.visibility == "unlisted",
            licenses=kinds.licenses(item, self._preferences.license),
            calendar=f"{url}.ics" if start else None,
            attendees=kinds.attendees(item),
        )

    def _contexts(self, item: Item, cited: Mapping[str, Cited]) -> Iterable[Context]:
        """
        Everything that a post cites, called by the title that the client sent, or our own post has, or its page had.

        cited: what is known of the pages. Where the client sent more than a title, that is shown and nothing else.
        """
        for name in content.CONTEXTS:
            seen = set[str]()
            for value in item.properties.get(name, []):
                alone, sent = Item(item.type, {name: [value]}), nested(value)
                url, said = alone.url(name) or "", items.of(sent) if sent else None
                snapshot = cited.get(address(url)) if url and not (said and said.facts) else None
                own = publishing.find(self.store, self.settings.me, url) if url else None
                title = (sent or alone).text("name") or (own.item.text("name") if own and own.visible else None)
                title = title or (snapshot.name if snapshot else None)
                page = urls.host(url) if name == "follow-of" else render.unnamed(self.language, url)
                words = title or (page if url else alone.text(name) or items.readable(value))
                if words and (not url or url not in seen):
                    seen.add(url)
                    yield Context(name, url, text.one_line(words), None if snapshot else said, snapshot)

    def _photo(self, image: Image, media: Mapping[str, Medium], *, several: bool = False) -> Photo:
        name = self._medium_name(image.url)
        return photos.photo(self.settings.me, image, name, media.get(name or ""), several=several)

    def _medium_name(self, url: str) -> str | None:
        return photos.name_of(self.store, self.settings.me, url)

    def _headline(self, post: Post, name: str | None, about: Sequence[str]) -> str:
        """What the page is called in a tab and in a list of headings; never empty. about: what the post is about."""
        written = post.item.content()
        words = name or post.item.text("summary") or (content.to_text(written, post.syntax) if written else "")
        if words.strip():
            return text.one_line(words, 70)
        kind, subject = self.language.pgettext(KIND, CALLED[post.kind]), f": {about[0]}" if about else ""
        return f"{kind}{subject}, {self.language.day(post.published)}"

    def _label(self, fact: Fact) -> str:
        return (fact.item.name if fact.item else None) or fact.text or self.language.gettext("a place")


def _card(author: Author, faces: Mapping[str | None, str]) -> Card:
    """Somebody who wrote what a post is about. faces: our copies of pictures, by their addresses elsewhere."""
    return Card(author.name, author.url, faces.get(author.photo), author.nickname, text.initial(author.name))


def _pictures(item: Item) -> list[Image]:
    return [*item.images("photo"), *item.images("featured")]


