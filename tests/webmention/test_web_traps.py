"""Each page of tests/web/ needs the code that sees to its trap (`tests.traps`; the cases are told in test_web.py)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import traps

HOUSE = Path(__file__).parents[2]


@pytest.mark.timeout(600)
def test_each_page_turns_red_when_its_trap_is_taken_out_of_the_code():
    """With the text `without` the code runs, most pages read as ever, and this one reads otherwise."""
    ran = subprocess.run([sys.executable, "-m", "tests.traps"], cwd=HOUSE, stdout=subprocess.PIPE, check=True)
    wrong = [f"{case}: {why}" for case, why in json.loads(ran.stdout).items()]

    assert [] == wrong, "\n".join(wrong)


def test_what_is_taken_out_stands_once_in_the_code_that_the_case_names():
    """No case goes on without its code unnoticed."""
    with pytest.raises(ValueError, match="stands 3 times"):
        traps.changed("responses/entry.py: entry", "return", "yield")
    with pytest.raises(ValueError, match="there is no"):
        traps.changed("responses/entry.py: exit", "return", "yield")
