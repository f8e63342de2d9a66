"""
What each template is given: one dataclass a page, and the parts that pages share.

Every address is absolute, every HTML string is clean, every text is plain (the
templates escape it). A template shows what is here and looks nowhere else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from indie.languages import ENGLISH, Language

_DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Card:
    """A person: the owner, or somebody who answered."""

    name: str
    url: str | None = None
    photo: str | None = None
    """An address of ours; None shows the initial instead."""
    nickname: str | None = None
    initial: str = "?"
    """What stands in the place of a missing photo."""


@dataclass(frozen=True)
class Link:
    """An address and the words that name it."""

    url: str
    label: str


@dataclass(frozen=True)
class Look:
    """How the site looks (`look`)."""

    theme: str = "plain"
    scheme: str = "auto"
    """`light` or `dark` for whoever comes; `auto` is what his system says."""
    sheet: str | None = None
    """The address of the sheet; None is ours as it is."""
    papers: tuple[str, str] = ("#fbfaf6", "#151716")
    """What the page is made of, in the light and in the dark."""
    layers: tuple[str, ...] = ()
    """Folders in which templates are looked for before ours."""
    stamp: str = ""
    """Changes with the files in them."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What the owner chose of the theme's options, or their defaults."""


@dataclass(frozen=True)
class Site:
    """What every page needs to know of the site and its owner."""

    url: str
    """The home page, with its final slash."""
    owner: Card
    """Before set-up: the host's name."""
    note: str = ""
    """The owner in a sentence or two."""
    profiles: tuple[str, ...] = ()
    """The owner elsewhere (rel=me)."""
    endpoints: tuple[tuple[str, str], ...] = ()
    """(rel, absolute URL) of what clients discover, in the order of the `<link>` elements."""
    look: Look = Look()
    menu: tuple[Link, ...] = ()
    """Pages that the owner wants named on every page."""
    feeds: tuple[tuple[str, str, str], ...] = ()
    """(media type, title, absolute URL) of the feeds of the home page."""
    portrait: "Photo | None" = None
    """The owner's picture, for where others link to a page that has none."""
    fediverse_creator: str = ""
    """The owner's account in the fediverse, `@me@mas.example`: there it is shown beside links to the site."""
    language: Language = ENGLISH
    """What its pages speak; contents have a `lang` of their own."""


@dataclass(frozen=True)
class Photo:
    """A picture that is the post, or part of it."""

    src: str
    alt: str
    href: str
    """Where the whole picture is."""
    width: int | None = None
    height: int | None = None
    missing: bool = False
    """It could not be had: a link to `href` stands in its place."""
    srcset: tuple[tuple[str, int], ...] = ()
    """(address, width in pixels) of the copies to choose from, the narrowest first; none where there is one alone."""
    sizes: str = ""
    """How wide it is shown, in the words of the HTML attribute; there with `srcset`."""
    color: str = ""
    """The dominant one, `#rrggbb`, to be seen until it is there; "" if unknown."""


@dataclass(frozen=True)
class Track:
    """What is said in a film, to be read while it runs (WebVTT)."""

    src: str
    lang: str = ""
    """"" if unknown."""


@dataclass(frozen=True)
class Film:
    """A film of ours."""

    src: str
    type: str = ""
    """Its media type; "" where a browser shall find out."""
    poster: str | None = None
    """The still that is seen until it runs."""
    width: int = 0
    height: int = 0
    """In pixels; 0 if unknown."""
    captions: tuple[Track, ...] = ()


@dataclass(frozen=True)
class Sound:
    """A sound of ours."""

    src: str
    type: str = ""
    transcript: str | None = None
    """Where what is said in it can be read."""


@dataclass(frozen=True)
class Nested:
    """An item within a post: a place, a book, a person, a measure."""

    root: str
    """Its root class: `h-card`, `h-cite`, …"""
    name: str | None = None
    url: str | None = None
    facts: tuple["Fact", ...] = ()

    @property
    def point(self) -> tuple[str, str] | None:
        """Its latitude and longitude, in degrees; None where they are not both numbers."""
        told = {fact.property: fact.value for fact in self.facts}
        point = told.get("p-latitude", ""), told.get("p-longitude", "")
        return point if all(map(_DEGREES.fullmatch, point)) else None


