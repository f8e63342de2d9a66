"""
Feeds of what others answered, to all posts and to one: Atom (RFC 4287, with RFC 4685) and JSON Feed 1.1.

Why not linked from the home page: readers and bridges take the first feed that they find there for the posts
themselves. Every permalink links to both.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request

from indie import cors, text, times
from indie.context import current
from indie.errors import NotFound
from indie.languages import N_
from indie.posts import topics
from indie.posts.post import Post
from indie.site import conversation, feed_page, headers, render
from indie.site.entries import Shelf
from indie.site.feed_views import FeedPage
from indie.site.mentions import conditional
from indie.site.views import Card, Link, ResponsesFeed, Said, Site
from indie.store.mentions import Mention, Wanted

blueprint = Blueprint("responses", __name__)

LENGTH = 50
ATOM, JSON = topics.RESPONSES
TYPES = {ATOM: "application/atom+xml", JSON: "application/feed+json"}
NAMES = {ATOM: "Atom", JSON: "JSON Feed"}

TITLE = 60
"""Characters of a title that is made of the words."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

VERB = "verb"
"""The gettext context of what somebody does to a post."""

WORDS = {
    "reply": (N_("In reply to", VERB), "u-in-reply-to", N_("%(name)s answered %(post)s")),
    "reacji": (N_("In reply to", VERB), "u-in-reply-to", N_("%(name)s reacted to %(post)s")),
    "rsvp": (N_("In reply to", VERB), "u-in-reply-to", N_("%(name)s answered %(post)s")),
    "like": (N_("Likes", VERB), "u-like-of", N_("%(name)s likes %(post)s")),
    "repost": (N_("Reposted", VERB), "u-repost-of", N_("%(name)s reposted %(post)s")),
    "bookmark": (N_("Bookmarked", VERB), "u-bookmark-of", N_("%(name)s bookmarked %(post)s")),
    "quotation": (N_("Quotes", VERB), "u-quotation-of", N_("%(name)s quotes %(post)s")),
}
"""Of each kind: how its content begins, the class of the link there, and how a title goes that has no words."""

_OTHERS = (N_("Mentions", VERB), "", N_("%(name)s mentioned %(post)s"))

_ANSWERS = {
    "yes": (N_("Answers yes to", VERB), N_("%(name)s answered yes to %(post)s")),
    "no": (N_("Answers no to", VERB), N_("%(name)s answered no to %(post)s")),
    "maybe": (N_("Answers maybe to", VERB), N_("%(name)s answered maybe to %(post)s")),
    "interested": (N_("Answers interested to", VERB), N_("%(name)s answered interested to %(post)s")),
}
"""The same for each answer to an invitation."""


@blueprint.get(f"/{ATOM}", defaults={"name": ATOM})
@blueprint.get(f"/{JSON}", defaults={"name": JSON})
def of_site(name: str) -> Response:
    """The newest responses to all public posts."""
    return _answer(name, None)


@blueprint.get(f"/<path:path>/{ATOM}", defaults={"name": ATOM})
@blueprint.get(f"/<path:path>/{JSON}", defaults={"name": JSON})
def of_post(path: str, name: str) -> Response:
    """The newest responses to one post, at any of its addresses."""
    post = current().store.posts.at("/" + path)
    if post is None or not post.visible:
        raise NotFound("There is no post at this address whose responses could be followed.")
    return _answer(name, post)


def alternates(post: Post, site: Site, headline: str) -> tuple[tuple[str, str, str], ...]:
    """What the page of a post links to: (media type, title, address), its own feeds before those of the site."""
    own = [(_title(site, headline), f"{post.url(site.url)}/")]
    return tuple(
        (TYPES[name], f"{title} ({NAMES[name]})", f"{base}{name}")
        for title, base in [*own, (site.language.gettext("Responses to all posts"), site.url)]
        for name in (ATOM, JSON)
    )


