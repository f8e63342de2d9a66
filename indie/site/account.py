"""The owner's account at `/account`: which app holds which key, where he is signed in, how he gets in."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from indie import text, times
from indie.context import Context, current
from indie.errors import InvalidRequest
from indie.indieauth import agents, client_id, owner, passkeys, session, tokens
from indie.indieauth.owner import Wrong
from indie.site import apps, headers, keys, render
from indie.site.entries import Shelf
from indie.site.owner_views import NewKeyPage, Passkey, PasskeysPage, PasswordPage, SessionsPage, Signed
from indie.site.views import Site

blueprint = Blueprint("account", __name__)
blueprint.before_request(session.refuse_cross_site)

SAID = {
    "narrowed": "Saved. The key may do less from now on.",
    "revoked": "Taken back. It opens nothing any more.",
    "everything": "Everything is taken back. Each app has to ask you again.",
    "denied": "Denied. The app was told nothing.",
    "ended": "Signed out there.",
    "alone": "You are signed in here alone.",
    "removed": "The passkey is removed, and you are signed in here alone.",
    "password": "The new password holds. You are signed in here alone.",
}
"""What was just done, by the word that the address of the next page carries."""


@blueprint.get("/account")
def show() -> Response:
    """Every key, by app."""
    context = current()
    session.require(context)
    return headers.owner_page(render.page(keys.page(context, _site(context), _said(), times.now())))


@blueprint.post("/account/keys/<int:number>/narrow")
def narrow(number: int) -> Answer:
    """Leave a key, and its family, what was ticked; a key without any scope is taken back."""
    context = current()
    session.require(context)
    ticked = request.form.getlist("scope")
    with context.store.write():
        token = context.store.tokens.by_id(number)
        left = tuple(word for word in token.scope if word in ticked) if token else ()
        if token and left:
            context.store.tokens.narrow(number, left)
    return _back("/account", "narrowed") if left else revoke(number)


@blueprint.post("/account/keys/<int:number>/revoke")
def revoke(number: int) -> Answer:
    """Take back a key, with its family."""
    context = current()
    session.require(context)
    with context.store.write():
        token = context.store.tokens.by_id(number)
        if token and token.grant:
            context.store.tokens.revoke_grant(token.grant, times.now())
        else:
            context.store.tokens.revoke(number, times.now())
    return _back("/account", "revoked")


@blueprint.post("/account/apps/revoke")
def revoke_app() -> Answer:
    """Take back every key of the app `client_id`. Raises InvalidRequest where none is named."""
    context = current()
    session.require(context)
    named = request.form.get("client_id", "")
    if not named:
        raise InvalidRequest("Name the app whose keys are to be taken back.")
    with context.store.write():
        context.store.tokens.revoke_client(named, times.now())
    return _back("/account", "revoked")


@blueprint.post("/account/revoke")
def revoke_everything() -> Answer:
    """Take back every key of every app, and those made by hand."""
    context = current()
    session.require(context)
    with context.store.write():
        context.store.tokens.revoke_all(times.now())
    return _back("/account", "everything")


@blueprint.get("/account/keys/new")
def form() -> Response:
    """The form for a key made by hand; `kind=key`: for one that opens introspection."""
    context = current()
    session.require_confirmed(context)
    return _new_key(context, resource=request.args.get("kind") == "key")


@blueprint.post("/account/keys/new")
def make() -> Response:
    """Make a key, and show it this once; or show what is wrong and what was typed."""
    context = current()
    session.require_confirmed(context)
    resource = request.form.get("kind") == "key"
    label = text.one_line(request.form.get("label", ""))
    ticked = [word for word in apps.OFFERED if word in request.form.getlist("scope")]
    app, errors = "", []
    if not label:
        errors.append(("label", "Say what the key is for, so that you know it again."))
    if not resource:
        try:
            app = _client_id(context)
        except InvalidRequest as error:
            errors.append(("client_id", str(error)))
        if not ticked:
            errors.append(("scope", "Tick something that the key may do."))
    if errors:
        return _new_key(context, resource=resource, errors=tuple(errors))
    days = apps.days(request.form.get("lifetime", ""))
    secret = tokens.issue(
        context.store,
        () if resource else ticked,
        app,
        times.now(),
        days or None,
        kind="key" if resource else "access",
        label=label,
    )
    view = NewKeyPage(_site(context), (), (), resource=resource, secret=secret)
    return headers.owner_page(render.page(view))


@blueprint.get("/account/sessions")
def sessions() -> Response:
    """Where the owner is signed in."""
    context = current()
    here, zone = session.require(context), context.store.preferences.get().time_zone
    site = _site(context)
    signed = tuple(
        Signed(
            id=each.id,
            here=each.id == here.id,
            browser=agents.describe(each.agent, site.language),
            address=each.address,
            method=each.method,
            began=each.created.astimezone(zone),
            used=each.used.astimezone(zone),
        )
        for each in context.store.sessions.all(times.now())
    )
    return headers.owner_page(render.page(SessionsPage(site, signed, _said())))


@blueprint.post("/account/sessions/<int:number>/end")
def end_session(number: int) -> Answer:
    """Sign out one browser."""
    context = current()
    session.require(context)
    with context.store.write():
        context.store.sessions.end(number)
    return _back("/account/sessions", "ended")


@blueprint.post("/account/sessions/end")
def end_sessions() -> Answer:
    """Sign out every other browser; `keys=revoke`: take back every key as well (IA-F9)."""
    context = current()
    here = session.require(context)
    with context.store.write():
        context.store.sessions.end_all(except_id=here.id)
        if _revokes():
            context.store.tokens.revoke_all(times.now())
    return _back("/account/sessions", "alone")


@blueprint.get("/account/passkeys")
def list_passkeys() -> Response:
    """The passkeys, and the button that adds one."""
    context = current()
    session.require_confirmed(context)
    zone = context.store.preferences.get().time_zone
    known = tuple(
        Passkey(each.id, each.name, each.created.astimezone(zone), each.used.astimezone(zone) if each.used else None)
        for each in context.store.passkeys.all()
    )
    view = PasskeysPage(_site(context), known, passkeys.why_not(context.settings.me), _said())
    return headers.owner_page(render.page(view))


@blueprint.post("/account/passkeys/<int:number>/remove")
def remove_passkey(number: int) -> Answer:
    """Forget a passkey; every other browser is signed out (IA-F9)."""
    context = current()
    here = session.require_confirmed(context)
    passkeys.remove(context.store, number, keep_session=here.id)
    return _back("/account/passkeys", "removed")


@blueprint.get("/account/password")
def password() -> Response:
    """The form for a new password."""
    context = current()
    session.require_confirmed(context)
    return headers.owner_page(render.page(PasswordPage(_site(context), said=_said())))


@blueprint.post("/account/password")
def change_password() -> Answer:
    """Change it, and sign out every other browser; `keys=revoke`: take back every key as well (IA-F9)."""
    context = current()
    here = session.require_confirmed(context)
    try:
        owner.change_password(
            context.store, request.form.get("password", ""), times.now(), keep_session=here.id, revoke_tokens=_revokes()
        )
    except Wrong as error:
        view = PasswordPage(_site(context), errors=((error.field, str(error)),))
        return headers.owner_page(render.page(view), error.status)
    return _back("/account/password", "password")


def _site(context: Context) -> Site:
    return Shelf(context.store, context.settings).site()


def _said() -> str | None:
    return SAID.get(request.args.get("said", ""))


def _back(path: str, said: str) -> Answer:
    return redirect(f"{path}?said={said}", 303)


def _revokes() -> bool:
    return request.form.get("keys") == "revoke"


def _client_id(context: Context) -> str:
    """The address of the app that a key is made for; "" where none was typed. Raises InvalidRequest."""
    typed = request.form.get("client_id", "").strip()
    return client_id.parse(typed, context.settings.fetch_allow) if typed else ""


def _new_key(context: Context, *, resource: bool, errors: tuple[tuple[str, str], ...] = ()) -> Response:
    """The form, with what was typed."""
    ticked = request.form.getlist("scope")
    view = NewKeyPage(
        site=_site(context),
        boxes=apps.offered(ticked),
        lifetimes=apps.lifetimes(request.form.get("lifetime", apps.USUAL)),
        label=text.one_line(request.form.get("label", "")),
        client_id=request.form.get("client_id", "").strip()[:2048],
        resource=resource,
        errors=errors,
    )
    return headers.owner_page(render.page(view), InvalidRequest.status if errors else 200)
