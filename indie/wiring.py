"""The only place that puts the rooms together: `create_app`."""

from collections.abc import Callable

from flask import Flask, Response, jsonify, make_response, request, send_from_directory
from werkzeug.exceptions import HTTPException

from indie import context
from indie.config import Settings
from indie.context import Context
from indie.errors import BodyTooLarge, Forbidden, IndieError, InvalidRequest, NotFound, TooManyRequests
from indie.media.storage import Folder, Storage
from indie.micropub import answers, log
from indie.micropub import endpoint as micropub
from indie.micropub import media as uploads
from indie.site import headers, media, pages, preview, render, setup, webmentions
from indie.site.entries import Shelf
from indie.site.views import ErrorPage
from indie.store import Store
from indie.webmention import endpoint as webmention

LARGEST_REQUEST = 100 * 1024 * 1024
LARGEST_TEXT = 10 * 1024 * 1024
"""Of all form fields together; Flask's own half a megabyte cuts off long articles (`micropub.md` §0.9)."""

PROGRAMS = ("/webmention",)
"""Where errors are JSON, unless a browser asks; those of Micropub are in any case."""

FAULT = 500
"""From this status on it is our fault, not the client's."""

SENTENCES = {
    404: "There is nothing at this address.",
    413: f"The request is larger than {LARGEST_REQUEST // 1024**2} MB, or its text than {LARGEST_TEXT // 1024**2} MB; "
    "send fewer or smaller files.",
}
"""Where Werkzeug's own words help nobody."""

SAID_BY_HEADERS = ("Allow", "Content-Range")
"""Of Werkzeug's refusals: what would have been allowed, how long the file is."""

HEADINGS = {
    400: "That did not work",
    404: "Nothing here",
    405: "Not like that",
    410: "Gone",
    413: "Too large",
    429: "Not so fast",
    500: "Our fault",
}


def create_app(settings: Settings, store: Store | None = None) -> Flask:
    """
    The site as a WSGI application.

    store: one that is open already; otherwise that of the settings' data folder is opened, with its migrations.
    """
    app = Flask("indie", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST, MAX_FORM_MEMORY_SIZE=LARGEST_TEXT, MAX_FORM_PARTS=1000)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the provider that Flask comes with
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    context.attach(app, Context(settings, store or Store.open(settings.data), storage(settings)))
    for room in (micropub, uploads, webmention, webmentions, media, setup, preview, pages):
        app.register_blueprint(room.blueprint)
    app.add_url_rule("/static/<path:name>", "static", _static)
    app.register_error_handler(IndieError, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    app.before_request(_limit)
    app.before_request(answers.preflight)
    app.after_request(headers.protect)
    app.after_request(answers.share)
    app.after_request(log.record)
    return app


def storage(settings: Settings) -> Storage:
    """Where media lie."""
    return Folder(settings.data / "media")


def _limit() -> None:
    """Files alone may be larger than text. Why here: MAX_FORM_MEMORY_SIZE holds for multipart and for nothing else."""
    if request.method == "POST" and request.mimetype != "multipart/form-data":
        request.max_content_length = request.max_form_memory_size


def _static(name: str) -> Response:
    answer = send_from_directory(render.STATIC, name)
    # Why for ever: the address has the hash of the bytes in it (`render.static_url`).
    answer.headers["Cache-Control"] = media.FOR_EVER if request.query_string else "no-cache"
    return answer


def _refuse(error: IndieError) -> Response:
    """JSON for programs, a page for people, both with the same sentence."""
    if answers.is_for_clients(request.path):
        answer = answers.refuse(error)
    elif request.path in PROGRAMS and not context.wants_html(request):
        answer = make_response(jsonify({"error": error.code, "error_description": str(error)}), error.status)
    elif request.endpoint == "webmention.receive" and error.status == InvalidRequest.status:
        answer = webmentions.mistaken(error)
    else:
        now = context.current()
        site = Shelf(now.store, now.settings).site()
        heading = HEADINGS.get(error.status, "That did not work")
        answer = headers.page(render.page(ErrorPage(site, error.status, heading, str(error))), error.status)
    if isinstance(error, TooManyRequests):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _refuse_http(error: HTTPException) -> Response:
    """What Flask and Werkzeug refuse, in our words."""
    status = error.code or 500
    if status < 400:  # a redirect
        return make_response(error.get_response())
    kinds: dict[int, Callable[[str], IndieError]] = {404: NotFound, 413: BodyTooLarge, 403: Forbidden}
    sentence = SENTENCES.get(status, f"{error.description}")
    answer = _refuse(kinds.get(status, InvalidRequest if status < FAULT else IndieError)(sentence))
    answer.status_code = status
    for name, value in error.get_headers():
        if name in SAID_BY_HEADERS:
            answer.headers[name] = value
    return answer
