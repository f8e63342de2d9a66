"""`theme check`, `theme reload`: what is printed, and the code that a script sees."""

import shutil

import pytest
from click.testing import CliRunner

from indie.cli import main, theme
from indie.site import look
from indie.store import Store


@pytest.fixture
def run(settings, store, monkeypatch):
    """Run a command within this process; nothing is looked at but what `check` was asked for."""
    asked = []
    monkeypatch.setattr(theme.theme_check, "check", lambda *arguments: asked.append(arguments) or run_.faults)

    def run_(*arguments):
        environ = {"INDIE_DATA": str(settings.data), "INDIE_DATABASE": settings.database or "", "INDIE_URL": settings.url}
        run_.asked = asked
        return CliRunner().invoke(main, ["theme", *arguments], env=environ)

    run_.faults = []
    return run_


def test_what_is_wrong_stands_one_a_line_and_it_exits_with_1(run):
    run.faults = ["post.html: this; do that", "theme.css: that; do this"]
    answer = run("check")

    assert (1, "post.html: this; do that\ntheme.css: that; do this\n") == (answer.exit_code, answer.stdout)
    assert "2 faults\n" == answer.stderr


def test_nothing_wrong_exits_with_0(run):
    answer = run("check", "card")
    assert (0, "no fault\n") == (answer.exit_code, answer.stdout)


def test_without_a_name_it_is_the_site_as_it_looks(run, settings, store):
    with store.write():
        store.preferences.put("theme", "photo")
        store.preferences.put("style", '{"radius": "0rem"}')
    run("check")

    assert [(settings.data, "photo", {"theme": "photo", "colour_scheme": "", "style": '{"radius": "0rem"}', "theme_options": ""})] == run.asked


def test_a_theme_of_ours_is_looked_at_alone(run):
    run("check", "card")
    assert [(None, "card", {})] == run.asked


@pytest.mark.parametrize("given", ["name", "folder"])
def test_one_of_the_owners_is_looked_at_without_his_templates(run, settings, given):
    mine = settings.data / "themes" / "mine"
    shutil.copytree(look.BUILT_IN / "card", mine)
    (settings.data / "templates").mkdir()
    run("check", "mine" if given == "name" else str(mine))
    ((data, name, texts),) = run.asked

    assert ("checked", {}, False) == (name, texts, data == settings.data)


@pytest.mark.parametrize(("named", "sentence"), [("none-such", "there is no theme “none-such”; there are plain, card, photo, or give a folder")])
def test_one_that_is_not_there(run, named, sentence):
    answer = run("check", named)
    assert (1, True) == (answer.exit_code, sentence in answer.stderr)


def test_a_folder_without_theme_toml(run, tmp_path):
    answer = run("check", str(tmp_path))
    assert (1, True) == (answer.exit_code, "theme.toml" in answer.stderr)


def test_reload_keeps_what_was_chosen(run, settings, store):
    with store.write():
        store.preferences.put("theme", "card")

    assert (0, "card") == (run("reload").exit_code, Store.open(settings).preferences.get().theme)
