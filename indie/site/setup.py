"""The page behind the one-time link that `serve` prints: it makes the owner."""

import hmac

from flask import Blueprint, Response, request

from indie import times
from indie.context import Context, current
from indie.errors import NotFound
from indie.indieauth import owner, session
from indie.site import headers, render
from indie.site.entries import Shelf
from indie.site.views import SetupPage

blueprint = Blueprint("setup", __name__)
blueprint.before_request(session.refuse_cross_site)


@blueprint.get("/setup/<key>")
def form(key: str) -> Response:
    """The form, while there is no owner."""
    context = _open(key)
    return _page(SetupPage(Shelf(context.store, context.settings).site(), request.path))


@blueprint.post("/setup/<key>")
def make(key: str) -> Response:
    """Make the owner, or show what is wrong and what was typed."""
    context = _open(key)
    typed = {name: request.form.get(name, "") for name in ("name", "nickname", "note")}
    password = request.form.get("password", "")
    wrong = owner.check(typed["name"], password)
    site = Shelf(context.store, context.settings).site
    if wrong:
        errors = tuple((one.field, str(one)) for one in wrong)
        return _page(SetupPage(site(), request.path, errors, typed), 400)
    with context.store.write():
        # Why once more: two who send the form at the same moment must not both become the owner.
        _open(key)
        owner.set_up(
            context.store,
            context.storage,
            times.now(),
            name=typed["name"],
            password=password,
            nickname=typed["nickname"],
            note=typed["note"],
        )
    answer = _page(SetupPage(site(), request.path, done=True))
    # Why: whoever typed the password a moment ago need not type it again.
    session.begin(context, answer, "set-up")
    return answer


def _open(key: str) -> Context:
    """Raises NotFound for a wrong key, and for every key once there is an owner."""
    context = current()
    right = hmac.compare_digest(key.encode(), owner.setup_key(context.store.secret).encode())
    if not right or context.store.owner.get():
        raise NotFound("This link has been used, or never was one; the newest is in the server's output.")
    return context


def _page(view: SetupPage, status: int = 200) -> Response:
    return headers.secret_page(render.page(view), status)
