"""How far something is that takes long, on standard error: a bar at a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from indie.store.transfer import Tell

LINE_SECONDS = 5.0
BAR = 30
"""In characters."""


@contextmanager
def shown() -> Iterator[Tell]:
    """Gives what is to be told: `rows`, 3 of 9."""
    at_terminal = sys.stderr.isatty()
    last, written, is_open = ("", -1), 0.0, False

    def tell(what: str, done: int, every: int) -> None:
        nonlocal last, written, is_open
        if (what, done) == last:
            return
        if at_terminal:
            is_open = done < every
            bar = "#" * (BAR * done // every if every else BAR)
            click.echo(f"\r{what:5} [{bar:{BAR}}] {done} of {every}", err=True, nl=not is_open)
        elif done == every or what != last[0] or time.monotonic() - written > LINE_SECONDS:
            written = time.monotonic()
            click.echo(f"{what}: {done} of {every}", err=True)
        last = (what, done)

    try:
        yield tell
    finally:
        if is_open:
            click.echo(err=True)