@dataclass(frozen=True)
class Fact:
    """A value, with the class by which software finds it."""

    property: str
    """`p-locality`, `dt-start`, `u-photo`; "" for none."""
    text: str = ""
    """What is seen; "" where it is there for software alone."""
    value: str = ""
    """What software reads, where that is not the text: a date, a URL, a number."""
    item: Nested | None = None
    before: str = ""
    """The words, or the comma, that it is read behind."""
    when: datetime | None = None
    """The moment, of a date; `text` has it in English."""
    shows: Literal["", "day", "clock"] = ""
    """What is seen of it, where that is not both."""


@dataclass(frozen=True)
class Cited:
    """A page of somebody else's, as it was when we looked; it may be gone by now."""

    author: Card | None
    name: str | None
    text: str
    """How it begins; "" if it has a title alone."""
    accessed: datetime
    published: datetime | None = None
    lang: str | None = None
    via: str | None = None
    """The host that vouches for the author, where that is not the author's own."""


@dataclass(frozen=True)
class Context:
    """What a post answers, likes, reposts or bookmarks."""

    property: str
    """`in-reply-to`, `like-of`, `repost-of`, `bookmark-of`, `quotation-of`, …"""
    url: str
    label: str
    """What it is called: its name or author when known, else “a post on host”."""
    item: Nested | None = None
    """What the client sent of it; then `url` may be ""."""
    cited: Cited | None = None
    """What its page said; only where `item` is None. The title is `label`."""

    def kind(self) -> str:
        """The type that it makes of a post: `reply`, `like`, `repost`, …; a part of `types/` is called so."""
        return "reply" if self.property == "in-reply-to" else self.property.removesuffix("-of")


@dataclass(frozen=True)
class Entry:
    """A post, on its own page or in a list."""

    url: str
    kind: str
    """The discovered post type: `note`, `article`, `photo`, `reply`, `like`, …"""
    headline: str
    """What stands in `<title>` and in the hidden heading of an untitled post; never empty."""
    published: datetime
    author: Card
    name: str | None = None
    """The title; None on untitled posts."""
    content: str = ""
    """Clean HTML."""
    summary: str | None = None
    """Plain text, as written. The sentence that a like or repost needs (pages §2.5) is the theme's."""
    lang: str | None = None
    updated: datetime | None = None
    featured: Photo | None = None
    photos: tuple[Photo, ...] = ()
    videos: tuple[Film, ...] = ()
    audios: tuple[Sound, ...] = ()
    contexts: tuple[Context, ...] = ()
    rsvp: str | None = None
    """`yes`, `no`, `maybe`, `interested`."""
    root: str = "h-entry"
    """The root class: `h-entry`, `h-event`, `h-review`."""
    start: Fact | None = None
    end: Fact | None = None
    """When an event is."""
    location: tuple[Fact, ...] = ()
    checkin: tuple[Fact, ...] = ()
    reviewed: tuple[Fact, ...] = ()
    rating: str | None = None
    best: str | None = None
    read_status: str | None = None
    """`to-read`, `reading`, `finished`."""
    people: tuple[Fact, ...] = ()
    """Who is tagged."""
    categories: tuple[Link, ...] = ()
    """Each leads to the page of the tag; its label is the bare word."""
    syndication: tuple[Link, ...] = ()
    told: tuple[str, ...] = ()
    """Addresses that are to find a link to themselves on the page, and nobody else: places that make copies."""
    others: tuple[tuple[str, str | Fact], ...] = ()
    """Properties that the theme has no place for: (name, readable value, or an item with its markup)."""
    unlisted: bool = False
    reply_count: int = 0
    reaction_count: int = 0
    licenses: tuple[Link, ...] = ()
    """The post's own, or what the owner prefers."""
    calendar: str | None = None
    """Where a calendar can have the event."""
    attendees: tuple[Fact, ...] = ()
    """Who is said to come to it; those who answered are in the conversation."""

    def titled_by(self) -> Context | None:
        """The page that the title links to: that of a bookmark, where nothing but its address is known."""
        for context in self.contexts:
            if context.property == "bookmark-of" and context.url and self.name:
                return None if context.item or context.cited else context
        return None

    @property
    def has_pictures(self) -> bool:
        """Whether there is something on it to be looked at."""
        # Why not that one: beside a film it is the still of the film.
        featured = None if self.videos else self.featured
        return "<img " in self.content or any(one and not one.missing for one in (featured, *self.photos))


