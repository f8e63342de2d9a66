"""The Micropub endpoint: who may, what is asked, and the answer (Micropub §3)."""

from flask import Blueprint, Response, jsonify, make_response, request

from indie import publishing, times
from indie.context import Context, current
from indie.errors import (
    BodyTooLarge,
    IndieError,
    InsufficientScope,
    InvalidRequest,
    TwoTokens,
    Unauthorized,
    UnsupportedMediaType,
)
from indie.indieauth import bearer, scopes, tokens
from indie.micropub import query, syntax
from indie.posts.post import Post
from indie.publishing import Upload
from indie.store.tokens import Token

blueprint = Blueprint("micropub", __name__)

MULTIPART = "multipart/form-data"
FORMS = ("application/x-www-form-urlencoded", MULTIPART)


@blueprint.get("/micropub")
def ask() -> Response:
    """Answer a query."""
    context = current()
    now = times.now()
    token = bearer.authorize(context.store, bearer.in_header(request), None, now)
    scopes.require("query", token.scope)
    return jsonify(query.answer(context.store, context.settings.me, token, list(request.args.items(multi=True))))


@blueprint.post("/micropub")
def act() -> Response:
    """Carry out a command: create, delete or undelete a post."""
    context = current()
    now = times.now()
    header = bearer.in_header(request)
    if header and tokens.introspect(context.store, header, now) is None:
        # Why here: nobody without a token may make us read a large body.
        bearer.authorize(context.store, header, None, now)
    if request.mimetype != MULTIPART:
        # Why: Werkzeug's own limit on text is for multipart alone, and reading a form may take ten times its size.
        request.max_content_length = request.max_form_memory_size
    is_form = request.mimetype in FORMS
    token = bearer.authorize(context.store, header, bearer.in_form(request) if is_form else None, now)
    with context.store.write():
        context.store.tokens.touch(token, now)
    match _command():
        case syntax.Create() as command:
            return _create(context, token, command)
        case syntax.Update():
            raise InvalidRequest("This server cannot update posts yet; delete the post and send it anew.")
        case syntax.Delete(url):
            scopes.require("delete", token.scope)
            publishing.delete(context.store, _post(context, url), context.settings.me, now, token.client_id)
        case syntax.Undelete(url):
            scopes.require("undelete", token.scope)
            publishing.undelete(context.store, _post(context, url), context.settings.me, now, token.client_id)
    return Response(status=204)


def _command() -> syntax.Command:
    if request.mimetype == "application/json":
        return syntax.parse_json(request.get_data())
    if request.mimetype in FORMS:
        # Why `or`: Werkzeug gives a part without a name the name None.
        return syntax.parse_form([(name or "", value) for name, value in request.form.items(multi=True)])
    raise UnsupportedMediaType(f"Send a form or JSON (Micropub §3.2), not “{request.mimetype or 'nothing'}”.")


def _create(context: Context, token: Token, command: syntax.Create) -> Response:
    scopes.require("create", token.scope)
    post = publishing.create(
        context.store,
        context.storage,
        context.settings.me,
        times.now(),
        command.item,
        command.commands,
        [
            Upload(syntax.key(name or "")[0], file.read())
            for name, file in request.files.items(multi=True)
            if file.filename or file.content_length
        ],
        client_id=token.client_id,
        draft_only=scopes.drafts_only(token.scope),
    )
    answer = jsonify({"url": post.url(context.settings.me)})
    answer.status_code = 201
    answer.headers["Location"] = post.url(context.settings.me)
    return answer


def _post(context: Context, url: str) -> Post:
    post = publishing.find(context.store, context.settings.me, url)
    if post is None:
        raise InvalidRequest(f"There is no post at “{url[:200]}” (not found).")
    return post


@blueprint.errorhandler(IndieError)
def refuse(error: IndieError) -> Response:
    """Every refusal is JSON with the spec's code (Micropub §3.8); two tokens have an empty body (DESIGN §2)."""
    if isinstance(error, TwoTokens):
        answer = make_response(b"", error.status)
        answer.headers.pop("Content-Type", None)
    else:
        body = {"error": error.code, "error_description": str(error)}
        if isinstance(error, InsufficientScope):
            body["scope"] = error.scope
        answer = make_response(jsonify(body), error.status)
    if isinstance(error, TwoTokens | Unauthorized | InsufficientScope):
        answer.headers["WWW-Authenticate"] = bearer.challenge(error)
    return answer


@blueprint.errorhandler(413)
def too_large(_: Exception) -> Response:
    """Werkzeug's refusal of a body, in our words."""
    return refuse(BodyTooLarge("The request is larger than this server takes; send fewer or smaller files."))


@blueprint.after_request
def never_store(answer: Response) -> Response:
    """What is said to the owner is for no cache."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
