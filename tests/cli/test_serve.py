"""`serve`, `worker` and how they end (DESIGN §2)."""

import json
import os
import signal
import socket
import time

import pytest

from tests.live.running import PATIENCE, people, processes, until

SECONDS = 10
"""Within which everything has stopped."""

FORM = {"name": "Olaf Owner", "nickname": "olaf", "note": "", "password": "correct horse"}


def test_the_set_up_link(site):
    """One line with a link; the page behind it makes the owner and is closed then; the next start has none."""
    site.start("serve", "--no-worker")
    (line,) = site.said().splitlines()
    link = line.split()[-1]
    assert link.startswith(f"{site.home}setup/")
    assert (200, 200) == (site.http.get(link).status_code, site.http.post(link, data=FORM).status_code)
    assert (404, 404) == (site.http.get(link).status_code, site.http.post(link, data=FORM).status_code)
    assert "Olaf Owner" in site.page(site.home)
    assert 0 == site.stop()
    site.start("serve", "--no-worker")
    assert 1 == site.said().count("/setup/")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_in_time(site, number):
    """With a request hanging, a slow body coming in and a job running: exit 0 within 10 s, and no process is left."""
    with people("127.0.0.2") as (slow,):
        slow.pages["/slow"] = lambda _handler: time.sleep(30)
        site.start()
        site.owner()
        post = site.micropub({"content": ["Answer this."]})
        url = site.mention(f"{slow.home}slow", post)
        until(lambda: "/slow" in slow.requested)
        with socket.create_connection(("127.0.0.1", site.port)) as hanging:
            head = f"POST /micropub HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nAuthorization: {_bearer(site)}\r\n"
            hanging.sendall(f"{head}Content-Type: application/json\r\n\r\n{{".encode())
            time.sleep(0.3)
            began = time.monotonic()
            assert 0 == site.stop(number)
            assert time.monotonic() - began < SECONDS
        assert {} == site.processes()
        assert "Traceback" not in site.said("err")
        slow.pages["/slow"] = f'<a href="{post}">x</a>'
        site.start()
        assert "verified" == site.verified(url)["status"], "the unfinished job did not go back"


def test_ctrl_c_goes_to_the_whole_group(site):
    """A terminal sends SIGINT to every process of the group at once: exit 0 all the same."""
    site.start()
    until(site.worker)
    began = time.monotonic()
    os.killpg(site.first.pid, signal.SIGINT)
    assert 0 == site.first.wait(PATIENCE)
    assert time.monotonic() - began < SECONDS
    until(lambda: site.processes() == {})
    assert "Traceback" not in site.said("err")


def test_the_two_halves_apart(site):
    """`serve --no-worker` answers and queues; `worker` runs the jobs, woken at once, and ends with 0."""
    with people("127.0.0.2") as (ann,):
        site.start("serve", "--no-worker")
        web = site.first
        site.owner()
        assert site.worker() is None
        post = site.micropub({"content": ["Answer this."]})
        ann.pages["/1"] = ann.pages["/2"] = f'<a href="{post}">x</a>'
        url = site.mention(f"{ann.home}1", post)
        assert "queued" == site.status(url)["status"]

        half = site.run("worker")
        assert "verified" == site.verified(url)["status"]
        assert "verified" == site.verified(site.mention(f"{ann.home}2", post), 20)["status"]
        half.send_signal(signal.SIGTERM)
        assert 0 == half.wait(PATIENCE)
        web.send_signal(signal.SIGTERM)
        assert 0 == web.wait(PATIENCE)
        assert {} == processes(web.pid)


def test_commands_beside_a_running_server(site):
    """`setup`, `token` and `mentions` work on the folder while the site runs."""
    site.start()
    assert 0 == site.command("setup", "--name", "Olaf", "--password-stdin", stdin="correct horse\n").returncode
    minted = site.command("token", "--scope", "create").stdout.splitlines()[-1]
    site.http.headers["Authorization"] = f"Bearer {minted}"
    post = site.micropub({"content": ["Hello."]})
    assert "Hello." in site.page(post)
    assert "Olaf" in site.page(site.home)
    ran = site.command("serve", INDIE_PORT=str(site.port))
    assert (1, 1) == (ran.returncode, len(ran.stderr.splitlines()))


def test_the_settings_file_is_read(site):
    """`settings.env` in the data folder says where the site is; every address follows it."""
    site.data.mkdir(parents=True)
    (site.data / "settings.env").write_text("# where it is\nINDIE_URL = https://me.example\n")
    site.start("serve", "--no-worker")
    site.owner()
    assert site.micropub({"content": ["Hello."]}).startswith("https://me.example/")
    assert "https://me.example/setup/" in site.said()


@pytest.fixture(scope="module")
def served(tmp_path_factory, hosting):
    """A site with an owner that several tests may share, because they change nothing."""
    with hosting(tmp_path_factory.mktemp("bad") / "data") as made:
        made.start("serve", "--no-worker")
        made.owner()
        yield made


def test_a_host_name_to_listen_at(site):
    """INDIE_HOST may be a name; the site calls itself by it."""
    site.settings["INDIE_HOST"] = "localhost"
    site.home = f"http://localhost:{site.port}/"
    site.start("serve", "--no-worker")
    assert f"{site.home}setup/" in site.said()


class TestBadRequests:
    """A body that is no JSON, a token that is none: the spec's error, and nothing half done."""

    @pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', "\xff\xfe", '{"type": 7}', "[" * 100_000])
    def test_a_body_that_is_no_json(self, served, body):
        headers = {"Content-Type": "application/json"}
        answer = served.http.post(f"{served.home}micropub", data=body.encode("latin-1"), headers=headers)
        assert (400, "invalid_request") == (answer.status_code, answer.json()["error"])

    @pytest.mark.parametrize("token", ["Bearer nonsense", "Bearer indie_", "Basic abc", "", "Bearer " + "x" * 4000])
    def test_a_token_that_is_none(self, served, token):
        answer = served.visitor(token).post(f"{served.home}micropub", data={"h": "entry", "content": "x"})
        assert (401, "unauthorized") == (answer.status_code, json.loads(answer.text)["error"])
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_nothing_came_of_it(self, served):
        assert "h-entry" not in served.page(served.home)


def _bearer(site):
    return site.http.headers["Authorization"]


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_bucket_that_is_not_there_is_one_line(site, s3, command):
    """It is told before anything is served."""
    ran = site.command(command, INDIE_MEDIA="s3://none-such", INDIE_PORT=str(site.port))

    assert (1, "") == (ran.returncode, ran.stdout)
    (told,) = ran.stderr.splitlines()
    assert "INDIE_MEDIA=s3://none-such cannot be used" in told
