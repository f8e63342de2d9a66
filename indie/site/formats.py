"""
A permalink in other words than HTML: `?format=mf2json`, `jf2` and `jsonfeed`.

Each says what the page says and nothing else: the post with what others answered, nested as there.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, jsonify

from indie import cors, times
from indie.errors import InvalidRequest
from indie.mf2 import jf2
from indie.mf2.item import Item
from indie.mf2.sanitize import to_text
from indie.posts.post import Post
from indie.site import render
from indie.site.mentions import conditional
from indie.site.views import Card, Comment, Entry, Face, Faces, Mention, PostPage

_AS_SENT = ("start", "end", "duration", "item", "rating", "best", "read-status", "checkin", "category")
"""Properties that the page shows as they came."""


def answer(view: PostPage, post: Post, name: str) -> Response:
    """The page in this format. Raises InvalidRequest for one that we do not know."""
    if name not in FORMATS:
        raise InvalidRequest(f"There is no such format; ask for {', '.join(FORMATS)}, or without one for the page.")
    kind, make = FORMATS[name]
    made = jsonify(make(view, post))
    made.headers["Content-Type"] = f"{kind}; charset=utf-8"
    made.headers["X-Robots-Tag"] = "noindex"
    made.headers.add("Link", f'<{view.entry.url}>; rel="canonical"')
    cors.share(made, "ETag, Link")
    return conditional(made)


def item(view: PostPage, post: Post) -> Item:
    """The post as an mf2 item, and the conversation in its `comment`, `like`, `repost`, `bookmark` and `mention`."""
    entry, talk = view.entry, view.conversation
    sent = post.item.properties
    properties: dict[str, list[Any]] = {
        "name": _some(entry.name),
        "url": [entry.url],
        "uid": [entry.url],
        "published": [times.rfc3339(entry.published)],
        "updated": _some(times.rfc3339(entry.updated) if entry.updated else None),
        "author": [_card(entry.author)],
        "summary": _some(entry.summary),
        "content": _content(entry.content, entry.lang),
        "photo": [{"value": photo.href, "alt": photo.alt} for photo in entry.photos if not photo.missing],
        "video": [film.src for film in entry.videos],
        "audio": [sound.src for sound in entry.audios],
        "rsvp": _some(entry.rsvp),
        "syndication": [link.url for link in entry.syndication],
        **_contexts(entry),
        **{name: list(sent[name]) for name in _AS_SENT if name in sent},
        "comment": [_comment(one) for one in render.bounded(talk.comments)] + [_rsvp(one) for one in talk.rsvps],
        "mention": [_mention(one) for one in talk.mentions],
    }
    _react(properties, talk.faces)
    return Item((entry.root,), {name: values for name, values in properties.items() if values})


def _mf2json(view: PostPage, post: Post) -> dict[str, Any]:
    return {"items": [item(view, post).to_json()], "rels": {}, "rel-urls": {}}


def _jf2(view: PostPage, post: Post) -> dict[str, Any]:
    return jf2.from_item(item(view, post))


def _jsonfeed(view: PostPage, _: Post) -> dict[str, Any]:
    """
    The post and under it every reply, in the order of the page.

    JSON Feed nests nothing: `_thread` says where each stands.
    """
    entry = view.entry
    first = {
        "id": entry.url,
        "url": entry.url,
        **({"title": entry.name} if entry.name else {}),
        **_said(entry.content or "".join(_as_html(entry))),
        "date_published": times.rfc3339(entry.published),
        "date_modified": times.rfc3339(entry.updated or entry.published),
        "authors": [_person(entry.author)],
        "tags": [link.label for link in entry.categories],
    }
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": entry.headline,
        "home_page_url": entry.url,
        "feed_url": f"{entry.url}?format=jsonfeed",
        "authors": [_person(view.site.owner)],
        "items": [first, *_replies(entry.url, view.conversation.comments)],
    }


FORMATS: dict[str, tuple[str, Callable[[PostPage, Post], dict[str, Any]]]] = {
    "jf2": (jf2.TYPE, _jf2),
    "mf2json": ("application/mf2+json", _mf2json),
    "jsonfeed": ("application/feed+json", _jsonfeed),
}
"""Media type and maker of each."""


def _replies(url: str, comments: Iterable[Comment]) -> Iterable[dict[str, Any]]:
    waiting = [(url, 1, comment) for comment in comments][::-1]
    while waiting:
        parent, depth, comment = waiting.pop()
        place = f"{url}#{comment.id}"
        if not comment.deleted:
            yield {
                "id": place,
                "url": comment.url,
                **_said(comment.content),
                **({"date_published": times.rfc3339(comment.published)} if comment.published else {}),
                "authors": [_person(comment.author)],
                "_thread": {"in_reply_to": parent, "depth": depth},
            }
        waiting.extend((place, depth + 1, below) for below in reversed(comment.replies))


def _said(html: str) -> dict[str, str]:
    return {"content_html": html, "content_text": to_text(html)}


def _as_html(entry: Entry) -> Iterable[str]:
    """What a post without words says, as an item of a feed must say something (JSON Feed 1.1)."""
    template = render.environment().from_string(
        '<p>{{ entry.summary or entry.headline }}</p>{% for photo in entry.photos if not photo.missing %}'
        '<p><img src="{{ photo.src }}" alt="{{ photo.alt }}"></p>{% endfor %}'
    )
    yield template.render(entry=entry)


def _react(properties: dict[str, list[Any]], groups: Iterable[Faces]) -> None:
    """Add the faces to the properties: those who sent an emoji are comments."""
    for group in groups:
        name = "comment" if group.emoji else group.kind
        properties[name] = [*properties.get(name, []), *(_face(one, group.emoji) for one in group.faces)]


def _contexts(entry: Entry) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for context in entry.contexts:
        if context.url:
            cite = {"type": ["h-cite"], "properties": {"url": [context.url], "name": [context.label]}}
            found.setdefault(context.property, []).append(cite)
    return found


def _comment(comment: Comment) -> dict[str, Any]:
    properties: dict[str, list[Any]] = {
        "url": [comment.url],
        "author": [_card(comment.author)],
        "published": _some(times.rfc3339(comment.published) if comment.published else None),
        "content": _content(comment.content, comment.lang),
        "rsvp": _some(comment.rsvp),
        "in-reply-to": [link.url for link in (comment.in_reply_to, comment.orphan_of) if link and link.url],
        "photo": [{"value": photo.url, "alt": photo.label} for photo in comment.photos],
        "comment": [_comment(below) for below in comment.replies],
    }
    if comment.deleted:
        # Only its place is left: no author, no words, no address.
        properties = {"comment": properties["comment"]}
    _react(properties, comment.reactions)
    return _cite(properties, comment.id)


def _face(face: Face, emoji: str | None) -> dict[str, Any]:
    return _cite({"url": [face.url], "author": [_card(face.author)], "content": _some(emoji)}, face.id)


def _rsvp(answer: Mention) -> dict[str, Any]:
    author = [_card(answer.author)] if answer.author else []
    return _cite({"url": [answer.url], "author": author, "rsvp": [answer.kind]}, answer.id)


def _mention(mention: Mention) -> dict[str, Any]:
    published = _some(times.rfc3339(mention.published) if mention.published else None)
    return _cite({"url": [mention.url], "name": [mention.label], "published": published}, mention.id)


def _cite(properties: dict[str, list[Any]], anchor: str) -> dict[str, Any]:
    known = {name: values for name, values in properties.items() if values}
    return {"type": ["h-cite"], "properties": known, "id": anchor}


def _card(card: Card) -> dict[str, Any]:
    properties = {"name": _some(card.name), "url": _some(card.url), "photo": _some(card.photo)}
    known = {name: values for name, values in properties.items() if values}
    return {"type": ["h-card"], "properties": known, "value": card.name}


def _content(html: str, lang: str | None) -> list[Any]:
    if not html:
        return []
    return [{"html": html, "value": to_text(html), **({"lang": lang} if lang else {})}]


def _some(value: str | None) -> list[str]:
    return [value] if value else []


def _person(card: Card) -> dict[str, str]:
    known = {"name": card.name, "url": card.url, "avatar": card.photo}
    return {name: value for name, value in known.items() if value}
