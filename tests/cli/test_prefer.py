"""`python app.py prefer`: list, show, set."""

import pytest

from indie import preferences


def test_it_lists_each_with_its_help(app):
    ran = app("prefer")
    assert (0, "") == (ran.returncode, ran.stderr)
    assert all(f"{name} = {preferences.DEFAULTS[name]}\n    {help_}\n" in ran.stdout for name, help_ in preferences.HELP.items())


def test_what_is_set_is_shown(app):
    assert "Europe/Berlin\n" == app("prefer", "time_zone", "Europe/Berlin").stdout
    assert "Europe/Berlin\n" == app("prefer", "time_zone").stdout


def test_nothing_puts_the_default_back(app):
    app("prefer", "content", "markdown")
    assert "text\n" == app("prefer", "content", "").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("content", "html"), "content: give text or markdown."),
        (("contents",), "there is no preference “contents”; there are content, "),
        (("contents", "text"), "there is no preference “contents”; there are content, "),
    ],
)
def test_a_mistake_is_told_in_one_line(app, arguments, sentence):
    ran = app("prefer", *arguments)
    assert (1, "", sentence, 1) == (ran.returncode, ran.stdout, ran.stderr[: len(sentence)], ran.stderr.count("\n"))
