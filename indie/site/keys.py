"""From tokens to what the owner sees of them: by app, and one where the app exchanges it for the next."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, tzinfo

from indie import text
from indie.context import Context
from indie.indieauth import agents
from indie.indieauth.client_info import ClientInformation
from indie.site import apps
from indie.site.owner_views import AccountPage, AppKeys, Key
from indie.site.views import Site
from indie.store.grants import Client
from indie.store.tokens import Token


def page(context: Context, site: Site, said: str | None, now: datetime) -> AccountPage:
    """Everything that was handed out and still opens something."""
    zone, living = context.store.preferences.get().time_zone, context.store.tokens.all(now)
    clients = context.store.grants.clients()
    by_app: dict[str, list[Token]] = {}
    for token in living:
        if token.kind != "key":
            by_app.setdefault(token.client_id, []).append(token)
    by_hand = by_app.pop("", [])
    return AccountPage(
        site=site,
        apps=tuple(_app(context, name, held, clients.get(name), zone) for name, held in by_app.items()),
        by_hand=_keys(context, by_hand, zone),
        resource_keys=_keys(context, [token for token in living if token.kind == "key"], zone),
        said=said,
    )


def describe(agent: str) -> str:
    """Who used a key: a browser by its name, a program as it calls itself; a claim."""
    known = agents.describe(agent)
    return text.one_line(agent, 60) if known == agents.UNKNOWN else known


def _app(context: Context, client_id: str, held: list[Token], known: Client | None, zone: tzinfo) -> AppKeys:
    claimed = ClientInformation(client_id, known.name or None, known.logo or None) if known else None
    return AppKeys(
        app=apps.of(context, claimed or ClientInformation(client_id)),
        first=known.first.astimezone(zone) if known else None,
        keys=_keys(context, held, zone),
    )


def _keys(context: Context, tokens: Iterable[Token], zone: tzinfo) -> tuple[Key, ...]:
    """One for each token made by hand, and one for each consent: the one that renews the others speaks for them."""
    families: dict[int, list[Token]] = {}
    for token in tokens:
        families.setdefault(token.grant or -token.id, []).append(token)
    found = []
    for family in families.values():
        head = next((token for token in family if token.kind == "refresh"), family[0])
        last = max(family, key=lambda token: (token.used is not None, token.used or token.created))
        grant = context.store.grants.get(head.grant)
        made = grant.created if grant else head.created
        found.append(_key(replace(head, created=made, used=last.used, address=last.address, agent=last.agent), zone))
    return tuple(found)


def _key(token: Token, zone: tzinfo) -> Key:
    def local(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone) if moment else None

    return Key(
        id=token.id,
        made=token.created.astimezone(zone),
        boxes=apps.held(token.scope),
        label=token.label,
        used=local(token.used),
        address=token.address,
        agent=describe(token.agent) if token.agent else "",
        expires=local(token.expires),
        lapses=local(token.lapses),
        refreshable=token.kind == "refresh",
    )
