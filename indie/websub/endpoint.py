"""The hub (WebSub §5): one address for those who follow, and for publishers' pings."""

from flask import Blueprint, Response, make_response, request

from indie import notices, times
from indie.context import address, current, form
from indie.errors import IndieError, TooManyRequests, Unavailable, UnsupportedMediaType
from indie.websub import admission
from indie.websub import request as wanted

blueprint = Blueprint("websub", __name__)

LARGEST_FORM = 64 * 1024
"""In bytes."""


@blueprint.post(f"/{notices.HUB}")
def receive() -> Response:
    """Take a request: 202 for one that is verified later, 204 for a ping."""
    context = current()
    if request.mimetype != "application/x-www-form-urlencoded":
        raise UnsupportedMediaType("Send hub.mode and the rest as application/x-www-form-urlencoded.")
    asked = wanted.parse(context.settings, form(request, LARGEST_FORM))
    if isinstance(asked, tuple):
        admission.ping(context.store, context.settings, asked, address(request), times.now())
        return _plain("", 204)
    admission.admit(context.store, context.settings, asked, context.render, address(request), times.now())
    return _plain("It is verified in a moment.\n", 202)


@blueprint.get(f"/{notices.HUB}")
def explain() -> Response:
    """Nothing for a person; a reader asks by POST."""
    answer = _plain("This is a WebSub hub: readers that follow this site ask here by POST.\n", 405)
    answer.headers["Allow"] = "POST"
    return answer


@blueprint.errorhandler(IndieError)
def refuse(error: IndieError) -> Response:
    """What is wrong, in a sentence (§5.2)."""
    answer = _plain(f"{error}\n", error.status)
    if isinstance(error, TooManyRequests | Unavailable):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _plain(text: str, status: int) -> Response:
    return make_response(text, status, {"Content-Type": "text/plain; charset=utf-8"})
