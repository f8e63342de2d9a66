"""Themes, the owner's own templates and properties: what is looked for where, and what a broken one does."""

import os
from dataclasses import replace

import pytest

from indie.preferences import DEFAULT
from indie.site import look, render
from indie.site.look import SLOTS
from indie.site.views import Look
from tests.site import samples


@pytest.fixture
def data(tmp_path):
    """A data folder."""
    return tmp_path


@pytest.fixture
def write(data):
    """Write a file of the data folder: `write("templates/post.html", "…")`."""

    def put(path, text):
        (data / path).parent.mkdir(parents=True, exist_ok=True)
        (data / path).write_text(text)

    return put


@pytest.fixture
def shown(data):
    """A sample page as the data folder has it: `shown(samples.FRONT, theme="card")`."""

    def show(view, **preferred):
        worn = look.of(data, replace(DEFAULT, **preferred))
        return render.page(replace(view, site=replace(view.site, look=worn)))

    return show


class TestTemplates:  # pages §5: site templates, then the theme's, then ours
    def test_the_owners_comes_first(self, write, shown):
        write("themes/mine/theme.toml", 'name = "Mine"')
        write("themes/mine/templates/error.html", "the theme's")
        write("templates/error.html", "the owner's")

        assert "the owner's" == shown(samples.PAGES["error"], theme="mine")

    def test_then_that_of_the_theme(self, write, shown):
        write("themes/mine/theme.toml", 'name = "Mine"')
        write("themes/mine/templates/error.html", "the theme's")

        assert "the theme's" == shown(samples.PAGES["error"], theme="mine")

    def test_then_ours(self, write, shown):
        write("themes/mine/theme.toml", 'name = "Mine"')

        assert render.page(samples.PAGES["error"]) == shown(samples.PAGES["error"], theme="mine")

    def test_one_finds_the_one_that_it_stands_before(self, write, shown):
        write("templates/error.html", '{% extends "built-in/error.html" %}{% block footer %}<footer>Mine</footer>{% endblock %}')

        assert "<footer>Mine</footer>" in shown(samples.PAGES["error"])
        assert "<h1>Not found</h1>" in shown(samples.PAGES["error"])

    def test_a_file_that_is_new_or_changed_is_noticed(self, write, shown, data):
        """No restart: neither for a file nor for what is in it."""
        before = shown(samples.PAGES["error"])
        write("templates/error.html", "one")
        first = shown(samples.PAGES["error"])
        write("templates/error.html", "two")
        os.utime(data / "templates/error.html", ns=(1, 1))

        assert ("one", "two") == (first, shown(samples.PAGES["error"]))
        (data / "templates/error.html").unlink()
        assert before == shown(samples.PAGES["error"])

    @pytest.mark.parametrize("slot", SLOTS)
    def test_a_slot_is_filled_by_a_file(self, write, shown, slot):
        write(f"templates/slots/{slot}.html", "<p>Mine, on the site of {{ page.site.owner.name }}.</p>")

        assert 1 == shown(samples.PERMALINK).count(f"<p>Mine, on the site of {samples.SITE.owner.name}.</p>")

    @pytest.mark.parametrize("slot", SLOTS)
    def test_slots_are_empty(self, slot):
        assert "" == (render.TEMPLATES / "slots" / f"{slot}.html").read_text()

    def test_a_theme_that_is_none_is_the_plain_one(self, shown):
        assert render.page(samples.FRONT) == shown(samples.FRONT, theme="none-such")


