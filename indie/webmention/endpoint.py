"""The Webmention endpoint (Webmention §3.2); the pages that people see of it are the site's."""

from flask import Blueprint, Response, jsonify, make_response, redirect, request

from indie import times
from indie.context import current, wants_html
from indie.errors import BodyTooLarge, UnsupportedMediaType
from indie.webmention import process
from indie.webmention import request as wanted

blueprint = Blueprint("webmention", __name__)

LARGEST_FORM = 64 * 1024

@blueprint.post("/webmention")
def receive() -> Response:
    """Take a webmention: 201 and a status URL, for a browser's form a redirect to it."""
    context = current()
    if request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("Send source and target as application/x-www-form-urlencoded (Webmention §3.1.4).")
    if (request.content_length or 0) > LARGEST_FORM:
        raise BodyTooLarge("The request is far larger than two URLs.")
    request.max_content_length = LARGEST_FORM
    checked = wanted.check(context.store, context.settings, list(request.form.items(multi=True)))
    webmention = process.queue(context.store, checked.source, checked.target, checked.post, times.now())
    status_url = f"{context.settings.url}webmention/{webmention.token}"
    if wants_html(request):
        return make_response(redirect(status_url, 303))
    answer = jsonify(
        {
            "status": webmention.state,
            "location": status_url,
            "source": checked.source,
            "target": checked.target,
        }
    )
    answer.status_code = 201
    answer.headers["Location"] = status_url
    return answer
