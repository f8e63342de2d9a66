"""`theme`: whether a theme keeps what the site promises, and that pages are made anew after its files changed."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from indie import config, theme_check
from indie.errors import IndieError, InvalidRequest
from indie.site import look
from indie.store import Store


class Faulty(IndieError):
    """A theme with faults, which were told."""


@click.group()
def theme() -> None:
    """How the site looks: check a theme, or make its pages anew."""


@theme.command()
@click.argument("which", metavar="[NAME|FOLDER]", required=False)
def check(which: str | None) -> None:
    """Look at every kind of page with a theme; without NAME, with the theme and the templates of this site."""
    settings = config.load(os.environ)
    if which is None:
        store = Store.open(settings)
        texts = store.preferences.texts()
        known = ("theme", "colour_scheme", "style", "theme_options")
        found = _find(settings.data, store.preferences.get().theme)
        _tell(theme_check.check(settings.data, found.name, {name: texts.get(name, "") for name in known}))
    elif Path(which).is_dir():
        _tell(_folder(Path(which)))
    else:
        _tell(_alone(settings.data, _find(settings.data, which)))


@theme.command()
def reload() -> None:
    """Make every page anew, after files of the look were changed."""
    store = Store.open(config.load(os.environ))
    with store.write():
        # Why: whoever keeps pages drops them where a preference was put.
        store.preferences.put("theme", store.preferences.texts().get("theme", ""))
    click.echo("every page is made anew when it is asked for")


def _find(data: Path, name: str) -> look.Theme:
    for root in (data / "themes", look.BUILT_IN):
        if name != look.PLAIN and (root / name / "theme.toml").is_file():
            return _load(root / name)
    if name == look.PLAIN:
        return look.Theme(name)
    names = ", ".join(theme.name for theme in look.themes(data))
    raise InvalidRequest(f"there is no theme “{name[:40]}”; there are {names}, or give a folder with a theme.toml.")


def _load(folder: Path) -> look.Theme:
    try:
        return look.load(folder)
    except ValueError as error:
        raise InvalidRequest(str(error)) from None


def _folder(folder: Path) -> list[str]:
    """The faults of a theme that lies anywhere."""
    _load(folder)
    with TemporaryDirectory() as data:
        # Why copied: its name is that of the folder, which may be any.
        shutil.copytree(folder, Path(data) / "themes" / "checked")
        return theme_check.check(Path(data), "checked", {})


def _alone(data: Path, found: look.Theme) -> list[str]:
    """The faults of a theme without the owner's own templates."""
    if found.folder and found.folder.is_relative_to(data):
        return _folder(found.folder)
    return theme_check.check(None, found.name, {})


def _tell(faults: list[str]) -> None:
    for fault in faults:
        click.echo(fault)
    if faults:
        raise Faulty(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}")
    click.echo("no fault")
