"""`requests`: what clients sent, for the owner to read."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from indie import times
from indie.config import Settings
from indie.store import Store
from indie.store.requests import Request
from tests.live.running import until


@pytest.fixture
def sent(tmp_path, database_url):
    """`sent(body="x")` puts a request into the log of the folder that `app` uses."""

    def put(**more):
        store = Store.open(Settings(data=tmp_path / "data", database=database_url))
        told = {"client_id": "https://client.example/", "method": "POST", "target": "/micropub", "type": "application/json"}
        told |= {"body": "{}", "notes": (), "status": 201, "answer": "http://site.example/a", "created": times.now()}
        store.requests.record(Request(**told | more))
        store.database.close()

    return put


def test_a_request_is_told_with_all_that_came_of_it(app, sent):
    """When, status, what, whose; then type, body, notes and answer."""
    sent(body="h = entry\ncontent = x", notes=("name: empty, dropped", "b"), type="multipart/form-data")
    first, *rest = app("requests").stdout.splitlines()

    assert first.endswith("  201  POST /micropub  https://client.example/")
    assert [
        "  type    multipart/form-data",
        "  body    h = entry",
        "          content = x",
        "  note    name: empty, dropped",
        "  note    b",
        "  answer  http://site.example/a",
    ] == rest


def test_the_newest_comes_first_and_last_says_how_many(app, sent):
    for number in range(3):
        sent(target=f"/micropub?q={number}", created=times.now() + timedelta(seconds=number))

    assert ["?q=2", "?q=1"] == [line.split()[3][-4:] for line in app("requests", "--last", "2").stdout.splitlines()[::4]]


def test_nothing_in_it_moves_the_cursor(app, sent):
    """What a client sends is not for the terminal to obey."""
    sent(body="a\x1b[2Jb\rc\x07", client_id="https://client.example/\x1b]0;x")

    assert not {"\x1b", "\r", "\x07"} & set(app("requests").stdout)


def test_before_any_there_is_nothing(app):
    ran = app("requests")

    assert (0, "", "") == (ran.returncode, ran.stdout, ran.stderr)


def test_a_number_that_is_none_is_refused_in_one_line(app):
    ran = app("requests", "--last", "0")

    assert (2, 1) == (ran.returncode, len(ran.stderr.splitlines()))


def test_a_running_site_is_looked_into(site):
    """What a client just did over a real connection, one post for two requests at once among it."""
    site.owner()
    site.start()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: site.micropub({"content": ["At once"]}), range(8)))
    assert 1 == len(set(made))

    def said():
        return site.command("requests").stdout

    assert until(lambda: said().count("  201  POST /micropub  https://client.example/") == 8)
    assert site.http.headers["Authorization"][7:] not in said()
