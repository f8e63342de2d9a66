"""The only place that puts the rooms together: `create_app`."""

from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any

from flask import Flask, Response, jsonify, make_response, request, send_from_directory
from flask.json.provider import DefaultJSONProvider
from jinja2.utils import htmlsafe_json_dumps
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from indie import context, urls
from indie.config import Settings
from indie.context import Context
from indie.errors import (
    BodyTooLarge,
    Forbidden,
    IndieError,
    InvalidRequest,
    Misconfigured,
    NotFound,
    SignInFirst,
    TooManyRequests,
    Unavailable,
)
from indie.fetch.client import Fetcher, user_agent
from indie.fetch.fetched import Fetched, Headers
from indie.indieauth import endpoint as indieauth
from indie.indieauth import session
from indie.languages import N_
from indie.media.storage import Folder, Storage
from indie.mf2.sandbox import Parser
from indie.micropub import answers, log
from indie.micropub import endpoint as micropub
from indie.micropub import media as uploads
from indie.site import (
    account,
    calendars,
    comments,
    consent,
    followers,
    following,
    headers,
    icons,
    media,
    mentions,
    pages,
    passkeys,
    preview,
    render,
    responses,
    search,
    setup,
    signin,
    sitemap,
    theming,
    webmentions,
)
from indie.site.entries import Shelf
from indie.site.files import Files
from indie.site.front import Front
from indie.site.kept import Memory
from indie.site.views import Card, ErrorPage, FaultPage, Site
from indie.store import Store
from indie.webmention import endpoint as webmention
from indie.websub import callback
from indie.websub import endpoint as websub

LARGEST_REQUEST = 100 * 1024 * 1024
LARGEST_TEXT = 10 * 1024 * 1024
"""Of all form fields together; Flask's own half a megabyte cuts off long articles (`micropub.md` §0.9)."""

PARSER_SECONDS = 3.0
"""What an app's page may take the parser: the owner waits for it (decision 4)."""

PROGRAMS = ("/webmention", *mentions.PATHS)
"""Where errors are JSON, as wherever JSON was sent, unless a browser asks; those of Micropub are in any case."""

FAULT = 500
"""From this status on it is our fault, not the client's."""

SENTENCES = {
    404: "There is nothing at this address.",
    500: "Something broke here, and your request with it.",
    413: f"The request is larger than {LARGEST_REQUEST // 1024**2} MB, or its text than {LARGEST_TEXT // 1024**2} MB; "
    "send fewer or smaller files.",
}
"""Where Werkzeug's own words help nobody."""

SAID_BY_HEADERS = ("Allow", "Content-Range")
"""Of Werkzeug's refusals: what would have been allowed, how long the file is."""

HEADINGS = {
    400: N_("That did not work"),
    404: N_("Nothing here"),
    405: N_("Not like that"),
    410: N_("Gone"),
    413: N_("Too large"),
    429: N_("Not so fast"),
    500: N_("Our fault"),
    503: N_("Not just now"),
}


class _SafeJSON(DefaultJSONProvider):
    """JSON in which no tag begins, for whoever puts it on a page; in the order in which it was made."""

    sort_keys = False
    ensure_ascii = False

    def dumps(self, obj: Any, **options: Any) -> str:
        """The value as JSON."""
        return str(htmlsafe_json_dumps(obj, super().dumps, **options)).replace("\u2028", "\\u2028").replace(
            "\u2029", "\\u2029"
        )


