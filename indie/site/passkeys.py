"""What `passkey.js` talks to: JSON in, JSON out, on the sign-in page and on the page of passkeys."""

import json
from typing import Any

from flask import Blueprint, Response, make_response, request
from werkzeug.exceptions import RequestEntityTooLarge

from indie import times
from indie.context import Context, address, current
from indie.errors import BodyTooLarge, Forbidden, InvalidRequest, NotFound
from indie.indieauth import owner, passkeys, session
from indie.store.owner import Owner

LARGEST_ANSWER = 64 * 1024
"""In bytes; what a device says of a passkey has a few thousand."""

blueprint = Blueprint("passkeys", __name__)


@blueprint.before_request
def guard() -> None:
    """Small, and from our own pages."""
    request.max_content_length = LARGEST_ANSWER
    session.refuse_cross_site()


@blueprint.post("/signin/passkey/options")
def ask_to_sign_in() -> Response:
    """
    A challenge for any passkey of this site.

    It counts as a try of this address, so that nobody fills the table of challenges.
    """
    context = current()
    _owner_with_passkeys(context)
    _body()
    now = times.now()
    if context.settings.rate_limit:
        owner.take_a_try(context.store, address(request), now, by_password=False)
    return _answer(passkeys.authentication_options(context.store, context.settings.me, now))


@blueprint.post("/signin/passkey")
def sign_in() -> Response:
    """`credential`: what the device has signed; `next`: where to go then. A failure counts as a try of this address."""
    context = current()
    _owner_with_passkeys(context)
    body = _body()
    now = times.now()
    try:
        passkeys.authenticate(context.store, context.settings.me, body.get("credential"), now)
    except Forbidden:
        if context.settings.rate_limit:
            owner.take_a_try(context.store, address(request), now, by_password=False)
        raise
    owner.forget_tries(context.store, address(request))
    answer = _answer(json.dumps({"next": session.local_path(f"{body.get('next', '')}")}))
    session.begin(context, answer, "passkey")
    return answer


@blueprint.post("/account/passkeys/options")
def ask_to_register() -> Response:
    """A challenge for a new passkey, and whose it will be."""
    context = current()
    here = session.require_confirmed(context)
    known = _owner_with_passkeys(context)
    _body()
    return _answer(
        passkeys.registration_options(context.store, context.settings.me, known, here, times.now())
    )


@blueprint.post("/account/passkeys/register")
def register() -> Response:
    """`credential`: the passkey that the device has made; `name`: what the owner calls it."""
    context = current()
    here = session.require_confirmed(context)
    _owner_with_passkeys(context)
    body = _body()
    name = f"{body.get('name', '')}"
    passkeys.register(context.store, context.settings.me, here, name, body.get("credential"), times.now())
    return _answer(json.dumps({"next": "/account/passkeys"}))


def _owner_with_passkeys(context: Context) -> Owner:
    """Raises NotFound, with the reason, where this site can have no passkeys, or nobody who has one."""
    reason = passkeys.why_not(context.settings.me)
    known = context.store.owner.get()
    if reason or known is None:
        raise NotFound(reason or "This site has no owner yet, so nobody can sign in.")
    return known


def _body() -> dict[str, Any]:
    """What the script sent. Raises InvalidRequest, BodyTooLarge."""
    try:
        body = json.loads(request.get_data()) if request.is_json else None
    except (ValueError, RecursionError):
        body = None
    except RequestEntityTooLarge:
        raise BodyTooLarge(f"This is larger than {LARGEST_ANSWER // 1024} KB, and so no passkey's.") from None
    if not isinstance(body, dict):
        raise InvalidRequest("Send this as a JSON object; the pages of this site do it by their script.")
    return body


def _answer(text: str) -> Response:
    answer = make_response(text)
    answer.mimetype = "application/json"
    answer.headers["Cache-Control"] = "no-store"
    return answer
