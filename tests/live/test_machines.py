"""Two machines that share one PostgreSQL: each has a data folder of its own, and the site is one."""

import shutil
from datetime import timedelta

import psycopg
import pytest

from indie import times
from tests.live.running import people, running, until

pytestmark = [pytest.mark.live, pytest.mark.postgresql("a file is on one machine")]


@pytest.fixture
def pair(tmp_path, lend):
    """The two, running."""
    with (
        lend() as url,
        running(tmp_path / "one", INDIE_DATABASE=url) as one,
        running(tmp_path / "two", INDIE_DATABASE=url, INDIE_URL=one.home) as two,
    ):
        one.start()
        one.owner()
        two.data.mkdir()
        shutil.copy(one.data / "secret", two.data / "secret")
        two.start()
        two.http.headers["Authorization"] = one.http.headers["Authorization"]
        yield one, two


def test_they_are_one_site(pair):
    """Also after the server has dropped every connection of both."""
    one, two = pair
    with psycopg.connect(one.settings["INDIE_DATABASE"], autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    post = two.micropub({"content": ["Hello from two."]})
    assert "Hello from two." in one.page(post)
    draft = {"type": ["h-entry"], "properties": {"content": ["Draft"], "post-status": ["draft"]}}
    answer = one.http.post(f"{one.home}micropub", json=draft)
    assert "Draft" in two.page(answer.json()["preview"].replace(one.home, two.home))

    assert ["", ""] == ["Traceback" if "Traceback" in site.said("err") else "" for site in pair]


def test_a_job_is_done_once_and_by_whoever_is_there(pair):
    """One machine is killed; what is asked of the other is done there, and a date that comes is kept once."""
    one, two = pair
    soon = times.now() + timedelta(seconds=3)
    with people("127.0.0.2") as (ann,):
        post = one.micropub({"content": ["Answer this."]})
        waiting = [one.micropub({"content": [f"Soon {number}"], "published": [soon.isoformat()]}) for number in range(8)]
        ann.pages["/1"] = f'<div class="h-entry"><a class="u-in-reply-to" href="{post}">x</a><p class="e-content">Hi.</p></div>'
        one.kill()
        status = two.mention(f"{ann.home}1", post).replace(one.home, two.home)
        assert "verified" == two.verified(status)["status"]
        until(lambda: all(two.http.get(url.replace(one.home, two.home)).status_code == 200 for url in waiting))
    store = two.store()
    posts = [store.posts.at("/" + url.removeprefix(one.home)) for url in waiting]
    changes = [[version.change for version in store.revisions.of(post.id)] for post in posts]
    store.database.close()

    assert [["create", "publish"]] * 8 == changes
