"""
The house keeps its laws: who may import whom, and what, is read from the code itself.

Every import counts, also one inside a function or under TYPE_CHECKING. Nothing
is imported to find out, so a module that is broken is judged all the same.
"""

import ast
import graphlib
import sys
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

import pytest

HOME = Path(__file__).parent.parent

FLOORS = """
cli
theme_check
demo
wiring | jobs
micropub | webmention | websub | site | microsub
indieauth
publishing | context | cors
outbox
mirror | people | moving | conversations
files | notices
store | fetch | media
posts | responses | feeds
mf2
config | preferences
urls | times | text | i_json | alarm | style
errors | languages
"""
FLOOR = {
    room: height
    for height, line in enumerate(reversed(FLOORS.strip().splitlines()))
    for room in line.split(" | ")
}

FLASK = (
    "context",
    "cors",
    "indieauth.bearer",
    "indieauth.endpoint",
    "indieauth.session",
    "micropub.answers",
    "micropub.endpoint",
    "micropub.log",
    "micropub.media",
    "webmention.endpoint",
    "websub.callback",
    "websub.endpoint",
    "site",
    "wiring",
)
PLACES_OF_LIBRARIES = {
    "mf2py": ("mf2",),
    "bs4": ("mf2",),
    "lxml": ("mf2",),
    "nh3": ("mf2",),
    "feedparser": ("feeds.syndication",),
    "regex": ("text",),
    "babel": ("languages",),
    "linkify_it": ("posts",),
    "markdown_it": ("posts",),
    "mdit_py_plugins": ("posts",),
    "sqlite_utils": ("store.sqlite",),
    "sqlite3": ("store.sqlite",),
    "psycopg": ("store.postgresql",),
    "psycopg_pool": ("store.postgresql",),
    "requests": ("fetch",),
    "urllib3": ("fetch",),
    "PIL": ("media",),
    # Why outside of fetch/: it connects to the operator's own storage, and to nothing that a visitor could name.
    "boto3": ("media",),
    "botocore": ("media",),
    "argon2": ("indieauth",),
    "webauthn": ("indieauth",),
    "flask": FLASK,
    "werkzeug": FLASK,
    "jinja2": FLASK,
    "markupsafe": FLASK,
    "itsdangerous": FLASK,
    "click": ("cli",),
    "granian": ("cli",),
}

PURE = ("mf2", "posts", "responses", "feeds")
IMPURE = (
    *("os", "pathlib.Path", "shutil", "tempfile", "subprocess", "multiprocessing", "resource", "signal"),
    *("socket", "ssl", "select", "http.client", "http.server", "urllib.request"),
    *("threading", "concurrent", "asyncio", "time", "random", "secrets"),
)
CLOCKS = ("now", "utcnow", "today")
# Why: what they run is pure; that it runs in a process of its own keeps a hostile page away from the rest.
PARSER_PROCESS = {
    "mf2.sandbox": ("subprocess", "threading", "pathlib.Path"),  # starts it, waits for it, ends it
    "mf2.child": ("os", "resource", "signal"),  # runs in it
}

TOP_LEVEL = ("app.py", "indie", "tests", "data", "requirements.txt", "README.md", "LICENSE")
NAMES_THAT_SAY_NOTHING = ("utils", "helpers", "_core")


class Module(NamedTuple):
    """A module of indie/, called by its name without the `indie.`: `mf2.parse`."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self):
        """What a relative import in this module starts from."""
        whole = f"indie.{self.name}".rstrip(".")
        return whole if self.path.name == "__init__.py" else whole.rpartition(".")[0]

    @property
    def room(self):
        """`mf2` of `mf2.parse`."""
        return self.name.partition(".")[0]


def violations(root: Path) -> list[str]:
    """Every breach of the laws in the checkout at `root`: one sentence each, beginning with the place."""
    modules, found = _modules(root)
    known = {f"indie.{module.name}" for module in modules if module.name}
    graph = {}
    for module in modules:
        imports = set(_imports(module, known))
        graph[module.name] = {name.removeprefix("indie.") for name, _ in imports if name in known}
        breaches = {(line, _breach(module, name)) for name, line in imports}
        breaches |= {*_misnamed(module), *_clocks(module)}
        found += sorted(f"{module.path}:{line}: {breach}" for line, breach in breaches if breach)
    return [*found, *_cycle(graph), *_strangers(root)]


def _modules(root):
    """The modules of indie/, and what cannot be read as one."""
    modules, broken = [], []
    for path in sorted((root / "indie").rglob("*.py")):
        shown = path.relative_to(root)
        parts = shown.with_suffix("").parts[1:]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        try:
            modules.append(Module(name, shown, ast.parse(path.read_text("utf-8"))))
        except SyntaxError as error:
            broken.append(f"{shown}:{error.lineno}: {error.msg}")
    return modules, broken


def _imports(module, known):
    """Name and line of each import; of what is taken out of a module of ours, the module."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Import(names=names):
                targets = [alias.name for alias in names]
            case ast.ImportFrom(module=base, names=names, level=level):
                source = resolve_name("." * level + (base or ""), module.package)
                targets = [f"{source}.{alias.name}" for alias in names]
            case ast.Call(func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module")):
                targets = [argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant)]
            case _:
                continue
        for target in targets:
            holder = target.rpartition(".")[0]
            yield holder if holder in known and target not in known else target, node.lineno


