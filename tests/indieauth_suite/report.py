"""What the suite says in the end, for people and for programs."""

import json
from collections import Counter

from tests.indieauth_suite.checking import BASES, CANNOT_TELL, FAILS, HOLDS
from tests.indieauth_suite.wire import show

MARKS = {HOLDS: "holds", FAILS: "FAILS", CANNOT_TELL: "?"}


def line(result):
    """One check in one line; where it fails, why, and who says that it should not."""
    one = result.check
    numbers = ",".join(map(str, one.numbers))
    words = f"{MARKS[result.outcome]:<6} {numbers:<6} {one.title}"
    reason = f"\n              {result.reason}" if result.reason else ""
    source = f"\n              [{one.basis}: {BASES[one.basis]}] {one.reason}" if result.outcome == FAILS else ""
    return words + reason + source


def exchanges(result, wire):
    """What was said, for those who look closer."""
    return "\n".join(f"              {line}" for answer in result.exchanges for line in (*show(answer, wire), ""))


def summary(results):
    """The last lines."""
    counted = Counter(result.outcome for result in results)
    failed = Counter(result.check.basis for result in results if result.outcome == FAILS)
    words = [f"{counted[HOLDS]} hold, {counted[FAILS]} fail, {counted[CANNOT_TELL]} cannot be told."]
    words += [f"  {number} of those that fail: {BASES[basis]} ({basis})" for basis, number in failed.most_common()]
    return "\n".join(words)


def as_json(url, results, wire):
    """Everything, for programs."""
    listed = [
        {
            "check": result.check.name,
            "numbers": list(result.check.numbers),
            "rule": result.check.rule,
            "title": result.check.title,
            "section": result.check.section,
            "basis": result.check.basis,
            "outcome": result.outcome,
            "reason": wire.masked(result.reason),
            "seconds": round(result.seconds, 3),
        }
        for result in results
    ]
    counted = Counter(result.outcome for result in results)
    return json.dumps({"url": url, "summary": dict(counted), "checks": listed}, indent=2, ensure_ascii=False) + "\n"
