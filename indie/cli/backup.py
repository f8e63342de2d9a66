"""`backup` and `restore`: everything in one file, from and to whichever engine and storage the settings name."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from indie import config, times, wiring
from indie.cli import progress
from indie.errors import Misconfigured
from indie.moving import backup as backups
from indie.moving import restore as restores
from indie.moving.place import Place
from indie.store import engine


@click.command()
@click.argument("file")
def backup(file: str) -> None:
    """Put everything into FILE, also while the site runs; `-` is standard output."""
    with _here(is_there=True) as here, progress.shown() as tell:
        if file == "-":
            manifest = backups.pour(here, sys.stdout.buffer, None, times.now(), tell)
        else:
            manifest = backups.write(here, Path(file).absolute(), times.now(), tell)
    rows = sum(table.rows for table in manifest.tables.values())
    click.echo(f"{file} holds {rows} rows and {len(manifest.files)} files.", err=file == "-")
    for name in manifest.missing:
        click.echo(f"Missing, and so not in it: {name}", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put everything that is in FILE into an empty site."""
    with _here(is_there=False) as here, progress.shown() as tell:
        manifest = restores.restore(file, here, tell)
    click.echo(f"The site is as it was at {manifest.created}. Start it, or start it again if it runs.")
    for name in manifest.missing:
        click.echo(f"Missing since then: {name}", err=True)


@contextmanager
def _here(*, is_there: bool) -> Iterator[Place]:
    """The place that the settings name; a site is there, or the folder is made."""
    settings = config.load(os.environ)
    try:
        if is_there and not settings.database and not (settings.data / "indie.db").exists():
            raise Misconfigured(f"there is no site in {settings.data}; check INDIE_DATA and INDIE_DATABASE")
        settings.data.mkdir(parents=True, exist_ok=True)
        with closing(engine(settings)) as database:
            yield Place(database, wiring.storage(settings), settings.data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Misconfigured(f"it could not be done ({error})") from None
