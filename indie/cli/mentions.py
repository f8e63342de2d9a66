"""`mentions`: what others answered, and what the owner says of it; also beside a running server."""

import os

import click

from indie import config, times, urls
from indie.cli.importing import import_
from indie.errors import InvalidRequest
from indie.store import Store


@click.group(no_args_is_help=False)
def mentions() -> None:
    """What others answered: list it, approve it, reject it."""


@mentions.command("list")
def list_() -> None:
    """Every webmention received, the newest first: state, what it became, source, target."""
    store = Store.open(config.load(os.environ))
    for webmention in store.webmentions.all():
        stored = store.responses.of(webmention.id)
        state = webmention.decision or webmention.state
        kind = stored.response.kind if stored else "-"
        target = store.webmentions.targets(webmention.id)[0]
        click.echo(f"{times.rfc3339(webmention.received)}  {state:9} {kind:9} {webmention.source} -> {target}")


@mentions.command()
@click.argument("url")
def approve(url: str) -> None:
    """Show what came from URL."""
    _decide(url, "approved")


@mentions.command()
@click.argument("url")
def reject(url: str) -> None:
    """Hide what came from URL, for good: it stays hidden when it is sent again."""
    _decide(url, "rejected")


mentions.add_command(import_)

# What they were called first.
mentions.add_command(click.Command("show", params=approve.params, callback=approve.callback, hidden=True))
mentions.add_command(click.Command("hide", params=reject.params, callback=reject.callback, hidden=True))


def _decide(url: str, decision: str) -> None:
    store = Store.open(config.load(os.environ))
    try:
        source = urls.normalize(urls.parse_http(url))
    except ValueError as error:
        raise InvalidRequest(f"{url}: {error}") from None
    with store.write():
        decided = store.webmentions.decide(source, decision)
        for webmention_id in decided:
            store.responses.publish(webmention_id, public=decision == "approved")
    if not decided:
        raise InvalidRequest(f"no webmention came from {url}; `mentions list` shows what did")
    click.echo(f"{decision}: {source}")
