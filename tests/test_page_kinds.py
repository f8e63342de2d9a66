"""Every kind of page is there, and answers what its name promises."""

import pytest

from tests.page_kinds import PAGES


@pytest.mark.parametrize("name", PAGES)
def test_its_status(every_page, filled, name):
    """What checkers look at is the page that they think it is, in HTML."""
    answer = every_page[name]
    assert (filled.pages[name].status, "text/html") == (answer.status_code, answer.mimetype)


@pytest.mark.parametrize("name", PAGES)
def test_head_answers_as_get_does(every_page, filled, name):
    """Status, Link and type are the same on HEAD (DESIGN §2); there is no body."""
    head, get = filled.get(name, "HEAD"), every_page[name]
    told = [(answer.status_code, answer.mimetype, answer.headers.getlist("Link")) for answer in (head, get)]
    assert (told[0], b"") == (told[1], head.data)


@pytest.mark.parametrize("name", PAGES)
def test_no_cookie_for_visitors(every_page, filled, name):
    """Not one, on any page (pages §5)."""
    if not filled.pages[name].owners:
        assert "Set-Cookie" not in every_page[name].headers
