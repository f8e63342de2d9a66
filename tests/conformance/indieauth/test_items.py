"""Whether each of the 66 requirements has a test of its number."""

import ast
import re
from pathlib import Path

import pytest

GROUPS = {"d": 12, "r": 13, "c": 6, "a": 7, "t": 10, "f": 9}
"""How many there are by each letter, in their order; nine more have a number alone."""

IDS = [*(f"{letter}{place + 1}" for letter, many in GROUPS.items() for place in range(many)), *[""] * 9]


def names():
    """The name of every test of this folder that has a number."""
    for file in Path(__file__).parent.glob("test_1*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and re.match(r"test_\d", node.name):
                yield node.name


def prefix(number):
    """How the name of a test of this requirement begins."""
    return f"test_{number:02}_{IDS[number - 1]}_" if IDS[number - 1] else f"test_{number:02}_"


def test_there_are_66():
    assert 66 == len(IDS)


@pytest.mark.parametrize("number", range(1, 67))
def test_each_has_a_test(number):
    assert [name for name in names() if name.startswith(prefix(number))]


def test_each_test_has_the_number_and_the_id_of_one():
    assert [] == [name for name in names() if not any(name.startswith(prefix(number)) for number in range(1, 67))]