def _breach(module, imported):
    """What is wrong with this import in this module; None if nothing is."""
    library, _, inside = imported.partition(".")
    if library == "indie":
        return _breach_of_floors(module.room, inside.partition(".")[0])
    if library in PLACES_OF_LIBRARIES:
        places = PLACES_OF_LIBRARIES[library]
        return None if _is_in(module.name, places) else f"{library} belongs to {', '.join(places)}"
    if library not in sys.stdlib_module_names:
        return f"{library} has no place: give it one in PLACES_OF_LIBRARIES"
    if _is_in(module.name, PURE) and _is_in(imported, IMPURE):
        allowed = _is_in(imported, PARSER_PROCESS.get(module.name, ()))
        return None if allowed else f"{module.room} is pure, it does not import {imported}"
    return None


def _breach_of_floors(here, there):
    if here == there or here not in FLOOR:  # what has no floor is reported once, not at each import
        return None
    if there not in FLOOR:
        return f"{there or 'indie/__init__.py'} stands on no floor"
    if FLOOR[here] < FLOOR[there]:
        return f"{here} looks up to {there}"
    if FLOOR[here] == FLOOR[there]:
        return f"{here} looks sideways to {there}"
    return None


def _is_in(name, places):
    """Whether a dotted name is one of the places or lies in one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


def _clocks(module):
    """Where a pure room asks what time it is."""
    for node in ast.walk(module.tree) if module.room in PURE else ():
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in CLOCKS:
                yield node.lineno, f"{module.room} is pure, it takes the time as an argument"


def _misnamed(module):
    """What stands in no known room, or does not say what it is for."""
    if not module.name:
        if module.tree.body:
            yield 1, "this stays empty, so that a pure room loads no Flask"
        return
    if module.room not in FLOOR:
        yield 1, f"{module.room} stands on no floor: give it one in FLOORS"
    if module.path.stem in NAMES_THAT_SAY_NOTHING:
        yield 1, "this name says nothing: what is it for?"
    if module.tree.body and not ast.get_docstring(module.tree):
        yield 1, "the module has no docstring"
    for function in _public_functions(module.tree):
        if not ast.get_docstring(function):
            yield function.lineno, f"{function.name} has no docstring"


def _public_functions(scope):
    for node in scope.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public_functions(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


def _cycle(graph):
    """The first cycle of imports, if there is one."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        yield f"indie: a cycle of imports: {' -> '.join(reversed(error.args[1]))}"


def _strangers(root):
    # Names with a dot are left alone: caches and editors put theirs where they like.
    for path in sorted(root.iterdir()):
        if path.name not in TOP_LEVEL and not path.name.startswith((".", "__pycache__")):
            yield f"{path.name}: the top level is fixed, this belongs into one of its folders"


def test_the_house_keeps_its_laws():
    """No wrong import, no cycle, nothing without a purpose in the whole of indie/."""
    assert "\n".join(violations(HOME)) == ""


@pytest.fixture
def house(tmp_path):
    """Build a small house from `{path: text}` and return where it stands."""

    def build(files):
        for path, text in {"indie/__init__.py": "", **files}.items():
            place = tmp_path / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text if path.endswith("__init__.py") else f'"""Why it is here."""\n{text}\n')
        return tmp_path

    return build


