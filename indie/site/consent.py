"""The authorization endpoint seen with a browser: an app asks, the owner decides (IndieAuth §5.2, IA-A1 to A6)."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from indie import context as contexts
from indie import times, urls
from indie.context import Context, current
from indie.errors import InvalidRequest, SignInFirst
from indie.indieauth import authorization, client_id, client_info, clients, grants, lookalike, scopes, session, tokens
from indie.indieauth.authorization import AuthorizationRequest
from indie.indieauth.client_info import ClientInformation
from indie.site import apps, headers, render
from indie.site.entries import Shelf
from indie.site.owner_views import AuthHelpPage, ConsentPage
from indie.store.limits import network
from indie.store.sessions import Session

blueprint = Blueprint("consent", __name__)
blueprint.before_request(session.refuse_cross_site)

PATIENCE = timedelta(hours=1)
"""How long the page may lie open."""

LOOK_UPS = 10
"""How often an address at which nobody is signed in may have apps looked up at once."""

ANOTHER_LOOK_UP = timedelta(seconds=10)
"""And after which time once more."""

LOST = "This page was answered before, is too old, or belongs to another sign-in. Go back to the app and begin again."
VOUCH = "Tick the box if you have started this app yourself; otherwise deny."


@blueprint.get("/auth")
def ask() -> Answer:
    """
    The consent page, after signing in; without parameters, words for whoever came by himself.

    Raises InvalidRequest where the app must not be answered (RFC 6749 §4.1.2.1), SignInFirst.
    """
    context = current()
    if not request.query_string:
        return headers.owner_page(render.page(AuthHelpPage(Shelf(context.store, context.settings).site())))
    asked, refusal = authorization.parse(request.query_string, context.settings.fetch_allow)
    signed = session.of_request(context)
    information = _information(context, asked, signed)
    if not client_info.allows(information, asked.redirect_uri) and not clients.may_run_by_hand(asked):
        raise InvalidRequest(_stranger(asked))
    if refusal and client_info.allows(information, asked.redirect_uri):
        return _go(context, asked, error=refusal.code, error_description=str(refusal))
    if refusal:
        raise InvalidRequest(str(refusal))
    if signed is None:
        raise SignInFirst
    apps.await_logo(context, information, times.now())
    return _page(context, signed, asked, information)


@blueprint.post("/auth/approve")
def approve() -> Answer:
    """
    Send the app a code for what was ticked of what it asked; everything is worked out anew (IA-A2).

    Raises InvalidRequest, SignInFirst.
    """
    context = current()
    signed = session.require(context)
    asked = _take(context, signed)
    information = _information(context, asked, signed)
    if not client_info.allows(information, asked.redirect_uri):
        if not clients.may_run_by_hand(asked):
            raise InvalidRequest(_stranger(asked))
        if request.form.get("own-machine") != "yes":
            return _page(context, signed, asked, information, VOUCH)
    code = grants.approve(
        context.store,
        times.now(),
        asked,
        scopes.granted(asked.scope, request.form.getlist("scope"), pkce=bool(asked.challenge)),
        apps.days(request.form.get("lifetime", "")),
        refreshable=_is_refreshable(information),
        name=information.name or "",
        logo=information.logo or "",
    )
    return _go(context, asked, code=code, **({"me": context.settings.me} if asked.expects_me else {}))


@blueprint.post("/auth/deny")
def deny() -> Answer:
    """Tell the app that the owner says no; where nobody vouched for its address, nobody is told anything (IA-A6)."""
    context = current()
    signed = session.require(context)
    asked = _take(context, signed)
    if not client_info.allows(_information(context, asked, signed), asked.redirect_uri):
        return redirect("/account?said=denied", 303)
    return _go(context, asked, error="access_denied", error_description="The owner said no.")


def _information(context: Context, asked: AuthorizationRequest, signed: Session | None) -> ClientInformation:
    """
    What the app says of itself.

    Raises SignInFirst where a stranger had too many apps looked up, so that nobody makes us ask the world at his pace.
    """
    now, store = times.now(), context.store
    known = client_id.is_loopback(asked.client_id) or store.clients.get(asked.client_id, now) is not None
    if not signed and not known and context.settings.rate_limit:
        with store.write():
            wait = store.limits.take(f"lookup {network(contexts.address(request))}", now, LOOK_UPS, ANOTHER_LOOK_UP)
        if wait is not None:
            raise SignInFirst
    return client_info.look_up(store, context.fetcher, context.parser, asked.client_id, now)


def _take(context: Context, signed: Session) -> AuthorizationRequest:
    """The request that the page was about. Raises InvalidRequest where this session has none such (IA-A3)."""
    handle = tokens.digest(request.form.get("request", ""))
    with context.store.write():
        kept = context.store.authorization_requests.take(handle, signed.id, times.now() - PATIENCE)
    if kept is None:
        raise InvalidRequest(LOST)
    return AuthorizationRequest.from_json(kept)


def _page(
    context: Context,
    signed: Session,
    asked: AuthorizationRequest,
    information: ClientInformation,
    error: str | None = None,
) -> Response:
    """The consent page, with a handle of its own: two tabs do not mix."""
    now, store, handle = times.now(), context.store, tokens.secret("")
    with store.write():
        store.authorization_requests.sweep(now - PATIENCE)
        store.authorization_requests.add(tokens.digest(handle), signed.id, asked.to_json(), now)
    vouched, latest = client_info.allows(information, asked.redirect_uri), store.grants.latest(asked.client_id)
    plain = vouched and urls.is_http(asked.redirect_uri) and not client_id.is_loopback(asked.redirect_uri)
    view = ConsentPage(
        site=Shelf(store, context.settings).site(),
        handle=handle,
        app=apps.of(context, information),
        allowed=latest.created.astimezone(store.preferences.get().time_zone) if latest else None,
        warnings=(*information.warnings, *_lookalikes(context, information)),
        boxes=apps.boxes(asked.scope, pkce=bool(asked.challenge)),
        identity=set(asked.scope) <= set(scopes.IDENTITY),
        redirect=_place(asked.redirect_uri),
        redirect_uri=None if plain else asked.redirect_uri,
        pkce=bool(asked.challenge),
        lifetimes=apps.lifetimes(apps.USUAL),
        refreshable=_is_refreshable(information),
        override=not vouched,
        error=error,
    )
    answer = headers.owner_page(render.page(view), 400 if error else 200, _forms(asked.redirect_uri))
    # Why in the header alone: the page's own `same-origin` lets browsers say where its forms come from.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _lookalikes(context: Context, information: ClientInformation) -> tuple[str, ...]:
    """What it could be taken for, of the apps that were allowed before."""
    others = [(each, known.name or None) for each, known in context.store.grants.clients().items()]
    return lookalike.warnings(information.client_id, information.name, others)


def _is_refreshable(information: ClientInformation) -> bool:
    """Whether the app says that it exchanges refresh tokens (IA-F2)."""
    return information.is_json and "refresh_token" in information.grant_types


def _stranger(asked: AuthorizationRequest) -> str:
    return (
        f"The app at {asked.client_id} does not say that it may be answered at {asked.redirect_uri}, "
        "so nothing is sent there. If the app is yours, let it list that address as one of its redirect_uris."
    )


def _place(redirect_uri: str) -> str:
    """Where the answer goes, in a word: host and port, or the scheme of an app."""
    parts = urlsplit(redirect_uri)
    return parts.netloc if urls.is_http(redirect_uri) else f"{parts.scheme}:"


def _forms(redirect_uri: str) -> str:
    """
    Where the forms of the page may lead (CSP `form-action`): here, and back to the app.

    Why its whole scheme too: browsers ask again at each redirect that follows, and apps send people on from their
    callback to other hosts; they would press Allow, and nothing would happen.
    """
    scheme = urlsplit(redirect_uri).scheme.lower()
    if not urls.is_http(redirect_uri):
        return f"'self' {scheme}:"
    # Why not [::1] itself: a policy has no word for IPv6 addresses.
    origin = "" if "[" in redirect_uri else f" {urls.origin(redirect_uri)}"
    return f"'self'{origin} https:{' http:' if scheme == 'http' else ''}"


def _go(context: Context, asked: AuthorizationRequest, **parameters: str) -> Answer:
    """Send the browser back to the app. 303, so that nothing of our form goes along (IA-A4)."""
    answer = redirect(authorization.answer(asked, context.settings.url, **parameters), 303)
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return answer