@dataclass(frozen=True)
class Comment:
    """A reply in the conversation, and the replies below it."""

    id: str
    """Its anchor: `c-3`."""
    author: Card
    url: str
    published: datetime | None
    content: str
    """Clean HTML of somebody else, already cut to length."""
    lang: str | None = None
    is_author: bool = False
    """Written by the site's owner."""
    via: str | None = None
    """The host that vouches for it, where that is not the author's own."""
    in_reply_to: Link | None = None
    """The comment above it, when nested under one."""
    orphan_of: Link | None = None
    """What it answers, when that is not here; `url` may be "" (only a nickname is known)."""
    above: str | None = None
    """Where what it answers stands, when that is on another page of the conversation."""
    rest: str | None = None
    """Where the rest is, when `content` was cut."""
    rsvp: str | None = None
    replies: tuple["Comment", ...] = ()
    coauthors: tuple[Card, ...] = ()
    photos: tuple[Link, ...] = ()
    """Pictures elsewhere, each with the words that stand for it."""
    quoted: bool = False
    """Only the site `via` shows it; its author is a claim and has no address here."""
    updated: datetime | None = None
    """When it was edited, as its page says."""
    deleted: bool = False
    """It is gone, and stands here for the replies below it."""
    reactions: tuple["Faces", ...] = ()


@dataclass(frozen=True)
class Face:
    """Somebody who liked, reposted, bookmarked, or sent an emoji."""

    author: Card
    url: str
    id: str
    also: tuple[str, ...] = ()
    """Where the same person did the same elsewhere."""


@dataclass(frozen=True)
class Faces:
    """All who did the same."""

    kind: str
    """`like`, `repost`, `bookmark`, `follow`, `read`, `listen`, `watch`, `invite` or `reacji`."""
    faces: tuple[Face, ...]
    emoji: str | None = None
    """What they sent, where it is `reacji`."""
    more: int = 0
    """How many others are not on this page."""

    @property
    def number(self) -> int:
        """How many they are, on all pages."""
        return len(self.faces) + self.more


@dataclass(frozen=True)
class Mention:
    """A page elsewhere that links here, quotes this, or tags it."""

    url: str
    label: str
    host: str
    id: str
    published: datetime | None = None
    kind: str = "mention"
    """`mention`, `quotation`, `tag`, or the answer of an RSVP: `yes`, `no`, `maybe`, `interested`."""
    author: Card | None = None
    """None where nothing but the host is known."""
    excerpt: str = ""
    """What it says, in a line of plain text."""


@dataclass(frozen=True)
class Pages:
    """Of a long conversation: which page this is, and the addresses of others, the oldest first."""

    number: int
    count: int
    first: str
    before: str | None
    after: str | None
    newest: str
    """That of the newest reply, where it stands."""


@dataclass(frozen=True)
class Conversation:
    """Everything that others, and the owner, answered to a post."""

    webmention: str | None
    """The endpoint; None where the post takes no responses."""
    target: str
    """The post's URL."""
    comments: tuple[Comment, ...] = ()
    faces: tuple[Faces, ...] = ()
    rsvps: tuple[Mention, ...] = ()
    """Answers to an invitation that nobody answered in turn."""
    mentions: tuple[Mention, ...] = ()
    pages: Pages | None = None
    """None where all of it is here."""

    @property
    def empty(self) -> bool:
        """Whether nobody has answered in any way."""
        return not (self.comments or self.faces or self.rsvps or self.mentions)

    @property
    def rels(self) -> tuple[tuple[str, str], ...]:
        """(rel, absolute URL) of what the page tells of it in its headers and in its `<head>`."""
        pages = {"next": self.pages.after, "prev": self.pages.before} if self.pages else {}
        return tuple((rel, url) for rel, url in {"webmention": self.webmention, **pages}.items() if url)


@dataclass(frozen=True)
class ListPage:
    """`list.html`: a page of a list of posts, the newest first, an h-feed (pages §2.3)."""

    site: Site
    url: str
    entries: tuple[Entry, ...]
    title: str = ""
    """What the list is called; "" for home."""
    older: str | None = None
    """The next page of the list."""
    newer: str | None = None
    """The page before."""
    card: bool = False
    """Whether it is home itself, which alone has the representative h-card; elsewhere that shrinks to a line."""
    grid: bool = False
    """Whether the entries stand beside one another, for their pictures."""
    alternates: tuple[tuple[str, str, str], ...] = ()
    """(media type, title, absolute URL) of its feeds, its own before those of the site."""
    beside: tuple[Link | None, Link | None] = (None, None)
    """Of a year, a month or a day: the one before, and the one after."""
    feed: str | None = None
    """Another list, of more than this one."""
    hubs: tuple[str, ...] = ()
    """Where one asks to be told at once what is new; none on older pages, which nobody follows."""

    @property
    def rels(self) -> tuple[tuple[str, str], ...]:
        """(rel, absolute URL) of what it tells in its `<head>`."""
        found = {"next": self.older, "prev": self.newer, "feed": self.feed, "self": self.url if self.hubs else None}
        # Why: who follows, or speaks of, the owner names the home page.
        found["webmention"] = f"{self.site.url}webmention" if self.card else None
        return (*(("hub", hub) for hub in self.hubs), *((rel, url) for rel, url in found.items() if url))


