"""What the parser's process does with a feed (`mf2.child` calls it by name)."""

import dataclasses
import json
from datetime import datetime
from typing import Any

from indie.feeds.feed import Feed
from indie.feeds.read import read


def answer(request: dict[str, Any], body: bytes) -> bytes:
    """The feed as JSON. request: `url`, `media_type`, `charset`, `now`."""
    now = datetime.fromisoformat(request["now"])
    return pack(read(body, request["url"], request["media_type"], request["charset"], now))


def pack(feed: Feed) -> bytes:
    """A feed as JSON."""
    return json.dumps(dataclasses.asdict(feed)).encode()


def unpack(frame: bytes) -> Feed:
    """The feed that `pack` wrote."""
    data = json.loads(frame)
    many = {name: tuple(data[name]) for name in ("hubs", "selves", "elsewhere", "items")}
    return Feed(**(data | many))
