"""What every test stands on: no way out of this machine, other people's programs, and no skip in CI."""

import contextlib
import ipaddress
import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import sync_playwright

from indie import times, wiring
from indie.config import Settings
from indie.indieauth import tokens
from indie.jobs.worker import Worker
from indie.jobs.workshop import Workshop
from indie.mf2.sandbox import Parser
from indie.store import Store
from indie.store.owner import Owner
from tests import engines, page_kinds
from tests.buckets import S3, Wire
from tests.frozen_web import FrozenWeb
from tests.live.running import running
from tests.site.checking import pages_are_read_back

INTEROP = Path(__file__).parent / "interop"

# A test asserts what is true, never how fast: the machine that runs it may be busy.
hypothesis.settings.register_profile("indie", deadline=None)
hypothesis.settings.load_profile("indie")


@pytest.fixture(autouse=True, scope="session")
def _nobody_leaves_the_house():
    """A connection to any other machine fails the test that tries it."""

    def guarded(connect):
        def stay(self, address):
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
                # Why: not an OSError, which the code under test would take for a host that is down.
                pytest.fail(f"this test tried to connect to {address[0]}, port {address[1]}")
            return connect(self, address)

        return stay

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
        yield


def _is_loopback(host):
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def pytest_addoption(parser):
    parser.addoption(
        "--engine",
        choices=engines.ENGINES,
        default="sqlite",
        help="what keeps the rows; with postgresql only those tests run that depend on it",
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "sqlite(reason): about the SQLite file itself")
    config.addinivalue_line("markers", "postgresql(reason): about PostgreSQL itself")


def pytest_collection_modifyitems(config, items):
    """What depends on no engine runs once, with SQLite; what is about the other engine does not run."""
    engine = config.getoption("engine")
    (other,) = engines.ENGINES.keys() - {engine}

    def runs(item):
        return not item.get_closest_marker(other) and (engine == "sqlite" or engines.of_the_store(item))

    config.hook.pytest_deselected(items=[item for item in items if not runs(item)])
    items[:] = filter(runs, items)


@pytest.fixture(autouse=True, scope="session")
def _read_back():
    with pages_are_read_back() as faults:
        yield faults


@pytest.fixture(autouse=True)
def _every_page_keeps_the_contract(_read_back):
    """A page that breaks the markup contract, or says other than is stored, fails the test that asked for it."""
    yield
    faults = list(dict.fromkeys(_read_back))
    _read_back.clear()
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def lend(request):
    """Lends an empty database to one site, as INDIE_DATABASE names it; "" is a file."""
    engine = engines.ENGINES[request.config.getoption("engine")]()
    yield engine.lend
    engine.close()


@pytest.fixture
def database_url(lend):
    """The database of this test's site, as INDIE_DATABASE names it."""
    with lend() as url:
        yield url


@pytest.fixture
def fresh_url(lend):
    """As `database_url`, of a database in which there is not a table yet."""
    with lend(fresh=True) as url:
        yield url


@pytest.fixture(scope="session")
def hosting(lend):
    """Gives a context with a site in a folder, not yet started (`tests.live.running`)."""

    @contextlib.contextmanager
    def host(data):
        with lend() as url, running(data, INDIE_DATABASE=url) as site:
            yield site

    return host


@pytest.fixture
def settings(tmp_path, database_url):
    """The settings of http://site.example/, whose data folder is empty."""
    return Settings(data=tmp_path / "data", url="http://site.example/", database=database_url)


@pytest.fixture
def store(settings):
    """The site's store, fresh."""
    opened = Store.open(settings)
    yield opened
    opened.database.close()


@pytest.fixture(scope="session")
def s3():
    """Moto's S3 (`tests.buckets`); the environment leads to it, also that of the processes that a test starts."""
    server = S3()
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in server.environ.items():
            patch.setenv(name, value)
        yield server
    server.close()


@pytest.fixture
def bucket(s3):
    """An empty bucket, as INDIE_MEDIA names it."""
    return s3.bucket()


@pytest.fixture
def wire(s3, monkeypatch):
    """What stands between us and S3, and can be cut (`tests.buckets`)."""
    opened = Wire(s3.endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", opened.endpoint)
    yield opened
    opened.close()


@pytest.fixture
def storage(settings):
    """The place of the site's media."""
    return wiring.storage(settings)


@pytest.fixture
def client(settings, store):
    """Flask's test client of the whole site."""
    app = wiring.create_app(settings, store)
    app.testing = True
    return app.test_client()


@pytest.fixture
def owner(store):
    """The owner, Olaf, with the password `correct horse`, hashed in a hurry: hundreds of tests have an owner."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct horse")
    store.owner.put(Owner("Olaf Owner", "olaf", password=hashed), times.now())
    return store.owner.get()


@pytest.fixture
def bearer(store):
    """`bearer("create update")` is the header of a token with just these scopes."""

    def mint(scope, client_id="https://client.example/"):
        return {"Authorization": f"Bearer {tokens.issue(store, scope.split(), client_id, times.now())}"}

    return mint


@pytest.fixture
def frozen_web():
    """Other people's sites (FrozenWeb), and what was asked of them."""
    return FrozenWeb()


@pytest.fixture
def shop(settings, store, storage, frozen_web):
    """What jobs work with; the web is frozen, the parser real."""
    with Parser(children=1) as parser:
        yield Workshop(settings, store, storage, frozen_web, parser, wiring.renderer(settings, store))


@pytest.fixture
def work(shop):
    """`work()` runs every job that is due, until none is; `work(other_shop)` those of another workshop."""

    def run(which=shop):
        Worker(which).run_until_idle()

    return run


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """A site with a page of every kind, and how to reach each (`tests.page_kinds.Filled`)."""
    with page_kinds.filling(tmp_path_factory.mktemp("page_kinds")) as made:
        yield made


@pytest.fixture(scope="session")
def every_page(filled):
    """What each of `page_kinds.PAGES` answers to GET, by name."""
    return {name: filled.get(name) for name in page_kinds.PAGES}


@pytest.fixture(scope="session")
def node():
    """Run a script of tests/interop/ on a page: `node("mf2.mjs", html, url)` returns the JSON that it prints."""
    if not shutil.which("node"):
        pytest.skip("Node is missing: apt-get install nodejs npm")
    if not (INTEROP / "node_modules").is_dir():
        pytest.skip("the packages for Node are missing: npm ci --prefix tests/interop")

    def run(script, html, url):
        command = ["node", INTEROP / script, url]
        ran = subprocess.run(command, input=html, capture_output=True, encoding="utf-8", timeout=60, check=False)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    return run


@pytest.fixture(scope="session")
def chromium_program():
    """The path of Debian's Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if not program:
        pytest.skip("Chromium is missing: apt-get install chromium")
    return program


@pytest.fixture(scope="session")
def chromium(chromium_program):
    """Debian's Chromium, driven by Playwright: `chromium.new_page()`, `chromium.new_context()`."""
    quiet = "--disable-background-networking --disable-component-update --disable-sync --disable-quic --no-first-run"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_program, args=["--no-sandbox", "--disable-gpu", *quiet.split()]
        )
        yield browser
        browser.close()


if os.environ.get("CI") == "true":
    # In CI everything is installed, so whatever skips has stopped testing without anybody noticing.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport():
        return _without_skip((yield))

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report():
        return _without_skip((yield))


def _without_skip(report):
    expected_to_fail = hasattr(report, "wasxfail")
    if report.skipped and not expected_to_fail:
        _path, _line, reason = report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {reason.removeprefix('Skipped: ')}"
    return report
