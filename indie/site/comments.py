"""The page of a comment: whoever answers somebody's reply on his own site links to it, and finds our endpoint there."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as Answer

from indie.context import current
from indie.errors import Gone, NotFound
from indie.site import conversation, headers, render
from indie.site.entries import Shelf
from indie.site.views import Comment, CommentPage, Conversation, Link

blueprint = Blueprint("comments", __name__)


@blueprint.get("/c/<int(max=999999999999999999):number>", strict_slashes=False)
def permalink(number: int) -> Answer:
    """
    One reply, with the endpoint by which it can be answered (Webmention §4.2).

    The conversation is its place: the page leads there and is for no search engine.
    What is no reply there (a like, a mention) has no page of its own, and is redirected to its place.
    """
    context = current()
    stored = context.store.responses.get(number)
    post = context.store.posts.by_id(stored.post_id) if stored and stored.post_id is not None else None
    if stored is None or post is None or not post.visible:
        raise NotFound("There is no such comment.")
    if not stored.public:
        webmention = context.store.webmentions.get(stored.webmention_id)
        if webmention and webmention.state == "gone":
            raise Gone("Whoever wrote this comment took it back.")
        raise NotFound("There is no such comment.")
    shelf = Shelf(context.store, context.settings)
    site = shelf.site()
    anchor = f"c-{number}"
    talk = conversation.of(shelf, post, site.owner, anchor)
    place = conversation.address(post.url(site.url), talk.pages.number if talk.pages else 1, anchor)
    comment = _find(talk, anchor)
    if comment is None or talk.webmention is None:
        return redirect(place, 303)
    (entry,) = shelf.entries([post], site.owner)
    view = CommentPage(site, comment, Link(place, entry.headline), talk.webmention)
    answer = headers.page(render.page(view), until=shelf.closes(post))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _find(talk: Conversation, anchor: str) -> Comment | None:
    waiting = list(talk.comments)
    while waiting:
        comment = waiting.pop()
        if comment.id == anchor:
            return comment
        waiting.extend(comment.replies)
    return None
