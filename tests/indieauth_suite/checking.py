"""What a check is, how it is made, and how it ends: it holds, it fails, or nobody can tell."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

SPEC, CLIENTS, ADVICE = "spec", "clients", "advice"
BASES = MappingProxyType(
    {
        SPEC: "IndieAuth, or what it cites, asks for it",
        CLIENTS: "clients that people use rely on it",
        ADVICE: "a SHOULD, or what others' mistakes have taught",
    }
)

HOLDS, FAILS, CANNOT_TELL = "holds", "fails", "cannot tell"


class Fails(Exception):
    """The server does not keep the rule; the message says what it did instead."""


class CannotTell(Exception):
    """The rule cannot be judged from here; the message says what is missing."""


@dataclass(frozen=True)
class Check:
    """
    One rule, and the function that plays it.

    numbers: of the items that it belongs to. rule: the first one's name, such as IA-R1.
    play: takes the player; raises Fails or CannotTell, returns where the rule holds.
    slow: takes longer than others may, so it is played only when asked for.
    """

    numbers: tuple[int, ...]
    rule: str
    title: str
    basis: str
    slow: bool
    play: Callable

    @property
    def name(self):
        """What it is called on the command line: the module, and the function."""
        return f"{self.play.__module__.rpartition('.')[2]}.{self.play.__name__}"

    @property
    def section(self):
        """The first line of the docstring of its module."""
        return sys.modules[self.play.__module__].__doc__.strip().splitlines()[0].rstrip(".")

    @property
    def reason(self):
        """The rule and its source, as its docstring tells them."""
        return " ".join((self.play.__doc__ or "").split())


@dataclass(frozen=True)
class Result:
    """How a check ended, why, after how many seconds, and what was said on the way (`wire.Answer`)."""

    check: Check
    outcome: str
    reason: str = ""
    seconds: float = 0.0
    exchanges: tuple = field(default=(), repr=False)


CHECKS: list[Check] = []
"""All of them, in the order in which they are written down."""


def check(numbers, rule, title, basis=SPEC, *, slow=False):
    """Make a function of the player a check. numbers: one item, or several."""

    def register(function):
        several = numbers if isinstance(numbers, tuple) else (numbers,)
        CHECKS.append(Check(several, rule, title, basis, slow, function))
        return function

    return register


def expect(fact, otherwise):
    """Raise Fails with these words unless it is so."""
    if not fact:
        raise Fails(otherwise)


def run(one, player):
    """Play a check to its end."""
    began, before = time.monotonic(), player.begin()
    outcome, reason = HOLDS, ""
    try:
        one.play(player)
    except Fails as error:
        outcome, reason = FAILS, str(error)
    except CannotTell as error:
        outcome, reason = CANNOT_TELL, str(error)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # Why a failure: what the checks read is the server's, and it was not what the rule says.
        outcome, reason = FAILS, f"what the server answered cannot be read ({type(error).__name__}: {error})"
    return Result(one, outcome, reason, time.monotonic() - began, tuple(player.wire.answers[before:]))
