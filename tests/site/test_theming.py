"""The page where the owner changes how his site looks, the sheet and the files that come of it, safe mode."""

import pytest
from bs4 import BeautifulSoup

from indie.site import headers

HOME = "http://site.example/"


@pytest.fixture
def write(settings):
    """Write a file of the data folder."""

    def put(path, text):
        file = settings.data / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    return put


@pytest.fixture
def save(flow):
    """Send the form: `save(accent="#7a0014")`; returns the answer."""

    def send(**fields):
        return flow.browser.post("/account/theme", data={"theme": "plain", "scheme": "auto", **fields})

    return send


def soup(answer):
    return BeautifulSoup(answer.text, "lxml")


class TestPage:
    def test_nobody_but_the_owner_sees_it(self, flow):
        assert flow.app.get("/account/theme").location.startswith("/signin?")

    @pytest.mark.parametrize("sender", ["cross-site", "same-site"])
    def test_no_other_site_sends_the_form(self, flow, sender):
        answer = flow.browser.post("/account/theme", data={"reset": "yes"}, headers={"Sec-Fetch-Site": sender})
        assert 403 == answer.status_code

    def test_what_is_chosen_is_kept_and_shown(self, flow, save):
        assert "/account/theme?said=saved" == save(theme="card", scheme="dark", accent="#7a0014", radius="0rem").headers["Location"]
        page = soup(flow.browser.get("/account/theme"))

        assert ["card", "dark"] == [option["value"] for option in page.select("option[selected]")]
        assert "#7a0014" == page.select_one("#accent")["value"]
        assert "0rem" == page.select_one("#radius")["value"]

    def test_what_is_as_it_came_is_not_kept(self, flow, save, store):
        save(accent="#0b6156", ink="#000000")

        assert (("ink", "#000000"),) == store.preferences.get().style

    def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(self, flow, save, store):
        answer = save(theme="card", measure="9rem")
        page = soup(answer)

        assert 400 == answer.status_code
        assert "Measure: give 24rem to 60rem." == page.select_one("#measure-error").string
        assert "9rem" == page.select_one("#measure")["value"]
        assert "plain" == store.preferences.get().theme

    def test_grounds_on_which_no_ink_can_be_read_are_refused(self, flow, save):
        """White and black at once leave no colour for text."""
        answer = save(paper="#ffffff", raised="#000000")

        assert 400 == answer.status_code
        assert "contrast" in soup(answer).select_one(".errors").text

    def test_a_colour_that_is_shown_otherwise_is_said(self, flow, save):
        save(accent="#ffcc00")

        assert "Shown as #806600, so that it can be read." == soup(flow.browser.get("/account/theme")).select_one("#accent-shown").string

    def test_it_can_be_put_back(self, flow, save, store):
        save(theme="card", scheme="dark", accent="#7a0014")
        flow.browser.post("/account/theme", data={"reset": "yes"})

        assert {} == {name: text for name, text in store.preferences.texts().items() if name in ("theme", "style", "colour_scheme")}

    def test_a_theme_that_is_none_is_refused(self, save):
        assert 400 == save(theme="../../etc").status_code

    def test_an_option_of_the_theme_has_a_field(self, flow, save, store):
        save(theme="photo", **{"option-row": "two"})
        page = soup(flow.browser.get("/account/theme"))

        assert "two" == page.select_one("#option-row option[selected]")["value"]
        assert (("row", "two"),) == store.preferences.get().theme_options

    def test_what_is_wrong_with_a_template_is_said(self, flow, write):
        write("templates/post.html", "<p>\n{% if %}")

        assert "post.html:2: Expected an expression" in soup(flow.browser.get("/account/theme")).select_one(".alarm").text


class TestSheet:
    def test_home_names_it(self, flow, save):
        assert "/static/theme.css?v=" in flow.app.get("/").text
        save(accent="#7a0014")

        assert "/theme.css?v=" in flow.app.get("/").text.replace("/static/theme.css", "")

    def test_it_is_kept_for_ever_at_its_address_alone(self, flow, save):
        save(accent="#7a0014")
        url = soup(flow.app.get("/")).find("link", rel="stylesheet")["href"]

        assert "text/css" == flow.app.get(url).mimetype
        assert "--accent:light-dark(#7a0014," in flow.app.get(url).text
        assert "immutable" in flow.app.get(url).headers["Cache-Control"]
        assert ["no-cache", "no-cache"] == [flow.app.get(other).headers["Cache-Control"] for other in ("/theme.css", "/theme.css?v=x")]

    def test_304_for_who_has_it(self, flow):
        tag = flow.app.get("/theme.css").headers["ETag"]
        assert 304 == flow.app.get("/theme.css", headers={"If-None-Match": tag}).status_code


