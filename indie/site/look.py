"""
How the site looks: its theme, the owner's own templates over it, and the one sheet that they make together.

A template is looked for in `templates/` of the data folder, then in the theme, then among ours. A theme is a folder
with a `theme.toml`: the owner's in `themes/` of the data folder, ours in `indie/site/themes/`.
"""

import logging
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from indie import style
from indie.languages import N_
from indie.preferences import Preferences
from indie.site.files import below
from indie.site.views import Look

LOG = logging.getLogger(__name__)

PLAIN = "plain"
"""The theme that is none: our own templates and theme.css."""

BUILT_IN = Path(__file__).parent / "themes"
STATIC = Path(__file__).parent / "static"

TITLES = (N_("Card"), N_("Photo first"), N_("Pictures beside one another on the home page"))
"""What our own `theme.toml` say, for the catalogues."""

SLOTS = ("head", "before-post", "byline", "after-post", "before-comments", "after-comments", "footer")
"""Empty templates in `slots/`, for the owner to fill."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_COMMENTS = re.compile(r"""("[^"]*"|'[^']*')|/\*.*?\*/""", re.DOTALL)
_SPACES = re.compile(r"""("[^"]*"|'[^']*')|\s*([{};])\s*|([,:])\s+|(\s+)""")


@dataclass(frozen=True)
class Option:
    """What the owner may choose of a theme. choices: of them one, or any text where there are none."""

    name: str
    label: str
    default: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Theme:
    """A theme. folder: where it lies; None for the plain one. alone: its theme.css stands in the place of ours."""

    name: str
    folder: Path | None = None
    title: str = N_("Plain")
    version: str = ""
    alone: bool = False
    options: tuple[Option, ...] = ()


def themes(data: Path) -> list[Theme]:
    """Every theme that can be chosen, the plain one first. What cannot be read is passed over, and said to the log."""
    found = {folder.name for root in (BUILT_IN, data / "themes") if root.is_dir() for folder in root.iterdir()}
    return [Theme(PLAIN), *(theme for name in sorted(found - {PLAIN}) if (theme := find(data, name)))]


def find(data: Path, name: str) -> Theme | None:
    """The theme of this name; None where there is none that can be read."""
    if name == PLAIN:
        return Theme(PLAIN)
    for root in (data / "themes", BUILT_IN):
        if _NAME.fullmatch(name) and (root / name / "theme.toml").is_file():
            try:
                return load(root / name)
            except ValueError as error:
                LOG.warning("%s; the plain theme is shown", error)
    return None


def load(folder: Path) -> Theme:
    """The theme in a folder. Raises ValueError, with a sentence, where its `theme.toml` says what cannot be."""
    path = folder / "theme.toml"
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        alone = told.get("alone", False)
        options = tuple(_option(name, one) for name, one in told.get("options", {}).items())
        wrong = [name for name in told if name not in ("name", "version", "alone", "options")]
        if wrong or not isinstance(alone, bool) or not isinstance(told.get("name"), str):
            sentence = f"{path}: give a name, a version, alone = true or false, [options.…]"
            raise ValueError(f"{sentence}; not {', '.join(wrong)}" if wrong else sentence)  # noqa: TRY301  # one way out
        return Theme(folder.name, folder, told["name"], str(told.get("version", "")), alone, options)
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"theme.toml of {folder.name}: {error}") from None


def _option(name: str, told: Mapping[str, object]) -> Option:
    choices, default = told.get("choices", []), told.get("default", "")
    known = not set(told) - {"label", "default", "choices"} and isinstance(choices, list) and isinstance(default, str)
    option = Option(name, str(told.get("label", name)), str(default), tuple(map(str, choices)) if known else ())  # type: ignore[call-overload]  # a list, as was seen
    if not known or not _allows(option, option.default):
        raise ValueError(f"the option {name} has a label, a default, and perhaps choices, of which the default is one")
    return option


