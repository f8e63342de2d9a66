"""
The media endpoint: files that a client sends before the post that shows them (Micropub §3.6).

What it can be asked, and how a file is deleted, is in `micropub.md` §3 (media queries, media delete).
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import FileStorage

from indie import files, times
from indie.context import Context, current
from indie.errors import InvalidRequest, UnsupportedMediaType
from indie.indieauth import bearer, scopes
from indie.media import types
from indie.micropub import clients, forms, syntax
from indie.micropub.question import Question
from indie.store.media import AVATAR, HERE, Medium
from indie.store.tokens import Token

blueprint = Blueprint("uploads", __name__)

QUERIES = ("config", "source", "last")

LENGTH = 20
"""Files in one answer, unless the client asks for more or fewer."""

MOST_NAMED = 10
"""Posts that are named when a file cannot be deleted; the others are counted."""

_BESIDE = ("access_token", "mp-destination")
"""Fields that say nothing about a file."""


@blueprint.get("/micropub/media")
def ask() -> Response:
    """Answer a query."""
    context = current()
    token = bearer.admit(context.store, request, times.now())
    scopes.require("query", token.scope)
    question = Question.read(list(request.args.items(multi=True)))
    match question.one("q"):
        case "config":
            return jsonify(_config())
        case "source":
            return jsonify(_source(context, question))
        case "last":
            newest = context.store.media.uploaded(1)
            return jsonify(_shown(context, newest[0]) if newest else {})
        case _:
            raise InvalidRequest(f"Ask one of q={', q='.join(QUERIES)}.")


@blueprint.post("/micropub/media")
def act() -> Response:
    """Take a file, or delete one."""
    context = current()
    now = times.now()
    token = bearer.admit(context.store, request, now, clients.sends_its_token_twice)
    command = _deletion()
    return delete(context, token, command.url) if command else upload(context, token)


def brings_nothing_else(token: Token) -> bool:
    """
    Whether a request to the Micropub endpoint is meant for this one: a file called `file` and nothing beside it.

    Clients that find no media endpoint do so (`micropub.md` §2); one does with a `photo`.
    """
    names = [forms.key(name)[0] for name in request.files]
    alone = len(names) == 1 and all(name in _BESIDE for name in request.form)
    return alone and (names == ["file"] or clients.sends_files_alone(token.client_id))


def upload(context: Context, token: Token) -> Response:
    """
    Keep the one file that the request brings: 201 with its address, the same for the same bytes (Micropub §3.6.4).

    Raises InsufficientScope, InvalidRequest for no file or several, UnsupportedMediaType.
    """
    scopes.require("media", token.scope)
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the file as multipart/form-data, in a part that is called “file”.")
    file = files.read(files.whole(_only_file().stream))
    files.lay(context.storage, file)
    with context.store.write():
        files.add(context.store, context.storage, file, times.now())
    url = files.address(context.settings.me, file.medium.name)
    answer = jsonify({"url": url})
    answer.status_code = 201
    answer.headers["Location"] = url
    return answer


def delete(context: Context, token: Token, url: str) -> Response:
    """
    Delete an uploaded file that no post shows: 204.

    Raises InsufficientScope (it takes `delete` and `media`), InvalidRequest where there is no such file
    and where posts show it: those are named.
    """
    scopes.require("delete", token.scope)
    scopes.require("media delete", token.scope)
    with context.store.write():
        medium = _uploaded(context, url)
        names = (medium.name, *(rendition.file for rendition in medium.renditions))
        posts = [post.url(context.settings.me) for post in context.store.finding.holding(names)]
        owner = context.store.owner.get()
        if owner and owner.photo == medium.name:
            posts.insert(0, context.settings.me)
        if posts:
            more = f" and {len(posts) - MOST_NAMED} more" if len(posts) > MOST_NAMED else ""
            raise InvalidRequest(
                f"This file is in use: take it out of {', '.join(posts[:MOST_NAMED])}{more} first, then delete it."
            )
        files.delete(context.store, context.storage, medium.name)
    return Response(status=204)


def _deletion() -> syntax.Delete | None:
    """The command in the request, if there is one; else it brings a file. Raises InvalidRequest for any other."""
    if request.mimetype == "application/json":
        command = syntax.parse_json(request.get_data())
    else:
        fields = list(request.form.items(multi=True)) or list(request.args.items(multi=True))
        # Why the query too: micro.blog's apps send it with an empty request (`micropub.md` §4).
        if not any(forms.key(name)[0] == "action" for name, _ in fields):
            return None
        command = syntax.parse_form(fields)
    if request.files or not isinstance(command, syntax.Delete):
        raise InvalidRequest("Send a file (multipart/form-data), or delete one (action=delete with its url); not both.")
    return command


def _only_file() -> FileStorage:
    """Why any name: some clients call it `photo`, `photo[]` or `file[0]`."""
    sent = [file for _, file in request.files.items(multi=True)]
    if len(sent) != 1:
        raise InvalidRequest(f"Send one file, in a part that is called “file”; here are {len(sent) or 'none'}.")
    return sent[0]


def _config() -> dict[str, Any]:
    """What can be asked, and what is taken; the limit is in bytes."""
    return {
        "q": list(QUERIES),
        "mime-types": [kind.name for kind in types.TYPES],
        "max-size": request.max_content_length,
    }


def _source(context: Context, question: Question) -> dict[str, Any]:
    """
    The file at `url`, or the newest ones.

    Limit: who may upload sees all uploads, also those that drafts and private posts alone show.
    """
    url = question.one("url")
    if url:
        return _shown(context, _uploaded(context, url))
    kind = question.one("mime_type").removesuffix("/*")
    found = context.store.media.uploaded(question.limit(LENGTH), question.number("offset", 0), kind)
    return {"items": [_shown(context, medium) for medium in found]}


def _uploaded(context: Context, url: str) -> Medium:
    """The file that was uploaded, at its address; not those that the site fetched itself. Raises InvalidRequest."""
    name = files.name_at(context.settings.me, url)
    medium = context.store.media.get(name) if name else None
    if medium is None or medium.state != HERE or medium.origin or medium.purpose == AVATAR:
        raise InvalidRequest(f"There is no file at “{url[:200]}” (not found).")
    return medium


def _shown(context: Context, medium: Medium) -> dict[str, Any]:
    """A file as clients want to know it; no key without a value."""
    me = context.settings.me
    small = medium.renditions[0].file if medium.renditions else ""
    whole = {
        "url": files.address(me, medium.name),
        "published": times.rfc3339(medium.created) if medium.created else None,
        "mime_type": medium.type,
        # Why twice: servers have called it by both names, and clients read either.
        "content-type": medium.type,
        "size": medium.size,
        "width": medium.width,
        "height": medium.height,
        "color": medium.color,
        "thumbnail": files.address(me, small) if small else None,
    }
    return {name: value for name, value in whole.items() if value}
