"""`mentions`: what others answered, and what the owner says of it; also beside a running server."""

import os

import click

from indie import config, times, urls
from indie.cli.importing import import_
from indie.errors import InvalidRequest
from indie.responses import policy
from indie.responses.policy import Rule, Verdict, What
from indie.store import Store
from indie.store.webmentions import STATES, Webmention
from indie.webmention import moderation

KINDS_OF_RULES = click.Choice(["author", "kind", "words"])


@click.group(no_args_is_help=False)
def mentions() -> None:
    """What others answered: list it, approve it, reject it; make rules for what comes."""


@mentions.command("list")
@click.option("--state", type=click.Choice(STATES), help="only those in this state, such as pending")
def list_(state: str | None) -> None:
    """Every webmention received, the newest first: state, what it became, source, target."""
    store = _store()
    for webmention in store.webmentions.all():
        stored = store.responses.of(webmention.id)
        shown = webmention.state if webmention.state == "pending" else webmention.decision or webmention.state
        if state not in (None, shown, webmention.state):
            continue
        kind = stored.newest.kind if stored else "-"
        target = store.webmentions.targets(webmention.id)[0]
        click.echo(f"{times.rfc3339(webmention.received)}  {shown:9} {kind:9} {webmention.source} -> {target}")


@mentions.command()
@click.argument("url")
@click.option("--always", is_flag=True, help="and whatever comes from the same place, from now on")
def approve(url: str, always: bool) -> None:  # click hands it so
    """Show what came from URL, as it is now."""
    store, source = _store(), _source(url)
    with store.write():
        _told(moderation.approve(store, source, times.now()), url)
        rule = policy.always(source)
        if always:
            moderation.put_rule(store, rule, times.now())
    click.echo(f"approved: {source}")
    if always:
        click.echo(_line(rule))


@mentions.command()
@click.argument("url")
def reject(url: str) -> None:
    """Hide what came from URL, for good: it stays hidden when it is sent again."""
    store, source = _store(), _source(url)
    with store.write():
        _told(moderation.reject(store, source, times.now()), url)
    click.echo(f"rejected: {source}")


@mentions.command()
@click.argument("value")
@click.option("--what", type=KINDS_OF_RULES, help="what VALUE is, if neither a host nor the beginning of a URL")
def block(value: str, what: What | None) -> None:
    """Never fetch nor show what comes from VALUE; what is here from there is hidden."""
    _make(value, what, "block")


@mentions.command()
@click.argument("value")
@click.option("--what", type=KINDS_OF_RULES, help="what VALUE is, if neither a host nor the beginning of a URL")
def hold(value: str, what: What | None) -> None:
    """Let what comes from VALUE wait until you approve it; what is here stays."""
    _make(value, what, "hold")


@mentions.command()
@click.argument("value")
@click.option("--what", type=click.Choice(["kind"]), help="what VALUE is, if neither a host nor the beginning of a URL")
def allow(value: str, what: What | None) -> None:
    """Show what comes from VALUE at once, whatever it says."""
    _make(value, what, "allow")


@mentions.command()
@click.argument("value")
def unblock(value: str) -> None:
    """Take the rules about VALUE back, whatever they say; what they hid is judged anew."""
    store = _store()
    with store.write():
        told = [rule for rule in store.moderation.all() if rule.value == value or _is_about(rule, value)]
        for rule in told:
            store.moderation.remove(rule.what, rule.value)
        moderation.reconsider(store, times.now())
    if not told:
        raise InvalidRequest(f"there is no rule about {value}; `mentions rules` shows them")
    for rule in told:
        click.echo(f"taken back: {_line(rule)}")


@mentions.command()
def rules() -> None:
    """Every rule, in the order in which they were made."""
    for rule in _store().moderation.all():
        click.echo(_line(rule))


mentions.add_command(import_)

# What they were called first.
mentions.add_command(click.Command("show", params=approve.params, callback=approve.callback, hidden=True))
mentions.add_command(click.Command("hide", params=reject.params, callback=reject.callback, hidden=True))


def _make(value: str, what: What | None, verdict: Verdict) -> None:
    try:
        rule = policy.rule(what or "host", value, verdict)
    except ValueError as error:
        raise InvalidRequest(f"{value}: {error}") from None
    store = _store()
    with store.write():
        moderation.put_rule(store, rule, times.now())
    click.echo(_line(rule))


def _line(rule: Rule) -> str:
    return f"{rule.verdict:5} {rule.what:6} {rule.value}"


def _is_about(rule: Rule, value: str) -> bool:
    try:
        return (rule.what, rule.value) == policy.about(value)
    except ValueError:
        return False


def _told(found: list[Webmention], url: str) -> None:
    if not found:
        raise InvalidRequest(f"no webmention came from {url}; `mentions list` shows what did")


def _source(url: str) -> str:
    try:
        return urls.normalize(urls.parse_http(url))
    except ValueError as error:
        raise InvalidRequest(f"{url}: {error}") from None


def _store() -> Store:
    return Store.open(config.load(os.environ))
