"""What others check pages with: the Nu HTML checker (npm `vnu-jar`) on every kind of page, Lighthouse on two."""

import json
import os
import shutil
import subprocess

import pytest

from indie.site import render
from tests.conftest import INTEROP
from tests.live.running import running
from tests.page_kinds import PAGES

VNU = INTEROP / "node_modules/vnu-jar/build/dist/vnu.jar"
LOOKED_AT = ("Article lacks heading.",)
"""How warnings begin that were looked at: a note has no title, and one that is made up would travel (pages §2.1)."""

ENOUGH = 95
TRIES = 3
"""Why more than one: what else the machine does is counted among the page's own work, and never makes it look better."""


@pytest.fixture(scope="module")
def nu():
    """`nu(files)` is what the Nu HTML checker says of them: (file, type, what) of each message."""
    if not shutil.which("java"):
        pytest.skip("Java is missing: apt-get install default-jre-headless")
    if not VNU.is_file():
        pytest.skip("the Nu HTML checker is missing: npm ci --prefix tests/interop")

    def check(files):
        options = ["--stdout", "--exit-zero-always", "--format", "json", "--also-check-css", "--also-check-svg"]
        command = ["java", "-Xss2m", "-XX:TieredStopAtLevel=1", "-jar", VNU, *options, *files]
        ran = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=110, check=True)
        said = json.loads(ran.stdout)["messages"]
        return [
            (one["url"].rpartition("/")[2], one.get("subType") or one["type"], f"{one['message']} {one.get('extract', '')}")
            for one in said
            if not one["message"].startswith(LOOKED_AT)
        ]

    return check


def test_every_page_is_valid(nu, every_page, tmp_path):
    """No error and no warning, on every kind of page, in the style sheets and the pictures of our own; in one run."""
    for name in PAGES:
        (tmp_path / f"{name.replace(' ', '-')}.html").write_bytes(every_page[name].data)
    ours = [path for path in render.STATIC.iterdir() if path.suffix in (".css", ".svg")]
    assert [] == nu([*tmp_path.glob("*.html"), *ours])


def test_the_checker_finds_what_is_wrong(nu, tmp_path):
    """Else its silence would say nothing: of a page, of a sheet, of a drawing."""
    (tmp_path / "page.html").write_text('<!doctype html><html lang="en"><title>x</title><p><div id="a"></div></p><b id="a">')
    (tmp_path / "sheet.css").write_text("p { colour: red }")
    (tmp_path / "drawing.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><p/></svg>')
    assert {"page.html", "sheet.css", "drawing.svg"} == {name for name, _, _ in nu(sorted(tmp_path.iterdir()))}


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The example as its operator runs it: (home, the post with the conversation)."""
    with running(tmp_path_factory.mktemp("lighthouse") / "data") as site:
        site.data.mkdir()
        letter = site.command("demo", INDIE_PORT=str(site.port)).stdout.split()[-1]
        site.start("serve", "--no-worker")
        yield site.home, letter


@pytest.fixture
def lighthouse(chromium_program):
    """`lighthouse(url)` is (its four scores, what cost points); a phone with a slow net is what it plays."""
    if not (INTEROP / "node_modules/lighthouse").is_dir() or not shutil.which("node"):
        pytest.skip("Lighthouse is missing: apt-get install nodejs npm; npm ci --prefix tests/interop")

    def look(url):
        environment = os.environ | {"CHROME_PATH": chromium_program}
        ran = subprocess.run(
            ["node", INTEROP / "lighthouse.mjs", url], capture_output=True, encoding="utf-8", timeout=110, env=environment, check=False
        )
        assert ran.returncode == 0, ran.stderr
        said = json.loads(ran.stdout)
        return said["scores"], said["cost"]

    return look


@pytest.mark.timeout(400)
@pytest.mark.parametrize("number", [0, 1], ids=["home", "conversation"])
def test_lighthouse_gives_95_in_all_four(example, lighthouse, number):
    """Performance, accessibility, best practices, SEO, as of a phone (pages §5)."""
    for _ in range(TRIES):
        scores, cost = lighthouse(example[number])
        if min(scores.values()) >= ENOUGH:
            break
    assert (4, []) == (len(scores), [name for name, score in scores.items() if score < ENOUGH]), cost
