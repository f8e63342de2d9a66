"""
Each page of tests/web/, read by code from which what sees to its trap was taken out (`without` of its case).

`python -m tests.traps` prints as JSON, by case, what is wrong: {} where each page is read otherwise than it should.

Why a process, and a fork of it for each trap: the modules are imported anew there, one of them from changed source,
so that whatever they took from one another is changed as well. No file is touched, and nobody else sees such a module.
What they import of others is loaded by then and costs nothing.
"""

import ast
import importlib
import importlib.util
import json
import os
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[1] / "indie"
WEB = Path(__file__).parent / "web"
CASES = sorted(WEB.rglob("*.response.json"))
CONTROLS = CASES[::20]
"""Most of them must read as ever: what breaks every page takes out no trap."""


def name(case):
    """What a case is called: the path of its page."""
    return str(case.relative_to(WEB)).removesuffix(".response.json")


def changed(code, old, new):
    """
    The name of the module, and its source where `new` stands for `old`.

    code: `mf2/item.py: Item.urls`, the module and what in it holds `old`, exactly once. Raises ValueError if it does not.
    """
    file, _, path = code.partition(": ")
    text = (HOUSE / file).read_text()
    nodes, node = ast.parse(text).body, None
    for part in path.split("."):
        node = next((node for node in nodes if part in _names(node)), None)
        if node is None:
            raise ValueError(f"there is no {path} in {file}")
        nodes = getattr(node, "body", [])
    lines = text.split("\n")
    first, last = node.lineno - 1, node.end_lineno
    # Why the empty line: what is taken out may be whole lines, the last one too.
    held = "\n".join([*lines[first:last], ""])
    if held.count(old) != 1:
        raise ValueError(f"“{old}” stands {held.count(old)} times in {path} of {file}")
    module = "indie." + file.removesuffix(".py").replace("/", ".")
    return module, "\n".join([*lines[:first], held.replace(old, new), *lines[last:]])


def fault(case):
    """Why a case does not show that its page needs the code that sees to its trap; "" if it does."""
    said = json.loads(case.read_text())
    try:
        module, source = changed(said["code"], **said["without"])
        read = _imported(module, source)
    except Exception as error:  # noqa: BLE001  # whatever it is, it belongs to this case
        return f"the code does not run: {error!r}"
    try:
        if as_expected(read, case):
            return "it reads as ever"
        kept = sum(as_expected(read, control) for control in CONTROLS)
    except Exception as error:  # noqa: BLE001
        return f"the code breaks: {error!r}"
    return "" if 2 * kept > len(CONTROLS) else f"only {kept} of {len(CONTROLS)} other pages read as ever"


def as_expected(read, case):
    """Whether a page reads as its case says. read: the module `tests.reading`."""
    said = json.loads(case.read_text())
    return said["expected"] == read.told(read.reading(said["source"], said["targets"]), said["expected"])


def _names(node):
    """What a statement gives a name to."""
    found = getattr(node, "targets", [getattr(node, "target", node)])
    return {getattr(one, "id", getattr(one, "name", "")) for one in found}


def _imported(module, source):
    """`tests.reading`, imported anew; `module` has this source."""
    for known in [known for known in sys.modules if known.partition(".")[0] in ("indie", "tests")]:
        del sys.modules[known]
    spec = importlib.util.find_spec(module)
    sys.modules[module] = made = importlib.util.module_from_spec(spec)
    exec(compile(source, spec.origin, "exec"), vars(made))
    return importlib.import_module("tests.reading")


def _apart(work, case):
    """The words that `work` returns of a case, done in a process that ends with it."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            with os.fdopen(writing, "w", encoding="utf-8") as told:
                told.write(work(case))
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        answer = told.read()
    return f"its process ended by {status}" if (status := os.waitpid(child, 0)[1]) else answer


if __name__ == "__main__":
    importlib.import_module("tests.reading")
    found = {name(case): _apart(fault, case) for case in CASES}
    json.dump({case: why for case, why in found.items() if why}, sys.stdout)
