"""
Passkeys: the owner signs in with a key in his device instead of the password (WebAuthn Level 2, item 68).

The only module that knows the `webauthn` package, which need not be there: it is
imported by those who use a passkey, and without it there are none.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any

from indie import text, urls
from indie.errors import Forbidden, IndieError, InvalidRequest
from indie.indieauth import agents
from indie.store import Store
from indie.store.owner import Owner
from indie.store.passkeys import Passkey
from indie.store.sessions import Session

HOLDS = timedelta(minutes=5)
"""How long a challenge waits for its signature."""

SIGN_IN = "sign-in"
REGISTER = "register"

LATE = "This took too long, or was tried before; try again."
STRANGE = "This passkey does not open this site; use another one, or your password."
COPIED = (
    "This passkey has signed less often than it should have, as a copy of it would; "
    "sign in with your password, remove it, and make a new one."
)
UNUSABLE = "Your browser made a passkey that cannot be used here; try again, or with another device."
KNOWN = "This passkey is known already."

_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
"""What the package raises, beside errors of its own, on answers that no browser sends."""


def why_not(me: str) -> str:
    """A sentence that says why there can be no passkeys on this site, and what to do; "" where there can."""
    host = urls.host(me)
    if not find_spec("webauthn"):
        return "Passkeys need a package that is not installed; run “pip install webauthn” and start the site again."
    if _is_ip(host):
        return f"Passkeys need a name, and {host} is a number; set INDIE_URL to http://localhost:… or to your domain."
    if not me.startswith("https://") and host != "localhost" and not host.endswith(".localhost"):
        return "Passkeys need https; put a server with a certificate in front, and set INDIE_URL to https://…."
    return ""


def is_available(me: str) -> bool:
    """Whether there can be passkeys on this site (`why_not`)."""
    return not why_not(me)


def registration_options(store: Store, me: str, owner: Owner, session: Session, now: datetime) -> str:
    """
    What the browser needs to make a passkey, as JSON (WebAuthn §5.4), with a challenge for this session.

    The passkey is to be found without a user name and to check who holds it, as it stands for the password.
    """
    from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415  # need not be there
    from webauthn.helpers import structs  # noqa: PLC0415

    return options_to_json(
        generate_registration_options(
            rp_id=urls.host(me),
            rp_name=urls.host(me),
            user_id=_user_handle(store),
            user_name=urls.host(me),
            user_display_name=owner.name,
            challenge=_challenge(store, REGISTER, session.id, now),
            timeout=_milliseconds(HOLDS),
            authenticator_selection=structs.AuthenticatorSelectionCriteria(
                resident_key=structs.ResidentKeyRequirement.REQUIRED,
                user_verification=structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                structs.PublicKeyCredentialDescriptor(
                    id=_bytes(passkey.credential_id),
                    transports=[structs.AuthenticatorTransport(one) for one in passkey.transports],
                )
                for passkey in store.passkeys.all()
            ],
        )
    )


def register(store: Store, me: str, session: Session, name: str, answer: Any, now: datetime) -> Passkey:
    """
    Keep the passkey that the browser has made.

    name: what the owner calls it; where he does not say, it is called after his browser.
    answer: the browser's PublicKeyCredential, as JSON.
    Raises Forbidden for a challenge that is not this session's, has expired or was used; InvalidRequest
    for an answer that does not hold, or a passkey that is there already. WebAuthn §7.1.
    """
    from webauthn import verify_registration_response  # noqa: PLC0415  # need not be there
    from webauthn.helpers import (  # noqa: PLC0415
        bytes_to_base64url,
        parse_client_data_json,
        parse_registration_credential_json,
    )

    with _refusing(InvalidRequest(UNUSABLE)):
        credential = parse_registration_credential_json(answer)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    _take(store, challenge, REGISTER, session.id, now)
    with _refusing(InvalidRequest(UNUSABLE)):
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=urls.host(me),
            expected_origin=urls.origin(me),
            require_user_verification=True,
        )
    passkey = Passkey(
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=tuple(one.value for one in credential.response.transports or ()),
        name=text.one_line(name) or agents.describe(session.agent),
        created=now,
    )
    with store.write():
        kept = store.passkeys.add(passkey)
    if kept is None:
        raise InvalidRequest(KNOWN)
    return kept


def authentication_options(store: Store, me: str, now: datetime) -> str:
    """What the browser needs to sign with a passkey of this site, as JSON (WebAuthn §5.5), with a challenge."""
    from webauthn import generate_authentication_options, options_to_json  # noqa: PLC0415  # need not be there
    from webauthn.helpers import structs  # noqa: PLC0415

    return options_to_json(
        generate_authentication_options(
            rp_id=urls.host(me),
            challenge=_challenge(store, SIGN_IN, 0, now),
            timeout=_milliseconds(HOLDS),
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        )
    )


def authenticate(store: Store, me: str, answer: Any, now: datetime) -> Passkey:
    """
    The passkey that has signed our challenge.

    answer: the browser's PublicKeyCredential, as JSON.
    Raises Forbidden: the challenge has expired or was used, the counter did not move on, or anything else,
    with one sentence for all of that. WebAuthn §7.2.
    """
    from webauthn import verify_authentication_response  # noqa: PLC0415  # need not be there
    from webauthn.helpers import (  # noqa: PLC0415
        bytes_to_base64url,
        parse_authentication_credential_json,
        parse_client_data_json,
    )

    with _refusing(Forbidden(STRANGE)):
        credential = parse_authentication_credential_json(answer)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
    _take(store, challenge, SIGN_IN, 0, now)
    passkey = store.passkeys.find(bytes_to_base64url(credential.raw_id))
    if passkey is None or credential.response.user_handle != _user_handle(store):
        raise Forbidden(STRANGE)
    with _refusing(Forbidden(STRANGE)):
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=urls.host(me),
            expected_origin=urls.origin(me),
            credential_public_key=passkey.public_key,
            # Why 0: the package would look at the counter before the signature; `use` does it after, and at once.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    with store.write():
        if not store.passkeys.use(passkey.id, verified.new_sign_count, now):
            raise Forbidden(COPIED)
    return replace(passkey, sign_count=verified.new_sign_count, used=now)


def remove(store: Store, id_: int, keep_session: int) -> None:
    """
    Forget a passkey, and sign out everywhere but here: whoever had it may have signed in (item 57).

    keep_session: the id of the session that asks. Where there is no such passkey nothing happens.
    """
    with store.write():
        if store.passkeys.remove(id_):
            store.sessions.end_all(except_id=keep_session)


def _challenge(store: Store, purpose: str, session: int, now: datetime) -> bytes:
    """A new challenge, of which only the digest is kept."""
    challenge = secrets.token_bytes(32)
    with store.write():
        store.challenges.add(_digest(challenge), purpose, session, now, now + HOLDS)
    return challenge


def _take(store: Store, challenge: bytes, purpose: str, session: int, now: datetime) -> None:
    """Use up a challenge, whatever comes of it. Raises Forbidden where it is none of ours."""
    with store.write():
        taken = store.challenges.take(_digest(challenge), purpose, session, now)
    if not taken:
        raise Forbidden(LATE)


@contextmanager
def _refusing(refusal: IndieError) -> Iterator[None]:
    """Whatever the package has against an answer, in our words."""
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415  # need not be there

    try:
        yield
    except (WebAuthnException, *_MALFORMED) as error:
        raise refusal from error


def _user_handle(store: Store) -> bytes:
    """By what authenticators know the owner: the same for all his passkeys, and it says nothing (WebAuthn §14.6.1)."""
    return hmac.digest(store.secret, b"user handle of passkeys", "sha256")


def _digest(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()


def _bytes(credential_id: str) -> bytes:
    from webauthn import base64url_to_bytes  # noqa: PLC0415  # need not be there

    return base64url_to_bytes(credential_id)


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)


def _is_ip(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False