def of(data: Path, preferences: Preferences) -> Look:
    """What pages say of how they look, in this moment: it changes with the preferences and with the files."""
    theme = find(data, preferences.theme) or Theme(PLAIN)
    light, dark = _paper(preferences.style)
    css = sheet(data, theme, preferences)
    layers, stamp = _layers(data, theme)
    chosen = dict(preferences.theme_options)
    return Look(
        theme=theme.name,
        scheme=preferences.colour_scheme,
        sheet=f"/theme.css?v={_version(css)}" if css else None,
        papers={"light": (light, light), "dark": (dark, dark)}.get(preferences.colour_scheme, (light, dark)),
        layers=layers,
        stamp=stamp,
        options={
            one.name: chosen[one.name] if _allows(one, chosen.get(one.name)) else one.default for one in theme.options
        },
    )


@lru_cache(maxsize=8)
def _paper(chosen: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    colours = style.readable(dict(chosen))
    return colours["paper"], colours["paper-dark"]


@lru_cache(maxsize=8)
def _version(css: str) -> str:
    return sha256(css.encode()).hexdigest()[:12]


def _allows(option: Option, value: str | None) -> bool:
    return value is not None and (not option.choices or value in option.choices)


def sheet(data: Path, theme: Theme, preferences: Preferences) -> str:
    """The whole sheet: ours or the theme's, what the owner chose, what he wrote; "" where that is ours alone."""
    set_ = _chosen(preferences.style, preferences.colour_scheme)
    own = (*_of_theme(theme, "theme.css"), data / "templates" / "custom.css")
    files = tuple((str(path), *_seen(path)) for path in own if path.is_file())
    if not files and not set_:
        return ""
    return _composed(STATIC / "theme.css" if not theme.alone else None, set_, files)


@lru_cache(maxsize=8)
def _chosen(chosen: tuple[tuple[str, str], ...], scheme: str) -> str:
    return style.sheet(dict(chosen), scheme)


@lru_cache(maxsize=8)
def _composed(base: Path | None, set_: str, files: tuple[tuple[str, int, int], ...]) -> str:
    """
    files: path, time and size of each further sheet, the owner's last.

    Why what is chosen stands behind the theme and before the owner's sheet: he knows what he writes there.
    """
    parts = {name: Path(name).read_text(encoding="utf-8", errors="replace") for name, *_ in files}
    custom = [text for name, text in parts.items() if name.endswith("custom.css")]
    others = [text for name, text in parts.items() if not name.endswith("custom.css")]
    ours = [base.read_text(encoding="utf-8")] if base else []
    return minified("\n".join([*ours, *others, set_, *custom]))


def minified(css: str) -> str:
    """The same sheet without comments, and without the spaces that say nothing; what is quoted stays."""

    def shorter(found: re.Match[str]) -> str:
        quoted, mark, before, _ = found.groups()
        return quoted or mark or before or " "

    return _SPACES.sub(shorter, _COMMENTS.sub(lambda found: found[1] or " ", css)).strip()


def _layers(data: Path, theme: Theme) -> tuple[tuple[str, ...], str]:
    """The folders in which templates are looked for before ours, and what changes with the files in them."""
    folders = [data / "templates", *_of_theme(theme, "templates")]
    there = [folder for folder in folders if folder.is_dir()]
    if not there:
        return (), ""
    seen = [(str(path), *_seen(path)) for folder in there for path in _templates(folder)]
    return tuple(map(str, there)), sha256(repr(seen).encode()).hexdigest()[:12]


def _templates(folder: Path) -> Iterator[Path]:
    return (path for path in below(folder, "*.html") if path.is_file())


def _seen(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:  # taken away in this moment
        return 0, 0
    return found.st_mtime_ns, found.st_size


def static_folders(data: Path, theme: Theme) -> Iterable[Path]:
    """Where pictures and fonts of the look lie, the owner's first."""
    return (data / "templates" / "static", *_of_theme(theme, "static"))


def lies_in(path: Path, folder: Path) -> bool:
    """Whether it does, wherever it is seen: a theme that somebody unpacked may hold a link to a file of the owner's."""
    return path.resolve().is_relative_to(folder.resolve())


def _of_theme(theme: Theme, name: str) -> tuple[Path, ...]:
    """The file or folder of this name, if the theme has it itself."""
    path = theme.folder / name if theme.folder else None
    return (path,) if path and theme.folder and lies_in(path, theme.folder) else ()
