"""The page behind the one-time link (DESIGN §2)."""

import threading

import pytest

from indie import wiring
from indie.indieauth import owner as owners
from indie.store import Store

FORM = {"name": "Olaf Owner", "nickname": "@olaf", "note": "Writes.", "password": "correct horse"}


@pytest.fixture
def link(store):
    """The path of the set-up page."""
    return f"/setup/{owners.setup_key(store.secret)}"


class TestForm:
    def test_it_is_there_while_there_is_no_owner(self, client, link):
        answer = client.get(link)
        assert (200, "no-store", "no-referrer") == (
            answer.status_code, answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]
        )  # fmt: skip

    def test_a_wrong_key_is_404(self, client, link):
        assert [404, 404] == [client.get(link + "0").status_code, client.get("/setup/guess").status_code]

    def test_it_makes_the_owner(self, client, link, store):
        assert 200 == client.post(link, data=FORM).status_code
        made = store.owner.get()
        assert ("Olaf Owner", "olaf", "Writes.") == (made.name, made.nickname, made.note)
        assert owners.is_password(made, "correct horse")

    def test_then_it_is_closed(self, client, link, store):
        """For reading and for writing: the first owner stays."""
        client.post(link, data=FORM)
        codes = [client.get(link).status_code, client.post(link, data={**FORM, "name": "Eve"}).status_code]
        assert ([404, 404], "Olaf Owner") == (codes, store.owner.get().name)

    @pytest.mark.parametrize("wrong", [{"name": " "}, {"password": "short"}, {"password": ""}])
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, client, link, store, wrong):
        answer = client.post(link, data={**FORM, **wrong})
        assert (400, None) == (answer.status_code, store.owner.get())
        assert 'value="@olaf"' in answer.text
        assert "correct horse" not in answer.text


def test_of_two_at_the_same_moment_one_becomes_the_owner(settings, store, link):
    """The link works once, also for who comes in the middle of it."""
    made, start = [], threading.Barrier(4)

    def come(name, browser):
        start.wait()
        if browser.post(link, data={**FORM, "name": name}).status_code == 200:
            made.append(name)

    # Why made beforehand: Werkzeug compiles its routes, and Python 3.11 cannot always do that in two threads at once.
    stores = [Store.open(settings) for _ in range(4)]
    browsers = [wiring.create_app(settings, with_own).test_client() for with_own in stores]
    visitors = [threading.Thread(target=come, args=(f"Visitor {number}", each)) for number, each in enumerate(browsers)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    for with_own in stores:
        with_own.database.close()
    assert [store.owner.get().name] == made
