"""Links that a page names, in its headers and in its markup, before anybody resolves or judges them."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from bs4 import BeautifulSoup

_VALUE = re.compile(r'<([^>]*)>((?:\s*;\s*[^=;,\s]+(?:\s*=\s*(?:"[^"]*"|[^";,\s]*))?)*)\s*(?:,|$)')
_PARAMETER = re.compile(r';\s*([^=;,\s]+)(?:\s*=\s*(?:"([^"]*)"|([^";,\s]*)))?')


@dataclass(frozen=True)
class Link:
    """One link: where to as it is written, its `rel` as it is written, and in the header which parameter came first."""

    href: str
    rel: str
    place: str
    first: str = "rel"


def of(answer):
    """The links of an answer: those of the headers, then those of the markup, each in order."""
    return [*in_headers(answer.links), *in_markup(answer)]


def in_headers(values):
    """Those of Link headers (RFC 8288)."""
    found = []
    for value in values:
        for href, rest in _VALUE.findall(value):
            parameters = [(name.lower(), quoted or plain) for name, quoted, plain in _PARAMETER.findall(rest)]
            rel = next((said for name, said in parameters if name == "rel"), "")
            found.append(Link(href, rel, "header", parameters[0][0] if parameters else ""))
    return found


def in_markup(answer):
    """The `<link>` elements of a page."""
    if "html" not in answer.media_type:
        return []
    tags = BeautifulSoup(answer.text, "html.parser").find_all("link", rel=True)
    return [Link(tag.get("href", ""), " ".join(tag["rel"]), "page") for tag in tags]


def first(answer, rel):
    """The first link of a rel, absolute; headers before markup. None where there is none."""
    return next((urljoin(answer.url, link.href) for link in of(answer) if rel in link.rel.split()), None)
