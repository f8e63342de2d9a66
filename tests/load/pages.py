"""
What pages cost: `python tests/load/pages.py`. Not a test: it prints, within three minutes; nginx and wrk are needed.

Two things are asked. What a page costs with 200 posts and with 100,000: two sites in this process, asked in turn, the
processor's time of each. And how often a second one web process answers (`wrk -t1 -c16`), beside an nginx of one worker
that serves the same bytes from a file; both are asked in turn, so that whatever else the machine does hits both alike.
What counts are ratios (issue: at most 1.5; at least 0.4 for a permalink with 100 replies, 0.3 for a short note).
"""

import contextlib
import itertools
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import click
from werkzeug.test import Client

# Why: a script finds only what lies beside it.
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from indie import publishing, times, wiring
from indie.config import Settings
from indie.indieauth import owner, tokens
from indie.mf2.authorship import Author
from indie.mf2.item import Item
from indie.responses.response import Alias, Response
from indie.store import Store
from tests.live.running import Running, free_port, until
from tests.store import large

FEW, MANY = 200, 100_000
TALK, LONG_TALK = 250, 10_000
REPLIES = 100
ROUNDS = 15
"""How often each page is made on each site; the median counts."""

RATES = 5
"""How often each server is asked, for SECONDS."""

SECONDS = 3

NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error;
events {{ worker_connections 256; }}
http {{
    sendfile on; access_log off; keepalive_timeout 60; keepalive_requests 1000000000; default_type text/html;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{port}; root {folder}/root; }}
}}
"""


@click.command()
@click.option("--only", type=click.Choice(["costs", "rates"]), help="One of the two.")
def main(only):
    """Measure, and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        if only != "rates":
            costs(Path(folder))
        if only != "costs":
            rates(Path(folder))


def costs(folder):
    """What a page costs on a small and on a large site."""
    with contextlib.ExitStack() as stack:
        small, big = (stack.enter_context(site(folder / str(posts), posts)) for posts in (FEW, MANY))
        click.echo(f"{'ms of processor time':>44}  {FEW:>9,}  {MANY:>9,}  ratio")
        for name in ("home", "permalink", "feed", "create"):
            compare(name, small.ways[name], big.ways[name])
        for name in ("home", "permalink", "feed"):
            compare(f"{name}, from memory", small.remembered(name), big.remembered(name))
        click.echo(f"{'':>44}  {TALK:>9,}  {LONG_TALK:>9,}  responses")
        small.talk(TALK), big.talk(LONG_TALK)
        compare("permalink of a long conversation", small.ways["talk"], big.ways["talk"])


def compare(name, *ways):
    """Do it in turn, so often, and print the medians and their ratio."""
    taken = [[] for _ in ways]
    for _ in range(ROUNDS):
        for way, times_ in zip(ways, taken, strict=True):
            began = time.process_time()
            way()
            times_.append(time.process_time() - began)
    few, many = (statistics.median(some) * 1000 for some in taken)
    click.echo(f"{name:>44}  {few:9.2f}  {many:9.2f}  {many / few:5.2f}")


@contextlib.contextmanager
def site(folder, posts):
    """A site with so many posts."""
    store = Store.open(Settings(data=folder, url="http://site.example/"))
    made = Site(store, folder, posts)
    yield made
    store.database.close()


class Site:
    """ways: what is measured, by name."""

    def __init__(self, store, folder, posts):
        self.store, self.settings = store, Settings(data=folder, url="http://site.example/")
        owner.set_up(store, wiring.storage(self.settings), times.now(), name="Olaf Owner", password="correct horse")
        fill(store, posts)
        self.front = wiring.create_app(self.settings, store).wsgi_app
        self.paths = {"home": "/", "permalink": f"/{posts - 10}", "feed": "/feed.atom"}
        token = tokens.issue(store, ("create",), "https://client.example/", times.now())
        visitor, app, numbers = Client(self.front, use_cookies=False), Client(self.front.app, use_cookies=False), itertools.count()
        self.ways = {name: lambda path=path: answered(app.get(path), 200) for name, path in self.paths.items()}
        self.remembered = lambda name: lambda: answered(visitor.get(self.paths[name]), 200)
        self.ways["create"] = lambda: answered(
            visitor.post(
                "/micropub",
                json={"type": ["h-entry"], "properties": {"content": [f"The kettle is on, {next(numbers)} times."]}},
                headers={"Authorization": f"Bearer {token}"},
            ),
            201,
        )
        self.ways["talk"] = lambda: answered(app.get(self.paths["talk"]), 200)

    def talk(self, count):
        """A post with so many responses."""
        post = create(self.store, self.settings, "Answer this.")
        answer(self.store, post, count)
        self.paths["talk"] = post.path


def answered(answer_, status):
    """The answer, if it is of this status."""
    assert answer_.status_code == status, answer_.text
    return answer_


