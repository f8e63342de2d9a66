"""Apps that could be taken for others: sentences for the owner, before he says yes. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from indie import text, urls
from indie.indieauth import client_id as client_ids
from indie.languages import N_

WELL_KNOWN: tuple[tuple[str, str | None], ...] = (
    ("https://quill.p3k.io/", "Quill"),
    ("https://micropublish.net/", "Micropublish"),
    ("https://indiepass.app/", "IndiePass"),
    ("https://indigenous.realize.be/", "Indigenous"),
    ("https://ia.net/", "iA Writer"),
    ("https://monocle.p3k.io/", "Monocle"),
    ("https://aperture.p3k.io/", "Aperture"),
    ("https://ownyourswarm.p3k.io/", "OwnYourSwarm"),
    ("https://micro.blog/", "Micro.blog"),
    ("https://together.tpxl.io/", "Together"),
    ("https://omnibear.com/", "Omnibear"),
    ("https://indiebookclub.biz/", "indiebookclub"),
)
"""Apps that somebody may want to pass for: their client_id, or its host at least, and their name."""

_SHORTEST = 8
"""Why: among short names a letter more or less is the rule."""

_ALIKE = {
    "a": "аɑα",
    "c": "с",
    "d": "ԁ",
    "e": "е",
    "g": "ɡԍ",
    "h": "һ",
    "j": "ј",
    "k": "кκ",
    "l": "i1|іӏιı",
    "m": "м",
    "n": "ո",
    "o": "0оοօ",
    "p": "рρ",
    "q": "ԛ",
    "s": "ѕ",
    "t": "тτ",
    "u": "υս",
    "v": "ѵν",
    "w": "ԝ",
    "x": "хχ",
    "y": "у",
}
"""Letters and digits of other scripts, and of ours, that are taken for this one."""

_SAME_SHAPE = str.maketrans({other: letter for letter, others in _ALIKE.items() for other in others})
_PAIRS = (("rn", "m"), ("vv", "w"))


def warnings(client_id: str, name: str | None, known: Iterable[tuple[str, str | None]]) -> tuple[str, ...]:
    """
    What the owner should look at twice, in sentences; () for most apps.

    client_id, name: of the app that asks; the name is its own claim.
    known: client_id and name of each app that the owner allowed before. Well-known ones are added here. An app
        on the host of one of them resembles nobody: it is the one that is known.
    """
    if client_ids.is_loopback(client_id):
        return ()
    host = _host(client_id)
    found = [_without_https(client_id, host), _foreign_letters(host)]
    before = [(_host(other), title, N_("an app that you allowed before")) for other, title in known]
    others = before + [(_host(other), title, N_("a well-known app")) for other, title in WELL_KNOWN]
    if host not in {other for other, _, _ in others}:
        found += [_resemblance(host, others), _namesake(name, others)]
    return tuple(filter(None, found))


def _without_https(client_id: str, host: str) -> str | None:
    address = _address(host)
    if not client_id.startswith("http:") or (address and address.is_loopback):
        return None
    return "The app's address begins with http://, not https://, so anybody on the way to it can pass for it."


def _foreign_letters(host: str) -> str | None:
    spelled = _spelled(host)
    if spelled == host:
        return None
    return (
        f"The app's host {host} is shown as “{text.one_line(spelled)}”: "
        "letters beyond a to z can look like others. Make sure that it is the one you mean."
    )


def _resemblance(host: str, others: list[tuple[str, str | None, str]]) -> str | None:
    """The first of the others whose host could be taken for this one."""
    for other, _, kind in others:
        if other and _looks_like(host, other):
            return f"The app's host {host} looks much like {other}, {kind}, and is another one."
    return None


def _namesake(name: str | None, others: list[tuple[str, str | None, str]]) -> str | None:
    """The first of the others with this name."""
    shape = text.fold(_shape(name or ""))
    for other, title, kind in others:
        if shape and title and shape == text.fold(_shape(title)):
            claimed = text.one_line(name or "")
            return f"The app calls itself “{claimed}”, as does {kind} at {other}; this is another one."
    return None


def _looks_like(host: str, other: str) -> bool:
    """Whether one host could be taken for the other: by its shape, but for one letter, or as far as it is read."""
    if _address(host) or _address(other):
        return False
    one, two = _spelled(host), _spelled(other)
    if _shape(one) == _shape(two) or ("." in other and host.startswith(f"{other}.")):
        return True
    # Why: app1 and app2 of one domain are most often one person's.
    numbered = one.partition(".")[2] == two.partition(".")[2] and _without_digits(one) == _without_digits(two)
    return min(len(one), len(two)) >= _SHORTEST and not numbered and _one_apart(one, two)


def _shape(words: str) -> str:
    """What is left of words when letters that look alike are one letter: not to be shown, only compared."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    shape = bare.translate(_SAME_SHAPE)
    for pair, single in _PAIRS:
        shape = shape.replace(pair, single)
    return shape


def _one_apart(one: str, other: str) -> bool:
    """Whether a letter was put in, left out or replaced, or two neighbours changed places."""
    same = 0
    while one[same : same + 1] == other[same : same + 1] != "":
        same += 1
    left, right = one[same:], other[same:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped


def _host(client_id: str) -> str:
    """The host as the network spells it; "" where there is none."""
    try:
        return urls.host(urls.normalize(client_id))
    except ValueError:
        return ""


def _spelled(host: str) -> str:
    """The host in the letters that a browser may show (RFC 3492)."""
    return ".".join(map(_label, host.split(".")))


def _label(label: str) -> str:
    # Why not the codec `idna`: it refuses letters that newer rules allow, and those are not the harmless ones.
    try:
        return label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _without_digits(words: str) -> str:
    return re.sub(r"[0-9]", "", words)
