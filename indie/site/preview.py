"""The page of a post that is not public, for whoever was given its link."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as Answer

from indie.context import current
from indie.errors import NotFound
from indie.languages import Language
from indie.posts import preview
from indie.posts.post import SCHEDULED, Post
from indie.site import headers, pages, render
from indie.site.entries import Shelf

blueprint = Blueprint("preview", __name__)


@blueprint.get(f"/{preview.FOLDER}<key>")
def show(key: str) -> Answer:
    """The post as its page will show it, with a banner; once everybody may see it, the way to that page."""
    context = current()
    post_id = preview.post_id(context.store.secret, key)
    post = context.store.posts.by_id(post_id) if post_id is not None else None
    if post is None or post.deleted:
        raise NotFound("There is nothing to preview at this address; the post may have been deleted.")
    if post.visible:
        return redirect(post.url(context.settings.me))
    shelf = Shelf(context.store, context.settings)
    view = pages.of_post(shelf, post, _banner(shelf.language, post))
    answer = headers.secret_page(render.page(view))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _banner(words: Language, post: Post) -> str:
    if post.status == SCHEDULED:
        moment = f"{words.human(post.published)} ({post.published:%z})"
        what = words.gettext("Scheduled for %(moment)s.") % {"moment": moment}
    else:
        what = words.gettext("Draft.") if post.status == "draft" else words.gettext("Private.")
    return f"{what} {words.gettext('Only those who have this link can see it.')}"
