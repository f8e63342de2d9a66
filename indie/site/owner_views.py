"""What the templates of the owner's own pages are given: signing in, consent, apps and keys (see `views`)."""

from dataclasses import dataclass
from datetime import datetime

from indie.site.views import Card, Site


@dataclass(frozen=True)
class App:
    """An app: what is known of it, and what it claims."""

    client_id: str
    """The one thing that is certain; "" for a key made by hand that names none."""
    face: Card
    """Its logo, which is a claim, or an initial."""
    name: str | None = None
    """What it calls itself."""
    client_uri: str | None = None
    """The home page that it claims."""
    policy_uri: str | None = None
    """What it says that it does with data."""


@dataclass(frozen=True)
class Box:
    """A scope to tick."""

    scope: str
    sentence: str
    ticked: bool = True
    refused: str | None = None
    """Why it cannot be ticked."""


@dataclass(frozen=True)
class Choice:
    """One of several values."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class SignInPage:
    """`signin.html`: the owner proves that it is he."""

    site: Site
    next: str
    """Path and query of where he goes from here; "" for his own pages."""
    app: str | None = None
    """The client_id of the app that waits for him."""
    confirm: bool = False
    """He is signed in already, and about to do something that asks for more."""
    error: str | None = None
    passkeys: bool = False
    owned: bool = True
    """False before set-up: there is nobody to sign in."""


@dataclass(frozen=True)
class ConsentPage:
    """`consent.html`: an app asks, the owner decides (IA-A1)."""

    site: Site
    handle: str
    """Finds the request that is kept, in this session alone."""
    app: App
    allowed: datetime | None
    """When it was allowed something the last time; None if it never was."""
    warnings: tuple[str, ...]
    boxes: tuple[Box, ...]
    identity: bool
    """The app only wants to know who the owner is."""
    redirect: str
    """Host and port, or scheme, of where the answer goes."""
    redirect_uri: str | None
    """The whole address, where the host says too little."""
    pkce: bool
    lifetimes: tuple[Choice, ...]
    refreshable: bool = False
    override: bool = False
    """Nobody vouches for where the answer goes: the owner has to."""
    error: str | None = None


@dataclass(frozen=True)
class AuthHelpPage:
    """`auth_help.html`: the authorization endpoint seen with a browser, by somebody who came without an app."""

    site: Site


@dataclass(frozen=True)
class Key:
    """A token, or the tokens of one consent, which are one to the eye."""

    id: int
    made: datetime
    boxes: tuple[Box, ...]
    """The scopes it has; none for a key that opens introspection."""
    label: str = ""
    used: datetime | None = None
    address: str = ""
    agent: str = ""
    expires: datetime | None = None
    lapses: datetime | None = None
    refreshable: bool = False
    """The app exchanges it for a new one by itself."""


@dataclass(frozen=True)
class AppKeys:
    """An app and everything that it holds."""

    app: App
    first: datetime | None
    """When it was allowed something for the first time."""
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class AccountPage:
    """`account.html`: every key that was handed out, by app."""

    site: Site
    apps: tuple[AppKeys, ...]
    by_hand: tuple[Key, ...]
    resource_keys: tuple[Key, ...]
    said: str | None = None
    """What was just done."""


@dataclass(frozen=True)
class NewKeyPage:
    """`account_key.html`: a key made by hand, and then shown this once."""

    site: Site
    boxes: tuple[Box, ...]
    lifetimes: tuple[Choice, ...]
    label: str = ""
    client_id: str = ""
    resource: bool = False
    """It opens introspection instead of anything of the owner's."""
    errors: tuple[tuple[str, str], ...] = ()
    """(field, sentence) for everything that was wrong."""
    secret: str | None = None
    """The key itself, once it is made; kept nowhere."""


@dataclass(frozen=True)
class Signed:
    """A browser in which the owner is signed in."""

    id: int
    here: bool
    """It is the one that asks."""
    browser: str
    address: str
    method: str
    began: datetime
    used: datetime


@dataclass(frozen=True)
class SessionsPage:
    """`account_sessions.html`: where the owner is signed in."""

    site: Site
    sessions: tuple[Signed, ...]
    said: str | None = None


@dataclass(frozen=True)
class Passkey:
    """A passkey, as the owner knows it."""

    id: int
    name: str
    made: datetime
    used: datetime | None = None


@dataclass(frozen=True)
class PasskeysPage:
    """`account_passkeys.html`: what signs in instead of the password."""

    site: Site
    passkeys: tuple[Passkey, ...]
    why_not: str
    """Why this site can have none; "" where it can."""
    said: str | None = None


@dataclass(frozen=True)
class PasswordPage:
    """`account_password.html`: a new password."""

    site: Site
    errors: tuple[tuple[str, str], ...] = ()
    """(field, sentence) for everything that was wrong."""
    said: str | None = None


@dataclass(frozen=True)
class Reader:
    """A host at which somebody follows."""

    host: str
    callbacks: int
    delivered: datetime | None
    """When it took something new the last time; None before the first."""
    failing: int
    """How many of its callbacks did not take what they were sent last."""
    reason: str
    """Why."""


@dataclass(frozen=True)
class Followed:
    """A list or feed that is followed in real time."""

    url: str
    followers: int
    readers: tuple[Reader, ...]
    others: int
    """How many hosts more there are."""


@dataclass(frozen=True)
class Property:
    """Something about the look that can be changed."""

    name: str
    label: str
    value: str
    kind: str
    """`color`, or `text`."""
    shown: str = ""
    """What is shown in its place, so that it can be read; "" where that is the value."""


@dataclass(frozen=True)
class ThemePage:
    """`account_theme.html`: how the site looks."""

    site: Site
    themes: tuple[Choice, ...]
    schemes: tuple[Choice, ...]
    groups: tuple[tuple[str, tuple[Property, ...]], ...]
    """(heading, properties)."""
    options: tuple[tuple[str, str, str, tuple[Choice, ...]], ...] = ()
    """(name, label, value, choices) of the options of the theme."""
    faults: tuple[str, ...] = ()
    """What is wrong with the owner's templates."""
    errors: tuple[tuple[str, str], ...] = ()
    said: str | None = None


@dataclass(frozen=True)
class FollowersPage:
    """`account_followers.html`: who follows in real time."""

    site: Site
    followed: tuple[Followed, ...]
    hubs: tuple[str, ...]
    """Our own, and those that the owner names."""
