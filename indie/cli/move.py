"""`move`: the site to another engine, another storage, another folder, and back."""

import dataclasses
import os
from contextlib import closing
from pathlib import Path

import click

from indie import config, wiring
from indie.cli import progress
from indie.config import Settings
from indie.errors import Misconfigured
from indie.moving import site
from indie.moving.place import Place
from indie.store import engine

FILE = "sqlite:"


@click.command()
@click.option("--to", default="", help="postgresql://…, or a folder (also as sqlite:FOLDER), for everything but media.")
@click.option("--media", default="", help="s3://bucket/prefix, or the folder media/ of the data folder, for media.")
def move(to: str, media: str) -> None:
    """Copy the site elsewhere, and verify it; what is here stays as it is. Run again, it goes on where it stopped."""
    if not to and not media:
        raise click.UsageError("Where to? Give --to, --media, or both.")
    here = config.load(os.environ)
    there = _there(here, to, media)
    if not here.database and not (here.data / "indie.db").exists():
        raise Misconfigured(f"there is no site in {here.data}; check INDIE_DATA and INDIE_DATABASE")
    rows = (here.database or here.data.resolve()) != (there.database or there.data.resolve())
    with_media = _media(here) != _media(there)
    if not rows and not with_media:
        raise Misconfigured("the site is there already")
    try:
        there.data.mkdir(parents=True, exist_ok=True)
        with (
            closing(engine(here)) as source,
            closing(engine(there if rows else here)) as target,
            progress.shown() as tell,
        ):
            moved = site.move(
                Place(source, wiring.storage(here), here.data),
                Place(target, wiring.storage(there), there.data),
                tell,
                rows=rows,
                media=with_media,
            )
    except OSError as error:
        raise Misconfigured(f"the copy stopped ({error}); mend that, and run it again") from None
    click.echo(f"Copied and compared: {moved.rows} rows, {moved.files} files. Nothing was changed here.")
    for name in sorted(moved.missing):
        click.echo(f"Missing here, and so there: {name}")
    _advise(here, there)


def _there(here: Settings, to: str, media: str) -> Settings:
    """The settings of the new place."""
    there = here
    try:
        if "://" in to:
            there = dataclasses.replace(there, database=config.postgresql(to))
        elif to:
            folder = Path(to.removeprefix(FILE)).expanduser().absolute()
            there = dataclasses.replace(there, database="", data=folder)
    except ValueError as error:
        raise Misconfigured(f"--to: {error}, or a folder") from None
    if not media:
        return there
    if "://" not in media:
        if Path(media).expanduser().resolve() != (there.data / "media").resolve():
            raise Misconfigured(f"--media: media are in a bucket, or in {there.data / 'media'}; name one of the two")
        return dataclasses.replace(there, media="")
    try:
        return dataclasses.replace(there, media=config.bucket(media))
    except ValueError as error:
        raise Misconfigured(f"--media: {error}") from None


def _media(settings: Settings) -> str | Path:
    return settings.media or (settings.data / "media").resolve()


def _advise(here: Settings, there: Settings) -> None:
    """What to change, so that the site goes on there. A password is not told."""
    lines = []
    if there.database != here.database:
        lines.append("INDIE_DATABASE: " + ("the address that you gave to --to" if there.database else "take it out"))
    if there.media != here.media:
        lines.append(f"INDIE_MEDIA: {there.media or 'take it out'}")
    if there.data != here.data:
        lines.append(f"INDIE_DATA: {there.data}")
    click.echo("To go on there, stop the site here, and change these settings:")
    for line in lines:
        click.echo(f"  {line}")
