"""The Webmention endpoint (Webmention §3.2); the pages that people see of it are the site's."""

from flask import Blueprint, Response, jsonify, make_response, redirect, request

from indie import times
from indie.context import address, current, form, wants_html
from indie.errors import UnsupportedMediaType
from indie.webmention import admission
from indie.webmention import request as wanted

blueprint = Blueprint("webmention", __name__)

LARGEST_FORM = 64 * 1024
"""In bytes."""


@blueprint.post("/webmention")
def receive() -> Response:
    """Take a webmention: 201 and a status URL, for a browser's form a redirect to it."""
    context = current()
    if request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("Send source and target as application/x-www-form-urlencoded (Webmention §3.1.4).")
    checked = wanted.check(context.store, context.settings, form(request, LARGEST_FORM))
    webmention = admission.admit(context.store, context.settings, checked, address(request), times.now())
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
