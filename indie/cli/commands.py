"""
Every command of `python app.py`: reads its arguments, calls one function of a room, prints.

A command that fails prints one line on standard error and exits with 1; one that
was typed wrongly, with 2.
"""

import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from indie import config, demo, times, wiring
from indie.cli import processes
from indie.cli.backup import backup, restore
from indie.cli.following import follow, following, unfollow
from indie.cli.history import history
from indie.cli.mentions import mentions
from indie.cli.move import move
from indie.cli.outbox import outbox
from indie.cli.pages import pages
from indie.cli.prefer import prefer
from indie.cli.requests import requests
from indie.cli.send import send
from indie.cli.theme import theme
from indie.config import Settings
from indie.errors import IndieError, Misconfigured
from indie.indieauth import owner, scopes, tokens
from indie.jobs.workshop import Workshop
from indie.store import Store


class _Commands(click.Group):
    """Commands that tell in one line what went wrong; click itself takes three or four."""

    def main(self, *args: Any, **options: Any) -> NoReturn:
        """Run what the arguments say, and exit."""
        try:
            code = super().main(*args, **{**options, "standalone_mode": False})
        except IndieError as error:
            _fail(str(error), 1)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "app.py"
            _fail(f"{error.format_message()} See: python {command} --help", error.exit_code)
        except click.ClickException as error:
            _fail(error.format_message(), error.exit_code)
        except (click.Abort, BrokenPipeError):
            sys.exit(1)
        # A command returns nothing; `--help` and its like return the code to exit with.
        sys.exit(code if isinstance(code, int) else 0)


def _fail(sentence: str, code: int) -> NoReturn:
    click.echo(" ".join(sentence.split()), err=True)
    sys.exit(code)


@click.group(cls=_Commands, invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Your own place on the web. Without a command: serve."""
    # Why: drafts and the hash of the password lie in the data folder, and others may use this machine.
    os.umask(0o077)
    if context.invoked_subcommand is None:
        context.invoke(serve)


@main.command()
@click.option("--no-worker", is_flag=True, help="Serve pages alone; run jobs with `worker` in another process.")
def serve(no_worker: bool = False) -> None:  # the shape of a click command
    """Apply migrations, serve the site and run its jobs, until told to stop."""
    settings = _settings()
    address = processes.ensure_port(settings)
    wiring.storage(settings)  # so that what is wrong with it is told here, in one line
    store = Store.open(settings)
    if store.owner.get() is None:
        link = f"{settings.url}setup/{owner.setup_key(store.secret)}"
        click.echo(f"There is no owner yet. Set up the site at {link}")
    else:
        click.echo(f"Serving {settings.url} on {settings.host} port {settings.port}; Ctrl-C stops it.")
    store.database.close()
    processes.serve(settings, address, with_worker=not no_worker)


@main.command()
def worker() -> None:
    """Run jobs, and nothing else, until told to stop."""
    settings = _settings()
    processes.work(settings, Store.open(settings))


@main.command()
@click.option("--name", required=True, help="Your name, as it stands beside your posts.")
@click.option(
    "--password-stdin",
    is_flag=True,
    required=True,
    expose_value=False,
    help="Read the password from the first line of standard input.",
)
@click.option("--nickname", help="Your nickname, without the @.")
@click.option("--photo", type=click.Path(path_type=Path), help="A picture of you.")
@click.option("--note", help="You, in a sentence or two.")
def setup(name: str, nickname: str | None, photo: Path | None, note: str | None) -> None:
    """Make the owner, or change what is known of him; also beside a running server."""
    settings = _settings()
    try:
        password = sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise Misconfigured("the password on standard input is not UTF-8; send it as UTF-8") from None
    try:
        picture = photo.read_bytes() if photo else None
    except OSError as error:
        raise Misconfigured(f"--photo: {photo} cannot be read ({error.strerror})") from None
    store = Store.open(settings)
    made = owner.set_up(
        store,
        wiring.storage(settings),
        times.now(),
        name=name,
        password=password,
        nickname=nickname,
        note=note,
        photo=picture,
    )
    click.echo(f"{made.name} is the owner of {settings.url}")


@main.command()
@click.option("--scope", required=True, help='What the token may do, such as "create update media".')
@click.option("--client-id", default="", help="The app that it is for.")
@click.option("--days", type=click.IntRange(min=1, max=36_500), help="Days until it expires; never, unless given.")
def token(scope: str, client_id: str, days: int | None) -> None:
    """Mint an access token; it is the last line of the output."""
    settings = _settings()
    store = Store.open(settings)
    if store.owner.get() is None:
        raise Misconfigured("there is no owner yet: run `python app.py setup`, or open the link that `serve` prints")
    click.echo(tokens.issue(store, scopes.parse(scope), client_id, times.now(), days))


@main.command("demo")
def demo_() -> None:
    """Fill an empty site with an example conversation."""
    settings = _settings()
    store = Store.open(settings)
    url = demo.play(_workshop(settings, store))
    click.echo(f"The example is at {url}")


_OTHERS = (backup, follow, following, history, mentions, move, outbox, pages, prefer, requests, restore, send, unfollow)
for command in (*_OTHERS, theme):
    main.add_command(command)


def _settings() -> Settings:
    return config.load(os.environ)


def _workshop(settings: Settings, store: Store) -> Workshop:
    return processes.workshop(settings, store)
