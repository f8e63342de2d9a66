"""The pictures of the README and the guide are made by a script, and are small."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.browser import screenshots

SHOWN = Path(__file__).parent.parent.parent / "indie" / "docs" / "pictures"


@pytest.fixture(scope="module")
def made(chromium, tmp_path_factory):
    """What the script writes. Why a process of its own: in this one Playwright is at work already."""
    out = tmp_path_factory.mktemp("pictures")
    subprocess.run([sys.executable, screenshots.__file__, out], check=True, capture_output=True)
    return {path.stem: path for path in out.iterdir()}


def width(path):
    with Image.open(path) as picture:
        return picture.width


def test_the_script_makes_them_all(made):
    assert set(screenshots.SHOTS) == set(made)
    assert {name: shot.width for name, shot in screenshots.SHOTS.items()} == {name: width(path) for name, path in made.items()}


def test_together_they_are_less_than_1_mb(made):
    assert 1_000_000 > sum(path.stat().st_size for path in made.values())


def test_those_that_are_shown_are_those_that_it_makes():
    assert set(screenshots.SHOTS) == {path.stem for path in SHOWN.iterdir()}


@pytest.mark.parametrize("page", ["README.md", "indie/docs/themes.md"])
def test_a_page_shows_only_what_is_there(page):
    path = SHOWN.parent.parent.parent / page
    named = [line.split("](")[1].split(")")[0] for line in path.read_text().splitlines() if line.startswith("![")]
    assert named
    assert [] == [name for name in named if not (path.parent / name).is_file()]
