"""The Micropub endpoint: who may, what is asked, and the answer (Micropub §3)."""

from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, jsonify, request

from indie import files, publishing, times
from indie.context import Context, current
from indie.errors import InsufficientScope, InvalidRequest, PreconditionFailed, UnsupportedMediaType
from indie.indieauth import bearer, scopes
from indie.mf2.item import Item
from indie.micropub import clients, forms, log, media, query, replay, syntax, update
from indie.posts import commands, preview
from indie.posts.post import Post
from indie.publishing import Upload
from indie.store import Store
from indie.store.tokens import Token

blueprint = Blueprint("micropub", __name__)


@blueprint.get("/micropub")
def ask() -> Response:
    """Answer a query."""
    context = current()
    token = log.admitted(bearer.admit(context.store, request, times.now()))
    scopes.require("query", token.scope)
    arguments = list(request.args.items(multi=True))
    # Why first: a tag that is older than what it stands on fails safely, a newer one would lose a change.
    tag = query.tag(context.store, context.settings.me, arguments)
    answer = jsonify(query.answer(context.store, context.settings.me, token, arguments))
    if tag:
        answer.set_etag(tag)
    return answer


@blueprint.post("/micropub")
def act() -> Response:
    """Carry out a command: create, update, delete or undelete a post."""
    context = current()
    now = times.now()
    token = log.admitted(bearer.admit(context.store, request, now, clients.sends_its_token_twice))
    if bearer.in_header(request) and bearer.in_form(request):
        log.note(["access_token: sent twice"])
    if media.brings_nothing_else(token):
        return media.upload(context, token)
    command, notes = clients.amend(token.client_id, _command())
    log.note([*command.notes, *notes])
    if isinstance(command, syntax.Create | syntax.Update):
        sent = update.commands(command) if isinstance(command, syntax.Update) else command.commands
        log.note(commands.unknown(sent, context.store.preferences.get()) if sent else [])
    match command:
        case syntax.Create():
            return _create(context, token, command)
        case syntax.Update():
            return _update(context, token, command)
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
    if request.mimetype in bearer.FORMS or not request.content_length:
        _require_utf8()
        # Why `or`: Werkzeug gives a part without a name the name None.
        fields = [(name or "", value) for name, value in request.form.items(multi=True)]
        if "action" in request.args and not fields:
            # Why: micro.blog's apps delete by the query string of an empty request (`micropub.md` §4).
            fields = list(request.args.items(multi=True))
        return syntax.parse_form(fields)
    raise UnsupportedMediaType(f"Send a form or JSON (Micropub §3.2), not “{request.mimetype or 'nothing'}”.")


def _require_utf8() -> None:
    """Raise InvalidRequest for a form in another encoding: Werkzeug would put other characters in their place."""
    if request.mimetype == bearer.FORMS[0]:
        whole = unquote_to_bytes(request.get_data().replace(b"+", b" "))
    else:
        # Limit: a part that really holds the sign for "no character" is refused too.
        said = "".join((name or "") + value for name, value in request.form.items(multi=True))
        whole = said.replace("\ufffd", "\ud800").encode(errors="surrogatepass")
    try:
        whole.decode()
    except UnicodeDecodeError:
        raise InvalidRequest("The form is not in UTF-8; send it in that encoding (Micropub §3.3).") from None


def _create(context: Context, token: Token, command: syntax.Create) -> Response:
    scopes.require("create", token.scope)
    uploads = [
        Upload(forms.key(name)[0], files.whole(file.stream))
        for name, file in request.files.items(multi=True)
        if file.filename or file.content_length
    ]
    log.note(syntax.dropped(command, [upload.property for upload in uploads]))
    post = publishing.create(
        context.store,
        context.storage,
        context.settings.me,
        times.now(),
        command.item,
        command.commands,
        uploads,
        client_id=token.client_id,
        draft_only=scopes.drafts_only(token.scope),
        replay=replay.of(token, command, uploads, request.headers.get("Idempotency-Key", "")),
        sees_unseen=scopes.opens("query unseen", token.scope),
    )
    return _created(context, post)


def _update(context: Context, token: Token, command: syntax.Update) -> Response:
    scopes.require("update", token.scope)
    store, me = context.store, context.settings.me
    post = _post(context, command.url)

    def change(before: Post) -> Item:
        _require_version(store, before)
        amended, notes = clients.amend_update(token.client_id, command, before.item)
        log.note(notes)
        item = update.apply(before.item, amended, [me + path.lstrip("/") for path in store.posts.paths(before.id)])
        was_draft, is_draft = before.post_status == "draft", item.text("post-status") == "draft"
        if not was_draft:
            scopes.require("update published", token.scope)
        elif not is_draft and scopes.drafts_only(token.scope):
            raise InsufficientScope("create")
        return item

    changed = publishing.update(
        store, me, times.now(), post, change, update.commands(command), client_id=token.client_id
    )
    return Response(status=204) if changed.path == post.path else _created(context, changed)


def _require_version(store: Store, post: Post) -> None:
    """Raise PreconditionFailed where the client asks to change another version than this one (If-Match)."""
    if "If-Match" in request.headers and not request.if_match.contains(query.version(store, post)):
        raise PreconditionFailed("This post has been changed since it was read; read it again (q=source), then update.")


def _created(context: Context, post: Post) -> Response:
    """201 with the address; that of a preview beside it where the page is not for everybody."""
    store, me = context.store, context.settings.me
    body = {"url": post.url(me)} | ({} if post.visible else {"preview": preview.url(me, store.secret, post)})
    answer = jsonify(body)
    answer.status_code = 201
    answer.headers["Location"] = post.url(me)
    return answer


def _post(context: Context, url: str) -> Post:
    post = publishing.find(context.store, context.settings.me, url)
    if post is None:
        raise InvalidRequest(f"There is no post at “{url[:200]}” (not found).")
    return post
