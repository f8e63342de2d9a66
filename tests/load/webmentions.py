"""
A thousand webmentions from fifty hosts, ten of which never answer: `python tests/load/webmentions.py`.

Not a test: it prints, within two minutes, how long it takes until the replies of those that answer are
shown, what parsing their pages alone takes on the same cores, and the ratio of the two (issue: at most 4,
aim 2.5). Once with short pages, once with pages as long as blogs have them. Neighbours and clients share
the machine with the site, so that a little of the time is theirs.
"""

import contextlib
import http.client
import itertools
import os
import socket
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import click

# Why: a script finds only what lies beside it.
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from indie.mf2.sandbox import Parser
from tests.live.running import Running, people, until

WEBMENTIONS = 1000
HOSTS, DEAD = 50, 10
CLIENTS = 4
LONGEST = 240.0
"""Seconds after which the rest counts as never shown."""

PARAGRAPH = (
    '<p>A line or two with a <a href="/tags/{0}">tag</a>, some <em>stress</em> and <code>code</code>, as it stands in '
    'any post; and then <a href="https://{0}.example/">a link</a> that leads away, with what was thought about it.</p>'
)
REPLY = """<!doctype html><html lang="en"><title>Reply {number}</title>
<nav><ul>{links}</ul></nav><article class="h-entry">
<a class="u-url" href="{path}"><time class="dt-published" datetime="2026-07-23T18:00:00Z"></time></a>
<p class="p-author h-card"><a class="p-name u-url" href="/">Neighbour {host}</a></p>
<a class="u-in-reply-to" href="{target}">In reply</a><div class="e-content"><p>Reply {number}: it is so.</p>{more}</div></article>"""

SIZES = {"short pages": (0, 0), "pages as blogs have them": (40, 40)}
"""How many links each page has in its navigation, and how many paragraphs more in its text."""


@click.command()
@click.option("--webmentions", default=WEBMENTIONS, show_default=True, help="How many are sent.")
@click.option("--hosts", default=HOSTS, show_default=True, help="From how many hosts.")
@click.option("--dead", default=DEAD, show_default=True, help="How many of these never answer.")
@click.option("--data", help="Keep the site's data here, to look at.", type=click.Path(path_type=Path))
def main(webmentions, hosts, dead, data):
    """Time them, with each size of page, on a site of its own."""
    for number, (size, (links, paragraphs)) in enumerate(SIZES.items()):
        with tempfile.TemporaryDirectory() as folder, neighbours(hosts - dead, dead) as (living, silent):
            site = Running((data or Path(folder)) / f"data-{number}", INDIE_RATE_LIMIT="off")
            try:
                site.owner("Olaf Owner", "olaf")
                site.start()
                with contextlib.closing(site.store().database) as database:
                    until(lambda: database.query("SELECT name FROM workers"))
                target = site.micropub({"name": ["Answer this"], "content": ["It is asked a thousand times."]})
                sources = publish(living, target, webmentions * len(living) // hosts, links, paragraphs)
                nowhere = [f"{silent[n % dead]}{n}" for n in range(webmentions - len(sources))] if dead else []
                sent, shown = mention(site, mixed(list(sources), nowhere), target, len(sources))
                busy = spent(site)
            finally:
                site.kill()
        alone = parse(sources)
        length = sum(map(len, sources.values())) // len(sources)
        click.echo(f"{size}: {length} bytes each; {webmentions} from {hosts} hosts, {dead} of which never answer")
        click.echo(f"{sent:8.1f} s  until all were accepted ({webmentions / sent:.0f} a second)")
        click.echo(f"{shown:8.1f} s  from the first sent until all {len(sources)} of those that answer were shown")
        click.echo(f"{alone:8.1f} s  to parse these pages alone, in {children()} parser processes")
        click.echo(f"{shown / alone:8.1f}    times that (at most 4, aim 2.5)")
        parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in busy.items())
        ratio = sum(busy.values()) / busy["parsers"]
        click.echo(f"{ratio:8.1f}    times the parsers' part of the processor, whatever else the machine does: {parts}")