def _answer(name: str, post: Post | None) -> Response:
    context = current()
    shelf = Shelf(context.store, context.settings)
    site = shelf.site()
    found = context.store.mentions.find(Wanted(post_ids=(post.id,) if post else None), LENGTH)
    posts = [post] if post else _posts(shelf, found)
    called = {one.id: entry.headline for one, entry in zip(posts, shelf.entries(posts, site.owner), strict=True)}
    urls = {one.id: one.url(site.url) for one in posts}
    faces = shelf.faces(one.response.author.photo for one in found)
    sent = {number: sum(some.values()) for number, some in context.store.responses.kinds(urls).items()}
    said = tuple(
        _said(
            one,
            Link(urls[one.post_id], called[one.post_id]),
            conversation.place(urls[one.post_id], f"c-{one.id}", sent.get(one.post_id, 0)),
            site,
            faces.get(one.response.author.photo),
        )
        for one in found
    )
    home = urls[post.id] if post else site.url
    oldest = post.published if post else _BEGINNING
    feed = ResponsesFeed(
        site=site,
        url=f"{home}/{name}" if post else home + name,
        home=home,
        title=_title(site, called[post.id] if post else site.owner.name),
        updated=max((one.updated for one in said), default=oldest),
        said=said,
        hubs=shelf.hubs(),
    )
    if feed_page.is_wanted(request.environ):
        return feed_page.answer(_page(feed, name))
    answer = jsonify(_json(feed)) if name == JSON else make_response(render.page(feed))
    answer.headers["Vary"] = feed_page.VARY
    answer.headers["Content-Type"] = f"{TYPES[name]}; charset=utf-8"
    if post and not post.listed:
        answer.headers["X-Robots-Tag"] = "noindex"
    headers.link(answer, headers.topic(feed.hubs, feed.url))
    cors.share(answer, "ETag, Link")
    return conditional(answer)


def _page(feed: ResponsesFeed, name: str) -> FeedPage:
    items = tuple((Link(said.url, f"{said.author.name}: {said.title}"), said.published) for said in feed.said)
    kind = "JSON Feed" if name == JSON else "Atom"
    return FeedPage(feed.site, feed.url, feed.home, feed.title, TYPES[name], kind, items)


def _posts(shelf: Shelf, found: Sequence[Mention]) -> list[Post]:
    ids = dict.fromkeys(one.post_id for one in found)
    return [post for post in map(shelf.store.posts.by_id, ids) if post]


def _title(site: Site, what: str) -> str:
    return site.language.gettext("Responses to %(post)s") % {"post": what}


def _said(mention: Mention, target: Link, place: str, site: Site, face: str | None) -> Said:
    response, words = mention.response, site.language
    verb, relation, does = WORDS.get(response.kind, _OTHERS)
    author = response.author
    verb, does = _ANSWERS.get(response.rsvp or "", (verb, does))
    published = response.published or mention.received
    return Said(
        id=f"{site.url}c/{mention.id}",
        url=place,
        source=response.source,
        title=text.one_line(response.name or "", 200)
        or _beginning(response.text)
        or text.one_line(words.gettext(does) % {"name": author.name, "post": target.label}, 200),
        name=response.name,
        author=Card(author.name, author.url, face, author.nickname),
        target=target,
        verb=words.pgettext(VERB, verb),
        relation=relation,
        content=response.html,
        text=response.text,
        published=published,
        updated=max(published, response.updated or published),
        lang=response.lang,
    )


def _beginning(words: str) -> str:
    """
    The first words, as a title.

    Why three dots: readers know by them, and not by “…”, that it repeats the text, and leave it out.
    """
    return text.one_line(words, TITLE).replace("…", "...")


def _json(feed: ResponsesFeed) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "authors": [_person(feed.site.owner)],
        "language": feed.site.language.tag,
        "hubs": [{"type": "WebSub", "url": hub} for hub in feed.hubs],
        "items": [_item(said) for said in feed.said],
    }


def _item(said: Said) -> dict[str, Any]:
    content = render.environment().get_template("parts/said.html").render(said=said)
    words = " ".join(filter(None, [f"{said.verb} {said.target.label}", said.text]))
    item = {
        "id": said.id,
        "url": said.url,
        "content_html": content,
        "content_text": said.text or words,
        "date_published": times.rfc3339(said.published),
        "date_modified": times.rfc3339(said.updated),
        "authors": [_person(said.author)],
    }
    if said.name:
        item["title"] = said.name
    if language := render.language(said.lang):
        item["language"] = language
    return item


def _person(card: Card) -> dict[str, str]:
    known = {"name": card.name, "url": card.url, "avatar": card.photo}
    return {name: value for name, value in known.items() if value}
