"""
The suite's command: `python -m tests.indieauth_suite URL`.

Exit code 0 where everything that could be judged holds, 1 where something does not, 2 where nothing could be begun.
"""

import argparse
import os
import sys
from pathlib import Path

from tests.indieauth_suite import report
from tests.indieauth_suite.checking import CANNOT_TELL, CHECKS, FAILS, CannotTell, Fails, run
from tests.indieauth_suite.checks import SECTIONS
from tests.indieauth_suite.player import Player

CANNOT_BEGIN = 2


def main(arguments=None):
    """Run it; returns the exit code."""
    given = _parser().parse_args(arguments)
    chosen = _chosen(given)
    if given.list:
        for one in chosen:
            _say(f"{','.join(map(str, one.numbers)):<6} {one.name:<42} {one.title}")
        return 0
    if not given.url:
        _complain("give the URL of the site, such as https://me.example/")
        return CANNOT_BEGIN
    password = sys.stdin.readline().rstrip("\r\n") if given.password_stdin else ""
    try:
        player = Player(
            given.url,
            seconds=given.seconds,
            password=password or os.environ.get("INDIEAUTH_SUITE_PASSWORD", ""),
            user=given.user,
            cookie=given.cookie or os.environ.get("INDIEAUTH_SUITE_COOKIE", ""),
            key=os.environ.get("INDIEAUTH_SUITE_KEY", ""),
            client_host=given.client_host,
            listen=given.listen,
            tell=None if given.anonymous else _complain,
        )
    except OSError as error:
        _complain(f"the suite's own site cannot be served: {error}")
        return CANNOT_BEGIN
    try:
        return _play(player, chosen, given)
    finally:
        made, revoked = player.close()
        if made:
            _say(f"{revoked} of {made} tokens were taken back.")


def _play(player, chosen, given):
    try:
        status = player.home.status
    except Fails as error:
        _complain(str(error))
        return CANNOT_BEGIN
    if status != 200:
        _complain(f"{given.url} answers {status}; give the address of the owner's page")
        return CANNOT_BEGIN
    results, section = [], ""
    for one in chosen:
        if one.section != section:
            section = one.section
            _say(f"\n{section}")
        result = run(one, player)
        results.append(result)
        _say(player.wire.masked(report.line(result)))
        if given.verbose and result.outcome == FAILS:
            _say(report.exchanges(result, player.wire))
    _say(f"\n{report.summary(results)}")
    if given.json:
        Path(given.json).write_text(report.as_json(given.url, results, player.wire), encoding="utf-8")
    if all(result.outcome == CANNOT_TELL for result in results):
        _complain("nothing could be judged")
        return CANNOT_BEGIN
    return int(any(result.outcome == FAILS for result in results))


def _chosen(given):
    """The checks to be played: by number, section or name; slow ones only where they are asked for."""
    chosen = [one for one in CHECKS if given.slow or not one.slow]
    if given.only:
        words = {word.strip() for word in given.only.split(",")}
        unknown = words - {name for one in CHECKS for name in _names(one)}
        if unknown:
            given.parser.error(f"--only: there is no {' or '.join(sorted(unknown))}; see --list")
        chosen = [one for one in chosen if words & _names(one)]
    return [one for one in chosen if not given.basis or one.basis == given.basis]


def _names(one):
    """By what a check may be asked for."""
    return {*map(str, one.numbers), *one.name.split("."), one.name, one.rule}


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m tests.indieauth_suite",
        description="Plays apps, honest and hostile, against an IndieAuth server, and says what holds.",
        epilog=f"Sections: {', '.join(SECTIONS)}. INDIEAUTH_SUITE_PASSWORD, _COOKIE, _KEY (for introspection) are read from the environment.",
    )
    parser.add_argument("url", nargs="?", metavar="URL", help="the owner's page, where apps begin to look")
    who = parser.add_argument_group("the owner")
    who.add_argument(
        "--password-stdin",
        action="store_true",
        help="sign in with the password in the first line of standard input (or in INDIEAUTH_SUITE_PASSWORD)",
    )
    who.add_argument("--user", default="", help="the user name, where the server asks for one")
    who.add_argument("--cookie", default="", help="instead: the cookies of a browser that is signed in, “a=b; c=d”")
    who.add_argument("--anonymous", action="store_true", help="nobody is there: leave out what the owner must allow")
    where = parser.add_argument_group("the suite's own apps")
    where.add_argument(
        "--client-host", default="", metavar="NAME:PORT", help="by what the server reaches this machine (or a URL)"
    )
    where.add_argument("--listen", type=int, default=0, metavar="PORT", help="where that ends, if it is another port")
    which = parser.add_argument_group("which checks")
    which.add_argument("--only", default="", metavar="13,17", help="these items, rules, sections or names alone (see --list)")
    which.add_argument("--basis", choices=("spec", "clients", "advice"), help="only what stands on this")
    which.add_argument("--slow", action="store_true", help="also those that take half a minute")
    which.add_argument("--list", action="store_true", help="name them, and play nothing")
    which.add_argument("--seconds", type=float, default=10.0, help="how long each may take (10)")
    told = parser.add_argument_group("what is told")
    told.add_argument("--verbose", action="store_true", help="what was said in each check that fails, secrets masked")
    told.add_argument("--json", default="", metavar="FILE", help="write everything into a file, too")
    parser.set_defaults(parser=parser)
    return parser


def _say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _complain(words):
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CannotTell, KeyboardInterrupt) as error:
        sys.exit(f"stopped: {error}" if str(error) else "stopped")
