"""Where hubs find us: they verify what we asked for (WebSub §5.3) and push what is new (§7)."""

from flask import Blueprint, Response, make_response, request
from werkzeug.exceptions import RequestEntityTooLarge

from indie import text, times
from indie.context import current
from indie.fetch.limits import FEED
from indie.websub import arrivals, subscriber

blueprint = Blueprint("callback", __name__)

LONGEST_CHALLENGE = 4096
"""In characters."""

STATUS = {"unknown": 410, "unsigned": 403, "taken": 202}


@blueprint.get("/websub/<token>")
def verify(token: str) -> Response:
    """Echo the challenge of what we asked for; 404 for everything else."""
    store, now, asked = current().store, times.now(), request.args
    mode, topic = asked.get("hub.mode", ""), asked.get("hub.topic", "")
    if mode == "denied":
        reason = text.one_line(asked.get("hub.reason", ""), 200)
        return _plain("", 200 if subscriber.deny(store, token, topic, reason, now) else 404)
    challenge = asked.get("hub.challenge", "")
    if not challenge or len(challenge) > LONGEST_CHALLENGE:
        return _plain("", 404)
    if not subscriber.confirm(store, token, mode, topic, asked.get("hub.lease_seconds", ""), now):
        return _plain("", 404)
    return _plain(challenge, 200)


@blueprint.post("/websub/<token>")
def receive(token: str) -> Response:
    """Take a push, and read it later."""
    body = _body()
    kind, signature = request.headers.get("Content-Type", "")[:200], request.headers.get("X-Hub-Signature", "")[:200]
    if body is None:
        # Nobody can have signed what nobody reads: a hint.
        arrivals.take(current().store, token, b"", kind, "", times.now())
        return _plain("", 413)
    return _plain("", STATUS[arrivals.take(current().store, token, body, kind, signature, times.now())])


def _body() -> bytes | None:
    """The bytes as they came; None for more than a feed may have."""
    request.max_content_length = FEED.decoded + 1
    try:
        body = request.get_data(parse_form_data=False)
    except RequestEntityTooLarge:
        return None
    # Why one byte more: Werkzeug reads a body of unknown length up to its limit, and says nothing of the rest.
    return body if len(body) <= FEED.decoded else None


def _plain(body: str, status: int) -> Response:
    return make_response(body, status, {"Content-Type": "text/plain; charset=utf-8"})