class TestBroken:
    @pytest.mark.parametrize(
        ("template", "why"),
        [
            ("<p>\n{% if %}", "error.html:2: Expected an expression"),
            ("<p>\n\n{{ page.nothing }}", "error.html:3: 'indie.site.views.ErrorPage object' has no attribute 'nothing'"),
            ('{% include "no/such.html" %}', "error.html:1: no/such.html"),
            ("{{ 1 / 0 }}", "error.html:1: division by zero"),
            ("{{ page.site.url + 1 }}", "error.html:1: can only concatenate str"),
        ],
    )
    def test_ours_is_shown_and_the_log_says_where_and_why(self, write, shown, caplog, template, why):
        write("templates/error.html", template)

        assert render.page(samples.PAGES["error"]) == shown(samples.PAGES["error"])
        assert why in caplog.text
        assert "the built-in template is shown instead" in caplog.text

    def test_what_reaches_for_python_is_broken(self, write, shown, caplog):
        """A theme of somebody else's makes a page, and nothing more."""
        write("templates/error.html", "{{ page.__class__.__mro__ }}")

        assert "indie" not in shown(samples.PAGES["error"]).partition("<h1>")[0].partition("mro")[2]
        assert "unsafe" in caplog.text

    def test_a_theme_toml_that_is_none_leaves_the_plain_theme(self, write, shown, caplog):
        write("themes/mine/theme.toml", "name = ")

        assert render.page(samples.PAGES["error"]) == shown(samples.PAGES["error"], theme="mine")
        assert "theme.toml of mine" in caplog.text

    @pytest.mark.parametrize("toml", ["", "name = 1", 'name = "M"\nalone = 1', 'name = "M"\nx = 1', 'name = "M"\n[options.a]\nchoices = ["b"]'])
    def test_what_a_theme_toml_may_not_say(self, write, data, toml):
        write("themes/mine/theme.toml", toml)
        with pytest.raises(ValueError, match=r"theme\.toml"):
            look.load(data / "themes/mine")

    def test_the_owners_pages_are_ours_alone(self, write, shown):
        """What the owner breaks does not lock him out, and nobody's theme asks for his password."""
        write("templates/base.html", "mine")
        write("templates/setup.html", "mine")

        assert render.page(samples.PAGES["setup"]) == shown(samples.PAGES["setup"])

    def test_safe_mode_shows_ours(self, write, shown):
        write("templates/error.html", "mine")
        with render.built_in():
            assert render.page(samples.PAGES["error"]) == shown(samples.PAGES["error"])


class TestSheet:
    def test_ours_as_it_is(self, data):
        assert None is look.of(data, DEFAULT).sheet

    def test_ours_then_the_themes_then_what_was_chosen_then_the_owners(self, write, data):
        write("themes/mine/theme.toml", 'name = "Mine"')
        write("themes/mine/theme.css", "i {color: red}")
        write("templates/custom.css", "b {color: red}")
        chosen = replace(DEFAULT, theme="mine", style=(("radius", "1rem"),))
        css = look.sheet(data, look.find(data, "mine"), chosen)

        assert css.startswith(":root{color-scheme:light dark;")
        assert css.endswith("i{color:red}:root{--radius:1rem}b{color:red}")

    def test_that_of_a_theme_alone(self, write, data):
        write("themes/mine/theme.toml", 'name = "Mine"\nalone = true')
        write("themes/mine/theme.css", "i {color: red}")

        assert "i{color:red}" == look.sheet(data, look.find(data, "mine"), DEFAULT)

    def test_its_address_changes_with_it(self, write, data):
        write("templates/custom.css", "b {color: red}")
        before = look.of(data, DEFAULT).sheet
        write("templates/custom.css", "b {color: blue}")

        assert before != look.of(data, DEFAULT).sheet

    def test_what_is_quoted_stays_when_it_is_made_smaller(self):
        assert 'a::after{content:" ( , ;  {";margin:0 calc(1px + 2px)}' == look.minified(
            'a::after { /* no */ content: " ( , ;  {";\n margin: 0  calc(1px + 2px) }\n'
        )

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_a_scheme_for_everybody(self, shown, data, scheme):
        html = shown(samples.FRONT, colour_scheme=scheme)

        assert f'<meta name="color-scheme" content="{scheme}">' in html
        assert f":root{{color-scheme:{scheme}}}" in look.sheet(data, look.Theme("plain"), replace(DEFAULT, colour_scheme=scheme))


class TestThemes:
    def test_three_come_with_it(self, data):
        assert ["plain", "card", "photo"] == [theme.name for theme in look.themes(data)]

    @pytest.mark.parametrize("name", ["card", "photo"])
    def test_its_sheet_is_at_most_12_kb(self, data, name):
        assert len(look.sheet(data, look.find(data, name), DEFAULT).encode()) <= 12_288

    def test_an_option_is_its_default_or_what_was_chosen(self, data):
        options = [look.of(data, replace(DEFAULT, theme="photo", theme_options=chosen)).options for chosen in ((), (("row", "two"),), (("row", "nine"),))]

        assert [{"row": "one"}, {"row": "two"}, {"row": "one"}] == options

    def test_it_is_told_to_templates(self, shown):
        assert 'class="h-feed two"' in shown(samples.FRONT, theme="photo", theme_options=(("row", "two"),))

    def test_no_look_is_the_plain_one(self):
        assert Look() == samples.SITE.look