def fill(store, posts):
    """Rows of so many posts, every second of which has an answer."""
    rows, said = large._ROWS, json.dumps(response(1).to_json())
    with store.write():
        for table in ("posts", "paths", "post_words"):
            large._insert(store.database, table, posts, rows[table][1])
        for name, (step, value) in large._PROPERTIES.items():
            large._insert(
                store.database, "post_properties", posts // step, {"post_id": f"i * {step}", "name": f"'{name}'", "value": value}
            )
        for table in ("webmentions", "responses", "response_aliases"):
            columns = {**rows[table][1], **({"post_id": "i * 2"} if table != "response_aliases" else {"response_id": "i"})}
            if table == "responses":
                columns |= {"public": "1"}
            large._insert(store.database, table, posts // 2, columns, **({"response": said} if table == "responses" else {}))


def response(number):
    """What somebody answered."""
    url = f"https://neighbour{number}.example/{number}"
    return Response(
        url, url, "reply", Author(f"Neighbour {number}", f"https://neighbour{number}.example/", None), None, None,
        f"<p>Reply {number}: it is so, and it was so when I came by.</p>", f"Reply {number}: it is so, and it was so when I came by.",
        None, times.parse("2026-07-23T18:00:00Z"), None, None, (), (Alias(f"neighbour{number}.example/{number}", claimed=False),),
    )  # fmt: skip


def create(store, settings, words):
    """A note."""
    return publishing.create(
        store, wiring.storage(settings), settings.me, times.now(), Item(("h-entry",), {"content": [words]}), {}
    )


def answer(store, post, count):
    """Let so many people answer a post."""
    with store.write():
        for number in range(count):
            said = response(10_000_000 + number)
            mention = store.webmentions.queue(said.source, f"http://site.example{post.path}", post.id, times.now())
            said = replace(said, in_reply_to=(f"http://site.example{post.path}",))
            store.responses.put(mention.id, post.id, said, times.now(), 1)


def rates(folder):
    """Answers a second of one web process, and of nginx with the same bytes."""
    for program in ("nginx", "wrk"):
        if not shutil.which(program):
            raise click.ClickException(f"{program} is missing: apt-get install nginx-light wrk")
    running = Running(folder / "data", INDIE_RATE_LIMIT="off")
    try:
        running.owner("Olaf Owner", "olaf")
        store = running.store()
        with contextlib.closing(store.database):
            settings = Settings(data=running.data, url=running.home)
            words = {f"a permalink with {REPLIES} replies": "Answer this.", "a short note": "Tea."}
            pages = {name: create(store, settings, said) for name, said in words.items()}
            answer(store, next(iter(pages.values())), REPLIES)
        running.start("serve", "--no-worker")
        urls = {name: post.url(running.home) for name, post in pages.items()}
        bodies = {name: running.visitor().get(url).content for name, url in urls.items()}
        with nginx(folder, bodies) as files:
            click.echo(f"{'answers a second, wrk -t1 -c16':>44}  {'nginx':>9}  {'ours':>9}  ratio")
            for name, url in urls.items():
                ask = [(wrk(files[name]), wrk(url)) for _ in range(RATES)]
                theirs, ours = map(statistics.median, zip(*ask, strict=True))
                ratio = statistics.median(own / other for other, own in ask)
                click.echo(f"{f'{name} ({len(bodies[name]):,} bytes)':>44}  {theirs:9.0f}  {ours:9.0f}  {ratio:5.2f}")
    finally:
        running.kill()


@contextlib.contextmanager
def nginx(folder, bodies):
    """An nginx that serves these; their addresses by name."""
    port, root = free_port(), folder / "root"
    root.mkdir()
    for number, body in enumerate(bodies.values()):
        (root / f"{number}.html").write_bytes(body)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    served = {name: f"http://127.0.0.1:{port}/{number}.html" for number, name in enumerate(bodies)}
    # Why: started as root its worker is another user, who may not read what root has in a folder of its own.
    folder.chmod(0o755)
    # Why a session of its own: the site has one, and the system shares the processor among sessions.
    process = subprocess.Popen(["nginx", "-e", folder / "error", "-c", folder / "nginx.conf"], start_new_session=True)
    try:
        http = Running(folder / "unused").visitor()
        for name, url in served.items():
            assert until(lambda url=url: fetched(http, url)) == bodies[name]
        yield served
    finally:
        process.terminate()
        process.wait()


def fetched(http, url):
    """The bytes at an address, b"" while nobody answers there."""
    with contextlib.suppress(OSError):
        return http.get(url).content
    return b""


def wrk(url):
    """How often a second this address answers, to sixteen connections."""
    command = ["wrk", "-t1", "-c16", f"-d{SECONDS}s", url]
    said = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    assert "Non-2xx" not in said, said
    assert "Socket errors" not in said, said
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


if __name__ == "__main__":
    main()
