"""Apps as the owner sees them: the claimed name and logo beside the address, which is certain."""

import time
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from indie import mirror, text, urls
from indie.context import Context
from indie.indieauth import scopes
from indie.indieauth.client_info import ClientInformation
from indie.languages import N_
from indie.site.entries import Shelf
from indie.site.owner_views import App, Box, Choice
from indie.site.views import Card
from indie.store.media import AVATAR

LOGO, LOOKS = 2.0, 40
"""How many seconds the owner waits for a logo that is not here yet, and how often we look in that time."""

LIFETIMES = {"1": N_("A day"), "30": N_("30 days"), "365": N_("A year"), "0": N_("Until I take it back")}
"""How long a key holds, in days; 0 for no end."""

USUAL = "365"

OFFERED = tuple(
    word
    for word in scopes.SENTENCES
    # Why not `post`: it is the old name of two that stand here too.
    if word != "post" and (word in scopes.IDENTITY or any(word in opening for opening in scopes.OPENS.values()))
)
"""The scopes of a key made by hand: those that open something of the owner's."""

UNKNOWN = N_("Something that this site does not know; it opens nothing here")


def of(context: Context, information: ClientInformation) -> App:
    """An app as its information tells; its logo is shown once our copy of it is here."""
    name = information.name
    photo = Shelf(context.store, context.settings).face(information.logo)
    return App(
        client_id=information.client_id,
        face=Card(
            name=name or information.client_id,
            photo=photo,
            initial=text.initial(name or urls.host(information.client_id)),
        ),
        name=name,
        client_uri=information.client_uri,
        policy_uri=information.policy_uri,
    )


def await_logo(context: Context, information: ClientInformation, now: datetime) -> None:
    """Ask for the logo of an app, and give the job a moment to fetch it."""
    if information.logo is None:
        return
    with context.store.write():
        mirror.want(context.store, AVATAR, information.logo, now)
    for _ in range(LOOKS):
        if mirror.copy(context.store, AVATAR, information.logo):
            return
        time.sleep(LOGO / LOOKS)


def boxes(asked: tuple[str, ...], *, pkce: bool) -> tuple[Box, ...]:
    """What an app asks for, to tick; `pkce`: whether it uses that (IA-R8, IA-R12)."""
    # Why: without a name there is no e-mail address to tell (`scopes.granted`).
    words = tuple(word for word in asked if word != "email" or "profile" in asked)
    return tuple(
        replace(
            box,
            ticked=box.scope in scopes.SENTENCES,
            refused="Not without PKCE." if not pkce and box.scope in scopes.NEED_PKCE else None,
        )
        for box in held(words)
    )


def held(scope: tuple[str, ...]) -> tuple[Box, ...]:
    """What a key may do, to untick."""
    return tuple(Box(word, scopes.SENTENCES.get(word, UNKNOWN)) for word in scope)


def offered(ticked: Collection[str]) -> tuple[Box, ...]:
    """Every scope that opens something of the owner's, for a key made by hand."""
    return tuple(Box(word, scopes.SENTENCES[word], word in ticked) for word in OFFERED)


def lifetimes(chosen: str) -> tuple[Choice, ...]:
    """How long a key may hold."""
    return tuple(Choice(days, label, days == chosen) for days, label in LIFETIMES.items())


def days(sent: str) -> int:
    """The days that were chosen in a form; a year where that is none of ours."""
    return int(sent if sent in LIFETIMES else USUAL)
