"""The bytes of a document, read as a feed, whatever they are."""

import re
from datetime import datetime

from indie.feeds import h_feed, json_feed, syndication
from indie.feeds.feed import Feed
from indie.mf2.parse import parse

_XML = re.compile(rb"(?:<\?xml|<rss[\s>]|<feed[\s>]|<rdf:RDF[\s>])", re.IGNORECASE)
_HTML = ("text/html", "application/xhtml+xml")


def read(body: bytes, url: str, media_type: str, charset: str | None, now: datetime) -> Feed:
    """
    What a body says as a feed.

    media_type: as HTTP told it, "" if it did not; where it is wrong or vague the first bytes tell.
    Any bytes give a Feed. Takes seconds on a hostile one: `reader` has it done in a process of its own.
    """
    start = body[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()[:20]
    if start[:1] == b"{" and media_type not in _HTML:
        return json_feed.read(body, url, now)
    if media_type not in _HTML and (_XML.match(start) or media_type.endswith(("/xml", "+xml"))):
        return syndication.read(body, url, charset, now)
    if media_type.endswith(("/json", "+json")):
        return json_feed.read(body, url, now)
    # Why: many a server says `text/html` of every file that it knows nothing of.
    if _XML.match(start) and b"<html" not in body[:1000].lower():
        found = syndication.read(body, url, charset, now)
        if found.kind:
            return found
    return h_feed.read(parse(body, url, charset), now)
