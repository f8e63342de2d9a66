"""Every kind of page in a real browser: axe in light and dark, no complaint, nothing from elsewhere, whole without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.page_kinds import PAGES, PASSWORD

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Deviation: the status page looks again until its state is final; nothing is typed there that could be lost.
    "rules": {"meta-refresh": {"enabled": False}},
}
REPORT = """addEventListener("securitypolicyviolation", event => console.error(`${event.violatedDirective}: ${event.blockedURI}`))"""

WITH_A_SCRIPT = {"Use a passkey", "Add a passkey", "Yes: the header arrives."}
"""What can be done with a script alone, beside what can be done without."""


class Tab:
    """
    A page of a browser, of the owner's or of a visitor's.

    said: what stood on the console, reports of the policy among it. asked: the address of every request.
    """

    def __init__(self, chromium, *, state=None, scripts=True):
        shape = {"viewport": {"width": 1100, "height": 800}, "java_script_enabled": scripts}
        self.context = chromium.new_context(storage_state=state, **shape)
        self.context.add_init_script(REPORT)
        self.page, self.said, self.asked = self.context.new_page(), [], []
        self.page.on("console", lambda message: self.said.append((message.text, message.location["url"])))
        self.page.on("pageerror", lambda error: self.said.append((str(error), "")))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, url):
        """Go there; returns the status."""
        self.said.clear()
        self.asked.clear()
        return self.page.goto(url).status


@pytest.fixture(scope="module")
def site(filled):
    """The site by HTTP."""
    with filled.served() as made:
        yield made


@pytest.fixture(scope="module")
def tabs(chromium, site):
    """`tabs(owners=…, scripts=…)` is a Tab, the same for the same."""
    opened, context = {}, chromium.new_context()
    context.request.post(f"{site.home}signin", form={"password": PASSWORD})
    states = {True: context.storage_state(), False: None}
    context.close()

    def tab(*, owners, scripts=True):
        if (owners, scripts) not in opened:
            opened[owners, scripts] = Tab(chromium, state=states[owners], scripts=scripts)
        return opened[owners, scripts]

    yield tab
    for one in opened.values():
        one.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_amiss(tabs, site, name):
    """
    By axe, in light and dark: WCAG 2.2 AA and good practice. On the console: nothing, also not of the policy.

    On the net: nobody else is asked for anything, and no visitor gets a cookie.
    """
    page = site.pages[name]
    tab = tabs(owners=page.owners)
    assert page.status == tab.open(page.url)
    # Why: a browser tells of every answer that is an error, also where one was looked for.
    assert [] == [text for text, url in tab.said if page.status == 200 or url != page.url]
    home = page.url[: page.url.index("/", len("http://")) + 1]
    assert [] == [url for url in tab.asked if not url.startswith((home, "data:"))]
    assert page.owners or [] == tab.context.cookies()
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        found = Axe().run(tab.page, options=RULES).response["violations"]
        assert [] == [(scheme, fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


@pytest.mark.parametrize("name", PAGES)
def test_it_is_whole_without_scripts(tabs, site, name):
    """Everything that is to be read, and every form with a button to send it."""
    page = site.pages[name]
    with_scripts, without = tabs(owners=page.owners), tabs(owners=page.owners, scripts=False)
    with_scripts.open(page.url)
    without.open(page.url)
    read = [set(tab.page.locator("main").inner_text().splitlines()) for tab in (with_scripts, without)]
    assert read[0] - read[1] <= WITH_A_SCRIPT
    forms = without.page.locator("form").all()
    assert all(form.locator("button:visible").count() for form in forms if form.is_visible())
