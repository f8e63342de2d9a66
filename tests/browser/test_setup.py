"""Moving in, with a browser: the link that `serve` prints, the form behind it, the door closed."""

import re

import pytest

from tests.live.running import running


@pytest.fixture
def link(tmp_path):
    """The set-up link of a site that was just started."""
    with running(tmp_path / "data") as site:
        site.start()
        yield re.search(r"http://\S+/setup/\S+", site.said())[0]


def test_from_the_printed_link_to_a_site_of_ones_own(chromium, link):
    """A password too short is told beside its field and keeps what was typed; then it is done, and the link is shut."""
    home = link.partition("setup/")[0]
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Your name").fill("Nora New")
    page.get_by_label("Nickname").fill("nora")
    page.get_by_label("About you").fill("Moves in today.")
    page.get_by_label("Password").fill("       7")
    # The browser counts characters itself; what it cannot know, the site tells.
    page.get_by_label("Your name").fill(" ")
    page.get_by_role("button").click()
    assert "Give a name" in page.locator("#name-error").inner_text()
    assert ("nora", "") == (page.get_by_label("Nickname").input_value(), page.get_by_label("Password").input_value())

    page.get_by_label("Your name").fill("Nora New")
    page.get_by_label("Password").fill("long enough")
    page.get_by_role("button").click()
    assert "Your site is ready" == page.locator("h1").inner_text()

    assert 404 == page.goto(link).status
    page.goto(home)
    assert ("Nora New", "Moves in today.") == (page.locator("h1").inner_text(), page.locator(".p-note").inner_text())
    context.close()
