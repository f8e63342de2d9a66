"""The page on which the owner proves that it is he, and the way out (DESIGN §2)."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from indie import context as contexts
from indie import times
from indie.context import Context, current
from indie.errors import InvalidRequest, TooManyRequests
from indie.indieauth import authorization, owner, passkeys, session
from indie.site import headers, render
from indie.site.entries import Shelf
from indie.site.owner_views import SignInPage
from indie.store.sessions import Session

blueprint = Blueprint("signin", __name__)
blueprint.before_request(session.refuse_cross_site)

WRONG = "This is not the password of this site."


@blueprint.get("/signin")
def form() -> Answer:
    """The form; who proved a moment ago that he is the owner goes on at once. `next`: where to."""
    context, wanted = current(), session.local_path(request.args.get("next", ""))
    signed = session.of_request(context)
    if signed and session.is_confirmed(signed):
        return redirect(wanted, 303)
    return _page(context, wanted, signed)


@blueprint.post("/signin")
def sign_in() -> Answer:
    """Begin a session, or show the form again: 403 for a wrong password, 429 for too many tries."""
    context, wanted = current(), session.local_path(request.form.get("next", ""))
    try:
        right = owner.try_password(
            context.store,
            request.form.get("password", ""),
            contexts.address(request),
            times.now(),
            limited=context.settings.rate_limit,
        )
    except TooManyRequests as error:
        late = _page(context, wanted, session.of_request(context), str(error), error.status)
        late.headers["Retry-After"] = str(error.retry_after)
        return late
    if not right:
        return _page(context, wanted, session.of_request(context), WRONG, 403)
    answer = redirect(wanted, 303)
    session.begin(context, answer, "password")
    return answer


@blueprint.post("/signout")
def sign_out() -> Answer:
    """End the session of this browser."""
    context = current()
    answer = redirect(context.settings.me, 303)
    session.end(context, answer)
    return answer


def _page(
    context: Context, wanted: str, signed: Session | None, error: str | None = None, status: int = 200
) -> Response:
    owned = context.store.owner.get() is not None
    view = SignInPage(
        site=Shelf(context.store, context.settings).site(),
        next=wanted,
        app=_app(context, wanted),
        confirm=signed is not None,
        error=error if owned else None,
        passkeys=passkeys.is_available(context.settings.me) and bool(context.store.passkeys.all()),
        owned=owned,
    )
    return headers.owner_page(render.page(view), status if owned else 404)


def _app(context: Context, wanted: str) -> str | None:
    """The client_id of the app that waits, where the way goes on to its consent page."""
    path, _, query = wanted.partition("?")
    if path != "/auth" or not query:
        return None
    try:
        return authorization.parse(query.encode(), context.settings.fetch_allow).request.client_id
    except InvalidRequest:
        return None