@dataclass(frozen=True)
class PostPage:
    """`post.html`: a permalink with its conversation (pages §2.4–2.7)."""

    site: Site
    entry: Entry
    conversation: Conversation
    excerpt: str
    """The beginning of the text, for OpenGraph."""
    banner: str | None = None
    """Why only some can see it: this is a preview, for no search engine."""
    alternates: tuple[tuple[str, str, str], ...] = ()
    """(media type, title, absolute URL) of what says the same, or what follows it, to software."""


@dataclass(frozen=True)
class Said:
    """A response in a feed."""

    id: str
    """Its address here, which stays the same wherever its post moves."""
    url: str
    """Its place on the page of the post."""
    source: str
    """The page where it was said."""
    title: str
    """Never empty: Atom demands one."""
    name: str | None
    """The title that it has of its own."""
    author: Card
    target: Link
    """The post, and what it is called."""
    verb: str
    """What it does to the post: `In reply to`, `Likes`, …"""
    relation: str
    """The same as a class: `u-in-reply-to`; "" where it only mentions it."""
    content: str
    """Clean HTML."""
    text: str
    published: datetime
    updated: datetime
    lang: str | None = None


@dataclass(frozen=True)
class ResponsesFeed:
    """`responses.atom.xml`: the newest responses, to all posts or to one. hubs: as of HomePage."""

    site: Site
    url: str
    """Its own address, and its id."""
    home: str
    """The page that it belongs to."""
    title: str
    updated: datetime
    said: tuple[Said, ...]
    hubs: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommentPage:
    """`comment.html`: one reply of somebody else's, which can be answered by its address here."""

    site: Site
    comment: Comment
    post: Link
    """Its place in the conversation, and what the post is called."""
    webmention: str
    """The endpoint."""


@dataclass(frozen=True)
class GonePage:
    """`gone.html`: the tombstone of a deleted post (pages §2.8), answered with 410."""

    site: Site
    url: str
    deleted: datetime


@dataclass(frozen=True)
class ErrorPage:
    """`error.html`: anything else that cannot be shown, in words."""

    site: Site
    status: int
    heading: str
    message: str


@dataclass(frozen=True)
class FaultPage(ErrorPage):
    """`fault.html`: the fault is ours; of `site` it knows nothing that the database would have to be asked."""


@dataclass(frozen=True)
class StatusPage:
    """`status.html`: what became of one webmention, for whoever sent it."""

    site: Site
    source: str
    target: str
    state: str
    """`queued`, `fetching`, `verified`, `pending`, `rejected`, `gone`, `missing`, `error`."""
    sentence: str
    """The state in words, with what to do next."""
    received: datetime
    checked: datetime | None = None
    again: bool = False
    """Whether it is not final: the page reloads itself."""
    anchor: str | None = None
    """Where the response stands, once it is shown."""
    steps: tuple[tuple[str, str], ...] = ()
    """What was looked at on the way to the state, and what was found, at the last look."""


@dataclass(frozen=True)
class WebmentionPage:
    """`webmention.html`: the endpoint seen with a browser, an explanation and a form."""

    site: Site
    endpoint: str
    error: str | None = None
    """What was wrong with the form that was sent."""
    source: str = ""
    target: str = ""


@dataclass(frozen=True)
class SetupPage:
    """`setup.html`: the page behind the one-time link, which makes the owner."""

    site: Site
    action: str
    """Where the form goes: this page's own address, with its token."""
    errors: tuple[tuple[str, str], ...] = ()
    """(field, sentence) for everything that was wrong."""
    values: dict[str, str] = field(default_factory=dict)
    """What was typed: `name`, `nickname`, `note`."""
    done: bool = False
    """The owner is made: the page says what to do next."""
