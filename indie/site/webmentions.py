"""What people see of webmentions: an explanation with a form, and what became of one."""

from flask import Blueprint, Response, jsonify, request

from indie import urls
from indie.context import Context, current, wants_html
from indie.errors import IndieError, NotFound
from indie.posts.post import Post
from indie.site import conversation, headers, render
from indie.site.entries import Shelf
from indie.site.views import StatusPage, WebmentionPage
from indie.store.responses import Stored
from indie.store.webmentions import Webmention

blueprint = Blueprint("webmentions", __name__)

PASSING = ("queued", "fetching")
"""States that end within seconds at the first look; later tries are hours apart, and nobody waits for them."""

SENTENCES = {
    "queued": "It is waiting to be looked at.",
    "fetching": "The source is being looked at now.",
    "pending": "It was verified, and waits for the owner to look at it.",
    "missing": "The source cannot be found at the moment; what it said before is still shown.",
}
"""What a state means where the webmention itself has nothing to say about it."""


@blueprint.get("/webmention")
def explain() -> Response:
    """The endpoint seen with a browser."""
    context = current()
    site = Shelf(context.store, context.settings).site()
    return headers.page(render.page(WebmentionPage(site, f"{site.url}webmention")))


def mistaken(error: IndieError) -> Response:
    """What was wrong with the form that somebody sent with a browser, and the form again as it was filled in."""
    site = Shelf(current().store, current().settings).site()
    typed = {name: request.form.get(name, "")[: urls.LONGEST] for name in ("source", "target")}
    view = WebmentionPage(site, f"{site.url}webmention", error=str(error), **typed)
    return headers.page(render.page(view), error.status)


@blueprint.get("/webmention/<token>")
def status(token: str) -> Response:
    """What became of one webmention, for whoever knows its address; JSON for programs that ask for it."""
    context = current()
    webmention = context.store.webmentions.by_token(token)
    if webmention is None:
        raise NotFound("There is no such webmention.")
    view = _view(context, webmention)
    if wants_html(request) or not request.accept_mimetypes.accept_json or "Accept" not in request.headers:
        answer = headers.page(render.page(view), kept=False)
    else:
        answer = jsonify(
            {
                "status": view.state,
                "summary": view.sentence,
                "source": view.source,
                "target": view.target,
                "steps": [{"step": step, "found": found} for step, found in view.steps],
            }
        )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _view(context: Context, webmention: Webmention) -> StatusPage:
    post = context.store.posts.by_id(webmention.post_id) if webmention.post_id is not None else None
    response = context.store.responses.of(webmention.id)
    targets = context.store.webmentions.targets(webmention.id)
    shown = response is not None and response.public and post is not None and post.visible
    return StatusPage(
        site=Shelf(context.store, context.settings).site(),
        source=webmention.source,
        target=targets[0],
        state=webmention.state,
        sentence=_sentence(webmention),
        received=webmention.received,
        checked=webmention.checked,
        again=webmention.state in PASSING and webmention.attempts == 0,
        anchor=_place(context, post, response) if shown and post and response else None,
        steps=() if _is_stale(webmention) else webmention.steps,
    )


def _place(context: Context, post: Post, response: Stored) -> str:
    sent = context.store.responses.count(post.id)
    return conversation.place(post.url(context.settings.me), f"c-{response.id}", sent)


def _sentence(webmention: Webmention) -> str:
    """Why it is where it is."""
    return (not _is_stale(webmention) and webmention.reason) or SENTENCES.get(webmention.state, "")


def _is_stale(webmention: Webmention) -> bool:
    """Whether reason and steps are left from an earlier look, or an earlier sending."""
    return webmention.state == "fetching" or webmention.attempts == 0
