"""
What webmention.rocks serves to senders, test by test (webmention.md §1.1), and cases of our own.

A page is written with the endpoint as `{good}` and `{trap}`, or with their absolute addresses as `{GOOD}`, `{TRAP}`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Served:
    """
    One page. head: the last tag of the head; body: in e-content. links: the values of its Link headers, by name.

    endpoint: what the sender has to post to, as a path.
    """

    head: str = ""
    body: str = ""
    links: tuple[tuple[str, str], ...] = ()
    endpoint: str = "{good}"
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    before: str = ""


def _link(*values):
    return tuple(("Link", value) for value in values)


A = '<a href="{good}" rel="webmention">webmention endpoint</a>'
TRAP_A = '<a href="{trap}" rel="webmention">wrong</a>'
TRAP_LINK = '<link rel="webmention" href="{trap}">'

TESTS = {
    1: Served(links=_link("<{good}>; rel=webmention")),
    2: Served(links=_link("<{GOOD}>; rel=webmention")),
    3: Served(head='<link rel="webmention" href="{good}">'),
    4: Served(head='<link href="{GOOD}" rel="webmention">'),
    5: Served(body='<a rel="webmention" href="{good}">x</a>'),
    6: Served(body='<a href="{GOOD}" rel="webmention">x</a>'),
    7: Served(links=(("LinK", "<{GOOD}>; rel=webmention"),)),
    8: Served(links=_link('<{GOOD}>; rel="webmention"')),
    9: Served(head='<link rel="webmention somethingelse" href="{GOOD}">'),
    10: Served(links=_link('<{GOOD}>; rel="webmention somethingelse"')),
    11: Served(links=_link('<{good}>; rel="webmention"'), head=TRAP_LINK, body=TRAP_A),
    12: Served(head='<link rel="not-webmention" href="{trap}">', body=A),
    13: Served(body='<!-- <a href="{trap}" rel="webmention"></a> -->' + A),
    14: Served(body='<code>&lt;a href="{trap}" rel="webmention"&gt;&lt;/a&gt;</code>' + A),
    15: Served(head='<link rel="webmention" href="">', endpoint="{page}"),
    16: Served(body=A + TRAP_LINK),
    17: Served(body='<link rel="webmention" href="{good}">' + TRAP_A),
    18: Served(links=_link('<{TRAP}>; rel="other"', '<{GOOD}>; rel="webmention"')),
    19: Served(links=_link('<{TRAP}>; rel="other", <{GOOD}>; rel="webmention"')),
    20: Served(body='<link rel="webmention">' + A),
    21: Served(head='<link rel="webmention" href="{good}?query=yes">', endpoint="{good}?query=yes"),
    22: Served(head='<link rel="webmention" href="22/webmention">'),
}
"""All but the last, whose every address is good once."""

OWN = {
    "upper-case": Served(head='<LINK REL="WebMention" HREF="{good}">', body=TRAP_A),
    "upper-case-header": Served(links=_link('<{good}>; REL="WEBMENTION"'), head=TRAP_LINK),
    "quoted-comma": Served(links=_link('<{trap}>; title="a, b; rel=webmention", <{good}>; rel=webmention')),
    "url-with-comma": Served(links=_link("<{good}?a=1,2>; rel=webmention"), endpoint="{good}?a=1,2"),
    "two-headers": Served(links=_link("<{good}>; rel=webmention", "<{trap}>; rel=webmention")),
    "two-in-a-header": Served(links=_link("<{good}>; rel=webmention, <{trap}>; rel=webmention")),
    "base": Served(head='<base href="/own/"><link rel="webmention" href="base/webmention">'),
    "template": Served(body=f"<template>{TRAP_A}</template>" + A),
    "noscript": Served(body=f"<noscript>{TRAP_A}</noscript>" + A),
    "svg": Served(body='<svg><a href="{good}" rel="webmention"><text>x</text></a></svg>'),
    "not-found": Served(status=404, body=A),
    "unauthorized": Served(status=401, links=_link("<{good}>; rel=webmention")),
    "pdf": Served(kind="application/pdf", links=_link("<{good}>; rel=webmention"), body=TRAP_A),
    "fragment": Served(head='<link rel="webmention" href="">', endpoint="{page}"),
    "http-equiv": Served(head='<meta http-equiv="Link" content="<{trap}>; rel=webmention">', body=A),
    "legacy": Served(body='<a rel="http://webmention.org/" href="{good}">x</a>'),
    "legacy-header": Served(links=_link('<{good}>; rel="http://webmention.org"')),
    "legacy-and-new": Served(links=_link('<{trap}>; rel="http://webmention.org/"'), body=A),
    "other-tags": Served(body='<b rel="webmention" href="{trap}">x</b><area rel="webmention" href="{trap}">' + A),
    "huge-by-header": Served(links=_link("<{good}>; rel=webmention"), before=f"<!-- {'x' * 10_000_000} -->"),
    "huge": Served(head='<link rel="webmention" href="{good}">', body="<p>more</p>" * 300_000),
    **{f"moved-{status}": Served(head=f'<link rel="webmention" href="{{moved}}?{status}">') for status in (301, 302, 307, 308)},
}  # fmt: skip
"""The cases that no test of webmention.rocks has."""

NOWHERE = {
    "after-a-mebibyte": Served(before=f"<!-- {'x' * 1_048_576} -->", body=TRAP_A),
    "only-in-text": Served(body='<textarea><a href="{trap}" rel="webmention"></textarea>'),
    "prefix": Served(body='<a href="{trap}" rel="webmentions">x</a>'),
    "mailto": Served(links=_link("<mailto:me@them.example>; rel=webmention")),
}
"""Pages that take no webmentions, as far as anybody reads them."""

PAGE = """<!doctype html>
<html lang="en"><head>{before}<meta charset="utf-8"><title>Webmention Rocks!</title>
<link rel="stylesheet" href="/assets/styles.css"><script src="/assets/script.js"></script>
{head}</head><body><div class="h-entry">
<div class="p-author h-card"><a href="/"><img class="u-photo" src="/assets/icon.png" alt="Webmention Rocks!"></a></div>
<h1 class="p-name"><a href="{path}">Test</a></h1>
<div class="e-content">{body}</div>
<a class="u-url" href="{path}"><time class="dt-published" datetime="2016-06-01T12:00:00+00:00">then</time></a>
</div></body></html>"""