def children():
    """How many parser processes there are to parse alone with: those of the site, on no more cores than it had."""
    return min(Parser()._count, os.cpu_count() or 1)


@contextlib.contextmanager
def neighbours(living, dead):
    """Sites that answer, and addresses at which a connection is taken and not a word is said."""
    names = [f"127.0.{10 + number // 200}.{1 + number % 200}" for number in range(living + dead)]
    with contextlib.ExitStack() as stack:
        sites = stack.enter_context(people(*names[:living]))
        # Why it is enough to listen: the system takes the connection, and nobody reads from it.
        doors = [stack.enter_context(socket.create_server((name, 0), backlog=512)) for name in names[living:]]
        yield sites, [f"http://{name}:{door.getsockname()[1]}/" for name, door in zip(names[living:], doors, strict=True)]


def publish(living, target, count, links, paragraphs):
    """Put replies on the sites that answer; their addresses and bodies."""
    menu = "".join(f'<li><a href="/page/{number}">Page {number}</a></li>' for number in range(links))
    more = "".join(PARAGRAPH.format(number) for number in range(paragraphs))
    sources = {}
    for number in range(count):
        host = living[number % len(living)]
        path = f"/replies/{number}"
        page = REPLY.format(
            number=number, path=path, host=number % len(living), target=target, links=menu, more=more
        )
        host.pages[path] = page
        sources[host.home + path.lstrip("/")] = page.encode()
    return sources


def mixed(some, others):
    """Both lists as one in which the others stand among the first as evenly as they can."""
    every = max(1, len(some) // max(1, len(others)))
    parts = [iter(others), *[iter(some)] * every]
    return [one for one in itertools.chain(*itertools.zip_longest(*parts)) if one]


def mention(site, sources, target, answering):
    """Send them all; seconds until all are accepted, and until all are shown whose host answers."""
    own = threading.local()

    def send(source):
        # Why no library: whatever the clients take of the processor the site has not.
        if not hasattr(own, "connection"):
            own.connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=LONGEST)
        form = urlencode({"source": source, "target": target})
        own.connection.request("POST", "/webmention", form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = own.connection.getresponse()
        assert (answer.status, bool(answer.read())) == (201, True), answer.status

    with ThreadPoolExecutor(CLIENTS) as pool:
        began = time.monotonic()
        list(pool.map(send, sources))
        sent = time.monotonic() - began
        store = site.store()
        with contextlib.closing(store.database):
            until(lambda: verified(store) >= answering, seconds=LONGEST, pause=0.1)
        shown = time.monotonic() - began
    found = site.page(target).count('class="comment u-comment')
    assert found == answering, f"{found} replies are shown"
    return sent, shown


def spent(site):
    """Seconds of the processor that each kind of process has taken, those included that ended meanwhile."""
    found, tick = {}, os.sysconf("SC_CLK_TCK")
    names = {" worker": "worker", "indie.mf2.child": "parsers"}
    for pid, line in site.processes().items():
        name = next((name for part, name in names.items() if part in line), "web")
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        # Whatever the worker waited for were parsers.
        own, children_ = sum(map(int, ticks[:2])) / tick, sum(map(int, ticks[2:])) / tick
        found[name] = found.get(name, 0) + own
        if name == "worker":
            found["parsers"] = found.get("parsers", 0) + children_
    return found


def verified(store):
    """How many have been looked at and found good."""
    return store.database.one("SELECT count(*) AS many FROM webmentions WHERE state = 'verified'")["many"]


def parse(sources):
    """Seconds to parse these pages and nothing else, guarded as the site does it."""
    with Parser(children=children()) as parser, ThreadPoolExecutor(children()) as pool:

        def one(page):
            parser.parse(page[1], page[0], "utf-8")

        list(pool.map(one, [("http://127.0.0.2/", b"<p>The first ones start the processes.</p>" * 50)] * 8))
        began = time.monotonic()
        list(pool.map(one, sources.items()))
        return time.monotonic() - began


if __name__ == "__main__":
    main()
