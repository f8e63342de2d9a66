"""`python app.py history URL`: what a post said before, and how to make it say that again."""

import os

import click

from indie import config, publishing, text, times
from indie.errors import InvalidRequest
from indie.mf2.item import Item
from indie.posts import content
from indie.store import Store


@click.command()
@click.argument("url")
@click.option("--restore", "number", type=click.IntRange(min=1), help="The number of the version to put back.")
def history(url: str, number: int | None) -> None:
    """Every version of the post at URL, the oldest first; or put one back, as a change of its own."""
    settings = config.load(os.environ)
    store = Store.open(settings)
    post = publishing.find(store, settings.me, url)
    if post is None:
        raise InvalidRequest(f"there is no post at {url}")
    if number is not None:
        post = publishing.restore(store, post, number, settings.me, times.now())
        click.echo(f"{post.url(settings.me)} says again what version {number} said")
        return
    for version in store.revisions.of(post.id):
        by = version.client_id or "-"
        click.echo(f"{version.number:4}  {times.rfc3339(version.at)}  {version.change:8}  {by}  {_said(version.item)}")


def _said(item: Item) -> str:
    """A version in one line: its name, its words, or whatever it has."""
    written = item.content()
    words = item.text("name") or (content.to_text(written) if written else None)
    others = (found for name in item.properties if name != "published" for found in item.texts(name))
    return text.one_line(words or next(others, ""), 70)
