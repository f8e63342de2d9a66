"""`follow`, `following`, `unfollow`: whom the owner follows; also beside a running server."""

import os

import click

from indie import config, text, times, urls, wiring
from indie.errors import FetchFailed, InvalidRequest
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.following import LEFT
from indie.websub import discovery, subscriber


@click.command()
@click.argument("url")
def follow(url: str) -> None:
    """Follow the feed at URL: a page with h-entries, Atom, RSS or JSON Feed, or a page that names one."""
    settings = config.load(os.environ)
    address = _address(url)
    store = Store.open(settings)
    if urls.same_site(address, settings.me):
        raise InvalidRequest(f"{address} is this site itself")
    now = times.now()
    try:
        with Parser(children=1) as parser:
            found = discovery.discover(wiring.fetcher(settings), parser, address, now)
    except FetchFailed as error:
        raise InvalidRequest(f"{address} cannot be followed: {error}") from None
    following = subscriber.follow(store, address, found, now)
    way = f"pushed by {urls.host(found.hub)}, which is asked now" if found.hub else "polled, as it names no hub"
    title = text.printable(following.title) or "without a title"
    click.echo(f"following {following.topic}: {title} ({found.feed.kind or 'nothing in it yet'}; {way})")
    click.echo(f"items: {len(found.feed.items)}")


@click.command()
def following() -> None:
    """Every feed that you follow: how it comes, the last push and poll, how many items, the address, what is wrong."""
    store = Store.open(config.load(os.environ))
    counts = store.followed_items.counts()
    for one in store.following.all():
        if one.state == LEFT:
            continue
        pushed, polled = (times.rfc3339(moment) if moment else "-" for moment in (one.pushed, one.polled))
        reason = f"  {text.printable(one.reason)}" if one.reason else ""
        click.echo(f"{one.state:7} push {pushed:25} poll {polled:25} {counts.get(one.id, 0):4}  {one.url}{reason}")


@click.command()
@click.argument("url")
def unfollow(url: str) -> None:
    """Follow the feed at URL no longer; what came from there goes."""
    store, address = Store.open(config.load(os.environ)), _address(url)
    known = store.following.by_url(address)
    if known is None or known.state == LEFT:
        raise InvalidRequest(f"{address} is not followed; `following` shows what is")
    subscriber.unfollow(store, known, times.now())
    click.echo(f"no longer following {address}")


def _address(url: str) -> str:
    try:
        return urls.without_fragment(urls.normalize(urls.parse_http(url)))
    except ValueError as error:
        raise InvalidRequest(f"{url}: {error}") from None
