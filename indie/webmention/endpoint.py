"""The Webmention endpoint (Webmention §3.2); the pages that people see of it are the site's."""

from urllib.parse import parse_qsl

from flask import Blueprint, Response, jsonify, make_response, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge

from indie import times
from indie.context import address, current, wants_html
from indie.errors import BodyTooLarge, InvalidRequest, UnsupportedMediaType
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
    checked = wanted.check(context.store, context.settings, _fields())
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


def _fields() -> list[tuple[str, str]]:
    """What the form has. Raises BodyTooLarge, also where nobody says how long it is; InvalidRequest for no UTF-8."""
    request.max_content_length = LARGEST_FORM + 1
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        body = bytes(LARGEST_FORM + 1)
    # Why one byte more: Werkzeug reads a body of unknown length up to its limit, and says nothing of the rest.
    if len(body) > LARGEST_FORM:
        raise BodyTooLarge("The request is far larger than two URLs.")
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise InvalidRequest("The form is not in UTF-8; send it in that encoding.") from None
