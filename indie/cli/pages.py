"""`pages`: the owner's pages that are no posts, listed, written and removed; also beside a running server."""

import os
import sys
from pathlib import Path

import click

from indie import config, times, wiring
from indie.errors import InvalidRequest, Misconfigured, NotFound
from indie.site import own_pages
from indie.store import Store


@click.group(no_args_is_help=False)
def pages() -> None:
    """Pages that are no posts: about, now, whatever you write."""


@pages.command("list")
def list_() -> None:
    """Every page that you wrote: address, title, place in the menu."""
    settings = config.load(os.environ)
    for page in Store.open(settings).pages.all():
        click.echo(f"{settings.me}{page.name}/  {page.title}{f'  (menu {page.menu})' if page.menu else ''}")


@pages.command()
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--menu", type=click.IntRange(0, 999), help="Its place in the menu of every page; 0 takes it out.")
def write(name: str, file: Path, menu: int | None) -> None:
    """Make FILE, in Markdown, the page NAME; - reads standard input. A heading at its beginning is the title."""
    settings = config.load(os.environ)
    try:
        text = (sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file} cannot be read ({error}); give a file of Markdown in UTF-8") from None
    store = Store.open(settings)
    with store.write():
        before = store.pages.get(name)
        page = own_pages.read(name, text, before.menu if menu is None and before else menu or 0)
        if store.posts.taken(f"/{name}") or not own_pages.is_free(wiring.create_app(settings, store), name):
            raise InvalidRequest(f"/{name}/ is something else already; give the page another name.")
        store.pages.put(page, times.now())
    click.echo(f"{settings.me}{page.name}/")


@pages.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take the page NAME away."""
    store = Store.open(config.load(os.environ))
    with store.write():
        if not store.pages.remove(name):
            raise NotFound(f"there is no page {name}; `pages list` has those that there are.")
    click.echo(f"removed: {name}")
