"""Pictures, films and sounds, as they were sent; parts of them for players that ask for parts."""

import re

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from indie import files
from indie.context import Context, current
from indie.errors import NotFound
from indie.media import types
from indie.store.media import HERE, PHOTO, WANTED, Medium

_RANGE = re.compile(r"bytes=(\d+-\d*|-\d+)")

blueprint = Blueprint("media", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
SOON = 5
"""Seconds after which a picture that is still being fetched is worth asking for again."""


@blueprint.get(f"/{files.FOLDER}<name>")
def medium(name: str) -> Response:
    """A medium, or a smaller copy of one, by its name; 503 while a job fetches it, 404 if it could not be had."""
    context = current()
    known = context.store.media.get(name) or _rendition(context, name)
    if known is not None and known.state == WANTED:
        answer = Response("This picture is being fetched.", 503, mimetype="text/plain")
        answer.headers.update({"Retry-After": str(SOON), "Cache-Control": "no-store"})
        return answer
    if known is None or known.state != HERE:
        raise NotFound("There is no such file here.")
    answer = Response(
        wrap_file(request.environ, context.storage.open(known.file)), mimetype=known.type, direct_passthrough=True
    )
    answer.content_length = known.size
    answer.headers["Cache-Control"] = FOR_EVER
    answer.set_etag(known.file)
    # Why asked: what is no range of bytes is to be passed over (RFC 9110 §14.2), and Werkzeug answers 416.
    partly = request.method == "GET" and bool(_RANGE.fullmatch(request.headers.get("Range", "")))
    answer.headers["Accept-Ranges"] = "bytes"
    try:
        if partly:
            answer.make_conditional(request, accept_ranges=True, complete_length=known.size)
        else:
            answer.make_conditional(request)
    except RequestedRangeNotSatisfiable:
        answer.close()  # and with it the file
        raise
    return answer


def _rendition(context: Context, file: str) -> Medium | None:
    """The smaller copy of this name, as a medium of its own."""
    if not context.store.media.has_rendition(file):
        return None
    return Medium(file, HERE, PHOTO, file=file, type=types.WEBP.name, size=context.storage.size(file))
