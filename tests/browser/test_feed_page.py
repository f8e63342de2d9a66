"""A feed in a real browser: a page to who follows a link, the feed to a program (decision 8)."""

import pytest

from tests.live.running import running


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with running(tmp_path_factory.mktemp("feeds") / "data") as made:
        made.start()
        made.owner()
        made.micropub({"content": ["A fence is a promise."]})
        yield made


@pytest.fixture
def page(chromium, site):
    context = chromium.new_context()
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site.home}subscribe")
    yield page
    context.close()
    assert [] == said


@pytest.mark.parametrize("name", ["RSS", "Atom", "JSON Feed"])
def test_a_link_to_a_feed_leads_to_words(page, site, name):
    """And back, and there again: one is never taken for the other."""
    page.get_by_role("link", name=f"{name} of Everything").click()
    page.get_by_label("Copy this address").wait_for()
    url = page.url
    for _ in range(2):
        assert url == page.get_by_label("Copy this address").input_value()
        assert "html" not in page.context.request.get(url).headers["content-type"]
        page.reload()
    page.go_back()
    page.go_forward()
    assert "A fence is a promise." in page.locator("main li").inner_text()


def test_no_sideways_scroll_at_320(chromium, site):
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{site.home}feed.atom")
    assert 320 >= page.evaluate("document.documentElement.scrollWidth")
    context.close()
