"""
The walks of a running site, timed: `python tests/load/walks.py`. Not a test: it prints, within a minute.

Rates depend on the machine; the ratios tell more. A client of its own process for each phase would tell a little more
still: here client and other people's site share one interpreter, so rates are what is left beside them.
"""

import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import requests

# Why: a script finds only what lies beside it.
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from indie.mf2.sandbox import Parser
from tests.live.running import Running, people

NOTES = 200
WEBMENTIONS = 200
HOSTS = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")
CLIENTS = 8
SECONDS = 3.0
"""How long each page is asked for, again and again."""

REPLY = """<!doctype html><html lang="en"><title>A reply</title>
<article class="h-entry"><a class="u-url" href="{path}"><time class="dt-published" datetime="2026-07-23T18:00:00Z"></time></a>
<p class="p-author h-card"><a class="p-name u-url" href="/">Neighbour {number}</a></p>
<a class="u-in-reply-to" href="{target}">In reply</a><div class="e-content"><p>Reply {number}: it is so.</p></div></article>"""


def main():
    """Time the walks, one after the other, on a site of its own."""
    with tempfile.TemporaryDirectory() as folder, people(*HOSTS) as hosts, ThreadPoolExecutor(CLIENTS) as pool:
        site = Running(Path(folder) / "data", INDIE_RATE_LIMIT="off")
        try:
            site.owner("Olaf Owner", "olaf")
            site.start()
            posted = post(site, pool)
            target = site.micropub({"name": ["Answer this"], "content": ["It is asked two hundred times."]})
            sources = publish(hosts, target)
            parsed = parse(sources)
            accepted, processed = mention(site, pool, list(sources), target)
            rates = {name: read(url) for name, url in addresses(site, target).items()}
        finally:
            site.kill()
    tell("notes by Micropub", posted)
    tell("webmentions accepted", accepted)
    tell("webmentions processed (from the first sent to the last shown)", processed)
    tell("sources parsed, in one parser process", parsed)
    click.echo(f"  a webmention costs {parsed / processed:.1f} times what parsing its source costs")
    for name, rate in rates.items():
        tell(name, rate)
    share = rates["static file"] / rates["permalink with 200 replies"]
    click.echo(f"  the permalink costs {share:.1f} times a static file, home {rates['static file'] / rates['home']:.1f} times")


def tell(name, rate):
    """Print a rate."""
    click.echo(f"{rate:8.1f} a second  {name}")


def timed(count, work):
    """Do the work; how many a second that was."""
    began = time.monotonic()
    work()
    return count / (time.monotonic() - began)


def post(site, pool):
    """Notes a second, by several clients at a time."""
    notes = [{"content": [f"Note {number}: the kettle is on."]} for number in range(NOTES)]
    return timed(NOTES, lambda: list(pool.map(site.micropub, notes)))


def publish(hosts, target):
    """Put replies on the other sites; their addresses and bodies."""
    sources = {}
    for number in range(WEBMENTIONS):
        host, path = hosts[number % len(hosts)], f"/replies/{number}"
        host.pages[path] = REPLY.format(number=number, path=path, target=target)
        sources[host.home + path.lstrip("/")] = host.pages[path].encode()
    return sources


def parse(sources):
    """Sources parsed a second, guarded as the site does it."""
    with Parser(children=1) as parser:
        parser.parse(b"<p>The first one starts the process.</p>", "http://127.0.0.2/", None)
        return timed(
            len(sources), lambda: [parser.parse(body, url, "utf-8") for url, body in sources.items()]
        )


def mention(site, pool, sources, target):
    """Webmentions accepted a second, and processed a second."""
    began = time.monotonic()
    waiting = list(pool.map(lambda source: site.mention(source, target), sources))
    accepted = len(waiting) / (time.monotonic() - began)
    for url in reversed(waiting):
        assert site.verified(url, seconds=40)["status"] == "verified"
    processed = len(waiting) / (time.monotonic() - began)
    shown = site.page(target).count('class="comment u-comment')
    assert shown == WEBMENTIONS, f"{shown} replies are shown"
    return accepted, processed


def addresses(site, target):
    """What is read: each page, and a file of the theme to compare it with."""
    style = site.page(site.home).partition('rel="stylesheet" href="')[2].partition('"')[0]
    return {
        "home": site.home,
        "permalink with 200 replies": target,
        "static file": site.home + style.lstrip("/"),
    }


def read(url):
    """Answers a second, by several clients that each keep their connection."""

    def ask(until_):
        count = 0
        with requests.Session() as http:
            while time.monotonic() < until_:
                http.get(url, timeout=30).raise_for_status()
                count += 1
        return count

    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        count = sum(pool.map(ask, [began + SECONDS] * CLIENTS))
    return count / (time.monotonic() - began)


if __name__ == "__main__":
    main()
