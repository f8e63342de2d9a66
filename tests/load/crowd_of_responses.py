"""
A post that ten thousand others answered: `python tests/load/crowd_of_responses.py`.

Not a test: it prints what the pages of that conversation cost without any cache, in time of the processor, against
a post with a hundred responses in the same run, as ratios; and how many statements and bytes each is.
`fill` and `queries` are for others too.
"""

import contextlib
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import click

# Why: a script finds only what lies beside it.
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from indie import publishing, times, wiring
from indie.config import Settings
from indie.mf2.authorship import Author
from indie.mf2.item import Item
from indie.responses.response import Alias, Response
from indie.store import Store

ME = "http://site.example/"
MANY, FEW, TRIES = 10_000, 100, 5

WORDS = "It stands where the ground is soft, and so it moves a little each winter; ours does, and nobody minds. "


def fill(store, post, me, replies=0, likes=0, *, every=4, liked=None):
    """
    Let others answer a post, all in one transaction, in about half a millisecond each.

    Everybody is somebody else. One reply in `every` answers the post, the others the one before them; 1: all the post.
    liked: the number of the response that is liked; None: the post is.
    """
    target, above, at = post.url(me), post.url(me), post.published
    with store.write():
        for number in range(replies + likes):
            source = f"https://{number}.crowd.example/answers/{post.id}"
            at += timedelta(minutes=1)
            above = target if number % every == 0 else above
            said = _reply(number, source, above, at) if number < replies else _like(number, source, f"{target}#c-{liked}" if liked else target, at)
            mention = store.webmentions.queue(source, target, post.id, at)
            store.webmentions.conclude(mention.id, "verified", "", at)
            store.responses.put(mention.id, post.id, said, at, 1)
            above = source


@contextlib.contextmanager
def queries(store):
    """The SQL that is asked of a store meanwhile."""
    database, asked = store.database, []
    kept = {name: getattr(database, name) for name in ("query", "one")}

    def spy(name):
        def ask(sql, **values):
            asked.append(sql)
            return kept[name](sql, **values)

        return ask

    for name in kept:
        setattr(database, name, spy(name))
    try:
        yield asked
    finally:
        for name in kept:
            delattr(database, name)


def _reply(number, source, above, at):
    text = f"Reply {number}. {WORDS * (1 + number % 4)}"
    return _response(source, "reply", number, at, text, above)


def _like(number, source, target, at):
    return _response(source, "like", number, at, "", target)


def _response(source, kind, number, at, text, above):
    home = source.rpartition("/answers/")[0] + "/"
    return Response(
        source=source,
        url=source,
        kind=kind,
        author=Author(f"Neighbour {number}", home, f"{home}face.png", f"n{number}"),
        via=None,
        name=None,
        html=f"<p>{text}</p>" if text else "",
        text=text,
        lang="en",
        published=at,
        updated=None,
        rsvp=None,
        in_reply_to=(above,) if kind == "reply" or "#" in above else (),
        aliases=(Alias(source.partition("//")[2], claimed=False),),
    )


def main():
    """Print the cost of each page."""
    with tempfile.TemporaryDirectory() as data:
        settings = Settings(data=Path(data), url=ME)
        store = Store.open(settings)
        client = wiring.create_app(settings, store).test_client()
        storage = wiring.storage(settings)
        few, replies, likes = (_note(store, storage, what) for what in ("few", "replies", "likes"))
        fill(store, few, ME, replies=FEW)
        began = time.monotonic()
        fill(store, replies, ME, replies=MANY)
        fill(store, likes, ME, likes=MANY)
        click.echo(f"{2 * MANY} responses stored in {time.monotonic() - began:.1f} s")
        base, *_ = _cost(store, client, few.path)
        for what, path in (
            (f"{FEW} replies", few.path),
            (f"{MANY} replies, first page", replies.path),
            (f"{MANY} replies, page 20", f"{replies.path}?page=20"),
            (f"{MANY} replies, last page", f"{replies.path}?page=40"),
            (f"{MANY} likes, first page", likes.path),
            (f"{MANY} likes, last page", f"{likes.path}?page=40"),
            ("home, with all three", "/"),
            (f"{MANY} replies as mf2json", f"{replies.path}?format=mf2json"),
        ):
            seconds, statements, size = _cost(store, client, path)
            click.echo(f"{what:32} {seconds / base:6.1f} times  {statements:4} statements  {size / 1024:7.0f} KB")
        store.database.close()


def _note(store, storage, text):
    return publishing.create(store, storage, ME, times.now(), Item(("h-entry",), {"content": [text]}), {})


def _cost(store, client, path):
    """The least of some tries in seconds of the processor, the statements of one, and the bytes of the page."""
    found = []
    for _ in range(TRIES):
        with queries(store) as asked:
            began = time.process_time()
            answer = client.get(path)
            found.append(time.process_time() - began)
        assert answer.status_code == 200
    return min(found), len(asked), len(answer.data)


if __name__ == "__main__":
    main()