class TestFiles:
    def test_the_owners_then_the_themes(self, flow, write, store):
        write("themes/mine/theme.toml", 'name = "Mine"')
        write("themes/mine/static/a.png", b"theme")
        write("themes/mine/static/b.png", b"theme")
        write("templates/static/a.png", b"owner")
        with store.write():
            store.preferences.put("theme", "mine")

        with flow.app.get("/theme/a.png") as first, flow.app.get("/theme/b.png") as second:
            assert (b"owner", b"theme") == (first.data, second.data)

    @pytest.mark.parametrize("name", ["x.js", "x.html", "x.toml", "x", "../secret", "..%2f..%2fsecret", "%2e%2e/post.html", "no.png", "link.png"])
    def test_nothing_else(self, flow, write, name, settings):
        """No script, no page, nothing outside, not by a link either."""
        for file in ("x.js", "x.html", "x.toml", "x"):
            write(f"templates/static/{file}", "x")
        write("templates/post.html", "x")
        (settings.data / "templates/static/link.png").symlink_to(settings.data / "templates/post.html")

        assert 404 == flow.app.get(f"/theme/{name}").status_code

    def test_a_drawing_runs_nothing(self, flow, write):
        write("templates/static/a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>")
        with flow.app.get("/theme/a.svg") as answer:
            told = answer.headers

        assert (headers.POLICY, "nosniff") == (told["Content-Security-Policy"], told["X-Content-Type-Options"])


class TestKept:
    """Pages are kept as bytes; who is signed in gets them made anew."""

    def test_the_owner_sees_a_change_at_once_and_visitors_after_a_reload(self, flow, write, store):
        flow.app.get("/")
        write("templates/list.html", "mine")

        assert (True, False) == tuple("mine" == client.get("/").text for client in (flow.browser, flow.app))
        with store.write():  # as `theme reload` does
            store.preferences.put("theme", "")
        assert "mine" == flow.app.get("/").text

    def test_what_is_chosen_is_seen_by_everybody_at_once(self, flow, save):
        flow.app.get("/")
        save(accent="#7a0014")

        assert '"/theme.css?v=' in flow.app.get("/").text


class TestSafeMode:
    def test_the_owner_sees_the_page_as_it_came(self, flow, write):
        write("templates/list.html", "mine")

        assert "mine" == flow.browser.get("/").text
        answer = flow.browser.get("/?theme=default")
        assert ("no-store", True) == (answer.headers["Cache-Control"], "/static/theme.css" in answer.text)

    def test_nobody_else_does(self, flow, write):
        write("templates/list.html", "mine")

        assert "mine" == flow.app.get("/?theme=default").text

    def test_it_ends_with_the_page(self, flow, write):
        write("templates/list.html", "mine")
        flow.browser.get("/?theme=default")

        assert "mine" == flow.browser.get("/").text

    @pytest.mark.parametrize("sender", ["cross-site", "same-site"])
    def test_it_lets_no_form_of_another_site_in(self, flow, sender):
        answer = flow.browser.post(
            "/account/theme?theme=default", data={"reset": "yes"}, headers={"Sec-Fetch-Site": sender}
        )
        assert 403 == answer.status_code

    def test_an_error_is_seen_as_it_came_too(self, flow, write):
        write("templates/error.html", "mine")

        assert "mine" == flow.browser.get("/no/such/page").text
        assert "mine" != flow.browser.get("/no/such/page?theme=default").text


class TestLinks:
    """A theme of somebody else's shows none of the owner's files, whatever links it holds."""

    SECRET = "the secret of this site"

    @pytest.fixture
    def theme(self, settings, store, write):
        """A folder of a theme that is chosen, and beside the themes a file that is nobody's business."""
        write("secret", self.SECRET)
        write("private/secret.png", self.SECRET)
        write("private/list.html", self.SECRET)
        write("themes/mine/theme.toml", 'name = "Mine"')
        with store.write():
            store.preferences.put("theme", "mine")
        return settings.data / "themes/mine"

    def test_not_as_its_sheet(self, flow, theme, settings):
        (theme / "theme.css").symlink_to(settings.data / "secret")

        assert self.SECRET not in flow.app.get("/theme.css").text

    def test_not_as_a_template(self, flow, theme, settings):
        (theme / "templates").mkdir()
        (theme / "templates/list.html").symlink_to(settings.data / "secret")

        assert self.SECRET not in flow.app.get("/").text

    def test_not_as_a_part_of_one(self, flow, theme, write, settings):
        write("themes/mine/templates/list.html", '{% include "x.txt" %}')
        (theme / "templates/x.txt").symlink_to(settings.data / "secret")

        assert self.SECRET not in flow.app.get("/").text

    def test_not_by_a_folder_of_templates(self, flow, theme, settings):
        (theme / "templates").symlink_to(settings.data / "private")

        assert self.SECRET not in flow.app.get("/").text

    def test_not_by_a_folder_of_files(self, flow, theme, settings):
        (theme / "static").symlink_to(settings.data / "private")

        assert 404 == flow.app.get("/theme/secret.png").status_code
