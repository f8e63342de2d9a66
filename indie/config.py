"""
The operator's settings: frozen, typed, each with its default and its help.

They come from the environment and from `settings.env` in the data folder; the
environment wins. All that is wrong with them is told at once.
"""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from indie import urls
from indie.errors import Misconfigured

Network = IPv4Network | IPv6Network

_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")

HOME = Path(__file__).resolve().parent.parent
"""The folder of `app.py`."""


@dataclass(frozen=True)
class Settings:
    """Each field is the setting `INDIE_` + its name in upper case."""

    data: Path = field(
        default=HOME / "data",
        metadata={"help": "the folder with everything that must be kept (environment only)"},
    )
    url: str = field(
        default="",
        metadata={"help": "the site's public address, without a path; http://HOST:PORT/ unless set"},
    )
    host: str = field(default="127.0.0.1", metadata={"help": "the address to listen on"})
    port: int = field(default=5000, metadata={"help": "the port to listen on"})
    fetch_allow: tuple[Network, ...] = field(
        default=(),
        metadata={"help": "networks outside the public internet that outgoing requests may reach"},
    )
    rate_limit: bool = field(default=True, metadata={"help": "off for load tests alone"})
    proxies: int = field(
        default=0,
        metadata={"help": "how many proxies stand in front whose X-Forwarded-For is believed"},
    )
    database: str = field(default="", metadata={"help": "postgresql://… instead of the SQLite file"})
    media: str = field(default="", metadata={"help": "s3://bucket/prefix instead of the folder"})

    @property
    def me(self) -> str:
        """The owner's profile URL: the site's address."""
        return self.url


def load(environ: Mapping[str, str]) -> Settings:
    """
    The settings of this process.

    Raises Misconfigured with every fault in one line. A name that we do not
    know is refused in `settings.env` (a slip of the pen would go unseen) and
    passed over in the environment, which belongs to others too.
    """
    data = Path(environ.get("INDIE_DATA") or HOME / "data").expanduser().absolute()
    known = {f"INDIE_{f.name.upper()}" for f in dataclasses.fields(Settings)}
    named, faults = _read_file(data / "settings.env", known - {"INDIE_DATA"})
    named.update({name: value for name, value in environ.items() if name in known and value.strip()})
    values: dict[str, object] = {"data": data}
    for name, reader in _READERS.items():
        text = named.get(f"INDIE_{name.upper()}", "").strip()
        if text:
            try:
                values[name] = reader(text)
            except ValueError as error:
                # Why not with its value: it may hold a password.
                shown = "" if name == "database" else f"={text}"
                faults.append(f"INDIE_{name.upper()}{shown}: {error}")
    if faults:
        raise Misconfigured("settings: " + "; ".join(faults))
    settings = Settings(**values)  # type: ignore[arg-type]  # each reader returns its field's type
    return settings if settings.url else dataclasses.replace(settings, url=_listening(settings))


def _listening(settings: Settings) -> str:
    bracketed = f"[{settings.host}]" if ":" in settings.host else settings.host
    return urls.normalize(f"http://{bracketed}:{settings.port}/")


def _read_file(path: Path, known: set[str]) -> tuple[dict[str, str], list[str]]:
    """`NAME=value` lines and `#` comments, nothing else. Returns what it says, and what is wrong with it."""
    named: dict[str, str] = {}
    faults: list[str] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):  # of the second, the store tells what to do
        return named, faults
    except (OSError, UnicodeDecodeError) as error:
        return named, [f"{path.name} cannot be read ({error})"]
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals:
            faults.append(f"{path.name} line {number} is not NAME=value")
        elif name.strip() not in known:
            faults.append(f"{path.name} line {number}: there is no setting {name.strip()}")
        else:
            named[name.strip()] = value.strip()
    return named, faults


def _url(text: str) -> str:
    parts = urlsplit(urls.normalize(urls.parse_http(text)))
    if parts.path != "/" or parts.query or parts.fragment:
        raise ValueError("give the address of the site alone, such as https://me.example/, without a path")
    return f"{parts.scheme}://{parts.netloc}/"


def _host(text: str) -> str:
    name = text.removeprefix("[").removesuffix("]")
    # Why: a colon is that of an IPv6 address or of a port, which has a setting of its own.
    if any(character in name for character in "/ @[]%?#") or (":" in name and not _is_ip(name)):
        raise ValueError("give an address or a host name such as 127.0.0.1")
    return name


def _is_ip(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ValueError("give a port number from 1 to 65535")
    return int(text)


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _on_or_off(text: str) -> bool:
    if text.lower() not in ("on", "off"):
        raise ValueError("give on or off")
    return text.lower() == "on"


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("give a whole number, 0 or more")
    return int(text)


def postgresql(text: str) -> str:
    """The address of a PostgreSQL, as INDIE_DATABASE takes it. Raises ValueError, without the address in it."""
    parts = urlsplit(text)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError("give the address of a database such as postgresql://user:password@host/name")
    return text


def bucket(text: str) -> str:
    """The address of a bucket, as INDIE_MEDIA takes it. Raises ValueError."""
    if not _BUCKET.fullmatch(text):
        raise ValueError("give a bucket, and the prefix of what is ours in it, such as s3://bucket/prefix")
    return text.rstrip("/")


_READERS = {
    "url": _url,
    "host": _host,
    "port": _port,
    "fetch_allow": _networks,
    "rate_limit": _on_or_off,
    "proxies": _count,
    "database": postgresql,
    "media": bucket,
}
