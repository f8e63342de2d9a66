"""What every test stands on: no way out of this machine, other people's programs, and no skip in CI."""

import ipaddress
import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import sync_playwright

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
def chromium():
    """Debian's Chromium, driven by Playwright: `chromium.new_page()`, `chromium.new_context()`."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if not program:
        pytest.skip("Chromium is missing: apt-get install chromium")
    quiet = "--disable-background-networking --disable-component-update --disable-sync --disable-quic --no-first-run"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", *quiet.split()]
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
