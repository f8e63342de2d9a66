"""`prefer`: what the owner prefers, listed, shown and set; also beside a running server."""

import os

import click

from indie import config, preferences
from indie.errors import InvalidRequest
from indie.store import Store


@click.command()
@click.argument("name", required=False)
@click.argument("value", required=False)
def prefer(name: str | None, value: str | None) -> None:
    """List what can be preferred, show the preference NAME, or set it to VALUE ("" puts the default back)."""
    store = Store.open(config.load(os.environ))
    if name and value is not None:
        with store.write():
            store.preferences.put(name, value)
    texts = preferences.DEFAULTS | store.preferences.texts()
    if name and name not in preferences.HELP:
        raise InvalidRequest(f"there is no preference “{name}”; there are {', '.join(preferences.HELP)}.")
    if name:
        click.echo(texts[name])
        return
    for known, help_ in preferences.HELP.items():
        click.echo(f"{known} = {texts[known]}\n    {help_}")
