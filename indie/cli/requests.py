"""`requests`: what Micropub clients sent, as the owner looks it up when an app says no more than “failed”."""

import os

import click

from indie import config, text, times
from indie.store import Store


@click.command()
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
def requests(last: int) -> None:
    """What Micropub clients sent last, the newest first: what was made of it, and what they were told."""
    store = Store.open(config.load(os.environ))
    for request in store.requests.last(last):
        client = request.client_id or "an app without an address"
        lines = [f"{times.rfc3339(request.created)}  {request.status}  {request.method} {request.target}  {client}"]
        told = [("type", request.type), ("body", request.body), *(("note", note) for note in request.notes)]
        for what, words in (*told, ("answer", request.answer)):
            lines.extend(f"  {'' if number else what:8}{row}" for number, row in enumerate(words.splitlines()))
        click.echo("\n".join(map(text.printable, lines)))
