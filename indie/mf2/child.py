"""
What runs in the process that parses pages (`sandbox` starts it).

On standard input and output go frames: eight bytes of length, then the bytes.
A request is a frame of JSON (`url`, `charset`, `seconds`) and one with the
page; an answer one frame of JSON. A room above that has something read here names
its module (`task`). Nothing that could be run comes back over the wall.
"""

import importlib
import json
import os
import resource
import signal
import sys
from types import FrameType
from typing import Any, BinaryIO

from indie.mf2.item import Item
from indie.mf2.page import Link, Page
from indie.mf2.parse import Refused, parse

LARGEST = 200_000_000
"""The longest frame, in bytes; `parse.MOST_TEXT` keeps answers far below it."""

READY = b"ready"
NOTHING = b"null"


def serve(memory: int) -> None:
    """
    Answer until standard input ends, which it does when the parent does.

    memory: bytes of data that this process may have, where the system can tell.
    """
    # A signal to the whole process group is for the parent: we end with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not look like an answer.
    os.dup2(2, 1)
    _limit_memory(memory)
    # Where memory ends, destructors fail too, and would tell the operator's terminal so.
    sys.unraisablehook = lambda _: None
    send(outgoing, READY)
    while (request := receive(incoming)) is not None:
        body = receive(incoming)
        if body is None:
            return
        try:
            answer = _answer(json.loads(request), body)
        except MemoryError:
            answer = NOTHING
        send(outgoing, answer)
        if answer == NOTHING:
            return


def send(stream: BinaryIO, frame: bytes) -> None:
    """Write one frame."""
    stream.write(len(frame).to_bytes(8, "big"))
    stream.write(frame)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Read one frame; None where the other side has gone or makes no sense."""
    head = stream.read(8)
    length = int.from_bytes(head, "big")
    if len(head) < 8 or length > LARGEST:
        return None
    frame = stream.read(length)
    return frame if len(frame) == length else None


def pack(page: Page) -> bytes:
    """A page as JSON."""
    rels = [[list(link.rel), link.href, link.tag] for link in page.rels]
    items = [item.to_json() for item in page.items]
    return json.dumps(vars(page) | {"rels": rels, "items": items}).encode()


def unpack(frame: bytes) -> Page:
    """The page that `pack` wrote."""
    data: dict[str, Any] = json.loads(frame)
    data["items"] = tuple(map(Item.from_json, data["items"]))
    data["rels"] = tuple(Link(tuple(rel), href, tag) for rel, href, tag in data["rels"])
    data["links"] = tuple(data["links"])
    return Page(**data)


def _answer(request: dict[str, Any], body: bytes) -> bytes:
    """
    The page as JSON, or what the task makes of it.

    The parent kills us when the time is up; should there be no parent any more,
    the system does (SIGVTALRM).
    """
    seconds = request["seconds"]
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds * 2)
    if "task" in request:
        answer: bytes = importlib.import_module(request["task"]).answer(request, body)
    else:
        answer = pack(parse(body, request["url"], request["charset"], _Interrupting(seconds * 0.6)))
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return answer


class _Interrupting:
    """
    Raises Refused in what is not done so many seconds after this was made, again and again until it hears.

    So a page on which mf2py does not come to an end is still known by its links.
    """

    def __init__(self, seconds: float) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.5)

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, _interrupt)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise Refused("it takes too long")


def _limit_memory(memory: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    except (ValueError, OSError):
        # Limit: not every system counts this; there the guard alone keeps pages small.
        return