def create_app(settings: Settings, store: Store | None = None, web: Fetcher | None = None) -> Flask:
    """
    The site as a WSGI application.

    store: one that is open already; otherwise that of the settings' data folder is opened, with its migrations.
    web: what fetches from other people's sites, where that is not the net.
    """
    app = Flask("indie", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_REQUEST, MAX_FORM_MEMORY_SIZE=LARGEST_TEXT, MAX_FORM_PARTS=1000)
    app.json = _SafeJSON(app)
    opened = store or Store.open(settings)
    context.attach(
        app,
        Context(
            settings,
            opened,
            storage(settings),
            web or fetcher(settings),
            Parser(children=1, seconds=PARSER_SECONDS),
            lambda url: _visited(app, settings, url),
        ),
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    conversation = (webmentions, mentions, responses, comments)
    lists = (following, calendars, sitemap, icons, search, pages)
    site = (media, setup, preview, signin, passkeys, consent, account, followers, theming, *conversation, *lists)
    for room in (micropub, uploads, webmention, websub, callback, indieauth, *site):
        app.register_blueprint(room.blueprint)
    app.add_url_rule("/static/<path:name>", "static", _static)
    app.register_error_handler(IndieError, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    app.before_request(_limit)
    for room in (answers, indieauth, mentions):
        app.before_request(room.preflight)
        app.after_request(room.share)
    app.after_request(headers.protect)
    app.after_request(log.record)
    worn = Files(settings.data / "templates", settings.data / "themes")
    app.wsgi_app = Front(app.wsgi_app, opened, Memory(opened, files=worn))  # type: ignore[assignment, method-assign]
    return app


def fetcher(settings: Settings) -> Fetcher:
    """What fetches from other people's sites, as the settings allow."""
    return Fetcher(settings.fetch_allow, user_agent(settings.url))


def renderer(settings: Settings, store: Store) -> Callable[[str], Fetched]:
    """
    What a visitor gets at one of our addresses, asked in this process.

    Why made at the first question: a worker of a site that nobody follows never asks.
    """
    lock, site = Lock(), cache(lambda: create_app(settings, store))

    def render(url: str) -> Fetched:
        # Why one at a time: Werkzeug compiles its routes, and Python 3.11 cannot always do that in two threads at once.
        with lock:
            app = site()
        return _visited(app, settings, url)

    return render


def _visited(app: Flask, settings: Settings, url: str) -> Fetched:
    """
    What a GET answers, nothing followed, without anything that a browser would remember.

    Why no body where nothing is linked: it is no page and no feed, and may be a film.
    """
    path = "/" + url.removeprefix(settings.me)
    with app.test_client(use_cookies=False).get(path, base_url=settings.me) as answer:
        body = answer.data if "Link" in answer.headers else b""
        return Fetched(url, answer.status_code, Headers(list(answer.headers)), body)


def storage(settings: Settings) -> Storage:
    """Where media lie. Raises Misconfigured where that cannot be used."""
    if not settings.media:
        return Folder(settings.data / "media")
    try:
        # Why here: who stays with the folder needs no boto3.
        from indie.media.s3 import Bucket  # noqa: PLC0415
    except ImportError as error:
        raise Misconfigured(
            f"INDIE_MEDIA names a bucket, and the library for it is missing ({error}): pip install boto3"
        ) from None
    return Bucket(settings.media)


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
    if isinstance(error, SignInFirst):
        return session.sign_in_first(error)
    if answers.is_for_clients(request.path):
        answer = answers.refuse(error)
    elif indieauth.is_for_programs():
        answer = indieauth.refuse(error)
    elif (request.path in PROGRAMS or request.is_json) and not context.wants_html(request):
        answer = make_response(jsonify({"error": error.code, "error_description": _for_script(error)}), error.status)
    elif request.endpoint == "webmention.receive" and error.status == InvalidRequest.status:
        answer = webmentions.mistaken(error)
    elif isinstance(error, Unavailable) and not context.wants_html(request):
        answer = make_response(f"{error}\n", error.status, {"Content-Type": "text/plain; charset=utf-8"})
    else:
        answer = headers.page(render.page(_apology(error)), error.status)
    if isinstance(error, TooManyRequests | Unavailable):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _for_script(error: IndieError) -> str:
    """The sentence; to our own script, which shows it to people, in the language of the page."""
    now = context.current()
    return Shelf(now.store, now.settings).language.told(str(error)) if request.blueprint == "passkeys" else str(error)


def _apology(error: IndieError) -> ErrorPage:
    """What a page says of an error. Why not a word of the owner in a fault: the database may be what is broken."""
    now, heading = context.current(), HEADINGS.get(error.status, HEADINGS[400])
    if error.status < FAULT:
        return ErrorPage(Shelf(now.store, now.settings).site(), error.status, heading, str(error))
    me = now.settings.me
    return FaultPage(Site(me, Card(urls.host(me), me)), error.status, heading, str(error))


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
