"""
Every word of the interface, as it stands in templates and code, and a catalogue held against it.

`python -m tests.words` writes what is new into each catalogue, to be translated there, and takes out what is
gone. What counts: all that gettext is asked for, all that `N_` marks, and in `SPOKEN` every sentence and whatever is
raised, because people are told it. A value in a sentence is called as in the code: `{error}` is `%(error)s`.
"""

import ast
import re
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from indie import languages
from indie.languages import TOLD
from indie.site import look, render

CODE = Path(languages.FOLDER).parent

SPOKEN = (
    *("context", "fetch", "style", "urls", "wiring"),
    *(f"indieauth.{name}" for name in ("authorization", "client_id", "client_info", "lookalike", "owner", "passkeys")),
    *("indieauth.scopes", "indieauth.session"),
    "site",
    "style",
    *(f"webmention.{name}" for name in ("admission", "endpoint", "importing", "looking", "moderation", "process")),
    *("webmention.request", "websub.distribution"),
)
"""Modules whose sentences people read, all of them or some; not there: what only programs are told."""

SILENT = ("site.contract", "site.front", "site.kept", "site.look", "site.mentions", "site.readback")
"""Modules among those that only programs, and who writes a theme, are told something by."""

_SENTENCE = re.compile(r"[A-Z“%].* .*[.!?…]", re.DOTALL)
_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}


HEAD = """{comment}
msgid ""
msgstr ""
"Language: {tag}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""
"""Of a catalogue. Why not Babel's: it has a date that differs each time."""


def catalogue():
    """All words, as a catalogue without any translation; each with the file that it stands in."""
    found = Catalog(locale="en", charset="utf-8", fuzzy=False)
    for path in sorted([*render.TEMPLATES.rglob("*.*ml"), *look.BUILT_IN.rglob("*.html")]):
        place = str(path.relative_to(CODE.parent))
        with path.open("rb") as file:
            for _, words, _, context in extract(babel_extract, file, {**DEFAULT_KEYWORDS}, options=_OPTIONS):
                found.add(words, locations=[(place, None)], context=context)
    for path in sorted(look.BUILT_IN.rglob("theme.toml")):
        told = tomllib.loads(path.read_text("utf-8"))
        options = told.get("options", {}).values()
        choices = (choice for option in options for choice in option.get("choices", ()))
        for words in (told["name"], *(option["label"] for option in options), *choices):
            found.add(words, locations=[(str(path.relative_to(CODE.parent)), None)])
    for path in sorted(CODE.rglob("*.py")):
        place = str(path.relative_to(CODE.parent))
        for words, context in _of_code(path):
            found.add(words, locations=[(place, None)], context=context)
    return found


def sentences_of(path):
    """Whether every sentence of this module counts."""
    name = ".".join(path.relative_to(CODE).with_suffix("").parts)
    return any(f"{name}.".startswith(f"{one}.") for one in SPOKEN) and name not in SILENT


def _of_code(path):
    tree = ast.parse(path.read_text("utf-8"))
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    within |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (called := _call(node, tree)):
            within.update(id(part) for argument in node.args for part in ast.walk(argument))
            yield called
    if sentences_of(path):
        raises = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
        raised = {id(one) for call in raises if ast.unparse(call.func) != "Misconfigured" for one in call.args}
        for node in ast.walk(tree):
            said = _words(node) if id(node) not in within else None
            if said and ((id(node) in raised and " " in said) or _SENTENCE.fullmatch(said)):
                yield said, TOLD if isinstance(node, ast.JoinedStr) else None


def _call(node, tree):
    """What a call of gettext or `N_` asks for: (words, context)."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    said = [_words(argument) for argument in node.args]
    if name in ("gettext", "_") and said[0]:
        return said[0], None
    if name == "ngettext":
        return (said[0], said[1]), None
    if name == "pgettext" and said[1]:
        return said[1], said[0] or _constant(tree, node.args[0])
    if name == "N_":
        context = _constant(tree, node.args[1]) if len(node.args) > 1 else None
        return said[0], TOLD if isinstance(node.args[0], ast.JoinedStr) else context
    return None


def _constant(tree, node):
    """The text of a constant that the module has a name for."""
    known = {ast.unparse(one.targets[0]): one.value for one in tree.body if isinstance(one, ast.Assign)}
    return known[ast.unparse(node)].value


def _words(node):
    """A literal as gettext has it: what an f-string puts in is a named place."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    names, said = [], ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            said += part.value
            continue
        name = getattr(part.value, "attr", None) or getattr(part.value, "id", "value")
        name = name.lower()
        names.append(name)
        said += f"%({name}{names.count(name) if names.count(name) > 1 else ''})s"
    return said


def renew(path):
    """Write what is new into a catalogue, take out what is gone; what is there stays as it is."""
    with path.open("rb") as file:
        known = read_po(file, locale=path.stem)
    wanted = catalogue()
    for message in [one for one in known if one.id and wanted.get(one.id, one.context) is None]:
        known.delete(message.id, message.context)
    made = Catalog(locale=path.stem)
    for message in wanted:
        if message.id:
            before = known.get(message.id, message.context)
            said = before.string if before else None
            made.add(message.id, said, message.locations, context=message.context, user_comments=before.user_comments if before else ())
    head = HEAD.format(comment=known.header_comment, tag=path.stem, plural_forms=known.plural_forms)
    with path.open("wb") as file:
        file.write(head.encode())
        write_po(file, made, width=0, sort_output=True, omit_header=True)


if __name__ == "__main__":
    for one in sorted(languages.FOLDER.glob("*.po")):
        renew(one)
