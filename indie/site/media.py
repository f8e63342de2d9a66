"""Pictures, films and sounds, as they were sent; parts of them for players that ask for parts."""

import re

from flask import Blueprint, Response, request
from werkzeug.datastructures import ContentRange, Headers
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from indie import files
from indie.context import Context, current
from indie.errors import NotFound
from indie.media import types
from indie.store.media import HERE, PHOTO, WANTED, Medium

_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")

blueprint = Blueprint("media", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""Why inline styles: browsers show a file that is opened by itself in a page of their own, which has some."""

PIECE = 64 * 1024
"""In bytes: as much of a file is in memory at a time."""

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
    answer = Response(mimetype=known.type)
    answer.content_length = known.size
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Accept-Ranges"] = "bytes"
    answer.set_etag(known.file)
    answer.make_conditional(request)
    if request.method == "GET" and answer.status_code == 200:
        start, stop = 0, known.size
        if part := _part(request.headers, answer.headers["ETag"], known.size):
            start, stop = part
            answer.status_code = 206
            answer.content_range = ContentRange("bytes", start, stop, known.size)
            answer.content_length = stop - start
        # Why last: who has it, or wants to know of it, shall not make a bucket send it.
        file = context.storage.open(known.file, start, stop - start)
        answer.response, answer.direct_passthrough = wrap_file(request.environ, file, PIECE), True
    return answer


def _part(headers: Headers, tag: str, size: int) -> tuple[int, int] | None:
    """
    From which byte to before which one is wanted; None for all of them (RFC 9110 §13.1.5, §14.2).

    What is no range of bytes is passed over, and so are several at once: nobody has to send those.
    Raises RequestedRangeNotSatisfiable. Limit: an If-Range with a date is answered whole, for we tell none.
    """
    found = _RANGE.fullmatch(headers.get("Range", ""))
    if found is None or headers.get("If-Range", tag) != tag:
        return None
    first, last, suffix = found.groups()
    if suffix:
        start, stop = max(0, size - int(suffix)), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    if start >= stop:
        raise RequestedRangeNotSatisfiable(size)
    return start, stop


def _rendition(context: Context, file: str) -> Medium | None:
    """The smaller copy of this name, as a medium of its own."""
    if not context.store.media.has_rendition(file):
        return None
    return Medium(file, HERE, PHOTO, file=file, type=types.WEBP.name, size=context.storage.size(file))
