"""
A post that ten thousand others answered: `python tests/load/crowd_of_responses.py`.

`fill` is for other tests too. Run by itself it prints what the pages of that conversation cost, against a post
with a hundred responses in the same run: ratios, as the machine may be busy.
"""

import contextlib
import sys
from datetime import timedelta
from pathlib import Path

# Why: a script finds only what lies beside it.
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from indie.mf2.authorship import Author
from indie.responses.response import Alias, Response

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
