"""
Whether it is the owner who asks: his sessions, their cookie, and what other sites may not make his browser do.

The cookie is 256 random bits; the store has their digest. Nobody who does not sign in ever gets one.
"""

from datetime import timedelta
from urllib.parse import quote, quote_from_bytes, urlencode, urlsplit

from flask import Response, jsonify, make_response, request
from werkzeug.wrappers import Response as Answer

from indie import times
from indie.context import Context, address, current
from indie.errors import Forbidden, SignInFirst
from indie.indieauth import tokens
from indie.store.sessions import IDLE, Session

CONFIRMED = timedelta(minutes=15)
"""After that time the owner proves once more that it is he, before he changes how one gets in."""

COOKIE = "indie"
"""What the name of the cookie ends with."""

SAFE = ("GET", "HEAD", "OPTIONS")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def of_request(context: Context) -> Session | None:
    """The session of the request at hand; None where nobody is signed in. Its use is noted."""
    presented = request.cookies.get(_cookie(context), "")
    now = times.now()
    found = context.store.sessions.find(tokens.digest(presented), now) if presented else None
    if found and context.store.sessions.is_stale(found, now):
        with context.store.write():
            context.store.sessions.touch(found, now, address(request), _agent())
    return found


def require(context: Context) -> Session:
    """The session of the request at hand. Raises SignInFirst."""
    found = of_request(context)
    if found is None:
        raise SignInFirst
    return found


def require_confirmed(context: Context) -> Session:
    """The same, where the owner proved a moment ago that it is he. Raises SignInFirst."""
    found = require(context)
    if not is_confirmed(found):
        raise SignInFirst(confirm=True)
    return found


def is_confirmed(session: Session) -> bool:
    """Whether the owner proved a moment ago that it is he."""
    return session.confirmed + CONFIRMED > times.now()


def begin(context: Context, answer: Answer, method: str) -> None:
    """
    Begin a session with this answer; the one of the request at hand ends.

    method: `password`, `passkey` or `set-up`.
    """
    before = of_request(context)
    cookie = tokens.secret("")
    with context.store.write():
        if before:
            # Why: a cookie that somebody planted beforehand must not become the owner's (session fixation).
            context.store.sessions.end(before.id)
        context.store.sessions.add(tokens.digest(cookie), method, times.now(), address(request), _agent())
    answer.set_cookie(
        _cookie(context),
        cookie,
        max_age=IDLE,
        path="/",
        secure=_is_https(context),
        httponly=True,
        # Why not Strict: the owner comes from the app that asks him, and would have to sign in each time.
        samesite="Lax",
    )


def end(context: Context, answer: Answer) -> None:
    """End the session of the request at hand, and take its cookie away."""
    found = of_request(context)
    if found:
        with context.store.write():
            context.store.sessions.end(found.id)
    answer.delete_cookie(_cookie(context), path="/", secure=_is_https(context), httponly=True, samesite="Lax")


def refuse_cross_site() -> None:
    """
    Before a request that changes something and is let in by a cookie: raise Forbidden where another site sent it.

    By `Sec-Fetch-Site`, which every browser since 2023 sends and no page can forge, else by `Origin`; whoever
    sends neither is no browser and has no cookie that a page could abuse. (The algorithm is that of Go's
    CrossOriginProtection.)
    """
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = (request.host, urlsplit(current().settings.url).netloc)
    cross = site not in ("same-origin", "none") if site else bool(origin) and urlsplit(origin or "").netloc not in ours
    if cross:
        raise Forbidden("This form was sent by another site. Open the page here, and send it again.")


def local_path(text: str) -> str:
    """Where to go after signing in: a path of this site, with its query; `/account` for everything else."""
    plain = all("!" <= character <= "~" and character != "\\" for character in text)
    return text if plain and text.startswith("/") and not text.startswith("//") else "/account"


def path_of_request() -> str:
    """Path and query of the request at hand, as they were sent."""
    query = quote_from_bytes(request.query_string, safe=_PRINTABLE)
    return local_path(quote(request.path) + (f"?{query}" if query else ""))


def sign_in_first(error: SignInFirst) -> Response:
    """Send the browser to sign in, and from there back to the page that it wanted; a script is told in JSON."""
    if request.is_json:
        return make_response(jsonify({"error": error.code, "error_description": str(error)}), error.status)
    # Why not back to a form: what was typed into it is gone.
    wanted = path_of_request() if request.method in SAFE else local_path("")
    answer = Response(status=303)
    answer.headers["Location"] = f"/signin?{urlencode({'next': wanted})}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _cookie(context: Context) -> str:
    """The cookie's name; over https one that no other host, and no page without TLS, can set."""
    return f"__Host-{COOKIE}" if _is_https(context) else COOKIE


def _is_https(context: Context) -> bool:
    return context.settings.url.startswith("https:")


def _agent() -> str:
    return request.user_agent.string[:200]
