"""`outbox`: what is still to be told to others, and why it has not been; also beside a running server."""

import os
from datetime import timedelta

import click

from indie import config, text, times
from indie.config import Settings
from indie.outbox import SEND
from indie.store import Store
from indie.store.deliveries import DUE, Waiting

DAYS = 30
"""How long what was refused, or failed, is listed."""

MOST = 500
"""Limit: lines for people. Whoever has more waiting mends the first, or asks for all."""


@click.command()
@click.option("--all", "every", is_flag=True, help="Also what was told, what takes no webmentions, and older failures.")
def outbox(*, every: bool) -> None:
    """What posts still have to tell, to whom, and why it waits; what was refused or failed in the last 30 days."""
    settings = config.load(os.environ)
    store = Store.open(settings)
    since = times.now() - timedelta(days=DAYS)
    deliveries = store.deliveries
    found = deliveries.all(SEND) if every else deliveries.waiting(SEND, since, MOST + 1)
    if not found:
        click.echo("Nothing was ever sent." if every else "Nothing waits, and nothing was refused or failed lately.")
    for one in found if every else found[:MOST]:
        click.echo(text.printable(_lines(settings, one)))
    if not every and len(found) > MOST:
        click.echo(f"There are more than these {MOST}; `outbox --all` lists every one.")


def _lines(settings: Settings, one: Waiting) -> str:
    """One delivery: when it changed, its state, from where to where; below it why, and what comes next."""
    delivery = one.delivery
    source = settings.me + one.path.lstrip("/")
    why = [
        delivery.reason.rstrip("."),
        delivery.outcome.rstrip("."),
        f"endpoint {delivery.endpoint}" if delivery.endpoint else "",
        f"tried {delivery.attempts} time{'s' if delivery.attempts != 1 else ''}",
        _next(one),
    ]
    return (
        f"{times.rfc3339(delivery.changed)}  {delivery.state:11} {source} -> {delivery.target}\n"
        f"    {'; '.join(filter(None, why))}"
    )


def _next(one: Waiting) -> str:
    if one.next_try:
        return f"next try {times.rfc3339(one.next_try)}"
    return "no try is planned" if one.delivery.state == DUE else ""