def test_a_clean_house_has_nothing_to_report(house):
    """Downwards, within a room, a library at home, the parser's process: all as it should be."""
    clean = {
        "app.py": "",
        "indie/errors.py": "",
        "indie/mf2/__init__.py": "",
        "indie/mf2/item.py": "from indie import errors",
        "indie/mf2/parse.py": "import mf2py\nfrom .item import Item\nfrom . import item\nfrom ..errors import Gone",
        "indie/mf2/sandbox.py": "import subprocess\nfrom indie.mf2 import child",
        "indie/mf2/child.py": "import os, resource\nfrom indie.mf2 import parse",
        "indie/micropub/endpoint.py": "from flask import request\nfrom indie.indieauth.bearer import require",
        "indie/indieauth/bearer.py": "import flask\nimport indie.context",
        "indie/cli.py": "import click\nfrom indie.wiring import create_app",
    }
    assert violations(house(clean)) == []


WRONG = {
    "sideways": (
        {"indie/webmention/send.py": "from indie.websub import hub"},
        "indie/webmention/send.py:2: webmention looks sideways to websub",
    ),
    "upwards inside a function": (
        {"indie/store/jobs.py": "def run():\n    'Run.'\n    import indie.jobs"},
        "indie/store/jobs.py:4: store looks up to jobs",
    ),
    "upwards by a relative import": (
        {"indie/mf2/item.py": "from ..posts import post"},
        "indie/mf2/item.py:2: mf2 looks up to posts",
    ),
    "upwards for a type alone": (
        {"indie/urls.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from indie.config import A, B"},
        "indie/urls.py:4: urls looks up to config",
    ),
    "upwards by a name in a string": (
        {"indie/config.py": "import importlib\nimportlib.import_module('indie.cli')"},
        "indie/config.py:3: config looks up to cli",
    ),
    "no floor": (
        {"indie/attic.py": "import indie.urls"},
        "indie/attic.py:1: attic stands on no floor: give it one in FLOORS",
    ),
    "cycle inside functions": (
        {
            "indie/mf2/item.py": "from indie.mf2.rels import Rels",
            "indie/mf2/rels.py": "def rels():\n    'Find.'\n    from indie.mf2 import parse",
            "indie/mf2/parse.py": "def parse():\n    'Parse.'\n    from .item import Item",
        },
        "indie: a cycle of imports: ",
    ),
    "library in the wrong room": (
        {"indie/webmention/send.py": "import requests.adapters"},
        "indie/webmention/send.py:2: requests belongs to fetch",
    ),
    "Flask below the endpoint": (
        {"indie/micropub/update.py": "from flask import g"},
        "indie/micropub/update.py:2: flask belongs to context, cors, indieauth.",
    ),
    "library without a place": (
        {"indie/text.py": "import six"},
        "indie/text.py:2: six has no place: give it one in PLACES_OF_LIBRARIES",
    ),
    "pure room that reads the environment": (
        {"indie/posts/slug.py": "from os import environ"},
        "indie/posts/slug.py:2: posts is pure, it does not import os.environ",
    ),
    "pure room that reads the clock": (
        {"indie/posts/slug.py": "from indie import times\nNOW = times.now()"},
        "indie/posts/slug.py:3: posts is pure, it takes the time as an argument",
    ),
    "parser process that opens a socket": (
        {"indie/mf2/child.py": "import socket"},
        "indie/mf2/child.py:2: mf2 is pure, it does not import socket",
    ),
    "something in __init__": (
        {"indie/__init__.py": "import json"},
        "indie/__init__.py:1: this stays empty, so that a pure room loads no Flask",
    ),
    "name that says nothing": (
        {"indie/store/utils.py": ""},
        "indie/store/utils.py:1: this name says nothing: what is it for?",
    ),
    "module without a docstring": (
        {"indie/store/__init__.py": "PAGE = 20"},
        "indie/store/__init__.py:1: the module has no docstring",
    ),
    "method without a docstring": (
        {"indie/text.py": "class Line:\n    def cut(self): ..."},
        "indie/text.py:3: cut has no docstring",
    ),
    "stranger at the top level": ({"setup.py": ""}, "setup.py: the top level is fixed"),
    "broken module": ({"indie/text.py": "def"}, "indie/text.py:2: "),
}


@pytest.mark.parametrize(("files", "expected"), WRONG.values(), ids=WRONG)
def test_a_planted_fault_is_the_one_thing_reported(house, files, expected):
    """Each law turns red on a house that breaks it, and no other does."""
    reports = violations(house(files))
    assert [expected] == [report[: len(expected)] for report in reports]


def test_a_cycle_is_told_in_the_order_of_its_imports(house):
    """Read from left to right, each module imports the next."""
    files, expected = WRONG["cycle inside functions"]
    (report,) = violations(house(files))

    turn = report.removeprefix(expected).split(" -> ")
    assert turn[0] == turn[-1]
    assert "mf2.item -> mf2.rels -> mf2.parse" in " -> ".join(turn + turn[1:])
