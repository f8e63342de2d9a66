"""`mentions import`: what was answered elsewhere, from webmention.io or WordPress; also beside a running server."""

import os
from collections import Counter
from pathlib import Path

import click

from indie import config, text, times
from indie.cli import progress
from indie.errors import InvalidRequest, Misconfigured
from indie.responses import imported
from indie.store import Store
from indie.webmention import importing
from indie.webmention.importing import Taken


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Tell what would be taken over, and take nothing.")
def import_(file: Path, dry_run: bool) -> None:
    """Take over responses: jf2 of webmention.io (or of another Indie), or an export of WordPress (WXR)."""
    try:
        found = imported.read(file.read_bytes(), times.now())
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise InvalidRequest(f"{file}: {error}") from None
    settings = config.load(os.environ)
    store = Store.open(settings)
    with progress.shown() as tell:
        taken = importing.take(store, settings.me, found, times.now(), tell, dry_run=dry_run)
    _report(taken, dry_run=dry_run)


def _report(taken: Taken, *, dry_run: bool) -> None:
    for source, target in taken.unmatched:
        click.echo(text.printable(f"no post here: {source} -> {target}"), err=True)
    for one in taken.skipped:
        click.echo(text.printable(f"skipped: {one.what}: {one.why}"), err=True)
    reasons = Counter(one.why for one in taken.skipped)
    lost = "".join(f", {number} skipped ({why})" for why, number in sorted(reasons.items()))
    verb = "to be imported" if dry_run else "imported"
    elsewhere = f"{len(taken.unmatched)} to posts that are not here"
    click.echo(f"{taken.new} {verb}, {taken.known} here already, {elsewhere}{lost}")
