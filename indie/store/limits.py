"""Who comes too often, over all processes: a row for each one who came lately."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from indie import times
from indie.store.database import Database


@dataclass(frozen=True)
class Limits:
    """
    The table of limits: the generic cell rate algorithm.

    Each take moves the moment at which everything is forgotten on by `every`; who is
    ahead of the clock by more than `burst` takes has to wait.
    """

    database: Database

    def take(self, key: str, now: datetime, burst: int, every: timedelta) -> timedelta | None:
        """
        Take once; only inside `database.write()`.

        burst: how many takes are free at once. every: after which time another one is.
        Returns None, or how long to wait; then nothing was taken.
        """
        row = self.database.one("SELECT clears FROM limits WHERE key = :key", key=key)
        clears = max(now, times.from_sortable(row["clears"])) if row else now
        wait = clears + every - now - burst * every
        if wait > timedelta():
            return wait
        self.database.execute("DELETE FROM limits WHERE clears < :now", now=times.sortable(now))
        self.database.execute(
            """
            INSERT INTO limits (key, clears) VALUES (:key, :clears)
            ON CONFLICT (key) DO UPDATE SET clears = excluded.clears
            """,
            key=key,
            clears=times.sortable(clears + every),
        )
        return None

    def forget(self, key: str) -> None:
        """Everything that was taken is free again."""
        self.database.execute("DELETE FROM limits WHERE key = :key", key=key)


def network(address: str) -> str:
    """By what somebody at an IP address is counted: whoever has an IPv6 address has the 2^64 beside it too."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        known = known.ipv4_mapped or ip_network((known, 64), strict=False).network_address
    return str(known)
